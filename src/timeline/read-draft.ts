import * as l10n from '@vscode/l10n';

import { shortName } from './short-name.ts';
import { decimal } from './time-text.ts';
import type { Clip, Timeline, Track, TrackKind } from './timeline-model.ts';

/**
 * The draft's keys. The first block is documented by the service; of the second no public document tells, so several
 * names are looked for, in this order. A segment's values are looked for on the segment and then in its `m`.
 *
 * The draft is only ever read: what is exported is the state answer's own text.
 */
const keys = {
  tracks: ['t'],
  trackType: ['tt'],
  segments: ['sg'],
  /** ms. */
  duration: ['d'],
  metadata: ['m'],
  title: ['title', 'name'],
  width: ['width', 'w'],
  height: ['height', 'h'],

  /** ms; a segment without it follows the one before. */
  start: ['st', 'start', 'startTime'],
  /** ms. */
  sourceStart: ['ss', 'sourceStart', 'in'],
  /** Factor. */
  speed: ['sp', 'speed'],
  /** A factor up to 1.5, else percent. */
  volume: ['vo', 'vol', 'volume', 'v'],
  text: ['tx', 'text', 'content'],
  source: ['src', 'url', 'source', 'cdn_url'],
  /** Strings, or objects with a title. */
  effects: ['fx', 'effects', 'filters'],
  id: ['id'],
} as const satisfies Record<string, readonly string[]>;

/** The documented track types; every other is shown as such. */
const kindOfType: ReadonlyMap<number, TrackKind> = new Map([
  [0, 'video'],
  [1, 'audio'],
  [7, 'text'],
]);

/** What a draft may hold before we stop reading: enough for any real one, little enough to draw. */
const most = {
  tracks: 500,
  clips: 100_000,
  effects: 50,
  words: 200,
  text: 2_000,
  address: 8_000,
  ms: 1e10,
  px: 100_000,
} as const;

type Keyed = Readonly<Record<string, unknown>>;

/**
 * Reads a draft as people see it. Tolerant: what it does not understand it leaves out, and what fits no known form is an
 * empty timeline; it never throws.
 * @param draft the state answer's `draft`, parsed (or as text).
 * @param canvasConfig the state answer's `canvas_config`; counts where the draft itself has no size.
 */
export function readDraft(draft: unknown, canvasConfig?: unknown): Timeline {
  const root = asKeyed(parsed(draft));
  const ids = new Set<string>();
  let room: number = most.clips;
  const tracks: Track[] = [];
  for (const entry of arrayAt(root, keys.tracks).slice(0, most.tracks)) {
    if (!isKeyed(entry)) continue;
    const track = readTrack(entry, tracks.length + 1, root, ids, room);
    room -= track.clips.length;
    tracks.push(track);
  }
  const durationMs = tracks.reduce((end, track) => Math.max(end, trackEnd(track)), 0);
  return { tracks, durationMs, ...canvasSize(root, asKeyed(parsed(canvasConfig))) };
}

/** Whether there is something to render: some track has a segment. */
export function isReadyToExport(draft: unknown): boolean {
  return arrayAt(asKeyed(parsed(draft)), keys.tracks).some(
    (track) => isKeyed(track) && arrayAt(track, keys.segments).length > 0,
  );
}

function readTrack(track: Keyed, index: number, draft: Keyed, ids: Set<string>, room: number): Track {
  const type = numberAt(track, keys.trackType);
  const kind = (type === undefined ? undefined : kindOfType.get(type)) ?? 'other';
  const segments = arrayAt(track, keys.segments).filter(isKeyed).slice(0, room);
  const clips: Clip[] = [];
  let endMs = 0;
  for (const [at, segment] of segments.entries()) {
    // A lone segment without a length of its own lasts as long as its track, or the draft, says.
    const fallback =
      segments.length === 1 ? (numberAt(track, keys.duration) ?? numberAt(draft, keys.duration)) : undefined;
    const clip = readClip(segment, kind, { track: index, at: at + 1, endMs, fallback }, ids);
    endMs = clip.startMs + clip.durationMs;
    clips.push(clip);
  }
  return {
    index,
    kind,
    ...(kind === 'other' && type !== undefined ? { typeCode: type } : {}),
    title: givenTitle(wordsOf(track, keys.title)) ?? trackTitle(kind, type, clips),
    clips,
  };
}

