import * as l10n from '@vscode/l10n';

import { inQuotes, shortName } from './short-name.ts';
import { decimal } from './time-text.ts';
import type { Clip, Timeline, Track } from './timeline-model.ts';

/** Clips of one track that are named; of the rest the number is told. */
const namedClips = 8;

/**
 * The timeline in one line:
 * `Timeline (3 tracks): 1. Video: city timelapse (0-10s) 2. BGM: Lo-fi (0-10s, 35%) 3. Title: "Urban Dreams" (0-3s)`.
 * Times are seconds; the volume is told where it is not as recorded.
 */
export function summarizeTimeline(timeline: Timeline): string {
  const count = timeline.tracks.length;
  if (count === 0) return l10n.t('Timeline (0 tracks): nothing on it yet');
  const head = count === 1 ? l10n.t('Timeline (1 track):') : l10n.t('Timeline ({0} tracks):', count);
  return [head, ...timeline.tracks.map((track) => `${track.index}. ${trackSummary(track)}`)].join(' ');
}

/** One track of the summary: `BGM: Lo-fi (0-10s, 35%)`. */
export function trackSummary(track: Track): string {
  if (track.clips.length === 0) return l10n.t('{0}: empty', track.title);
  const named = track.clips.slice(0, namedClips).map(clipSummary);
  const rest = track.clips.length - named.length;
  if (rest > 0) named.push(l10n.t('{0} more', rest));
  return `${track.title}: ${named.join(l10n.t(', '))}`;
}

function clipSummary(clip: Clip): string {
  const name = clip.text === undefined ? shortName(clip.title) : inQuotes(clip.text);
  const time = `${seconds(clip.startMs)}-${seconds(clip.startMs + clip.durationMs)}s`;
  const volume = clip.volume === undefined || clip.volume === 100 ? '' : `${l10n.t(', ')}${clip.volume}%`;
  return `${name} (${time}${volume})`;
}

const seconds = (ms: number) => decimal(Math.round(ms / 100) / 10);
