import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../../client/errors.ts';
import { plainName, plainText } from '../../client/plain-text.ts';
import type { UploadedFile } from '../../client/service-values.ts';
import type { NextStep } from '../../client/next-step.ts';
import { askBeforeUpload } from '../ask-before-upload.ts';
import { cancelled } from '../as-nemo-error.ts';
import { offerSteps, withStoppableProgress } from '../surfaces/notifications.ts';
import { uploadCourse } from '../upload-course.ts';
import { uploadTarget } from '../upload-target.ts';
import type { UploadTarget } from '../uploads.ts';
import { asUri, badArgument, isEmptyObject, saysNothing } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** One file that arrived; seconds and pixels. */
export interface UploadResult {
  readonly name: string;
  readonly type: string;
  readonly duration?: number;
  readonly width?: number;
  readonly height?: number;
  readonly url: string;
}

/**
 * `nemo.upload (uri?, uris?)` or `(web address)` → one row for each file that arrived. Rejects with the first failure where
 * none arrived; where some did, the chat, the tree and a notification tell of the others. The person is asked about files
 * that are not in the workspace, unless they chose them.
 */
export async function upload(
  context: CommandContext,
  { args, mayAsk, isByPerson }: CommandCall,
): Promise<readonly UploadResult[]> {
  const targets = readTargets(args);
  if (targets.length === 0 && !mayAsk) {
    throw new NemoError('badArgument', l10n.t('There is no file to upload. Choose some.'), {
      steps: [{ kind: 'upload', label: l10n.t('Choose Files…') }],
    });
  }
  const chosen = targets.length > 0 ? targets : await context.pickFiles();
  if (chosen.length === 0) return [];
  await askBeforeUpload(chosen, isByPerson || targets.length === 0);

  const chat = await context.chats.chat();
  const uploads = await withStoppableProgress(
    chosen.length === 1 ? l10n.t('Uploading to Nemo') : l10n.t('Uploading {0} files to Nemo', chosen.length),
    async (signal, report) => {
      const listener = chat.onDidPost((messages) => {
        if (!messages.some(({ type }) => type === 'transfersChanged')) return;
        const { percent, bytesPerSecond, isBegun } = uploadCourse(chat.uploads.rows, chosen);
        if (!isBegun) return;
        report(
          percent < 100
            ? l10n.t('{0} % · {1} MB/s', Math.floor(percent), (bytesPerSecond / 1e6).toFixed(1))
            : l10n.t('sent, Nemo is looking at it'),
        );
      });
      try {
        return await chat.uploads.upload(chosen, signal);
      } finally {
        listener.dispose();
      }
    },
    cancelled,
  );

  const arrived = uploads.flatMap(({ files }) => files ?? []);
  const failures = uploads.flatMap(({ error }) => (error ? [error] : []));
  const [first] = failures;
  if (arrived.length === 0 && first) throw first;
  if (first) tellOfFailures(context, failures, first);
  else if (!context.view.visible) tellOfArrival(context, arrived);
  return arrived.map(uploadResult);
}

/** The chat is where it goes on, so that is what the button opens. */
function tellOfArrival(context: CommandContext, arrived: readonly UploadedFile[]): void {
  const [first] = arrived;
  if (!first) return;
  const sentence =
    arrived.length === 1
      ? l10n.t('“{0}” is in Nemo. Say what should become of it.', plainName(first.name))
      : l10n.t('{0} files are in Nemo. Say what should become of them.', arrived.length);
  void offerSteps('info', sentence, [openChat()]).then((step) => step && context.view.focus());
}

function tellOfFailures(context: CommandContext, failures: readonly NemoError[], first: NemoError): void {
  if (first.code === 'cancelled') return;
  const sentence =
    failures.length === 1 ? first.message : l10n.t('{0} files did not arrive. {1}', failures.length, first.message);
  void offerSteps('error', sentence, [openChat()]).then((step) => step && context.view.focus());
}

function openChat(): NextStep {
  return { kind: 'compose', label: l10n.t('Open Chat') };
}

function uploadResult({ name, type, duration, width, height, url }: UploadedFile): UploadResult {
  return {
    name: plainText(name),
    type: plainText(type),
    ...(duration === undefined ? {} : { duration }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    url,
  };
}

/** The Explorer hands over the file under the pointer and all that are selected; an editor's tab only the first. */
function readTargets([first, second]: readonly unknown[]): UploadTarget[] {
  const selected = Array.isArray(second) ? second.map(asUri).filter((uri) => uri !== undefined) : [];
  const many = Array.isArray(first) ? first.map(asUri).filter((uri) => uri !== undefined) : [];
  if (selected.length > 0 || many.length > 0) return [...selected, ...many].map(uploadTarget);
  if (typeof first === 'string') return [readAddress(first)];
  const uri = asUri(first);
  if (uri) return [uploadTarget(uri)];
  if (saysNothing(first) || isEmptyObject(first)) return [];
  throw badArgument();
}

function readAddress(text: string): UploadTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href;
  if (url?.protocol === 'file:') return vscode.Uri.parse(text);
  throw new NemoError('badArgument', l10n.t('That is no web address. It must begin with https:// or http://.'), {
    steps: [{ kind: 'upload', label: l10n.t('Choose Files…') }],
  });
}
