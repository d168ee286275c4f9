import { openLink } from '../open-link.ts';
import type { CommandCall, CommandContext } from './command-context.ts';
import { mediaAddress } from './transfer-argument.ts';

/** `nemo.openMedia (node or web address)`: opens a file of the session in the browser. */
export async function openMedia(_: CommandContext, { args }: CommandCall): Promise<undefined> {
  await openLink(mediaAddress(args[0]));
  return undefined;
}
