import type { AgentQuestion } from '../client/agent-question.ts';
import type { ChatMessage, QuestionChoice } from './chat-state.ts';

/** The message whose question waits for the user: the newest one that asks, unless that was answered. */
export function waitingQuestion(messages: readonly ChatMessage[]): ChatMessage | undefined {
  const asking = messages.findLast(({ question }) => question !== undefined);
  return asking?.question?.answer === undefined ? asking : undefined;
}

/**
 * Choices as a message to the agent; empty where nothing was chosen. What does not fit the questions is left out, and of a
 * question with one answer the first is taken.
 */
export function answerMessage(questions: readonly AgentQuestion[], choices: readonly QuestionChoice[]): string {
  const lines = questions.flatMap((question) => {
    const choice = choices.find(({ questionId }) => questionId === question.id);
    const other = choice?.other?.trim() ?? '';
    const labels = question.options.filter(({ id }) => choice?.optionIds.includes(id)).map(({ label }) => label);
    const all = [...labels, ...(other === '' ? [] : [other])];
    const said = (question.allowMultiple ? all : all.slice(0, 1)).join(', ');
    return said === '' ? [] : [answerLine(questions, question, said)];
  });
  return lines.join('\n');
}

/** What one says to choose one option of one question. */
export function choiceMessage(questions: readonly AgentQuestion[], question: AgentQuestion, label: string): string {
  return answerLine(questions, question, label);
}

/** The choices that a message names in the words of {@link answerMessage}, each line one of them; `undefined` where it says something else. */
export function choicesIn(questions: readonly AgentQuestion[], text: string): readonly QuestionChoice[] | undefined {
  const chosen = new Map<string, Set<string>>();
  const words = (line: string) => line.trim().replace(/\s+/g, ' ').toLowerCase();
  const wanted = words(text);
  // A label may hold a line break of its own.
  const parts = questions.length > 1 ? text.split('\n').map(words) : [wanted];
  for (const part of parts.filter((each) => each !== '')) {
    const hit = questions
      .flatMap((question) => question.options.map((option) => ({ question, option })))
      .find(({ question, option }) => words(answerLine(questions, question, option.label)) === part);
    if (!hit) return undefined;
    const ids = chosen.get(hit.question.id) ?? new Set();
    chosen.set(hit.question.id, ids.add(hit.option.id));
  }
  if (chosen.size === 0) return undefined;
  return [...chosen].map(([questionId, ids]) => ({ questionId, optionIds: [...ids] }));
}

function answerLine(questions: readonly AgentQuestion[], { prompt }: AgentQuestion, said: string): string {
  // Alone, an answer needs no question beside it.
  return questions.length === 1 ? said : `${prompt.replace(/\s+/g, ' ')} ${said}`;
}
