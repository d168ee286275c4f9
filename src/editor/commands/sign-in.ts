import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../../client/errors.ts';
import { asNemoError, cancelled } from '../as-nemo-error.ts';
import type { ConnectResult } from '../chat-controller.ts';
import { occupiesSession } from '../render-job.ts';
import { askToStop, exportsUnderWay } from './ask-to-stop.ts';
import { optionalText } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/**
 * `nemo.signIn (token?)` → as `nemo.connect`. The token is tried first, and kept only if the service takes it; work under
 * way for the account before is stopped then, after a question.
 */
export async function signIn(
  { connection, chats, jobs, media }: Pick<CommandContext, 'connection' | 'chats' | 'jobs' | 'media'>,
  { args, mayAsk }: CommandCall,
): Promise<ConnectResult> {
  // What is rendered already is downloaded whoever is here.
  const open = () => exportsUnderWay(connection, jobs).filter(occupiesSession);
  if (mayAsk && (open().length > 0 || chats.busy)) {
    await askToStop(
      l10n.t('Nemo is still at work. Signing in with another account stops it.'),
      l10n.t('Stop and Sign In'),
    );
  }
  const token = optionalText(args[0]) ?? (mayAsk ? await askForToken() : undefined);
  if (token === undefined) {
    if (mayAsk) throw cancelled();
    throw new NemoError('badArgument', l10n.t('Signing in needs an API token.'), {
      steps: [{ kind: 'signIn', label: l10n.t('Sign In…') }],
    });
  }
  const failures: unknown[] = [];
  const tried = (deed: Promise<unknown>) => deed.catch((error: unknown) => failures.push(error));
  // The exports before belong to somebody else: the service stops them for that one alone.
  const stopExports = () => Promise.all(open().map(({ id }) => tried(jobs.cancel(id)))).then(() => undefined);
  await connection.signIn(token, stopExports);
  // And so do the session and its media.
  await tried(chats.startOver());
  await tried(media.forgetFetched());
  if (failures.length > 0) throw asNemoError(failures[0]);
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
