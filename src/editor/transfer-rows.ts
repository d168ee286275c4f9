import * as l10n from '@vscode/l10n';

import type { NemoError, NemoErrorCode } from '../client/errors.ts';
import type { NextStep } from '../client/next-step.ts';
import type { Transfer } from '../conversation/chat-state.ts';
import { waitingWords } from '../conversation/turn-words.ts';
import { isOver, type RenderJob } from './render-job.ts';
import type { RenderJobs } from './render-jobs.ts';
import type { Upload } from './uploads.ts';

export interface TransferRowsOptions {
  readonly uploads: readonly Upload[];
  readonly jobs: RenderJobs;
  readonly chatId: string;
  /** When the user's last message was written; ms since the epoch. */
  readonly askedAtMs: number;
}

/** What is under way in a session or just ended, uploads first. */
export function transferRows({ uploads, jobs, chatId, askedAtMs }: TransferRowsOptions): Transfer[] {
  // What was over before the last message is old news; the tree has all of it.
  const renders = jobs.list().filter((job) => job.chatId === chatId && (!isOver(job) || job.createdAtMs > askedAtMs));
  return [
    // Of a file that arrived its chip tells.
    ...uploads.filter(({ phase }) => phase !== 'done').map(uploadTransfer),
    ...renders.map((job) => renderTransfer(job, jobs.speed(job.id))),
  ];
}

/** An upload as the side panel's row. */
export function uploadTransfer({ id, name, phase, progress, retryInMs = 0, error }: Upload): Transfer {
  const isOpen = phase === 'waiting' || phase === 'sending';
  const actions: NextStep[] = [];
  if (isOpen) actions.push({ kind: 'cancelTransfer', label: l10n.t('Cancel'), argument: id });
  if (phase === 'failed') {
    // The error's own «retry» means this very upload.
    const label = error?.code === 'sessionGone' ? retryLabel(error) : undefined;
    const again: NextStep = { kind: 'retry', label: label ?? l10n.t('Upload Again'), argument: id };
    const others = (error?.steps ?? []).filter(({ kind }) => kind !== 'retry');
    actions.push(...(isAboutFile(error) ? [...others, again] : [again, ...others]));
  }
  return {
    id,
    kind: 'upload',
    name,
    phase,
    ...(progress?.totalBytes && isOpen ? { percent: Math.floor((100 * progress.bytes) / progress.totalBytes) } : {}),
    ...(progress && isOpen ? { bytesPerSecond: progress.bytesPerSecond } : {}),
    ...(error && phase === 'failed' ? { message: error.message } : {}),
    ...(isOpen && retryInMs > 0 ? { message: waitingWords(retryInMs) } : {}),
    actions,
  };
}

function retryLabel({ steps }: NemoError): string | undefined {
  return steps.find(({ kind }) => kind === 'retry')?.label;
}

/** True where another try meets the same, unless the file changes: then another file is the better idea. */
export function isAboutFile(error: NemoError | undefined): boolean {
  return error !== undefined && fileErrors.has(error.code);
}

const fileErrors: ReadonlySet<NemoErrorCode> = new Set([
  'unsupportedFile',
  'fileTooLarge',
  'fileEmpty',
  'fileIsFolder',
  'fileMissing',
]);

const renderPhases = {
  waiting: 'waiting',
  submitting: 'rendering',
  rendering: 'rendering',
  downloading: 'downloading',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
} as const satisfies Record<RenderJob['phase'], Transfer['phase']>;

/** An export as the side panel's row; `bytesPerSecond` while it is downloaded. */
export function renderTransfer(job: RenderJob, bytesPerSecond: number | undefined): Transfer {
  const phase = renderPhases[job.phase];
  const message = job.error?.message ?? job.note;
  return {
    id: job.id,
    kind: 'render',
    name: renderName(job),
    phase,
    ...(phase === 'rendering' || phase === 'downloading' ? { percent: job.progress } : {}),
    ...(bytesPerSecond === undefined || phase !== 'downloading' ? {} : { bytesPerSecond }),
    ...(message === undefined ? {} : { message }),
    actions: renderSteps(job),
  };
}

/** What can be done with an export, the best first. */
export function renderSteps(job: RenderJob): NextStep[] {
  switch (job.phase) {
    case 'waiting':
    case 'submitting':
    case 'rendering':
    case 'downloading':
      return [{ kind: 'cancelTransfer', label: l10n.t('Cancel'), argument: job.id }];
    case 'done':
      return [
        ...(job.file === undefined
          ? []
          : [
              { kind: 'preview', label: l10n.t('Preview'), argument: job.id } as const,
              { kind: 'openFile', label: l10n.t('Open'), argument: job.file } as const,
              { kind: 'revealFile', label: l10n.t('Reveal'), argument: job.file } as const,
            ]),
        ...(job.url === undefined ? [] : [{ kind: 'copy', label: l10n.t('Copy Link'), argument: job.url } as const]),
      ];
    case 'failed':
      return stepsAfterFailure(job);
    case 'cancelled':
      return [{ kind: 'retry', label: l10n.t('Export Again'), argument: job.id }];
  }
}

/**
 * What helps an export that failed: «Try Again» for this very job, and what its error advises. The advice comes first where
 * another try meets the same until it is followed.
 */
export function stepsAfterFailure({ id, error, failedIn }: RenderJob): NextStep[] {
  const again: NextStep = { kind: 'retry', label: l10n.t('Try Again'), argument: id };
  const advice = (error?.steps ?? []).filter(({ kind }) => kind !== 'retry');
  // In a session that is gone nothing can be submitted; what was rendered before may still be had.
  if (error?.code === 'sessionGone' && failedIn === 'submitting') return advice;
  return error && mendedElsewhere.has(error.code) ? [...advice, again] : [again, ...advice];
}

const mendedElsewhere: ReadonlySet<string> = new Set<NemoErrorCode>([
  'noCredits',
  'planForbidsExport',
  'scopeMissing',
  'sessionGone',
  'tokenRejected',
]);

/** The file's name: where it is, once that is known. */
export function renderName(job: RenderJob): string {
  if (job.phase !== 'done' || job.file === undefined) return job.fileName;
  const path = decodeURIComponent(job.file);
  return path.slice(path.lastIndexOf('/') + 1);
}
