import type { AgentQuestion } from '../client/agent-question.ts';
import type { Clock } from '../client/clock.ts';
import type { NemoClient } from '../client/nemo-client.ts';
import type { NextStep } from '../client/next-step.ts';
import type { StateAnswer } from '../client/service-values.ts';
import type { TimelineChange } from '../timeline/timeline-model.ts';
import { Turn } from './turn-course.ts';
import type { Following, TurnResult, TurnUpdate } from './turn-update.ts';

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
  /** What was there before, the newest first, where the message asks to take the last change back. */
  readonly earlier?: readonly StateAnswer[];
}

/** What is needed to pick up a turn whose stream is gone. */
export interface RecoveryRequest extends TurnRequest {
  /** ms since the Unix epoch. */
  readonly sentAtMs: number;
  /** What the turn had shown before; it stays, and what is said now is a paragraph behind it. */
  readonly shown?: string;
  readonly shownChanges?: readonly TimelineChange[];
  readonly shownActions?: readonly NextStep[];
  /** What the agent had asked. */
  readonly shownQuestions?: readonly AgentQuestion[];
  /** The answer counted as complete, since `sinceMs` (ms since the Unix epoch). */
  readonly complete?: { readonly following: Following; readonly sinceMs: number };
}

/**
 * Sends the message, once and only once, and yields what to show until the turn is over: the answer as it streams in,
 * what the backend is doing, and what became of the timeline. It never throws; how it failed is in the result.
 *
 * When the stream breaks, the turn is recovered by reading the state; what was streamed stays. Where the answer counts as
 * complete but something may still come, `complete` is yielded and the turn goes on.
 */
export async function* runTurn(request: TurnRequest): AsyncGenerator<TurnUpdate, TurnResult, void> {
  const turn = new Turn(request, {}, request.clock.now());
  return yield* turn.untilStopped(turn.run());
}

/**
 * Picks up a turn whose stream is gone (the window was reloaded): reads the state on the recovery schedule, counted from
 * when the message was sent. Never sends.
 */
export async function* recoverTurn(request: RecoveryRequest): AsyncGenerator<TurnUpdate, TurnResult, void> {
  const { clock, sentAtMs, complete, shown: text = '' } = request;
  const { shownChanges: changes = [], shownActions: actions = [], shownQuestions: questions = [] } = request;
  const turn = new Turn(request, { text, changes, actions: complete ? actions : [], questions }, sentAtMs);
  return yield* turn.untilStopped(complete ? turn.resume(complete) : turn.recover(clock.now() - sentAtMs));
}
