import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing, type TemplateResult } from 'lit';

import { exactClockText } from '../../src/timeline/clock-text.ts';
import type { TimelineChange } from '../../src/timeline/timeline-model.ts';
import { icon } from '../icon.ts';
import { KeptFocus } from '../kept-focus.ts';
import { seenSentence } from '../seen-text.ts';
import type { ViewActions } from '../view-actions.ts';

const icons: Readonly<Record<TimelineChange['kind'], string>> = {
  added: 'diff-added',
  removed: 'diff-removed',
  changed: 'diff-modified',
  moved: 'diff-renamed',
};

/** More changes than this are shown when they are asked for. */
const shownAtFirst = 6;

/** What a turn did to the timeline, line by line; each leads to its spot. */
export class ChangeCard extends LitElement {
  static override properties = {
    changes: { attribute: false },
    actions: { attribute: false },
    all: { state: true },
  };

  declare changes: readonly TimelineChange[];
  declare actions: ViewActions;
  declare all: boolean;

  constructor() {
    super();
    this.changes = [];
    this.all = false;
    // The button that shows all goes away: the first of what it showed is read next.
    new KeptFocus(this, () => this.querySelectorAll<HTMLElement>('.change')[shownAtFirst]?.focus());
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const { changes } = this;
    const shown = this.all || changes.length <= shownAtFirst + 1 ? changes : changes.slice(0, shownAtFirst);
    return html`<div class="card">
      <div class="card-title">${icon('layers')}<span>${changeCount(changes.length)}</span></div>
      <ul class="change-list">
        ${shown.map((change) => html`<li>${this.#row(change)}</li>`)}
      </ul>
      ${
        shown.length < changes.length
          ? html`<button type="button" class="link-button" @click=${() => (this.all = true)}>
              ${l10n.t('Show all {0} changes', changes.length)}
            </button>`
          : nothing
      }
    </div>`;
  }

  #row(change: TimelineChange): TemplateResult {
    const at = change.trackIndex > 0 ? exactClockText(change.startMs) : '';
    return html`<button
      type="button"
      class="change change-${change.kind}"
      title=${l10n.t('Show on the timeline')}
      @click=${() => this.actions.reveal(change)}
    >
      ${icon(icons[change.kind])}
      <span class="change-text" dir="auto">${seenSentence(change.sentence)}</span>
      ${at === '' ? nothing : html`<span class="change-time">${at}</span>`}
    </button>`;
  }
}

/** «1 change on the timeline», «3 changes on the timeline». */
export function changeCount(count: number): string {
  return count === 1 ? l10n.t('1 change on the timeline') : l10n.t('{0} changes on the timeline', count);
}

customElements.define('nemo-change-card', ChangeCard);
