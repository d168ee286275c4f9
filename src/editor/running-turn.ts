import { applyTurnResult, replaceText } from '../conversation/chat-reducer.ts';
import type { TurnResult } from '../conversation/turn-update.ts';
import { asNemoError, cancelled } from './as-nemo-error.ts';
import type { SessionFile } from './session-file.ts';
import type { ShownChat } from './shown-chat.ts';

/** The turn of a session that runs now: it can be stopped, and however it ends is written down in the chat. */
export class RunningTurn {
  readonly #file: SessionFile;
  readonly #shown: ShownChat;
  readonly #log: (line: string) => void;
  #stop: AbortController | undefined;
  #disposed = false;

  constructor(file: SessionFile, shown: ShownChat, log: (line: string) => void) {
    this.#file = file;
    this.#shown = shown;
    this.#log = log;
  }

  stop(): void {
    this.#stop?.abort(cancelled());
  }

  /** Runs what answers one message, and writes down how it ended; never throws. */
  async run(answerId: string, work: (signal: AbortSignal) => Promise<TurnResult>): Promise<TurnResult> {
    const stop = new AbortController();
    this.#stop = stop;
    let result: TurnResult;
    try {
      result = await work(stop.signal);
    } catch (reason) {
      const error = stop.signal.aborted ? cancelled() : asNemoError(reason);
      if (error.code === 'internal') this.#log(`A turn failed: ${String(error.cause)}`);
      const text = this.#shown.message(answerId)?.text ?? '';
      result =
        error.code === 'cancelled'
          ? { outcome: 'cancelled', text, changes: [], actions: [] }
          : { outcome: 'failed', text, changes: [], actions: [], error };
    }
    this.#stop = undefined;
    // A window that closes leaves the turn as it is, to be picked up.
    if (this.#disposed) return result;
    if (result.text !== '' && this.#shown.message(answerId)?.text === '') {
      this.#shown.do((state) => replaceText(state, answerId, result.text));
    }
    this.#shown.do((state) => applyTurnResult(state, answerId, result));
    this.#file.change({ pendingTurn: undefined });
    await this.#shown.save();
    return result;
  }

  /** The window closes: the turn ends without a word in the chat. */
  dispose(): void {
    this.#disposed = true;
    this.stop();
  }
}
