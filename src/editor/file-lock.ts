import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';

import * as z from 'zod/mini';

import { systemClock } from '../client/clock.ts';
import { isAlive } from './living-process.ts';

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
  #timer: NodeJS.Timeout | undefined;

  private constructor(path: string, owner: string) {
    this.#path = path;
    this.#owner = owner;
    this.#timer = setInterval(() => {
      const now = new Date();
      utimes(path, now, now).catch(() => {
        // Somebody took the file away; holds() says so to whoever works under this lock.
      });
    }, beatMs);
    this.#timer.unref();
  }

  /** Takes the lock; `undefined` where a living window has it. */
  static async take(path: string): Promise<FileLock | undefined> {
    await mkdir(dirname(path), { recursive: true });
    const owner = randomUUID();
    if (await createLock(path, owner)) return new FileLock(path, owner);
    if (!(await isStale(path))) return undefined;
    // Only one may clear the old lock away, and only after a second look: else two could each remove the other's new one.
    const clearing = `${path}.clearing`;
    if (!(await createLock(clearing, owner))) {
      if (await isStale(clearing)) await rm(clearing, { force: true });
      return undefined;
    }
    try {
      if (!(await isStale(path))) return undefined;
      await rm(path, { force: true });
      return (await createLock(path, owner)) ? new FileLock(path, owner) : undefined;
    } finally {
      await rm(clearing, { force: true });
    }
  }

  /** Whether a living window has the lock. */
  static async isHeld(path: string): Promise<boolean> {
    return !(await isStale(path));
  }

  /**
   * Removes what a dead process left of a lock; `whileHeld` is done meanwhile, and the lock is gone afterwards. Where a
   * living window has it, nothing happens.
   */
  static async sweep(path: string, whileHeld: () => Promise<void>): Promise<void> {
    const clearing = `${path}.clearing`;
    if (await isStale(clearing)) await rm(clearing, { force: true });
    const lock = await FileLock.take(path);
    if (!lock) return;
    try {
      await whileHeld();
    } finally {
      await lock.release();
    }
  }

  /** Whether it is still ours: asked before each step that must not happen twice (a machine may have slept). */
  async holds(): Promise<boolean> {
    return this.#timer !== undefined && (await readHolder(this.#path))?.owner === this.#owner;
  }

  /** Lets go. A lock that another window took over stays theirs. */
  async release(): Promise<void> {
    if (this.#timer === undefined) return;
    const ours = await this.holds();
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (ours) await rm(this.#path, { force: true });
  }
}

async function createLock(path: string, owner: string): Promise<boolean> {
  const self: Holder = { owner, pid: process.pid, host: hostname() };
  try {
    const file = await open(path, 'wx', 0o600);
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

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return holder.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

async function isStale(path: string): Promise<boolean> {
  let modifiedMs: number;
  try {
    modifiedMs = (await stat(path)).mtimeMs;
  } catch {
    // Gone by now: nobody's, and the next to create it has it.
    return true;
  }
  if (systemClock.now() - modifiedMs > staleMs) return true;
  const held = await readHolder(path);
  return held?.host === hostname() && !isAlive(held.pid);
}
