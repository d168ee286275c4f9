import type { Clock } from '../client/clock.ts';
import type { NemoError } from '../client/errors.ts';
import type { NemoClient } from '../client/nemo-client.ts';
import type { StateAnswer } from '../client/service-values.ts';
import type { StreamEvent } from '../client/stream-event.ts';
import { Alarm } from './alarm.ts';
import { Arrivals } from './arrivals.ts';
import { Stopped, type StoppableWaits } from './stoppable.ts';
import { StreamWatch } from './stream-watch.ts';
import { asNemoError } from './turn-failures.ts';

/** What a turn hears of. */
export type Arrival =
  | { readonly kind: 'event'; readonly event: StreamEvent }
  | { readonly kind: 'closed' }
  | { readonly kind: 'broken'; readonly error: NemoError }
  | { readonly kind: 'state'; readonly state: StateAnswer | undefined }
  | { readonly kind: 'tick' };

export interface TurnInputOptions {
  readonly client: Pick<NemoClient, 'sendMessage' | 'state'>;
  readonly sessionId: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly waits: StoppableWaits;
}

/** What a turn waits for: its stream, once it is open, the time, and that somebody stops it. */
export class TurnInput {
  readonly #options: TurnInputOptions;
  readonly #arrivals = new Arrivals<Arrival | { readonly kind: 'stopped' }>();
  readonly #alarm: Alarm;
  readonly #leaving = new AbortController();
  readonly #stop = () => this.#arrivals.add({ kind: 'stopped' });
  #events: AsyncIterator<StreamEvent, unknown> | undefined;
  /** What came last is done with, so the next one may come. */
  #mayPull = false;
  /** When what was heard of the stream. */
  readonly watch: StreamWatch;

  constructor(options: TurnInputOptions) {
    const { clock, signal } = options;
    this.#options = options;
    this.#alarm = new Alarm(clock, () => this.#arrivals.add({ kind: 'tick' }));
    this.watch = new StreamWatch(clock.now());
    signal.addEventListener('abort', this.#stop, { once: true });
  }

  /** The stream may still say something. */
  get isOpen(): boolean {
    return this.#events !== undefined;
  }

  /** Sends the message; the one place where that is done. */
  send(text: string): void {
    const { client, sessionId, signal } = this.#options;
    const stream: AsyncIterable<StreamEvent> = client.sendMessage(
      sessionId,
      text,
      AbortSignal.any([signal, this.#leaving.signal]),
    );
    this.#events = stream[Symbol.asyncIterator]();
    this.#mayPull = true;
  }

  /**
   * What comes next; a tick at `dueMs` at the latest.
   * @throws Stopped
   */
  async take(dueMs: number): Promise<Arrival> {
    const { waits } = this.#options;
    waits.throwIfStopped();
    if (this.#mayPull) this.#pull();
    this.#alarm.set(dueMs);
    const arrival = await this.#arrivals.take();
    waits.throwIfStopped();
    if (arrival.kind === 'stopped') throw new Stopped();
    if (arrival.kind === 'event') this.#mayPull = true;
    if (arrival.kind === 'closed' || arrival.kind === 'broken') this.#events = undefined;
    return arrival;
  }

  /** Reads the state while the stream goes on; it comes with {@link take}. A reading that fails is no news. */
  readState(): void {
    const { client, sessionId, signal } = this.#options;
    client.state(sessionId, AbortSignal.any([signal, this.#leaving.signal])).then(
      (state) => this.#arrivals.add({ kind: 'state', state }),
      () => this.#arrivals.add({ kind: 'state', state: undefined }),
    );
  }

  /** Nobody listens any more. */
  leave(): void {
    this.#options.signal.removeEventListener('abort', this.#stop);
    this.#alarm.clear();
    this.#leaving.abort();
    // It ends by itself; whoever listened has gone.
    Promise.resolve(this.#events?.return?.(undefined)).catch(() => undefined);
    this.#events = undefined;
  }

  #pull(): void {
    this.#mayPull = false;
    this.#events?.next().then(
      (result) => this.#arrivals.add(result.done ? { kind: 'closed' } : { kind: 'event', event: result.value }),
      (reason: unknown) => this.#arrivals.add({ kind: 'broken', error: asNemoError(reason) }),
    );
  }
}
