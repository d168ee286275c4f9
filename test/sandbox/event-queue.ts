import type { TurnEvent } from './turn-event.ts';

/** Events on their way from the work to the one who listens; the work goes on when nobody does. */
export class EventQueue {
  readonly #events: TurnEvent[] = [];
  #ended = false;
  #wake: () => void = () => undefined;
  readonly #left = new AbortController();

  push(event: TurnEvent): void {
    if (this.#ended) return;
    this.#events.push(event);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** All events, for one reader, until the end or the signal. */
  async *read(signal: AbortSignal): AsyncGenerator<TurnEvent, void, void> {
    const stop = () => this.#wake();
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!signal.aborted) {
        const event = this.#events.shift();
        if (event !== undefined) {
          yield event;
        } else if (this.#ended) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', stop);
      this.#left.abort();
    }
  }

  /** Resolves when the reader has gone, or the signal aborts. */
  left(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([this.#left.signal, signal]);
    return new Promise((resolve) => {
      if (either.aborted) resolve();
      else either.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
