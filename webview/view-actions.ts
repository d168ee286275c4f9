import type { NextStep } from '../src/client/next-step.ts';
import type { Intent, MediaPlace } from '../src/protocol/messages.ts';
import type { TimelineChange } from '../src/timeline/timeline-model.ts';
import type { QuestionDrafts } from './chat/question-drafts.ts';
import type { Answer } from './host-link.ts';

/** What any part of the page may ask for; the app carries it out. */
export interface ViewActions {
  /** What is being chosen of the agent's questions. */
  readonly questionDrafts: QuestionDrafts;
  /** Sends an intent; a refusal is shown above the composer. */
  send(intent: Intent): Promise<Answer>;
  /** Asks for something that nobody waits for, such as bytes of media; a refusal is the asker's own affair. */
  ask(intent: Intent): Promise<Answer>;
  /** A button was pressed, under the message `messageId`. */
  act(step: NextStep, messageId?: string): void;
  /** Puts text into the composer, at the cursor or in place of everything, and focuses it. */
  compose(text: string, replace: boolean): void;
  /** Puts a skill's prompt into the composer in place of everything, with its first blank selected. */
  fillIn(prompt: string): void;
  /** Shows a spot on the timeline: playhead, selection, in sight. */
  reveal(change: TimelineChange): void;
  /** Plays something above the timeline; what plays already stops, or goes on. */
  preview(place: MediaPlace): void;
  /** Says something to people who listen rather than look, when they pause. */
  announce(text: string): void;
}
