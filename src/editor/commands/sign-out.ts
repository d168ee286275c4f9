import * as l10n from '@vscode/l10n';

import { asNemoError } from '../as-nemo-error.ts';
import { askToStop, exportsUnderWay } from './ask-to-stop.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/**
 * `nemo.signOut`: forgets token, session and what was fetched of its media. Chats stay to be read; work under way is
 * stopped, after a question.
 */
export async function signOut(
  { connection, chats, jobs, media }: Pick<CommandContext, 'connection' | 'chats' | 'jobs' | 'media'>,
  { mayAsk }: CommandCall,
): Promise<{ readonly signedOut: true }> {
  const open = exportsUnderWay(connection, jobs);
  if (mayAsk && (open.length > 0 || chats.busy)) {
    await askToStop(l10n.t('Nemo is still at work. Signing out stops it.'), l10n.t('Stop and Sign Out'));
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
