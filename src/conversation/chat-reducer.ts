import type { HostMessage } from '../protocol/messages.ts';
import type { Timeline } from '../timeline/timeline-model.ts';
import { applyHostMessage } from './apply-delta.ts';
import type { Attachment, ChatMessage, ChatState, Connection, QuestionAnswer, Transfer } from './chat-state.ts';
import type { TurnResult, TurnUpdate } from './turn-update.ts';
import { recoveringWords } from './turn-words.ts';

/**
 * What became of the chat state, and the messages that bring a copy of it there. The editor side keeps `state` and
 * forwards `deltas`, in order; {@link applyHostMessage} is the other end.
 */
export interface Reduction {
  readonly state: ChatState;
  /** Empty where nothing changed. */
  readonly deltas: readonly HostMessage[];
}

/** Changes to a message; `undefined` takes a part away, absent leaves it. Text has its own functions. */
export type MessagePatch = {
  readonly [K in keyof Omit<ChatMessage, 'id' | 'text' | 'role'>]?: ChatMessage[K] | undefined;
};

/** Adds a message at the end. A message with an id that is there already changes nothing. */
export function addMessage(state: ChatState, message: ChatMessage): Reduction {
  return reduce(state, { type: 'messageAdded', message: plain(message) });
}

/**
 * Adds an answer directly behind the user's message `answerTo`, whatever was said or waits behind that; at the end where
 * it is gone.
 */
export function addAnswer(state: ChatState, message: ChatMessage & { readonly answerTo: string }): Reduction {
  const { answerTo } = message;
  if (!find(state, answerTo) || state.messages.at(-1)?.id === answerTo) return addMessage(state, message);
  return reduce(state, { type: 'messageAdded', message: plain(message), after: answerTo });
}

/** Appends to a message's text; a message that is gone changes nothing. */
export function appendText(state: ChatState, id: string, text: string): Reduction {
  const message = find(state, id);
  if (!message || text === '') return same(state);
  return reduce(state, { type: 'textAppended', id, at: message.text.length, text });
}

/** Puts `text` in the place of a message's text. */
export function replaceText(state: ChatState, id: string, text: string): Reduction {
  const message = find(state, id);
  if (!message || message.text === text) return same(state);
  return reduce(state, { type: 'textReplaced', id, text });
}

/** Changes a message in anything but its text. */
export function patchMessage(state: ChatState, id: string, patch: MessagePatch): Reduction {
  const message = find(state, id);
  if (!message) return same(state);
  const rest = withoutText(message);
  const changed = Object.fromEntries(
    Object.entries({ ...rest, ...patch }).filter(([, value]) => value !== undefined),
  ) as typeof rest;
  if (JSON.stringify(changed) === JSON.stringify(rest)) return same(state);
  return reduce(state, { type: 'messageChanged', id, message: plain(changed) });
}

/** Notes what was answered to the question of message `id`; `undefined` has it wait again. */
export function setAnswer(state: ChatState, id: string, answer: QuestionAnswer | undefined): Reduction {
  const question = find(state, id)?.question;
  if (!question) return same(state);
  const { questions } = question;
  return patchMessage(state, id, { question: answer ? { questions, answer } : { questions } });
}

/** Takes a message away. */
export function removeMessage(state: ChatState, id: string): Reduction {
  return find(state, id) ? reduce(state, { type: 'messageRemoved', id }) : same(state);
}

/** Changes where we stand with the service. */
export function setConnection(state: ChatState, connection: Connection): Reduction {
  return reduce(state, { type: 'connectionChanged', connection: plain(connection) });
}

/** Shows another timeline. */
export function setTimeline(state: ChatState, timeline: Timeline): Reduction {
  return reduce(state, { type: 'timelineChanged', timeline: plain(timeline) });
}

/** Shows these uploads and renders. */
export function setTransfers(state: ChatState, transfers: readonly Transfer[]): Reduction {
  return reduce(state, { type: 'transfersChanged', transfers: plain(transfers) });
}

/** Shows these files as going with the next message. */
export function setAttachments(state: ChatState, attachments: readonly Attachment[]): Reduction {
  return reduce(state, { type: 'attachmentsChanged', attachments: plain(attachments) });
}

/** Changes the text of a user's message that still waits in the queue; one that has left stays as it was sent. */
export function editQueued(state: ChatState, id: string, text: string): Reduction {
  return isQueued(state, id) ? replaceText(state, id, text) : same(state);
}

/** Takes a user's message out of the queue; one that has left stays. */
export function removeQueued(state: ChatState, id: string): Reduction {
  return isQueued(state, id) ? removeMessage(state, id) : same(state);
}

