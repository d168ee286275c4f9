import { dirname } from 'node:path';

import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import type { CreditsAnswer } from '../client/service-values.ts';
import type { ComposerText } from '../protocol/messages.ts';
import { asDiskError, asNemoError } from './as-nemo-error.ts';
import { readJsonFile, sweepCutOffWrites, writeTextFile } from './json-file.ts';
import { unlessUnreadable } from './passing-failures.ts';
import { SessionChat, type SessionChatServices } from './session-chat.ts';
import { noSuchSession, notFinished, signedOut, stillExporting } from './session-errors.ts';
import { isExporting } from './session-exports.ts';
import type { SessionFile } from './session-file.ts';
import { signedOutRecord } from './session-record.ts';
import type { SessionStore, SessionSummary } from './session-store.ts';

const pointerKey = 'nemo.session';

/** What `nemo.connect` resolves with. */
export interface ConnectResult {
  readonly anonymous: boolean;
  readonly userId?: string;
  readonly sessionId: string;
  readonly skill: string;
  /** Absent where the service does not say it. */
  readonly credits?: CreditsAnswer;
}

/** Which session this window shows, and the way from one to another. Sessions that still work in the background stay open. */
export class ChatController {
  readonly #services: SessionChatServices;
  readonly #store: SessionStore;
  readonly #memento: vscode.Memento;
  readonly #pointerPath: string | undefined;
  readonly #open = new Map<string, SessionChat>();
  readonly #switched = new vscode.EventEmitter<SessionChat>();
  #active: Promise<SessionChat> | undefined;
  #shown: SessionChat | undefined;
  #recalling: Promise<void> | undefined;
  /** The one that was shown before. */
  #before: SessionChat | undefined;

  /** Fires when another session is shown. */
  readonly onDidSwitch = this.#switched.event;

  /**
   * @param pointerPath file that names the session of this workspace's window: what the memento holds reaches the disk only
   * after a while, and is lost where a window dies before.
   */
  constructor(services: SessionChatServices, store: SessionStore, memento: vscode.Memento, pointerPath?: string) {
    this.#services = services;
    this.#store = store;
    this.#memento = memento;
    this.#pointerPath = pointerPath;
  }

  /** The session that is shown, as far as it is loaded already. */
  get shown(): SessionChat | undefined {
    return this.#shown;
  }

