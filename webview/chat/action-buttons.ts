import { html, nothing, type TemplateResult } from 'lit';

import type { NextStep, NextStepKind } from '../../src/client/next-step.ts';
import { icon } from '../icon.ts';
import { seen } from '../seen-text.ts';
import type { ViewActions } from '../view-actions.ts';

const icons: Partial<Record<NextStepKind, string>> = {
  retry: 'refresh',
  upload: 'cloud-upload',
  compose: 'edit',
  send: 'arrow-up',
  export: 'export',
  showTracks: 'layers',
  showCredits: 'credit-card',
  connect: 'plug',
  signIn: 'key',
  signOut: 'sign-out',
  newSession: 'add',
  openUrl: 'link-external',
  openInBrowser: 'link-external',
  openSettings: 'settings-gear',
  openFile: 'go-to-file',
  preview: 'play',
  revealFile: 'folder-opened',
  copy: 'copy',
  cancelTransfer: 'close',
  showLog: 'output',
};

/** The next steps as a row of buttons; the first is the best and stands out where `primary` says so. */
export function actionButtons(
  steps: readonly NextStep[] | undefined,
  actions: Pick<ViewActions, 'act'>,
  options: { readonly messageId?: string; readonly primary?: boolean } = {},
): TemplateResult | typeof nothing {
  if (!steps || steps.length === 0) return nothing;
  return html`<div class="action-row">
    ${steps.map(
      (step, at) =>
        html`<vscode-button
          appearance=${options.primary === true && at === 0 ? 'primary' : 'secondary'}
          @click=${() => actions.act(step, options.messageId)}
          >${icon(icons[step.kind] ?? 'arrow-right')} ${seen(step.label)}</vscode-button
        >`,
    )}
  </div>`;
}
