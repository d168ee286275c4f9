import * as l10n from '@vscode/l10n';

import type { ChatMessage } from '../../src/conversation/chat-state.ts';
import { changeCount } from './change-card.ts';

/** The answer under way, if one is. */
export function runningMessage(messages: readonly ChatMessage[]): ChatMessage | undefined {
  return messages.findLast(({ role, state }) => role === 'assistant' && state === 'running');
}

/** The answer that counts as complete though something may still come to it, if there is one. */
export function followedMessage(messages: readonly ChatMessage[]): ChatMessage | undefined {
  return messages.findLast(({ following }) => following !== undefined);
}

/**
 * What the last message, or what was uploaded since, changed on the timeline; nothing where it changed nothing. While an
 * answer is under way and has changed nothing yet, it is what was changed before.
 */
export function lastChanges(messages: readonly ChatMessage[]): ChatMessage['changes'] {
  const isOver = ({ role, state, following }: ChatMessage) =>
    role === 'assistant' && state !== 'running' && following === undefined;
  return messages.findLast((message) => isOver(message) || (message.changes ?? []).length > 0)?.changes;
}

/** What is said aloud when an answer is over; the answer itself is not. */
export function endOfTurn({ state, changes, error, following, question }: ChatMessage): string {
  if (question && !question.answer) {
    return l10n.t('Nemo asks: {0}', question.questions.map(({ prompt }) => prompt).join(' '));
  }
  if (following === 'state') return l10n.t('No answer yet. Nemo may still be at work; you can go on.');
  switch (state) {
    case 'failed':
      return error ? l10n.t('The answer failed. {0}', error.message) : l10n.t('The answer failed.');
    case 'cancelled':
      return l10n.t('The answer was stopped.');
    default:
      return changes && changes.length > 0
        ? l10n.t('Answer complete. {0}.', changeCount(changes.length))
        : l10n.t('Answer complete.');
  }
}

/** What is said aloud when something came to an answer that was over. */
export function additionToTurn(changes: NonNullable<ChatMessage['changes']>): string {
  return l10n.t('An answer was added to: {0}.', changeCount(changes.length));
}
