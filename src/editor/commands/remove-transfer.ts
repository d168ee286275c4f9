import type { CommandCall, CommandContext } from './command-context.ts';
import { transferId } from './transfer-argument.ts';

/** `nemo.removeTransfer (node or id)`: takes what is over out of the list. The video stays. */
export async function removeTransfer({ chats, jobs }: CommandContext, { args }: CommandCall): Promise<undefined> {
  const id = transferId(args[0]);
  if (!(await chats.chat()).uploads.dismiss(id)) await jobs.remove(id);
  return undefined;
}
