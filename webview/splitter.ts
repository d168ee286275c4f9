import * as l10n from '@vscode/l10n';
import { LitElement, nothing, type PropertyValues } from 'lit';

import { followPointer } from './follow-pointer.ts';

/** How far an arrow key moves the splitter, in px. */
const stepPx = 16;

/** The bar between the timeline and the chat: drag it, or move it with the arrow keys; a double click lets go of it. */
export class Splitter extends LitElement {
  static override properties = {
    size: { attribute: false },
    least: { attribute: false },
    most: { attribute: false },
    upright: { attribute: false },
  };

  /** Size of the timeline, in px. */
  declare size: number;
  declare least: number;
  declare most: number;
  /** It stands between two columns. */
  declare upright: boolean;
  /** Takes a new size; null is as much as the timeline needs. */
  onMoved: (size: number | null) => void = () => undefined;

  constructor() {
    super();
    this.size = 0;
    this.least = 0;
    this.most = 0;
    this.upright = false;
    this.addEventListener('pointerdown', (event) => this.#drag(event));
    this.addEventListener('dblclick', () => this.onMoved(null));
    this.addEventListener('keydown', (event) => this.#key(event));
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'separator');
    this.setAttribute('aria-label', l10n.t('Size of the timeline'));
    this.tabIndex = 0;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('upright')) {
      this.setAttribute('aria-orientation', this.upright ? 'vertical' : 'horizontal');
      this.classList.toggle('splitter-upright', this.upright);
    }
    this.setAttribute('aria-valuenow', String(Math.round(this.size)));
    this.setAttribute('aria-valuemin', String(Math.round(this.least)));
    this.setAttribute('aria-valuemax', String(Math.round(this.most)));
  }

  protected override render(): typeof nothing {
    return nothing;
  }

  #drag(down: PointerEvent): void {
    if (down.button !== 0) return;
    down.preventDefault();
    this.focus();
    const place = (event: PointerEvent) => (this.upright ? event.clientX : event.clientY);
    const from = place(down);
    const { size } = this;
    let moved = false;
    followPointer(this, down, {
      onMove: (event) => {
        moved ||= Math.abs(place(event) - from) > 2;
        if (moved) this.#moveTo(size + place(event) - from);
      },
    });
  }

  #key(event: KeyboardEvent): void {
    const [less, more] = this.upright ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    if (event.key === less) this.#moveTo(this.size - stepPx);
    else if (event.key === more) this.#moveTo(this.size + stepPx);
    else if (event.key === 'Home') this.#moveTo(this.least);
    else if (event.key === 'End') this.#moveTo(this.most);
    else if (event.key === 'Enter') this.onMoved(null);
    else return;
    event.preventDefault();
  }

  #moveTo(size: number): void {
    this.onMoved(Math.min(Math.max(size, this.least), this.most));
  }
}

customElements.define('nemo-splitter', Splitter);
