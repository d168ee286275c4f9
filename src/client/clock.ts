/** Time as a thing that is passed in, so that a test can turn it. All values are milliseconds. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Resolves after `ms` milliseconds.
   * @throws the signal's reason, at once, when `signal` aborts.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `act` after `ms` milliseconds, for what may last so long and no longer; the result prevents it. */
  limit(ms: number, act: () => void): () => void;
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal?.addEventListener('abort', stop, { once: true });
    }),
  limit: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

/** Time that passes `scale` times as fast as the machine's, from `originMs` (ms since the Unix epoch) on. For tests. */
export function hastenedClock(scale: number, originMs: number): Clock {
  return {
    now: () => originMs + (systemClock.now() - originMs) * scale,
    sleep: (ms, signal) => systemClock.sleep(ms / scale, signal),
    limit: (ms, act) => systemClock.limit(ms / scale, act),
  };
}
