import * as l10n from '@vscode/l10n';

import type { NemoError } from '../client/errors.ts';
import type { StateAnswer } from '../client/service-values.ts';
import { isReadyToExport, readDraft } from '../timeline/read-draft.ts';
import { summarizeTimeline } from '../timeline/summary.ts';
import type { TimelineChange } from '../timeline/timeline-model.ts';
import { type AnsweredTurn, type AnswerFinding, awaitsChange, findingOn, isSameStep } from './answer-check.ts';
import { exportStep } from './gui-steps.ts';
import { StoppableWaits, Stopped } from './stoppable.ts';
import { isTemporaryIssue, type StreamFailure } from './stream-watch.ts';
import { type ShownBefore, TurnAnswer } from './turn-answer.ts';
import { asNemoError, isFinal } from './turn-failures.ts';
import { TurnInput } from './turn-input.ts';
import { turnLimits } from './turn-limits.ts';
import { listen, listenOn, type TurnParts } from './turn-listening.ts';
import { TurnProject } from './turn-project.ts';
import { readUntilChanged } from './turn-recovery.ts';
import type { RecoveryRequest, TurnRequest } from './turn.ts';
import {
  doneWords,
  lostTurn,
  isToldOfChanges,
  pickedUpWords,
  recoveredWords,
  silentWords,
  streamFailure,
  timedOutTurn,
  unchangedSoFarWords,
  unreadableQuestionWords,
  unseenTurn,
  withRetry,
} from './turn-words.ts';
import type { Following, TurnOutcome, TurnResult, TurnUpdate } from './turn-update.ts';

type Updates<Result> = AsyncGenerator<TurnUpdate, Result, void>;

/** One turn from its message to its result: listening, finishing, recovering, and reading on where something may still come. */
export class Turn {
  readonly #request: TurnRequest;
  readonly #parts: TurnParts;
  readonly #answer: TurnAnswer;
  readonly #project: TurnProject;
  readonly #input: TurnInput;
  readonly #waits: StoppableWaits;
  /** A turn that is picked up again had said something before. */
  readonly #hadText: boolean;
  #isComplete = false;
  /** In place of the backend's words it was said what changed. */
  #isTold = false;
  /** It was said that something was done of which the timeline shows nothing: that was waited for, once. */
  #looksAgain = false;

