import * as l10n from '@vscode/l10n';

import { plainText } from '../../client/plain-text.ts';
import { cancelled } from '../as-nemo-error.ts';
import { plainWindow } from '../surfaces/plain-window.ts';
import { badArgument, optionalText } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** Characters of a session's name, as people count them. */
const longestName = 100;

/** `nemo.renameSession (name?)` → `{name}`. Exports are called after it from then on. */
export async function renameSession(
  { chats }: CommandContext,
  { args, mayAsk }: CommandCall,
): Promise<{ readonly name: string }> {
  const chat = await chats.chat();
  const name = optionalText(args[0]) ?? (mayAsk ? await askForName(chat.record.name) : undefined);
  const kept = plainText(name ?? '', longestName);
  if (kept === '') throw badArgument();
  await chat.rename(kept);
  return { name: kept };
}

async function askForName(value: string): Promise<string> {
  const name = await plainWindow.showInputBox({ title: plainText(l10n.t('Rename Session')), value });
  if (name === undefined || name.trim() === '') throw cancelled();
  return name;
}
