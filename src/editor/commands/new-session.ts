import * as l10n from '@vscode/l10n';

import { cancelled } from '../as-nemo-error.ts';
import { withStoppableProgress } from '../surfaces/notifications.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** `nemo.newSession` → `{id, sessionId}`, ours and the service's; the session before stays, with its chat, in «Switch Session». */
export async function newSession(
  { chats }: CommandContext,
  { mayAsk }: CommandCall,
): Promise<{ readonly id: string; readonly sessionId: string }> {
  const chat = mayAsk
    ? await withStoppableProgress(l10n.t('Starting a new session…'), (signal) => chats.newSession(signal), cancelled)
    : await chats.newSession();
  return { id: chat.id, sessionId: await chat.session.ensure() };
}
