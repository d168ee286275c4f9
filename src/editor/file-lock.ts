import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';

import * as z from 'zod/mini';

import { systemClock } from '../client/clock.ts';
import { isAlive } from './living-process.ts';
import { makePrivateFolder, privateFileMode } from './private-files.ts';

/** How often an owner says that it lives, and after which silence another may take over, in ms. */
const beatMs = 4_000;
const staleMs = 20_000;

const holder = z.object({ owner: z.string(), pid: z.number(), host: z.string() });
type Holder = z.infer<typeof holder>;

/**
 * One piece of work, one window: a file that exists while some window does the work. Its time stamp is the owner's
 * heartbeat, in the machine's own time; a dead process, or one that has been silent for 20 s, loses the lock to whoever asks next.
 */
export class FileLock {
  readonly #path: string;
  readonly #owner: string;
  readonly #lost = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  private constructor(path: string, owner: string) {
    this.#path = path;
    this.#owner = owner;
    this.#timer = setInterval(() => void this.#beat(), beatMs);
    this.#timer.unref();
  }

  /** Takes the lock; `undefined` where a living window has it. */
  static async take(path: string): Promise<FileLock | undefined> {
    await makePrivateFolder(dirname(path));
    const owner = randomUUID();
    if (await createLock(path, owner)) return new FileLock(path, owner);
    const old = await readLock(path);
    // What was released since then was not stale, and somebody else may hold it by now: nothing is cleared away for it.
    if (old !== undefined) {
      if (!isStale(old)) return undefined;
      // Only one at a time may clear the old lock away.
      const clearing = `${path}.clearing`;
      if (!(await createLock(clearing, owner))) {
        const abandoned = await readLock(clearing);
        if (abandoned && isStale(abandoned)) await removeLock(clearing, abandoned);
        return undefined;
      }
      try {
        await removeLock(path, old);
      } finally {
        await rm(clearing, { force: true });
      }
    }
    return (await createLock(path, owner)) ? new FileLock(path, owner) : undefined;
  }

  /** Whether a living window has the lock. */
  static async isHeld(path: string): Promise<boolean> {
    const found = await readLock(path);
    return found !== undefined && !isStale(found);
  }

  /**
   * Removes what a dead process left of a lock; `whileHeld` is done meanwhile, and the lock is gone afterwards. Where a
   * living window has it, nothing happens.
   */
  static async sweep(path: string, whileHeld: () => Promise<void>): Promise<void> {
    const clearing = `${path}.clearing`;
    const abandoned = await readLock(clearing);
    if (abandoned && isStale(abandoned)) await removeLock(clearing, abandoned);
    const lock = await FileLock.take(path);
    if (!lock) return;
    try {
      await rm(asidePath(path), { force: true });
      await rm(asidePath(clearing), { force: true });
      await whileHeld();
    } finally {
      await lock.release();
    }
  }

  /** Whether it is still ours: asked before each step that must not happen twice (a machine may have slept). */
  async holds(): Promise<boolean> {
    return this.#timer !== undefined && (await readLock(this.#path))?.holder?.owner === this.#owner;
  }

  /** Aborted as soon as it is known that another window took the lock over, as after this process stood still for long. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Lets go. A lock that another window took over stays theirs. */
  async release(): Promise<void> {
    if (this.#timer === undefined) return;
    const ours = await this.holds();
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (ours) await rm(this.#path, { force: true });
  }

  /** Says that the owner lives, unless the lock is another's by now: its time stamp is not for this window to renew. */
  async #beat(): Promise<void> {
    try {
      const found = await readLock(this.#path);
      if (this.#timer === undefined) return;
      if (found?.holder?.owner !== this.#owner) {
        this.#lost.abort(new Error('Another window took the work over.'));
        return;
      }
      const now = new Date();
      await utimes(this.#path, now, now);
    } catch {
      // The disk does not answer, or somebody took the file away: the next beat tells.
    }
  }
}

async function createLock(path: string, owner: string): Promise<boolean> {
  const self: Holder = { owner, pid: process.pid, host: hostname() };
  try {
    const file = await open(path, 'wx', privateFileMode);
    try {
      await file.writeFile(JSON.stringify(self));
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A lock as it was found on the disk. */
interface FoundLock {
  readonly modifiedMs: number;
  /** Tells this file from another of the same name. */
  readonly text: string;
  /** `undefined` where the text tells none, as while it is written. */
  readonly holder: Holder | undefined;
}

/** `undefined` where there is no lock. */
async function readLock(path: string): Promise<FoundLock | undefined> {
  try {
    const { mtimeMs: modifiedMs } = await stat(path);
    const text = await readFile(path, 'utf8');
    return { modifiedMs, text, holder: holderIn(text) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    return holder.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isStale({ modifiedMs, holder: held }: FoundLock): boolean {
  if (systemClock.now() - modifiedMs > staleMs) return true;
  return held?.host === hostname() && !isAlive(held.pid);
}

/** Where a lock lies for the moment in which it is removed. */
const asidePath = (path: string) => `${path}.aside`;

/**
 * Removes a lock that was found to be stale, and no other: between the look and the removal a silent owner may have let
 * go, and somebody else may have taken it. What is not the one that was found is put back.
 */
async function removeLock(path: string, found: FoundLock): Promise<void> {
  const aside = asidePath(path);
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    const moved = await readLock(aside);
    // Its owner asks whether it holds the lock before each step that must not happen twice, and stops where it does not.
    if (moved?.text !== found.text) await link(aside, path).catch(() => undefined);
  } finally {
    await rm(aside, { force: true });
  }
}
