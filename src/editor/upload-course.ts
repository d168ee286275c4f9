import type { Upload, UploadTarget } from './uploads.ts';

/** How far the uploads of several files are as a whole. */
export interface UploadCourse {
  /** 0–100, each file counting the same; 100 where all that is left to send has been sent. */
  readonly percent: number;
  readonly bytesPerSecond: number;
  /** The bytes of one of them are on their way, and how many is known. */
  readonly isBegun: boolean;
}

/**
 * How far the files of `targets` are; what has no row any more, or whose upload is over, counts as sent: it holds up nobody.
 * @param rows the session's uploads, the oldest first.
 */
export function uploadCourse(rows: readonly Upload[], targets: readonly UploadTarget[]): UploadCourse {
  const wanted = new Set(targets.map((target) => target.toString()));
  const open = rows.filter(
    ({ target, phase }) => wanted.has(target.toString()) && (phase === 'waiting' || phase === 'sending'),
  );
  const left = open.reduce((sum, { progress }) => sum + 1 - shareSent(progress), 0);
  return {
    percent: 100 * Math.max(0, 1 - left / wanted.size),
    bytesPerSecond: open.reduce((sum, { progress }) => sum + (progress?.bytesPerSecond ?? 0), 0),
    isBegun: open.some(({ progress }) => progress !== undefined),
  };
}

function shareSent(progress: Upload['progress']): number {
  return progress?.totalBytes ? progress.bytes / progress.totalBytes : 0;
}
