import { unlessAborted } from '../client/unless-aborted.ts';

/**
 * Waits for work that several callers share: a caller whose `signal` aborts stops waiting, the work itself goes on for
 * the others.
 * @throws the signal's reason, or what the work throws.
 */
export function waitWithSignal<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return signal ? unlessAborted(work, signal) : work;
}
