import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';

import { exactClockText } from '../../src/timeline/clock-text.ts';
import type { Timeline, TimelineChange } from '../../src/timeline/timeline-model.ts';
import { KeptFocus } from '../kept-focus.ts';
import type { ViewActions } from '../view-actions.ts';
import { WatchedSize } from '../watched-size.ts';
import { ChangedSince, sinceWords, type SinceChoice } from './changed-since.ts';
import type { DraggedSpan } from './clip-drag.ts';
import { ClipPictures } from './clip-pictures.ts';
import { askAbout, askForDrag, playClip } from './clip-requests.ts';
import { ClipSelection } from './clip-selection.ts';
import { clipTree, treeHelp, treeItemId, treeStep, type TreePlace } from './clip-tree.ts';
import { timelineFacts } from './clip-words.ts';
import { clipDetails, idleDetails, legend, legendWords } from './details-line.ts';
import { DrawnContent } from './drawn-content.ts';
import { pressOverview } from './overview.ts';
import type { TimeWindow } from './time-window.ts';
import { TimelineKeyboard } from './timeline-keyboard.ts';
import { TimelinePainter } from './timeline-painter.ts';
import { emptyTimeline, timelineTitle, timelineTools, trackNames } from './timeline-parts.ts';
import { TimelinePointer, type PointedTimeline } from './timeline-pointer.ts';
import type { ClipPlace } from './track-index.ts';
import { Viewport } from './viewport.ts';

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
    zoomed: { state: true },
  };

  declare timeline: Timeline;
  /** What the last turn changed. */
  declare changes: readonly TimelineChange[] | undefined;
  declare open: boolean;
  /** It is all that the page shows: it cannot be folded, nor opened elsewhere. */
  declare alone: boolean;
  declare actions: ViewActions;
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
  readonly #selection = new ClipSelection(this);
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
      index: this.#content.index,
      marks: this.#content.marks,
      playheadMs: this.#playheadMs,
      selected: this.#selection.selected,
      hovered: this.#selection.hovered,
      dragged: this.#dragged,
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
  readonly #pointer = new TimelinePointer(this.#pointed());
  readonly #keyboard = new TimelineKeyboard({
    viewport: this.#viewport,
    now: () => ({ content: this.#content, playheadMs: this.#playheadMs, active: this.#selection.active }),
    goTo: (place) => this.#goTo(place),
    ask: (place) => askAbout(this.actions, this.#content, place),
    play: (place) => playClip(this.actions, this.#content, place),
  });
  #content = new DrawnContent({ tracks: [], durationMs: 0 }, undefined);
  /** The changes that are marked now. */
  #marked: readonly TimelineChange[] | undefined;
  #begun = false;
  #playheadMs = 0;
  /** The clip in the hand. */
  #dragged: ({ row: number } & DraggedSpan) | undefined;

  constructor() {
    super();
    this.timeline = this.#content.index.timeline;
    this.changes = undefined;
    this.open = true;
    this.alone = false;
    this.zoomed = false;
    new WatchedSize(
      this,
      () => this.#stage.value,
      () => this.#resized(),
    );
    this.#since.onChosen = () => this.#remember();
    new KeptFocus(this, (lost) => this.#keepFocus(lost));
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#painter.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#painter.stop();
    this.#pictures.stop();
  }

  /** Another timeline comes: shows all of it, with nothing selected. */
  startOver(): void {
    this.#playheadMs = 0;
    this.#selection.goTo(undefined);
    this.#since.startOver();
    this.#viewport.startOver();
  }

  /** Takes the keyboard: the clips where they are shown, else what unfolds them. */
  takeFocus(): void {
    const targets = ['.clip-tree', '.pane-toggle', '.timeline-empty vscode-button'];
    const found = targets.map((target) => this.querySelector<HTMLElement>(target)).find((element) => element !== null);
    found?.focus();
  }

  /** A tool that has no use any more leaves the keyboard among the tools. */
  #keepFocus(lost: Element): void {
    const tool = this.contains(lost) ? lost.previousElementSibling : null;
    if (tool instanceof HTMLElement) tool.focus();
    else this.takeFocus();
  }

  /** Moves the playhead along with what is played, to so many ms. */
  showPlayhead(ms: number): void {
    if (ms !== this.#playheadMs) this.#putPlayhead(ms);
  }

  /** Brings a change's spot into sight: playhead, selection, window. */
  reveal(change: TimelineChange): void {
    const { startMs, endMs } = change;
    this.#playheadMs = Math.min(startMs, this.timeline.durationMs);
    const place = this.#content.placeOfChange(change);
    this.#selection.goTo(place);
    if (place) this.#viewport.revealRow(place.row);
    this.#viewport.reveal(startMs, Math.max(endMs, startMs));
    this.#flash();
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
    this.#content = new DrawnContent(this.timeline, changes);
    const { index, endMs } = this.#content;
    this.#selection.contentChanged(wanted === undefined ? undefined : index.placeOf(wanted), index.rows.length);
    this.#painter.contentChanged();
    this.#pictures.contentChanged();
    this.#viewport.setContent(index.rows.length, endMs);
    this.zoomed = this.#viewport.zoomed;
  }

  #selectedId(): string | undefined {
    const { selected } = this.#selection;
    return selected && this.#content.index.clip(selected)?.id;
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
    this.#painter.draw();
  }

  protected override render(): TemplateResult {
    const empty = this.#content.index.rows.length === 0;
    const facts = empty ? '' : timelineFacts(this.timeline);
    const open = this.open || this.alone;
    return html`<section class="timeline ${this.alone ? 'timeline-alone' : ''}" aria-label=${l10n.t('Timeline')}>
      <div class="pane-bar">
        ${timelineTitle(facts, this.alone ? undefined : { isOpen: open, onToggle: () => this.onToggle() })}
        ${open && !empty ? this.#tools() : nothing}
      </div>
      ${open ? (empty ? emptyTimeline(this.actions) : this.#body()) : nothing}
    </section>`;
  }

  #tools(): TemplateResult {
    return timelineTools(this.#since, {
      isZoomed: this.zoomed,
      onZoom: (factor) => this.#viewport.zoomAtTime(this.#playheadMs, factor),
      onFit: () => this.#viewport.fit(),
      onOpenInEditor: this.alone ? undefined : () => void this.actions.send({ type: 'openTimelineInEditor' }),
    });
  }

  #body(): TemplateResult {
    const { active } = this.#selection;
    const { index, marks } = this.#content;
    return html`<div class="timeline-body">
        ${trackNames(this.#content, this.#names)}
        <div
          class="stage"
          ${ref(this.#stage)}
          @pointerdown=${(event: PointerEvent) => this.#pointer.press(event)}
          @pointermove=${(event: PointerEvent) => this.#pointer.move(event)}
          @pointerleave=${() => this.#selection.hover(undefined)}
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
            @keydown=${(event: KeyboardEvent) => this.#keyboard.press(event)}
            @focus=${() => this.#selection.enter(this.#selection.active ?? treeStep(index, undefined, ''))}
          >
            ${clipTree(index, active, marks, sinceWords(this.#since.choice))}
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
    const place = this.#selection.hovered ?? this.#selection.selected;
    const found = this.#content.clipAt(place);
    if (!found) {
      const changes = this.#since.changes;
      const since = sinceWords(this.#since.choice);
      // After a message that changed nothing there is nothing to tell; who asked gets an answer.
      const isTold = changes !== undefined && (changes.length > 0 || this.#since.choice !== 'lastMessage');
      const words = isTold ? legend(changes, since, (kind) => this.#showNext(kind)) : undefined;
      return idleDetails(this.#playheadMs, this.#playheadText, words);
    }
    const { clip } = found;
    return clipDetails(
      { ...found, change: this.#content.marks.clips.get(clip.id) },
      {
        zoom: () => this.#viewport.zoomTo(clip.startMs, clip.startMs + clip.durationMs),
        ask: () => askAbout(this.actions, this.#content, place),
        play: () => playClip(this.actions, this.#content, place),
      },
    );
  }

  #showNext(kind: TimelineChange['kind']): void {
    const next = this.#since.next(kind);
    if (!next) return;
    this.reveal(next);
    // The legend stays, for the next one.
    this.#selection.deselect();
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
    this.#selection.select(place);
    this.#remember();
  }

  #pointed(): PointedTimeline {
    return {
      viewport: this.#viewport,
      now: () => ({
        index: this.#content.index,
        playheadMs: this.#playheadMs,
        selected: this.#selection.selected,
      }),
      placeAt: (x, y) => this.#content.placeAtPoint(x, y, this.#viewport),
      hover: (place) => this.#selection.hover(place),
      select: (place) => this.#select(place),
      setPlayhead: (ms) => this.#setPlayhead(ms),
      showDragged: (span) => {
        this.#dragged = span;
        this.#painter.draw();
      },
      drop: (place, grip, span) => askForDrag(this.actions, this.#content, place, grip, span),
    };
  }

  #goTo(place: TreePlace): void {
    this.#selection.goTo(place);
    this.#viewport.revealRow(place.row);
    const clip = this.#content.clipAt(place)?.clip;
    if (!clip) return;
    this.#setPlayhead(clip.startMs);
    this.#viewport.reveal(clip.startMs, clip.startMs + clip.durationMs);
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