/** Holds what waits in the queue, or lets it go on. */
export function setQueueHeld(state: ChatState, held: boolean): Reduction {
  return (state.queueHeld ?? false) === held ? same(state) : reduce(state, { type: 'queueHeldChanged', held });
}

/** The user's message that is next to leave, oldest first. */
export function nextQueued(state: ChatState): ChatMessage | undefined {
  return state.messages.find((message) => message.role === 'user' && message.state === 'queued');
}

/**
 * Shows what a running turn yielded, in the message `id` (an assistant's). `nowMs` is the clock's time.
 */
export function applyTurnUpdate(state: ChatState, id: string, update: TurnUpdate, nowMs: number): Reduction {
  switch (update.kind) {
    case 'text':
      return inTurn(
        state,
        (now) => patchMessage(now, id, { stillWorkingMs: undefined }),
        (now) => appendText(now, id, update.text),
      );
    case 'textReplaced':
      return replaceText(state, id, update.text);
    case 'activity':
      return patchMessage(state, id, {
        activity: activityAfter(find(state, id)?.activity, update, nowMs),
        stillWorkingMs: undefined,
      });
    case 'stillWorking':
      return patchMessage(state, id, { stillWorkingMs: update.elapsedMs });
    case 'recovering':
      return patchMessage(state, id, {
        activity: {
          label: recoveringWords(update),
          sinceMs: nowMs,
        },
      });
    case 'timeline':
      return inTurn(
        state,
        (now) => setTimeline(now, update.timeline),
        (now) => patchMessage(now, id, { changes: update.changes.length > 0 ? update.changes : undefined }),
      );
    case 'questions':
      return patchMessage(state, id, {
        question: update.questions.length > 0 ? { questions: update.questions } : undefined,
      });
    case 'complete':
      return inTurn(
        state,
        (now) => applyTurnResult(now, id, update.result),
        (now) => patchMessage(now, id, { following: update.following }),
      );
    case 'actions':
      return patchMessage(state, id, { actions: update.actions.length > 0 ? update.actions : undefined });
  }
}

/** Shows how the turn of message `id` ended. The text stays as it was streamed. */
export function applyTurnResult(state: ChatState, id: string, result: TurnResult): Reduction {
  const actions = [...result.actions, ...(result.error?.steps ?? [])];
  return patchMessage(state, id, {
    state: result.outcome === 'failed' ? 'failed' : result.outcome === 'cancelled' ? 'cancelled' : 'done',
    activity: undefined,
    stillWorkingMs: undefined,
    following: undefined,
    changes: result.changes.length > 0 ? result.changes : undefined,
    finding: result.finding,
    actions: actions.length > 0 ? actions : undefined,
    error: result.error && { code: result.error.code, message: result.error.message },
  });
}

/** Does one thing after the other; the deltas of both, in order. */
export function inTurn(state: ChatState, ...steps: readonly ((state: ChatState) => Reduction)[]): Reduction {
  let now = state;
  const deltas: HostMessage[] = [];
  for (const step of steps) {
    const reduction = step(now);
    now = reduction.state;
    deltas.push(...reduction.deltas);
  }
  return { state: now, deltas };
}

function find(state: ChatState, id: string): ChatMessage | undefined {
  return state.messages.findLast((message) => message.id === id);
}

/** Told in other words, the same goes on from when it began. */
function activityAfter(
  before: ChatMessage['activity'],
  { label, isSame }: Extract<TurnUpdate, { kind: 'activity' }>,
  nowMs: number,
): ChatMessage['activity'] {
  if (label === undefined) return undefined;
  return { label, sinceMs: isSame && before ? before.sinceMs : nowMs };
}

function withoutText(message: ChatMessage): Omit<ChatMessage, 'text'> {
  const rest: Omit<ChatMessage, 'text'> & { text?: string } = { ...message };
  delete rest.text;
  return rest;
}

function isQueued(state: ChatState, id: string): boolean {
  const message = find(state, id);
  return message?.role === 'user' && message.state === 'queued';
}

function same(state: ChatState): Reduction {
  return { state, deltas: [] };
}

/** The one way to a new state is the way of whoever holds a copy: both cannot drift apart. */
function reduce(state: ChatState, delta: HostMessage): Reduction {
  const next = applyHostMessage(state, delta);
  return next ? { state: next, deltas: [delta] } : same(state);
}

/** The wire's types are the same without `readonly`; nothing here writes to what it was given. */
function plain<T>(value: T): Writable<T> {
  return value as Writable<T>;
}

type Writable<T> = T extends readonly (infer E)[]
  ? Writable<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Writable<T[K]> }
    : T;
