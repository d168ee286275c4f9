import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { plainText } from '../../client/plain-text.ts';
import { asNemoError, cancelled } from '../as-nemo-error.ts';
import { type SessionPick, sessionPicks } from '../session-picks.ts';
import { warn } from '../surfaces/notifications.ts';
import { createPlainQuickPick } from '../surfaces/plain-window.ts';
import { badArgument, optionalText } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';
import { askAndDelete } from './delete-session.ts';

/** `nemo.switchSession (id?)` → `{id, name}`: shows another session with its chat. */
export async function switchSession(
  { chats, view }: CommandContext,
  { args, mayAsk }: CommandCall,
): Promise<{ readonly id: string; readonly name: string }> {
  const id = optionalText(args[0]) ?? (mayAsk ? await askForSession() : undefined);
  if (id === undefined) throw badArgument();
  // Before it is seen: who sees the other session goes on at once, and must not be led back to the chat then.
  if (mayAsk) await view.focus();
  const chat = await chats.switchTo(id);
  return { id: chat.id, name: plainText(chat.record.name) };

  async function askForSession(): Promise<string> {
    const picker = createPlainQuickPick<SessionPick>();
    picker.title = plainText(l10n.t('Switch Session'));
    picker.placeholder = plainText(l10n.t('Every session keeps its chat and its timeline'));
    const look = async () => {
      const shown = (await chats.chat()).id;
      picker.items = sessionPicks(await chats.list(), shown).map((pick) => ({ ...pick, buttons: [deleteButton()] }));
    };
    await look();
    const remove = async ({ id }: SessionPick) => {
      // The question takes the focus, and the list is wanted again after it.
      picker.ignoreFocusOut = true;
      picker.busy = true;
      try {
        await askAndDelete(chats, id);
        await look();
      } catch (reason) {
        const { code, message } = asNemoError(reason);
        if (code !== 'cancelled') warn(message);
      }
      picker.busy = false;
      picker.ignoreFocusOut = false;
      picker.show();
    };
    try {
      return await new Promise<string>((resolve, reject) => {
        picker.onDidAccept(() => {
          const [picked] = picker.selectedItems;
          if (picked) resolve(picked.id);
        });
        picker.onDidTriggerItemButton(({ item }) => void remove(item));
        picker.onDidHide(() => {
          if (!picker.ignoreFocusOut) reject(cancelled());
        });
        picker.show();
      });
    } finally {
      picker.dispose();
    }
  }
}

const deleteButton = () => ({
  iconPath: new vscode.ThemeIcon('trash'),
  tooltip: plainText(l10n.t('Delete Session…')),
});
