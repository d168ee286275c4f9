import { readFile, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** Compressed pictures, sound and archives: nothing in them could be found, nor read by anybody who looks. */
const unreadable = new Set([
  '.png',
  '.jpg',
  '.gif',
  '.mp4',
  '.mp3',
  '.m4a',
  '.webm',
  '.vsix',
  '.ttf',
  '.woff',
  '.woff2',
]);

/** A token, not the mere beginning that an input box may show as a hint. */
const token = /nmv_usr_[A-Za-z0-9][A-Za-z0-9_.-]{5,}/;

/**
 * Searches everything beneath the folders for tokens of the service, in one-byte and in two-byte characters.
 * @returns paths of the files in which one is; never a token.
 */
export async function findTokens(folders: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for (const path of await allFiles(folder)) {
      if (unreadable.has(extname(path).toLowerCase())) continue;
      // Sockets and files that went away cannot be read, and hold nothing.
      const bytes = await readFile(path).catch(() => undefined);
      if (bytes && (token.test(bytes.toString('latin1')) || token.test(withoutZeros(bytes)))) found.push(path);
    }
  }
  return found;
}

function withoutZeros(bytes: Buffer): string {
  return bytes.includes('n\0m\0v\0_\0') ? bytes.toString('latin1').replaceAll('\0', '') : '';
}

async function allFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
