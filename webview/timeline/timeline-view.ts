import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';

import { timeText } from '../../src/timeline/time-text.ts';
import type { Timeline, TimelineChange } from '../../src/timeline/timeline-model.ts';
import { icon, iconButton } from '../icon.ts';
import type { ViewActions } from '../view-actions.ts';
import { marksOf, noMarks } from './change-marks.ts';
import { dragged, gripAt, type DraggedSpan, type Grip } from './clip-drag.ts';
import { clipTree, treeHelp, treeItemId, treeStep, type TreePlace } from './clip-tree.ts';
import {
  clipFacts,
  clipName,
  clipReference,
  clipSpan,
  dragSentence,
  timelineFacts,
  trackIcons,
  trackReference,
} from './clip-words.ts';
import { drawOverview, drawTimeline, rowAt, rowHeightPx, rulerHeightPx } from './draw-timeline.ts';
import { TextFitter } from './fit-text.ts';
import { exactClockText } from './ruler-ticks.ts';
import { readThemeColors, watchTheme, type TimelineColors } from './theme-colors.ts';
import {
  clampWindow,
  fitWindow,
  panBy,
  pxAt,
  revealStretch,
  timeAt,
  zoomAt,
  zoomToStretch,
  type TimeExtent,
  type TimeWindow,
} from './time-window.ts';
import { TimelineIndex, type ClipPlace } from './track-index.ts';

/** Height of the title line and of the line of details, in px. */
const barsPx = 28 + 26;
const overviewPx = 14;
/** A button's step of zoom. */
const zoomStep = 1.5;
/** How near to a thin clip a pointer hits it, in px. */
const hitSlackPx = 3;
/** A press that moves less than this is a click, in px. */
const dragFromPx = 4;

/** What the page keeps of the timeline's view. */
export interface TimelinePlace {
  /** Null shows everything. */
  readonly zoom: TimeWindow | null;
  readonly playheadMs: number;
  readonly selectedClip: string | null;
}

/** Height in px at which a timeline shows all its tracks. */
export function neededHeight(timeline: Timeline): number {
  return timeline.tracks.length === 0
    ? 28 + 84
    : barsPx + rulerHeightPx + timeline.tracks.length * rowHeightPx + overviewPx + 2;
}

/** The least useful height in px: title, ruler, two tracks, details. */
export const leastHeight = barsPx + rulerHeightPx + 2 * rowHeightPx;

/** The drawn timeline with its ruler, names of tracks, tools, details, and the tree for those who do not see it. */
export class TimelineView extends LitElement {
  static override properties = {
    timeline: { attribute: false },
    changes: { attribute: false },
    showChanges: { attribute: false },
    open: { attribute: false },
    actions: { attribute: false },
    selected: { state: true },
    hovered: { state: true },
    active: { state: true },
    zoomed: { state: true },
  };

  declare timeline: Timeline;
  /** What the last turn changed. */
  declare changes: readonly TimelineChange[] | undefined;
  declare showChanges: boolean;
  declare open: boolean;
  declare actions: ViewActions;
  declare selected: ClipPlace | undefined;
  declare hovered: ClipPlace | undefined;
  /** Where the keyboard is. */
  declare active: TreePlace | undefined;
  declare zoomed: boolean;
  /** Where the page was before it was reloaded; what is said later changes nothing. */
  firstPlace: TimelinePlace | undefined;
  /** Is told when the pane is to be opened or closed. */
  onToggle: () => void = () => undefined;
  onShowChanges: (show: boolean) => void = () => undefined;
  /** Is told what to remember. */
  onPlaceChanged: (place: TimelinePlace) => void = () => undefined;

