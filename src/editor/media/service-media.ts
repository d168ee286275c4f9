import type { NemoClient } from '../../client/nemo-client.ts';
import { bareSource } from '../../timeline/match-clips.ts';
import { openCachedFile } from './cached-file.ts';
import { fingerprintOf, type MediaBytes } from './media-bytes.ts';
import type { MediaCache } from './media-cache.ts';

/** More than this, in bytes, is not fetched as a whole. */
const maxWholeBytes = 500 * 1024 * 1024;

/**
 * Opens media at a web address: read in pieces where its server can do that, else fetched as a whole, once.
 * @throws NemoError `fileMissing`, `refused`, `fileTooLarge`, `diskFailed` and the general ones.
 */
export async function openServiceMedia(
  client: NemoClient,
  cache: MediaCache,
  { name, url }: { readonly name: string; readonly url: string },
  signal: AbortSignal,
): Promise<MediaBytes> {
  const media = await client.lookAtMedia(url, signal);
  const { bytes, tag, inPieces } = media;
  // Signatures change at every reading; without a tag the whole address is all that tells the content.
  const fingerprint =
    tag === undefined ? fingerprintOf(url, bytes ?? -1) : fingerprintOf(bareSource(url), bytes ?? -1, tag);
  if (inPieces && bytes !== undefined) {
    return {
      bytes,
      fingerprint,
      isFile: false,
      read: (start, end, ending) => client.readMedia(media, start, end, ending),
      close: () => Promise.resolve(),
    };
  }
  const held = await cache.hold(
    fingerprint,
    (path, ending) => client.saveMedia(media, path, maxWholeBytes, ending),
    signal,
  );
  try {
    return await openCachedFile(held, name, fingerprint);
  } catch (error) {
    held.release();
    throw error;
  }
}
