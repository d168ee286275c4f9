import type { TimelineChange } from '../../src/timeline/timeline-model.ts';

/** What the last turn did, as the timeline shows it. */
export interface ChangeMarks {
  /** Clips that came or are not what they were, by id. */
  readonly clips: ReadonlyMap<string, TimelineChange['kind']>;
  /** Where a clip was that is gone, by the track's own number. */
  readonly ghosts: readonly {
    readonly trackIndex: number;
    readonly title: string;
    readonly startMs: number;
    readonly endMs: number;
  }[];
}

export const noMarks: ChangeMarks = { clips: new Map(), ghosts: [] };

/** Marks for a turn's changes. */
export function marksOf(changes: readonly TimelineChange[] | undefined): ChangeMarks {
  if (!changes || changes.length === 0) return noMarks;
  const clips = new Map<string, TimelineChange['kind']>();
  const ghosts: ChangeMarks['ghosts'][number][] = [];
  for (const { kind, clipId, clipIds, trackIndex, title, startMs, endMs } of changes) {
    if (kind === 'removed') ghosts.push({ trackIndex, title, startMs, endMs });
    else for (const id of clipIds ?? (clipId === undefined ? [] : [clipId])) clips.set(id, kind);
  }
  return { clips, ghosts };
}
