import type { AgentQuestion } from '../client/agent-question.ts';
import type { NextStep } from '../client/next-step.ts';
import type { StateAnswer } from '../client/service-values.ts';
import type { Timeline, TimelineChange } from '../timeline/timeline-model.ts';
import type { AnswerFinding } from './answer-check.ts';

/**
 * Where a message goes; see the routing table. `advice`: it asks where or whether to export, and is answered with the
 * button for it.
 */
export type Route = 'message' | 'export' | 'advice' | 'credits' | 'state' | 'upload';

/**
 * How a turn ended. `silent`: no text came, and the change of the timeline was reported in its place. `question`: the
 * agent waits for an answer of the user's.
 */
export type TurnOutcome = 'answered' | 'silent' | 'question' | 'failed' | 'cancelled';

/**
 * Why something may still come to an answer that counts as complete: its stream is open (`stream`), or the state is read
 * again for an edit that takes its time (`state`).
 */
export type Following = 'stream' | 'state';

/** What a running turn yields, in order. Everything in it is for people: no argument, no result, no JSON. */
export type TurnUpdate =
  /** More text of the answer, already translated from «GUI» into what this product does. */
  | { readonly kind: 'text'; readonly text: string }
  /** The text shown so far was not what the backend finally said: `text` takes its place, whole. */
  | { readonly kind: 'textReplaced'; readonly text: string }
  /**
   * What the backend is doing, in plain words («Generating video»). `undefined` ends the line; with `isSame` it is what was
   * done before, in other words.
   */
  | { readonly kind: 'activity'; readonly label: string | undefined; readonly isSame?: true }
  /** Nothing new for a while, but work goes on; `elapsedMs` counts from the start of the turn. */
  | { readonly kind: 'stillWorking'; readonly elapsedMs: number }
  /** The stream broke, or its window was closed (`isPickedUp`); the state is read again after `waitMs`. */
  | {
      readonly kind: 'recovering';
      readonly attempt: number;
      readonly of: number;
      readonly waitMs: number;
      readonly isPickedUp: boolean;
    }
  /** The timeline, read after (or during) the turn, and how it differs from the one before the turn. */
  | {
      readonly kind: 'timeline';
      readonly state: StateAnswer;
      readonly timeline: Timeline;
      readonly changes: readonly TimelineChange[];
    }
  /** Buttons for what the backend told its user to click. */
  | { readonly kind: 'actions'; readonly actions: readonly NextStep[] }
  /** All that the agent asks in this turn. */
  | { readonly kind: 'questions'; readonly questions: readonly AgentQuestion[] }
  /** The answer counts as complete, with this result; what still comes is told by the updates that follow. May come again. */
  | { readonly kind: 'complete'; readonly result: TurnResult; readonly following: Following };

/** What a turn came to; the generator's return value. */
export interface TurnResult {
  readonly outcome: TurnOutcome;
  /** The whole text that was shown. */
  readonly text: string;
  readonly changes: readonly TimelineChange[];
  readonly actions: readonly NextStep[];
  /** What the agent asks; with the outcome `question`. */
  readonly questions?: readonly AgentQuestion[];
  /** What is not as the answer says, or as the message asked. */
  readonly finding?: AnswerFinding;
  readonly error?: { readonly code: string; readonly message: string; readonly steps: readonly NextStep[] };
  /** The message never left, or the service refused it before anything else was heard: sending it again charges nothing twice. */
  readonly notTaken?: true;
}
