import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';

import * as l10n from '@vscode/l10n';

import { NemoError } from './errors.ts';

const slabBytes = 1024 * 1024;

/** For the user alone, as what is in it may be nobody else's business. */
const partMode = 0o600;

/** Windows does not know this flag. */
const systemNoFollow = (constants.O_NOFOLLOW as number | undefined) ?? 0;

/**
 * The file that a download grows in. What arrives is gathered in two slabs, of which one is written while the other
 * fills. Every failure is NemoError `diskFailed`.
 */
export class PartFile {
  readonly #file: FileHandle;
  #slab = Buffer.allocUnsafeSlow(slabBytes);
  #otherSlab = Buffer.allocUnsafeSlow(slabBytes);
  /** Bytes in the slab that fills. */
  #filled = 0;
  /** Bytes in the file, with those whose writing is under way. */
  #written: number;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#written = size;
  }

  /**
   * Opens the file, or makes it. What it holds is the beginning of the download. A link is not followed, wherever it
   * leads: what lies there is not ours.
   * @param noFollow the system's flag for that; 0 where it has none.
   */
  static async open(path: string, noFollow = systemNoFollow): Promise<PartFile> {
    const file = (await create(path)) ?? (await openOurs(path, noFollow));
    try {
      const { size } = await file.stat();
      return new PartFile(file, size);
    } catch (error) {
      await file.close();
      return failed(error);
    }
  }

  /** Bytes that have arrived. */
  get size(): number {
    return this.#written + this.#filled;
  }

  /** Adds bytes at the end; resolves when `chunk` may be used for something else. */
  async append(chunk: Uint8Array): Promise<void> {
    for (let taken = 0; taken < chunk.length;) {
      const piece = chunk.subarray(taken, taken + this.#slab.length - this.#filled);
      this.#slab.set(piece, this.#filled);
      this.#filled += piece.length;
      taken += piece.length;
      if (this.#filled === this.#slab.length) await this.#writeSlab();
    }
  }

  /** Writes out what is gathered. */
  async flush(): Promise<void> {
    await this.#writeSlab();
    await this.#writing;
  }

  /** Forgets everything: the download begins anew. */
  async empty(): Promise<void> {
    await this.#writing;
    this.#filled = 0;
    this.#written = 0;
    await this.#file.truncate(0).catch(failed);
  }

  /** Resolves when all that was written would survive a power cut. */
  async settle(): Promise<void> {
    await this.flush();
    await this.#file.sync().catch(failed);
  }

  /** Closes the file; what cannot be written any more is lost without a word. */
  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#file.close();
  }

  async #writeSlab(): Promise<void> {
    // The other slab's writing must be over before it fills again.
    await this.#writing;
    if (this.#filled === 0) return;
    const full = this.#slab.subarray(0, this.#filled);
    this.#writing = writeAll(this.#file, full, this.#written);
    this.#writing.catch(() => undefined); // Handled by whoever awaits it next.
    this.#written += full.length;
    this.#filled = 0;
    [this.#slab, this.#otherSlab] = [this.#otherSlab, this.#slab];
  }
}

/** A new file; `undefined` where something lies at that path, were it a link that leads nowhere. */
async function create(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, partMode);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST' ? undefined : failed(error);
  }
}

/** The file that an earlier attempt began. */
async function openOurs(path: string, noFollow: number): Promise<FileHandle> {
  if (noFollow === 0 && (await lstat(path).catch(failed)).isSymbolicLink()) throw notOurs();
  const file = await open(path, constants.O_RDWR | noFollow).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') throw notOurs(error);
    return failed(error);
  });
  try {
    const found = await file.stat();
    if (!found.isFile()) throw notOurs();
    // Earlier versions, and other programs, may have let others read it.
    if ((found.mode & 0o077) !== 0) await file.chmod(partMode);
    return file;
  } catch (error) {
    await file.close();
    throw error instanceof NemoError ? error : failed(error);
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done).catch(failed);
    done += bytesWritten;
  }
}

function notOurs(cause?: unknown): NemoError {
  return new NemoError(
    'diskFailed',
    l10n.t(
      'Where the file is to be written lies a link or something else that is not Nemo’s. Remove it, then try again.',
    ),
    { steps: [{ kind: 'retry', label: l10n.t('Try Again') }], cause },
  );
}

function failed(cause: unknown): never {
  throw new NemoError(
    'diskFailed',
    l10n.t('The file cannot be written. Check the free space and the permissions of the folder, then try again.'),
    { steps: [{ kind: 'retry', label: l10n.t('Try Again') }], cause },
  );
}
