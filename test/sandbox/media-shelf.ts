import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { formatOf, probeMedia } from './media-probe.ts';
import type { MediaWorkshop } from './media-workshop.ts';

/** A file that belongs to a session: uploaded, or made by the service. */
export interface MediaItem {
  readonly id: string;
  readonly name: string;
  /** MIME type. */
  readonly fileType: string;
  readonly kind: 'video' | 'audio' | 'image';
  readonly url: string;
  readonly path: string;
  /** Seconds; 0 for a still picture. */
  readonly durationSeconds: number;
  /** Px, as seen (after rotation). */
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly fps: number | undefined;
  readonly hasAudio: boolean;
  /** SHA-256 in hex. */
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
}

/** Where files lie, and under which address they are served. */
export interface FileShelf {
  readonly folder: string;
  /** Makes an address for a file; the address ends with `name`. */
  publish(path: string, name: string, mime: string): string;
}

/** Looks at a file and gives it an address. Undefined where its content is none of the accepted kinds. */
export async function shelveMedia(
  workshop: MediaWorkshop,
  shelf: FileShelf,
  file: { readonly path: string; readonly name: string; readonly hash?: string },
): Promise<MediaItem | undefined> {
  const format = formatOf(file.name);
  const hash = file.hash ?? (await hashOf(file.path));
  const look = () => probeMedia(workshop, file.path);
  const probe = format === undefined ? undefined : await workshop.once(`look at ${hash} ${format.mime}`, look);
  if (format === undefined || probe === undefined) return undefined;
  return {
    id: randomUUID(),
    name: file.name,
    fileType: format.mime,
    url: shelf.publish(file.path, file.name, format.mime),
    path: file.path,
    hash,
    size: (await stat(file.path)).size,
    ...probe,
  };
}

/** SHA-256 of a file, in hex. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
