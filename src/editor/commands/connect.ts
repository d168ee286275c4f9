import * as l10n from '@vscode/l10n';

import { cancelled } from '../as-nemo-error.ts';
import type { ConnectResult } from '../chat-controller.ts';
import { creditsSentence } from '../answer-by-word.ts';
import { offerSteps, withStoppableProgress } from '../surfaces/notifications.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** `nemo.connect` → `{anonymous, userId?, sessionId, skill, credits?}`: token, session and credits; asks nothing. */
export async function connect(context: CommandContext, { mayAsk }: CommandCall): Promise<ConnectResult> {
  const { chats } = context;
  if (!mayAsk) return chats.connect();
  const connected = await withStoppableProgress(
    l10n.t('Setting things up…'),
    (signal) => chats.connect(signal),
    cancelled,
  );
  void tellConnected(context, connected);
  return connected;
}

/** Whoever connects by hand sees that it worked, and where to go on. */
async function tellConnected({ view }: CommandContext, { credits }: ConnectResult): Promise<void> {
  const step = await offerSteps(
    'info',
    [l10n.t('Connected.'), ...(credits ? [creditsSentence(credits)] : [])].join(' '),
    [{ kind: 'compose', label: l10n.t('Open Chat') }],
  );
  if (step) await view.focus();
}
