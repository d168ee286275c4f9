import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import * as l10n from '@vscode/l10n';

import { NemoError } from '../client/errors.ts';
import { checkUpload, sniffBytes } from '../client/media-formats.ts';
import { mostMediaBytes } from '../protocol/messages.ts';
import { makePrivateFolder, privateFileMode } from './private-files.ts';

export interface ArrivingFileOptions {
  readonly name: string;
  /** As announced. */
  readonly bytes: number;
  /** A folder of its own, which is made. */
  readonly folder: string;
  /** The session that it was handed to. */
  readonly chatId: string;
  /** Aborted when the page that hands it over is gone. */
  readonly page: AbortSignal;
  readonly onPageGone: () => void;
}

/** A file whose bytes a page hands over piece by piece. */
export class ArrivingFile {
  readonly name: string;
  readonly bytes: number;
  readonly chatId: string;
  readonly page: AbortSignal;
  readonly #folder: string;
  readonly #onPageGone: () => void;
  readonly #file: Promise<FileHandle>;
  /** Bytes that were taken; the writing of the last of them may be under way. */
  #taken = 0;
  /** Over with the last piece that was taken. */
  #written: Promise<void> = Promise.resolve();

  constructor({ name, bytes, folder, chatId, page, onPageGone }: ArrivingFileOptions) {
    this.name = name;
    this.bytes = bytes;
    this.chatId = chatId;
    this.page = page;
    this.#folder = folder;
    this.#onPageGone = onPageGone;
    this.#file = create(folder, name);
    page.addEventListener('abort', onPageGone, { once: true });
  }

  /**
   * Resolves when the file can take bytes.
   * @throws what the file system says.
   */
  async ready(): Promise<void> {
    await this.#file;
  }

  /**
   * Takes the next piece; resolves when it is written.
   * @throws NemoError where it does not follow the one before, is more than was announced, or shows that the file is no
   * media; what the file system says.
   */
  async take(at: number, bytes: Uint8Array): Promise<void> {
    if (at !== this.#taken || bytes.byteLength > mostMediaBytes) throw notTaken();
    if (at + bytes.byteLength > this.bytes) throw changedMeanwhile(this.name);
    const seesEnough = bytes.byteLength >= sniffBytes || bytes.byteLength === this.bytes;
    if (at === 0 && seesEnough) checkUpload(this.name, this.bytes, false, bytes.subarray(0, sniffBytes));
    this.#taken += bytes.byteLength;
    this.#written = this.#written.then(async () => writeAll(await this.#file, bytes, at));
    await this.#written;
  }

  /**
   * Ends the writing of a file that is whole; from then on {@link moveTo} can put it elsewhere.
   * @throws NemoError `fileChanged` where something is missing; what the file system says.
   */
  async finish(): Promise<void> {
    if (this.#taken !== this.bytes) throw changedMeanwhile(this.name);
    await this.#written;
    await (await this.#file).close();
  }

  /**
   * Gives its folder another name; it no longer depends on the page then. Resolves with the file's path.
   * @throws what the file system says.
   */
  async moveTo(folder: string): Promise<string> {
    await rename(this.#folder, folder);
    this.#leavePage();
    return join(folder, this.name);
  }

  /**
   * Takes it off the disk, however much of it is there.
   * @throws what the file system says.
   */
  async remove(): Promise<void> {
    this.#leavePage();
    // In this order: Windows removes nothing that is open.
    await this.#written.catch(() => undefined);
    await this.#file.then((file) => file.close()).catch(() => undefined);
    await rm(this.#folder, { recursive: true, force: true });
  }

  #leavePage(): void {
    this.page.removeEventListener('abort', this.#onPageGone);
  }
}

async function create(folder: string, name: string): Promise<FileHandle> {
  await makePrivateFolder(folder);
  return open(join(folder, name), 'wx', privateFileMode);
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.byteLength - done, position + done);
    done += bytesWritten;
  }
}

/** Nobody waits for these bytes. */
export function notTaken(): NemoError {
  return new NemoError('badArgument', l10n.t('This file is not being taken any more. Drop it again.'), {
    steps: [{ kind: 'upload', label: l10n.t('Choose Files…') }],
  });
}

function changedMeanwhile(name: string): NemoError {
  return new NemoError('fileChanged', l10n.t('“{0}” changed while it was read. Drop it again.', name), {
    steps: [{ kind: 'upload', label: l10n.t('Choose Files…') }],
  });
}
