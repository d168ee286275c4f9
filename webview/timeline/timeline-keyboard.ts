import { treeStep, type TreePlace } from './clip-tree.ts';
import type { DrawnContent } from './drawn-content.ts';
import type { Viewport } from './viewport.ts';

/** A key's or a button's step of zoom. */
export const zoomStep = 1.5;

/** What keys work on. */
export interface KeyedTimeline {
  readonly viewport: Viewport;
  /** As it is at this moment. */
  readonly now: () => {
    readonly content: DrawnContent;
    readonly playheadMs: number;
    readonly active: TreePlace | undefined;
  };
  readonly goTo: (place: TreePlace) => void;
  readonly ask: (place: TreePlace | undefined) => void;
  readonly play: (place: TreePlace | undefined) => void;
}

/** The keys of the tree of clips: from clip to clip, zoom, pan, play, ask. */
export class TimelineKeyboard {
  readonly #of: KeyedTimeline;

  constructor(of: KeyedTimeline) {
    this.#of = of;
  }

  press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.#carryOut(event.key)) event.preventDefault();
  }

  /** True where the key meant something. */
  #carryOut(key: string): boolean {
    const { viewport, now, goTo, ask, play } = this.#of;
    const { content, playheadMs, active } = now();
    switch (key) {
      case '+':
      case '=':
        viewport.zoomAtTime(playheadMs, zoomStep);
        return true;
      case '-':
        viewport.zoomAtTime(playheadMs, 1 / zoomStep);
        return true;
      case '0':
        viewport.fit();
        return true;
      case 'PageDown':
        viewport.pan(viewport.widthPx / 4, 0);
        return true;
      case 'PageUp':
        viewport.pan(-viewport.widthPx / 4, 0);
        return true;
      case 'Enter':
        ask(active);
        return true;
      case ' ':
      case 'p':
        play(active);
        return true;
      default: {
        const next = treeStep(content.index, active, key, content.marks);
        if (next) goTo(next);
        // An arrow that leads nowhere must not scroll the page either.
        return next !== undefined || key.startsWith('Arrow');
      }
    }
  }
}
