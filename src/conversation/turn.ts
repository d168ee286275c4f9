import * as l10n from '@vscode/l10n';

import type { Clock } from '../client/clock.ts';
import { NemoError } from '../client/errors.ts';
import type { NemoClient } from '../client/nemo-client.ts';
import type { StateAnswer } from '../client/service-values.ts';
import type { NextStep } from '../client/next-step.ts';
import type { StreamEvent } from '../client/stream-event.ts';
import { compareTimelines } from '../timeline/difference.ts';
import { isReadyToExport, readDraft } from '../timeline/read-draft.ts';
import { summarizeTimeline } from '../timeline/summary.ts';
import type { Timeline, TimelineChange } from '../timeline/timeline-model.ts';
import { Alarm } from './alarm.ts';
import { AnswerText } from './answer-text.ts';
import { Mailbox } from './mailbox.ts';
import { isTemporaryIssue, type StreamFailure, StreamWatch } from './stream-watch.ts';
import { isGeneratingTool, toolLabel } from './tool-label.ts';
import {
  doneWords,
  lostTurn,
  mediaName,
  recoveredWords,
  silentWords,
  streamFailure,
  timedOutTurn,
  unseenTurn,
  withRetry,
} from './turn-words.ts';
import type { TurnOutcome, TurnResult, TurnUpdate } from './turn-update.ts';

/** Everything that a turn needs. */
export interface TurnRequest {
  readonly client: Pick<NemoClient, 'sendMessage' | 'state'>;
  readonly sessionId: string;
  readonly text: string;
  /** The state before the turn; read when undefined. */
  readonly before: StateAnswer | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** False leaves out the buttons for what the backend told its user to click. */
  readonly guiActions: boolean;
}

/** What is needed to pick up a turn whose stream is gone. */
export interface RecoveryRequest extends Omit<TurnRequest, 'text'> {
  /** ms since the Unix epoch. */
  readonly sentAtMs: number;
  /** What the turn had shown before; it stays, and what is said now is a paragraph behind it. */
  readonly shown?: string;
}

/** All in ms. */
const patience = {
  /** From one sign that work goes on to the next. */
  sign: 2 * 60_000,
  /** Of nothing but heartbeats. */
  heartbeats: 10 * 60_000,
  turn: 15 * 60_000,
  /** Of nothing at all, once there is an answer and no tool is at work: the stream was left open. */
  openStream: 60_000,
  /** The same, after the backend said that it is over. */
  afterEnd: 5_000,
  /** Between two readings of the state while the stream goes on. */
  readings: 10_000,
  /** An edit may be on the timeline a moment after the stream has closed. */
  lateEdit: 3_000,
  /** Before a state that could not be read is read again. */
  readAgain: [2_000, 5_000],
  firstRecovery: 30_000,
  nextRecovery: 60_000,
} as const;

/** So many answers without a change, and the turn is lost. */
const unchangedAnswers = 5;
/** So many readings, answered or not, and we stop asking. */
const mostReadings = 10;

/**
 * Sends the message, once and only once, and yields what to show until the turn is over: the answer as it streams in,
 * what the backend is doing, and what became of the timeline. It never throws; how it failed is in the result.
 *
 * When the stream breaks, the turn is recovered by reading the state; what was streamed stays.
 */
export async function* runTurn(request: TurnRequest): AsyncGenerator<TurnUpdate, TurnResult, void> {
  const turn = new Turn(request, new AnswerText(), request.clock.now());
  return yield* turn.untilStopped(turn.run(request.text));
}

/**
 * Picks up a turn whose stream is gone (the window was reloaded): reads the state on the recovery schedule, counted from
 * when the message was sent. Never sends.
 */
export async function* recoverTurn(request: RecoveryRequest): AsyncGenerator<TurnUpdate, TurnResult, void> {
  const turn = new Turn(request, new AnswerText(request.shown), request.sentAtMs);
  return yield* turn.untilStopped(turn.recover(request.clock.now() - request.sentAtMs));
}

/** How the stream of events came to its end. */
type StreamEnd =
  /** It closed, or was left open with nothing to come. */
  | { readonly kind: 'over'; readonly failure: StreamFailure | undefined; readonly isRefusal: boolean }
  | { readonly kind: 'broken'; readonly error: NemoError; readonly hadEvents: boolean }
  | { readonly kind: 'timedOut'; readonly afterMs: number };

type Letter =
  | { readonly kind: 'event'; readonly result: IteratorResult<StreamEvent, unknown> }
  | { readonly kind: 'broken'; readonly error: NemoError }
  | { readonly kind: 'state'; readonly state: StateAnswer | undefined }
  | { readonly kind: 'tick' }
  | { readonly kind: 'stopped' };

