import type { ChatMessage } from '../../src/conversation/chat-state.ts';
import type { ViewMemory } from '../view-memory.ts';

/** What is being chosen of one question. */
export interface QuestionDraft {
  readonly optionIds: readonly string[];
  readonly isOther: boolean;
  /** The user's own words. */
  readonly other: string;
}

const untouched: QuestionDraft = { optionIds: [], isOther: false, other: '' };

/** The cards that are remembered: a chat has few that wait for an answer. */
const mostCards = 20;

/**
 * What is being chosen in each card of questions, by its message, until it is sent. The page's memory holds it, so that it is
 * there again after a reload, and when a card that was scrolled far away is drawn anew.
 */
export class QuestionDrafts {
  readonly #memory: ViewMemory;

  constructor(memory: ViewMemory) {
    this.#memory = memory;
  }

  of(messageId: string, questionId: string): QuestionDraft {
    const card = this.#memory.state.questions.find((one) => one.messageId === messageId);
    return card?.drafts.find((one) => one.questionId === questionId) ?? untouched;
  }

  change(messageId: string, questionId: string, change: Partial<QuestionDraft>): void {
    const { questions } = this.#memory.state;
    const card = questions.find((one) => one.messageId === messageId);
    const { optionIds, isOther, other } = { ...this.of(messageId, questionId), ...change };
    const drafts = [
      ...(card?.drafts.filter((one) => one.questionId !== questionId) ?? []),
      { questionId, optionIds: [...optionIds], isOther, other },
    ];
    const others = questions.filter((one) => one !== card);
    // At once: the page may be gone a moment later.
    this.#memory.set({ questions: [...others, { messageId, drafts }].slice(-mostCards) }, true);
  }

  /** Forgets what was being chosen of questions that are answered, however that came about. */
  follow(messages: readonly ChatMessage[]): void {
    const { questions } = this.#memory.state;
    const isAnswered = (card: { readonly messageId: string }) =>
      messages.some(({ id, question }) => id === card.messageId && question?.answer !== undefined);
    if (questions.some(isAnswered)) this.#memory.set({ questions: questions.filter((one) => !isAnswered(one)) }, true);
  }

  forget(messageId: string): void {
    const { questions } = this.#memory.state;
    this.#memory.set({ questions: questions.filter((one) => one.messageId !== messageId) }, true);
  }
}
