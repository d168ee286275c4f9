import * as vscode from 'vscode';

import { asNemoError } from '../as-nemo-error.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** `nemo.openInBrowser` → a link, good for one use, that opens the session in the web app; a person's browser opens it. */
export async function openInBrowser(
  { chats, settings, log }: CommandContext,
  { mayAsk }: CommandCall,
): Promise<string> {
  const chat = await chats.chat();
  const { claimToken } = await chat.session.claim();
  const link = new URL('/workspace/claim', settings.addresses().webUrl);
  link.searchParams.set('ct', claimToken);
  if (mayAsk) {
    // Not waited for: the editor asks the user first, and the link is there already.
    vscode.env.openExternal(vscode.Uri.parse(link.href)).then(
      (opened) => {
        if (!opened) log.info('The browser was not opened.');
      },
      (error: unknown) => log.warn(`The browser was not opened: ${asNemoError(error).code}`),
    );
  }
  return link.href;
}
