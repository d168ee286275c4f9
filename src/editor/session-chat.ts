import { randomUUID } from 'node:crypto';

import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import type { Clock } from '../client/clock.ts';
import { NemoError } from '../client/errors.ts';
import type { ClaimAnswer, StateAnswer } from '../client/service-values.ts';
import type { NextStep } from '../client/next-step.ts';
import {
  addMessage,
  applyTurnResult,
  applyTurnUpdate,
  editQueued,
  patchMessage,
  removeMessage,
  removeQueued,
  replaceText,
  setAttachments,
  setConnection,
  setTimeline,
  setTransfers,
  type MessagePatch,
  type Reduction,
} from '../conversation/chat-reducer.ts';
import type { ChatMessage, ChatState, Transfer } from '../conversation/chat-state.ts';
import { exportWishes, routeMessage } from '../conversation/route-message.ts';
import { recoverTurn, runTurn } from '../conversation/turn.ts';
import type { Route, TurnOutcome, TurnResult, TurnUpdate } from '../conversation/turn-update.ts';
import type { HostMessage } from '../protocol/messages.ts';
import { compareTimelines } from '../timeline/difference.ts';
import { isReadyToExport, readDraft } from '../timeline/read-draft.ts';
import type { Timeline, TimelineChange } from '../timeline/timeline-model.ts';
import { creditsByWord, exportByWord, stateByWord, uploadByWord } from './answer-by-word.ts';
import { asDiskError, asNemoError, cancelled } from './as-nemo-error.ts';
import type { Connection } from './connection.ts';
import { chooseExportTarget } from './export-target.ts';
import { HandedOverFiles } from './handed-over-files.ts';
import { isOver, type RenderJob } from './render-job.ts';
import type { RenderJobs } from './render-jobs.ts';
import { ServiceSession } from './service-session.ts';
import { emptyMessage, noSuchVersion, nothingToExport, openedElsewhere, signedOut } from './session-errors.ts';
import type { SessionFile, SessionMedia, SessionRecord } from './session-store.ts';
import type { Settings } from './settings.ts';
import type { Skills } from './skills.ts';
import { renderTransfer, uploadTransfer } from './transfer-rows.ts';
import type { Upload, Uploads, UploadTarget } from './uploads.ts';
import { versionViews, type VersionView } from './version-views.ts';

/** What a message came to, for whoever called `nemo.chat`. */
export interface ChatResult {
  readonly route: Route;
  readonly text: string;
  /** What changed on the timeline, in sentences. */
  readonly changes: readonly string[];
  readonly actions: readonly { readonly kind: string; readonly label: string }[];
  readonly outcome: TurnOutcome;
  readonly error?: { readonly code: string; readonly message: string };
}

/** What an export may be told. */
export interface ExportWish {
  readonly target?: vscode.Uri;
  readonly format?: string;
  readonly quality?: string;
}

export interface SessionChatServices {
  readonly connection: Connection;
  readonly settings: Settings;
  readonly skills: Skills;
  readonly jobs: RenderJobs;
  readonly uploads: Uploads;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Lets the person choose files; empty where they chose none. */
  readonly pickFiles: () => Promise<readonly vscode.Uri[]>;
}

interface Waiting {
  readonly id: string;
  /** A person can be asked for files; a program cannot. */
  readonly mayAsk: boolean;
  /** Uploads that were under way when it was written: it makes no sense before they have arrived. */
  readonly uploads: readonly string[];
  readonly over: (result: ChatResult) => void;
}

/** Messages that waited for less than this when the window closed are sent after it opened again. */
const stillMeantMs = 10 * 60_000;

/**
 * One session with its chat: owns what the side panel shows of it, runs its turns one after the other, and keeps it on disk.
 */
export class SessionChat {
  readonly #file: SessionFile;
  readonly #services: SessionChatServices;
  readonly #posted = new vscode.EventEmitter<readonly HostMessage[]>();
  readonly #renamed = new vscode.EventEmitter<void>();
  readonly #projectChanged = new vscode.EventEmitter<void>();
  readonly #busyChanged = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly #queue: Waiting[] = [];
  readonly #session: ServiceSession;
  readonly #files: HandedOverFiles;
  #state: ChatState;
  #latest: StateAnswer;
  #stop: AbortController | undefined;
  #pumping: Promise<void> | undefined;
  /** Uploads under way. */
  readonly #background = new Set<Promise<unknown>>();
  #disposed = false;

