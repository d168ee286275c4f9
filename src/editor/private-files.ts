import { chmod, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Of what the extension keeps: for the user alone. Windows keeps the user's own folders to them by itself. */
export const privateFileMode = 0o600;
export const privateFolderMode = 0o700;

/**
 * Makes a folder, with those above it that are missing, that only the user can look into.
 * @throws what the file system says.
 */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: privateFolderMode });
}

/**
 * Takes away what others may do with a folder of ours and all that it holds: earlier versions left that to the system's
 * mask. Links are not followed; what is not there, or belongs to somebody else, stays as it is.
 */
export async function closeToOthers(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const found = await lstat(path).catch(() => undefined);
  if (!found || found.isSymbolicLink()) return;
  const isFolder = found.isDirectory();
  // What others cannot do now they cannot do while the rest is looked at.
  const mode = isFolder ? privateFolderMode : privateFileMode;
  if ((found.mode & 0o077) !== 0) await chmod(path, mode).catch(() => undefined);
  if (!isFolder) return;
  for (const name of await readdir(path).catch(() => [])) await closeToOthers(join(path, name));
}
