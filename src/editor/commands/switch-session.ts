import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { cancelled } from '../as-nemo-error.ts';
import { badArgument, optionalText } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** `nemo.switchSession (id?)` → `{id, name}`: shows another session with its chat. */
export async function switchSession(
  { chats, view }: CommandContext,
  { args, mayAsk }: CommandCall,
): Promise<{ readonly id: string; readonly name: string }> {
  const id = optionalText(args[0]) ?? (mayAsk ? await askForSession() : undefined);
  if (id === undefined) throw badArgument();
  const chat = await chats.switchTo(id);
  if (mayAsk) await view.focus();
  return { id: chat.id, name: chat.record.name };

  async function askForSession(): Promise<string> {
    const sessions = await chats.list();
    const shown = (await chats.chat()).id;
    const picked = await vscode.window.showQuickPick(
      sessions.map((session) => ({
        id: session.id,
        label: session.name,
        iconPath: new vscode.ThemeIcon(session.closed ? 'lock' : 'comment-discussion'),
        description: session.id === shown ? l10n.t('shown now') : '',
        detail: [
          new Date(session.usedAtMs).toLocaleString(vscode.env.language),
          l10n.t('{0} messages', session.messageCount),
          ...(session.fileCount > 0 ? [l10n.t('{0} files', session.fileCount)] : []),
          ...(session.closed ? [l10n.t('to read only')] : []),
        ].join(' · '),
      })),
      { title: l10n.t('Switch Session'), placeHolder: l10n.t('Every session keeps its chat and its timeline') },
    );
    if (!picked) throw cancelled();
    return picked.id;
  }
}
