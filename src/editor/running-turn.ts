import * as vscode from 'vscode';

import { applyTurnResult, replaceText } from '../conversation/chat-reducer.ts';
import type { Following, TurnResult } from '../conversation/turn-update.ts';
import { unchangedSoFarWords } from '../conversation/turn-words.ts';
import { asNemoError, cancelled } from './as-nemo-error.ts';
import type { SessionFile } from './session-file.ts';
import type { ShownChat } from './shown-chat.ts';

/** Is told that an answer counts as complete though something may still come to it. */
export type OnComplete = (result: TurnResult, following: Following) => void;

/** Runs what answers one message. */
export type TurnWork = (signal: AbortSignal, onComplete: OnComplete) => Promise<TurnResult>;

interface Turn {
  readonly answerId: string;
  readonly stop: AbortController;
}

interface FollowedTurn extends Turn {
  /** Resolves when all of it is written down. */
  readonly over: Promise<unknown>;
}

/**
 * The turn of a session that runs now, and the one before it where something may still come to its answer: both can be
 * stopped, and however they end is written down in the chat.
 */
export class RunningTurn implements vscode.Disposable {
  readonly #file: SessionFile;
  readonly #shown: ShownChat;
  readonly #log: (line: string) => void;
  readonly #followingChanged = new vscode.EventEmitter<void>();
  #running: Turn | undefined;
  #followed: FollowedTurn | undefined;
  #disposed = false;

  /** Fires when {@link isFollowing} may have changed. */
  readonly onDidChangeFollowing = this.#followingChanged.event;

  constructor(file: SessionFile, shown: ShownChat, log: (line: string) => void) {
    this.#file = file;
    this.#shown = shown;
    this.#log = log;
  }

  /** Something may still come to an answer that counts as complete. */
  get isFollowing(): boolean {
    return this.#followed !== undefined;
  }

  /** Stops the turn that runs; where none does, nothing more is added to the answer before. */
  stop(): void {
    (this.#running ?? this.#followed)?.stop.abort(cancelled());
  }

  /** Stops both. */
  stopAll(): void {
    this.#running?.stop.abort(cancelled());
    this.#followed?.stop.abort(cancelled());
  }

  /** Nothing more is added to an answer that counts as complete; resolves when that is written down. */
  async endFollowing(only?: Following): Promise<void> {
    const followed = this.#followed;
    if (!followed) return;
    if (only !== undefined && this.#shown.message(followed.answerId)?.following !== only) return;
    followed.stop.abort(cancelled());
    await followed.over;
  }

  /** Resolves when nothing is added any more. */
  async idle(): Promise<void> {
    while (this.#followed) await this.#followed.over;
  }

  /**
   * Runs what answers one message, and writes down how it ended; never throws. Resolves when the next message may be
   * answered. `tell` gets what it came to: where a stream stays open behind an answer, what it had come to by then.
   */
  run(answerId: string, work: TurnWork, tell: (result: TurnResult) => void = () => undefined): Promise<void> {
    const turn: Turn = { answerId, stop: new AbortController() };
    this.#running = turn;
    return new Promise((goOn) => {
      const over = this.#toItsEnd(turn, work, (result, following) => {
        if (this.#running === turn) this.#running = undefined;
        this.#follow({ ...turn, over });
        if (following === 'stream') tell(result);
        goOn();
      }).then((result) => {
        if (this.#running === turn) this.#running = undefined;
        tell(result);
        goOn();
      });
    });
  }

  /** Goes on with an answer that counted as complete in another window. */
  resume(answerId: string, work: TurnWork): void {
    const turn: Turn = { answerId, stop: new AbortController() };
    this.#follow({ ...turn, over: this.#toItsEnd(turn, work, () => undefined, true) });
  }

  /** The window closes: the turn ends without a word in the chat. */
  dispose(): void {
    this.#disposed = true;
    this.stopAll();
    this.#followingChanged.dispose();
  }

  #follow(followed: FollowedTurn): void {
    // A turn tells again that it is complete whenever something came.
    if (this.#followed?.answerId === followed.answerId) return;
    this.#followed = followed;
    this.#followingChanged.fire();
    void followed.over.then(() => {
      if (this.#followed === followed) this.#followed = undefined;
      if (!this.#disposed) this.#followingChanged.fire();
    });
  }

  async #toItsEnd(
    { answerId, stop }: Turn,
    work: TurnWork,
    onComplete: OnComplete,
    wasComplete = false,
  ): Promise<TurnResult> {
    let isComplete = wasComplete;
    let result: TurnResult;
    try {
      result = await work(stop.signal, (...told) => {
        isComplete = true;
        onComplete(...told);
      });
    } catch (reason) {
      result = this.#failed(answerId, stop.signal.aborted ? cancelled() : asNemoError(reason), isComplete);
    }
    // A window that closes leaves the turn as it is, to be picked up.
    if (this.#disposed) return result;
    if (result.text !== '' && this.#shown.message(answerId)?.text === '') {
      this.#shown.do((state) => replaceText(state, answerId, result.text));
    }
    this.#shown.do((state) => applyTurnResult(state, answerId, result));
    const { pendingTurn } = this.#file.record;
    if (pendingTurn?.answerId === answerId) {
      const { messageId, beforeVersion } = pendingTurn;
      const lastTurn = { messageId, answerId, beforeVersion, outcome: result.outcome };
      this.#file.change({ pendingTurn: undefined, ...(result.notTaken ? {} : { lastTurn }) });
    }
    await this.#shown.save();
    return result;
  }

  #failed(answerId: string, error: ReturnType<typeof asNemoError>, isComplete: boolean): TurnResult {
    if (error.code === 'internal') this.#log(`A turn failed: ${String(error.cause)}`);
    const { text = '', changes = [], actions = [], question } = this.#shown.message(answerId) ?? {};
    if (isComplete && error.code !== 'internal') {
      // It counted as complete, so it is not taken back.
      const outcome = question ? 'question' : text.trim() === '' ? 'silent' : 'answered';
      return { outcome, text: text.trim() === '' && !question ? unchangedSoFarWords() : text, changes, actions };
    }
    return error.code === 'cancelled'
      ? { outcome: 'cancelled', text, changes: [], actions: [] }
      : { outcome: 'failed', text, changes: [], actions: [], error };
  }
}
