import * as l10n from '@vscode/l10n';

import type { Clock } from '../client/clock.ts';
import type { StateAnswer } from '../client/service-values.ts';
import { asksToUndo } from '../conversation/answer-check.ts';
import { applyTurnUpdate } from '../conversation/chat-reducer.ts';
import type { ChatMessage } from '../conversation/chat-state.ts';
import { recoverTurn, runTurn } from '../conversation/turn.ts';
import { unseenTurn } from '../conversation/turn-words.ts';
import type { TurnResult, TurnUpdate } from '../conversation/turn-update.ts';
import { asNemoError } from './as-nemo-error.ts';
import type { Connection } from './connection.ts';
import { isPassing, unlessUnreadable } from './passing-failures.ts';
import type { SessionUploads } from './session-uploads.ts';
import type { OnComplete } from './running-turn.ts';
import type { ServiceSession } from './service-session.ts';
import type { SessionFile } from './session-file.ts';
import type { SessionRecord } from './session-record.ts';
import type { SessionTimeline } from './session-timeline.ts';
import type { Settings } from './settings.ts';
import type { ShownChat } from './shown-chat.ts';
import { waitWithSignal } from './with-signal.ts';

/** So many times in a row the last change is taken back, at most, before nobody looks to what. */
const mostEarlier = 10;

export interface ServiceTurnsOptions {
  readonly file: SessionFile;
  readonly shown: ShownChat;
  readonly timeline: SessionTimeline;
  readonly session: ServiceSession;
  readonly uploads: SessionUploads;
  readonly connection: Connection;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** A message and its answer. */
export interface AskedTurn {
  readonly message: ChatMessage;
  readonly answerId: string;
  /** Uploads that were under way when the message was written: it makes no sense before they have arrived. */
  readonly uploads: readonly string[];
}

/** The turns of a session with the service's model: what is sent is on disk before, and is never sent twice. */
export class ServiceTurns {
  readonly #options: ServiceTurnsOptions;

  constructor(options: ServiceTurnsOptions) {
    this.#options = options;
  }

  /**
   * Sends a message and shows what comes of it; `onComplete` hears that its answer counts as complete before it is over.
   * @throws NemoError what stood in the way before it left; the signal's reason.
   */
  async send(
    { message, answerId, uploads: awaited }: AskedTurn,
    signal: AbortSignal,
    onComplete: OnComplete,
  ): Promise<TurnResult> {
    const { file, shown, timeline, session, uploads, connection, settings, clock } = this.#options;
    if (connection.view.kind !== 'connected') await connection.connect(signal);
    await uploads.requireArrival(awaited, signal, () =>
      shown.patch(answerId, { activity: { label: l10n.t('Waiting for the upload'), sinceMs: clock.now() } }),
    );
    const creditsBefore = connection.credits?.total;
    for (let attempt = 1; ; attempt++) {
      // A state that cannot be read keeps nobody from asking: then what was seen last is what was there before.
      const before = (await timeline.refresh(signal, message.id).catch(unlessUnreadable)) ?? timeline.latest;
      const sessionId = await session.ensure(signal);
      const client = await connection.client();
      const sentAtMs = clock.now();
      file.change({
        pendingTurn: { messageId: message.id, answerId, sentAtMs, beforeVersion: file.record.version },
        lastTurn: undefined,
      });
      try {
        // Before it leaves.
        await shown.keep();
        signal.throwIfAborted();
      } catch (error) {
        // It never left: what changes from now on is not its doing.
        file.change({ pendingTurn: undefined });
        throw error;
      }
      shown.patch(answerId, { activity: { label: l10n.t('Working on it'), sinceMs: sentAtMs } });
      const turn = runTurn({
        client,
        sessionId,
        text: message.text,
        ...(await this.#earlier(message.text)),
        before,
        clock,
        signal,
        guiActions: settings.guiActions,
      });
      const followed = { isComplete: false };
      const result = await this.#follow(turn, answerId, message.id, (...told) => {
        if (!followed.isComplete) void this.#noteCredits(answerId, creditsBefore);
        followed.isComplete = true;
        onComplete(...told);
      });
      // The session went between the look and the message: the service took nothing, so once more is safe. Where it went
      // later, the message was taken, and to send it again would charge it twice.
      if (attempt === 1 && result.error?.code === 'sessionGone' && result.notTaken && !signal.aborted) {
        await session.replace(sessionId, signal);
        continue;
      }
      // Ended because the next message is about to be paid for.
      if (followed.isComplete && signal.aborted) return result;
      // What was not taken was not paid for, whatever else was in the meantime.
      const noted = this.#noteCredits(answerId, result.notTaken ? undefined : creditsBefore);
      // Who stopped it is not kept waiting for a figure.
      if (!signal.aborted) await waitWithSignal(noted, signal).catch(() => undefined);
      return result;
    }
  }

