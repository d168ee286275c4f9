import type { ChatMessage, QuestionChoice } from '../conversation/chat-state.ts';
import { choicesIn, waitingQuestion } from '../conversation/question-answer.ts';
import { routeMessage } from '../conversation/route-message.ts';
import type { Route } from '../conversation/turn-update.ts';

/** Which question a message answers, and with which of its choices; no choices where that was noted before. */
export interface GivenAnswer {
  readonly messageId: string;
  readonly choices?: readonly QuestionChoice[];
}

/** An answer goes to the agent who asked, whatever it says. */
export function routeOf({ text, answers }: ChatMessage): Route {
  return answers === undefined ? routeMessage(text) : 'message';
}

/** A question is answered too by a message that names a choice, and by any other that goes to the agent. */
export function answerByWords(messages: readonly ChatMessage[], text: string): GivenAnswer | undefined {
  const asking = waitingQuestion(messages);
  if (!asking?.question) return undefined;
  const choices = choicesIn(asking.question.questions, text);
  if (!choices && routeMessage(text) !== 'message') return undefined;
  return { messageId: asking.id, choices: choices ?? [] };
}
