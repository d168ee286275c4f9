import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { plainText } from '../../client/plain-text.ts';
import { askBefore } from '../ask-before.ts';
import { asNemoError } from '../as-nemo-error.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/**
 * `nemo.openInBrowser`: a link, good for one use, that opens the session in the web app; the person's browser opens it.
 * The link signs in whoever opens it, so it is not handed to the caller. Called with an argument it opens nothing and
 * resolves with the link, once the person has said yes.
 */
export async function openInBrowser(
  { chats, settings, log }: CommandContext,
  { mayAsk }: CommandCall,
): Promise<string | undefined> {
  const chat = await chats.chat();
  if (!mayAsk) {
    await askBefore({
      sentence: l10n.t('Hand out a link to this Nemo session?'),
      detail: l10n.t(
        'Another extension, a key binding or a link asks for it. Whoever has the link can open the session in the web app in your name, once. Hand it out only if you expected this question.',
      ),
      button: l10n.t('Hand Out Link'),
    });
  }
  const { claimToken } = await chat.session.claim();
  chat.openedElsewhere();
  const link = new URL('/workspace/claim', settings.addresses().webUrl);
  link.searchParams.set('ct', claimToken);
  if (!mayAsk) return link.href;
  // Not waited for: the editor may ask the person first.
  vscode.env.openExternal(vscode.Uri.parse(link.href)).then(
    (opened) => {
      if (!opened) log.info(plainText('The browser was not opened.'));
    },
    (error: unknown) => log.warn(plainText(`The browser was not opened: ${asNemoError(error).code}`)),
  );
  return undefined;
}
