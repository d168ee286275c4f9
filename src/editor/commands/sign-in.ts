import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../../client/errors.ts';
import { cancelled } from '../as-nemo-error.ts';
import type { ConnectResult } from '../chat-controller.ts';
import { optionalText } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** `nemo.signIn (token?)` → as `nemo.connect`. The token is tried first, and kept only if the service takes it. */
export async function signIn(
  { connection, chats, media }: Pick<CommandContext, 'connection' | 'chats' | 'media'>,
  { args, mayAsk }: CommandCall,
): Promise<ConnectResult> {
  const token = optionalText(args[0]) ?? (mayAsk ? await askForToken() : undefined);
  if (token === undefined) {
    if (mayAsk) throw cancelled();
    throw new NemoError('badArgument', l10n.t('Signing in needs an API token.'), {
      steps: [{ kind: 'signIn', label: l10n.t('Sign In…') }],
    });
  }
  await connection.signIn(token);
  // The session before belongs to somebody else, and so does its media.
  await chats.startOver();
  await media.forgetFetched();
  return chats.connect();
}

async function askForToken(): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: l10n.t('Sign In to Nemo'),
    prompt: l10n.t('Paste an API token from your account. It is kept in the editor’s secret storage.'),
    placeHolder: 'nmv_usr_…',
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? l10n.t('Paste a token.') : undefined),
  });
}
