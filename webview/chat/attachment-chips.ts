import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';

import type { Attachment, Transfer } from '../../src/conversation/chat-state.ts';
import { iconButton } from '../icon.ts';
import { seen } from '../seen-text.ts';
import type { FileOnItsWay } from './file-sender.ts';

/** What goes with the next message. */
export interface AttachedFiles {
  readonly attachments: readonly Attachment[];
  readonly transfers: readonly Transfer[];
  readonly reading: readonly FileOnItsWay[];
}

/** The files of the next message, each with a button that takes it away. */
export function attachmentChips(
  { attachments, transfers, reading }: AttachedFiles,
  on: { readonly onRemove: (id: string) => void; readonly onWithdraw: (id: number) => void },
): TemplateResult | typeof nothing {
  if (attachments.length === 0 && reading.length === 0) return nothing;
  return html`<ul class="chips" aria-label=${l10n.t('Clips for this message')}>
    ${attachments.map((attachment) => attachmentChip(attachment, transfers, () => on.onRemove(attachment.id)))}
    ${reading.map((file) => readingChip(file, () => on.onWithdraw(file.id)))}
  </ul>`;
}

function attachmentChip(
  { name, state, transferId }: Attachment,
  transfers: readonly Transfer[],
  onRemove: () => void,
): TemplateResult {
  const known = transfers.find((transfer) => transfer.id === transferId)?.percent;
  const percent = state === 'uploading' ? known : undefined;
  const said = {
    uploading: percent === undefined ? l10n.t('uploading') : l10n.t('uploading, {0} %', Math.floor(percent)),
    ready: l10n.t('ready'),
    failed: l10n.t('failed'),
  }[state];
  return chip({ name, state, percent, said }, onRemove);
}

function readingChip({ name, percent }: FileOnItsWay, onWithdraw: () => void): TemplateResult {
  const said = percent === undefined ? l10n.t('waiting') : l10n.t('reading… {0} %', percent);
  return chip({ name, state: 'uploading', percent, said }, onWithdraw);
}

interface Chip {
  readonly name: string;
  readonly state: Attachment['state'];
  /** Absent where there is none to show. */
  readonly percent: number | undefined;
  /** How it stands, in words. */
  readonly said: string;
}

const chipIcons = { uploading: 'loading', ready: 'check', failed: 'error' };

function chip({ name, state, percent, said }: Chip, onRemove: () => void): TemplateResult {
  return html`<li class="chip chip-${state}" title=${`${seen(name)} (${said})`}>
    <span
      class="codicon codicon-${chipIcons[state]} ${state === 'uploading' ? 'spinner' : ''}"
      aria-hidden="true"
    ></span>
    <span class="chip-name" dir="auto">${seen(name)}</span>
    ${
      percent === undefined
        ? nothing
        : html`<span class="chip-percent" aria-hidden="true">${l10n.t('{0} %', Math.floor(percent))}</span>`
    }
    <span class="visually-hidden">${said}</span>
    ${iconButton({ icon: 'close', label: l10n.t('Remove {0}', name), onClick: onRemove })}
  </li>`;
}
