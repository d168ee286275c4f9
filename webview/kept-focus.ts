import type { LitElement, ReactiveController } from 'lit';

/**
 * Keeps the keyboard in a component: where a drawing takes away what has the focus, or disables it, something near by takes
 * the focus. Else it would fall to the page, and whoever works by keys would begin anew at the top.
 */
export class KeptFocus implements ReactiveController {
  readonly #host: LitElement;
  readonly #onLost: (lost: Element) => void;
  #held: Element | undefined;

  /** @param onLost focuses something else than `lost`, which is out of the page or of no use by now. */
  constructor(host: LitElement, onLost: (lost: Element) => void) {
    this.#host = host;
    this.#onLost = onLost;
    host.addController(this);
  }

  hostUpdate(): void {
    const { activeElement } = document;
    // The host itself goes away with what is around it, and is that one's to look after.
    const isInside = activeElement && activeElement !== this.#host && this.#host.contains(activeElement);
    this.#held = isInside ? activeElement : undefined;
  }

  hostUpdated(): void {
    const held = this.#held;
    this.#held = undefined;
    if (!held || (held.isConnected && !held.matches(':disabled'))) return;
    const { activeElement } = document;
    const isElsewhere = activeElement && activeElement !== document.body && activeElement !== held;
    // A page that people do not look at must not pull the keyboard out of the editor.
    if (!isElsewhere && document.hasFocus()) this.#onLost(held);
  }
}
