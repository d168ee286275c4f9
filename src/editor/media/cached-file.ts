import { open } from 'node:fs/promises';

import { asDiskError } from '../as-nemo-error.ts';
import { changedSinceOpened, type MediaBytes } from './media-bytes.ts';
import type { HeldFile } from './media-cache.ts';
import { readPiece } from './read-piece.ts';

/** Reads a file of the cache; closing gives it back. */
export async function openCachedFile(held: HeldFile, name: string, fingerprint: string): Promise<MediaBytes> {
  const file = await open(held.path, 'r').catch((error: unknown) => {
    throw asDiskError(error);
  });
  try {
    const { size } = await file.stat();
    return {
      bytes: size,
      fingerprint,
      isFile: false,
      read: async (start, end) => {
        const bytes = await readPiece(file, start, end).catch((cause: unknown) => {
          throw changedSinceOpened(name, cause);
        });
        if (!bytes) throw changedSinceOpened(name);
        return bytes;
      },
      close: async () => {
        await file.close();
        held.release();
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
