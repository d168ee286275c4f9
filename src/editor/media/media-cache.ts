import { chmod, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

import { cancelled } from '../as-nemo-error.ts';
import { makePrivateFolder, privateFileMode } from '../private-files.ts';
import { waitWithSignal } from '../with-signal.ts';

interface Holding {
  readonly file: Promise<string>;
  readonly stop: AbortController;
  users: number;
}

/** A file of the cache while somebody reads it. */
export interface HeldFile {
  readonly path: string;
  release(): void;
}

/**
 * Files that were fetched as a whole, kept between windows up to a number of bytes; the ones that were used longest ago go
 * first. What is in use stays.
 */
export class MediaCache {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #holdings = new Map<string, Holding>();

  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /**
   * The file under `key`; `bring` writes it to a path where it is not there yet. Several who ask for the same one wait for
   * the same; when all of them gave up, so does `bring`.
   * @throws what `bring` and the file system throw, and the signal's reason.
   */
  async hold(
    key: string,
    bring: (path: string, signal: AbortSignal) => Promise<unknown>,
    signal: AbortSignal,
  ): Promise<HeldFile> {
    let holding = this.#holdings.get(key);
    if (!holding) {
      const stop = new AbortController();
      holding = { file: this.#fileOf(key, bring, stop.signal), stop, users: 0 };
      holding.file.catch(() => undefined); // Handled by each who waits for it.
      this.#holdings.set(key, holding);
    }
    const mine = holding;
    mine.users++;
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      if (--mine.users > 0) return;
      mine.stop.abort();
      if (this.#holdings.get(key) === mine) this.#holdings.delete(key);
    };
    try {
      return { path: await waitWithSignal(mine.file, signal), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /**
   * Removes all of it. What is being fetched is given up: who waits for it is told `cancelled`.
   * @returns how many files could not be removed, because some program holds them.
   */
  async clear(): Promise<number> {
    const given = [...this.#holdings.values()];
    this.#holdings.clear();
    for (const { stop } of given) stop.abort(cancelled());
    // Else what has just arrived would be put there afterwards.
    await Promise.allSettled(given.map(({ file }) => file));
    let left = 0;
    for (const name of await readdir(this.#folder).catch(() => [])) {
      // Somebody asked for it since.
      if ([...this.#holdings.keys()].some((key) => name.startsWith(key))) continue;
      await rm(join(this.#folder, name), { force: true }).catch(() => left++);
    }
    return left;
  }

  async #fileOf(
    key: string,
    bring: (path: string, signal: AbortSignal) => Promise<unknown>,
    signal: AbortSignal,
  ): Promise<string> {
    const path = join(this.#folder, key);
    const now = new Date();
    try {
      // Its last use, as the next tidying sees it.
      await utimes(path, now, now);
      return path;
    } catch {
      // Not there yet.
    }
    await makePrivateFolder(this.#folder);
    const temporary = `${path}.${randomUUID()}.part`;
    try {
      await bring(temporary, signal);
      await chmod(temporary, privateFileMode);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await this.#tidy(key);
    return path;
  }

  /** Makes room; also of what a window that died left half fetched. */
  async #tidy(newest: string): Promise<void> {
    const files: { name: string; bytes: number; usedMs: number }[] = [];
    for (const name of await readdir(this.#folder)) {
      const found = await stat(join(this.#folder, name)).catch(() => undefined);
      if (found) files.push({ name, bytes: found.size, usedMs: found.mtimeMs });
    }
    let bytes = 0;
    for (const { name, bytes: size, usedMs } of files.sort((a, b) => b.usedMs - a.usedMs)) {
      const isLeftOver = name.endsWith('.part') && Date.now() - usedMs > 60 * 60_000;
      bytes += size;
      const mayGo = name !== newest && !name.endsWith('.part') && !this.#holdings.has(name);
      if (isLeftOver || (bytes > this.#maxBytes && mayGo)) {
        bytes -= size;
        // Another window may read it: where that forbids removing, it stays.
        await rm(join(this.#folder, name), { force: true }).catch(() => undefined);
      }
    }
  }
}
