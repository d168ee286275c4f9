import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';

import type { BlockContext } from '../../src/protocol/block-context.ts';
import type { ViewActions } from '../view-actions.ts';
import { BlockStream, type MarkdownBlock } from './block-stream.ts';
import { blockText } from './block-text.ts';
import { blockTemplate, headingLevels } from './markdown-template.ts';

/** An answer's text as it streams in, drawn block by block. */
export class MarkdownView extends LitElement {
  static override properties = {
    text: { attribute: false },
    complete: { attribute: false },
    actions: { attribute: false },
  };

  declare text: string;
  /** No more text will come. */
  declare complete: boolean;
  declare actions: ViewActions;

  readonly #stream = new BlockStream();
  #blocks: readonly MarkdownBlock[] = [];

  constructor() {
    super();
    this.text = '';
    this.complete = false;
    this.addEventListener('contextmenu', (event) => this.#nameBlock(event));
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('text') || changed.has('complete')) this.#blocks = this.#stream.update(this.text, this.complete);
  }

  protected override render(): TemplateResult {
    const levels = headingLevels(this.#blocks.map(({ token }) => token));
    return html`${this.#blocks.map(({ token }, at) =>
      guard([token, levels[at]], () => blockTemplate(token, this.actions, levels[at])),
    )}`;
  }

  /** Tells the editor, which opens its menu for this click, what the click was on. */
  #nameBlock({ target }: Event): void {
    const at = [...this.children].findIndex((child) => target instanceof Node && child.contains(target));
    const block = this.#blocks[at];
    const context: BlockContext | undefined = block && { webviewSection: 'block', ...blockText(block.token) };
    if (context) this.dataset['vscodeContext'] = JSON.stringify(context);
    else delete this.dataset['vscodeContext'];
  }
}

customElements.define('nemo-markdown', MarkdownView);
