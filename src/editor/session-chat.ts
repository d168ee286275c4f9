import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';

import type { Clock } from '../client/clock.ts';
import type { ClaimAnswer, StateAnswer } from '../client/service-values.ts';
import type { NextStep } from '../client/next-step.ts';
import { setAttachments, setConnection, setTransfers } from '../conversation/chat-reducer.ts';
import type { ChatState } from '../conversation/chat-state.ts';
import { exportWishes } from '../conversation/route-message.ts';
import type { TurnResult } from '../conversation/turn-update.ts';
import type { ComposerText, VersionView } from '../protocol/messages.ts';
import { readDraft } from '../timeline/read-draft.ts';
import type { TimelineChange } from '../timeline/timeline-model.ts';
import { creditsByWord, exportByWord, stateByWord, uploadByWord } from './answer-by-word.ts';
import { asDiskError, asNemoError } from './as-nemo-error.ts';
import type { ChatResult } from './chat-result.ts';
import type { Connection } from './connection.ts';
import { chooseExportTarget } from './export-target.ts';
import { HandedOverFiles } from './handed-over-files.ts';
import { namedFiles } from './named-files.ts';
import { isOver, type RenderJob } from './render-job.ts';
import type { RenderJobs } from './render-jobs.ts';
import { ServiceSession } from './service-session.ts';
import { ServiceTurns } from './service-turns.ts';
import { openedElsewhere, signedOut, stillAnswering, stillExporting, stillUploading } from './session-errors.ts';
import { SessionMessages, type AnsweredByWord } from './session-messages.ts';
import type { SessionFile, SessionMedia, SessionRecord } from './session-store.ts';
import { SessionTimeline } from './session-timeline.ts';
import type { Settings } from './settings.ts';
import { ShownChat } from './shown-chat.ts';
import type { Skills } from './skills.ts';
import { transferRows } from './transfer-rows.ts';
import type { Upload, Uploads, UploadTarget } from './uploads.ts';

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

/** One session with its chat: takes messages and files, answers one after the other, and goes on after a restart. */
export class SessionChat {
  readonly #file: SessionFile;
  readonly #services: SessionChatServices;
  readonly #shown: ShownChat;
  readonly #messages: SessionMessages;
  readonly #session: ServiceSession;
  readonly #timeline: SessionTimeline;
  readonly #files: HandedOverFiles;
  readonly #subscriptions: vscode.Disposable[] = [];
  /** Uploads under way. */
  readonly #background = new Set<Promise<unknown>>();
  #disposed = false;

  /** Fires with what a copy of {@link state} needs to follow. */
  readonly onDidPost: ShownChat['onDidPost'];
  /** Fires where a copy needs the whole state anew. */
  readonly onDidRename: ShownChat['onDidRename'];
  /** Fires when the timeline or the media changed. */
  readonly onDidChangeProject: ShownChat['onDidChangeProject'];
  /** Fires when {@link busy} may have changed. */
  readonly onDidChangeBusy: vscode.Event<void>;

