import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';

import type { Transfer } from '../../src/conversation/chat-state.ts';
import { icon, iconButton } from '../icon.ts';
import { seen, seenSentence } from '../seen-text.ts';
import type { ViewActions } from '../view-actions.ts';
import { actionButtons } from './action-buttons.ts';

/** Uploads and renders, a row each. */
export function transferRows(
  transfers: readonly Transfer[],
  actions: ViewActions,
  onDismiss: (id: string) => void,
): TemplateResult | typeof nothing {
  if (transfers.length === 0) return nothing;
  return html`<ul class="transfers" aria-label=${l10n.t('Uploads and exports')}>
    ${transfers.map((transfer) => row(transfer, actions, onDismiss))}
  </ul>`;
}

function row(transfer: Transfer, actions: ViewActions, onDismiss: (id: string) => void): TemplateResult {
  const { id, kind, name, phase, percent, bytesPerSecond, message } = transfer;
  const over = phase === 'done' || phase === 'failed' || phase === 'cancelled';
  const cancel = transfer.actions.find((step) => step.kind === 'cancelTransfer');
  const others = transfer.actions.filter((step) => step !== cancel);
  const share = percent === undefined || over ? undefined : l10n.t('{0} %', Math.floor(percent));
  const rate = bytesPerSecond === undefined || over ? undefined : rateText(bytesPerSecond);
  const signs = { done: 'pass', failed: 'error', cancelled: 'circle-slash' } as const;
  const sign = over ? signs[phase] : kind === 'upload' ? 'cloud-upload' : 'export';
  return html`<li class="transfer transfer-${phase}">
    <div class="transfer-line">
      ${icon(sign)}
      <span class="transfer-name" dir="auto" title=${seen(name)}>${seen(name)}</span>
      <span class="transfer-numbers"
        >${share ?? (rate === undefined ? phaseWord(phase) : nothing)}${
          rate === undefined
            ? nothing
            : html`<span class="transfer-rate">${share === undefined ? rate : ` · ${rate}`}</span>`
        }</span
      >
      ${
        cancel
          ? iconButton({ icon: 'close', label: `${cancel.label}: ${name}`, onClick: () => actions.act(cancel) })
          : over
            ? iconButton({ icon: 'close', label: l10n.t('Hide {0}', name), onClick: () => onDismiss(id) })
            : nothing
      }
    </div>
    ${over ? nothing : bar(transfer)}
    ${message === undefined ? nothing : html`<div class="transfer-message" dir="auto">${seenSentence(message)}</div>`}
    ${actionButtons(others, actions, { primary: phase === 'done' })}
  </li>`;
}

/** The bar; without a known share it runs to and fro. */
function bar({ name, percent, phase }: Transfer): TemplateResult {
  const label = `${seen(name)}: ${phaseWord(phase)}`;
  return percent === undefined
    ? html`<progress aria-label=${label}></progress>`
    : html`<progress aria-label=${label} max="100" value=${Math.floor(percent)}></progress>`;
}

function phaseWord(phase: Transfer['phase']): string {
  switch (phase) {
    case 'waiting':
      return l10n.t('Waiting');
    case 'sending':
      return l10n.t('Uploading');
    case 'rendering':
      return l10n.t('Rendering');
    case 'downloading':
      return l10n.t('Downloading');
    case 'done':
      return l10n.t('Done');
    case 'failed':
      return l10n.t('Failed');
    case 'cancelled':
      return l10n.t('Cancelled');
  }
}

/** «3.4 MB/s», «120 KB/s». */
export function rateText(bytesPerSecond: number): string {
  return bytesPerSecond >= 1_000_000
    ? l10n.t('{0} MB/s', (bytesPerSecond / 1_000_000).toFixed(1))
    : l10n.t('{0} KB/s', Math.round(bytesPerSecond / 1_000));
}
