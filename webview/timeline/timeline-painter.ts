import { timeText } from '../../src/timeline/time-text.ts';
import { contextOfSize } from '../sized-canvas.ts';
import { drawOverview, drawTimeline } from './draw-timeline.ts';
import { TextFitter } from './fit-text.ts';
import { readThemeColors, watchTheme, type TimelineColors } from './theme-colors.ts';
import { fitWindow } from './time-window.ts';
import type { TimelineScene } from './timeline-scene.ts';
import type { Viewport } from './viewport.ts';

/** What the picture shows, beside what is in sight of it. */
export type PaintedScene = Pick<
  TimelineScene,
  'index' | 'playheadMs' | 'selected' | 'hovered' | 'dragged' | 'marks' | 'pictures'
>;

/** The elements that are painted on; those that are not in the page are left out. */
export interface PaintedElements {
  readonly canvas: HTMLCanvasElement | undefined;
  readonly names: HTMLElement | undefined;
  readonly overview: HTMLCanvasElement | undefined;
  readonly thumb: HTMLElement | undefined;
}

/** Paints the timeline with the next frame, once however often it is asked for, in the theme's colours as they are then. */
export class TimelinePainter {
  readonly #root: HTMLElement;
  readonly #viewport: Viewport;
  readonly #elements: () => PaintedElements;
  readonly #scene: () => PaintedScene;
  #colors: TimelineColors | undefined;
  #text: TextFitter | undefined;
  #frame = 0;
  #overviewOf = '';
  #unwatch: (() => void) | undefined;

  /** @param root where the drawing stands: its colours and font are the drawing's. */
  constructor(root: HTMLElement, viewport: Viewport, elements: () => PaintedElements, scene: () => PaintedScene) {
    this.#root = root;
    this.#viewport = viewport;
    this.#elements = elements;
    this.#scene = scene;
  }

  start(): void {
    this.#unwatch = watchTheme(() => {
      this.#colors = undefined;
      this.draw();
    });
  }

  stop(): void {
    this.#unwatch?.();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** Another timeline: the overview is to be drawn anew. */
  contentChanged(): void {
    this.#overviewOf = '';
  }

  draw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.paint();
    });
  }

  /** Paints at once. */
  paint(): void {
    const { window, widthPx, heightPx, scrollTopPx, rowHeightPx, zoomed } = this.#viewport;
    const { canvas, names } = this.#elements();
    if (!canvas || widthPx === 0 || heightPx === 0) return;
    const context = contextOfSize(canvas, widthPx, heightPx);
    if (!context) return;
    this.#colors ??= readThemeColors(this.#root);
    const font = `11px ${this.#colors.fontFamily}`;
    this.#text ??= new TextFitter((text) => {
      context.font = font;
      return context.measureText(text).width;
    });
    const scene = this.#scene();
    scene.pictures?.begin();
    drawTimeline(context, {
      ...scene,
      window,
      widthPx,
      heightPx,
      scrollTopPx,
      rowHeightPx,
      pixelRatio: devicePixelRatio,
      colors: this.#colors,
      text: this.#text,
      lengthText: timeText,
    });
    scene.pictures?.end();
    if (names) {
      names.style.transform = `translateY(${-scrollTopPx}px)`;
      names.style.setProperty('--row-height', `${rowHeightPx}px`);
    }
    if (zoomed) this.#paintOverview(this.#colors);
  }

  #paintOverview(colors: TimelineColors): void {
    const { overview: canvas, thumb } = this.#elements();
    const bar = canvas?.parentElement;
    if (!canvas || !bar || !thumb || bar.clientWidth === 0) return;
    const { window, widthPx: stagePx, extent } = this.#viewport;
    const widthPx = bar.clientWidth;
    const heightPx = bar.clientHeight;
    const whole = fitWindow({ widthPx, durationMs: extent.durationMs });
    thumb.style.transform = `translateX(${window.startMs / whole.msPerPx}px)`;
    thumb.style.width = `${Math.max(8, (window.msPerPx * stagePx) / whole.msPerPx)}px`;
    // The stripes stay the same while the window moves over them.
    const key = `${widthPx}×${heightPx}×${devicePixelRatio} ${JSON.stringify(colors)}`;
    if (key === this.#overviewOf) return;
    this.#overviewOf = key;
    const context = contextOfSize(canvas, widthPx, heightPx);
    if (!context) return;
    const durationMs = whole.msPerPx * widthPx;
    const { index } = this.#scene();
    drawOverview(context, index, { widthPx, heightPx, pixelRatio: devicePixelRatio, durationMs }, colors);
  }
}
