import type { Clip, Timeline, Track } from '../../src/timeline/timeline-model.ts';
import type { MediaPlace } from '../../src/protocol/messages.ts';

/** A stretch of a file, and where it lies on the timeline. */
export interface PlayedStretch {
  /** Seconds of the file; `toSeconds` is undefined where it is played to its end. */
  readonly fromSeconds: number;
  readonly toSeconds: number | undefined;
  /** Ms of the timeline. */
  readonly startMs: number;
  readonly endMs: number;
  /** Seconds of the file in a second of the timeline. */
  readonly speed: number;
}

/** A clip with its track. */
export interface TrackedClip {
  readonly track: Track;
  readonly clip: Clip;
}

/** The clip that a preview plays; undefined where it plays none, or one that is gone. */
export function playedClip(timeline: Timeline, place: MediaPlace): TrackedClip | undefined {
  if (place.kind !== 'clip') return undefined;
  for (const track of timeline.tracks) {
    const clip = track.clips.find(({ id }) => id === place.clipId);
    if (clip) return { track, clip };
  }
  return undefined;
}

/** What of the file a clip plays. */
export function clipStretch({ startMs, durationMs, sourceStartMs = 0, speed = 1 }: Clip): PlayedStretch {
  const pace = speed > 0 ? speed : 1;
  const fromSeconds = Math.max(0, sourceStartMs) / 1_000;
  return {
    fromSeconds,
    toSeconds: fromSeconds + (durationMs / 1_000) * pace,
    startMs,
    endMs: startMs + durationMs,
    speed: pace,
  };
}

/** A finished render: its time is the timeline's. */
export function renderStretch({ durationMs }: Timeline): PlayedStretch {
  return { fromSeconds: 0, toSeconds: undefined, startMs: 0, endMs: durationMs, speed: 1 };
}

/** Where on the timeline a moment of the file is, in ms. */
export function timelineMsOf(stretch: PlayedStretch, seconds: number): number {
  const ms = stretch.startMs + ((seconds - stretch.fromSeconds) * 1_000) / stretch.speed;
  return Math.min(Math.max(ms, stretch.startMs), stretch.endMs);
}

/** The moment of the file at a spot of the timeline, in seconds; undefined where another clip is, or nothing. */
export function secondsOf(stretch: PlayedStretch, timelineMs: number): number | undefined {
  if (timelineMs < stretch.startMs || timelineMs > stretch.endMs) return undefined;
  return stretch.fromSeconds + ((timelineMs - stretch.startMs) / 1_000) * stretch.speed;
}
