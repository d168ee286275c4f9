import { LitElement } from 'lit';

import { clockText } from '../../src/timeline/clock-text.ts';

/** How long something has been going on, counting. */
export class Elapsed extends LitElement {
  static override properties = { sinceMs: { attribute: false } };

  /** ms since the epoch. */
  declare sinceMs: number;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.sinceMs = Date.now();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.requestUpdate(), 1_000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override render(): string {
    // The host's clock may be ahead of ours.
    return clockText(Math.max(0, Date.now() - this.sinceMs), 0);
  }
}

customElements.define('nemo-elapsed', Elapsed);
