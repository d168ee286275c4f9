import { html, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';

import type { ChatState } from '../../src/conversation/chat-state.ts';
import type { MediaPlace } from '../../src/protocol/messages.ts';
import type { ViewActions } from '../view-actions.ts';
import type { ViewMemory } from '../view-memory.ts';
import {
  clipStretch,
  playedClip,
  renderStretch,
  secondsOf,
  timelineMsOf,
  type PlayedStretch,
} from './played-stretch.ts';
import type { PreviewPane } from './preview-pane.ts';

/** What a preview needs of the page. */
export interface PreviewSurroundings {
  readonly memory: ViewMemory;
  readonly actions: ViewActions;
  readonly redraw: () => void;
  /** Moves the timeline's playhead, in ms. */
  readonly showPlayhead: (ms: number) => void;
  /** Where the keyboard goes when the preview closes. */
  readonly takeFocus: () => void;
}

/** The page's inner size in px. */
export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** Height of the title line and of the controls, in px. */
const barsPx = 28 + 52;
/** The least useful height, in px: what there is to be said needs it. */
const leastPx = 148;
/** Chat and timeline keep the rest. */
const mostOfPage = 0.42;

/** The one preview of a page: which, where on the timeline, remembered over a reload. */
export class ShownPreview {
  readonly #of: PreviewSurroundings;
  readonly #pane = createRef<PreviewPane>();
  #place: MediaPlace | undefined;
  /** Where a preview that was open before the page was reloaded stood, in seconds of the file. */
  #firstSeconds: number | undefined;
  /** There is nothing to look at. */
  #flat = false;
  /** A person asked for it; else it was open before the page was reloaded. */
  #asked = false;
  #stretch:
    { readonly place: MediaPlace; readonly of: object; readonly stretch: PlayedStretch | undefined } | undefined;

  constructor(of: PreviewSurroundings) {
    this.#of = of;
    const { preview } = of.memory.state;
    this.#place = preview?.place;
    this.#firstSeconds = preview?.seconds ?? undefined;
  }

  /** Opens it and plays it; what is open already goes on or stops. */
  open(place: MediaPlace): void {
    const pane = this.#pane.value;
    if (pane && this.#place && keyOf(this.#place) === keyOf(place)) {
      pane.toggle();
      pane.takeFocus();
      return;
    }
    this.#place = place;
    this.#firstSeconds = undefined;
    this.#asked = true;
    this.#of.memory.set({ preview: { place, seconds: null } }, true);
    this.#of.redraw();
  }

  close(): void {
    if (!this.#place) return;
    const hadFocus = this.#pane.value?.contains(document.activeElement) ?? false;
    this.#place = undefined;
    this.#flat = false;
    this.#of.memory.set({ preview: null }, true);
    this.#of.redraw();
    if (hadFocus) this.#of.takeFocus();
  }

  /** A person moved the playhead: what plays there goes there, too. */
  playheadMoved(ms: number): void {
    const stretch = this.#stretch?.stretch;
    if (stretch) this.#pane.value?.seek(secondsOf(stretch, ms));
  }

  /** Height above the timeline, in px; 0 while nothing is open. */
  heightPx({ width, height }: PageSize): number {
    if (!this.#place) return 0;
    if (this.#flat) return leastPx;
    return Math.round(Math.max(leastPx, Math.min((width * 9) / 16 + barsPx, height * mostOfPage)));
  }

  /** `size` is the page's where the preview stands above the timeline, undefined where it stands beside it. */
  template({ timeline }: ChatState, size: PageSize | undefined): TemplateResult | typeof nothing {
    const place = this.#place;
    if (!place) return nothing;
    const played = playedClip(timeline, place);
    // The same object while the clip is the same, so that nothing is drawn anew for it.
    const of = played?.clip ?? timeline;
    if (this.#stretch?.of !== of || this.#stretch.place !== place) {
      const stretch = played ? clipStretch(played.clip) : place.kind === 'render' ? renderStretch(timeline) : undefined;
      this.#stretch = { place, of, stretch };
    }
    const { stretch } = this.#stretch;
    return html`<nemo-preview
      ${ref(this.#pane)}
      ${ref((element) => {
        if (element instanceof HTMLElement) element.style.flexBasis = size ? `${this.heightPx(size)}px` : '';
      })}
      .place=${place}
      .played=${played}
      .stretch=${stretch}
      .loudness=${this.#of.memory.state.loudness}
      .actions=${this.#of.actions}
      .playsAtOnce=${this.#asked}
      .firstSeconds=${this.#firstSeconds}
      .onClose=${() => this.close()}
      .onMoment=${(seconds: number) => this.#moved(place, stretch, seconds)}
      .onLoudness=${(loudness: ViewMemory['state']['loudness']) => {
        this.#of.memory.set({ loudness });
        this.#of.redraw();
      }}
      .onFlat=${(flat: boolean) => {
        this.#flat = flat;
        this.#of.redraw();
      }}
    ></nemo-preview>`;
  }

  #moved(place: MediaPlace, stretch: PlayedStretch | undefined, seconds: number): void {
    this.#of.memory.set({ preview: { place, seconds } });
    if (stretch) this.#of.showPlayhead(timelineMsOf(stretch, seconds));
  }
}

function keyOf(place: MediaPlace): string {
  return JSON.stringify(place);
}
