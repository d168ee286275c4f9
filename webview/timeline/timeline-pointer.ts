import { followPointer, type HeldPointer } from '../follow-pointer.ts';
import { dragged, gripAt, type DraggedSpan, type Grip } from './clip-drag.ts';
import { rowAt, rulerHeightPx } from './timeline-scene.ts';
import { timeAt } from './time-window.ts';
import type { ClipPlace, TimelineIndex } from './track-index.ts';
import type { Viewport } from './viewport.ts';

/** A press that moves less than this is a click, in px. */
const dragFromPx = 4;

/** What a pointer works on. */
export interface PointedTimeline {
  readonly viewport: Viewport;
  /** As it is at this moment. */
  readonly now: () => {
    readonly index: TimelineIndex;
    readonly playheadMs: number;
    readonly selected: ClipPlace | undefined;
  };
  /** What is seen at a point of the drawing, in px from its corner. */
  readonly placeAt: (xPx: number, yPx: number) => ClipPlace | undefined;
  readonly hover: (place: ClipPlace | undefined) => void;
  readonly select: (place: ClipPlace | undefined) => void;
  readonly setPlayhead: (ms: number) => void;
  /** Shows where a clip in the hand would come to lie. */
  readonly showDragged: (span: ({ readonly row: number } & DraggedSpan) | undefined) => void;
  /** A clip was let go elsewhere. */
  readonly drop: (place: ClipPlace, grip: Grip, span: DraggedSpan) => void;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Mouse, pen, fingers and wheel over the drawing: scrub, select, drag, pan, zoom. */
export class TimelinePointer {
  readonly #of: PointedTimeline;
  /** Fingers on the glass, by pointer id. */
  readonly #fingers = new Map<number, Point>();
  /** Ends what the first finger began, when a second one comes down. */
  #letGo: (() => void) | undefined;

  constructor(of: PointedTimeline) {
    this.#of = of;
  }

  move(event: PointerEvent): void {
    if (event.buttons !== 0) return;
    const stage = event.currentTarget as HTMLElement;
    const { x, y } = pointIn(stage, event);
    const place = this.#of.placeAt(x, y);
    this.#of.hover(place);
    const held = this.#gripAt({ x, y });
    stage.classList.toggle('stage-ruler', y < rulerHeightPx);
    stage.classList.toggle('stage-edge', held !== undefined && held.grip !== 'whole');
    stage.classList.toggle('stage-held', held?.grip === 'whole');
    stage.classList.toggle('stage-clip', place !== undefined);
  }

  press(down: PointerEvent): void {
    if (down.button !== 0) return;
    const stage = down.currentTarget as HTMLElement;
    const start = pointIn(stage, down);
    if (down.pointerType === 'touch') {
      stage.setPointerCapture(down.pointerId);
      this.#fingers.set(down.pointerId, start);
      if (this.#fingers.size === 2) {
        this.#letGo?.();
        this.#pinch(stage);
        return;
      }
      if (this.#fingers.size > 2) return;
    }
    if (start.y < rulerHeightPx) {
      this.#scrub(stage, down);
      return;
    }
    const held = this.#gripAt(start);
    if (held) this.#dragClip(stage, down, held.place, held.grip);
    else this.#panOrSelect(stage, down);
  }

  doubleClick(event: MouseEvent): void {
    const { viewport, placeAt, now } = this.#of;
    const { x, y } = pointIn(event.currentTarget as HTMLElement, event);
    const place = placeAt(x, y);
    const clip = place && now().index.clip(place);
    if (clip) viewport.zoomTo(clip.startMs, clip.startMs + clip.durationMs);
    else if (y >= rulerHeightPx) viewport.fit();
  }

  wheel(event: WheelEvent): void {
    const { viewport } = this.#of;
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const dx = (event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX) * lines;
    const dy = (event.shiftKey ? 0 : event.deltaY) * lines;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      // A pinch on a touchpad comes in many small steps, a wheel in few big ones.
      const factor = Math.exp(Math.min(Math.max(-event.deltaY * lines * 0.01, -0.35), 0.35));
      viewport.zoomAtPx(pointIn(event.currentTarget as HTMLElement, event).x, factor);
      return;
    }
    if (Math.abs(dy) > Math.abs(dx) && viewport.overflowPx > 0) viewport.pan(0, dy);
    else viewport.pan(Math.abs(dx) >= Math.abs(dy) ? dx : dy, 0);
  }

  /** What of the selected clip a pointer holds. A clip is selected first, then dragged: a careless drag only pans. */
  #gripAt({ x, y }: Point): { place: ClipPlace; grip: Grip } | undefined {
    const { viewport } = this.#of;
    const { index, selected } = this.#of.now();
    const clip = selected && index.clip(selected);
    if (!clip || rowAt(y, viewport, index.rows.length) !== selected.row) return undefined;
    const grip = gripAt(clip, viewport.window, x);
    return grip && { place: selected, grip };
  }

