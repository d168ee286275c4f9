import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../client/errors.ts';
import { checkUpload, mediaFormatOf } from '../client/media-formats.ts';
import { mostMediaBytes } from '../protocol/messages.ts';
import { ArrivingFile, notTaken } from './arriving-file.ts';
import { asDiskError, asNemoError } from './as-nemo-error.ts';
import { safeFileName } from './safe-file-name.ts';
import type { SessionChat } from './session-chat.ts';

/** All files that are here at a time may have so many bytes together. */
const mostBytesAtOnce = 4 * 1024 ** 3;
/** Each holds a file open. */
const mostArriving = 64;
const hourMs = 60 * 60_000;
/** The folder of a file that is still arriving. */
const arrivingMark = '.arriving';

export interface DroppedFilesOptions {
  /** A folder of ours. */
  readonly folder: string;
  readonly log: (line: string) => void;
}

/**
 * Files that a page was handed without an address: from the operating system or the clipboard. Their bytes come piece by
 * piece, become a file of ours, and are uploaded like any other; when that is over for good, the file goes.
 */
export class DroppedFiles {
  readonly #options: DroppedFilesOptions;
  readonly #arriving = new Map<string, ArrivingFile>();
  /** Files that are whole, by URI: bytes, and the session that uploads them. */
  readonly #whole = new Map<string, { readonly bytes: number; readonly chat: SessionChat }>();
  readonly #watches = new Map<SessionChat, vscode.Disposable>();
  readonly #removals = new Set<Promise<void>>();
  #sweeping: Promise<void> | undefined;

  constructor(options: DroppedFilesOptions) {
    this.#options = options;
  }