type Updates<Result> = AsyncGenerator<TurnUpdate, Result, void>;

/** The user pressed Stop. */
class Stopped extends Error {}

class Turn {
  readonly #request: Omit<TurnRequest, 'text'>;
  readonly #answer: AnswerText;
  readonly #startMs: number;
  #before: StateAnswer | undefined;
  #after: { readonly state: StateAnswer; readonly timeline: Timeline } | undefined;
  #changes: readonly TimelineChange[] = [];
  /** Whoever shows the turn may have begun with a quiet line of their own. */
  #activity: string | undefined = '';
  /** Tools that have begun and not come back, by name: a call may be announced twice, with two ids. */
  readonly #tools = new Set<string>();
  /** A clip was generated: with music, title and effects to follow, the tracks are listed at the end. */
  #hasGenerated = false;
  #hasToldRawClip = false;

  constructor(request: Omit<TurnRequest, 'text'>, answer: AnswerText, startMs: number) {
    this.#request = request;
    this.#answer = answer;
    this.#startMs = startMs;
    this.#before = request.before;
  }

  async *untilStopped(work: Updates<TurnResult>): Updates<TurnResult> {
    try {
      return yield* work;
    } catch (reason) {
      if (!(reason instanceof Stopped) && !this.#request.signal.aborted) {
        yield* this.#nothingGoesOn();
        return this.#failed(asNemoError(reason));
      }
      yield* this.#answer.end();
      yield* this.#nothingGoesOn();
      return this.#result('cancelled');
    }
  }

