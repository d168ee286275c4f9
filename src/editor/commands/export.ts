import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import * as z from 'zod';

import { NemoError, type NemoErrorCode } from '../../client/errors.ts';
import { plainName, plainText } from '../../client/plain-text.ts';
import { asDiskError, cancelled } from '../as-nemo-error.ts';
import { exportFormat, usualTarget } from '../export-target.ts';
import type { RenderJob } from '../render-job.ts';
import type { ExportWish } from '../session-exports.ts';
import { withStoppableProgress } from '../surfaces/notifications.ts';
import { plainWindow } from '../surfaces/plain-window.ts';
import { stepsAfterFailure } from '../transfer-rows.ts';
import { asUri, badArgument, isProjectNode } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

const wishes = z.object({
  target: z.unknown().optional(),
  /** The service makes nothing else. */
  format: z.literal(exportFormat).optional(),
  quality: z
    .string()
    .regex(/^[a-z0-9]{1,20}$/)
    .optional(),
});

/**
 * `nemo.export ({target?: Uri, format?: 'mp4', quality?}?)` → `{jobId, file}` once the video is on disk, under a free
 * name that ends in `.mp4`. Without an argument it asks where to; a target elsewhere than in the workspace or in the
 * export folder is asked about.
 */
export async function exportVideo(
  context: CommandContext,
  { args, mayAsk }: CommandCall,
): Promise<{ readonly jobId: string; readonly file: vscode.Uri }> {
  const chat = await context.chats.chat();
  const wish = readWish(args[0]);
  let job: RenderJob;
  if (mayAsk) {
    const signal = AbortSignal.timeout(60_000);
    await chat.exports.requireTimeline(signal);
    const uri = await askForTarget(context, chat.exports.name());
    job = await chat.exports.start({ ...wish, target: { uri, isByPerson: true } });
  } else {
    job = await chat.exports.start(wish);
  }
  context.awaitedExports.add(job.id);
  try {
    return mayAsk ? await watch(context, job) : await finish(context, job.id);
  } finally {
    context.awaitedExports.delete(job.id);
  }
}

/** Shows how it goes; the notification's button cancels the export. */
function watch(context: CommandContext, job: RenderJob) {
  return withStoppableProgress(
    l10n.t('Exporting “{0}”', plainName(job.fileName)),
    async (signal, report) => {
      const listener = context.jobs.onDidChange(({ id, phase, progress }) => {
        if (id !== job.id) return;
        if (phase === 'rendering') report(l10n.t('rendering · {0} %', Math.round(progress)), progress * 0.8);
        if (phase === 'downloading') {
          report(l10n.t('downloading · {0} %', Math.round(progress)), 80 + progress * 0.2);
        }
      });
      const stop = () => void context.jobs.cancel(job.id);
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await finish(context, job.id);
      } finally {
        signal.removeEventListener('abort', stop);
        listener.dispose();
      }
    },
    cancelled,
  );
}

async function finish({ jobs }: CommandContext, id: string) {
  const job = await jobs.whenOver(id);
  if (job?.phase === 'done' && job.file !== undefined) return { jobId: job.id, file: vscode.Uri.parse(job.file) };
  if (job?.error) {
    throw new NemoError(job.error.code as NemoErrorCode, job.error.message, { steps: stepsAfterFailure(job) });
  }
  throw job?.note === undefined ? cancelled() : new NemoError('cancelled', job.note);
}

function readWish(value: unknown): ExportWish {
  if (value === undefined || value === null || isProjectNode(value)) return {};
  const { data } = wishes.safeParse(value);
  const target = data?.target === undefined ? undefined : asUri(data.target);
  if (!data || (data.target !== undefined && !target)) throw badArgument();
  return {
    ...(target ? { target: { uri: target, isByPerson: false } } : {}),
    ...(data.quality === undefined ? {} : { quality: data.quality }),
  };
}

/** Asks where to, in the export folder unless the person goes elsewhere. */
async function askForTarget({ settings }: CommandContext, name: string): Promise<vscode.Uri> {
  const { folder, fileName } = usualTarget(settings.exportFolder, name);
  // The dialog begins in a folder that is there; else it would ask whether to make it.
  const isNew = await makeFolder(folder);
  const target = await plainWindow.showSaveDialog({
    title: plainText(l10n.t('Export Video')),
    saveLabel: plainText(l10n.t('Export')),
    defaultUri: vscode.Uri.joinPath(folder, fileName),
    filters: { [l10n.t('Video')]: [exportFormat] },
  });
  if (target) return target;
  if (isNew) {
    // Not recursive: whatever came into it in the meantime stays.
    await vscode.workspace.fs.delete(folder, { recursive: false }).then(undefined, () => undefined);
  }
  throw cancelled();
}

/** True where the folder was not there before. */
async function makeFolder(folder: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(folder);
    return false;
  } catch {
    await vscode.workspace.fs.createDirectory(folder).then(undefined, (error: unknown) => {
      throw asDiskError(error);
    });
    return true;
  }
}
