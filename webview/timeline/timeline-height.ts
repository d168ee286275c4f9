import type { Timeline } from '../../src/timeline/timeline-model.ts';
import { rulerHeightPx } from './timeline-scene.ts';
import { leastRowHeightPx } from './viewport.ts';

/** Heights of the title line, of both it and the line of details, of the overview, and of what an empty one says, in px. */
const titlePx = 28;
const barsPx = titlePx + 26;
const overviewPx = 14;
const emptyPx = 84;

/** Height in px at which a timeline shows all its tracks. */
export function neededHeight({ tracks }: Timeline): number {
  return tracks.length === 0
    ? titlePx + emptyPx
    : barsPx + rulerHeightPx + tracks.length * leastRowHeightPx + overviewPx + 2;
}

/** The least useful height in px: title, ruler, two tracks, details. */
export const leastHeight = barsPx + rulerHeightPx + 2 * leastRowHeightPx;
