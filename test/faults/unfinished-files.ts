import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What stands beside work that goes on: locks, wishes to stop it, and files that are not whole yet. */
const unfinished = /\.(?:lock|clearing|aside|cancel|part|tmp)$/;

/** Whether a file is one that the extension keeps for itself: in folders that the editor gives it. */
export function isExtensionsOwn(path: string): boolean {
  return path.includes('nemo-vscode.nemo-vscode');
}

/** Paths of all such files in a folder and in what is in it; none where there is no folder. */
export async function unfinishedFiles(folder: string): Promise<string[]> {
  for (;;) {
    try {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => unfinished.test(entry.name))
        .map(({ parentPath, name }) => join(parentPath, name));
    } catch (error) {
      const { code, path } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') throw error;
      // Another folder in it went while it was being read.
      if (path === undefined || path === folder) return [];
    }
  }
}
