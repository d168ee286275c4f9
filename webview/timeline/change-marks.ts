import type { Clip, Timeline, TimelineChange, Track } from '../../src/timeline/timeline-model.ts';
import { TrackIndex } from './track-index.ts';

/** What changed since some moment, as the timeline shows it. */
export interface ChangeMarks {
  /** Clips that came or are not what they were, by id. */
  readonly clips: ReadonlyMap<string, TimelineChange>;
  /** Clips that are gone, where they were: by row. */
  readonly removed: ReadonlyMap<number, TrackIndex>;
  /** Where clips were that lie elsewhere now, by their id. */
  readonly movedFrom: ReadonlyMap<string, MovedFrom>;
  /** Rows from this one on stand for tracks that are gone. */
  readonly goneFromRow: number;
}

/** Where a clip was that lies elsewhere now. */
export interface MovedFrom {
  readonly row: number;
  readonly startMs: number;
  readonly endMs: number;
  /** It moved by itself; else many moved along, which is shown of one at a time. */
  readonly isAlone: boolean;
}

/** A timeline as it is drawn: behind its own tracks those that are gone. */
export interface MarkedTimeline {
  readonly timeline: Timeline;
  readonly marks: ChangeMarks;
  /** Latest end of anything that is drawn, in ms. */
  readonly endMs: number;
}

/** Nothing is marked. */
export const noMarks: ChangeMarks = {
  clips: new Map(),
  removed: new Map(),
  movedFrom: new Map(),
  goneFromRow: Infinity,
};

/** Marks changes on a timeline. */
export function markTimeline(timeline: Timeline, changes: readonly TimelineChange[] | undefined): MarkedTimeline {
  if (!changes || changes.length === 0) return { timeline, marks: noMarks, endMs: timeline.durationMs };
  const rows = new Map(timeline.tracks.map(({ index }, row) => [index, row]));
  const gone = new Map<string, { readonly row: number; readonly track: Track }>();
  const clips = new Map<string, TimelineChange>();
  const removed = new Map<number, Clip[]>();
  const movedFrom = new Map<string, MovedFrom>();
  let endMs = timeline.durationMs;

  const rowOfGone = ({ trackKind, trackIndex }: TimelineChange, title: string): number => {
    const key = `${trackKind} ${trackIndex} ${title}`;
    const known = gone.get(key);
    if (known) return known.row;
    const row = timeline.tracks.length + gone.size;
    gone.set(key, { row, track: { index: 0, kind: trackKind, title, clips: [] } });
    return row;
  };

  for (const change of changes) {
    const { kind, clipId, clipIds, trackIndex, title, startMs } = change;
    const ids = clipIds ?? (clipId === undefined ? [] : [clipId]);
    if (kind !== 'removed') for (const id of ids) clips.set(id, change);
    if (kind === 'removed' && clipId === undefined) {
      rowOfGone(change, title);
      continue;
    }
    // What was written down before places were told knows one place for all.
    const places = change.formerly ?? (kind === 'removed' ? [{ trackIndex, title, startMs, endMs: change.endMs }] : []);
    for (const [at, place] of places.entries()) {
      const row =
        place.trackIndex > 0
          ? rows.get(place.trackIndex)
          : kind === 'removed'
            ? rowOfGone(change, place.trackTitle ?? title)
            : undefined;
      if (row === undefined) continue;
      const id = ids[at] ?? String(at);
      if (kind === 'removed') {
        const clip = {
          id: `removed ${id}`,
          title: place.title,
          startMs: place.startMs,
          durationMs: place.endMs - place.startMs,
        };
        const ghosts = removed.get(row);
        if (ghosts) ghosts.push(clip);
        else removed.set(row, [clip]);
      } else {
        movedFrom.set(id, { row, startMs: place.startMs, endMs: place.endMs, isAlone: places.length === 1 });
      }
      endMs = Math.max(endMs, place.endMs);
    }
  }

  const tracks = [...timeline.tracks, ...[...gone.values()].map(({ track }) => track)];
  return {
    timeline: gone.size > 0 ? { ...timeline, tracks } : timeline,
    marks: {
      clips,
      removed: new Map(
        [...removed].map(
          ([row, ghosts]) =>
            [row, new TrackIndex({ index: 0, kind: 'other', title: '', ...tracks[row], clips: ghosts })] as const,
        ),
      ),
      movedFrom,
      goneFromRow: timeline.tracks.length,
    },
    endMs,
  };
}

/** How many clips (or whole tracks, or the canvas) each kind of change speaks of. */
export function countChanges(changes: readonly TimelineChange[]): ReadonlyMap<TimelineChange['kind'], number> {
  const counts = new Map<TimelineChange['kind'], number>();
  for (const { kind, clipIds } of changes) counts.set(kind, (counts.get(kind) ?? 0) + (clipIds?.length ?? 1));
  return counts;
}