  private constructor(file: SessionFile, latest: StateAnswer, services: SessionChatServices) {
    const { connection, settings, skills, jobs, uploads, clock, log } = services;
    this.#file = file;
    this.#services = services;
    const shown = new ShownChat({
      file,
      state: {
        connection: connection.view,
        skill: skills.view(settings.skill),
        skills: skills.all.map(({ name, displayName }) => ({ name, displayName })),
        sessionName: file.record.name,
        messages: file.record.messages,
        timeline: readDraft(latest.draft, latest.canvasConfig),
        transfers: [],
        attachments: [],
      },
      clock,
      log,
    });
    const session = new ServiceSession({ file, connection, settings, onGone: () => timeline.startAnew() });
    const timeline: SessionTimeline = new SessionTimeline({ file, shown, session, latest });
    const files = new HandedOverFiles({
      uploads,
      destination: async (signal) => {
        const sessionId = await this.ensureSession(signal);
        // On disk before it leaves: a window that dies now has the next one say what was cut off.
        await shown.save();
        this.#refuseIfLost();
        return { client: await connection.client(), sessionId };
      },
      onRows: () => this.#showTransfers(),
      onChips: (chips) => shown.do((state) => setAttachments(state, chips)),
      onArrived: (upload) => this.#takeMedia(upload),
      onUnderWay: (uploading) => {
        file.change({ uploading });
        shown.saveSoon();
      },
    });
    this.#shown = shown;
    this.#session = session;
    this.#timeline = timeline;
    this.#files = files;
    this.#messages = new SessionMessages({
      file,
      shown,
      files,
      turns: new ServiceTurns({ file, shown, timeline, session, files, connection, settings, clock, log }),
      clock,
      log,
      firstActivity: () => (connection.view.kind === 'connected' ? l10n.t('Thinking') : l10n.t('Setting things up…')),
      answerByWord: (message, signal) => this.#answerByWord(message, signal),
      onStopped: () => this.#refreshSoon(),
    });
    this.onDidPost = shown.onDidPost;
    this.onDidRename = shown.onDidRename;
    this.onDidChangeProject = shown.onDidChangeProject;
    this.onDidChangeBusy = this.#messages.onDidChangeBusy;
    this.#subscriptions.push(
      connection.onDidChange((view) => shown.do((state) => setConnection(state, view))),
      jobs.onDidChange((job) => job.chatId === this.id && this.#showTransfers()),
    );
    this.#showTransfers();
  }

  /** Opens a session's chat and goes on with what was cut off. */
  static async open(file: SessionFile, services: SessionChatServices): Promise<SessionChat> {
    const chat = new SessionChat(file, await file.version(file.record.version), services);
    chat.#files.showCutOff(file.record.uploading);
    chat.#messages.pickUp();
    return chat;
  }

  get id(): string {
    return this.#file.record.id;
  }

  get record(): SessionRecord {
    return this.#file.record;
  }

  get state(): ChatState {
    return this.#shown.state;
  }

  /** The newest state of the service that was seen. */
  get latest(): StateAnswer {
    return this.#timeline.latest;
  }

  /** What stood in the composer when the page said so last. */
  get composer(): ComposerText | undefined {
    return this.#file.record.composer;
  }

  /** Files that were uploaded into it, in the order in which they arrived. */
  get media(): readonly SessionMedia[] {
    return this.#file.record.media;
  }

  /** What was handed over in this window and not put away since, and what an earlier one was cut off in; the oldest first. */
  get uploads(): readonly Upload[] {
    return this.#files.rows;
  }

  /** Looks whether another window opened this session since: then nothing is taken or sent here any more. */
  isLost(): Promise<boolean> {
    return this.#file.isLost();
  }

  /** A turn runs, or messages wait for one. */
  get busy(): boolean {
    return this.#messages.busy;
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.busy || this.#background.size > 0) {
      await Promise.allSettled([this.#messages.idle(), ...this.#background]);
    }
  }

  /** The active skill changed: its words and name are in the state. */
  showSkill(): void {
    const { skills, settings } = this.#services;
    this.#shown.showSkill(skills.view(settings.skill));
  }

  /** Keeps what stands in the composer, on disk within a second; the page has drawn it already, so nobody is told. */
  keepComposer({ text, atMs }: ComposerText): void {
    if (this.#file.lost || (this.composer?.atMs ?? 0) > atMs) return;
    this.#file.change({ composer: { text, atMs } });
    this.#shown.saveSoon();
  }

  /**
   * Takes it off this machine; the service keeps its side.
   * @throws NemoError `refused` while something of it is at work; `diskFailed`.
   */
  async delete(): Promise<void> {
    this.refuseIfAtWork();
    // From here on nothing of it is written, whatever still ends.
    const removed = this.#file.remove();
    await this.dispose();
    try {
      await removed;
    } catch (error) {
      throw asDiskError(error);
    }
  }

  /** Gives it the name that the user chose. */
  async rename(name: string): Promise<void> {
    this.#shown.rename(name, true);
    await this.#file.save();
  }

  /** The user signed out: what runs is stopped, what is here stays to be read, under no token. */
  async close(): Promise<void> {
    this.#messages.stopAll();
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

  async #accept(text: string, mayAsk: boolean, over: (result: ChatResult) => void): Promise<void> {
    this.#refuseIfLost();
    await this.#messages.accept(text, mayAsk, over);
  }

  /** Sends again what the answer `messageId` belongs to, as a new message. */
  async retry(messageId: string): Promise<void> {
    const { messages } = this.state;
    const at = messages.findIndex(({ id }) => id === messageId);
    const asked = messages.slice(0, at + 1).findLast(({ role }) => role === 'user');
    if (!asked) return;
    // The button has done its work.
    this.#shown.patch(messageId, { actions: undefined });
    await this.send(asked.text, { mayAsk: true }).accepted;
  }

  /** Stops the running turn; what waits behind it waits on. */
  stop(): void {
    this.#messages.stop();
  }

  async editQueued(id: string, text: string): Promise<void> {
    await this.#messages.editQueued(id, text);
  }

  async removeQueued(id: string): Promise<void> {
    await this.#messages.removeQueued(id);
  }

  /** A line of ours in the chat. */
  notice(text: string, actions: readonly NextStep[] = []): void {
    this.#shown.notice(text, actions);
  }

  /**
   * The service's id of this session; created there at first use.
   * @throws NemoError what stood in the way.
   */
  async ensureSession(signal?: AbortSignal): Promise<string> {
    return this.#session.ensure(signal);
  }

  /** A link's secret that opens the session in the web app, once. */
  async claim(signal?: AbortSignal): Promise<ClaimAnswer> {
    return this.#session.claim(signal);
  }

  /** Reads the state anew and shows it. A session that is gone is replaced. */
  async refresh(signal?: AbortSignal): Promise<StateAnswer> {
    return this.#timeline.refresh(signal);
  }

  /** The drafts that were seen before the one that is shown, the newest first. */
  versions(): Promise<readonly VersionView[]> {
    return this.#timeline.versions();
  }

  /**
   * What changed from a version to the timeline that is shown.
   * @throws NemoError `badArgument` where there is no such version.
   */
  changesSince(version: number): Promise<readonly TimelineChange[]> {
    return this.#timeline.changesSince(version);
  }

  /**
   * Reads the state anew, for an export.
   * @throws NemoError `nothingToExport` where no track has a clip.
   */
  async requireTimeline(signal?: AbortSignal): Promise<StateAnswer & { readonly draftText: string }> {
    this.#refuseIfLost();
    return this.#timeline.requireClips(signal);
  }

  /** What an export is called unless somebody says otherwise: the name that the user gave, or its first clip's. */
  exportName(): string {
    return this.#timeline.exportName();
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

  /** Makes a file that the session has already a chip for the next message; `id` is the chip's. */
  attachMedia(id: string, name: string): void {
    this.#files.attach(id, name);
  }

  /** Takes a chip away; an upload under way is stopped. The file stays in the session. */
  removeAttachment(id: string): void {
    this.#files.removeChip(id);
  }

  /** Ends everything here; what is not on disk is written, also at a second call. A turn under way is picked up at the next start. */
  async dispose(): Promise<void> {
    if (this.#disposed) return this.#shown.save();
    this.#disposed = true;
    this.#shown.dispose();
    this.#files.dispose();
    this.#messages.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    await this.idle();
    await this.#shown.save();
  }

  // Messages

  async #answerByWord({ route, text, mayAsk }: AnsweredByWord, signal: AbortSignal): Promise<TurnResult> {
    switch (route) {
      case 'export':
        return exportByWord(exportWishes(text), (wish) => this.startExport(wish, signal));
      case 'credits':
        return creditsByWord(this.#services.connection, signal);
      case 'state':
        return stateByWord(await this.refresh(signal));
      case 'upload':
        return uploadByWord(
          await namedFiles(text),
          mayAsk ? this.#services.pickFiles : undefined,
          (targets) => this.upload(targets, signal),
          signal,
        );
    }
  }

  #refreshSoon(): void {
    this.refresh().catch((error: unknown) => this.#services.log(`The timeline: ${asNemoError(error).code}`));
  }

  // Files

  async #upload(targets: readonly UploadTarget[], signal: AbortSignal | undefined): Promise<readonly Upload[]> {
    const uploads = await this.#files.upload(targets, signal);
    await this.#shown.save();
    if (uploads.some(({ error }) => error?.code === 'sessionGone')) await this.#session.replace();
    if (uploads.some(({ phase }) => phase === 'done') && !this.#disposed) {
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
    this.#shown.projectChanged();
    // At once: a window that dies now must not say that it was cut off.
    void this.#shown.save();
  }

  #showTransfers(): void {
    const transfers = transferRows({
      uploads: this.#files.rows,
      jobs: this.#services.jobs,
      chatId: this.id,
      askedAtMs: this.state.messages.findLast(({ role }) => role === 'user')?.atMs ?? 0,
    });
    if (JSON.stringify(transfers) === JSON.stringify(this.state.transfers)) return;
    this.#shown.do((state) => setTransfers(state, transfers));
  }

  /** @throws NemoError `refused` while a turn, an upload or an export of it is under way. */
  refuseIfAtWork(): void {
    const isExporting = this.#services.jobs.list().some((job) => job.chatId === this.id && !isOver(job));
    if (isExporting) throw stillExporting();
    if (this.#background.size > 0) throw stillUploading();
    if (this.busy) throw stillAnswering();
  }

  #refuseIfLost(): void {
    if (this.#file.record.closed) throw signedOut();
    if (this.#file.lost) throw openedElsewhere();
  }
}
