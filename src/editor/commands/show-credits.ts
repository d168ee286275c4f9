import type { CreditsAnswer } from '../../client/service-values.ts';
import * as l10n from '@vscode/l10n';
import { offerSteps } from '../surfaces/notifications.ts';
import { carryOutStep } from '../carry-out-step.ts';
import { creditsSentence } from '../answer-by-word.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** `nemo.showCredits` → `{available, frozen, total}`; a person reads it in a notification. */
export async function showCredits(context: CommandContext, { mayAsk }: CommandCall): Promise<CreditsAnswer> {
  const { connection, chats } = context;
  await chats.recallUser();
  if (connection.view.kind !== 'connected') await connection.connect();
  const { available, frozen, total } = await connection.readCredits();
  if (mayAsk) {
    void offerSteps('info', creditsSentence({ available, frozen, total }), [
      { kind: 'openInBrowser', label: l10n.t('Open in Browser') },
    ]).then((step) => step && carryOutStep(context, step, {}));
  }
  return { available, frozen, total };
}