  /**
   * Gets ready for a file of that name and length that the session is handed; resolves with the id under which its bytes are taken.
   * @throws NemoError `unsupportedFile`, `fileEmpty`, `fileTooLarge` or `diskFailed`; `refused` while too much is here, and
   * where the session takes nothing any more; `badArgument` where the page is gone.
   */
  async offer(givenName: string, bytes: number, chat: SessionChat, page: AbortSignal): Promise<string> {
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw notTaken();
    const name = usableName(givenName);
    checkUpload(name, bytes, false);
    await chat.refuseIfLost();
    // Nobody would ever say that a page went that was gone before.
    if (page.aborted) throw notTaken();
    if (this.#bytesAtOnce() + bytes > mostBytesAtOnce || this.#arriving.size >= mostArriving) {
      throw new NemoError(
        'refused',
        l10n.t('“{0}” has to wait: too much is being uploaded. Drop it again when some of it has arrived.', name),
      );
    }
    const id = randomUUID();
    const arriving = new ArrivingFile({
      name,
      bytes,
      folder: join(this.#options.folder, `${id}${arrivingMark}`),
      chatId: chat.id,
      page,
      onPageGone: () => this.#discard(id),
    });
    this.#arriving.set(id, arriving);
    try {
      await arriving.ready();
    } catch (error) {
      this.#discard(id);
      throw asDiskError(error);
    }
    return id;
  }

  /**
   * Takes the next piece; resolves when it is written.
   * @throws NemoError where it does not follow the one before, is more than was announced, or shows that the file is no
   * media; the file is gone then.
   */
  async take(id: string, at: number, bytes: Uint8Array, page: AbortSignal): Promise<void> {
    const arriving = this.#of(id, page);
    if (!arriving) throw notTaken();
    try {
      await arriving.take(at, bytes);
    } catch (error) {
      this.#discard(id);
      throw asDiskError(error);
    }
  }

  /**
   * All of it is there: has the session upload it, under its own name. Chip and row tell how it goes.
   * @throws NemoError `fileChanged` where something is missing, `refused` where another session is shown by now,
   * `diskFailed`.
   */
  async complete(id: string, chat: SessionChat, page: AbortSignal): Promise<void> {
    const arriving = this.#of(id, page);
    if (!arriving) throw notTaken();
    let path: string;
    try {
      if (arriving.chatId !== chat.id) throw otherSession(arriving.name);
      await arriving.finish();
      if (!this.#arriving.has(id)) throw notTaken();
      path = await arriving.moveTo(join(this.#options.folder, id));
    } catch (error) {
      this.#discard(id);
      throw asDiskError(error);
    }
    this.#arriving.delete(id);
    const uri = vscode.Uri.file(path);
    this.#keep(uri, arriving.bytes, chat);
    chat.uploads
      .upload([uri])
      .catch((error: unknown) => this.#options.log(`An upload could not begin: ${asNemoError(error).code}`))
      .finally(() => this.#sweep(chat));
  }

  /**
   * Takes a file whose bytes come all at once, and has the session upload it.
   * @throws NemoError as {@link offer} and {@link take} do; `unsupportedFile` before the bytes are asked for.
   */
  async hand(givenName: string, read: () => Promise<Uint8Array>, chat: SessionChat): Promise<void> {
    checkUpload(usableName(givenName), 1, false);
    const bytes = await read();
    const giver = new AbortController();
    try {
      const id = await this.offer(givenName, bytes.byteLength, chat, giver.signal);
      for (let at = 0; at < bytes.byteLength; at += mostMediaBytes) {
        await this.take(id, at, bytes.subarray(at, at + mostMediaBytes), giver.signal);
      }
      await this.complete(id, chat, giver.signal);
    } finally {
      giver.abort();
    }
  }

  /** The person thought better of it, or the page cannot read the file. */
  withdraw(id: string, page: AbortSignal): void {
    if (this.#of(id, page)) this.#discard(id);
  }

  /** A session may hold uploads of such files that an earlier window left: they go when they are over for good. */
  follow(chat: SessionChat): void {
    for (const { target } of chat.uploads.rows) {
      if (typeof target === 'string' || target.scheme !== 'file') continue;
      if (target.fsPath.startsWith(this.#options.folder + sep)) this.#keep(target, 0, chat);
    }
  }

  /** Removes what windows that died left behind; what can still be uploaded again stays for a day. */
  async cleanUp(): Promise<void> {
    const { folder } = this.#options;
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const path = join(folder, name);
      const isArriving = name.endsWith(arrivingMark);
      if ([...this.#whole.keys()].some((uri) => uri.includes(name)) || this.#arriving.has(idOf(name))) continue;
      const ageMs = Date.now() - (await lastChangeMs(path));
      if (ageMs > (isArriving ? hourMs : 24 * hourMs)) await rm(path, { recursive: true, force: true });
    }
  }

  /** Resolves when nothing is being removed. */
  async settled(): Promise<void> {
    await this.#sweeping;
    while (this.#removals.size > 0) await Promise.all(this.#removals);
  }

  /** The window closes: what has not arrived whole goes. */
  async dispose(): Promise<void> {
    for (const watch of this.#watches.values()) watch.dispose();
    for (const id of this.#arriving.keys()) this.#discard(id);
    await this.settled();
  }

  #of(id: string, page: AbortSignal): ArrivingFile | undefined {
    const arriving = this.#arriving.get(id);
    return arriving?.page === page ? arriving : undefined;
  }

  #bytesAtOnce(): number {
    const sizes = [...this.#arriving.values(), ...this.#whole.values()].map(({ bytes }) => bytes);
    return sizes.reduce((sum, bytes) => sum + bytes, 0);
  }

  #discard(id: string): void {
    this.#inBackground(this.#remove(id));
  }

  #inBackground(removal: Promise<void>): void {
    const work = removal
      .catch((error: unknown) => this.#options.log(`A dropped file: ${asDiskError(error).code}`))
      .finally(() => this.#removals.delete(work));
    this.#removals.add(work);
  }

  async #remove(id: string): Promise<void> {
    const arriving = this.#arriving.get(id);
    if (!arriving) return;
    this.#arriving.delete(id);
    await arriving.remove();
  }

  #keep(uri: vscode.Uri, bytes: number, chat: SessionChat): void {
    this.#whole.set(uri.toString(), { bytes, chat });
    if (this.#watches.has(chat)) return;
    this.#watches.set(
      chat,
      chat.onDidPost((messages) => {
        if (messages.some(({ type }) => type === 'transfersChanged')) this.#sweepSoon();
      }),
    );
  }

  /** Who tries an upload again takes its row away first, and brings the next one in the same breath. */
  #sweepSoon(): void {
    this.#sweeping ??= Promise.resolve().then(() => {
      this.#sweeping = undefined;
      for (const owner of this.#watches.keys()) this.#sweep(owner);
    });
  }

  /** Lets go of what the session needs no more: it arrived, was cancelled, or its failure was put away. */
  #sweep(chat: SessionChat): void {
    const needed = new Set(
      chat.uploads.rows
        .filter(({ phase }) => phase !== 'done' && phase !== 'cancelled')
        .map(({ target }) => target.toString()),
    );
    for (const [text, { chat: owner }] of this.#whole) {
      if (owner !== chat || needed.has(text)) continue;
      this.#whole.delete(text);
      this.#inBackground(rm(join(vscode.Uri.parse(text).fsPath, '..'), { recursive: true, force: true }));
    }
    if ([...this.#whole.values()].some(({ chat: owner }) => owner === chat)) return;
    this.#watches.get(chat)?.dispose();
    this.#watches.delete(chat);
  }
}

/** A name that is a file's on every system, with the extension that it came with. */
function usableName(given: string): string {
  const last = given.slice(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
  const extension = mediaFormatOf(last)?.extension;
  if (extension === undefined) return safeFileName(last, l10n.t('File'));
  return `${safeFileName(last.slice(0, -extension.length - 1), 'clip')}.${last.slice(-extension.length)}`;
}

function idOf(name: string): string {
  return name.endsWith(arrivingMark) ? name.slice(0, -arrivingMark.length) : name;
}

/** When the folder, or a file in it, was last written to; a file that is arriving changes all the time. */
async function lastChangeMs(folder: string): Promise<number> {
  const paths = [folder, ...(await readdir(folder).catch(() => [])).map((name) => join(folder, name))];
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  return Math.max(0, ...found.map((one) => one?.mtimeMs ?? 0));
}

function otherSession(name: string): NemoError {
  return new NemoError(
    'refused',
    l10n.t('“{0}” was dropped on another session. Drop it again on the one that should have it.', name),
    { steps: [{ kind: 'upload', label: l10n.t('Choose Files…') }] },
  );
}
