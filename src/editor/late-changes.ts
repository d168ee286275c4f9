import type { StateAnswer } from '../client/service-values.ts';
import { isSameStep } from '../conversation/answer-check.ts';
import { patchMessage, replaceText } from '../conversation/chat-reducer.ts';
import { exportStep } from '../conversation/gui-steps.ts';
import { areSameChanges, isProjectChanged } from '../conversation/turn-project.ts';
import { lateWords, stoppedLateWords } from '../conversation/turn-words.ts';
import { compareTimelines } from '../timeline/difference.ts';
import { isReadyToExport, readDraft } from '../timeline/read-draft.ts';
import type { SessionFile } from './session-file.ts';
import type { ShownChat } from './shown-chat.ts';

/** Errors that say that nobody knows what came of the message, or that nothing did. */
const unclear: ReadonlySet<string> = new Set(['turnLost', 'timedOut', 'serverFault']);

/**
 * Tells of an edit that was on the timeline only after its turn was over, or while its answer counted as complete: whoever
 * reads the state then finds it, and it belongs to the message that left last.
 */
export class LateChanges {
  readonly #file: SessionFile;
  readonly #shown: ShownChat;

  constructor({ file, shown }: { readonly file: SessionFile; readonly shown: ShownChat }) {
    this.#file = file;
    this.#shown = shown;
  }

  /**
   * A state was read outside of a turn.
   * @param seen the state that was seen before it.
   */
  async saw(state: StateAnswer, seen: StateAnswer): Promise<void> {
    const { pendingTurn, lastTurn } = this.#file.record;
    const turn = pendingTurn ?? lastTurn;
    if (!turn || (pendingTurn && !pendingTurn.complete) || !isProjectChanged(seen, state)) return;
    const { answerId, beforeVersion } = turn;
    const before = beforeVersion === 0 ? await this.#file.version(0) : await this.#file.findVersion(beforeVersion);
    const answer = this.#shown.message(answerId);
    if (!before || !answer || (before.sessionId !== '' && before.sessionId !== state.sessionId)) return;
    const changes = compareTimelines(
      readDraft(before.draft, before.canvasConfig),
      readDraft(state.draft, state.canvasConfig),
    );
    if (changes.length === 0 || areSameChanges(changes, answer.changes ?? [])) return;
    const { finding, actions = [] } = answer;
    const left = actions.filter((one) => !finding?.actions.some((step) => isSameStep(step, one)));
    this.#shown.patch(answerId, {
      changes,
      ...(finding ? { finding: undefined, actions: left.length > 0 ? left : undefined } : {}),
    });
    // The turn itself has the last word as long as it goes on.
    if (pendingTurn || !lastTurn) return;
    this.#tell(answerId, lastTurn.outcome, isReadyToExport(state.draft));
    this.#file.change({ lastTurn: { ...lastTurn, outcome: 'answered' } });
  }

  /** Something else has changed the project, or is about to: what comes from now on is not the message's. */
  forget(): void {
    this.#file.change({ lastTurn: undefined });
  }

  #tell(
    answerId: string,
    outcome: NonNullable<SessionFile['record']['lastTurn']>['outcome'],
    mayExport: boolean,
  ): void {
    const { text = '', actions = [], error } = this.#shown.message(answerId) ?? {};
    // What changed stands below the answer, which did not say that nothing had.
    if (outcome === 'answered' || outcome === 'question' || (error && !unclear.has(error.code))) return;
    // Words of ours, which have turned out to be wrong; what the backend said stays.
    const said = outcome === 'silent' || text.trim() === '' ? '' : `${text.trimEnd()}\n\n`;
    const words = outcome === 'cancelled' ? stoppedLateWords() : lateWords();
    this.#shown.do((state) => replaceText(state, answerId, said + words));
    // To send the message once more would be charged, and is not needed.
    const kept = actions.filter(({ kind }) => kind !== 'retry' && kind !== 'showTracks' && kind !== 'export');
    const steps = [...kept, ...(mayExport ? [exportStep()] : [])];
    this.#shown.do((state) =>
      patchMessage(state, answerId, {
        actions: steps.length > 0 ? steps : undefined,
        ...(outcome === 'failed' ? { state: 'done', error: undefined } : {}),
      }),
    );
  }
}
