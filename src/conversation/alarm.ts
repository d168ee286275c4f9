import type { Clock } from '../client/clock.ts';

/** One timer that can be set anew. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #dueMs = Infinity;
  #cancel = new AbortController();

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at `dueMs`, or before: an alarm that is set for later rings when it was due and is set again then. */
  set(dueMs: number): void {
    if (this.#dueMs <= dueMs) return;
    this.clear();
    const cancel = new AbortController();
    this.#cancel = cancel;
    this.#dueMs = dueMs;
    this.#clock.sleep(Math.max(0, dueMs - this.#clock.now()), cancel.signal).then(
      () => {
        if (cancel.signal.aborted) return;
        this.#dueMs = Infinity;
        this.#ring();
      },
      () => undefined,
    );
  }

  clear(): void {
    this.#cancel.abort();
    this.#dueMs = Infinity;
  }
}
