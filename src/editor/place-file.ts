import { copyFile, link, open, rename, rm, stat } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';

/**
 * `name (2).mp4`, `name (3).mp4`, …: the names that a file may get in a folder, the wanted one first.
 */
export function* candidateNames(base: string, extension: string): Generator<string> {
  yield `${base}${extension}`;
  for (let count = 2; ; count++) yield `${base} (${count})${extension}`;
}

/** A place that was chosen for a file, said before the file is put there, so that a restart knows it as ours. */
export type Announce = (path: string) => Promise<void>;

/**
 * Moves a finished file to the first free name in `folder`: whole at once, never over a file that exists.
 * `announced` is the place that an interrupted attempt had chosen: if the file is already there, it stays.
 * @returns the path where it is.
 * @throws what the file system says.
 */
export async function placeFile(
  part: string,
  folder: string,
  names: Iterable<string>,
  announce: Announce,
  announced?: string,
): Promise<string> {
  if (announced !== undefined && (await exists(announced))) {
    // A crash came after the file was put there, before that was noted.
    if (!(await exists(part))) return announced;
    if (await isPlacedAlready(part, announced)) return announced;
    // What held the name for a file that never came.
    if ((await stat(announced)).size === 0) await rm(announced, { force: true });
  }
  for (const name of names) {
    const path = join(folder, name);
    if (await exists(path)) {
      if (await isPlacedAlready(part, path)) return path;
      continue;
    }
    await announce(path);
    if (await moveWithoutOverwriting(part, path)) return path;
  }
  throw new Error('No free name.');
}

async function moveWithoutOverwriting(part: string, path: string): Promise<boolean> {
  try {
    await link(part, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another window may have put this very file there in the meantime.
    if (code === 'EEXIST') return isPlacedAlready(part, path);
    if (code === 'ENOENT') throw error;
    return moveWithoutLinks(part, path);
  }
  await rm(part, { force: true });
  return true;
}

/** For file systems without hard links (FAT, some network shares): an empty file holds the name, then gives way. */
async function moveWithoutLinks(part: string, path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    await rename(part, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') {
      await rm(path, { force: true });
      throw error;
    }
    await rm(path, { force: true });
    await copyFile(part, path, constants.COPYFILE_EXCL);
    await rm(part, { force: true });
  }
  return true;
}

/** Whether `path` is the finished file itself, under its other name; that name goes then. */
async function isPlacedAlready(part: string, path: string): Promise<boolean> {
  if (!(await isSameFile(part, path))) return false;
  await rm(part, { force: true });
  return true;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one, { bigint: true }), stat(other, { bigint: true })]);
  return a.ino === b.ino && a.dev === b.dev && a.ino !== 0n;
}
