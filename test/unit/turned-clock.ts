import type { Clock } from '../../src/client/clock.ts';

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test turns it. All values are milliseconds. */
export class TurnedClock implements Clock {
  #nowMs: number;
  #sleepers: Sleeper[] = [];
  #limits: Sleeper[] = [];
  #watchers: { readonly count: number; readonly seen: () => void }[] = [];
  /** Every sleep that was asked for, in order: a test reads the schedule from it. */
  readonly asked: number[] = [];

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** How many sleeps are under way. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    this.asked.push(ms);
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal?.reason as Error);
      };
      const sleeper: Sleeper = {
        dueMs: this.#nowMs + ms,
        wake: () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
      };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', stop, { once: true });
      this.#tellWatchers();
    });
  }

  /** Not counted among the sleeps: a limit is no wait, and mostly nothing comes of it. */
  limit(ms: number, act: () => void): () => void {
    const limit: Sleeper = { dueMs: this.#nowMs + ms, wake: act };
    this.#limits.push(limit);
    return () => {
      this.#limits = this.#limits.filter((one) => one !== limit);
    };
  }

  /** How long the limits that are set have still to run, in order of time. */
  get limits(): readonly number[] {
    return this.#limits.map(({ dueMs }) => dueMs - this.#nowMs).sort((one, other) => one - other);
  }

  /** Resolves as soon as `count` sleeps are under way: the event to wait for before {@link advance}. */
  untilSleeping(count = 1): Promise<void> {
    if (this.#sleepers.length >= count) return Promise.resolve();
    return new Promise((seen) => this.#watchers.push({ count, seen }));
  }

  /**
   * Turns the clock on by `ms`, waking whoever is due in order of time. Between two wakings the woken code runs on (one
   * turn of the event loop), so that a sleep that it starts within the span is woken too.
   */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = [...this.#sleepers, ...this.#limits]
        .filter((one) => one.dueMs <= endMs)
        .reduce<Sleeper | undefined>((first, one) => (first && first.dueMs <= one.dueMs ? first : one), undefined);
      if (!next) break;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      this.#limits = this.#limits.filter((one) => one !== next);
      next.wake();
    }
    this.#nowMs = endMs;
  }

  #tellWatchers(): void {
    this.#watchers = this.#watchers.filter(({ count, seen }) => {
      if (this.#sleepers.length < count) return true;
      seen();
      return false;
    });
  }
}