  async *run(text: string): Updates<TurnResult> {
    if (this.#before === undefined) {
      try {
        this.#before = await this.#read();
      } catch (reason) {
        const error = asNemoError(reason);
        // Nothing has left yet, and nothing would come of it.
        if (isFinal(error)) return refused(this.#failed(error), true);
      }
    }
    this.#throwIfStopped();
    const end = yield* this.#listen(text);
    switch (end.kind) {
      case 'over':
        return refused(yield* this.#finish(end.failure, end.isRefusal), end.isRefusal);
      case 'timedOut':
        return yield* this.#timedOut(end.afterMs);
      case 'broken':
        return yield* this.#broken(end.error, end.hadEvents);
    }
  }

  // --- the stream

  async *#listen(text: string): Updates<StreamEnd> {
    const { client, sessionId, signal, clock } = this.#request;
    const leaving = new AbortController();
    const mailbox = new Mailbox<Letter>();
    const stop = () => mailbox.post({ kind: 'stopped' });
    signal.addEventListener('abort', stop, { once: true });
    const alarm = new Alarm(clock, () => mailbox.post({ kind: 'tick' }));
    const stream: AsyncIterable<StreamEvent> = client.sendMessage(
      sessionId,
      text,
      AbortSignal.any([signal, leaving.signal]),
    );
    const events = stream[Symbol.asyncIterator]();
    const pull = () => {
      events.next().then(
        (result) => mailbox.post({ kind: 'event', result }),
        (reason: unknown) => mailbox.post({ kind: 'broken', error: asNemoError(reason) }),
      );
    };
    const watch = new StreamWatch(clock.now());
    try {
      pull();
      for (;;) {
        this.#throwIfStopped();
        alarm.set(this.#nextDeadline(watch));
        const letter = await mailbox.take();
        this.#throwIfStopped();
        switch (letter.kind) {
          case 'event': {
            if (letter.result.done) return overOf(watch);
            const event = letter.result.value;
            watch.note(event, clock.now());
            const news = [...this.#eventUpdates(event)];
            if (news.length > 0) watch.lastSignMs = clock.now();
            yield* news;
            pull();
            if (event.kind === 'toolResult' && isGeneratingTool(event.name)) {
              this.#hasGenerated = true;
              watch.wantsReading = true;
            }
            break;
          }
          case 'broken':
            // What breaks behind the last word has lost nothing.
            if (watch.isOver) return overOf(watch);
            return { kind: 'broken', error: letter.error, hadEvents: watch.hadEvents };
          case 'state':
            watch.isReading = false;
            if (letter.state) yield* this.#rawClip(letter.state);
            break;
          case 'tick':
            break;
          case 'stopped':
            throw new Stopped();
        }
        const now = clock.now();
        if (watch.wantsReading && !watch.isReading && now >= watch.nextReadingMs) {
          watch.wantsReading = false;
          watch.isReading = true;
          watch.nextReadingMs = now + patience.readings;
          // A reading that fails is no news; the state is read again at the end.
          client.state(sessionId, AbortSignal.any([signal, leaving.signal])).then(
            (state) => mailbox.post({ kind: 'state', state }),
            () => mailbox.post({ kind: 'state', state: undefined }),
          );
        }
        if (this.#isQuiet(watch, now)) return overOf(watch);
        for (const [since, limit] of [
          [watch.lastNewsMs, patience.heartbeats],
          [this.#startMs, patience.turn],
        ] as const) {
          if (now < since + limit) continue;
          // A stream that beats on long after the answer was left open, no more.
          const isAnswered = this.#hasAnswer() && now >= watch.lastNewsMs + patience.openStream;
          return isAnswered ? overOf(watch) : { kind: 'timedOut', afterMs: limit };
        }
        if (now >= watch.lastSignMs + patience.sign) {
          watch.lastSignMs = now;
          yield { kind: 'stillWorking', elapsedMs: now - this.#startMs };
        }
      }
    } finally {
      signal.removeEventListener('abort', stop);
      alarm.clear();
      leaving.abort();
      // It ends by itself; whoever listened has gone.
      Promise.resolve(events.return?.(undefined)).catch(() => undefined);
    }
  }

  #nextDeadline(watch: StreamWatch): number {
    return Math.min(
      watch.lastSignMs + patience.sign,
      watch.lastNewsMs + patience.heartbeats,
      this.#startMs + patience.turn,
      watch.lastEventMs + this.#quietLimit(watch),
      watch.wantsReading && !watch.isReading ? watch.nextReadingMs : Infinity,
    );
  }

  #isQuiet(watch: StreamWatch, now: number): boolean {
    return now >= watch.lastEventMs + this.#quietLimit(watch);
  }

  #quietLimit(watch: StreamWatch): number {
    if (watch.isOver) return patience.afterEnd;
    return this.#hasAnswer() ? patience.openStream : Infinity;
  }

  #hasAnswer(): boolean {
    return this.#answer.hasText && this.#tools.size === 0;
  }

  *#eventUpdates(event: StreamEvent): Generator<TurnUpdate, void, void> {
    switch (event.kind) {
      case 'text': {
        const updates = this.#answer.take(event);
        if (updates.length > 0 && this.#tools.size === 0) yield* this.#nothingGoesOn();
        yield* updates;
        return;
      }
      case 'toolCall':
        this.#tools.add(event.name);
        yield* this.#answer.interrupt();
        yield* this.#goesOn(toolLabel(event.name));
        return;
      case 'toolResult': {
        this.#tools.delete(event.name);
        yield* this.#answer.interrupt();
        const [other] = this.#tools;
        if (other === undefined) yield* this.#nothingGoesOn();
        else yield* this.#goesOn(toolLabel(other));
        return;
      }
      case 'thinking':
        if (this.#tools.size === 0) yield* this.#goesOn(l10n.t('Thinking'));
        return;
      case 'heartbeat':
        yield* this.#answer.pause();
        return;
      case 'stateDelta':
      case 'silentEnd':
      case 'error':
        return;
    }
  }

  *#goesOn(label: string): Generator<TurnUpdate, void, void> {
    if (this.#activity === label) return;
    this.#activity = label;
    yield { kind: 'activity', label };
  }

  *#nothingGoesOn(): Generator<TurnUpdate, void, void> {
    if (this.#activity === undefined) return;
    this.#activity = undefined;
    yield { kind: 'activity', label: undefined };
  }

  /** Reports the raw clip at once, while the backend goes on. */
  *#rawClip(state: StateAnswer): Generator<TurnUpdate, void, void> {
    if (this.#before === undefined || !isChanged(this.#before, state)) return;
    const changes = this.#compare(state);
    if (changes.length > 0) {
      yield* this.#timeline(state);
    } else if (state.generatedMedia.length > this.#before.generatedMedia.length && !this.#hasToldRawClip) {
      this.#hasToldRawClip = true;
      const name = mediaName(state.generatedMedia.at(-1));
      yield* this.#answer.interrupt();
      yield* this.#answer.take({
        kind: 'text',
        // The backend has not ended its answer with that.
        partial: true,
        text: name === undefined ? l10n.t('The raw clip is there.') : l10n.t('The raw clip is there: {0}.', name),
        author: 'nemo-vscode',
      });
      yield* this.#answer.interrupt();
    }
  }

  // --- the end

  async *#finish(failure: StreamFailure | undefined, isRefusal = false): Updates<TurnResult> {
    yield* this.#answer.end();
    const wasLeftOpen = this.#tools.size > 0;
    let state = await this.#readPatiently();
    const isSilent = !this.#answer.hasText && failure === undefined;
    if (isSilent) {
      if (state && this.#isUnchanged(state) && !wasLeftOpen) {
        await this.#sleep(patience.lateEdit);
        state = (await this.#readPatiently()) ?? state;
      }
      // Nobody knows what came of it, or a tool was still at work: the stream did not end, it broke.
      if (state === undefined || (wasLeftOpen && this.#isUnchanged(state))) return yield* this.recover();
    }
    if (state) yield* this.#timeline(state);
    yield* this.#nothingGoesOn();
    if (failure && !(this.#answer.shown.trim() !== '' && isTemporaryIssue(failure.message))) {
      return this.#failed(streamFailure(failure, this.#changes.length > 0, isRefusal));
    }
    if (isSilent) {
      const hasChanged = state !== undefined && !this.#isUnchanged(state);
      yield* this.#answer.say(silentWords(hasChanged, this.#changes));
      return this.#result('silent');
    }
    yield* this.#offerActions();
    if (this.#answer.shown.trim() === '') yield* this.#answer.say(this.#wordsForGui());
    else if (this.#hasGenerated && this.#after && this.#changes.length > 0) {
      yield* this.#answer.say(summarizeTimeline(this.#after.timeline));
    }
    return this.#result('answered');
  }

  async *#timedOut(afterMs: number): Updates<TurnResult> {
    yield* this.#answer.end();
    const state = await this.#readPatiently();
    if (state) yield* this.#timeline(state);
    yield* this.#nothingGoesOn();
    const hasChanged = state !== undefined && !this.#isUnchanged(state);
    return this.#failed(timedOutTurn(Math.round(afterMs / 60_000), hasChanged));
  }

  async *#broken(error: NemoError, hadEvents: boolean): Updates<TurnResult> {
    yield* this.#answer.end();
    // The client went away under the turn: nobody waits for it any more.
    if (error.code === 'cancelled') {
      yield* this.#nothingGoesOn();
      return this.#result('cancelled');
    }
    if (!hadEvents && (error.notSent || isFinal(error))) {
      yield* this.#nothingGoesOn();
      return refused(this.#failed(withRetry(error)), true);
    }
    // A message with its end, and no tool at work: that was the answer.
    if (this.#answer.isWhole && this.#tools.size === 0) return yield* this.#finish(undefined);
    return yield* this.recover();
  }

  /** Reads the state on the recovery schedule until it has changed, or it is clear that nothing came of the message. */
  async *recover(pickedUpAfterMs?: number): Updates<TurnResult> {
    // No turn lasts longer: what has not changed by then will not.
    const enough = (pickedUpAfterMs ?? 0) >= patience.turn ? 1 : unchangedAnswers;
    let waitMs = Math.max(0, patience.firstRecovery - (pickedUpAfterMs ?? 0));
    let unchanged = 0;
    let failure: NemoError | undefined;
    // Its progress takes the place of the quiet line, which has to end with it.
    this.#activity = '';
    for (let reading = 0; reading < mostReadings && unchanged < enough; reading++) {
      yield { kind: 'recovering', attempt: unchanged + 1, of: enough, waitMs };
      await this.#sleep(waitMs);
      waitMs = patience.nextRecovery;
      let state: StateAnswer;
      try {
        state = await this.#read();
      } catch (reason) {
        failure = asNemoError(reason);
        if (failure.code === 'cancelled') return this.#result('cancelled');
        if (isFinal(failure)) break;
        continue;
      }
      failure = undefined;
      if (this.#before === undefined) {
        // What was before is not known: from here on a change can be seen.
        this.#before = state;
        unchanged += 1;
        yield* this.#timeline(state);
        continue;
      }
      if (this.#isUnchanged(state)) {
        unchanged += 1;
        continue;
      }
      yield* this.#timeline(state);
      yield* this.#nothingGoesOn();
      yield* this.#offerActions();
      yield* this.#answer.say(recoveredWords(this.#changes));
      return this.#result(this.#answer.hasText ? 'answered' : 'silent');
    }
    yield* this.#nothingGoesOn();
    yield* this.#offerActions();
    return this.#failed(
      failure && isFinal(failure) ? unseenTurn(failure) : lostTurn(failure, this.#answer.shown.trim() !== ''),
    );
  }

  *#offerActions(): Generator<TurnUpdate, void, void> {
    const actions = this.#actions();
    if (actions.length > 0) yield { kind: 'actions', actions };
  }

  #actions(): readonly NextStep[] {
    return this.#request.guiActions ? this.#answer.actions : [];
  }

  /** All that the backend said was for the user of another screen. */
  #wordsForGui(): string {
    if (this.#changes.length > 0) return doneWords();
    const isElsewhere = this.#actions().length > 0 && !this.#actions().some(({ kind }) => kind === 'showTracks');
    if (isElsewhere || this.#after === undefined) return l10n.t('You can go on from here:');
    return summarizeTimeline(this.#after.timeline);
  }

  #result(outcome: TurnOutcome): TurnResult {
    const actions = [...this.#actions()];
    const mayExport =
      this.#request.guiActions &&
      (outcome === 'answered' || outcome === 'silent') &&
      this.#changes.length > 0 &&
      isReadyToExport(this.#after?.state.draft);
    if (mayExport && !actions.some(({ kind }) => kind === 'export')) {
      actions.push({ kind: 'export', label: l10n.t('Export') });
    }
    return { outcome, text: this.#answer.shown, changes: this.#changes, actions };
  }

  #failed(error: NemoError): TurnResult {
    const { code, message, steps } = error;
    return { ...this.#result('failed'), error: { code, message, steps } };
  }

  // --- the state

  *#timeline(state: StateAnswer): Generator<TurnUpdate, void, void> {
    const timeline = readDraft(state.draft, state.canvasConfig);
    this.#changes = this.#compare(state);
    this.#after = { state, timeline };
    yield { kind: 'timeline', state, timeline, changes: this.#changes };
  }

  #compare(state: StateAnswer): readonly TimelineChange[] {
    if (this.#before === undefined) return [];
    const before = readDraft(this.#before.draft, this.#before.canvasConfig);
    return compareTimelines(before, readDraft(state.draft, state.canvasConfig));
  }

  #isUnchanged(state: StateAnswer): boolean {
    return this.#before === undefined || !isChanged(this.#before, state);
  }

  /** Reads the state, a few times if need be; undefined where it cannot be read. */
  async #readPatiently(): Promise<StateAnswer | undefined> {
    for (const waitMs of [0, ...patience.readAgain]) {
      if (waitMs > 0) await this.#sleep(waitMs);
      try {
        return await this.#read();
      } catch (reason) {
        if (isFinal(asNemoError(reason))) return undefined;
      }
    }
    return undefined;
  }

  async #read(): Promise<StateAnswer> {
    const { client, sessionId, signal } = this.#request;
    return await this.#unlessStopped(client.state(sessionId, signal));
  }

  async #sleep(ms: number): Promise<void> {
    if (ms > 0) await this.#unlessStopped(this.#request.clock.sleep(ms, this.#request.signal));
    else this.#throwIfStopped();
  }

  /** What the promise gives, or the end of the turn at once when the user stops it, whether the promise heeds that or not. */
  #unlessStopped<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.#request;
    return new Promise((resolve, reject) => {
      const stop = () => reject(new Stopped());
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      promise
        .then(resolve, (reason: unknown) => reject(signal.aborted ? new Stopped() : asNemoError(reason)))
        .finally(() => signal.removeEventListener('abort', stop));
    });
  }

  #throwIfStopped(): void {
    if (this.#request.signal.aborted) throw new Stopped();
  }
}

function overOf({ failure, isRefusal }: StreamWatch): Extract<StreamEnd, { kind: 'over' }> {
  return { kind: 'over', failure, isRefusal };
}

/** Marks a failed turn whose message the service did not take. */
function refused(result: TurnResult, isRefused: boolean): TurnResult {
  return isRefused && result.outcome === 'failed' ? { ...result, notTaken: true } : result;
}

function asNemoError(reason: unknown): NemoError {
  if (reason instanceof NemoError) return reason;
  return new NemoError('internal', l10n.t('Something went wrong inside the extension. The log says more.'), {
    cause: reason,
  });
}

/** Refusals that asking again would not change. */
function isFinal(error: NemoError): boolean {
  return ['sessionGone', 'tokenRejected', 'scopeMissing', 'noCredits', 'planForbidsExport', 'badSetting'].includes(
    error.code,
  );
}

/** Whether anything of the project is different. Signatures of addresses, new at each reading, do not count. */
function isChanged(before: StateAnswer, after: StateAnswer): boolean {
  if (before.generatedMedia.length !== after.generatedMedia.length) return true;
  if (before.draftText === after.draftText) return false;
  return unsigned(before.draftText ?? '') !== unsigned(after.draftText ?? '');
}

const unsigned = (draftText: string) => draftText.replace(/(https?:[^"?\s]*)\?[^"\s]*/g, '$1');
