import * as l10n from '@vscode/l10n';

import { exactClockText, readClockText } from './clock-text.ts';
import { shortName } from './short-name.ts';
import type { Clip, Track } from './timeline-model.ts';

// What the user does to a clip by hand, as a message: the service edits by words. A message that was sent as it was
// written here says what should come of it.

/** A clip as a message names it, beyond doubt. */
export interface NamedClip {
  readonly name: string;
  /** Counted from 1; 0 for a track that is gone. */
  readonly trackIndex: number;
  readonly trackTitle: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What is to become of a clip. Times on the timeline, in ms. */
export type ClipInstruction =
  | { readonly kind: 'move'; readonly startMs: number }
  | { readonly kind: 'trimStart'; readonly lostMs: number }
  | { readonly kind: 'extendStart'; readonly startMs: number }
  | { readonly kind: 'trimEnd'; readonly endMs: number }
  | { readonly kind: 'bringBack' };

/** «0:02.5–0:10», exactly. */
export function clipSpan({ startMs, durationMs }: Pick<Clip, 'startMs' | 'durationMs'>): string {
  return `${exactClockText(startMs)}–${exactClockText(startMs + durationMs)}`;
}

/** The name that a clip is known by. */
export function clipName({ title, text }: Clip): string {
  return text ?? shortName(title);
}

/** What names a clip of a track. */
export function namedClip({ index, title }: Track, clip: Clip): NamedClip {
  const { startMs, durationMs } = clip;
  return {
    name: clipName(clip),
    trackIndex: index,
    trackTitle: title,
    startMs,
    endMs: startMs + durationMs,
  };
}

/** The beginning of a message about a clip: it says which one beyond doubt. */
export function clipReference(track: Track, clip: Clip): string {
  return l10n.t('Clip "{0}" on track {1} ({2}, {3}): ', clipName(clip), track.index, track.title, clipSpan(clip));
}

/** The beginning of a message about a track. */
export function trackReference({ index, title }: Track): string {
  return l10n.t('Track {0} ({1}): ', index, title);
}

/** The message that asks for an edit of one clip. */
export function instructionSentence(clip: NamedClip, instruction: ClipInstruction): string {
  const { name, trackIndex, trackTitle } = clip;
  const span = clipSpan({ startMs: clip.startMs, durationMs: clip.endMs - clip.startMs });
  if (instruction.kind === 'bringBack') {
    return trackIndex > 0
      ? l10n.t('Bring back clip "{0}" on track {1} ({2}, {3}).', name, trackIndex, trackTitle, span)
      : l10n.t('Bring back clip "{0}" ({1}, {2}).', name, trackTitle, span);
  }
  return sentences[instruction.kind](
    name,
    String(trackIndex),
    [trackTitle, span].join(l10n.t(', ')),
    amountOf(instruction),
  );
}

type Sentence = (name: string, track: string, place: string, amount: string) => string;

const sentences: Readonly<Record<Exclude<ClipInstruction['kind'], 'bringBack'>, Sentence>> = {
  move: (...words) => l10n.t('Move clip "{0}" on track {1} ({2}) so that it begins at {3}.', ...words),
  // On a track without gaps what loses its beginning begins where it began: a time to begin at would say otherwise.
  trimStart: (...words) => l10n.t('Trim the first {3} off clip "{0}" on track {1} ({2}).', ...words),
  extendStart: (...words) => l10n.t('Extend clip "{0}" on track {1} ({2}) so that it begins at {3}.', ...words),
  trimEnd: (...words) => l10n.t('Trim clip "{0}" on track {1} ({2}) so that it ends at {3}.', ...words),
};

function amountOf(instruction: Exclude<ClipInstruction, { kind: 'bringBack' }>): string {
  switch (instruction.kind) {
    case 'trimStart':
      return exactLength(instruction.lostMs);
    case 'trimEnd':
      return exactClockText(instruction.endMs);
    case 'move':
    case 'extendStart':
      return exactClockText(instruction.startMs);
  }
}

/** «2.25 s», to the millisecond; from a minute on «1:02.5». */
function exactLength(ms: number): string {
  return ms < 60_000 ? l10n.t('{0} s', String(Math.round(ms) / 1000)) : exactClockText(ms);
}

/**
 * The instruction that a message was written for, in the language that is set: `undefined` where it was written, or
 * changed, by a person.
 */
export function readInstruction(message: string): { clip: NamedClip; instruction: ClipInstruction } | undefined {
  const text = message.trim();
  for (const kind of ['move', 'trimStart', 'extendStart', 'trimEnd'] as const) {
    const [name, track, place, amount] = slotsIn(text, sentences[kind](...marks)) ?? [];
    const clip = name !== undefined && place !== undefined ? clipOf(name, Number(track), place) : undefined;
    const ms = amount === undefined ? undefined : readAmount(amount);
    if (!clip || ms === undefined) continue;
    const instruction: ClipInstruction =
      kind === 'trimStart' ? { kind, lostMs: ms } : kind === 'trimEnd' ? { kind, endMs: ms } : { kind, startMs: ms };
    if (instructionSentence(clip, instruction) === text) return { clip, instruction };
  }
  const [on, gone] = [
    l10n.t('Bring back clip "{0}" on track {1} ({2}, {3}).', ...marks),
    l10n.t('Bring back clip "{0}" ({1}, {2}).', marks[0], marks[1], marks[2]),
  ];
  const there = slotsIn(text, on);
  const elsewhere = slotsIn(text, gone);
  for (const [name, track, title, span] of [
    there,
    elsewhere && [elsewhere[0], '0', elsewhere[1], elsewhere[2]],
  ].flatMap((slots) => (slots ? [slots] : []))) {
    const times = spanOf(span ?? '');
    if (!times) continue;
    const clip = { name: name ?? '', trackIndex: Number(track), trackTitle: title ?? '', ...times };
    const instruction = { kind: 'bringBack' } as const;
    if (instructionSentence(clip, instruction) === text) return { clip, instruction };
  }
  return undefined;
}

/** Stand in a sentence where the words of a message stand; no message has them. */
const marks = ['\u0001', '\u0002', '\u0003', '\u0004'] as const;

/** What stands in `text` at the marks of `sentence`, in the order of the marks. */
function slotsIn(text: string, sentence: string): readonly string[] | undefined {
  const order = marks.map((mark) => ({ mark, at: sentence.indexOf(mark) })).filter(({ at }) => at >= 0);
  order.sort((one, other) => one.at - other.at);
  const slots: string[] = [];
  let [from, read] = [0, 0];
  for (const [number, { mark, at }] of order.entries()) {
    const before = sentence.slice(from, at);
    if (!text.startsWith(before, read)) return undefined;
    read += before.length;
    const next = order[number + 1]?.at ?? sentence.length;
    const behind = sentence.slice(at + 1, next);
    // The last one ends where the sentence ends; a name may hold what stands behind it, but seldom what is next.
    const end = number === order.length - 1 ? text.length - behind.length : text.indexOf(behind, read);
    if (end < read || !text.startsWith(behind, end)) return undefined;
    slots[marks.indexOf(mark)] = text.slice(read, end);
    from = at + 1;
    read = end;
  }
  return slots;
}

/** «Video, 0:00–0:05». */
function clipOf(name: string, trackIndex: number, place: string): NamedClip | undefined {
  const comma = l10n.t(', ');
  const at = place.lastIndexOf(comma);
  const times = spanOf(place.slice(at + comma.length));
  return at < 0 || !times ? undefined : { name, trackIndex, trackTitle: place.slice(0, at), ...times };
}

function spanOf(text: string): { startMs: number; endMs: number } | undefined {
  const [start = '', end = ''] = text.split('–');
  const [startMs, endMs] = [readClockText(start), readClockText(end)];
  return startMs === undefined || endMs === undefined ? undefined : { startMs, endMs };
}

function readAmount(text: string): number | undefined {
  const seconds = /^\d{1,2}(?:\.\d{1,3})?/.exec(text)?.[0];
  const isSeconds = seconds !== undefined && text === l10n.t('{0} s', seconds);
  return isSeconds ? Math.round(Number(seconds) * 1000) : readClockText(text);
}
