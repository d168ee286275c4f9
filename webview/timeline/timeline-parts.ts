import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { ref, type Ref } from 'lit/directives/ref.js';

import { icon, iconButton } from '../icon.ts';
import { seen } from '../seen-text.ts';
import type { ViewActions } from '../view-actions.ts';
import type { ChangedSince } from './changed-since.ts';
import { trackIcons } from './clip-words.ts';
import type { DrawnContent } from './drawn-content.ts';
import { sinceMenu } from './since-menu.ts';
import { zoomStep } from './timeline-keyboard.ts';

/** The title with facts about the timeline, which folds it; the facts alone where it cannot be folded. */
export function timelineTitle(
  facts: string,
  fold: { readonly isOpen: boolean; readonly onToggle: () => void } | undefined,
): TemplateResult {
  const words = html`<span class="pane-facts">${facts}</span>`;
  if (!fold) return words;
  return html`<button
    type="button"
    class="pane-toggle"
    aria-expanded=${String(fold.isOpen)}
    @click=${() => fold.onToggle()}
  >
    ${icon(fold.isOpen ? 'chevron-down' : 'chevron-right')}
    <span class="pane-title">${l10n.t('Timeline')}</span>
    ${words}
  </button>`;
}

/** The buttons above the drawing. `onOpenInEditor` is undefined where it is a tab already. */
export function timelineTools(
  since: ChangedSince,
  on: {
    readonly isZoomed: boolean;
    /** Takes a factor; above 1 comes closer. */
    readonly onZoom: (factor: number) => void;
    readonly onFit: () => void;
    readonly onOpenInEditor: (() => void) | undefined;
  },
): TemplateResult {
  return html`<div class="pane-tools" role="toolbar" aria-label=${l10n.t('Timeline tools')}>
    ${sinceMenu(since)}
    ${iconButton({ icon: 'zoom-out', label: l10n.t('Zoom out'), onClick: () => on.onZoom(1 / zoomStep) })}
    ${iconButton({ icon: 'zoom-in', label: l10n.t('Zoom in'), onClick: () => on.onZoom(zoomStep) })}
    ${iconButton({
      icon: 'screen-full',
      label: l10n.t('Show everything'),
      disabled: !on.isZoomed,
      onClick: on.onFit,
    })}
    ${
      on.onOpenInEditor
        ? iconButton({
            icon: 'go-to-file',
            label: l10n.t('Open Timeline in Editor'),
            className: 'open-in-editor',
            onClick: on.onOpenInEditor,
          })
        : nothing
    }
  </div>`;
}

/** What is said where there is nothing to draw. */
export function emptyTimeline(actions: ViewActions): TemplateResult {
  return html`<div class="timeline-empty">
    <p>
      ${l10n.t('Nothing on the timeline yet. Right-click a clip in the Explorer and choose «Upload to Nemo», then say what you want.')}
    </p>
    <vscode-button appearance="secondary" @click=${() => void actions.send({ type: 'pickFiles' })}
      >${icon('cloud-upload')} ${l10n.t('Choose Clips…')}</vscode-button
    >
  </div>`;
}

/** The names of the tracks beside the drawing; `names` scrolls along with it. */
export function trackNames({ index, marks }: DrawnContent, names: Ref<HTMLElement>): TemplateResult {
  return html`<div class="gutter" aria-hidden="true">
    <div class="gutter-rows">
      <div ${ref(names)}>
        ${index.rows.map(({ track: { kind, title: rawTitle, index: number } }, row) => {
          const title = seen(rawTitle);
          const isGone = row >= marks.goneFromRow;
          return html`<div
            class="gutter-row track-${kind} ${isGone ? 'gutter-row-gone' : ''}"
            title=${isGone ? l10n.t('{0}, track removed', title) : `${number}. ${title}`}
          >
            ${icon(trackIcons[kind])}<span dir="auto">${title}</span>
          </div>`;
        })}
      </div>
    </div>
  </div>`;
}
