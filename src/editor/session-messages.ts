import { randomUUID } from 'node:crypto';

import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import type { Clock } from '../client/clock.ts';
import {
  addAnswer,
  addMessage,
  editQueued,
  nextQueued,
  removeMessage,
  removeQueued,
  setAnswer,
  setQueueHeld,
} from '../conversation/chat-reducer.ts';
import type { ChatMessage } from '../conversation/chat-state.ts';
import { routeMessage } from '../conversation/route-message.ts';
import type { Route, TurnResult } from '../conversation/turn-update.ts';
import { type ChatResult, chatResult } from './chat-result.ts';
import { answerByWords, type GivenAnswer, routeOf } from './message-route.ts';
import type { SessionUploads } from './session-uploads.ts';
import { type OnComplete, RunningTurn } from './running-turn.ts';
import type { AskedTurn, ServiceTurns } from './service-turns.ts';
import { emptyMessage } from './session-errors.ts';
import type { SessionFile } from './session-file.ts';
import type { ShownChat } from './shown-chat.ts';
import { TurnQueue } from './turn-queue.ts';

/** A message that is answered here, without the service's model. */
export interface AnsweredByWord {
  readonly route: Exclude<Route, 'message'>;
  readonly text: string;
  /** A person can be asked for files; a program cannot. */
  readonly mayAsk: boolean;
}

export interface SessionMessagesOptions {
  readonly file: SessionFile;
  readonly shown: ShownChat;
  readonly uploads: SessionUploads;
  readonly turns: ServiceTurns;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** What to say while a message begins to be answered. */
  readonly firstActivity: () => string;
  readonly answerByWord: (message: AnsweredByWord, signal: AbortSignal) => Promise<TurnResult>;
  /** The user stopped a turn; the service may have done its work all the same. */
  readonly onStopped: () => void;
}

/** How a message is taken. */
export interface Acceptance {
  /** A person can be asked for files; a program cannot. */
  readonly mayAsk: boolean;
  /** It answers a question of the agent's, by the question's card. */
  readonly answers?: GivenAnswer;
}

interface Waiting {
  readonly id: string;
  readonly mayAsk: boolean;
  readonly uploads: AskedTurn['uploads'];
  readonly over: (result: ChatResult) => void;
}

/** Messages that waited for less than this when the window closed are sent after it opened again. */
const stillMeantMs = 10 * 60_000;
/** Characters of a session's name that is its first message. */
const longestName = 48;

/** The messages of a session: each is on disk before it is answered, and they are answered one after the other. */
export class SessionMessages {
  readonly #options: SessionMessagesOptions;
  readonly #queue: TurnQueue<Waiting>;
  readonly #running: RunningTurn;
  #disposed = false;

  /** Fires when {@link busy} or {@link isFollowing} may have changed. */
  readonly onDidChangeBusy: vscode.Event<void>;

