import * as z from 'zod';

import type { StateAnswer } from '../client/service-values.ts';
import { mediaFormatOf } from '../client/media-formats.ts';
import type { SessionMedia } from './session-record.ts';

/** A file that the session has at the service. */
export interface MediaItem {
  readonly name: string;
  readonly kind: 'video' | 'audio' | 'image' | 'other';
  /** Made by the service, not uploaded. */
  readonly isGenerated: boolean;
  readonly url?: string;
  /** The service's hash of it. */
  readonly hash?: string;
  /** The file on this side that it was uploaded from. */
  readonly local?: LocalOrigin;
  readonly durationSeconds?: number;
  /** Px. */
  readonly width?: number;
  readonly height?: number;
}

/** A file that was uploaded, as it was then. */
export interface LocalOrigin {
  readonly uri: string;
  readonly bytes?: number;
  /** ms since the Unix epoch. */
  readonly modifiedMs?: number;
}

/** No document shows what the state's lists of media hold; these are the names that an upload's answer uses, and their like. */
const stateMedia = z.object({
  filename: text(),
  name: text(),
  title: text(),
  prompt: text(),
  type: text(),
  file_type: text(),
  cdn_url: text(),
  url: text(),
  duration: amount(),
  width: amount(),
  height: amount(),
  hash: text(),
});

/** What is null, or of another kind, is as good as absent: sound has no width. */
function text() {
  return z.string().min(1).optional().catch(undefined);
}

function amount() {
  return z.number().positive().optional().catch(undefined);
}

/** What was uploaded from here, what the state knows beside it, and what the service made; each once. */
export function mediaItems(uploaded: readonly SessionMedia[], state: StateAnswer): MediaItem[] {
  const items = new Map<string, MediaItem>();
  const add = (item: MediaItem) => {
    const key = item.url ?? item.name;
    if (!items.has(key)) items.set(key, item);
  };
  for (const file of uploaded) {
    const { name, type, url, duration, width, height, hash } = file;
    add({
      name,
      kind: kindOf(name, type),
      isGenerated: false,
      url,
      ...(hash === undefined ? {} : { hash }),
      ...localOrigin(file),
      ...facts(duration, width, height),
    });
  }
  for (const [list, isGenerated] of [
    [state.videoInfos, false],
    [state.generatedMedia, true],
  ] as const) {
    for (const entry of list) {
      const read = stateMedia.safeParse(entry).data;
      if (!read) continue;
      const url = read.cdn_url ?? read.url;
      const name = read.filename ?? read.name ?? read.title ?? read.prompt ?? (url && lastPart(url));
      if (name === undefined || name === '') continue;
      add({
        name,
        kind: kindOf(name, read.file_type ?? read.type ?? ''),
        isGenerated,
        ...(url === undefined ? {} : { url }),
        ...(read.hash === undefined ? {} : { hash: read.hash }),
        ...facts(read.duration, read.width, read.height),
      });
    }
  }
  return [...items.values()];
}

function localOrigin({ localUri, localBytes, localModifiedMs }: SessionMedia): { local?: LocalOrigin } {
  if (localUri === undefined) return {};
  return {
    local: {
      uri: localUri,
      ...(localBytes === undefined ? {} : { bytes: localBytes }),
      ...(localModifiedMs === undefined ? {} : { modifiedMs: localModifiedMs }),
    },
  };
}

function facts(duration: number | undefined, width: number | undefined, height: number | undefined) {
  return {
    ...(duration === undefined ? {} : { durationSeconds: duration }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
}

function lastPart(address: string): string {
  const part = (URL.canParse(address) ? new URL(address).pathname : address).split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function kindOf(name: string, type: string): MediaItem['kind'] {
  const said = /video|audio|image/.exec(type)?.[0] as 'video' | 'audio' | 'image' | undefined;
  return said ?? mediaFormatOf(name)?.kind ?? 'other';
}
