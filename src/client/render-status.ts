import type { RenderAnswer } from './service-values.ts';

const done = new Set(['completed', 'complete', 'success', 'succeeded', 'successful', 'finished', 'done', 'ready']);
const failed = new Set([
  ...['failed', 'failure', 'fail', 'error', 'errored', 'rejected', 'expired', 'timeout', 'timedout'],
  // A cancelled render has ended without a file.
  ...['cancelled', 'canceled', 'aborted', 'terminated'],
]);
const pending = new Set(['pending', 'queued', 'queueing', 'waiting', 'created', 'submitted', 'accepted', 'scheduled']);

/**
 * What a render's status means, in any case. A word that nobody knows, or none, is work that goes on; with `hasFile` and
 * no word it is done.
 */
export function renderStatus(status: unknown, hasFile: boolean): RenderAnswer['status'] {
  if (typeof status !== 'string' || status.trim() === '') return hasFile ? 'completed' : 'pending';
  const word = plain(status);
  if (done.has(word)) return 'completed';
  if (failed.has(word)) return 'failed';
  return pending.has(word) ? 'pending' : 'processing';
}

/** True for the words of a render that came to nothing. */
export function isFailedStatus(status: unknown): boolean {
  return failed.has(plain(status));
}

function plain(status: unknown): string {
  return typeof status === 'string' ? status.toLowerCase().replace(/[^a-z]/g, '') : '';
}
