import * as l10n from '@vscode/l10n';

import type { Clock } from '../client/clock.ts';
import type { NemoError } from '../client/errors.ts';
import type { StateAnswer } from '../client/service-values.ts';
import { isGeneratingTool } from './tool-label.ts';
import type { StreamFailure, StreamWatch } from './stream-watch.ts';
import type { TurnAnswer } from './turn-answer.ts';
import type { TurnInput } from './turn-input.ts';
import { turnLimits } from './turn-limits.ts';
import type { TurnProject } from './turn-project.ts';
import type { TurnUpdate } from './turn-update.ts';
import { mediaName } from './turn-words.ts';

/** What the parts of a turn work on together. */
export interface TurnParts {
  readonly answer: TurnAnswer;
  readonly project: TurnProject;
  readonly input: TurnInput;
  readonly clock: Clock;
  /** When the message was sent, in ms since the Unix epoch. */
  readonly startMs: number;
}

/** How the stream of events came to an end, or to a pause. */
export type StreamEnd =
  /** It closed; or it is still open, and nothing has come for so long that nothing may come any more. */
  | { readonly kind: 'over'; readonly failure: StreamFailure | undefined; readonly isRefusal: boolean }
  | { readonly kind: 'broken'; readonly error: NemoError; readonly hadEvents: boolean }
  | { readonly kind: 'timedOut'; readonly afterMs: number };

/** What became of an answer that counts as complete. */
export type FollowEnd =
  | { readonly kind: 'closed'; readonly failure: StreamFailure | undefined }
  | { readonly kind: 'broken'; readonly error: NemoError }
  /** Something came, and then nothing for a while. */
  | { readonly kind: 'paused' }
  | { readonly kind: 'readingIsDue' }
  /** No stream lasts longer. */
  | { readonly kind: 'tooLong' };

type Updates<Result> = AsyncGenerator<TurnUpdate, Result, void>;

/**
 * Shows what comes until the stream is over, or has been quiet for long enough for its answer to count as complete.
 * @throws Stopped
 */
export async function* listen(parts: TurnParts): Updates<StreamEnd> {
  const { answer, input, clock, startMs } = parts;
  const { watch } = input;
  for (;;) {
    const arrival = await input.take(nextDeadline(parts));
    switch (arrival.kind) {
      case 'event': {
        const news = [...hear(parts, arrival.event)];
        if (news.length > 0) watch.lastSignMs = clock.now();
        yield* news;
        break;
      }
      case 'closed':
        return overOf(watch);
      case 'broken':
        // What breaks behind the last word has lost nothing.
        if (watch.isOver) return overOf(watch);
        return { kind: 'broken', error: arrival.error, hadEvents: watch.hadEvents };
      case 'state':
        yield* takeReading(parts, arrival.state);
        break;
      case 'tick':
        break;
    }
    const now = clock.now();
    readWhereWanted(parts, now);
    if (now >= watch.lastEventMs + quietLimit(parts)) return overOf(watch);
    for (const [since, limit] of [
      [watch.lastNewsMs, turnLimits.heartbeats],
      [watch.begunMs, turnLimits.turn],
    ] as const) {
      if (now < since + limit) continue;
      // A stream that beats on long after the answer was left open, no more.
      const isAnswered = hasAnswer(answer) && now >= watch.lastNewsMs + turnLimits.openStream;
      if (limit === turnLimits.turn) input.leave();
      return isAnswered ? overOf(watch) : { kind: 'timedOut', afterMs: limit };
    }
    if (now >= watch.lastSignMs + turnLimits.sign) {
      watch.lastSignMs = now;
      yield { kind: 'stillWorking', elapsedMs: now - startMs };
    }
  }
}

/**
 * Shows what still comes to an answer that counts as complete.
 * @param nextReadingMs when the state is to be read, in ms since the Unix epoch.
 * @throws Stopped
 */
