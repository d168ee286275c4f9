import * as l10n from '@vscode/l10n';
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';

import { actionButtons } from './chat/action-buttons.ts';
import type { Refusal } from './host-link.ts';
import { icon, iconButton } from './icon.ts';
import type { ViewActions } from './view-actions.ts';

/** Why what was asked for last was not carried out, with what helps; until it is hidden or something else is sent. */
export class RefusalBox {
  readonly #host: ReactiveControllerHost & ViewActions;
  #refusal: Refusal | undefined;

  constructor(host: ReactiveControllerHost & ViewActions) {
    this.#host = host;
  }

  get isShown(): boolean {
    return this.#refusal !== undefined;
  }

  show(refusal: Refusal): void {
    this.#refusal = refusal;
    this.#host.requestUpdate();
  }

  readonly hide = (): void => {
    this.#refusal = undefined;
    this.#host.requestUpdate();
  };

  template(): TemplateResult | typeof nothing {
    const refusal = this.#refusal;
    if (!refusal) return nothing;
    return html`<div class="refusal" role="alert">
      <div class="refusal-line">
        ${icon('warning')}<span>${refusal.message}</span>
        ${iconButton({ icon: 'close', label: l10n.t('Hide this note'), onClick: this.hide })}
      </div>
      <div @click=${this.hide}>${actionButtons(refusal.steps, this.#host, { primary: true })}</div>
    </div>`;
  }
}
