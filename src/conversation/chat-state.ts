import type { AgentQuestion } from '../client/agent-question.ts';
import type { NextStep } from '../client/next-step.ts';
import type { Timeline, TimelineChange } from '../timeline/timeline-model.ts';
import type { AnswerFinding } from './answer-check.ts';
import type { Following } from './turn-update.ts';

/**
 * What the side panel shows, whole. The editor side owns it; the webview gets one snapshot and then deltas, and never
 * changes it: it sends intents. Plain JSON throughout.
 */
export interface ChatState {
  readonly connection: Connection;
  readonly skill: SkillView;
  readonly skills: readonly { readonly name: string; readonly displayName: string }[];
  /** Name of the session, for the header. */
  readonly sessionName: string;
  readonly messages: readonly ChatMessage[];
  /** Stop was pressed while messages waited: they wait until the user lets them go on. Only where some wait. */
  readonly queueHeld?: boolean;
  readonly timeline: Timeline;
  /** Uploads and renders that run or have just ended, oldest first. */
  readonly transfers: readonly Transfer[];
  /** Files that were handed over and go with the next message. */
  readonly attachments: readonly Attachment[];
}

/** Where we stand with the service. */
export type Connection =
  | { readonly kind: 'notConnected' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly anonymous: boolean; readonly credits?: CreditsView }
  | { readonly kind: 'failed'; readonly message: string; readonly steps: readonly NextStep[] };

/** Credits; total = available + frozen, and frozen is held for work that runs. */
export interface CreditsView {
  readonly available: number;
  readonly frozen: number;
  readonly total: number;
}

/** The active skill's own words. */
export interface SkillView {
  readonly name: string;
  readonly displayName: string;
  readonly tagline: string;
  readonly greeting: string;
  /** Messages to begin with; braces mark what to replace: see `readPrompt`. */
  readonly prompts: readonly string[];
  /** Ways to get from clips to a video. */
  readonly workflows: readonly { readonly name: string; readonly steps: string }[];
  readonly tips: readonly string[];
}

/** One entry of the chat. */
export interface ChatMessage {
  readonly id: string;
  readonly role: 'user' | 'assistant' | 'notice';
  /** Markdown from the backend for `assistant`, plain text else. */
  readonly text: string;
  /** ms since the epoch. */
  readonly atMs: number;
  /**
   * User: `queued` waits for its turn, `sent` left. Assistant: `running`, then `done`, `failed` or `cancelled`.
   * Notice: always `done`.
   */
  readonly state: 'queued' | 'sent' | 'running' | 'done' | 'failed' | 'cancelled';
  /** One quiet line: what goes on, and since when (ms since the epoch). */
  readonly activity?: { readonly label: string; readonly sinceMs: number };
  /** Elapsed ms of the last «still working» sign. */
  readonly stillWorkingMs?: number;
  /** An answer that is `done`: why something may still come to it. */
  readonly following?: Following;
  readonly changes?: readonly TimelineChange[];
  /** What is not as the answer says, or as its message asked. */
  readonly finding?: AnswerFinding;
  /** What the agent asks, and what the user answered. */
  readonly question?: AskedQuestion;
  readonly actions?: readonly NextStep[];
  readonly error?: { readonly code: string; readonly message: string };
  /** Credits that the turn took, where known. */
  readonly creditsSpent?: number;
  /** Names of the files that went with a user's message. */
  readonly attachments?: readonly string[];
  /** Id of the user's message that an answer belongs to: others may stand between the two. */
  readonly answerTo?: string;
  /** Id of the assistant's message whose question a user's message answers: it goes to the agent, whatever it says. */
  readonly answers?: string;
}

/** What the agent asks in one answer of its. */
export interface AskedQuestion {
  readonly questions: readonly AgentQuestion[];
  /** What was sent as the answer; absent while the agent waits. */
  readonly answer?: QuestionAnswer;
}

/** An answer of the user's. */
export interface QuestionAnswer {
  /** What was chosen of each question; none where it was answered by a message of the user's own. */
  readonly choices: readonly QuestionChoice[];
}

/** What was chosen of one question. */
export interface QuestionChoice {
  readonly questionId: string;
  readonly optionIds: readonly string[];
  /** What was written under “Something else…”. */
  readonly other?: string;
}

/** An upload or a render, as a row with a bar. */
export interface Transfer {
  readonly id: string;
  readonly kind: 'upload' | 'render';
  readonly name: string;
  readonly phase: 'waiting' | 'sending' | 'rendering' | 'downloading' | 'done' | 'failed' | 'cancelled';
  /** 0–100; undefined where it cannot be known. */
  readonly percent?: number;
  readonly bytesPerSecond?: number;
  readonly message?: string;
  readonly actions: readonly NextStep[];
}

/** A file for the next message: an uploaded clip, as a chip. */
export interface Attachment {
  readonly id: string;
  readonly name: string;
  /** The transfer that carries it while it is under way. */
  readonly transferId?: string;
  readonly state: 'uploading' | 'ready' | 'failed';
}
