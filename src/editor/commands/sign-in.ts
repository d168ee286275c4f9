import * as l10n from '@vscode/l10n';

import { NemoError } from '../../client/errors.ts';
import { plainText } from '../../client/plain-text.ts';
import { exportsOfAccount, switchAccount } from '../account-switch.ts';
import { askBefore } from '../ask-before.ts';
import { cancelled } from '../as-nemo-error.ts';
import type { ConnectResult } from '../chat-controller.ts';
import { plainWindow } from '../surfaces/plain-window.ts';
import { optionalText } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/**
 * `nemo.signIn (token?)` → as `nemo.connect`. The token is tried first, and kept only if the service takes it; work under
 * way for the account before is stopped then, after a question. A token that comes as an argument was not typed by the
 * person but comes from another extension, a key binding or a link: they are asked before it is used for anything.
 */
export async function signIn(context: CommandContext, { args, mayAsk }: CommandCall): Promise<ConnectResult> {
  const { connection, chats } = context;
  const given = optionalText(args[0]);
  if (given === undefined && !mayAsk) {
    throw new NemoError('badArgument', l10n.t('Signing in needs an API token.'), {
      steps: [{ kind: 'signIn', label: l10n.t('Sign In…') }],
    });
  }
  if (given !== undefined) await connection.refuseSignIn(given);
  const stops =
    exportsOfAccount(context).length > 0 || chats.busy
      ? l10n.t('Nemo is still at work. Signing in with another account stops it.')
      : undefined;
  if (given !== undefined) await askWhetherExpected(stops);
  else if (stops !== undefined) await askBefore({ sentence: stops, button: l10n.t('Stop and Sign In') });
  await switchAccount(context, given ?? (await askForToken()));
  return chats.connect();
}

async function askWhetherExpected(stops: string | undefined): Promise<void> {
  const follows = l10n.t(
    'Another extension, a key binding or a link asks for this. From then on, what you upload, send and export goes to the account of that token. Sign in only if you expected this question.',
  );
  await askBefore({
    sentence: l10n.t('Sign in to Nemo with another API token?'),
    detail: stops === undefined ? follows : `${follows}\n\n${stops}`,
    button: l10n.t('Sign In'),
  });
}

async function askForToken(): Promise<string> {
  const token = await plainWindow.showInputBox({
    title: plainText(l10n.t('Sign In to Nemo')),
    prompt: plainText(l10n.t('Paste an API token from your account. It is kept in the editor’s secret storage.')),
    placeHolder: plainText('nmv_usr_…'),
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? plainText(l10n.t('Paste a token.')) : undefined),
  });
  if (token === undefined) throw cancelled();
  return token;
}
