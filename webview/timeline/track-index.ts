import type { Clip, Timeline, Track } from '../../src/timeline/timeline-model.ts';

/** A clip's place in the timeline as it is drawn. */
export interface ClipPlace {
  /** Position of the track in the timeline's list (not its own number). */
  readonly row: number;
  /** Position of the clip in the row, by time. */
  readonly position: number;
}

/**
 * A track prepared for drawing: its clips by start time, in arrays that a search runs through quickly. Clips may overlap;
 * of two that start together the later one in the draft lies on top.
 */
export class TrackIndex {
  readonly track: Track;
  /** By start time. */
  readonly clips: readonly Clip[];
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** For each position, the latest end of all clips up to it: grows steadily, so it can be searched. */
  readonly #reach: Float64Array;

  constructor(track: Track) {
    this.track = track;
    this.clips = track.clips.toSorted((a, b) => a.startMs - b.startMs);
    const count = this.clips.length;
    this.starts = new Float64Array(count);
    this.ends = new Float64Array(count);
    this.#reach = new Float64Array(count);
    let reach = -Infinity;
    for (const [at, { startMs, durationMs }] of this.clips.entries()) {
      const end = startMs + durationMs;
      this.starts[at] = startMs;
      this.ends[at] = end;
      reach = Math.max(reach, end);
      this.#reach[at] = reach;
    }
  }

  /** Positions `[first, past)` that hold every clip that touches the stretch (and, where clips overlap, perhaps others). */
  touching(startMs: number, endMs: number): readonly [first: number, past: number] {
    return [lowerBound(this.#reach, startMs), lowerBound(this.starts, endMs, true)];
  }

  /**
   * Position of the clip that is seen at a time, or of the nearest one within `slackMs` (so that a clip thinner than the
   * pointer can be hit).
   */
  clipAt(ms: number, slackMs: number): number | undefined {
    // A clip that begins at this very moment is under the pointer.
    const [first, past] = this.touching(ms - slackMs, ms + Math.max(slackMs, 1e-6));
    let best: number | undefined;
    let bestDistance = Infinity;
    for (let at = first; at < past; at += 1) {
      const start = this.starts[at] ?? 0;
      const end = this.ends[at] ?? 0;
      const distance = ms < start ? start - ms : ms >= end ? ms - end : 0;
      if (distance <= slackMs && distance <= bestDistance) {
        best = at;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** Position of the clip that is nearest to a time, for moving from track to track. */
  nearest(ms: number): number | undefined {
    if (this.clips.length === 0) return undefined;
    const under = this.clipAt(ms, 0);
    if (under !== undefined) return under;
    const after = lowerBound(this.starts, ms);
    const before = after - 1;
    if (before < 0) return after;
    if (after >= this.clips.length) return before;
    return ms - (this.ends[before] ?? 0) <= (this.starts[after] ?? 0) - ms ? before : after;
  }
}

/** All rows of a timeline, and where each clip is. */
export class TimelineIndex {
  readonly timeline: Timeline;
  readonly rows: readonly TrackIndex[];
  #places: Map<string, ClipPlace> | undefined;

  constructor(timeline: Timeline) {
    this.timeline = timeline;
    this.rows = timeline.tracks.map((track) => new TrackIndex(track));
  }

  /** Where a clip is, by its id; the map is made at the first question. */
  placeOf(clipId: string): ClipPlace | undefined {
    if (!this.#places) {
      this.#places = new Map();
      for (const [row, { clips }] of this.rows.entries()) {
        for (const [position, { id }] of clips.entries()) this.#places.set(id, { row, position });
      }
    }
    return this.#places.get(clipId);
  }

  clip(place: ClipPlace): Clip | undefined {
    return this.rows[place.row]?.clips[place.position];
  }

  clipCount(): number {
    return this.rows.reduce((sum, { clips }) => sum + clips.length, 0);
  }
}

/** First position whose value is above `value` (with `inclusive`: at least `value`). */
function lowerBound(sorted: Float64Array, value: number, inclusive = false): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = sorted[middle] ?? 0;
    if (inclusive ? at >= value : at > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
