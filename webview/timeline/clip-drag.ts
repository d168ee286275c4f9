import type { ClipInstruction } from '../../src/timeline/clip-instructions.ts';
import type { Clip } from '../../src/timeline/timeline-model.ts';
import { pxAt, type TimeWindow } from './time-window.ts';
import type { TrackIndex } from './track-index.ts';

/** What is held: an edge of the clip, or the whole of it. */
export type Grip = 'start' | 'end' | 'whole';

/** Where a dragged clip would come to lie, in ms. */
export interface DraggedSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/** An edge is gripped this near to it, in px; on a narrow clip less, so that there is a middle. */
const gripPx = 6;
/** A dragged edge jumps to something near by, in px. */
const snapPx = 6;
/** A clip cannot be trimmed to less, in ms. */
const leastMs = 40;

/** What of a clip a pointer at `xPx` holds; undefined where it is not on the clip. */
export function gripAt(clip: Clip, window: TimeWindow, xPx: number): Grip | undefined {
  const left = pxAt(window, clip.startMs);
  const right = pxAt(window, clip.startMs + clip.durationMs);
  const reach = Math.min(gripPx, (right - left) / 4);
  // Outside of the clip too, but not far: a neighbour begins there.
  if (Math.abs(xPx - left) <= reach || (xPx < left && left - xPx <= 2)) return 'start';
  if (Math.abs(xPx - right) <= reach || (xPx > right && xPx - right <= 2)) return 'end';
  return xPx > left && xPx < right ? 'whole' : undefined;
}

/**
 * Where the clip at `position` lies after it was dragged by `px`. Edges jump to edges of other clips of the track, to
 * zero and to the playhead where those are near; elsewhere they come to lie on round times.
 */
export function dragged(
  track: TrackIndex,
  position: number,
  grip: Grip,
  px: number,
  window: TimeWindow,
  playheadMs: number,
): DraggedSpan {
  const start = track.starts[position] ?? 0;
  const end = track.ends[position] ?? 0;
  const shift = px * window.msPerPx;
  const goals = [0, playheadMs];
  for (let at = 0; at < track.starts.length; at += 1) {
    if (at !== position) goals.push(track.starts[at] ?? 0, track.ends[at] ?? 0);
  }
  const settle = (ms: number) => {
    const near = nearest(goals, ms, snapPx * window.msPerPx);
    return near ?? roundTime(ms, window.msPerPx);
  };
  switch (grip) {
    case 'start':
      return { startMs: Math.min(Math.max(0, settle(start + shift)), end - leastMs), endMs: end };
    case 'end':
      return { startMs: start, endMs: Math.max(settle(end + shift), start + leastMs) };
    case 'whole': {
      const length = end - start;
      const byStart = nearest(goals, start + shift, snapPx * window.msPerPx);
      const byEnd = nearest(goals, end + shift, snapPx * window.msPerPx);
      const moved = byStart ?? (byEnd === undefined ? roundTime(start + shift, window.msPerPx) : byEnd - length);
      const startMs = Math.max(0, moved);
      return { startMs, endMs: startMs + length };
    }
  }
}

/** What a drag asks for. */
export function dragInstruction(clip: Clip, grip: Grip, { startMs, endMs }: DraggedSpan): ClipInstruction {
  switch (grip) {
    case 'start':
      return startMs > clip.startMs
        ? { kind: 'trimStart', lostMs: startMs - clip.startMs }
        : { kind: 'extendStart', startMs };
    case 'end':
      return { kind: 'trimEnd', endMs };
    case 'whole':
      return { kind: 'move', startMs };
  }
}

/** The goal that is nearest to a time, within `reachMs`. */
function nearest(goals: readonly number[], ms: number, reachMs: number): number | undefined {
  let best: number | undefined;
  for (const goal of goals) {
    const distance = Math.abs(goal - ms);
    if (distance <= reachMs && (best === undefined || distance < Math.abs(best - ms))) best = goal;
  }
  return best;
}

/** To the finest of 10 ms, 50 ms, 100 ms, 500 ms and so on that a hand can tell apart at this zoom. */
function roundTime(ms: number, msPerPx: number): number {
  let step = 10;
  for (let factor = 5; step < msPerPx * 2; factor = factor === 5 ? 2 : 5) step *= factor;
  return Math.round(ms / step) * step;
}
