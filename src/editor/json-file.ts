import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { systemClock } from '../client/clock.ts';
import { isGone, processMark } from './living-process.ts';
import { makePrivateFolder, privateFileMode } from './private-files.ts';

/**
 * Writes a whole file so that at any moment either the old or the new text is there: into a temporary neighbour, then
 * renamed. `durable` also waits until the disk has it, for what must outlive a power cut; `makeFolder` is false where a
 * folder that is gone must stay gone.
 * @throws what the file system says.
 */
export async function writeTextFile(
  path: string,
  text: string,
  { durable = false, makeFolder = true } = {},
): Promise<void> {
  if (makeFolder) await makePrivateFolder(dirname(path));
  const temporary = `${path}.${processMark}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', privateFileMode);
    try {
      await file.writeFile(text, 'utf8');
      if (durable) await file.sync();
    } finally {
      await file.close();
    }
    await renameOver(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

const temporaryName = /\.(?<mark>[0-9a-f]{8}-\d{1,10})\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** No write takes longer than this, in ms, however slow the disk. */
const longestWriteMs = 60 * 60_000;

/**
 * Removes from a folder what {@link writeTextFile} left there when its process was killed in the middle: what belongs to
 * a process of this machine that is gone, and what nobody has touched for an hour of the machine's own time, which the
 * file system's stamps are in. What cannot be removed stays.
 */
export async function sweepCutOffWrites(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const mark = temporaryName.exec(name)?.groups?.['mark'];
    if (mark === undefined) continue;
    const path = join(folder, name);
    if (isGone(mark) || (await isOlderThan(path, systemClock.now() - longestWriteMs))) {
      await rm(path, { force: true }).catch(() => undefined);
    }
  }
}

async function isOlderThan(path: string, timeMs: number): Promise<boolean> {
  const touched = await stat(path).catch(() => undefined);
  return touched !== undefined && touched.mtimeMs < timeMs;
}

/** Windows refuses to replace a file while another process reads it; that passes. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (attempt === 6 || (code !== 'EPERM' && code !== 'EACCES' && code !== 'EBUSY')) throw error;
      await systemClock.sleep(10 * 2 ** attempt);
    }
  }
}

/** Text of a file; `undefined` where there is none. */
export async function readTextFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What a file holds, parsed; `undefined` where there is none or where it holds no JSON. */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = await readTextFile(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