  /** Fires with what a copy of {@link state} needs to follow. */
  readonly onDidPost = this.#posted.event;
  /** Fires where a copy needs the whole state anew. */
  readonly onDidRename = this.#renamed.event;
  /** Fires when the timeline or the media changed. */
  readonly onDidChangeProject = this.#projectChanged.event;
  /** Fires when {@link busy} may have changed. */
  readonly onDidChangeBusy = this.#busyChanged.event;

  private constructor(file: SessionFile, latest: StateAnswer, services: SessionChatServices) {
    this.#file = file;
    this.#services = services;
    this.#latest = latest;
    const { connection, settings, skills } = services;
    this.#state = {
      connection: connection.view,
      skill: skills.view(settings.skill),
      skills: skills.all.map(({ name, displayName }) => ({ name, displayName })),
      sessionName: file.record.name,
      messages: file.record.messages,
      timeline: readDraft(latest.draft, latest.canvasConfig),
      transfers: [],
      attachments: [],
    };
    this.#session = new ServiceSession({ file, connection, settings, onGone: () => this.#startTimelineAnew() });
    this.#files = new HandedOverFiles({
      uploads: services.uploads,
      destination: async (signal) => {
        const sessionId = await this.ensureSession(signal);
        // On disk before it leaves: a window that dies now has the next one say what was cut off.
        await this.#file
          .save()
          .catch((error: unknown) => this.#services.log(`A chat was not saved: ${asDiskError(error).code}`));
        return { client: await connection.client(), sessionId };
      },
      onRows: () => this.#showTransfers(),
      onChips: (chips) => this.#do((state) => setAttachments(state, chips)),
      onArrived: (upload) => this.#takeMedia(upload),
      onUnderWay: (uploading) => {
        this.#file.change({ uploading });
        this.#saveSoon();
      },
    });
    this.#subscriptions.push(
      connection.onDidChange((view) => this.#do((state) => setConnection(state, view))),
      services.jobs.onDidChange((job) => job.chatId === this.id && this.#showTransfers()),
    );
    this.#showTransfers();
  }

  /** Opens a session's chat and goes on with what was cut off. */
  static async open(file: SessionFile, services: SessionChatServices): Promise<SessionChat> {
    const chat = new SessionChat(file, await file.version(file.record.version), services);
    chat.#pickUp();
    return chat;
  }

  get id(): string {
    return this.#file.record.id;
  }

  get record(): SessionRecord {
    return this.#file.record;
  }

  get state(): ChatState {
    return this.#state;
  }

  /** The newest state of the service that was seen. */
  get latest(): StateAnswer {
    return this.#latest;
  }

  /** Files that were uploaded into it, in the order in which they arrived. */
  get media(): readonly SessionMedia[] {
    return this.#file.record.media;
  }

  /** The drafts that were seen before the one that is shown, the newest first. */
  async versions(): Promise<readonly VersionView[]> {
    const { version, messages } = this.#file.record;
    return versionViews(await this.#file.versions(), { shown: version, messages });
  }

  /**
   * What changed from a version to the timeline that is shown.
   * @throws NemoError `badArgument` where there is no such version.
   */
  async changesSince(version: number): Promise<readonly TimelineChange[]> {
    const before = await this.#file.findVersion(version);
    if (!before) throw noSuchVersion();
    return compareTimelines(readDraft(before.draft, before.canvasConfig), this.#state.timeline);
  }

  /** A turn runs, or messages wait for one. */
  get busy(): boolean {
    return this.#pumping !== undefined;
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.#pumping || this.#background.size > 0) {
      await Promise.allSettled([this.#pumping, ...this.#background]);
    }
  }

  /** The active skill changed: its words and name are in the state. */
  showSkill(): void {
    const { skills, settings } = this.#services;
    this.#state = { ...this.#state, skill: skills.view(settings.skill) };
    this.#renamed.fire();
  }

  async rename(name: string): Promise<void> {
    this.#file.change({ name, named: true });
    this.#state = { ...this.#state, sessionName: name };
    this.#renamed.fire();
    await this.#file.save();
  }

  /** The user signed out: what runs is stopped, what is here stays to be read, under no token. */
  async close(): Promise<void> {
    for (const { id, over } of this.#queue.splice(0)) {
      this.#patch(id, { state: 'cancelled' });
      over(removedFromQueue());
    }
    this.stop();
    this.#files.cancelAll();
    await this.idle();
    this.#file.change({ closed: true, sessionId: undefined, taskId: undefined, userId: undefined });
    await this.#file.save();
  }

  /**
   * Takes a message. `accepted` resolves when it is on disk, and only then it can leave; `over` when its turn is over.
   * @throws NemoError by `accepted`: `badArgument` for nothing, `diskFailed` where it cannot be kept.
   */
  send(text: string, { mayAsk }: { readonly mayAsk: boolean }): { accepted: Promise<void>; over: Promise<ChatResult> } {
    let over: (result: ChatResult) => void = () => undefined;
    const result = new Promise<ChatResult>((resolve) => (over = resolve));
    return { accepted: this.#accept(text, mayAsk, over), over: result };
  }

  /** Sends again what the answer `messageId` belongs to, as a new message. */
  async retry(messageId: string): Promise<void> {
    const { messages } = this.#state;
    const at = messages.findIndex(({ id }) => id === messageId);
    const asked = messages.slice(0, at + 1).findLast(({ role }) => role === 'user');
    if (!asked) return;
    // The button has done its work.
    this.#patch(messageId, { actions: undefined });
    await this.send(asked.text, { mayAsk: true }).accepted;
  }

  /** Stops the running turn; what waits behind it waits on. */
  stop(): void {
    this.#stop?.abort(cancelled());
  }

  async editQueued(id: string, text: string): Promise<void> {
    this.#do((state) => editQueued(state, id, text.trim()));
    await this.#file.save();
  }

  async removeQueued(id: string): Promise<void> {
    this.#do((state) => removeQueued(state, id));
    await this.#file.save();
  }

  /** A line of ours in the chat. */
  notice(text: string, actions: readonly NextStep[] = []): void {
    this.#do((state) =>
      addMessage(state, {
        id: randomUUID(),
        role: 'notice',
        text,
        atMs: this.#services.clock.now(),
        state: 'done',
        ...(actions.length > 0 ? { actions } : {}),
      }),
    );
  }

  /**
   * The service's id of this session; created there at first use.
   * @throws NemoError what stood in the way.
   */
  async ensureSession(signal?: AbortSignal): Promise<string> {
    return this.#session.ensure(signal);
  }

  /** Reads the state anew and shows it. A session that is gone is replaced. */
  async refresh(signal?: AbortSignal): Promise<StateAnswer> {
    return this.#look(this.#lastSent(), signal);
  }

  async #look(after: string | undefined, signal: AbortSignal | undefined): Promise<StateAnswer> {
    const state = await this.#session.use((client, sessionId) => client.state(sessionId, signal), signal);
    await this.#see(state, after);
    return state;
  }

  /** The user's message that left last, but for `except`: what is seen now was seen after it. */
  #lastSent(except?: string): string | undefined {
    return this.#state.messages.findLast(({ id, role, state }) => role === 'user' && state === 'sent' && id !== except)
      ?.id;
  }

  /** Uploads files into the session; each becomes a chip for the next message. Resolves when all have arrived or failed. */
  async upload(targets: readonly UploadTarget[], signal?: AbortSignal): Promise<readonly Upload[]> {
    if (targets.length === 0) return [];
    this.#refuseIfLost();
    const work = this.#upload(targets, signal);
    this.#background.add(work);
    try {
      return await work;
    } finally {
      this.#background.delete(work);
    }
  }

  async #upload(targets: readonly UploadTarget[], signal: AbortSignal | undefined): Promise<readonly Upload[]> {
    const uploads = await this.#files.upload(targets, signal);
    const arrived = uploads.some(({ phase }) => phase === 'done');
    await this.#save();
    for (const { error } of uploads) {
      if (error?.code !== 'sessionGone') continue;
      await this.#session.replace();
      break;
    }
    if (arrived && !this.#disposed) {
      await this.refresh(signal).catch((error: unknown) => {
        // The files are there; the next look will show them.
        this.#services.log(`After an upload: ${asNemoError(error).code}`);
      });
    }
    return uploads;
  }

  #takeMedia({ target, files = [] }: Upload): void {
    const [file, ...more] = files;
    const media =
      file && more.length === 0 && typeof target !== 'string' ? [{ ...file, localUri: target.toString() }] : files;
    this.#file.change({ media: [...this.#file.record.media, ...media] });
    this.#projectChanged.fire();
    // At once: a window that dies now must not say that it was cut off.
    void this.#save();
  }

  /** Tries a failed upload again, because the person asked for it. */
  retryUpload(id: string): boolean {
    const target = this.#files.takeBack(id);
    if (target === undefined) return false;
    this.upload([target]).catch((error: unknown) => this.#services.log(`An upload: ${asNemoError(error).code}`));
    return true;
  }

  /** Takes an upload that is over out of the list. */
  dismissUpload(id: string): boolean {
    return this.#files.dismiss(id);
  }

  /** Takes a chip away; an upload under way is stopped. The file stays in the session. */
  removeAttachment(id: string): void {
    this.#files.removeChip(id);
  }

  /** A link's secret that opens the session in the web app, once. */
  async claim(signal?: AbortSignal): Promise<ClaimAnswer> {
    return this.#session.claim(signal);
  }

  /**
   * Reads the state anew, for an export.
   * @throws NemoError `nothingToExport` where no track has a clip.
   */
  async requireTimeline(signal?: AbortSignal): Promise<StateAnswer & { readonly draftText: string }> {
    this.#refuseIfLost();
    const state = await this.refresh(signal);
    const { draftText } = state;
    if (draftText === undefined || !isReadyToExport(state.draft)) throw nothingToExport();
    return { ...state, draftText };
  }

  /**
   * Queues an export of the timeline as it is now.
   * @throws NemoError `nothingToExport`, `badArgument`, or what stood in the way.
   */
  async startExport(wish: ExportWish, signal?: AbortSignal): Promise<RenderJob> {
    const { settings, jobs } = this.#services;
    const state = await this.requireTimeline(signal);
    const format = wish.format ?? 'mp4';
    const name = this.exportName();
    return jobs.start({
      sessionId: state.sessionId,
      chatId: this.id,
      name,
      draftText: state.draftText,
      output: { format, quality: wish.quality ?? settings.exportQuality },
      target: await chooseExportTarget(wish.target, settings.exportFolder, name, format),
    });
  }

  /** What an export is called unless somebody says otherwise: the name that the user gave, or its first clip's. */
  exportName(): string {
    const { record } = this.#file;
    if (record.named) return record.name;
    const clips = this.#state.timeline.tracks.filter(({ kind }) => kind === 'video').flatMap((track) => track.clips);
    const title = (clips.find(({ title }) => title !== '') ?? clips[0])?.title.replace(/\.[a-z0-9]{2,4}$/i, '');
    return title === undefined || title === '' ? record.name : title;
  }

  /** Ends everything here; what is not on disk is written. A turn under way is picked up at the next start. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#files.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#stop?.abort(cancelled());
    await this.idle();
    await this.#save();
    this.#posted.dispose();
    this.#renamed.dispose();
    this.#projectChanged.dispose();
    this.#busyChanged.dispose();
  }

  // The queue

  async #accept(text: string, mayAsk: boolean, over: (result: ChatResult) => void): Promise<void> {
    const trimmed = text.trim();
    if (trimmed === '') throw emptyMessage();
    this.#refuseIfLost();
    const id = randomUUID();
    const isMessage = routeMessage(trimmed) === 'message';
    const chips = isMessage ? this.#files.chips.filter(({ state }) => state !== 'failed') : [];
    const uploads = chips.filter(({ state }) => state === 'uploading').map((chip) => chip.id);
    this.#nameAfter(trimmed);
    this.#do((state) =>
      addMessage(state, {
        id,
        role: 'user',
        text: trimmed,
        atMs: this.#services.clock.now(),
        state: 'queued',
        ...(chips.length > 0 ? { attachments: chips.map(({ name }) => name) } : {}),
      }),
    );
    try {
      await this.#file.save(true);
    } catch (error) {
      this.#do((state) => removeMessage(state, id));
      throw asDiskError(error);
    }
    this.#files.putAway(isMessage);
    this.#queue.push({ id, mayAsk, uploads, over });
    this.#pump();
  }

  #pump(): void {
    if (this.#pumping || this.#disposed) return;
    this.#run();
  }

  #run(first?: () => Promise<void>): void {
    this.#pumping = this.#runQueue(first).finally(() => {
      this.#pumping = undefined;
      if (this.#disposed) return;
      this.#busyChanged.fire();
      if (this.#queue.length > 0) this.#pump();
    });
    this.#busyChanged.fire();
  }

  async #runQueue(first?: () => Promise<void>): Promise<void> {
    await first?.();
    for (let next = this.#queue.shift(); next && !this.#disposed; next = this.#queue.shift()) {
      const message = this.#message(next.id);
      next.over(message ? await this.#answer(next, message) : removedFromQueue());
    }
  }

  /** What was under way when the last window closed. */
  #pickUp(): void {
    const { record } = this.#file;
    const now = this.#services.clock.now();
    const { pendingTurn } = record;
    for (const message of record.messages) {
      if (message.state === 'running' && message.id !== pendingTurn?.answerId) {
        this.#patch(message.id, { state: 'cancelled', activity: undefined, stillWorkingMs: undefined });
      }
      if (message.state !== 'queued') continue;
      if (pendingTurn || now - message.atMs < stillMeantMs) {
        this.#queue.push({ id: message.id, mayAsk: false, uploads: [], over: () => undefined });
      } else {
        this.#patch(message.id, {
          state: 'cancelled',
          actions: [{ kind: 'send', label: l10n.t('Send Now'), argument: message.text }],
        });
      }
    }
    this.#files.showCutOff(record.uploading);
    if (pendingTurn) {
      this.notice(
        l10n.t('The window closed while Nemo was at work. Your message is not sent again; here is what came of it.'),
      );
      this.#run(() => this.#recover(pendingTurn));
    } else if (this.#queue.length > 0) {
      this.#pump();
    }
  }

  async #recover(pending: NonNullable<SessionRecord['pendingTurn']>): Promise<void> {
    const { connection, clock, settings } = this.#services;
    const { sessionId } = this.#file.record;
    const { answerId } = pending;
    await this.#inTurn(answerId, async (signal) => {
      this.#patch(answerId, { state: 'running', actions: undefined, error: undefined });
      await this.#untilConnected(answerId, signal);
      return this.#follow(
        recoverTurn({
          client: await connection.client(),
          sessionId: sessionId ?? '',
          before: await this.#file.version(pending.beforeVersion),
          sentAtMs: pending.sentAtMs,
          shown: this.#message(answerId)?.text ?? '',
          clock,
          signal,
          guiActions: settings.guiActions,
        }),
        answerId,
        pending.messageId,
      );
    });
  }

  /** What a turn came to cannot be told without the service, and must not be forgotten because it is away. */
  async #untilConnected(answerId: string, signal: AbortSignal): Promise<void> {
    const { connection, clock } = this.#services;
    for (;;) {
      try {
        await connection.connect(signal);
        return;
      } catch (error) {
        if (!(error instanceof NemoError) || !error.transient) throw error;
        this.#patch(answerId, { activity: { label: l10n.t('Waiting for the service'), sinceMs: clock.now() } });
        await clock.sleep(15_000, signal);
      }
    }
  }

  async #answer({ id, mayAsk, uploads }: Waiting, message: ChatMessage): Promise<ChatResult> {
    const route = routeMessage(message.text);
    const answerId = randomUUID();
    this.#patch(id, { state: 'sent' });
    this.#do((state) =>
      addMessage(state, {
        id: answerId,
        role: 'assistant',
        text: '',
        atMs: this.#services.clock.now(),
        state: 'running',
        activity: { label: this.#firstActivity(), sinceMs: this.#services.clock.now() },
      }),
    );
    const result = await this.#inTurn(answerId, (signal) => {
      switch (route) {
        case 'message':
          return this.#turn(message, uploads, answerId, signal);
        case 'export':
          return exportByWord(exportWishes(message.text), (wish) => this.startExport(wish, signal));
        case 'credits':
          return creditsByWord(this.#services.connection, signal);
        case 'state':
          return this.refresh(signal).then(stateByWord);
        case 'upload':
          return uploadByWord(
            mayAsk ? this.#services.pickFiles : undefined,
            (targets) => this.upload(targets, signal),
            signal,
          );
      }
    });
    const actions = [...result.actions, ...(result.error?.steps ?? [])];
    return {
      route,
      text: result.text,
      changes: result.changes.map(({ sentence }) => sentence),
      actions: actions.map(({ kind, label }) => ({ kind, label })),
      outcome: result.outcome,
      ...(result.error ? { error: { code: result.error.code, message: result.error.message } } : {}),
    };
  }

  /** Runs what answers one message, and writes down how it ended; never throws. */
  async #inTurn(answerId: string, work: (signal: AbortSignal) => Promise<TurnResult>): Promise<TurnResult> {
    const stop = new AbortController();
    this.#stop = stop;
    let result: TurnResult;
    try {
      result = await work(stop.signal);
    } catch (reason) {
      const error = stop.signal.aborted ? cancelled() : asNemoError(reason);
      if (error.code === 'internal') this.#services.log(`A turn failed: ${String(error.cause)}`);
      const text = this.#message(answerId)?.text ?? '';
      result =
        error.code === 'cancelled'
          ? { outcome: 'cancelled', text, changes: [], actions: [] }
          : { outcome: 'failed', text, changes: [], actions: [], error };
    }
    this.#stop = undefined;
    // A window that closes leaves the turn as it is, to be picked up.
    if (this.#disposed) return result;
    if (result.text !== '' && this.#message(answerId)?.text === '') {
      this.#do((state) => replaceText(state, answerId, result.text));
    }
    this.#do((state) => applyTurnResult(state, answerId, result));
    this.#file.change({ pendingTurn: undefined });
    await this.#save();
    return result;
  }

  // A message to the service

  async #turn(
    message: ChatMessage,
    uploads: readonly string[],
    answerId: string,
    signal: AbortSignal,
  ): Promise<TurnResult> {
    const { connection, clock, settings } = this.#services;
    if (connection.view.kind !== 'connected') await connection.connect(signal);
    await this.#files.requireArrival(uploads, signal, () =>
      this.#patch(answerId, { activity: { label: l10n.t('Waiting for the upload'), sinceMs: clock.now() } }),
    );
    const creditsBefore = connection.credits?.total;
    for (let attempt = 1; ; attempt++) {
      const before = await this.#look(this.#lastSent(message.id), signal);
      const sentAtMs = clock.now();
      this.#file.change({
        pendingTurn: { messageId: message.id, answerId, sentAtMs, beforeVersion: this.#file.record.version },
      });
      // On disk before it leaves, also through a power cut.
      await this.#file.save(true).catch((error: unknown) => {
        throw asDiskError(error);
      });
      signal.throwIfAborted();
      this.#patch(answerId, { activity: { label: l10n.t('Working on it'), sinceMs: sentAtMs } });
      const turn = runTurn({
        client: await connection.client(),
        sessionId: before.sessionId,
        text: message.text,
        before,
        clock,
        signal,
        guiActions: settings.guiActions,
      });
      const result = await this.#follow(turn, answerId, message.id);
      // The session went between the look and the message: the service took nothing, so once more is safe.
      if (attempt === 1 && result.error?.code === 'sessionGone' && result.text === '' && !signal.aborted) {
        await this.#session.replace();
        continue;
      }
      await this.#noteCredits(answerId, creditsBefore);
      // The service may have done its work all the same.
      if (result.outcome === 'cancelled' && !this.#disposed) this.#refreshSoon();
      return result;
    }
  }

  async #follow(
    turn: AsyncGenerator<TurnUpdate, TurnResult, void>,
    answerId: string,
    messageId: string,
  ): Promise<TurnResult> {
    for (;;) {
      const step = await turn.next();
      if (step.done) return step.value;
      const update = step.value;
      if (update.kind === 'timeline') {
        this.#latest = update.state;
        await this.#file.addVersion(update.state, messageId);
      }
      this.#do((state) => applyTurnUpdate(state, answerId, update, this.#services.clock.now()));
    }
  }

  async #noteCredits(answerId: string, before: number | undefined): Promise<void> {
    try {
      const { total } = await this.#services.connection.readCredits(AbortSignal.timeout(10_000));
      if (before !== undefined && total < before) this.#patch(answerId, { creditsSpent: before - total });
    } catch {
      // The next look at the credits will tell.
    }
  }

  // The session at the service

  #startTimelineAnew(): void {
    this.#latest = { ...this.#latest, draftText: undefined, draft: undefined, videoInfos: [], generatedMedia: [] };
    this.#do((state) => setTimeline(state, emptyTimeline));
    this.notice(
      l10n.t(
        'The service no longer knows this session, so a new one was started: the timeline starts anew. The chat above stays for you to read.',
      ),
      [{ kind: 'upload', label: l10n.t('Upload Files…') }],
    );
  }

  #refreshSoon(): void {
    this.refresh().catch((error: unknown) => this.#services.log(`The timeline: ${asNemoError(error).code}`));
  }

  async #see(state: StateAnswer, after: string | undefined): Promise<void> {
    this.#latest = state;
    await this.#file.addVersion(state, after).catch((error: unknown) => {
      throw asDiskError(error);
    });
    this.#saveSoon();
    const timeline = readDraft(state.draft, state.canvasConfig);
    if (JSON.stringify(timeline) === JSON.stringify(this.#state.timeline)) this.#projectChanged.fire();
    else this.#do((chat) => setTimeline(chat, timeline));
  }

  // What is shown

  #firstActivity(): string {
    return this.#services.connection.view.kind === 'connected' ? l10n.t('Thinking') : l10n.t('Setting things up…');
  }

  #message(id: string): ChatMessage | undefined {
    return this.#state.messages.findLast((message) => message.id === id);
  }

  #patch(id: string, patch: MessagePatch): void {
    this.#do((state) => patchMessage(state, id, patch));
  }

  #do(step: (state: ChatState) => Reduction): void {
    const { state, deltas } = step(this.#state);
    if (deltas.length === 0) return;
    const messagesChanged = state.messages !== this.#state.messages;
    const timelineChanged = state.timeline !== this.#state.timeline;
    this.#state = state;
    if (messagesChanged) {
      this.#file.change({ messages: state.messages as SessionRecord['messages'] });
      this.#saveSoon();
    }
    if (this.#disposed) return;
    this.#posted.fire(deltas);
    if (timelineChanged) this.#projectChanged.fire();
  }

  /** Saves now; a disk that will not take it is in the log, and the next save tries again. */
  async #save(): Promise<void> {
    await this.#file.flush().catch((error: unknown) => {
      this.#services.log(`A chat was not saved: ${asDiskError(error).code}`);
    });
  }

  #saveSoon(): void {
    this.#file.saveSoon((error) => this.#services.log(`A chat was not saved: ${asDiskError(error).code}`));
  }

  #nameAfter(text: string): void {
    const { record } = this.#file;
    if (record.named || record.messages.some(({ role }) => role === 'user')) return;
    const line = text.split('\n', 1)[0] ?? text;
    const name = Array.from(line).length > 48 ? `${Array.from(line).slice(0, 47).join('')}…` : line;
    this.#file.change({ name });
    this.#state = { ...this.#state, sessionName: name };
    this.#renamed.fire();
  }

  #showTransfers(): void {
    const { jobs } = this.#services;
    // What was over before the last message is old news; the tree has all of it.
    const askedAtMs = this.#state.messages.findLast(({ role }) => role === 'user')?.atMs ?? 0;
    const renders = jobs
      .list()
      .filter((job) => job.chatId === this.id && (!isOver(job) || job.createdAtMs > askedAtMs));
    // Of a file that arrived its chip tells.
    const uploads = this.#files.rows.filter(({ phase }) => phase !== 'done');
    const transfers: Transfer[] = [
      ...uploads.map(uploadTransfer),
      ...renders.map((job) => renderTransfer(job, jobs.speed(job.id))),
    ];
    if (JSON.stringify(transfers) === JSON.stringify(this.#state.transfers)) return;
    this.#do((state) => setTransfers(state, transfers));
  }

  #refuseIfLost(): void {
    if (this.#file.record.closed) throw signedOut();
    if (this.#file.lost) throw openedElsewhere();
  }
}

const emptyTimeline: Timeline = { tracks: [], durationMs: 0 };

function removedFromQueue(): ChatResult {
  return { route: 'message', text: '', changes: [], actions: [], outcome: 'cancelled' };
}
