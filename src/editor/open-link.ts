import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../client/errors.ts';

/**
 * Opens a web address; the editor asks the user whether to trust it.
 * @throws NemoError `badArgument` for anything but http and https.
 */
export async function openLink(address: string): Promise<void> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new NemoError('badArgument', l10n.t('Only web addresses can be opened.'));
  }
  await vscode.env.openExternal(vscode.Uri.parse(url.href, true));
}
