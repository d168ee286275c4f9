import type { HostMessage } from '../protocol/messages.ts';
import type { ChatMessage, ChatState } from './chat-state.ts';

/**
 * The chat state after `message`, for whoever holds a copy of it (the webview). `state` is undefined before the first
 * snapshot.
 *
 * Messages that are not about the state (`compose`, `preview`, `reveal`, `reply`, `refusal`) leave it as it is.
 *
 * @returns undefined where the message does not fit the copy (nothing to apply it to, text at the wrong offset): ask for
 * a snapshot with `ready`.
 */
export function applyHostMessage(state: ChatState | undefined, message: HostMessage): ChatState | undefined {
  if (message.type === 'snapshot') return message.state;
  if (!state) return undefined;
  switch (message.type) {
    case 'messageAdded':
      if (state.messages.some(({ id }) => id === message.message.id)) return undefined;
      return withAdded(state, message.message, message.after);
    case 'messageChanged':
      return withMessage(state, message.id, (old) => ({ ...message.message, text: old.text }));
    case 'textAppended':
      return withMessage(state, message.id, (old) =>
        old.text.length === message.at ? { ...old, text: old.text + message.text } : undefined,
      );
    case 'textReplaced':
      return withMessage(state, message.id, (old) => ({ ...old, text: message.text }));
    case 'messageRemoved': {
      const messages = state.messages.filter(({ id }) => id !== message.id);
      return messages.length < state.messages.length ? { ...state, messages } : undefined;
    }
    case 'queueHeldChanged': {
      const next: { -readonly [K in keyof ChatState]: ChatState[K] } = { ...state, queueHeld: true };
      if (!message.held) delete next.queueHeld;
      return next;
    }
    case 'connectionChanged':
      return { ...state, connection: message.connection };
    case 'timelineChanged':
      return { ...state, timeline: message.timeline };
    case 'transfersChanged':
      return { ...state, transfers: message.transfers };
    case 'attachmentsChanged':
      return { ...state, attachments: message.attachments };
    case 'compose':
    case 'preview':
    case 'reveal':
    case 'reply':
    case 'refusal':
      return state;
  }
}

function withAdded(state: ChatState, message: ChatMessage, after: string | undefined): ChatState | undefined {
  const at = after === undefined ? state.messages.length : state.messages.findLastIndex(({ id }) => id === after) + 1;
  if (after !== undefined && at === 0) return undefined;
  return { ...state, messages: state.messages.toSpliced(at, 0, message) };
}

function withMessage(
  state: ChatState,
  id: string,
  change: (old: ChatMessage) => ChatMessage | undefined,
): ChatState | undefined {
  // What changes is nearly always the last.
  const index = state.messages.findLastIndex((message) => message.id === id);
  const old = state.messages[index];
  const changed = old && change(old);
  return changed && { ...state, messages: state.messages.with(index, changed) };
}
