import { openAsDocument } from '../text-in-editor.ts';
import { blockOf } from './block-argument.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** `nemo.openBlock (block)`: opens one block of an answer as a document, in its language. */
export async function openBlock(_context: CommandContext, { args }: CommandCall): Promise<undefined> {
  const { text, language } = blockOf(args[0]);
  await openAsDocument(text, language);
  return undefined;
}
