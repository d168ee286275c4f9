/**
 * Waits for work that several callers share: a caller whose `signal` aborts stops waiting, the work itself goes on for
 * the others.
 * @throws the signal's reason, or what the work throws.
 */
export function waitWithSignal<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) {
      stop();
      return;
    }
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
