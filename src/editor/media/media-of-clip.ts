import { bareSource } from '../../timeline/match-clips.ts';
import type { Clip, TrackKind } from '../../timeline/timeline-model.ts';
import type { MediaItem } from '../media-items.ts';

/**
 * The media that a clip shows. The draft names its source by address, by file name, by hash or not at all; a name that
 * fits several different files fits none of them.
 */
export function mediaOfClip(clip: Clip, kind: TrackKind, items: readonly MediaItem[]): MediaItem | undefined {
  const { source } = clip;
  if (source !== undefined) {
    const byAddress =
      items.find(({ url }) => url === source) ?? only(items.filter(({ url }) => isSameAddress(url, source)));
    if (byAddress) return byAddress;
    const byHash = items.find(({ hash }) => hash !== undefined && hash === source);
    if (byHash) return byHash;
    const name = lastPart(source);
    const byName = only(items.filter((item) => isCalled(item, name)));
    if (byName) return byName;
    // It is somewhere else: what its title says is no better than that.
    if (isWebAddress(source)) return undefined;
  }
  const ofKind = items.filter((item) => item.kind === 'other' || (kind === 'audio') === (item.kind === 'audio'));
  return only(ofKind.filter((item) => isCalled(item, clip.title)));
}

/** The media at an address; signatures in it change at every reading. */
export function mediaAtAddress(address: string, items: readonly MediaItem[]): MediaItem | undefined {
  return items.find(({ url }) => url === address) ?? only(items.filter(({ url }) => isSameAddress(url, address)));
}

export function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

function isSameAddress(url: string | undefined, address: string): boolean {
  return url !== undefined && isWebAddress(address) && bareSource(url) === bareSource(address);
}

/** The one, or the last of several that are the same file. */
function only(items: readonly MediaItem[]): MediaItem | undefined {
  const last = items.at(-1);
  const isOne = items.every(({ hash }) => hash !== undefined && hash === last?.hash);
  return items.length === 1 || isOne ? last : undefined;
}

function isCalled({ name }: MediaItem, wanted: string): boolean {
  const [ours, theirs] = [name.toLowerCase(), wanted.trim().toLowerCase()];
  return theirs !== '' && (ours === theirs || stem(ours) === theirs);
}

function stem(name: string): string {
  return name.replace(/\.[^.]+$/, '');
}

function lastPart(source: string): string {
  const part = bareSource(source).split(/[\\/]/).at(-1) ?? '';
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
