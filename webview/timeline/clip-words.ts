import * as l10n from '@vscode/l10n';

import { clipName, clipSpan } from '../../src/timeline/clip-instructions.ts';
import { exactClockText } from '../../src/timeline/clock-text.ts';
import { inQuotes } from '../../src/timeline/short-name.ts';
import { timeText } from '../../src/timeline/time-text.ts';
import type { Clip, Timeline, TimelineChange, Track, TrackKind } from '../../src/timeline/timeline-model.ts';
import { seen } from '../seen-text.ts';

/** Icon of a track, by what it holds. */
export const trackIcons: Readonly<Record<TrackKind, string>> = {
  video: 'device-camera-video',
  audio: 'music',
  text: 'text-size',
  other: 'symbol-misc',
};

/** All that is worth saying about a clip beside its name and place: «7.5 s · 35 % · 2× · Warm grade». */
export function clipFacts({ durationMs, volume, speed, effects, width, height }: Clip): string[] {
  const facts = [timeText(durationMs)];
  if (volume !== undefined && Math.round(volume) !== 100) facts.push(l10n.t('volume {0} %', Math.round(volume)));
  if (speed !== undefined && speed !== 1) facts.push(l10n.t('speed {0}×', Number(speed.toFixed(2))));
  if (width !== undefined && height !== undefined) facts.push(`${width}×${height}`);
  if (effects) facts.push(...effects.map(seen));
  return facts;
}

/** A clip as a screen reader says it; `since` says when what changed did so. */
export function clipLabel(clip: Clip, change: TimelineChange | undefined, since: string): string {
  const words = [seen(clipName(clip)), clipSpan(clip), ...clipFacts(clip)];
  if (change) words.push(l10n.t('{0} {1}', changeWords(clip, change), since));
  return seen(words.join(l10n.t(', ')));
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
  return l10n.t('removed {0}: {1}, {2}', since, seen(clipName(clip)), clipSpan(clip));
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
export function trackLabel({ index, title: rawTitle, clips }: Track): string {
  const title = seen(rawTitle);
  if (index === 0) return l10n.t('{0}, track removed', title);
  return clips.length === 1
    ? l10n.t('Track {0}, {1}, 1 clip', index, title)
    : l10n.t('Track {0}, {1}, {2} clips', index, title, clips.length);
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
