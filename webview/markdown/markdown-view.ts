import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';

import type { BlockContext } from '../../src/protocol/block-context.ts';
import { KeptFocus } from '../kept-focus.ts';
import type { ViewActions } from '../view-actions.ts';
import { BlockStream, mostGrowing, type MarkdownBlock } from './block-stream.ts';
import { blockText, type BlockText } from './block-text.ts';
import { blockTemplate, headingLevels, restTemplate } from './markdown-template.ts';

/** So many characters of an answer are drawn as markdown when all of it is shown; what is behind is drawn as it was written. */
const mostDrawn = 128_000;

/**
 * An answer's text as it streams in, drawn block by block. Of a very long one the begin is drawn, and the rest when a person
 * asks for it.
 */
export class MarkdownView extends LitElement {
  static override properties = {
    text: { attribute: false },
    complete: { attribute: false },
    allShown: { attribute: false },
    actions: { attribute: false },
  };

  declare text: string;
  /** No more text will come. */
  declare complete: boolean;
  /** All of the text is shown, however long it is. */
  declare allShown: boolean;
  declare actions: ViewActions;
  /** Is told that a person wants to see all of the text. */
  onShowAll: () => void = () => (this.allShown = true);

  readonly #stream = new BlockStream();
  #blocks: readonly MarkdownBlock[] = [];
  /** How many elements stood above the button. */
  #shownBefore = 0;

  constructor() {
    super();
    this.text = '';
    this.complete = false;
    this.allShown = false;
    // The button went: reading goes on where the text ended.
    new KeptFocus(this, (lost) => {
      if (lost.closest('.show-all')) this.#readOn();
    });
    this.addEventListener('contextmenu', (event) => this.#nameBlock(event));
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('text') && !changed.has('complete') && !changed.has('allShown')) return;
    const most = this.allShown && this.complete ? mostDrawn : mostGrowing;
    this.#blocks = this.#stream.update(this.text, this.complete, most);
  }

  protected override render(): TemplateResult {
    const levels = headingLevels(this.#blocks.map(({ token }) => token));
    const { rest } = this.#stream;
    return html`${this.#blocks.map(({ token, whole }, at) =>
      guard([token, whole, levels[at]], () => blockTemplate(token, this.actions, { level: levels[at], whole })),
    )}${rest === '' ? nothing : this.allShown ? restTemplate(rest) : this.#showAll()}`;
  }

  #showAll(): TemplateResult {
    return html`<div class="show-all">
      <span>${l10n.t('The rest of this long answer is not shown.')}</span>
      <vscode-button
        appearance="secondary"
        @click=${() => {
          this.#shownBefore = this.#blocks.length;
          this.onShowAll();
        }}
        >${l10n.t('Show all')}</vscode-button
      >
    </div>`;
  }

  /** Puts the focus on the first element that was not there, else on the last one, which has grown. */
  #readOn(): void {
    const next = this.children[this.#shownBefore] ?? this.lastElementChild;
    if (!(next instanceof HTMLElement)) return;
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
  }

  /** Tells the editor, which opens its menu for this click, what the click was on. */
  #nameBlock({ target }: Event): void {
    const at = [...this.children].findIndex((child) => target instanceof Node && child.contains(target));
    const block = this.#blocks[at];
    const text = block ? blockText(block.whole?.() ?? block.token) : this.#restText(at);
    const context: BlockContext | undefined = text && { webviewSection: 'block', ...text };
    if (context) this.dataset['vscodeContext'] = JSON.stringify(context);
    else delete this.dataset['vscodeContext'];
  }

  #restText(at: number): BlockText | undefined {
    if (at < 0 || !this.allShown) return undefined;
    return { text: this.#stream.rest.trimEnd(), language: 'markdown' };
  }
}

customElements.define('nemo-markdown', MarkdownView);
