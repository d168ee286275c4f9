import { rulerHeightPx } from './timeline-scene.ts';
import {
  clampWindow,
  fitWindow,
  panBy,
  pxAt,
  revealStretch,
  zoomAt,
  zoomToStretch,
  type TimeExtent,
  type TimeWindow,
} from './time-window.ts';

/** Height of a track where space is scarce, in px; what is left over is shared out up to {@link mostRowHeightPx}. */
export const leastRowHeightPx = 28;
const mostRowHeightPx = 72;

/** What of the timeline is in sight: a stretch of time, and the tracks that are not scrolled away. */
export class Viewport {
  readonly #onMoved: () => void;
  #window: TimeWindow = { startMs: 0, msPerPx: 10 };
  /** Everything is to be in sight, whatever the size. */
  #fitted = true;
  #scrollTopPx = 0;
  #widthPx = 0;
  #heightPx = 0;
  #rowCount = 0;
  #durationMs = 0;

  /** @param onMoved is told whenever something else is in sight, except by {@link setSize} and {@link setContent}. */
  constructor(onMoved: () => void) {
    this.#onMoved = onMoved;
  }

  get window(): TimeWindow {
    return this.#window;
  }

  get fitted(): boolean {
    return this.#fitted;
  }

  /** How far the tracks are scrolled up under the ruler, in px. */
  get scrollTopPx(): number {
    return this.#scrollTopPx;
  }

  get widthPx(): number {
    return this.#widthPx;
  }

  get heightPx(): number {
    return this.#heightPx;
  }

  /** Height of one track, in px. */
  get rowHeightPx(): number {
    const each = Math.floor((this.#heightPx - rulerHeightPx - 2) / Math.max(1, this.#rowCount));
    return Math.min(Math.max(each, leastRowHeightPx), mostRowHeightPx);
  }

  get extent(): TimeExtent {
    return { widthPx: this.#widthPx, durationMs: this.#durationMs };
  }

  /** How far the tracks can be scrolled, in px. */
  get overflowPx(): number {
    return Math.max(0, this.#rowCount * this.rowHeightPx + 2 - (this.#heightPx - rulerHeightPx));
  }

  /** Something is out of sight on the left or on the right. */
  get zoomed(): boolean {
    const fit = fitWindow(this.extent);
    return this.#window.startMs > 0 || this.#window.msPerPx < fit.msPerPx * 0.999;
  }

  /** The drawing has another size, in px. */
  setSize(widthPx: number, heightPx: number): void {
    this.#widthPx = widthPx;
    this.#heightPx = heightPx;
    this.#refit();
  }

  /** Another timeline is shown: so many rows, so long. */
  setContent(rowCount: number, durationMs: number): void {
    this.#rowCount = rowCount;
    this.#durationMs = durationMs;
    this.#refit();
  }

  /** Goes back to a stretch that was in sight before; null shows everything. */
  restore(window: TimeWindow | null): void {
    this.#fitted = window === null;
    if (window) this.#window = window;
    this.#refit();
  }

  /** Shows a stretch of time. */
  show(window: TimeWindow, fitted = false): void {
    this.#fitted = fitted;
    this.#window = clampWindow(window, this.extent);
    this.#onMoved();
  }

  /** Shows everything. */
  fit(): void {
    this.show(fitWindow(this.extent), true);
  }

  /** Everything, from the first track on. */
  startOver(): void {
    this.#scrollTopPx = 0;
    this.fit();
  }

  /** @param factor above 1 comes closer. */
  zoomAtPx(atPx: number, factor: number): void {
    this.show(zoomAt(this.#window, atPx, factor, this.extent));
  }

  /** Zooms where a time is, or in the middle where that is out of sight. */
  zoomAtTime(ms: number, factor: number): void {
    const at = pxAt(this.#window, ms);
    this.zoomAtPx(at >= 0 && at <= this.#widthPx ? at : this.#widthPx / 2, factor);
  }

  /** Shows one stretch with some air around it. */
  zoomTo(startMs: number, endMs: number): void {
    this.show(zoomToStretch(startMs, endMs, this.extent));
  }

  /** Moves as little as needed so that the stretch is in sight. */
  reveal(startMs: number, endMs: number): void {
    const window = revealStretch(this.#window, startMs, endMs, this.extent);
    this.show(window, this.#fitted && window === this.#window);
  }

  /** Moves by px, to the right and down; false where it stays. */
  pan(dx: number, dy: number, from = { window: this.#window, scrollTopPx: this.#scrollTopPx }): void {
    this.#scrollTopPx = Math.min(Math.max(0, from.scrollTopPx + dy), this.overflowPx);
    const window = panBy(from.window, dx, this.extent);
    this.show(window, this.#fitted && window === this.#window);
  }

  /** Scrolls as little as needed so that the row is in sight. */
  revealRow(row: number): void {
    const height = this.rowHeightPx;
    const top = row * height;
    const room = this.#heightPx - rulerHeightPx;
    if (top < this.#scrollTopPx) this.#scrollTopPx = top;
    else if (top + height > this.#scrollTopPx + room) {
      this.#scrollTopPx = Math.min(top + height - room, this.overflowPx);
    }
  }

  #refit(): void {
    if (this.#widthPx === 0) return;
    this.#window = this.#fitted ? fitWindow(this.extent) : clampWindow(this.#window, this.extent);
    this.#scrollTopPx = Math.min(this.#scrollTopPx, this.overflowPx);
  }
}