  constructor(options: SessionMessagesOptions) {
    const { file, shown, log } = options;
    this.#options = options;
    this.#running = new RunningTurn(file, shown, log);
    this.#queue = new TurnQueue((waiting) => this.#answer(waiting));
    this.onDidChangeBusy = (...listener) =>
      vscode.Disposable.from(this.#queue.onDidChangeBusy(...listener), this.#running.onDidChangeFollowing(...listener));
  }

  /** A turn runs, or messages wait for one; those that are held do not. */
  get busy(): boolean {
    return this.#queue.busy;
  }

  /** The last answer counts as complete, but something may still come to it. */
  get isFollowing(): boolean {
    return this.#running.isFollowing;
  }

  /** Resolves when nothing runs, and nothing more comes. */
  async idle(): Promise<void> {
    while (this.busy || this.isFollowing) await Promise.all([this.#queue.idle(), this.#running.idle()]);
  }

  /**
   * Takes a message; resolves when it is on disk, and calls `over` when its turn is over.
   * @throws NemoError `badArgument` for nothing, `diskFailed` where it cannot be kept, `refused` where it may not.
   */
  async accept(text: string, { mayAsk, answers }: Acceptance, over: (result: ChatResult) => void): Promise<void> {
    const { shown, uploads, clock } = this.#options;
    const trimmed = text.trim();
    if (trimmed === '') throw emptyMessage();
    const id = randomUUID();
    const answer = answers ?? answerByWords(shown.state.messages, trimmed);
    const isMessage = answer !== undefined || routeMessage(trimmed) === 'message';
    const chips = isMessage ? uploads.chips.filter(({ state }) => state !== 'failed') : [];
    const awaited = chips.filter(({ state }) => state === 'uploading').map((chip) => chip.id);
    this.#nameAfter(trimmed);
    shown.do((state) =>
      addMessage(state, {
        id,
        role: 'user',
        text: trimmed,
        atMs: clock.now(),
        state: 'queued',
        ...(chips.length > 0 ? { attachments: chips.map(({ name }) => name) } : {}),
        ...(answer ? { answers: answer.messageId } : {}),
      }),
    );
    if (answer?.choices) shown.do((state) => setAnswer(state, answer.messageId, { choices: answer.choices ?? [] }));
    try {
      await shown.keep();
    } catch (error) {
      if (answer?.choices) shown.do((state) => setAnswer(state, answer.messageId, undefined));
      shown.do((state) => removeMessage(state, id));
      this.#endHoldOfNothing();
      throw error;
    }
    uploads.putAway(isMessage);
    this.#queue.add({ id, mayAsk, uploads: awaited, over });
    // A program cannot press “Send Next”, and its call would never come to an end: so its message lets the whole queue go
    // on, in order. Whoever stopped a turn agreed to no more than that what waited waits, and can stop it again.
    if (!mayAsk) this.sendNext();
  }

  /**
   * Changes a message that waits.
   * @throws NemoError `badArgument` for nothing, `diskFailed`, `refused`.
   */
  async editQueued(id: string, text: string): Promise<void> {
    const trimmed = text.trim();
    if (trimmed === '') throw emptyMessage();
    this.#options.shown.do((state) => editQueued(state, id, trimmed));
    await this.#options.shown.keep();
  }

  /**
   * Takes a message out that waits.
   * @throws NemoError `diskFailed`, `refused`.
   */
  async removeQueued(id: string): Promise<void> {
    const { answers, state: place } = this.#options.shown.message(id) ?? {};
    // Its question waits again.
    if (answers !== undefined && place === 'queued')
      this.#options.shown.do((state) => setAnswer(state, answers, undefined));
    this.#options.shown.do((state) => removeQueued(state, id));
    this.#endHoldOfNothing();
    await this.#options.shown.keep();
  }

  /**
   * Stops the running turn, and holds what waits behind it until {@link sendNext}. Where none runs, nothing more is added
   * to the last answer.
   */
  stop(): void {
    const { shown } = this.#options;
    if (this.#queue.busy && nextQueued(shown.state)) {
      this.#queue.hold();
      shown.do((state) => setQueueHeld(state, true));
      void this.#keepHold();
    }
    this.#running.stop();
  }

  /** Lets all that waits go on, one after the other, where {@link stop} held it. */
  sendNext(): void {
    this.#options.shown.do((state) => setQueueHeld(state, false));
    this.#queue.release();
  }

  /** A file arrived: what the state shows from now on does not tell what came of the message before it. */
  endReadings(): Promise<void> {
    return this.#running.endFollowing('state');
  }

  /** Stops the running turn, and nothing that waits is answered. */
  stopAll(): void {
    for (const { id, over } of this.#queue.clear()) {
      this.#options.shown.patch(id, { state: 'cancelled' });
      over(removedFromQueue());
    }
    this.#endHoldOfNothing();
    this.#running.stopAll();
  }

  /** Goes on with what was under way when the last window closed. */
  pickUp(): void {
    const { file, shown, turns, clock } = this.#options;
    const { messages, uploading, closed } = file.record;
    // Of a session that the user signed out of nothing is asked any more.
    if (closed) file.change({ pendingTurn: undefined });
    const { pendingTurn } = file.record;
    const cutOff = new Set(uploading.map(({ name }) => name));
    const now = clock.now();
    const isHeld = shown.state.queueHeld === true;
    const waiting: Waiting[] = [];
    // What was said after a message that did not leave may make no sense without it.
    const givenBack: string[] = [];
    const giveBack = ({ id, text }: ChatMessage) => {
      givenBack.push(id);
      shown.patch(id, {
        state: 'cancelled',
        actions: closed ? undefined : [{ kind: 'send', label: l10n.t('Send Now'), argument: text }],
      });
    };
    for (const { id, state, answerTo, following } of messages) {
      if (following && id !== pendingTurn?.answerId) shown.patch(id, { following: undefined });
      if (state !== 'running' || id === pendingTurn?.answerId) continue;
      shown.patch(id, { state: 'cancelled', activity: undefined, stillWorkingMs: undefined });
      const asked = messages.find((message) => message.id === answerTo);
      // That a message leaves is noted before it does, so this one has not left.
      if (asked && routeOf(asked) === 'message') giveBack(asked);
    }
    for (const message of messages) {
      if (message.state !== 'queued') continue;
      const isWhole = !message.attachments?.some((name) => cutOff.has(name));
      const isMeant = isHeld || pendingTurn !== undefined || now - message.atMs < stillMeantMs;
      if (isMeant && isWhole && !closed && givenBack.length === 0) {
        waiting.push({ id: message.id, mayAsk: false, uploads: [], over: () => undefined });
      } else {
        giveBack(message);
      }
    }
    if (isHeld) this.#queue.hold();
    this.#endHoldOfNothing();
    if (pendingTurn?.complete) {
      this.#running.resume(pendingTurn.answerId, (...work) => turns.recover(pendingTurn, ...work));
    }
    if (!pendingTurn || pendingTurn.complete) {
      this.#queue.takeUp(waiting);
      return;
    }
    shown.notice(
      l10n.t('The window closed while Nemo was at work. Your message is not sent again; here is what came of it.'),
    );
    this.#queue.takeUp(waiting, () =>
      this.#running.run(pendingTurn.answerId, (...work) => turns.recover(pendingTurn, ...work)),
    );
  }

  /** The window closes, or shows another session: the turn under way, and what waits, is picked up when it is opened again. */
  dispose(): void {
    this.#disposed = true;
    this.#queue.dispose();
    // Whoever waits for one that is held would wait for ever.
    for (const { over } of this.#queue.clear()) over(removedFromQueue());
    this.#running.dispose();
  }

  #nameAfter(text: string): void {
    const { named, messages } = this.#options.file.record;
    if (named || messages.some(({ role }) => role === 'user')) return;
    const line = Array.from(text.split('\n', 1)[0] ?? text);
    const name = line.length > longestName ? `${line.slice(0, longestName - 1).join('')}…` : line.join('');
    this.#options.shown.rename(name, false);
  }

  /** On disk at once: the next window must not send what this one holds. */
  async #keepHold(): Promise<void> {
    const { file, shown } = this.#options;
    await shown.save();
    // Another window has the session and all that waits in it: here each is refused, which whoever sent it is told.
    if (await file.isLost().catch(() => false)) this.sendNext();
  }

  /** Where nothing waits, nothing is held: what is sent next goes at once. */
  #endHoldOfNothing(): void {
    if (this.#queue.held && !nextQueued(this.#options.shown.state)) this.sendNext();
  }

  async #answer(waiting: Waiting): Promise<void> {
    const { shown, clock, firstActivity, answerByWord } = this.#options;
    const message = shown.message(waiting.id);
    if (!message) {
      waiting.over(removedFromQueue());
      return;
    }
    const route = routeOf(message);
    if (route === 'message') await this.#running.endFollowing();
    // Stop was pressed meanwhile.
    if (this.#queue.held) {
      this.#queue.putBack(waiting);
      return;
    }
    const answerId = randomUUID();
    shown.patch(message.id, { state: 'sent' });
    shown.do((state) =>
      addAnswer(state, {
        id: answerId,
        role: 'assistant',
        answerTo: message.id,
        text: '',
        atMs: clock.now(),
        state: 'running',
        activity: { label: firstActivity(), sinceMs: clock.now() },
      }),
    );
    await this.#running.run(
      answerId,
      (signal, onComplete) =>
        route === 'message'
          ? this.#send({ message, answerId, uploads: waiting.uploads }, signal, onComplete)
          : answerByWord({ route, text: message.text, mayAsk: waiting.mayAsk }, signal),
      (result) => waiting.over(chatResult(route, result)),
    );
  }

  async #send(turn: AskedTurn, signal: AbortSignal, onComplete: OnComplete): Promise<TurnResult> {
    const result = await this.#options.turns.send(turn, signal, onComplete);
    if (result.outcome === 'cancelled' && !this.#disposed) this.#options.onStopped();
    return result;
  }
}

function removedFromQueue(): ChatResult {
  return { route: 'message', text: '', changes: [], actions: [], outcome: 'cancelled' };
}
