import type { LitElement, ReactiveController } from 'lit';

import type { Timeline } from '../src/timeline/timeline-model.ts';
import type { PageSize } from './preview/shown-preview.ts';
import { leastHeight, neededHeight } from './timeline/timeline-height.ts';
import type { Remembered } from './view-memory.ts';

/** Room that the chat keeps when the timeline is made tall or wide, in px. */
const chatKeeps = { height: 220, width: 260 };
/** From here on the timeline stands beside the chat where the page is low, in px. */
const besideFromPx = 720;
/** Lower than this, a page has no room for both, in px. */
const lowPx = 460;
/** The least width of a timeline beside the chat, in px. */
const leastWidthPx = 240;
const headerPx = 40;

/** What the timeline gets of the page, in px: of its height above the chat, of its width beside it. */
export interface TimelineShare {
  readonly size: number;
  readonly least: number;
  readonly most: number;
  /** Its size is set, and can be changed; else it takes what it needs. */
  readonly isFixed: boolean;
}

/** Knows the page's size and shares it out between preview, timeline and chat. */
export class PageLayout implements ReactiveController {
  readonly #host: LitElement;
  readonly #sizes: ResizeObserver;
  #size: PageSize = { width: 0, height: 0 };

  constructor(host: LitElement) {
    this.#host = host;
    this.#sizes = new ResizeObserver(([entry]) => {
      if (!entry) return;
      this.#size = { width: entry.contentRect.width, height: entry.contentRect.height };
      host.requestUpdate();
    });
    host.addController(this);
  }

  hostConnected(): void {
    this.#sizes.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#sizes.disconnect();
  }

  get size(): PageSize {
    return this.#size;
  }

  /** The timeline stands beside the chat, where both would be cramped one above the other. */
  isBeside(timeline: Timeline, { timelineOpen }: Remembered): boolean {
    const { width, height } = this.#size;
    const isCramped = height < lowPx || (height < width * 0.62 && neededHeight(timeline) > height * 0.5);
    return width >= besideFromPx && height > 0 && isCramped && timelineOpen;
  }

  /** The timeline's share beside the chat. */
  besideChat({ timelineWidth }: Remembered): TimelineShare {
    const { width } = this.#size;
    const most = Math.max(leastWidthPx, width - chatKeeps.width);
    return { ...within(timelineWidth ?? width * 0.5, leastWidthPx, most), isFixed: true };
  }

  /** The timeline's share above the chat, below a preview of that height in px. */
  aboveChat(timeline: Timeline, { timelineOpen, timelineHeight }: Remembered, previewPx: number): TimelineShare {
    const height = this.#size.height - previewPx;
    const most = Math.max(leastHeight, height - headerPx - chatKeeps.height);
    const least = Math.min(leastHeight, most);
    const usual = Math.min(neededHeight(timeline), Math.max(leastHeight, height * 0.42));
    // An empty timeline takes what its sentence takes.
    const isFixed = timelineOpen && timeline.tracks.length > 0;
    return { ...within(timelineHeight ?? usual, least, most), isFixed };
  }
}

function within(wanted: number, least: number, most: number): Omit<TimelineShare, 'isFixed'> {
  return { size: Math.round(Math.min(Math.max(wanted, least), most)), least, most };
}
