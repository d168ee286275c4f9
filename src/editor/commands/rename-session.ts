import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { cancelled } from '../as-nemo-error.ts';
import { badArgument, optionalText } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** `nemo.renameSession (name?)` → `{name}`. Exports are called after it from then on. */
export async function renameSession(
  { chats }: CommandContext,
  { args, mayAsk }: CommandCall,
): Promise<{ readonly name: string }> {
  const chat = await chats.chat();
  const name = (optionalText(args[0]) ?? (mayAsk ? await askForName(chat.record.name) : undefined))?.trim();
  if (!name) throw badArgument();
  await chat.rename(name.slice(0, 100));
  return { name: chat.record.name };
}

async function askForName(value: string): Promise<string> {
  const name = await vscode.window.showInputBox({ title: l10n.t('Rename Session'), value });
  if (name === undefined || name.trim() === '') throw cancelled();
  return name;
}
