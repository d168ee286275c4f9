/**
 * The stretch of time that the timeline shows, and the arithmetic of moving about in it. Pure: px are CSS px from the
 * left edge of the drawing, times are ms on the timeline.
 */
export interface TimeWindow {
  /** Time at the left edge, in ms. */
  readonly startMs: number;
  /** Zoom: how much time one px shows, in ms. */
  readonly msPerPx: number;
}

/** What a window must fit: the drawing's width and the end of the last clip. */
export interface TimeExtent {
  readonly widthPx: number;
  readonly durationMs: number;
}

/** The closest zoom: one ms is 10 px wide. */
export const closestMsPerPx = 0.1;

/** Share of the width that stays free to the right of the last clip when everything is in view. */
const fitMargin = 0.04;

/** An empty timeline is drawn as ten seconds of nothing. */
const emptyMs = 10_000;

/** The window that shows everything. */
export function fitWindow(extent: TimeExtent): TimeWindow {
  const width = Math.max(1, extent.widthPx);
  const shown = (extent.durationMs > 0 ? extent.durationMs : emptyMs) * (1 + fitMargin);
  return { startMs: 0, msPerPx: Math.max(closestMsPerPx, shown / width) };
}

/** The widest zoom: everything, and as much again for room to look around. */
export function widestMsPerPx(extent: TimeExtent): number {
  return fitWindow(extent).msPerPx * 2;
}

/** The nearest window that does not leave the timeline. */
export function clampWindow(window: TimeWindow, extent: TimeExtent): TimeWindow {
  const fit = fitWindow(extent);
  const msPerPx = Math.min(Math.max(window.msPerPx, closestMsPerPx), widestMsPerPx(extent));
  const end = fit.msPerPx * Math.max(1, extent.widthPx);
  const latestStart = Math.max(0, end - msPerPx * extent.widthPx);
  const startMs = Math.min(Math.max(window.startMs, 0), latestStart);
  return startMs === window.startMs && msPerPx === window.msPerPx ? window : { startMs, msPerPx };
}

/**
 * Zooms so that the time under `atPx` stays where it is.
 * @param factor above 1 comes closer.
 */
export function zoomAt(window: TimeWindow, atPx: number, factor: number, extent: TimeExtent): TimeWindow {
  const at = timeAt(window, atPx);
  const wanted = window.msPerPx / factor;
  const msPerPx = Math.min(Math.max(wanted, closestMsPerPx), widestMsPerPx(extent));
  return clampWindow({ startMs: at - atPx * msPerPx, msPerPx }, extent);
}

/** Moves the window by `px` to the right. */
export function panBy(window: TimeWindow, px: number, extent: TimeExtent): TimeWindow {
  return clampWindow({ startMs: window.startMs + px * window.msPerPx, msPerPx: window.msPerPx }, extent);
}

/** Moves the window as little as needed so that the stretch is in view; a stretch longer than the window shows its start. */
export function revealStretch(window: TimeWindow, startMs: number, endMs: number, extent: TimeExtent): TimeWindow {
  const shown = window.msPerPx * extent.widthPx;
  const margin = shown * 0.08;
  const { startMs: left } = window;
  if (startMs >= left && endMs <= left + shown) return window;
  const tooLong = endMs - startMs > shown - 2 * margin;
  const start = tooLong || startMs < left ? startMs - margin : endMs + margin - shown;
  return clampWindow({ startMs: start, msPerPx: window.msPerPx }, extent);
}

/** The window that shows one stretch with some air around it. */
export function zoomToStretch(startMs: number, endMs: number, extent: TimeExtent): TimeWindow {
  const length = Math.max(endMs - startMs, 1);
  const msPerPx = (length * 1.2) / Math.max(1, extent.widthPx);
  return clampWindow({ startMs: startMs - length * 0.1, msPerPx: Math.max(msPerPx, closestMsPerPx) }, extent);
}

/** Time under a px. */
export function timeAt(window: TimeWindow, px: number): number {
  return window.startMs + px * window.msPerPx;
}

/** Px of a time; may lie outside of the drawing. */
export function pxAt(window: TimeWindow, ms: number): number {
  return (ms - window.startMs) / window.msPerPx;
}
