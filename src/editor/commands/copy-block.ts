import * as vscode from 'vscode';

import { blockOf } from './block-argument.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** `nemo.copyBlock (block)`: copies one block of an answer. */
export async function copyBlock(_context: CommandContext, { args }: CommandCall): Promise<undefined> {
  await vscode.env.clipboard.writeText(blockOf(args[0]).text);
  return undefined;
}
