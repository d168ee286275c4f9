import type { NemoClient } from '../client/nemo-client.ts';
import type { StateAnswer } from '../client/service-values.ts';
import { compareTimelines } from '../timeline/difference.ts';
import { readDraft } from '../timeline/read-draft.ts';
import type { Timeline, TimelineChange } from '../timeline/timeline-model.ts';
import type { StoppableWaits } from './stoppable.ts';
import { asNemoError, isFinal } from './turn-failures.ts';
import { turnLimits } from './turn-limits.ts';
import type { TurnUpdate } from './turn-update.ts';

export interface TurnProjectOptions {
  readonly client: Pick<NemoClient, 'state'>;
  readonly sessionId: string;
  /** The state before the turn; undefined where it is not known. */
  readonly before: StateAnswer | undefined;
  /** Changes that were told before a turn was picked up again. */
  readonly told: readonly TimelineChange[];
  readonly signal: AbortSignal;
  readonly waits: StoppableWaits;
}

/** The project that a turn works on: as it was before, as it was seen last, and the difference. */
export class TurnProject {
  readonly #options: TurnProjectOptions;
  #before: StateAnswer | undefined;
  #after: { readonly state: StateAnswer; readonly timeline: Timeline } | undefined;
  #changes: readonly TimelineChange[];
  #hasToldMedium = false;

  constructor(options: TurnProjectOptions) {
    this.#options = options;
    this.#before = options.before;
    this.#changes = options.told;
  }

  /** The state before the turn. */
  get before(): StateAnswer | undefined {
    return this.#before;
  }

  /** What is compared with from here on, where the state before the turn was not known. */
  compareWith(state: StateAnswer): void {
    this.#before = state;
  }

  /** What was shown last. */
  get after(): { readonly state: StateAnswer; readonly timeline: Timeline } | undefined {
    return this.#after;
  }

  /** How what was shown last differs from what was there before the turn. */
  get changes(): readonly TimelineChange[] {
    return this.#changes;
  }

  /** Shows a state. */
  *show(state: StateAnswer): Generator<TurnUpdate, void, void> {
    const timeline = readDraft(state.draft, state.canvasConfig);
    this.#changes = this.compare(state);
    this.#after = { state, timeline };
    yield { kind: 'timeline', state, timeline, changes: this.#changes };
  }

  /** How a state differs from the one before the turn; nothing where that is not known. */
  compare(state: StateAnswer): readonly TimelineChange[] {
    if (this.#before === undefined) return [];
    const before = readDraft(this.#before.draft, this.#before.canvasConfig);
    return compareTimelines(before, readDraft(state.draft, state.canvasConfig));
  }

  /** Nothing is different, as far as is known. */
  isUnchanged(state: StateAnswer): boolean {
    return this.#before === undefined || !isProjectChanged(this.#before, state);
  }

  /** Something is different from what was shown last. */
  isNews(state: StateAnswer): boolean {
    const shown = this.#after?.state;
    if (shown) return isProjectChanged(shown, state);
    return !this.isUnchanged(state) && !areSameChanges(this.#changes, this.compare(state));
  }

  /** The newest generated medium of a state that has more of them than the one before the turn; once. */
  takeNewMedium(state: StateAnswer): unknown {
    const isNew = state.generatedMedia.length > (this.#before?.generatedMedia.length ?? 0);
    if (!isNew || this.#hasToldMedium) return undefined;
    this.#hasToldMedium = true;
    return state.generatedMedia.at(-1) ?? {};
  }

  /** Reads the state, a few times if need be; undefined where it cannot be read. @throws Stopped */
  async readPatiently(): Promise<StateAnswer | undefined> {
    for (const waitMs of [0, ...turnLimits.readAgain]) {
      if (waitMs > 0) await this.#options.waits.sleep(waitMs);
      try {
        return await this.read();
      } catch (reason) {
        this.#options.waits.throwIfStopped();
        if (isFinal(asNemoError(reason))) return undefined;
      }
    }
    return undefined;
  }

  /** Reads the state. @throws Stopped, NemoError */
  read(): Promise<StateAnswer> {
    const { client, sessionId, signal, waits } = this.#options;
    return waits.unlessStopped(client.state(sessionId, signal));
  }
}

/** Whether anything of the project is different. Signatures of addresses, new at each reading, do not count. */
export function isProjectChanged(before: StateAnswer, after: StateAnswer): boolean {
  if (before.generatedMedia.length !== after.generatedMedia.length) return true;
  if (before.draftText === after.draftText) return false;
  return unsigned(before.draftText ?? '') !== unsigned(after.draftText ?? '');
}

/** Whether two lists tell the same. */
export function areSameChanges(one: readonly TimelineChange[], other: readonly TimelineChange[]): boolean {
  return one.length === other.length && one.every(({ sentence }, at) => sentence === other[at]?.sentence);
}

const unsigned = (draftText: string) =>
  draftText.replace(/https?:[^"\s]*/g, (address) => address.split('?', 1)[0] ?? address);