  /**
   * Looks what came of a message that left before the last window closed; it is not sent again.
   * @throws NemoError what stood in the way; the signal's reason.
   */
  async recover(
    pending: NonNullable<SessionRecord['pendingTurn']>,
    signal: AbortSignal,
    onComplete: OnComplete,
  ): Promise<TurnResult> {
    const { file, shown, connection, settings, clock } = this.#options;
    const { sessionId } = file.record;
    const { answerId, messageId, sentAtMs, beforeVersion, complete } = pending;
    if (!complete) shown.patch(answerId, { state: 'running', actions: undefined, error: undefined });
    await this.#untilConnected(complete ? undefined : answerId, signal);
    const { text, changes, actions, question } = shown.message(answerId) ?? {};
    const { text: message = '' } = shown.message(messageId) ?? {};
    const turn = recoverTurn({
      client: await connection.client(),
      sessionId: sessionId ?? '',
      text: message,
      ...(await this.#earlier(message, beforeVersion)),
      before: await file.version(beforeVersion),
      sentAtMs,
      ...(text === undefined ? {} : { shown: text }),
      ...(changes ? { shownChanges: changes } : {}),
      ...(actions ? { shownActions: actions } : {}),
      ...(question ? { shownQuestions: question.questions } : {}),
      ...(complete ? { complete } : {}),
      clock,
      signal,
      guiActions: settings.guiActions,
    });
    return this.#follow(turn, answerId, messageId, onComplete);
  }

  /** For a message that takes the last change back: what was there before it. */
  async #earlier(message: string, version = this.#options.file.record.version): Promise<{ earlier?: StateAnswer[] }> {
    if (!asksToUndo(message)) return {};
    const numbers = Array.from({ length: mostEarlier }, (_, at) => version - 1 - at);
    const found = await Promise.all(numbers.map((number) => this.#options.file.findVersion(number)));
    return { earlier: found.filter((one) => one !== undefined) };
  }

  /** What a turn came to cannot be told without the service, and must not be forgotten because it is away. */
  async #untilConnected(answerId: string | undefined, signal: AbortSignal): Promise<void> {
    const { shown, session, connection, clock } = this.#options;
    let sinceMs: number | undefined;
    for (;;) {
      try {
        session.refuseElsewhere();
        await connection.connect(signal);
        return;
      } catch (error) {
        signal.throwIfAborted();
        const failure = asNemoError(error);
        // The message has left: what stood on its button would send it again without saying what that costs.
        if (!isPassing(failure)) throw failure.code === 'cancelled' ? failure : unseenTurn(failure);
        if (answerId !== undefined) {
          sinceMs ??= clock.now();
          shown.patch(answerId, { activity: { label: l10n.t('Waiting for the service'), sinceMs } });
        }
        await clock.sleep(15_000, signal);
      }
    }
  }

  async #follow(
    turn: AsyncGenerator<TurnUpdate, TurnResult, void>,
    answerId: string,
    messageId: string,
    onComplete: OnComplete,
  ): Promise<TurnResult> {
    const { file, shown, timeline, clock } = this.#options;
    for (;;) {
      const step = await turn.next();
      if (step.done) return step.value;
      const update = step.value;
      if (update.kind === 'timeline') await timeline.sawInTurn(update.state, messageId);
      shown.do((state) => applyTurnUpdate(state, answerId, update, clock.now()));
      if (update.kind !== 'complete') continue;
      const { following } = update;
      const { pendingTurn } = file.record;
      if (pendingTurn?.answerId === answerId) {
        const { sinceMs = clock.now() } = pendingTurn.complete ?? {};
        file.change({ pendingTurn: { ...pendingTurn, complete: { following, sinceMs } } });
        shown.saveSoon();
      }
      onComplete(update.result, following);
    }
  }

  async #noteCredits(answerId: string, before: number | undefined): Promise<void> {
    const { shown, connection, log } = this.#options;
    try {
      const { total } = await connection.readCredits(AbortSignal.timeout(10_000));
      if (before !== undefined && total < before) shown.patch(answerId, { creditsSpent: before - total });
    } catch (error) {
      // The next look at the credits will tell.
      log(`The credits after a turn: ${asNemoError(error).code}`);
    }
  }
}
