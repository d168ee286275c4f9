import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';

import type { Timeline, TimelineChange } from '../../src/timeline/timeline-model.ts';
import { icon, iconButton } from '../icon.ts';
import type { ViewActions } from '../view-actions.ts';
import { markTimeline, noMarks, type ChangeMarks } from './change-marks.ts';
import { ChangedSince, sinceWords, type SinceChoice } from './changed-since.ts';
import type { DraggedSpan, Grip } from './clip-drag.ts';
import { ClipPictures } from './clip-pictures.ts';
import { clipOrRemovedAt, clipTree, treeHelp, treeItemId, treeStep, type TreePlace } from './clip-tree.ts';
import {
  bringBackSentence,
  clipReference,
  dragSentence,
  timelineFacts,
  trackIcons,
  trackReference,
} from './clip-words.ts';
import { clipDetails, idleDetails, legend, legendWords } from './details-line.ts';
import { removedStripPx } from './draw-marks.ts';
import { pressOverview } from './overview.ts';
import { exactClockText } from './ruler-ticks.ts';
import { sinceMenu } from './since-menu.ts';
import { timeAt, type TimeWindow } from './time-window.ts';
import { TimelinePainter } from './timeline-painter.ts';
import { TimelinePointer, type PointedTimeline } from './timeline-pointer.ts';
import { rowAt, rowInsetPx, rowTop } from './timeline-scene.ts';
import { TimelineIndex, type ClipPlace } from './track-index.ts';
import { Viewport } from './viewport.ts';

/** A button's step of zoom. */
const zoomStep = 1.5;
/** How near to a thin clip a pointer hits it, in px. */
const hitSlackPx = 3;

/** What the page keeps of the timeline's view. */
export interface TimelinePlace {
  /** Null shows everything. */
  readonly zoom: TimeWindow | null;
  readonly playheadMs: number;
  readonly selectedClip: string | null;
  readonly changedSince: SinceChoice;
}

/** The drawn timeline with its ruler, names of tracks, tools, details, and the tree for those who do not see it. */
export class TimelineView extends LitElement {
  static override properties = {
    timeline: { attribute: false },
    changes: { attribute: false },
    open: { attribute: false },
    alone: { attribute: false },
    actions: { attribute: false },
    selected: { state: true },
    hovered: { state: true },
    active: { state: true },
    zoomed: { state: true },
  };

  declare timeline: Timeline;
  /** What the last turn changed. */
  declare changes: readonly TimelineChange[] | undefined;
  declare open: boolean;
  /** It is all that the page shows: it cannot be folded, nor opened elsewhere. */
  declare alone: boolean;
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
  /** Is told what to remember. */
  onPlaceChanged: (place: TimelinePlace) => void = () => undefined;
  /** A person moved the playhead, to so many ms. */
  onPlayheadMoved: (ms: number) => void = () => undefined;

