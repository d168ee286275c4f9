import type { Clip, Timeline, TimelineChange, Track } from '../../src/timeline/timeline-model.ts';
import { markTimeline, type ChangeMarks } from './change-marks.ts';
import { clipOrRemovedAt, type TreePlace } from './clip-tree.ts';
import { removedStripPx } from './draw-marks.ts';
import { timeAt } from './time-window.ts';
import { rowAt, rowInsetPx, rowTop } from './timeline-scene.ts';
import { TimelineIndex, type ClipPlace } from './track-index.ts';
import type { Viewport } from './viewport.ts';

/** How near to a thin clip a pointer hits it, in px. */
const hitSlackPx = 3;

/** A timeline as it is drawn, with what changed on it: what lies where. */
export class DrawnContent {
  readonly index: TimelineIndex;
  readonly marks: ChangeMarks;
  /** Latest end of anything that is drawn, in ms. */
  readonly endMs: number;

  /** @param changes are marked; undefined marks nothing. */
  constructor(timeline: Timeline, changes: readonly TimelineChange[] | undefined) {
    const marked = markTimeline(timeline, changes);
    this.index = new TimelineIndex(marked.timeline);
    this.marks = marked.marks;
    this.endMs = marked.endMs;
  }

  /** The clip at a place, be it there or gone; undefined on a track. */
  clipAt(
    place: TreePlace | undefined,
  ): { readonly clip: Clip; readonly track: Track; readonly isRemoved: boolean } | undefined {
    return place && clipOrRemovedAt(this.index, this.marks, place);
  }

  /** What is seen at a point in px: clips that are gone lie at the foot of the row where others lie now. */
  placeAtPoint(xPx: number, yPx: number, viewport: Viewport): ClipPlace | undefined {
    const row = rowAt(yPx, viewport, this.index.rows.length);
    const line = row === undefined ? undefined : this.index.rows[row];
    if (row === undefined || !line) return undefined;
    const { window, rowHeightPx } = viewport;
    const ms = timeAt(window, xPx);
    const position = line.clipAt(ms, hitSlackPx * window.msPerPx);
    const fromFootPx = rowTop(row, viewport) + rowHeightPx - yPx;
    const gone =
      position === undefined || fromFootPx <= removedStripPx + rowInsetPx
        ? this.marks.removed.get(row)?.clipAt(ms, 0)
        : undefined;
    if (gone !== undefined) return { row, position: line.clips.length + gone };
    return position === undefined ? undefined : { row, position };
  }

  /** Where a change is to be seen: on its clip, or on the row of its track alone; undefined where neither is shown. */
  placeOfChange({ clipId, clipIds, trackIndex, kind, formerly }: TimelineChange): TreePlace | undefined {
    const id = clipId ?? clipIds?.[0];
    const [was] = formerly ?? [];
    const place = id === undefined ? undefined : kind === 'removed' ? this.#removedPlace(id) : this.index.placeOf(id);
    if (place) return place;
    const number = kind === 'removed' && was ? was.trackIndex : trackIndex;
    const row = this.index.rows.findIndex(({ track }) => track.index === number && number > 0);
    return row >= 0 ? { row, position: undefined } : undefined;
  }

  /** Where a clip that is gone is shown. */
  #removedPlace(clipId: string): ClipPlace | undefined {
    for (const [row, { clips }] of this.marks.removed) {
      const at = clips.findIndex(({ id }) => id === `removed ${clipId}`);
      if (at >= 0) return { row, position: (this.index.rows[row]?.clips.length ?? 0) + at };
    }
    return undefined;
  }
}