  #scrub(stage: HTMLElement, down: PointerEvent): void {
    const go = (event: PointerEvent) => this.#of.setPlayhead(timeAt(this.#of.viewport.window, pointIn(stage, event).x));
    go(down);
    this.#follow(stage, down, { onMove: go });
  }

  #panOrSelect(stage: HTMLElement, down: PointerEvent): void {
    const { viewport } = this.#of;
    const start = pointIn(stage, down);
    const from = { window: viewport.window, scrollTopPx: viewport.scrollTopPx };
    let isDrag = false;
    const onMove = (event: PointerEvent) => {
      const { x, y } = pointIn(stage, event);
      isDrag ||= Math.hypot(x - start.x, y - start.y) > dragFromPx;
      if (!isDrag) return;
      stage.classList.add('stage-dragged');
      viewport.pan(start.x - x, start.y - y, from);
    };
    const onEnd = (event: PointerEvent | undefined) => {
      stage.classList.remove('stage-dragged');
      if (isDrag || event?.type !== 'pointerup') return;
      const place = this.#of.placeAt(start.x, start.y);
      this.#of.select(place);
      if (!place) this.#of.setPlayhead(timeAt(viewport.window, start.x));
    };
    this.#follow(stage, down, { onMove, onEnd });
  }

  /** Drags the selected clip; what comes of it is a sentence to be sent or not. */
  #dragClip(stage: HTMLElement, down: PointerEvent, place: ClipPlace, grip: Grip): void {
    const { viewport } = this.#of;
    const { index, playheadMs } = this.#of.now();
    const line = index.rows[place.row];
    const clip = index.clip(place);
    if (!line || !clip) return;
    const from = pointIn(stage, down);
    let span: DraggedSpan | undefined;
    const onMove = (event: PointerEvent) => {
      const px = pointIn(stage, event).x - from.x;
      if (!span && Math.abs(px) <= dragFromPx) return;
      span = dragged(line, place.position, grip, px, viewport.window, playheadMs);
      this.#of.showDragged({ row: place.row, ...span });
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      stop();
    };
    const onEnd = (event: PointerEvent | undefined) => {
      window.removeEventListener('keydown', onKey, true);
      this.#of.showDragged(undefined);
      if (event?.type !== 'pointerup') return;
      if (!span) this.#of.select(this.#of.placeAt(from.x, from.y) ?? place);
      else if (span.startMs !== clip.startMs || span.endMs !== clip.startMs + clip.durationMs) {
        this.#of.drop(place, grip, span);
      }
    };
    const stop = this.#follow(stage, down, { onMove, onEnd });
    window.addEventListener('keydown', onKey, true);
  }

  /** Two fingers: what is between them stays between them. */
  #pinch(stage: HTMLElement): void {
    const { viewport } = this.#of;
    const spread = () => {
      const [a = { x: 0, y: 0 }, b = a] = [...this.#fingers.values()];
      return { middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, px: Math.max(24, Math.abs(a.x - b.x)) };
    };
    let last = spread();
    const onMove = (event: PointerEvent) => {
      if (!this.#fingers.has(event.pointerId)) return;
      this.#fingers.set(event.pointerId, pointIn(stage, event));
      const now = spread();
      viewport.pan(last.middle.x - now.middle.x, last.middle.y - now.middle.y);
      viewport.zoomAtPx(now.middle.x, now.px / last.px);
      last = now;
    };
    const onUp = (event: PointerEvent) => {
      this.#fingers.delete(event.pointerId);
      if (this.#fingers.size >= 2) return;
      // The finger that rests does nothing more.
      this.#fingers.clear();
      stage.removeEventListener('pointermove', onMove);
      stage.removeEventListener('pointerup', onUp);
      stage.removeEventListener('pointercancel', onUp);
    };
    stage.addEventListener('pointermove', onMove);
    stage.addEventListener('pointerup', onUp);
    stage.addEventListener('pointercancel', onUp);
  }

  /** Follows a pointer until it is let go, or until a second finger comes down; returns what ends it at once. */
  #follow(stage: HTMLElement, down: PointerEvent, { onMove, onEnd }: HeldPointer): () => void {
    const letGo = followPointer(stage, down, {
      onMove,
      onEnd: (event) => {
        if (event) this.#fingers.delete(event.pointerId);
        this.#letGo = undefined;
        onEnd?.(event);
      },
    });
    this.#letGo = letGo;
    return letGo;
  }
}

function pointIn(stage: HTMLElement, event: MouseEvent): Point {
  const box = stage.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
