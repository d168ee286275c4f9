import { NemoError } from '../../../src/client/errors.ts';
import type { NemoClient } from '../../../src/client/nemo-client.ts';
import type { StateAnswer } from '../../../src/client/service-values.ts';
import type { StreamEvent } from '../../../src/client/stream-event.ts';
import type { TurnResult, TurnUpdate } from '../../../src/conversation/turn-update.ts';

/** A state answer whose draft is `draft`. */
export function stateOf(draft: unknown, more: Partial<StateAnswer> = {}): StateAnswer {
  return {
    sessionId: '7301444403200000001',
    draftText: draft === undefined ? undefined : JSON.stringify(draft),
    draft,
    videoInfos: [],
    generatedMedia: [],
    canvasConfig: undefined,
    ...more,
  };
}

type Step = { readonly event: StreamEvent } | { readonly end: true } | { readonly error: Error };

/**
 * The service as a test tells it to be, at the client's border: what the stream says and when, what the state is. The
 * clock can be turned around it, which real time would not allow.
 */
export class ScriptedService implements Pick<NemoClient, 'sendMessage' | 'state'> {
  /** Every message that was sent. */
  readonly sent: string[] = [];
  /** How often the state was read. */
  reads = 0;
  /** The listener left the stream. */
  left = false;
  /** What the next readings answer; the last one stays. */
  states: (StateAnswer | Error)[];
  /** Readings never answer, and heed no signal. */
  stateHangs = false;
  readonly #steps: Step[] = [];
  #next: (() => void) | undefined;

  constructor(...states: (StateAnswer | Error)[]) {
    this.states = states;
  }

  emit(...events: readonly StreamEvent[]): this {
    return this.#add(...events.map((event) => ({ event })));
  }

  end(): this {
    return this.#add({ end: true });
  }

  break(error: Error): this {
    return this.#add({ error });
  }

  async *sendMessage(_sessionId: string, text: string, signal?: AbortSignal): AsyncGenerator<StreamEvent, void, void> {
    this.sent.push(text);
    signal?.addEventListener('abort', () => this.#next?.(), { once: true });
    try {
      for (;;) {
        if (signal?.aborted) throw new NemoError('cancelled', 'Stopped.');
        const step = this.#steps.shift();
        if (!step) {
          await new Promise<void>((resolve) => (this.#next = resolve));
          continue;
        }
        if ('end' in step) return;
        if ('error' in step) throw step.error;
        yield step.event;
      }
    } finally {
      this.left = true;
    }
  }

  state(): Promise<StateAnswer> {
    this.reads += 1;
    if (this.stateHangs) return new Promise(() => undefined);
    const answer = this.states.length > 1 ? this.states.shift() : this.states[0];
    if (answer === undefined) return Promise.reject(new Error('no state was scripted'));
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }

  #add(...steps: readonly Step[]): this {
    this.#steps.push(...steps);
    this.#next?.();
    return this;
  }
}

/** Everything that a turn yielded and what it came to. */
export class WatchedTurn {
  readonly updates: TurnUpdate[] = [];
  readonly result: Promise<TurnResult>;
  #told: () => void = () => undefined;

  constructor(turn: AsyncGenerator<TurnUpdate, TurnResult, void>) {
    this.result = this.#watch(turn);
  }

  /** The text as a reader of the updates has it. */
  get text(): string {
    return this.updates.reduce((text, update) => {
      if (update.kind === 'textReplaced') return update.text;
      return update.kind === 'text' ? text + update.text : text;
    }, '');
  }

  /** The first update of that kind, as soon as it came. */
  async seen<Kind extends TurnUpdate['kind']>(kind: Kind): Promise<Extract<TurnUpdate, { kind: Kind }>> {
    for (;;) {
      const update = this.updates.find((one): one is Extract<TurnUpdate, { kind: Kind }> => one.kind === kind);
      if (update) return update;
      await new Promise<void>((resolve) => (this.#told = resolve));
    }
  }

  /** What is told beside the text, in short. */
  get story(): string[] {
    return this.updates.flatMap((update) => {
      switch (update.kind) {
        case 'text':
        case 'textReplaced':
          return [];
        case 'activity':
          return [update.label === undefined ? 'nothing' : `«${update.label}»`];
        case 'stillWorking':
          return [`still working ${update.elapsedMs / 60_000} min`];
        case 'recovering':
          return [
            `${update.isPickedUp ? 'picking up' : 'recovering'} ${update.attempt}/${update.of} in ${update.waitMs / 1000} s`,
          ];
        case 'timeline':
          return [`timeline: ${update.changes.map(({ sentence }) => sentence).join('; ')}`];
        case 'actions':
          return [`actions: ${update.actions.map(({ kind }) => kind).join()}`];
        case 'questions':
          return [`asks: ${update.questions.map(({ prompt }) => prompt).join('; ')}`];
        case 'complete':
          return [`complete (${update.result.outcome}), following the ${update.following}`];
      }
    });
  }

  async #watch(turn: AsyncGenerator<TurnUpdate, TurnResult, void>): Promise<TurnResult> {
    for (;;) {
      const step = await turn.next();
      if (step.done) return step.value;
      this.updates.push(step.value);
      this.#told();
    }
  }
}
