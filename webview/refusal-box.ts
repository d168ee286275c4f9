import * as l10n from '@vscode/l10n';
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';

import type { NextStep } from '../src/client/next-step.ts';
import { actionButtons } from './chat/action-buttons.ts';
import type { Refusal } from './host-link.ts';
import { icon, iconButton } from './icon.ts';
import { seenSentence } from './seen-text.ts';
import type { ViewActions } from './view-actions.ts';

/** Why what was asked for last was not carried out, with what helps; until it is hidden or something else is sent. */
export class RefusalBox {
  readonly #host: ReactiveControllerHost & ViewActions;
  #refusal: Refusal | undefined;
  #again: (() => void) | undefined;

  constructor(host: ReactiveControllerHost & ViewActions) {
    this.#host = host;
  }

  get isShown(): boolean {
    return this.#refusal !== undefined;
  }

  /** @param again asks for the same once more; without it «Try Again» is not offered, for it would do nothing. */
  show(refusal: Refusal, again?: () => void): void {
    this.#refusal = refusal;
    this.#again = again;
    this.#host.requestUpdate();
  }

  readonly hide = (): void => {
    this.#refusal = undefined;
    this.#host.requestUpdate();
  };

  template(): TemplateResult | typeof nothing {
    const refusal = this.#refusal;
    const again = this.#again;
    if (!refusal) return nothing;
    // With an argument it means a transfer, which the host knows.
    const isAgain = ({ kind, argument }: NextStep) => kind === 'retry' && argument === undefined;
    const steps = refusal.steps.filter((step) => again !== undefined || !isAgain(step));
    const act = (step: NextStep) => (again && isAgain(step) ? again() : this.#host.act(step));
    return html`<div class="refusal" role="alert">
      <div class="refusal-line">
        ${icon('warning')}<span dir="auto">${seenSentence(refusal.message)}</span>
        ${iconButton({ icon: 'close', label: l10n.t('Hide this note'), onClick: this.hide })}
      </div>
      <div @click=${this.hide}>${actionButtons(steps, { act }, { primary: true })}</div>
    </div>`;
  }
}