  /** A turn or an upload is under way, in whichever of this window's sessions. */
  get busy(): boolean {
    return [...this.#open.values()].some((chat) => chat.busy || chat.uploads.busy);
  }

  /** The session that this window works in: the one it had before, else a new one. Reads the disk, never the network. */
  async chat(): Promise<SessionChat> {
    for (;;) {
      const active = (this.#active ??= this.#openLast());
      const chat = await active.catch((error: unknown) => {
        if (this.#active === active) this.#active = undefined;
        throw error;
      });
      // Another one is shown by now, or on its way.
      if (this.#active !== active) continue;
      const { origin } = this.#services.connection;
      if (origin === undefined || chat.record.origin === origin || chat.record.origin === '') return chat;
      // The setting leads to another service now; that session lives on the old one.
      this.#active = this.#show(this.#store.create(origin, newName()));
    }
  }

  /**
   * Makes sure that everything is set up: token, session, credits.
   * @throws NemoError what stood in the way.
   */
  async connect(signal?: AbortSignal): Promise<ConnectResult> {
    const { connection, settings, skills } = this.#services;
    const identity = await connection.connect(signal);
    const chat = await this.chat();
    if (chat.record.closed) throw signedOut();
    const isNew = chat.record.sessionId === undefined;
    const state = isNew ? undefined : await chat.timeline.refresh(signal).catch(unlessUnreadable);
    const sessionId = await chat.session.ensure(signal);
    const userId = connection.user.userId ?? identity.userId;
    // One answer that cannot be read is no matter; where there is none that can, nobody knows what is connected to.
    const isUnderstood = isNew || state !== undefined;
    const credits =
      (isUnderstood ? connection.credits : undefined) ??
      (await connection.readCredits(signal).catch((error: unknown) => {
        if (!isUnderstood) throw error;
        return unlessUnreadable(error);
      }));
    return {
      anonymous: identity.kind === 'anonymous',
      ...(userId === undefined ? {} : { userId }),
      sessionId,
      skill: skills.named(settings.skill).name,
      ...(credits ? { credits } : {}),
    };
  }

  /**
   * Recalls, without opening it, whose the session was that this window had before: for what is asked of the service before
   * a session is shown.
   */
  recallUser(): Promise<void> {
    return (this.#recalling ??= this.#recallUser());
  }

  async #recallUser(): Promise<void> {
    const { connection, log } = this.#services;
    try {
      const { record } = this.#shown ? {} : ((await this.#lastFile()) ?? {});
      if (record?.origin === connection.origin && record) connection.recallUser(record);
    } catch (error) {
      log(`The last session was not read: ${asDiskError(error).code}`);
    }
  }

  /** Starts a session at the service and shows it; the one before stays as it is if that fails. */
  async newSession(signal?: AbortSignal): Promise<SessionChat> {
    const { connection } = this.#services;
    await connection.connect(signal);
    const chat = await SessionChat.open(this.#store.create(connection.origin ?? '', newName()), this.#services);
    try {
      await chat.session.ensure(signal);
    } catch (error) {
      await chat.dispose();
      throw error;
    }
    await this.#adopt(chat);
    return chat;
  }

  /** Sessions of the service in use in which something was done, the last used first. */
  async list(): Promise<SessionSummary[]> {
    const { origin } = this.#services.connection;
    return (await this.#store.list()).filter((session) => session.origin === origin && !session.isEmpty);
  }

  /**
   * Shows another session.
   * @throws NemoError `badArgument` where there is none of that id.
   */
  async switchTo(id: string): Promise<SessionChat> {
    const open = this.#open.get(id);
    if (open && !(await open.isLost())) {
      await this.#adopt(open);
      return open;
    }
    // Another window had it; whoever chooses it here takes it back, with what was said there.
    await open?.dispose();
    // What was written in it last may still be on its way to the disk.
    if (this.#before?.id === id) await this.#before.dispose();
    const file = await this.#store.take(id);
    if (!file) throw noSuchSession();
    return this.#show(file);
  }

  /**
   * What a session is called.
   * @throws NemoError `badArgument` where there is none of that id.
   */
  async nameOf(id: string): Promise<string> {
    const { record } = this.#open.get(id) ?? (await this.#store.open(id)) ?? {};
    if (!record) throw noSuchSession();
    return record.name;
  }

  /**
   * Takes a session with its chat and its drafts off this machine; where it is the one that is shown, a new one is
   * shown in its place. The service's session and the exported files stay.
   * @throws NemoError `badArgument` where there is none of that id; `refused` while something of it is at work;
   * `diskFailed`.
   */
  async delete(id: string): Promise<void> {
    const file = await this.refuseDeletion(id);
    const open = this.#open.get(id);
    if (open) {
      if (this.#shown === open) await this.#showNew();
      await open.delete();
      this.#open.delete(id);
      return;
    }
    await file?.remove().catch((error: unknown) => {
      throw asDiskError(error);
    });
  }

  /**
   * Looks whether a session may be deleted; resolves with its file where no chat of this window writes it.
   * @throws NemoError `badArgument` where there is none of that id; `refused` while something of it is at work.
   */
  async refuseDeletion(id: string): Promise<SessionFile | undefined> {
    const open = this.#open.get(id);
    open?.refuseIfAtWork();
    const file = open && !(await open.isLost()) ? undefined : await this.#store.open(id);
    if (!open && !file) throw noSuchSession();
    // It may run in another window: what is on disk tells.
    if (file?.record.pendingTurn) throw notFinished();
    if (isExporting(this.#services.jobs, id)) throw stillExporting();
    return file;
  }

  /** Keeps what stands in a session's composer: the one that is shown, or the one before, whose page was just left. */
  keepComposer({ session, text, atMs }: ComposerText & { readonly session: string }): void {
    const chat = this.#open.get(session) ?? (this.#before?.id === session ? this.#before : undefined);
    chat?.keepComposer({ text, atMs });
  }

  /** Another account from here on: what belongs to the one before is closed, and an empty session shown. */
  async startOver(): Promise<void> {
    const { connection, log } = this.#services;
    // All at once: each takes nothing more from this moment on.
    await Promise.all([...this.#open.values()].map((chat) => chat.close()));
    for (const { id, closed, origin } of await this.#store.list()) {
      // Also those that another window has: it takes nothing more for them then.
      if (closed || origin !== connection.origin) continue;
      const file = await this.#store.open(id);
      file?.change(signedOutRecord);
      await file?.save().catch((error: unknown) => log(`A session was not closed: ${asDiskError(error).code}`));
    }
    await this.#showNew();
  }

  async dispose(): Promise<void> {
    await this.#active?.catch(() => undefined);
    await Promise.all([...this.#open.values()].map((chat) => chat.dispose()));
    await this.#before?.dispose();
    this.#switched.dispose();
  }

  async #openLast(): Promise<SessionChat> {
    const origin = this.#services.connection.origin ?? '';
    const file = await this.#lastFile();
    // What cannot be worked in here is left to whoever can.
    const isUsable = file && (file.record.origin === origin || origin === '');
    const usable = isUsable ? await this.#store.take(file.record.id) : undefined;
    const chat = await SessionChat.open(usable ?? this.#store.create(origin, newName()), this.#services);
    this.#enter(chat);
    return chat;
  }

  /** The session that this window had last. */
  async #lastFile(): Promise<SessionFile | undefined> {
    const last = (await this.#pointerOnDisk()) ?? this.#memento.get<unknown>(pointerKey);
    return typeof last === 'string' ? this.#store.open(last) : undefined;
  }

  async #show(file: SessionFile): Promise<SessionChat> {
    const chat = await SessionChat.open(file, this.#services);
    await this.#adopt(chat);
    return chat;
  }

  /** An empty one, which the service hears of at its first message or file. */
  async #showNew(): Promise<void> {
    await this.#show(this.#store.create(this.#services.connection.origin ?? '', newName()));
  }

  async #adopt(chat: SessionChat): Promise<void> {
    const before = this.#shown;
    this.#active = Promise.resolve(chat);
    this.#enter(chat);
    if (before && before !== chat) {
      this.#before = before;
      this.#retire(before);
    }
    await this.#point(chat.id);
  }

  async #pointerOnDisk(): Promise<unknown> {
    if (this.#pointerPath === undefined) return undefined;
    await sweepCutOffWrites(dirname(this.#pointerPath));
    return readJsonFile(this.#pointerPath).catch(() => undefined);
  }

  async #point(id: string): Promise<void> {
    await this.#memento.update(pointerKey, id);
    if (this.#pointerPath === undefined) return;
    await writeTextFile(this.#pointerPath, JSON.stringify(id)).catch((error: unknown) =>
      this.#services.log(`Which session is shown was not written down: ${asDiskError(error).code}`),
    );
  }

  #enter(chat: SessionChat): void {
    this.#open.set(chat.id, chat);
    if (this.#memento.get(pointerKey) !== chat.id) void this.#point(chat.id);
    this.#shown = chat;
    this.#switched.fire(chat);
  }

  /** A session in the background is let go when its work is done. */
  #retire(chat: SessionChat): void {
    chat
      .idle()
      .then(async () => {
        if (this.#shown === chat) return;
        if (this.#open.get(chat.id) === chat) this.#open.delete(chat.id);
        await chat.dispose();
      })
      .catch((error: unknown) => this.#services.log(`A session was not put away: ${asNemoError(error).code}`));
  }
}

function newName(): string {
  return l10n.t('New Session');
}
