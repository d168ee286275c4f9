import * as l10n from '@vscode/l10n';

import { type AgentQuestion, mostQuestions } from '../client/agent-question.ts';
import type { NextStep } from '../client/next-step.ts';
import type { StreamEvent } from '../client/stream-event.ts';
import { AnswerText } from './answer-text.ts';
import { isGeneratingTool, toolLabel } from './tool-label.ts';
import type { TurnUpdate } from './turn-update.ts';
import { waitingWords } from './turn-words.ts';

type Told = Generator<TurnUpdate, void, void>;

/** What a turn that is picked up again has shown before. */
export interface ShownBefore {
  readonly text?: string;
  readonly actions?: readonly NextStep[];
  readonly questions?: readonly AgentQuestion[];
}

/** What a turn shows of the backend's words and work: text, one quiet line, and what the agent asks. */
export class TurnAnswer {
  readonly #text: AnswerText;
  readonly #guiActions: boolean;
  readonly #earlierActions: readonly NextStep[];
  /** Whoever shows the turn may have begun with a quiet line of their own. */
  #activity: string | undefined = '';
  /** Tools that have begun and not come back, by name: a call may be announced twice, with two ids. */
  readonly #tools = new Set<string>();
  /** {@link #activity} is a wait for a service that gets too many requests. */
  #isWaiting = false;
  #questions: readonly AgentQuestion[];
  /** Something was asked, perhaps nothing that can be read. */
  #isAsked = false;
  /** The call that asked came back: what is begun after it was begun without the user's answer. */
  #cameBack = false;
  #hasGenerated = false;

  /** @param guiActions false leaves out the buttons for what the backend told its user to click. */
  constructor(guiActions: boolean, before: ShownBefore = {}) {
    this.#guiActions = guiActions;
    this.#text = new AnswerText(before.text);
    this.#earlierActions = before.actions ?? [];
    this.#questions = before.questions ?? [];
    this.#isAsked = this.#questions.length > 0;
  }

  /** All that was shown, whole. */
  get shown(): string {
    return this.#text.shown;
  }

  /** The backend said something, shown or not. */
  get hasText(): boolean {
    return this.#text.hasText;
  }

  /** The last text was a message with its end, not a piece that may go on. */
  get isWhole(): boolean {
    return this.#text.isWhole;
  }

  /** A tool has begun and not come back. */
  get isToolAtWork(): boolean {
    return this.#tools.size > 0;
  }

  /** The agent waits for its user. */
  get isAsking(): boolean {
    return this.#isAsked;
  }

  /** A clip was generated: with music, title and effects to follow, the tracks are listed at the end. */
  get hasGenerated(): boolean {
    return this.#hasGenerated;
  }

  get questions(): readonly AgentQuestion[] {
    return this.#questions;
  }

  /** Buttons for what the backend told its user to do. */
  get actions(): readonly NextStep[] {
    return this.#guiActions ? [...this.#earlierActions, ...this.#text.actions] : [];
  }

  /** Shows what an event says. */
  *hear(event: StreamEvent): Told {
    switch (event.kind) {
      case 'text': {
        const updates = this.#text.take(event);
        if (updates.length > 0 && !this.isToolAtWork) yield* this.nothingGoesOn();
        yield* updates;
        return;
      }
      case 'toolCall':
        if (this.#cameBack) yield* this.#forgetQuestions();
        this.#tools.add(event.name);
        yield* this.#text.interrupt();
        yield* this.goesOn(toolLabel(event.name));
        return;
      case 'toolResult': {
        this.#tools.delete(event.name);
        this.#hasGenerated ||= isGeneratingTool(event.name);
        yield* this.#text.interrupt();
        const [other] = this.#tools;
        if (other === undefined) yield* this.nothingGoesOn();
        else yield* this.goesOn(toolLabel(other));
        return;
      }
      case 'thinking':
        if (!this.isToolAtWork) yield* this.goesOn(l10n.t('Thinking'));
        return;
      case 'waiting':
        yield* this.#waitsOn(event.ms);
        return;
      case 'heartbeat':
        yield* this.#text.pause();
        return;
      case 'question':
        this.#cameBack = false;
        yield* this.#ask(event.questions);
        return;
      case 'questionResult':
        this.#cameBack = true;
        return;
      case 'stateDelta':
      case 'silentEnd':
      case 'error':
        return;
    }
  }

  *#ask(questions: readonly AgentQuestion[]): Told {
    this.#isAsked = true;
    yield* this.#text.interrupt();
    if (!this.isToolAtWork) yield* this.nothingGoesOn();
    // A call may be announced twice, with two ids.
    const news = questions.filter((one) => !this.#questions.some((known) => isSame(one, known)));
    if (news.length === 0) return;
    const numbered = news.map((one) =>
      this.#questions.some(({ id }) => id === one.id)
        ? { ...one, id: `${one.id} (${this.#questions.length + 1})` }
        : one,
    );
    this.#questions = [...this.#questions, ...numbered].slice(0, mostQuestions);
    yield { kind: 'questions', questions: this.#questions };
  }

  *#forgetQuestions(): Told {
    this.#cameBack = this.#isAsked = false;
    if (this.#questions.length === 0) return;
    this.#questions = [];
    yield { kind: 'questions', questions: [] };
  }

  *goesOn(label: string): Told {
    if (this.#activity === label) return;
    this.#activity = label;
    this.#isWaiting = false;
    yield { kind: 'activity', label };
  }

  /** Counts down, in ms; 0 ends the wait. */
  *#waitsOn(ms: number): Told {
    const label = waitingWords(ms);
    if (ms > 0 && this.#isWaiting) {
      this.#activity = label;
      yield { kind: 'activity', label, isSame: true };
      return;
    }
    yield* this.goesOn(label);
    this.#isWaiting = ms > 0;
  }

  *nothingGoesOn(): Told {
    if (this.#activity === undefined) return;
    this.#activity = undefined;
    this.#isWaiting = false;
    yield { kind: 'activity', label: undefined };
  }

  /** Another update takes the place of the quiet line, which has to end with it. */
  activityIsReplaced(): void {
    this.#activity = '';
  }

  /** Says words of our own in the middle of the turn, as a paragraph; the backend has not ended its answer with that. */
  *interject(words: string): Told {
    yield* this.#text.interrupt();
    yield* this.#text.take({ kind: 'text', partial: true, text: words, author: 'nemo-vscode' });
    yield* this.#text.interrupt();
  }

  /** Adds words of our own as a paragraph, at the end of the answer. */
  *say(words: string): Told {
    yield* this.#text.say(words);
  }

  /** Nothing more comes for now: what was held back is shown. */
  *end(): Told {
    yield* this.#text.end();
  }

  *offerActions(): Told {
    const { actions } = this;
    if (actions.length > 0) yield { kind: 'actions', actions };
  }
}

function isSame(one: AgentQuestion, other: AgentQuestion): boolean {
  const labels = (question: AgentQuestion) => question.options.map(({ label }) => label);
  return one.prompt === other.prompt && JSON.stringify(labels(one)) === JSON.stringify(labels(other));
}
