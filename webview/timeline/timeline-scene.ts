import type { ChangeMarks } from './change-marks.ts';
import type { ClipPictures } from './clip-pictures.ts';
import type { DraggedSpan } from './clip-drag.ts';
import type { TextFitter } from './fit-text.ts';
import type { TimelineColors } from './theme-colors.ts';
import type { TimeWindow } from './time-window.ts';
import type { ClipPlace, TimelineIndex } from './track-index.ts';

/** Height of the ruler above the tracks, in px. */
export const rulerHeightPx = 22;
/** Free px above and below a clip in its row. */
export const rowInsetPx = 2;
/** A clip narrower than this is a plain bar; narrower than a px it melts into its neighbours. */
export const plainBelowPx = 4;
/** A clip narrower than this has no name on it. */
export const namedFromPx = 30;
export const cornerPx = 3;

/** All that one picture needs. Px are CSS px. */
export interface TimelineScene {
  readonly index: TimelineIndex;
  readonly window: TimeWindow;
  readonly widthPx: number;
  readonly heightPx: number;
  /** How far the tracks are scrolled up under the ruler. */
  readonly scrollTopPx: number;
  /** Height of one track. */
  readonly rowHeightPx: number;
  readonly pixelRatio: number;
  readonly playheadMs: number;
  readonly selected: ClipPlace | undefined;
  readonly hovered: ClipPlace | undefined;
  /** A clip that is being dragged: its row, and where it would come to lie. */
  readonly dragged: ({ readonly row: number } & DraggedSpan) | undefined;
  readonly marks: ChangeMarks;
  /** What clips show and sound like, as far as it is known. */
  readonly pictures: ClipPictures | undefined;
  readonly colors: TimelineColors;
  readonly text: TextFitter;
  /** Shown length of a clip, in the user's language. */
  readonly lengthText: (ms: number) => string;
}

/** Where the rows lie, in px. */
export type RowPlaces = Pick<TimelineScene, 'rowHeightPx' | 'scrollTopPx'>;

/** Top of a row, in px from the drawing's top. */
export function rowTop(row: number, { rowHeightPx, scrollTopPx }: RowPlaces): number {
  return rulerHeightPx + row * rowHeightPx - scrollTopPx;
}

/** The row under a px, undefined on the ruler and below the last track. */
export function rowAt(yPx: number, { rowHeightPx, scrollTopPx }: RowPlaces, rowCount: number): number | undefined {
  if (yPx < rulerHeightPx) return undefined;
  const row = Math.floor((yPx - rulerHeightPx + scrollTopPx) / rowHeightPx);
  return row >= 0 && row < rowCount ? row : undefined;
}

/** A clip that is wide enough for more than a bar, in px. */
export interface ClipBox {
  readonly row: number;
  readonly position: number;
  readonly x: number;
  readonly width: number;
}
