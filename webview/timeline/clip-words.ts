import * as l10n from '@vscode/l10n';

import { inQuotes, shortName } from '../../src/timeline/short-name.ts';
import { timeText } from '../../src/timeline/time-text.ts';
import type { Clip, Timeline, TimelineChange, Track, TrackKind } from '../../src/timeline/timeline-model.ts';
import type { DraggedSpan, Grip } from './clip-drag.ts';
import { exactClockText } from './ruler-ticks.ts';

/** Icon of a track, by what it holds. */
export const trackIcons: Readonly<Record<TrackKind, string>> = {
  video: 'device-camera-video',
  audio: 'music',
  text: 'text-size',
  other: 'symbol-misc',
};

/** «0:02.5–0:10», exactly. */
export function clipSpan({ startMs, durationMs }: Clip): string {
  return `${exactClockText(startMs)}–${exactClockText(startMs + durationMs)}`;
}

/** The name that a clip is known by. */
export function clipName({ title, text }: Clip): string {
  return text ?? shortName(title);
}

/** All that is worth saying about a clip beside its name and place: «7.5 s · 35 % · 2× · Warm grade». */
export function clipFacts({ durationMs, volume, speed, effects, width, height }: Clip): string[] {
  const facts = [timeText(durationMs)];
  if (volume !== undefined && Math.round(volume) !== 100) facts.push(l10n.t('volume {0} %', Math.round(volume)));
  if (speed !== undefined && speed !== 1) facts.push(l10n.t('speed {0}×', Number(speed.toFixed(2))));
  if (width !== undefined && height !== undefined) facts.push(`${width}×${height}`);
  if (effects) facts.push(...effects);
  return facts;
}

/** A clip as a screen reader says it; `since` says when what changed did so. */
export function clipLabel(clip: Clip, change: TimelineChange | undefined, since: string): string {
  const words = [clipName(clip), clipSpan(clip), ...clipFacts(clip)];
  if (change) words.push(l10n.t('{0} {1}', changeWords(clip, change), since));
  return words.join(l10n.t(', '));
}

/** What became of a clip, briefly: «added», «moved from 0:18», «5 s → 3 s», else the whole sentence. */
export function changeWords(clip: Clip, change: TimelineChange): string {
  switch (change.kind) {
    case 'added':
      return l10n.t('added');
    case 'removed':
      return l10n.t('removed');
    case 'changed':
      return withoutName(clip, change);
    case 'moved': {
      const ids = change.clipIds ?? (change.clipId === undefined ? [] : [change.clipId]);
      const from = change.formerly?.[ids.indexOf(clip.id)];
      return from ? l10n.t('moved from {0}', exactClockText(from.startMs)) : change.sentence;
    }
  }
}

/** The sentence of a change of one clip, less the clip's name: that is said beside it. */
function withoutName(clip: Clip, { sentence, clipIds, formerly }: TimelineChange): string {
  if (clipIds && clipIds.length > 1) return sentence;
  const name = inQuotes(formerly?.[0]?.title ?? clip.text ?? clip.title);
  const at = sentence.indexOf(name);
  const rest = at < 0 ? '' : sentence.slice(at + name.length).trimStart();
  const words = /^[:：]/.test(rest) ? rest.slice(1).trimStart() : '';
  return words === '' ? sentence : words;
}

/** A clip that is gone, as a screen reader says it. */
export function removedLabel(clip: Clip, since: string): string {
  return l10n.t('removed {0}: {1}, {2}', since, clipName(clip), clipSpan(clip));
}

/** The sentence that brings a clip back. */
export function bringBackSentence(track: Track, clip: Clip): string {
  return track.index > 0
    ? l10n.t('Bring back clip "{0}" on track {1} ({2}, {3}).', clipName(clip), track.index, track.title, clipSpan(clip))
    : l10n.t('Bring back clip "{0}" ({1}, {2}).', clipName(clip), track.title, clipSpan(clip));
}

/** «3 added», «1 removed»: how many clips each kind of change speaks of. */
export function changeCountWords(kind: TimelineChange['kind'], count: number): string {
  switch (kind) {
    case 'added':
      return l10n.t('{0} added', count);
    case 'removed':
      return l10n.t('{0} removed', count);
    case 'changed':
      return l10n.t('{0} changed', count);
    case 'moved':
      return l10n.t('{0} moved', count);
  }
}

/** A track as a screen reader says it. */
export function trackLabel({ index, title, clips }: Track): string {
  if (index === 0) return l10n.t('{0}, track removed', title);
  return clips.length === 1
    ? l10n.t('Track {0}, {1}, 1 clip', index, title)
    : l10n.t('Track {0}, {1}, {2} clips', index, title, clips.length);
}

/** The beginning of a message about a clip: it says which one beyond doubt. */
export function clipReference(track: Track, clip: Clip): string {
  return l10n.t('Clip "{0}" on track {1} ({2}, {3}): ', clipName(clip), track.index, track.title, clipSpan(clip));
}

/** A drag as the sentence that asks for it: the service edits by words. */
export function dragSentence(track: Track, clip: Clip, grip: Grip, span: DraggedSpan): string {
  const name = clipName(clip);
  const place = [track.title, clipSpan(clip)].join(l10n.t(', '));
  if (grip === 'start' && span.startMs > clip.startMs) {
    // On a track without gaps what loses its beginning begins where it began: a time to begin at would say otherwise.
    const lost = exactLength(span.startMs - clip.startMs);
    return l10n.t('Trim the first {3} off clip "{0}" on track {1} ({2}).', name, track.index, place, lost);
  }
  const at = exactClockText(grip === 'end' ? span.endMs : span.startMs);
  switch (grip) {
    case 'start':
      return l10n.t('Extend clip "{0}" on track {1} ({2}) so that it begins at {3}.', name, track.index, place, at);
    case 'end':
      return l10n.t('Trim clip "{0}" on track {1} ({2}) so that it ends at {3}.', name, track.index, place, at);
    case 'whole':
      return l10n.t('Move clip "{0}" on track {1} ({2}) so that it begins at {3}.', name, track.index, place, at);
  }
}

/** «2.25 s», to the millisecond; from a minute on «1:02.5». */
function exactLength(ms: number): string {
  return ms < 60_000 ? l10n.t('{0} s', String(Math.round(ms) / 1000)) : exactClockText(ms);
}

/** The beginning of a message about a track. */
export function trackReference({ index, title }: Track): string {
  return l10n.t('Track {0} ({1}): ', index, title);
}

/** «3 tracks · 0:10 · 1920×1080», for the title line. */
export function timelineFacts({ tracks, durationMs, width, height }: Timeline): string {
  const facts = [
    tracks.length === 1 ? l10n.t('1 track') : l10n.t('{0} tracks', tracks.length),
    timeText(durationMs),
    ...(width !== undefined && height !== undefined ? [`${width}×${height}`] : []),
  ];
  return facts.join(' · ');
}