  readonly #stage = createRef<HTMLElement>();
  readonly #canvas = createRef<HTMLCanvasElement>();
  readonly #overview = createRef<HTMLCanvasElement>();
  readonly #thumb = createRef<HTMLElement>();
  readonly #names = createRef<HTMLElement>();
  readonly #playheadText = createRef<HTMLElement>();
  #index = new TimelineIndex({ tracks: [], durationMs: 0 });
  #colors: TimelineColors | undefined;
  #text: TextFitter | undefined;
  #window: TimeWindow = { startMs: 0, msPerPx: 10 };
  /** Everything is to be in sight, whatever the size. */
  #fitted = true;
  #begun = false;
  #playheadMs = 0;
  /** The clip in the hand. */
  #dragged: ({ row: number } & DraggedSpan) | undefined;
  #scrollTopPx = 0;
  #widthPx = 0;
  #heightPx = 0;
  #frame = 0;
  #overviewOf = '';
  #sizes: ResizeObserver | undefined;
  #measured: Element | undefined;
  #unwatch: (() => void) | undefined;

  constructor() {
    super();
    this.timeline = this.#index.timeline;
    this.changes = undefined;
    this.showChanges = true;
    this.open = true;
    this.zoomed = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unwatch = watchTheme(() => {
      this.#colors = undefined;
      this.#draw();
    });
    this.#sizes = new ResizeObserver(() => this.#resized());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unwatch?.();
    this.#sizes?.disconnect();
    this.#measured = undefined;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** Another timeline comes: shows all of it, with nothing selected. */
  startOver(): void {
    this.#playheadMs = 0;
    this.#scrollTopPx = 0;
    this.selected = undefined;
    this.active = undefined;
    this.#fit();
  }

  /** Brings a change's spot into sight: playhead, selection, window. */
  reveal({ startMs, endMs, clipId, clipIds, trackIndex }: TimelineChange): void {
    this.#playheadMs = startMs;
    const id = clipId ?? clipIds?.[0];
    const place = id === undefined ? undefined : this.#index.placeOf(id);
    const row = place?.row ?? this.#index.rows.findIndex(({ track }) => track.index === trackIndex);
    this.selected = place;
    this.active = place ?? (row >= 0 ? { row, position: undefined } : undefined);
    if (row >= 0) this.#revealRow(row);
    this.#setWindow(revealStretch(this.#window, startMs, Math.max(endMs, startMs), this.#extent()));
    this.#flash();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('timeline')) {
      const wanted = this.#begun ? this.selected && this.#index.clip(this.selected)?.id : this.#begin();
      this.#index = new TimelineIndex(this.timeline);
      this.selected = wanted === undefined ? undefined : this.#index.placeOf(wanted);
      this.hovered = undefined;
      this.active = this.selected;
      this.#overviewOf = '';
      this.#refit();
    }
  }

