import * as l10n from '@vscode/l10n';

import { exportsUnderWay, leaveAccount, type AccountWork } from '../account-switch.ts';
import { askBefore } from '../ask-before.ts';
import type { CommandContext } from './command-context.ts';

/**
 * `nemo.signOut`: forgets token, session and what was fetched of its media. Chats stay to be read; work under way is
 * stopped. Where somebody signed in, or work is under way, the person is asked before, whoever calls: from then on Nemo
 * works for no account of theirs.
 */
export async function signOut(context: AccountWork): Promise<{ readonly signedOut: true }> {
  if (exportsUnderWay(context).length > 0 || context.chats.busy) {
    await askBefore({
      sentence: l10n.t('Nemo is still at work. Signing out stops it.'),
      button: l10n.t('Stop and Sign Out'),
    });
  } else if (await isSignedIn(context)) {
    await askBefore({
      sentence: l10n.t('Sign out of Nemo?'),
      detail: l10n.t(
        'Your token is removed from this machine. Chats stay to be read; what you upload and send from then on belongs to no account until you sign in again.',
      ),
      button: l10n.t('Sign Out'),
    });
  }
  await leaveAccount(context);
  return { signedOut: true };
}

/** With a token that the person gave, be it one that was lost. */
async function isSignedIn({ connection }: Pick<CommandContext, 'connection'>): Promise<boolean> {
  try {
    return (await connection.identity()).kind === 'signedIn';
  } catch {
    return true;
  }
}
