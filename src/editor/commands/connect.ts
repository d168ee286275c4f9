import * as l10n from '@vscode/l10n';

import { cancelled } from '../as-nemo-error.ts';
import type { ConnectResult } from '../chat-controller.ts';
import { withStoppableProgress } from '../notifications.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** `nemo.connect` → `{anonymous, userId?, sessionId, skill, credits}`: token, session and credits; asks nothing. */
export function connect({ chats }: CommandContext, { mayAsk }: CommandCall): Promise<ConnectResult> {
  if (!mayAsk) return chats.connect();
  return withStoppableProgress(l10n.t('Setting things up…'), (signal) => chats.connect(signal), cancelled);
}
