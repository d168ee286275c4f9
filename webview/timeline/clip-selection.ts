import type { ReactiveControllerHost } from 'lit';

import type { TreePlace } from './clip-tree.ts';
import type { ClipPlace } from './track-index.ts';

/** Which clip is selected, which one the pointer is over, and where the keyboard is. */
export class ClipSelection {
  readonly #host: ReactiveControllerHost;
  #selected: ClipPlace | undefined;
  #hovered: ClipPlace | undefined;
  #active: TreePlace | undefined;

  /** @param host is drawn anew when anything of it changes. */
  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  get selected(): ClipPlace | undefined {
    return this.#selected;
  }

  get hovered(): ClipPlace | undefined {
    return this.#hovered;
  }

  /** Where the keyboard is. */
  get active(): TreePlace | undefined {
    return this.#active;
  }

  /** A click: the keyboard goes along, but for one on nothing. */
  select(place: ClipPlace | undefined): void {
    this.#selected = place;
    this.#active = place ?? this.#active;
    this.#host.requestUpdate();
  }

  /** The keyboard goes to a place: its clip is selected; on a track none is. */
  goTo(place: TreePlace | undefined): void {
    this.#active = place;
    this.#selected = place?.position === undefined ? undefined : { row: place.row, position: place.position };
    this.#host.requestUpdate();
  }

  /** Nothing is selected any more; the keyboard stays where it is. */
  deselect(): void {
    this.#selected = undefined;
    this.#host.requestUpdate();
  }

  /** The pointer is over a clip, or over none. */
  hover(place: ClipPlace | undefined): void {
    if (place?.row === this.#hovered?.row && place?.position === this.#hovered?.position) return;
    this.#hovered = place;
    this.#host.requestUpdate();
  }

  /** The keyboard is there now, without a choice being made. */
  enter(place: TreePlace | undefined): void {
    this.#active = place;
    this.#host.requestUpdate();
  }

  /**
   * Other clips are shown in so many rows, the one that was selected at this place. Where it is gone, the keyboard stays on
   * its track.
   */
  contentChanged(selected: ClipPlace | undefined, rows: number): void {
    this.#hovered = undefined;
    const row = Math.min(this.#active?.row ?? -1, rows - 1);
    this.goTo(selected ?? (row < 0 ? undefined : { row, position: undefined }));
  }
}