  readonly #stage = createRef<HTMLElement>();
  readonly #canvas = createRef<HTMLCanvasElement>();
  readonly #overview = createRef<HTMLCanvasElement>();
  readonly #thumb = createRef<HTMLElement>();
  readonly #names = createRef<HTMLElement>();
  readonly #playheadText = createRef<HTMLElement>();
  readonly #viewport = new Viewport(() => this.#moved());
  readonly #since = new ChangedSince(this);
  readonly #painter = new TimelinePainter(
    this,
    this.#viewport,
    () => ({
      canvas: this.#canvas.value,
      names: this.#names.value,
      overview: this.#overview.value,
      thumb: this.#thumb.value,
    }),
    () => ({
      index: this.#index,
      playheadMs: this.#playheadMs,
      selected: this.selected,
      hovered: this.hovered,
      dragged: this.#dragged,
      marks: this.#marks,
      pictures: this.#pictures,
    }),
  );
  readonly #pictures: ClipPictures = new ClipPictures(
    // What reads media is a good part of the page's code, and a timeline of texts never needs it.
    async (clipId) => {
      const { openFilePictures } = await import('../media/file-pictures.ts');
      return openFilePictures((intent) => this.actions.ask(intent), clipId);
    },
    () => this.#painter.draw(),
  );
  readonly #pointer: TimelinePointer;
  #index = new TimelineIndex({ tracks: [], durationMs: 0 });
  #marks: ChangeMarks = noMarks;
  /** The changes that are marked now. */
  #marked: readonly TimelineChange[] | undefined;
  /** Which change of a kind the legend showed last. */
  #shownChange: TimelineChange | undefined;
  #begun = false;
  #playheadMs = 0;
  /** The clip in the hand. */
  #dragged: ({ row: number } & DraggedSpan) | undefined;
  #sizes: ResizeObserver | undefined;
  #measured: Element | undefined;

  constructor() {
    super();
    this.timeline = this.#index.timeline;
    this.changes = undefined;
    this.open = true;
    this.alone = false;
    this.zoomed = false;
    this.#pointer = new TimelinePointer(this.#pointed());
    this.#since.onChosen = () => this.#remember();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#painter.start();
    this.#sizes = new ResizeObserver(() => this.#resized());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#painter.stop();
    this.#pictures.stop();
    this.#sizes?.disconnect();
    this.#measured = undefined;
  }

  /** Another timeline comes: shows all of it, with nothing selected. */
  startOver(): void {
    this.#playheadMs = 0;
    this.selected = undefined;
    this.active = undefined;
    this.#since.startOver();
    this.#viewport.startOver();
  }

  /** Takes the keyboard: the clips where they are shown, else what unfolds them. */
  takeFocus(): void {
    (this.querySelector<HTMLElement>('.clip-tree') ?? this.querySelector<HTMLElement>('.pane-toggle'))?.focus();
  }

  /** Moves the playhead along with what is played, to so many ms. */
  showPlayhead(ms: number): void {
    if (ms !== this.#playheadMs) this.#putPlayhead(ms);
  }

  /** Brings a change's spot into sight: playhead, selection, window. */
  reveal({ startMs, endMs, clipId, clipIds, trackIndex, kind, formerly }: TimelineChange): void {
    this.#playheadMs = Math.min(startMs, this.timeline.durationMs);
    const id = clipId ?? clipIds?.[0];
    const [was] = formerly ?? [];
    const place = id === undefined ? undefined : kind === 'removed' ? this.#removedPlace(id) : this.#index.placeOf(id);
    const number = kind === 'removed' && was ? was.trackIndex : trackIndex;
    const row = place?.row ?? this.#index.rows.findIndex(({ track }) => track.index === number && number > 0);
    this.selected = place;
    this.active = place ?? (row >= 0 ? { row, position: undefined } : undefined);
    if (row >= 0) this.#viewport.revealRow(row);
    this.#viewport.reveal(startMs, Math.max(endMs, startMs));
    this.#flash();
  }

  /** Where a clip that is gone is shown. */
  #removedPlace(clipId: string): ClipPlace | undefined {
    for (const [row, { clips }] of this.#marks.removed) {
      const at = clips.findIndex(({ id }) => id === `removed ${clipId}`);
      if (at >= 0) return { row, position: (this.#index.rows[row]?.clips.length ?? 0) + at };
    }
    return undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#since.setLastChanges(this.changes);
    const isOther = changed.has('timeline');
    const wanted = isOther && !this.#begun ? this.#begin() : this.#selectedId();
    if (isOther) this.#since.timelineChanged();
    const { changes } = this.#since;
    if (!isOther && changes === this.#marked) return;
    if (!isOther && this.#since.choice !== 'lastMessage' && changes) {
      this.actions.announce(legendWords(changes, sinceWords(this.#since.choice)));
    }
    this.#marked = changes;
    const { timeline, marks, endMs } = markTimeline(this.timeline, changes);
    this.#marks = marks;
    this.#index = new TimelineIndex(timeline);
    this.selected = wanted === undefined ? undefined : this.#index.placeOf(wanted);
    this.hovered = undefined;
    this.active = this.selected;
    this.#shownChange = undefined;
    this.#painter.contentChanged();
    this.#pictures.contentChanged();
    this.#viewport.setContent(timeline.tracks.length, endMs);
    this.zoomed = this.#viewport.zoomed;
  }

  #selectedId(): string | undefined {
    return this.selected && this.#index.clip(this.selected)?.id;
  }

  /** Goes back to where the page was; returns the clip that was selected. */
  #begin(): string | undefined {
    this.#begun = true;
    if (!this.firstPlace) return undefined;
    const { zoom, playheadMs, selectedClip, changedSince } = this.firstPlace;
    this.#playheadMs = Math.max(0, playheadMs);
    this.#viewport.restore(zoom);
    void this.#since.restore(changedSince);
    return selectedClip ?? undefined;
  }

  protected override updated(): void {
    const stage = this.#stage.value;
    if (stage !== this.#measured) {
      this.#sizes?.disconnect();
      if (stage) this.#sizes?.observe(stage);
      this.#measured = stage;
    }
    this.#painter.draw();
  }

  protected override render(): TemplateResult {
    const empty = this.#index.rows.length === 0;
    const facts = empty ? '' : timelineFacts(this.timeline);
    const open = this.open || this.alone;
    return html`<section class="timeline ${this.alone ? 'timeline-alone' : ''}" aria-label=${l10n.t('Timeline')}>
      <div class="pane-bar">
        ${
          this.alone
            ? html`<span class="pane-facts">${facts}</span>`
            : html`<button
                type="button"
                class="pane-toggle"
                aria-expanded=${String(open)}
                @click=${() => this.onToggle()}
              >
                ${icon(open ? 'chevron-down' : 'chevron-right')}
                <span class="pane-title">${l10n.t('Timeline')}</span>
                <span class="pane-facts">${facts}</span>
              </button>`
        }
        ${open && !empty ? this.#tools() : nothing}
      </div>
      ${open ? (empty ? this.#empty() : this.#body()) : nothing}
    </section>`;
  }

  #tools(): TemplateResult {
    const zoom = (factor: number) => () => this.#viewport.zoomAtTime(this.#playheadMs, factor);
    return html`<div class="pane-tools" role="toolbar" aria-label=${l10n.t('Timeline tools')}>
      ${sinceMenu(this.#since)}
      ${iconButton({ icon: 'zoom-out', label: l10n.t('Zoom out'), onClick: zoom(1 / zoomStep) })}
      ${iconButton({ icon: 'zoom-in', label: l10n.t('Zoom in'), onClick: zoom(zoomStep) })}
      ${iconButton({
        icon: 'screen-full',
        label: l10n.t('Show everything'),
        disabled: !this.zoomed,
        onClick: () => this.#viewport.fit(),
      })}
      ${
        this.alone
          ? nothing
          : iconButton({
              icon: 'go-to-file',
              label: l10n.t('Open Timeline in Editor'),
              className: 'open-in-editor',
              onClick: () => void this.actions.send({ type: 'openTimelineInEditor' }),
            })
      }
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
    return html`<div class="timeline-body">
        <div class="gutter" aria-hidden="true">
          <div class="gutter-rows">
            <div ${ref(this.#names)}>
              ${this.#index.rows.map(
                ({ track: { kind, title, index } }, row) =>
                  html`<div
                    class="gutter-row track-${kind} ${row >= this.#marks.goneFromRow ? 'gutter-row-gone' : ''}"
                    title=${row >= this.#marks.goneFromRow ? l10n.t('{0}, track removed', title) : `${index}. ${title}`}
                  >
                    ${icon(trackIcons[kind])}<span>${title}</span>
                  </div>`,
              )}
            </div>
          </div>
        </div>
        <div
          class="stage"
          ${ref(this.#stage)}
          @pointerdown=${(event: PointerEvent) => this.#pointer.press(event)}
          @pointermove=${(event: PointerEvent) => this.#pointer.move(event)}
          @pointerleave=${() => (this.hovered = undefined)}
          @dblclick=${(event: MouseEvent) => this.#pointer.doubleClick(event)}
          @wheel=${{ handleEvent: (event: WheelEvent) => this.#pointer.wheel(event), passive: false }}
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
            ${clipTree(this.#index, active, this.#marks, sinceWords(this.#since.choice))}
          </div>
        </div>
      </div>
      <div
        class="overview"
        ?hidden=${!this.zoomed}
        aria-hidden="true"
        @pointerdown=${(event: PointerEvent) => pressOverview(event, this.#viewport)}
      >
        <canvas ${ref(this.#overview)}></canvas>
        <div class="overview-thumb" ${ref(this.#thumb)}></div>
      </div>
      ${this.#details()}`;
  }

  #details(): TemplateResult {
    const place = this.hovered ?? this.selected;
    const found = place && clipOrRemovedAt(this.#index, this.#marks, place);
    if (!found) {
      const changes = this.#since.changes;
      const since = sinceWords(this.#since.choice);
      // After a message that changed nothing there is nothing to tell; who asked gets an answer.
      const isTold = changes !== undefined && (changes.length > 0 || this.#since.choice !== 'lastMessage');
      const words = isTold ? legend(changes, since, (kind) => this.#showNext(changes, kind)) : undefined;
      return idleDetails(this.#playheadMs, this.#playheadText, words);
    }
    const { clip } = found;
    return clipDetails(
      { ...found, change: this.#marks.clips.get(clip.id) },
      {
        zoom: () => this.#viewport.zoomTo(clip.startMs, clip.startMs + clip.durationMs),
        ask: () => this.#ask(place),
        play: () => this.actions.preview({ kind: 'clip', clipId: clip.id }),
      },
    );
  }

  /** Goes from one change of a kind to the next. */
  #showNext(changes: readonly TimelineChange[], kind: TimelineChange['kind']): void {
    const ofKind = changes.filter((change) => change.kind === kind);
    const last = this.#shownChange ? ofKind.indexOf(this.#shownChange) : -1;
    const next = ofKind[(last + 1) % ofKind.length];
    if (!next) return;
    this.#shownChange = next;
    this.reveal(next);
    // The legend stays, for the next one.
    this.selected = undefined;
    this.actions.announce(next.sentence);
  }

  #moved(): void {
    this.zoomed = this.#viewport.zoomed;
    this.#remember();
    this.#painter.draw();
  }

  #resized(): void {
    const stage = this.#stage.value;
    if (!stage) return;
    this.#viewport.setSize(stage.clientWidth, stage.clientHeight);
    this.zoomed = this.#viewport.zoomed;
    // At once, not with the next frame: a canvas that was stretched must not be seen.
    this.#painter.paint();
  }

  #remember(): void {
    if (!this.#begun) return;
    this.onPlaceChanged({
      zoom: this.#viewport.fitted ? null : this.#viewport.window,
      playheadMs: this.#playheadMs,
      selectedClip: this.#selectedId() ?? null,
      changedSince: this.#since.choice,
    });
  }

  #setPlayhead(ms: number): void {
    this.#putPlayhead(ms);
    this.onPlayheadMoved(this.#playheadMs);
  }

  #putPlayhead(ms: number): void {
    this.#playheadMs = Math.min(Math.max(0, ms), Math.max(this.timeline.durationMs, 0));
    const text = this.#playheadText.value;
    if (text) text.textContent = exactClockText(this.#playheadMs);
    this.#remember();
    this.#painter.draw();
  }

  #select(place: ClipPlace | undefined): void {
    this.selected = place;
    this.active = place ?? this.active;
    this.#remember();
    this.#painter.draw();
  }

  /** What is seen at a point: clips that are gone lie at the foot of the row where others lie now. */
  #placeAt(xPx: number, yPx: number): ClipPlace | undefined {
    const row = rowAt(yPx, this.#viewport, this.#index.rows.length);
    const line = row === undefined ? undefined : this.#index.rows[row];
    if (row === undefined || !line) return undefined;
    const { window, rowHeightPx } = this.#viewport;
    const ms = timeAt(window, xPx);
    const slackMs = hitSlackPx * window.msPerPx;
    const position = line.clipAt(ms, slackMs);
    const fromFootPx = rowTop(row, this.#viewport) + rowHeightPx - yPx;
    const gone =
      position === undefined || fromFootPx <= removedStripPx + rowInsetPx
        ? this.#marks.removed.get(row)?.clipAt(ms, 0)
        : undefined;
    if (gone !== undefined) return { row, position: line.clips.length + gone };
    return position === undefined ? undefined : { row, position };
  }

  #pointed(): PointedTimeline {
    return {
      viewport: this.#viewport,
      now: () => ({ index: this.#index, playheadMs: this.#playheadMs, selected: this.selected }),
      placeAt: (x, y) => this.#placeAt(x, y),
      hover: (place) => {
        if (place?.row !== this.hovered?.row || place?.position !== this.hovered?.position) this.hovered = place;
      },
      select: (place) => this.#select(place),
      setPlayhead: (ms) => this.#setPlayhead(ms),
      showDragged: (span) => {
        this.#dragged = span;
        this.#painter.draw();
      },
      drop: (place, grip, span) => this.#drop(place, grip, span),
    };
  }

  #drop(place: ClipPlace, grip: Grip, span: DraggedSpan): void {
    const track = this.#index.rows[place.row]?.track;
    const clip = this.#index.clip(place);
    if (track && clip) this.actions.compose(dragSentence(track, clip, grip, span), false);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const width = this.#viewport.widthPx / 4;
    if (event.key === '+' || event.key === '=') this.#viewport.zoomAtTime(this.#playheadMs, zoomStep);
    else if (event.key === '-') this.#viewport.zoomAtTime(this.#playheadMs, 1 / zoomStep);
    else if (event.key === '0') this.#viewport.fit();
    else if (event.key === 'PageDown') this.#viewport.pan(width, 0);
    else if (event.key === 'PageUp') this.#viewport.pan(-width, 0);
    else if (event.key === 'Enter') this.#ask(this.active);
    else if (event.key === ' ' || event.key === 'p') this.#play(this.active);
    else {
      const next = treeStep(this.#index, this.active, event.key, this.#marks);
      if (!next && !event.key.startsWith('Arrow')) return;
      if (next) this.#goTo(next);
    }
    event.preventDefault();
  }

  #goTo(place: TreePlace): void {
    this.active = place;
    const { row, position } = place;
    this.selected = position === undefined ? undefined : { row, position };
    this.#viewport.revealRow(row);
    const clip = clipOrRemovedAt(this.#index, this.#marks, place)?.clip;
    if (clip) {
      this.#setPlayhead(clip.startMs);
      this.#viewport.reveal(clip.startMs, clip.startMs + clip.durationMs);
    }
    this.#painter.draw();
  }

  /** Plays the clip at a place, where it is one that can be seen or heard. */
  #play(place: TreePlace | undefined): void {
    const found = place && clipOrRemovedAt(this.#index, this.#marks, place);
    if (found && !found.isRemoved && found.track.kind !== 'text') {
      this.actions.preview({ kind: 'clip', clipId: found.clip.id });
    }
  }

  /** Puts a reference to what is at a place into the composer. */
  #ask(place: TreePlace | undefined): void {
    const track = place && this.#index.rows[place.row]?.track;
    if (!track) return;
    const found = clipOrRemovedAt(this.#index, this.#marks, place);
    if (found?.isRemoved) this.actions.compose(bringBackSentence(track, found.clip), false);
    else if (found) this.actions.compose(clipReference(track, found.clip), false);
    else if (track.index > 0) this.actions.compose(trackReference(track), false);
  }

  /** Draws the eye to the spot that was asked for. */
  #flash(): void {
    const stage = this.#stage.value;
    if (!stage) return;
    stage.classList.remove('stage-flash');
    requestAnimationFrame(() => stage.classList.add('stage-flash'));
  }
}

customElements.define('nemo-timeline', TimelineView);