  /** Goes back to where the page was; returns the clip that was selected. */
  #begin(): string | undefined {
    this.#begun = true;
    const { zoom, playheadMs, selectedClip } = this.firstPlace ?? { zoom: null, playheadMs: 0, selectedClip: null };
    this.#playheadMs = Math.max(0, playheadMs);
    if (zoom) {
      this.#window = zoom;
      this.#fitted = false;
    }
    return selectedClip ?? undefined;
  }

  protected override updated(): void {
    const stage = this.#stage.value;
    if (stage !== this.#measured) {
      this.#sizes?.disconnect();
      if (stage) this.#sizes?.observe(stage);
      this.#measured = stage;
    }
    this.#draw();
  }

  protected override render(): TemplateResult {
    const empty = this.timeline.tracks.length === 0;
    return html`<section class="timeline" aria-label=${l10n.t('Timeline')}>
      <div class="pane-bar">
        <button type="button" class="pane-toggle" aria-expanded=${String(this.open)} @click=${() => this.onToggle()}>
          ${icon(this.open ? 'chevron-down' : 'chevron-right')}
          <span class="pane-title">${l10n.t('Timeline')}</span>
          <span class="pane-facts">${empty ? '' : timelineFacts(this.timeline)}</span>
        </button>
        ${this.open && !empty ? this.#tools() : nothing}
      </div>
      ${this.open ? (empty ? this.#empty() : this.#body()) : nothing}
    </section>`;
  }

  #tools(): TemplateResult {
    const marked = this.changes !== undefined && this.changes.length > 0;
    return html`<div class="pane-tools" role="toolbar" aria-label=${l10n.t('Timeline tools')}>
      ${
        marked
          ? iconButton({
              icon: 'diff',
              label: l10n.t('Mark what the last message changed'),
              pressed: this.showChanges,
              onClick: () => this.onShowChanges(!this.showChanges),
            })
          : nothing
      }
      ${iconButton({ icon: 'zoom-out', label: l10n.t('Zoom out'), onClick: () => this.#zoomBy(1 / zoomStep) })}
      ${iconButton({ icon: 'zoom-in', label: l10n.t('Zoom in'), onClick: () => this.#zoomBy(zoomStep) })}
      ${iconButton({
        icon: 'screen-full',
        label: l10n.t('Show everything'),
        disabled: !this.zoomed,
        onClick: () => this.#fit(),
      })}
    </div>`;
  }

  #empty(): TemplateResult {
    return html`<div class="timeline-empty">
      <p>
        ${l10n.t('Nothing on it yet. Right-click a clip in the Explorer and choose «Upload to Nemo», then say what you want.')}
      </p>
      <vscode-button appearance="secondary" @click=${() => void this.actions.send({ type: 'pickFiles' })}
        >${icon('cloud-upload')} ${l10n.t('Choose clips…')}</vscode-button
      >
    </div>`;
  }

  #body(): TemplateResult {
    const { active } = this;
    const marks = this.#marks();
    return html`<div class="timeline-body">
        <div class="gutter" aria-hidden="true">
          <div class="gutter-rows">
            <div ${ref(this.#names)}>
              ${this.timeline.tracks.map(
                ({ kind, title, index }) =>
                  html`<div class="gutter-row track-${kind}" title=${`${index}. ${title}`}>
                    ${icon(trackIcons[kind])}<span>${title}</span>
                  </div>`,
              )}
            </div>
          </div>
        </div>
        <div
          class="stage"
          ${ref(this.#stage)}
          @pointerdown=${(event: PointerEvent) => this.#press(event)}
          @pointermove=${(event: PointerEvent) => this.#hover(event)}
          @pointerleave=${() => (this.hovered = undefined)}
          @dblclick=${(event: MouseEvent) => this.#doubleClick(event)}
          @wheel=${{ handleEvent: (event: WheelEvent) => this.#wheel(event), passive: false }}
        >
          <canvas ${ref(this.#canvas)} aria-hidden="true"></canvas>
          <div
            class="clip-tree"
            role="tree"
            tabindex="0"
            aria-label=${l10n.t('Tracks and clips')}
            aria-description=${treeHelp()}
            aria-activedescendant=${active ? treeItemId(active) : nothing}
            @keydown=${(event: KeyboardEvent) => this.#key(event)}
            @focus=${() => {
              this.active ??= this.selected ?? treeStep(this.#index, undefined, '');
            }}
          >
            ${clipTree(this.#index, active, marks)}
          </div>
        </div>
      </div>
      <div
        class="overview"
        ?hidden=${!this.zoomed}
        aria-hidden="true"
        @pointerdown=${(event: PointerEvent) => this.#pressOverview(event)}
      >
        <canvas ${ref(this.#overview)}></canvas>
        <div class="overview-thumb" ${ref(this.#thumb)}></div>
      </div>
      ${this.#details()}`;
  }

  #details(): TemplateResult {
    const place = this.hovered ?? this.selected;
    const clip = place && this.#index.clip(place);
    const track = place && this.#index.rows[place.row]?.track;
    if (!clip || !track) {
      return html`<div class="details">
        <span class="details-facts">
          ${icon('triangle-down')} <span ${ref(this.#playheadText)}>${exactClockText(this.#playheadMs)}</span>
          <span class="details-hint">${l10n.t('Select a clip to ask Nemo about it')}</span>
        </span>
      </div>`;
    }
    const facts = [clipSpan(clip), ...clipFacts(clip)].join(' · ');
    return html`<div class="details track-${track.kind}">
      ${icon(trackIcons[track.kind])}
      <span class="details-name" title=${clip.title}>${clipName(clip)}</span>
      <span class="details-facts" title=${facts}>${facts}</span>
      ${iconButton({
        icon: 'zoom-in',
        label: l10n.t('Zoom to the clip'),
        onClick: () => this.#zoomToClip(clip.startMs, clip.durationMs),
      })}
      ${iconButton({
        icon: 'comment',
        label: l10n.t('Ask Nemo about this clip'),
        onClick: () => this.actions.compose(clipReference(track, clip), false),
      })}
    </div>`;
  }

  #marks() {
    return this.showChanges ? marksOf(this.changes) : noMarks;
  }

  #extent(): TimeExtent {
    return { widthPx: this.#widthPx, durationMs: this.timeline.durationMs };
  }

  /** Space for tracks below the ruler, and how far they can be scrolled. */
  #overflowPx(): number {
    return Math.max(0, this.#index.rows.length * rowHeightPx + 2 - (this.#heightPx - rulerHeightPx));
  }

  #refit(): void {
    if (this.#widthPx === 0) return;
    this.#window = this.#fitted ? fitWindow(this.#extent()) : clampWindow(this.#window, this.#extent());
    this.#scrollTopPx = Math.min(this.#scrollTopPx, this.#overflowPx());
    this.#noteZoom();
  }

  #noteZoom(): void {
    const fit = fitWindow(this.#extent());
    const shownMs = this.#window.msPerPx * this.#widthPx;
    this.zoomed = this.#window.startMs > 0 || shownMs < fit.msPerPx * this.#widthPx * 0.999;
  }

  #resized(): void {
    const stage = this.#stage.value;
    if (!stage) return;
    this.#widthPx = stage.clientWidth;
    this.#heightPx = stage.clientHeight;
    this.#refit();
    // At once, not with the next frame: a canvas that was stretched must not be seen.
    this.#paint();
  }

  #setWindow(window: TimeWindow, fitted = false): void {
    this.#fitted = fitted;
    this.#window = window;
    this.#noteZoom();
    this.#remember();
    this.#draw();
  }

  #zoomBy(factor: number): void {
    const at = pxAt(this.#window, this.#playheadMs);
    const middle = at >= 0 && at <= this.#widthPx ? at : this.#widthPx / 2;
    this.#setWindow(zoomAt(this.#window, middle, factor, this.#extent()));
  }

  #fit(): void {
    this.#setWindow(fitWindow(this.#extent()), true);
  }

  #zoomToClip(startMs: number, durationMs: number): void {
    this.#setWindow(zoomToStretch(startMs, startMs + durationMs, this.#extent()));
  }

  #remember(): void {
    const clip = this.selected && this.#index.clip(this.selected);
    this.onPlaceChanged({
      zoom: this.#fitted ? null : this.#window,
      playheadMs: this.#playheadMs,
      selectedClip: clip?.id ?? null,
    });
  }

  #setPlayhead(ms: number): void {
    this.#playheadMs = Math.min(Math.max(0, ms), Math.max(this.timeline.durationMs, 0));
    const text = this.#playheadText.value;
    if (text) text.textContent = exactClockText(this.#playheadMs);
    this.#remember();
    this.#draw();
  }

  #revealRow(row: number): void {
    const top = row * rowHeightPx;
    const room = this.#heightPx - rulerHeightPx;
    if (top < this.#scrollTopPx) this.#scrollTopPx = top;
    else if (top + rowHeightPx > this.#scrollTopPx + room) {
      this.#scrollTopPx = Math.min(top + rowHeightPx - room, this.#overflowPx());
    }
  }

  #select(place: ClipPlace | undefined): void {
    this.selected = place;
    this.active = place ?? this.active;
    this.#remember();
    this.#draw();
  }

  #hit(event: MouseEvent): ClipPlace | undefined {
    const { x, y } = this.#point(event);
    const row = rowAt(y, this.#scrollTopPx, this.#index.rows.length);
    if (row === undefined) return undefined;
    const position = this.#index.rows[row]?.clipAt(timeAt(this.#window, x), hitSlackPx * this.#window.msPerPx);
    return position === undefined ? undefined : { row, position };
  }

  #point(event: MouseEvent): { x: number; y: number } {
    const box = this.#stage.value?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  }

  #hover(event: PointerEvent): void {
    if (event.buttons !== 0) return;
    const place = this.#hit(event);
    if (place?.row !== this.hovered?.row || place?.position !== this.hovered?.position) this.hovered = place;
    const onRuler = this.#point(event).y < rulerHeightPx;
    this.#stage.value?.classList.toggle('stage-ruler', onRuler);
    const held = this.#gripAt(this.#point(event));
    this.#stage.value?.classList.toggle('stage-edge', held !== undefined && held.grip !== 'whole');
    this.#stage.value?.classList.toggle('stage-held', held?.grip === 'whole');
    this.#stage.value?.classList.toggle('stage-clip', place !== undefined);
  }

  #press(down: PointerEvent): void {
    const stage = this.#stage.value;
    if (!stage || down.button !== 0) return;
    stage.setPointerCapture(down.pointerId);
    const start = this.#point(down);
    const onRuler = start.y < rulerHeightPx;
    const from = this.#window;
    const fromTop = this.#scrollTopPx;
    let dragged = false;
    const held = onRuler ? undefined : this.#gripAt(start);
    if (held) {
      this.#dragClip(down, held.place, held.grip);
      return;
    }
    if (onRuler) this.#setPlayhead(timeAt(this.#window, start.x));
    const onMove = (event: PointerEvent) => {
      const point = this.#point(event);
      if (onRuler) {
        this.#setPlayhead(timeAt(this.#window, point.x));
        return;
      }
      const [dx, dy] = [point.x - start.x, point.y - start.y];
      dragged ||= Math.hypot(dx, dy) > dragFromPx;
      if (!dragged) return;
      stage.classList.add('stage-dragged');
      this.#scrollTopPx = Math.min(Math.max(0, fromTop - dy), this.#overflowPx());
      this.#setWindow(panBy(from, -dx, this.#extent()), this.#fitted);
    };
    const onUp = (event: PointerEvent) => {
      stage.removeEventListener('pointermove', onMove);
      stage.removeEventListener('pointerup', onUp);
      stage.removeEventListener('pointercancel', onUp);
      stage.classList.remove('stage-dragged');
      if (onRuler || dragged || event.type !== 'pointerup') return;
      const place = this.#hit(event);
      this.#select(place);
      if (!place) this.#setPlayhead(timeAt(this.#window, start.x));
    };
    stage.addEventListener('pointermove', onMove);
    stage.addEventListener('pointerup', onUp);
    stage.addEventListener('pointercancel', onUp);
  }

  /** What of the selected clip a pointer holds. A clip is selected first, then dragged: a careless drag only pans. */
  #gripAt({ x, y }: { x: number; y: number }): { place: ClipPlace; grip: Grip } | undefined {
    const place = this.selected;
    const clip = place && this.#index.clip(place);
    if (!clip || rowAt(y, this.#scrollTopPx, this.#index.rows.length) !== place.row) return undefined;
    const grip = gripAt(clip, this.#window, x);
    return grip && { place, grip };
  }

  /** Drags the selected clip; what comes of it is a sentence in the composer, to be sent or not. */
  #dragClip(down: PointerEvent, place: ClipPlace, grip: Grip): void {
    const stage = this.#stage.value;
    const line = this.#index.rows[place.row];
    const clip = this.#index.clip(place);
    if (!stage || !line || !clip) return;
    const from = this.#point(down).x;
    const end = () => {
      this.#dragged = undefined;
      stage.removeEventListener('pointermove', onMove);
      stage.removeEventListener('pointerup', onUp);
      stage.removeEventListener('pointercancel', end);
      window.removeEventListener('keydown', onKey, true);
      this.#draw();
    };
    const onMove = (event: PointerEvent) => {
      const px = this.#point(event).x - from;
      if (!this.#dragged && Math.abs(px) <= dragFromPx) return;
      const span = dragged(line, place.position, grip, px, this.#window, this.#playheadMs);
      this.#dragged = { row: place.row, ...span };
      this.#draw();
    };
    const onUp = (event: PointerEvent) => {
      const span = this.#dragged;
      end();
      if (!span) {
        const hit = this.#hit(event);
        if (hit) this.#select(hit);
        return;
      }
      if (span.startMs === clip.startMs && span.endMs === clip.startMs + clip.durationMs) return;
      this.actions.compose(dragSentence(line.track, clip, grip, span), false);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      end();
    };
    stage.addEventListener('pointermove', onMove);
    stage.addEventListener('pointerup', onUp);
    stage.addEventListener('pointercancel', end);
    window.addEventListener('keydown', onKey, true);
  }

  #doubleClick(event: MouseEvent): void {
    const place = this.#hit(event);
    const clip = place && this.#index.clip(place);
    if (clip) this.#zoomToClip(clip.startMs, clip.durationMs);
    else if (this.#point(event).y >= rulerHeightPx) this.#fit();
  }

  #wheel(event: WheelEvent): void {
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const dx = (event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX) * lines;
    const dy = (event.shiftKey ? 0 : event.deltaY) * lines;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      // A pinch comes in many small steps, a wheel in few big ones.
      const factor = Math.exp(Math.min(Math.max(-event.deltaY * lines * 0.01, -0.35), 0.35));
      this.#setWindow(zoomAt(this.#window, this.#point(event).x, factor, this.#extent()));
      return;
    }
    const overflow = this.#overflowPx();
    const vertical = Math.abs(dy) > Math.abs(dx) && overflow > 0;
    if (vertical) {
      this.#scrollTopPx = Math.min(Math.max(0, this.#scrollTopPx + dy), overflow);
      this.#draw();
    } else {
      const window = panBy(this.#window, Math.abs(dx) >= Math.abs(dy) ? dx : dy, this.#extent());
      this.#setWindow(window, this.#fitted && window === this.#window);
    }
  }

  #pressOverview(down: PointerEvent): void {
    const bar = down.currentTarget as HTMLElement;
    bar.setPointerCapture(down.pointerId);
    const box = bar.getBoundingClientRect();
    const whole = fitWindow({ widthPx: box.width, durationMs: this.timeline.durationMs });
    const shownMs = this.#window.msPerPx * this.#widthPx;
    const go = (event: PointerEvent) => {
      const middle = (event.clientX - box.left) * whole.msPerPx;
      const { msPerPx } = this.#window;
      this.#setWindow(clampWindow({ startMs: middle - shownMs / 2, msPerPx }, this.#extent()));
    };
    const onUp = () => {
      bar.removeEventListener('pointermove', go);
      bar.removeEventListener('pointerup', onUp);
      bar.removeEventListener('pointercancel', onUp);
    };
    bar.addEventListener('pointermove', go);
    bar.addEventListener('pointerup', onUp);
    bar.addEventListener('pointercancel', onUp);
    go(down);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '+' || event.key === '=') this.#zoomBy(zoomStep);
    else if (event.key === '-') this.#zoomBy(1 / zoomStep);
    else if (event.key === '0') this.#fit();
    else if (event.key === 'Enter') this.#askAboutActive();
    else {
      const next = treeStep(this.#index, this.active, event.key);
      if (!next && !event.key.startsWith('Arrow')) return;
      if (next) this.#goTo(next);
    }
    event.preventDefault();
  }

  #goTo(place: TreePlace): void {
    this.active = place;
    const { row, position } = place;
    this.selected = position === undefined ? undefined : { row, position };
    this.#revealRow(row);
    const clip = this.selected && this.#index.clip(this.selected);
    if (clip) {
      this.#setPlayhead(clip.startMs);
      const end = clip.startMs + clip.durationMs;
      this.#setWindow(revealStretch(this.#window, clip.startMs, end, this.#extent()), this.#fitted);
    }
    this.#draw();
  }

  #askAboutActive(): void {
    const { active } = this;
    const track = active && this.#index.rows[active.row]?.track;
    if (!track) return;
    const { row, position } = active;
    const clip = position === undefined ? undefined : this.#index.clip({ row, position });
    this.actions.compose(clip ? clipReference(track, clip) : trackReference(track), false);
  }

  /** Draws the eye to the spot that was asked for. */
  #flash(): void {
    const stage = this.#stage.value;
    if (!stage) return;
    stage.classList.remove('stage-flash');
    requestAnimationFrame(() => stage.classList.add('stage-flash'));
  }

  /** Paints with the next frame, once however often it is asked for. */
  #draw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint(): void {
    const canvas = this.#canvas.value;
    if (!canvas || this.#widthPx === 0 || this.#heightPx === 0) return;
    const context = sized(canvas, this.#widthPx, this.#heightPx);
    if (!context) return;
    this.#colors ??= readThemeColors(this);
    const font = `11px ${this.#colors.fontFamily}`;
    this.#text ??= new TextFitter((text) => {
      context.font = font;
      return context.measureText(text).width;
    });
    drawTimeline(context, {
      index: this.#index,
      window: this.#window,
      widthPx: this.#widthPx,
      heightPx: this.#heightPx,
      scrollTopPx: this.#scrollTopPx,
      pixelRatio: devicePixelRatio,
      playheadMs: this.#playheadMs,
      selected: this.selected,
      hovered: this.hovered,
      dragged: this.#dragged,
      marks: this.#marks(),
      colors: this.#colors,
      text: this.#text,
      lengthText: timeText,
    });
    const names = this.#names.value;
    if (names) names.style.transform = `translateY(${-this.#scrollTopPx}px)`;
    if (this.zoomed) this.#paintOverview(this.#colors);
  }

  #paintOverview(colors: TimelineColors): void {
    const canvas = this.#overview.value;
    const bar = canvas?.parentElement;
    const thumb = this.#thumb.value;
    if (!canvas || !bar || !thumb || bar.clientWidth === 0) return;
    const widthPx = bar.clientWidth;
    const heightPx = bar.clientHeight;
    const whole = fitWindow({ widthPx, durationMs: this.timeline.durationMs });
    const left = this.#window.startMs / whole.msPerPx;
    const width = (this.#window.msPerPx * this.#widthPx) / whole.msPerPx;
    thumb.style.transform = `translateX(${left}px)`;
    thumb.style.width = `${Math.max(8, width)}px`;
    // The stripes stay the same while the window moves over them.
    const key = `${widthPx}×${heightPx}×${devicePixelRatio} ${JSON.stringify(colors)}`;
    if (key === this.#overviewOf) return;
    this.#overviewOf = key;
    const context = sized(canvas, widthPx, heightPx);
    if (!context) return;
    const durationMs = whole.msPerPx * widthPx;
    drawOverview(context, this.#index, { widthPx, heightPx, pixelRatio: devicePixelRatio, durationMs }, colors);
  }
}

/** The canvas's context, the canvas being as many device px as it needs. */
function sized(canvas: HTMLCanvasElement, widthPx: number, heightPx: number): CanvasRenderingContext2D | null {
  const width = Math.round(widthPx * devicePixelRatio);
  const height = Math.round(heightPx * devicePixelRatio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${widthPx}px`;
    canvas.style.height = `${heightPx}px`;
  }
  return canvas.getContext('2d');
}

customElements.define('nemo-timeline', TimelineView);