export async function* listenOn(parts: TurnParts, nextReadingMs: number): Updates<FollowEnd> {
  const { answer, input, clock } = parts;
  const { watch } = input;
  let hasNews = false;
  for (;;) {
    const pauseMs = hasNews && !answer.isToolAtWork ? watch.lastEventMs + turnLimits.openStream : Infinity;
    const endMs = input.isOpen ? watch.begunMs + turnLimits.turn : Infinity;
    const readingMs = watch.wantsReading && !watch.isReading ? watch.nextReadingMs : Infinity;
    const arrival = await input.take(Math.min(nextReadingMs, pauseMs, endMs, readingMs));
    switch (arrival.kind) {
      case 'event':
        hasNews ||= arrival.event.kind !== 'heartbeat';
        yield* hear(parts, arrival.event);
        break;
      case 'closed':
        return { kind: 'closed', failure: watch.failure };
      case 'broken':
        // A connection that was left open and said nothing more has lost nothing.
        if (watch.isOver || !hasNews) return { kind: 'closed', failure: watch.failure };
        return { kind: 'broken', error: arrival.error };
      case 'state':
        yield* takeReading(parts, arrival.state);
        break;
      case 'tick':
        break;
    }
    const now = clock.now();
    readWhereWanted(parts, now);
    if (now >= endMs) return { kind: 'tooLong' };
    if (now >= nextReadingMs) return { kind: 'readingIsDue' };
    if (hasNews && !answer.isToolAtWork && now >= watch.lastEventMs + turnLimits.openStream) return { kind: 'paused' };
  }
}

function* hear({ answer, input, clock }: TurnParts, event: Parameters<TurnAnswer['hear']>[0]) {
  input.watch.note(event, clock.now());
  yield* answer.hear(event);
  if (event.kind === 'toolResult' && isGeneratingTool(event.name)) input.watch.wantsReading = true;
}

function readWhereWanted({ input }: TurnParts, now: number): void {
  const { watch } = input;
  if (!watch.wantsReading || watch.isReading || now < watch.nextReadingMs) return;
  watch.wantsReading = false;
  watch.isReading = true;
  watch.nextReadingMs = now + turnLimits.readings;
  // Should it fail: the state is read again at the end.
  input.readState();
}

/** Takes a state that was read while the backend goes on: a raw clip in it is reported at once. */
function* takeReading(
  { answer, project, input }: TurnParts,
  state: StateAnswer | undefined,
): Generator<TurnUpdate, void, void> {
  input.watch.isReading = false;
  if (!state || project.before === undefined || project.isUnchanged(state)) return;
  if (project.compare(state).length > 0) {
    yield* project.show(state);
    return;
  }
  const medium = project.takeNewMedium(state);
  if (medium === undefined) return;
  const name = mediaName(medium);
  yield* answer.interject(
    name === undefined ? l10n.t('The raw clip is there.') : l10n.t('The raw clip is there: {0}.', name),
  );
}

function nextDeadline(parts: TurnParts): number {
  const { watch } = parts.input;
  return Math.min(
    watch.lastSignMs + turnLimits.sign,
    watch.lastNewsMs + turnLimits.heartbeats,
    watch.begunMs + turnLimits.turn,
    watch.lastEventMs + quietLimit(parts),
    watch.wantsReading && !watch.isReading ? watch.nextReadingMs : Infinity,
  );
}

function quietLimit({ answer, input }: TurnParts): number {
  if (input.watch.isOver) return turnLimits.afterEnd;
  if (answer.isToolAtWork) return Infinity;
  if (answer.isAsking) return turnLimits.afterEnd;
  return answer.hasText ? turnLimits.openStream : Infinity;
}

function hasAnswer(answer: TurnAnswer): boolean {
  return (answer.hasText || answer.isAsking) && !answer.isToolAtWork;
}

function overOf({ failure, isRefusal }: StreamWatch): Extract<StreamEnd, { kind: 'over' }> {
  return { kind: 'over', failure, isRefusal };
}