  /** @param startMs when the message was sent, in ms since the Unix epoch. */
  constructor(
    request: TurnRequest,
    before: ShownBefore & { readonly changes?: readonly TimelineChange[] },
    startMs: number,
  ) {
    const { clock, signal } = request;
    this.#request = request;
    this.#waits = new StoppableWaits(clock, signal);
    const common = { ...request, waits: this.#waits };
    this.#answer = new TurnAnswer(request.guiActions, before);
    this.#project = new TurnProject({ ...common, told: before.changes ?? [] });
    this.#input = new TurnInput(common);
    this.#parts = { answer: this.#answer, project: this.#project, input: this.#input, clock, startMs };
    this.#hadText = (before.text ?? '').trim() !== '';
  }

  /** Does the work of a turn to its end, or until it is stopped; never throws. */
  async *untilStopped(work: Updates<TurnResult>): Updates<TurnResult> {
    try {
      return yield* work;
    } catch (reason) {
      if (!(reason instanceof Stopped) && !this.#request.signal.aborted) {
        yield* this.#answer.nothingGoesOn();
        return this.#failed(asNemoError(reason));
      }
      yield* this.#answer.end();
      yield* this.#answer.nothingGoesOn();
      if (!this.#isComplete) return this.#result('cancelled');
      const result = this.#result(this.#outcome);
      return result.text.trim() === '' && result.outcome === 'silent'
        ? { ...result, text: unchangedSoFarWords() }
        : result;
    } finally {
      this.#input.leave();
    }
  }

  /** Sends the message and follows it to the end of its turn. */
  async *run(): Updates<TurnResult> {
    if (this.#project.before === undefined) {
      try {
        this.#project.compareWith(await this.#project.read());
      } catch (reason) {
        this.#waits.throwIfStopped();
        const error = asNemoError(reason);
        // Nothing has left yet, and nothing would come of it.
        if (isFinal(error)) return refused(this.#failed(error), true);
      }
    }
    this.#waits.throwIfStopped();
    this.#input.send(this.#request.text);
    const end = yield* listen(this.#parts);
    switch (end.kind) {
      case 'over':
        return refused(yield* this.#finish(end.failure, end.isRefusal), end.isRefusal);
      case 'timedOut':
        return yield* this.#timedOut(end.afterMs);
      case 'broken':
        return yield* this.#broken(end.error, end.hadEvents);
    }
  }

  /** Goes on with an answer that counted as complete when its window was closed. */
  async *resume({ following, sinceMs }: NonNullable<RecoveryRequest['complete']>): Updates<TurnResult> {
    const { clock, startMs } = this.#parts;
    const { laterEdits, firstRecovery, nextRecovery, turn } = turnLimits;
    const waits = following === 'state' ? laterEdits : [firstRecovery, ...Array<number>(4).fill(nextRecovery)];
    let dueMs = following === 'state' ? sinceMs : clock.now();
    const endMs = following === 'state' ? Infinity : startMs + turn;
    const readings = [0];
    for (const waitMs of waits) {
      dueMs += waitMs;
      const beforeMs = clock.now() + readings.reduce((sum, ms) => sum + ms, 0);
      if (dueMs > beforeMs && dueMs < endMs) readings.push(dueMs - beforeMs);
    }
    return yield* this.#follow(following, readings);
  }

  // --- the end

  async *#finish(failure: StreamFailure | undefined, isRefusal = false): Updates<TurnResult> {
    yield* this.#answer.end();
    const wasLeftOpen = this.#answer.isToolAtWork;
    let state = await this.#project.readPatiently();
    const isSilent = this.#isSilent && failure === undefined;
    if (isSilent) {
      if (state && this.#project.isUnchanged(state) && !wasLeftOpen) {
        await this.#waits.sleep(turnLimits.lateEdit);
        state = (await this.#project.readPatiently()) ?? state;
      }
      // Nobody knows what came of it, or a tool was still at work: the stream did not end, it broke.
      if (state === undefined || (wasLeftOpen && this.#project.isUnchanged(state))) return yield* this.recover();
    }
    if (state) yield* this.#project.show(state);
    yield* this.#answer.nothingGoesOn();
    if (failure && !(this.#answer.shown.trim() !== '' && isTemporaryIssue(failure.message))) {
      return this.#failed(streamFailure(failure, this.#project.changes.length > 0, isRefusal));
    }
    if (isSilent) {
      if (state === undefined || this.#project.isUnchanged(state)) {
        // What was before is not known: from here on a change can be seen.
        if (state && this.#project.before === undefined) this.#project.compareWith(state);
        return yield* this.#follow('state', turnLimits.laterEdits);
      }
      yield* this.#sayWhatChanged(true);
    } else {
      yield* this.#answer.offerActions();
      yield* this.#lastWords();
      const answered = this.#answered();
      if (answered && !this.#looksAgain && awaitsChange(answered)) {
        this.#looksAgain = true;
        return yield* this.#follow('state', turnLimits.laterEdits);
      }
    }
    if (this.#input.isOpen) return yield* this.#follow('stream');
    return this.#result(this.#outcome);
  }

  *#sayWhatChanged(hasChanged: boolean): Generator<TurnUpdate, void, void> {
    this.#isTold = true;
    yield* this.#answer.say(silentWords(hasChanged, this.#project.changes));
  }

  /** What is said of our own behind an answer. */
  *#lastWords(): Generator<TurnUpdate, void, void> {
    if (this.#isTold) return;
    const { after, changes } = this.#project;
    if (this.#answer.shown.trim() === '') {
      if (!this.#answer.isAsking) yield* this.#answer.say(this.#wordsForGui());
      else if (this.#answer.questions.length === 0) yield* this.#answer.say(unreadableQuestionWords());
    } else if (this.#answer.hasGenerated && after && changes.length > 0) {
      const tracks = summarizeTimeline(after.timeline);
      if (!this.#answer.shown.endsWith(tracks)) yield* this.#answer.say(tracks);
    }
  }

  async *#timedOut(afterMs: number): Updates<TurnResult> {
    this.#input.leave();
    yield* this.#answer.end();
    const state = await this.#project.readPatiently();
    if (state) yield* this.#project.show(state);
    yield* this.#answer.nothingGoesOn();
    const hasChanged = state !== undefined && !this.#project.isUnchanged(state);
    return this.#failed(timedOutTurn(Math.round(afterMs / 60_000), hasChanged));
  }

  async *#broken(error: NemoError, hadEvents: boolean): Updates<TurnResult> {
    yield* this.#answer.end();
    // The client went away under the turn: nobody waits for it any more.
    if (error.code === 'cancelled') {
      yield* this.#answer.nothingGoesOn();
      return this.#result('cancelled');
    }
    if (!hadEvents && (error.notSent || isFinal(error))) {
      yield* this.#answer.nothingGoesOn();
      return refused(this.#failed(withRetry(error)), true);
    }
    // A message with its end, or a question, and no tool at work: that was the answer.
    const isAnswered = (this.#answer.isWhole || this.#answer.isAsking) && !this.#answer.isToolAtWork;
    return yield* isAnswered ? this.#finish(undefined) : this.recover();
  }

  /** Reads the state on the recovery schedule until it has changed, or it is clear that nothing came of the message. */
  async *recover(pickedUpAfterMs?: number): Updates<TurnResult> {
    // Picked up where the agent had asked: it waits for its user.
    if (this.#answer.isAsking && !this.#answer.isToolAtWork) return yield* this.#finish(undefined);
    const recovery = yield* readUntilChanged(this.#parts, this.#waits, pickedUpAfterMs);
    if (recovery.kind === 'cancelled') return this.#result('cancelled');
    yield* this.#answer.nothingGoesOn();
    yield* this.#answer.offerActions();
    if (recovery.kind === 'lost') return this.#failed(recovery.error);
    if (pickedUpAfterMs === undefined) yield* this.#answer.say(recoveredWords(this.#project.changes));
    else if (!isToldOfChanges(this.#answer.shown)) yield* this.#answer.say(pickedUpWords(this.#project.changes));
    return this.#result(this.#answer.hasText ? 'answered' : 'silent');
  }

  // --- behind an answer that counts as complete

  /**
   * Adds what still comes, from the stream where that is open and from the state where `readings` (ms from one to the next)
   * say so.
   */
  async *#follow(first: Following, readings: readonly number[] = []): Updates<TurnResult> {
    const { clock } = this.#parts;
    const waiting = [...readings];
    let nextReadingMs = clock.now() + (waiting.shift() ?? Infinity);
    let failure: NemoError | undefined;
    this.#isComplete = true;
    yield this.#complete(first);
    for (;;) {
      const end = yield* listenOn(this.#parts, nextReadingMs);
      switch (end.kind) {
        case 'closed':
          // The readings go on.
          if (this.#awaitsChange && nextReadingMs < Infinity && !this.#answer.isToolAtWork && !end.failure) continue;
          return yield* this.#finish(end.failure);
        case 'broken':
          if (end.error.code === 'cancelled') return this.#result(this.#outcome);
          yield this.#complete('state');
          return yield* this.#broken(end.error, true);
        case 'tooLong':
          this.#input.leave();
          return yield* this.#finish(undefined);
        case 'paused': {
          if (this.#isSilent && nextReadingMs < Infinity) continue;
          if (!this.#looksAgain) nextReadingMs = Infinity;
          yield* this.#answer.end();
          const state = await this.#project.readPatiently();
          if (state && this.#project.isNews(state)) yield* this.#project.show(state);
          yield* this.#answer.nothingGoesOn();
          yield this.#complete('stream');
          continue;
        }
        case 'readingIsDue': {
          nextReadingMs = clock.now() + (waiting.shift() ?? Infinity);
          const isLast = nextReadingMs === Infinity;
          const reading = await this.#readOnce();
          failure = reading.failure;
          const hasNews = reading.state !== undefined && this.#project.isNews(reading.state);
          // What the answer is held against; another window had seen it, this one has not.
          const isBase = isLast && !this.#project.after && reading.state && this.#project.isUnchanged(reading.state);
          if (reading.state && (hasNews || isBase)) yield* this.#project.show(reading.state);
          if (!hasNews && !isLast && !(failure && isFinal(failure))) continue;
          if (this.#isSilent) {
            if (failure) return this.#failed(isFinal(failure) ? unseenTurn(failure) : lostTurn(failure, false));
            yield* this.#sayWhatChanged(hasNews);
          }
          if (!this.#input.isOpen) return this.#result(this.#outcome);
          nextReadingMs = Infinity;
          yield this.#complete('stream');
        }
      }
    }
  }

  async #readOnce(): Promise<{ readonly state?: StateAnswer; readonly failure?: NemoError }> {
    try {
      return { state: await this.#project.read() };
    } catch (reason) {
      this.#waits.throwIfStopped();
      return { failure: asNemoError(reason) };
    }
  }

  #complete(following: Following): TurnUpdate {
    return { kind: 'complete', result: this.#resultSoFar(), following };
  }

  // --- the result

  /** The timeline is looked at again for a change. */
  get #awaitsChange(): boolean {
    return this.#isSilent || this.#looksAgain;
  }

  /** The backend has not said a word, nor have we in its place. */
  get #isSilent(): boolean {
    return this.#outcome === 'silent' && !this.#isTold;
  }

  get #outcome(): TurnOutcome {
    if (this.#answer.isAsking) return 'question';
    return this.#answer.hasText || this.#hadText ? 'answered' : 'silent';
  }

  /** All that the backend said was for the user of another screen. */
  #wordsForGui(): string {
    const { after, changes } = this.#project;
    const { actions } = this.#answer;
    if (changes.length > 0) return doneWords();
    const isElsewhere = actions.length > 0 && !actions.some(({ kind }) => kind === 'showTracks');
    if (isElsewhere || after === undefined) return l10n.t('You can go on from here:');
    return summarizeTimeline(after.timeline);
  }

  #result(outcome: TurnOutcome): TurnResult {
    const finding = outcome === 'answered' || outcome === 'silent' ? this.#finding() : undefined;
    const result = this.#resultSoFar(outcome);
    if (!finding) return result;
    const { actions: mending } = finding;
    const others = result.actions.filter((one) => !mending.some((step) => isSameStep(step, one)));
    return { ...result, finding, actions: [...mending, ...others] };
  }

  /** Without what is held against the answer: what still comes may make it so. */
  #resultSoFar(outcome = this.#outcome): TurnResult {
    const actions = [...this.#answer.actions];
    const { changes, after } = this.#project;
    const mayExport =
      this.#request.guiActions &&
      (outcome === 'answered' || outcome === 'silent') &&
      changes.length > 0 &&
      isReadyToExport(after?.state.draft);
    if (mayExport && !actions.some(({ kind }) => kind === 'export')) {
      actions.push(exportStep());
    }
    const { questions } = this.#answer;
    return {
      outcome,
      text: this.#answer.shown,
      changes,
      actions,
      ...(outcome === 'question' ? { questions } : {}),
    };
  }

  #finding(): AnswerFinding | undefined {
    const answered = this.#answered();
    return answered && findingOn(answered);
  }

  /** What the answer is held against, where both sides of the turn are known. */
  #answered(): AnsweredTurn | undefined {
    const { before, after } = this.#project;
    if (!before || !after) return undefined;
    const { text, earlier = [] } = this.#request;
    return {
      message: text,
      // That nothing changed is said already.
      answer: this.#isTold ? '' : this.#answer.shown,
      before: readDraft(before.draft, before.canvasConfig),
      after: after.timeline,
      hasChanged: !this.#project.isUnchanged(after.state),
      earlier: earlier.map(({ draft, canvasConfig }) => readDraft(draft, canvasConfig)),
    };
  }

  #failed(error: NemoError): TurnResult {
    const { code, message, steps } = error;
    return { ...this.#result('failed'), error: { code, message, steps } };
  }
}

/** Marks a failed turn whose message the service did not take. */
function refused(result: TurnResult, isRefused: boolean): TurnResult {
  return isRefused && result.outcome === 'failed' ? { ...result, notTaken: true } : result;
}
