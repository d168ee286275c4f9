import type { Clock } from '../client/clock.ts';
import { unlessAborted } from '../client/unless-aborted.ts';
import { asNemoError } from './turn-failures.ts';

/** The user pressed Stop, or whoever runs the turn wants it no longer. */
export class Stopped extends Error {}

/** Waits of a turn: each ends at once when the turn is stopped. */
export class StoppableWaits {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  /** @throws Stopped */
  async sleep(ms: number): Promise<void> {
    if (ms > 0) await this.unlessStopped(this.#clock.sleep(ms, this.#signal));
    else this.throwIfStopped();
  }

  /**
   * What the promise gives, whether it heeds the signal or not.
   * @throws Stopped at once when the turn is stopped; NemoError what the promise was rejected with.
   */
  async unlessStopped<T>(promise: Promise<T>): Promise<T> {
    try {
      return await unlessAborted(promise, this.#signal);
    } catch (reason) {
      this.throwIfStopped();
      throw asNemoError(reason);
    }
  }

  /** @throws Stopped */
  throwIfStopped(): void {
    if (this.#signal.aborted) throw new Stopped();
  }
}
