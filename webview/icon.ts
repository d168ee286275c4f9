import { html, nothing, type TemplateResult } from 'lit';

import { seen } from './seen-text.ts';

/** An icon of the editor's icon font, for the eye only: what it means must be said in words beside it. */
export function icon(name: string): TemplateResult {
  return html`<span class="codicon codicon-${name}" aria-hidden="true"></span>`;
}

/** What an icon button needs. */
export interface IconButton {
  readonly icon: string;
  /** Name of the button, also its tooltip. */
  readonly label: string;
  /** A tooltip that says more than the name. */
  readonly tooltip?: string;
  readonly onClick: (event: Event) => void;
  readonly disabled?: boolean;
  /** A toggle's state; absent where the button is none. */
  readonly pressed?: boolean;
  /** The element that the button opens and closes; absent where it is none of that kind. */
  readonly expands?: { readonly id: string; readonly open: boolean };
  readonly className?: string;
}

/** A small button that shows an icon alone. */
export function iconButton(button: IconButton): TemplateResult {
  return html`<button
    type="button"
    class="icon-button ${button.className ?? ''}"
    aria-label=${seen(button.label)}
    aria-pressed=${button.pressed === undefined ? nothing : String(button.pressed)}
    aria-expanded=${button.expands === undefined ? nothing : String(button.expands.open)}
    aria-controls=${button.expands?.open === true ? button.expands.id : nothing}
    title=${seen(button.tooltip ?? button.label)}
    ?disabled=${button.disabled ?? false}
    @click=${button.onClick}
  >
    ${icon(button.icon)}
  </button>`;
}