interface Place {
  readonly track: number;
  readonly at: number;
  /** Where the clip before it ends. */
  readonly endMs: number;
  readonly fallback: number | undefined;
}

function readClip(segment: Keyed, kind: TrackKind, place: Place, ids: Set<string>): Clip {
  const written = kind === 'text' || kind === 'other' ? textOf(segment) : undefined;
  const named = wordsOf(segment, keys.title);
  const source = lookUp(segment, keys.source, address);
  const text = written ?? (kind === 'text' ? named : undefined);
  const speed = positive(numberOf(segment, keys.speed));
  const volume = percent(numberOf(segment, keys.volume));
  const sourceStartMs = numberOf(segment, keys.sourceStart);
  const [width, height] = [pixels(numberOf(segment, keys.width)), pixels(numberOf(segment, keys.height))];
  const effects = effectsOf(segment);
  return {
    id: distinctId(segment, place, ids),
    title: named ?? words(text) ?? (source && fileName(source)) ?? l10n.t('Clip {0}', place.at),
    startMs: span(numberOf(segment, keys.start) ?? place.endMs),
    durationMs: span(numberOf(segment, keys.duration) ?? place.fallback ?? 0),
    ...(sourceStartMs === undefined ? {} : { sourceStartMs: span(sourceStartMs) }),
    ...(source === undefined ? {} : { source }),
    ...(volume === undefined ? {} : { volume }),
    ...(text === undefined ? {} : { text }),
    ...(speed === undefined ? {} : { speed }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(effects.length === 0 ? {} : { effects }),
  };
}

/**
 * The draft's own id where it tells the clip from every other. Ids are often integers beyond 2^53, which lose digits in
 * parsing: those are marked with `~`. What has none, or shares it, goes by its place, marked with `@`.
 */
function distinctId(segment: Keyed, place: Place, ids: Set<string>): string {
  const own = lookUp(segment, keys.id, (value) =>
    typeof value === 'string' || typeof value === 'number' ? value : undefined,
  );
  let id = `@${place.track}.${place.at}`;
  if (typeof own === 'string' && own !== '' && own.length <= most.words) id = own;
  if (typeof own === 'number' && Number.isFinite(own))
    id = Number.isSafeInteger(own) ? String(own) : `~${BigInt(Math.trunc(own))}`;
  if (ids.has(id)) id = `@${place.track}.${place.at}`;
  while (ids.has(id)) id += '+';
  ids.add(id);
  return id;
}

/** Whether a clip's id names the same clip in another draft too. */
export function isOwnId(id: string): boolean {
  return !id.startsWith('@') && !id.startsWith('~');
}

/** Whether a clip's id is one that lost digits: it probably names the same clip in another draft. */
export function isRoundedId(id: string): boolean {
  return id.startsWith('~');
}

/** A name that only says what kind of track it is, is said in the user's language. */
function givenTitle(title: string | undefined): string | undefined {
  switch (title?.toLowerCase()) {
    case 'video':
      return l10n.t('Video');
    case 'audio':
      return l10n.t('Audio');
    case 'bgm':
      return l10n.t('BGM');
    case 'title':
      return l10n.t('Title');
    case 'captions':
    case 'subtitles':
      return l10n.t('Captions');
    default:
      return title;
  }
}

function trackTitle(kind: TrackKind, type: number | undefined, clips: readonly Clip[]): string {
  switch (kind) {
    case 'video':
      return l10n.t('Video');
    case 'audio':
      return clips.some(({ title }) => speechOrSound.test(title)) ? l10n.t('Audio') : l10n.t('BGM');
    case 'text':
      return l10n.t('Title');
    case 'other':
      return type === undefined ? l10n.t('Track of unknown type') : l10n.t('Track of type {0}', decimal(type));
  }
}

/** Names of sound that is no music. */
const speechOrSound =
  /voice|narrat|speech|talk|interview|podcast|dialog|recording|\bsfx\b|sound|effect|\.(?:mp4|mov|avi|webm|mkv)$|旁白|配音|人声|解说|录音|音效/i;

function canvasSize(draft: Keyed, config: Keyed): { width: number; height: number } | object {
  for (const place of [draft, keyedAt(draft, keys.metadata), config]) {
    const [width, height] = [pixels(numberAt(place, keys.width)), pixels(numberAt(place, keys.height))];
    if (width !== undefined && height !== undefined) return { width, height };
  }
  return {};
}

function trackEnd(track: Track): number {
  return track.clips.reduce((end, clip) => Math.max(end, clip.startMs + clip.durationMs), 0);
}

function effectsOf(segment: Keyed): string[] {
  const found = lookUp(segment, keys.effects, (value) => (Array.isArray(value) ? value : undefined)) ?? [];
  const names = found.slice(0, most.effects).flatMap((effect: unknown) => {
    const name =
      typeof effect === 'string' ? words(effect) : isKeyed(effect) ? wordsAt(effect, ['name', 'title']) : undefined;
    return name === undefined ? [] : [name];
  });
  return [...new Set(names)];
}

/** The last part of an address or path, without its query. */
function fileName(source: string): string {
  const path = source.replace(/[?#].*/s, '');
  const name = path.split(/[\\/]/).findLast((part) => part !== '') ?? source;
  try {
    return words(decodeURIComponent(name)) ?? source;
  } catch {
    return name;
  }
}

function percent(volume: number | undefined): number | undefined {
  if (volume === undefined || volume < 0) return undefined;
  return Math.min(10_000, Math.round(volume <= 1.5 ? volume * 100 : volume));
}

const span = (ms: number) => Math.min(most.ms, Math.max(0, ms));
const positive = (value: number | undefined) => (value !== undefined && value > 0 ? value : undefined);
const pixels = (value: number | undefined) =>
  value !== undefined && value > 0 && value <= most.px ? Math.round(value) : undefined;

function textOf(segment: Keyed): string | undefined {
  return lookUp(segment, keys.text, (value) => {
    if (typeof value !== 'string') return undefined;
    const text = withoutControls(value.slice(0, most.text), '\n').trim();
    return text === '' ? undefined : text;
  });
}

/** A name on one line, of bearable length; undefined where nothing is left of it. */
function words(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  // Nearly all names are plain already, and a large draft has many.
  if (value.length <= most.words && /^[!-~](?: ?[!-~])*$/.test(value)) return value;
  // Cut before cleaning: a hostile name may be megabytes long.
  const name = shortName(withoutControls(value.slice(0, 2 * most.words), ' '), most.words);
  return name === '' ? undefined : name;
}

/** A name or address of a file, whole or not at all. */
function address(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > most.address) return undefined;
  const line = withoutControls(value, ' ').trim();
  return line === '' ? undefined : line;
}

/** Control characters, and the marks that turn the direction of what follows, have no place in a name. */
function withoutControls(value: string, lineBreak: string): string {
  return value
    .replace(/\r\n?|[\n\u2028\u2029]/g, lineBreak)
    .replace(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .toWellFormed();
}

const wordsOf = (segment: Keyed, names: readonly string[]) => lookUp(segment, names, words);
const wordsAt = (place: Keyed, names: readonly string[]) => firstOf(place, names, words);
const numberOf = (segment: Keyed, names: readonly string[]) => lookUp(segment, names, toNumber);
const numberAt = (place: Keyed, names: readonly string[]) => firstOf(place, names, toNumber);

/** Numbers arrive as text now and then. */
function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value.slice(0, 40)) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Looks on the thing itself and then in its metadata. */
function lookUp<T>(place: Keyed, names: readonly string[], read: (value: unknown) => T | undefined): T | undefined {
  return firstOf(place, names, read) ?? firstOf(keyedAt(place, keys.metadata), names, read);
}

function firstOf<T>(place: Keyed, names: readonly string[], read: (value: unknown) => T | undefined): T | undefined {
  for (const name of names) {
    if (!Object.hasOwn(place, name)) continue;
    const value = read(place[name]);
    if (value !== undefined) return value;
  }
  return undefined;
}

function valueAt(place: Keyed, names: readonly string[]): unknown {
  return firstOf(place, names, (value) => value ?? undefined);
}

function arrayAt(place: Keyed, names: readonly string[]): readonly unknown[] {
  return firstOf(place, names, (value) => (Array.isArray(value) ? (value as unknown[]) : undefined)) ?? [];
}

function keyedAt(place: Keyed, names: readonly string[]): Keyed {
  return asKeyed(valueAt(place, names));
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function isKeyed(value: unknown): value is Keyed {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asKeyed(value: unknown): Keyed {
  return isKeyed(value) ? value : {};
}
