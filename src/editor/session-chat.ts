import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';

import type { Clock } from '../client/clock.ts';
import type { StateAnswer } from '../client/service-values.ts';
import type { NextStep } from '../client/next-step.ts';
import { setConnection, setTransfers } from '../conversation/chat-reducer.ts';
import type { ChatState, QuestionChoice } from '../conversation/chat-state.ts';
import type { ComposerText } from '../protocol/messages.ts';
import { readDraft } from '../timeline/read-draft.ts';
import { asDiskError, asNemoError } from './as-nemo-error.ts';
import type { ChatResult } from './chat-result.ts';
import type { Connection } from './connection.ts';
import { LateChanges } from './late-changes.ts';
import { OfferedMessages } from './offered-messages.ts';
import type { RenderJobs } from './render-jobs.ts';
import { ServiceSession } from './service-session.ts';
import { ServiceTurns } from './service-turns.ts';
import { stillAnswering, stillExporting, stillUploading } from './session-errors.ts';
import { SessionExports } from './session-exports.ts';
import type { SessionFile } from './session-file.ts';
import { sessionAnswers } from './session-answers.ts';
import { type Acceptance, SessionMessages } from './session-messages.ts';
import { signedOutRecord, type SessionMedia, type SessionRecord } from './session-record.ts';
import { SessionTimeline } from './session-timeline.ts';
import { SessionUploads } from './session-uploads.ts';
import type { Settings } from './settings.ts';
import { ShownChat } from './shown-chat.ts';
import type { Skills } from './skills.ts';
import { transferRows } from './transfer-rows.ts';
import type { Uploads } from './uploads.ts';

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
  readonly #late: LateChanges;
  readonly #offered: OfferedMessages;
  readonly #subscriptions: vscode.Disposable[] = [];
  #disposed = false;

  readonly session: ServiceSession;
  readonly timeline: SessionTimeline;
  readonly uploads: SessionUploads;
  readonly exports: SessionExports;
  /** Fires with what a copy of {@link state} needs to follow. */
  readonly onDidPost: ShownChat['onDidPost'];
  /** Fires where a copy needs the whole state anew. */
  readonly onDidRename: ShownChat['onDidRename'];
  /** Fires when the timeline or the media changed. */
  readonly onDidChangeProject: ShownChat['onDidChangeProject'];
  /** Fires when {@link busy} or {@link isFollowing} may have changed. */
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
        ...(file.record.queueHeld === true ? { queueHeld: true } : {}),
        timeline: readDraft(latest.draft, latest.canvasConfig),
        transfers: [],
        attachments: [],
      },
      clock,
      log,
    });
    const session = new ServiceSession({ file, connection, settings, onGone: () => timeline.startAnew() });
    const late = new LateChanges({ file, shown });
    const timeline: SessionTimeline = new SessionTimeline({ file, shown, session, late, latest, log });
    const parts = { file, shown, session, timeline, connection, settings, jobs, clock, log };
    const onArrived = async () => {
      await this.#messages.endReadings();
      late.forget();
    };
    const handedOver = new SessionUploads({ ...parts, uploads, onRows: () => this.#showTransfers(), onArrived });
    this.#shown = shown;
    this.#late = late;
    this.#offered = new OfferedMessages(shown, (text, answers) =>
      this.#accept(text, { mayAsk: true, ...(answers ? { answers } : {}) }, () => undefined),
    );
    this.session = session;
    this.timeline = timeline;
    this.uploads = handedOver;
    this.exports = new SessionExports(parts);
    this.#messages = new SessionMessages({
      ...parts,
      uploads: handedOver,
      turns: new ServiceTurns({ ...parts, uploads: handedOver }),
      firstActivity: () => (connection.view.kind === 'connected' ? l10n.t('Thinking') : l10n.t('Setting things up…')),
      answerByWord: sessionAnswers({
        ...parts,
        uploads: handedOver,
        exports: this.exports,
        pickFiles: services.pickFiles,
      }),
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
    const { connection } = services;
    if (file.record.origin === connection.origin) connection.recallUser(file.record);
    const chat = new SessionChat(file, await file.version(file.record.version), services);
    chat.uploads.showCutOff();
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

  /** What stood in the composer when the page said so last. */
  get composer(): ComposerText | undefined {
    return this.#file.record.composer;
  }

  /** Files that were uploaded into it, in the order in which they arrived. */
  get media(): readonly SessionMedia[] {
    return this.#file.record.media;
  }

  /** Looks whether another window opened this session since: then nothing is taken or sent here any more. */
  isLost(): Promise<boolean> {
    return this.#file.isLost();
  }

  /**
   * Looks whether anything may be handed to this session here.
   * @throws NemoError `refused` where another window has it or deleted it, and where the user signed out of it.
   */
  refuseIfLost(): Promise<void> {
    return this.#file.lookAndRefuseIfLost();
  }

  /** A turn runs, or messages wait for one; those that are held do not. */
  get busy(): boolean {
    return this.#messages.busy;
  }

  /** The last answer counts as complete, but something may still come to it; {@link stop} ends that. */
  get isFollowing(): boolean {
    return this.#messages.isFollowing;
  }

  /** Resolves when nothing runs, and nothing more comes. */
  async idle(): Promise<void> {
    while (this.busy || this.isFollowing || this.uploads.busy)
      await Promise.all([this.#messages.idle(), this.uploads.idle()]);
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

  /**
   * Gives it the name that the user chose.
   * @throws NemoError `diskFailed`; `refused` where the session is not this window's any more.
   */
  async rename(name: string): Promise<void> {
    await this.refuseIfLost();
    this.#shown.rename(name, true);
    await this.#shown.keep();
  }

  /** The user signed out: what runs is stopped, what is here stays to be read, under no token. */
  async close(): Promise<void> {
    // First: what is said from now on would be answered in the name of whoever comes next.
    this.#file.change({ closed: true });
    this.#messages.stopAll();
    this.uploads.cancelAll();
    await this.idle();
    this.#file.change(signedOutRecord);
    await this.#shown.save();
  }

  /**
   * Takes a message. `accepted` resolves when it is on disk, and only then it can leave; `over` when its turn is over.
   * @throws NemoError by `accepted`: `badArgument` for nothing, `diskFailed` where it cannot be kept.
   */
  send(text: string, { mayAsk }: { readonly mayAsk: boolean }): { accepted: Promise<void>; over: Promise<ChatResult> } {
    let over: (result: ChatResult) => void = () => undefined;
    const result = new Promise<ChatResult>((resolve) => (over = resolve));
    return { accepted: this.#accept(text, { mayAsk }, over), over: result };
  }

  async #accept(text: string, how: Acceptance, over: (result: ChatResult) => void): Promise<void> {
    this.#file.refuseIfLost();
    await this.#messages.accept(text, how, over);
  }

  /** See {@link OfferedMessages.retry}. */
  retry(messageId: string): Promise<void> {
    return this.#offered.retry(messageId);
  }

  /** See {@link OfferedMessages.send}. */
  sendOffered(text: string, messageId: string): Promise<void> {
    return this.#offered.send(text, messageId);
  }

  /** See {@link OfferedMessages.answer}. */
  answerQuestion(messageId: string, choices: readonly QuestionChoice[]): Promise<void> {
    return this.#offered.answer(messageId, choices);
  }

  /** See {@link SessionMessages.stop}. */
  stop(): void {
    this.#messages.stop();
  }

  /**
   * See {@link SessionMessages.sendNext}.
   * @throws NemoError `refused` where the session is not this window's any more.
   */
  async sendNext(): Promise<void> {
    await this.refuseIfLost();
    this.#messages.sendNext();
  }

  /** The project is opened in the web app: what changes from now on may be done there. */
  openedElsewhere(): void {
    this.#late.forget();
    this.#shown.saveSoon();
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

  /** Ends everything here; what is not on disk is written, also at a second call. A turn under way is picked up at the next start. */
  async dispose(): Promise<void> {
    if (this.#disposed) return this.#shown.save();
    this.#disposed = true;
    this.#shown.dispose();
    this.uploads.dispose();
    this.#messages.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    await this.idle();
    await this.#shown.save();
  }

  #refreshSoon(): void {
    if (this.record.closed) return;
    this.timeline.refresh().catch((error: unknown) => this.#services.log(`The timeline: ${asNemoError(error).code}`));
  }

  #showTransfers(): void {
    const transfers = transferRows({
      uploads: this.uploads.rows,
      jobs: this.#services.jobs,
      chatId: this.id,
      askedAtMs: this.state.messages.findLast(({ role }) => role === 'user')?.atMs ?? 0,
    });
    if (JSON.stringify(transfers) === JSON.stringify(this.state.transfers)) return;
    this.#shown.do((state) => setTransfers(state, transfers));
  }

  /** @throws NemoError `refused` while a turn, an upload or an export of it is under way. */
  refuseIfAtWork(): void {
    if (this.exports.busy) throw stillExporting();
    if (this.uploads.busy) throw stillUploading();
    if (this.busy) throw stillAnswering();
  }
}
