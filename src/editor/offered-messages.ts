import { answerMessage } from '../conversation/question-answer.ts';
import type { QuestionChoice } from '../conversation/chat-state.ts';
import type { NextStep } from '../client/next-step.ts';
import { nothingChosen } from './session-errors.ts';
import type { GivenAnswer } from './message-route.ts';
import type { ShownChat } from './shown-chat.ts';

/** Takes a message; resolves when it is on disk. */
export type AcceptMessage = (text: string, answers: GivenAnswer | undefined) => Promise<void>;

/** Messages that a button or a card under an answer sends: each does its work once, so that nothing is charged twice. */
export class OfferedMessages {
  readonly #shown: ShownChat;
  readonly #accept: AcceptMessage;

  constructor(shown: ShownChat, accept: AcceptMessage) {
    this.#shown = shown;
    this.#accept = accept;
  }

  /** Sends again what the answer `messageId` belongs to, as a new message; its buttons have done their work then. */
  async retry(messageId: string): Promise<void> {
    const { messages } = this.#shown.state;
    const at = messages.findIndex(({ id }) => id === messageId);
    const { answerTo, actions: offered = [] } = messages[at] ?? {};
    const asked =
      answerTo === undefined
        ? messages.slice(0, at + 1).findLast(({ role, state }) => role === 'user' && state !== 'queued')
        : messages.find(({ id }) => id === answerTo);
    if (asked && offered.some(({ kind }) => kind === 'retry'))
      await this.#send(asked.text, messageId, [], asked.answers);
  }

  /** Sends what a button under the message `messageId` says; that button has done its work then. */
  async send(text: string, messageId: string): Promise<void> {
    const { actions: offered = [], answers } = this.#shown.message(messageId) ?? {};
    const others = offered.filter(({ kind, argument }) => kind !== 'send' || argument !== text);
    if (others.length < offered.length) await this.#send(text, messageId, others, answers);
  }

  /**
   * Sends what was chosen of the question in the message `messageId`; a question that was answered takes no other answer.
   * @throws NemoError `badArgument` where nothing was chosen; what stood in the way.
   */
  async answer(messageId: string, choices: readonly QuestionChoice[]): Promise<void> {
    const question = this.#shown.message(messageId)?.question;
    if (!question || question.answer) return;
    const text = answerMessage(question.questions, choices);
    if (text === '') throw nothingChosen();
    await this.#accept(text, { messageId, choices });
  }

  /** Takes the button away at once: the second of two quick presses finds none, and nothing is charged twice. */
  async #send(text: string, messageId: string, left: readonly NextStep[], answers: string | undefined): Promise<void> {
    const actions = this.#shown.message(messageId)?.actions;
    this.#shown.patch(messageId, { actions: left.length > 0 ? left : undefined });
    try {
      await this.#accept(text, answers === undefined ? undefined : { messageId: answers });
    } catch (error) {
      this.#shown.patch(messageId, { actions });
      throw error;
    }
  }
}
