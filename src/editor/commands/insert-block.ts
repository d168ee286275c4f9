import { insertAtCursor } from '../text-in-editor.ts';
import { blockOf } from './block-argument.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** `nemo.insertBlock (block)`: puts one block of an answer where the cursor of the open text file is. */
export async function insertBlock(_context: CommandContext, { args }: CommandCall): Promise<undefined> {
  await insertAtCursor(blockOf(args[0]).text);
  return undefined;
}
