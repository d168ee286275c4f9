import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { asNemoError, cancelled } from '../as-nemo-error.ts';
import { isOver } from '../render-job.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/**
 * `nemo.signOut`: forgets token, session and what was fetched of its media. Chats stay to be read; work under way is
 * stopped, after a question.
 */
export async function signOut(
  { connection, chats, jobs, media }: Pick<CommandContext, 'connection' | 'chats' | 'jobs' | 'media'>,
  { mayAsk }: CommandCall,
): Promise<{ readonly signedOut: true }> {
  const { origin } = connection;
  const open = jobs.list().filter((job) => job.origin === origin && !isOver(job));
  if (mayAsk && (open.length > 0 || chats.shown?.busy)) {
    const go = l10n.t('Stop and Sign Out');
    const answer = await vscode.window.showWarningMessage(
      l10n.t('Nemo is still at work. Signing out stops it.'),
      { modal: true },
      go,
    );
    if (answer !== go) throw cancelled();
  }
  const failures: unknown[] = [];
  // Whatever stands in the way of one: who signs out is not left with a token here.
  for (const deed of [
    ...open.map((job) => () => jobs.cancel(job.id)),
    () => chats.startOver(),
    () => connection.signOut(),
    () => media.forgetFetched(),
  ]) {
    await deed().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw asNemoError(failures[0]);
  return { signedOut: true };
}
