import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { onExit } from './clean-exit.ts';

/** Where things that took long to fetch or make are kept between checkouts. `NEMO_CACHE` puts it elsewhere. */
export function cacheFolder(): string {
  const { NEMO_CACHE: chosen, XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = process.env;
  if (chosen) return chosen;
  if (process.platform === 'win32' && local) return join(local, 'nemo-vscode', 'Cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'nemo-vscode');
  return join(xdg ?? join(homedir(), '.cache'), 'nemo-vscode');
}

const unfinished = '.unfinished-';
const abandonedAfterMs = 60 * 60 * 1000;

/**
 * Resolves with the cached folder `name`; where there is none, `fill` makes its content. What `fill` leaves half done
 * when it fails or is interrupted is never seen by anybody, and two processes that fill at once do not meet.
 */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const cache = cacheFolder();
  const target = join(cache, name);
  if (await isFolder(target)) return target;

  await mkdir(cache, { recursive: true });
  await removeAbandoned(cache);
  const building = join(cache, `${unfinished}${name}-${randomUUID()}`);
  await mkdir(building);
  const forget = onExit(() => rmSync(building, { recursive: true, force: true, maxRetries: 3 }));
  try {
    await fill(building);
    await rename(building, target).catch(async (error: unknown) => {
      // Somebody else was first: theirs is as good as ours.
      if (!(await isFolder(target))) throw error;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
    forget();
  }
  return target;
}

async function removeAbandoned(cache: string): Promise<void> {
  for (const entry of await readdir(cache)) {
    if (!entry.startsWith(unfinished)) continue;
    const path = join(cache, entry);
    const status = await stat(path).catch(() => undefined);
    if (status && Date.now() - status.mtimeMs > abandonedAfterMs) await rm(path, { recursive: true, force: true });
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
