import * as l10n from '@vscode/l10n';
import * as z from 'zod';

import { plainName, plainText } from '../../client/plain-text.ts';
import { askBefore } from '../ask-before.ts';
import { cancelled } from '../as-nemo-error.ts';
import { sessionPicks } from '../session-picks.ts';
import { plainWindow } from '../surfaces/plain-window.ts';
import { badArgument, isEmptyObject, saysNothing } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** What `nemo.deleteSession` resolves with. */
export interface DeletedSession {
  readonly id: string;
  readonly name: string;
}

/**
 * `nemo.deleteSession ({id}?)` → `{id, name}`: takes a session with its chat and drafts off this machine. Without an
 * argument the person chooses one, where there are several. The person is asked before, whoever calls: nothing brings it back.
 */
export async function deleteSession(
  { chats }: CommandContext,
  { args: [given], mayAsk }: CommandCall,
): Promise<DeletedSession> {
  const id = wantedSession(given) ?? (mayAsk ? await chooseSession(chats) : undefined);
  if (id === undefined) throw badArgument();
  return askAndDelete(chats, id);
}

/**
 * Deletes a session once the person has said yes.
 * @throws NemoError `cancelled` where they did not; what {@link CommandContext.chats} says.
 */
export async function askAndDelete(chats: CommandContext['chats'], id: string): Promise<DeletedSession> {
  // Nobody is asked about what cannot be.
  await chats.refuseDeletion(id);
  const name = await chats.nameOf(id);
  await askBefore({
    sentence: l10n.t('Delete “{0}”?', plainName(name)),
    detail: l10n.t(
      'Its chat and the drafts that were kept of its timeline are deleted from this machine, which cannot be undone. What the service has of it stays there, and exported videos stay where they are.',
    ),
    button: l10n.t('Delete'),
  });
  await chats.delete(id);
  return { id, name: plainText(name) };
}

/** @throws NemoError `cancelled` where the person chose none. */
async function chooseSession(chats: CommandContext['chats']): Promise<string> {
  const { id: shown } = await chats.chat();
  const sessions = await chats.list();
  // One that nothing was said in yet is on no list.
  if (sessions.every(({ id }) => id === shown)) return shown;
  const chosen = await plainWindow.showQuickPick(sessionPicks(sessions, shown), {
    title: plainText(l10n.t('Delete Session')),
    placeHolder: plainText(l10n.t('Choose the session to delete; you are asked once more')),
  });
  if (!chosen) throw cancelled();
  return chosen.id;
}

function wantedSession(given: unknown): string | undefined {
  if (saysNothing(given) || isEmptyObject(given)) return undefined;
  const { data } = z.object({ id: z.string() }).safeParse(given);
  if (!data) throw badArgument();
  return data.id;
}
