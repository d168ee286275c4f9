import type { Clock } from './clock.ts';

/** Something took longer than it may as a whole, although bytes kept arriving. */
export class TimeLimitPassed extends Error {
  readonly code = 'NEMO_TIME_LIMIT';

  constructor() {
    super('It took longer than it may.');
    this.name = 'TimeLimitPassed';
  }
}

/** True where `error`, or what it was made of, is a {@link TimeLimitPassed}. */
export function passedTimeLimit(error: unknown): boolean {
  return error instanceof TimeLimitPassed || (error instanceof Error && error.cause instanceof TimeLimitPassed);
}

/** Ends what takes longer than it may, by a signal that aborts with {@link TimeLimitPassed}. */
export class TimeLimit {
  /** Aborts with `outer`, and when the time is over. */
  readonly signal: AbortSignal;
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #passed = new AbortController();
  #prevent: () => void;

  /** The time, in ms, runs from now on. */
  constructor(clock: Clock, ms: number, outer: AbortSignal) {
    this.#clock = clock;
    this.#ms = ms;
    this.signal = AbortSignal.any([outer, this.#passed.signal]);
    this.#prevent = this.#begin();
  }

  /** The whole time runs anew. */
  restart(): void {
    this.#prevent();
    this.#prevent = this.#begin();
  }

  /** What it was about is over. */
  end(): void {
    this.#prevent();
  }

  #begin(): () => void {
    return this.#clock.limit(this.#ms, () => this.#passed.abort(new TimeLimitPassed()));
  }
}

/** Does `work` with a signal that ends it after `ms`. @throws TimeLimitPassed, and what `work` throws. */
export async function withinTime<T>(
  clock: Clock,
  ms: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new TimeLimit(clock, ms, outer);
  try {
    return await work(limit.signal);
  } finally {
    limit.end();
  }
}

/** Calls `tooSlow`, once, as soon as fewer than `leastBytes` were added within `ms`. */
export class LowestPace {
  #bytes = 0;
  #prevent: () => void;

  constructor(clock: Clock, ms: number, leastBytes: number, tooSlow: () => void) {
    const look = () => {
      if (this.#bytes < leastBytes) return tooSlow();
      this.#bytes = 0;
      this.#prevent = clock.limit(ms, look);
    };
    this.#prevent = clock.limit(ms, look);
  }

  /** `count` more bytes arrived. */
  add(count: number): void {
    this.#bytes += count;
  }

  end(): void {
    this.#prevent();
  }
}
