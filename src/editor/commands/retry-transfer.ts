import type { CommandCall, CommandContext } from './command-context.ts';
import { transferId } from './transfer-argument.ts';

/** `nemo.retryTransfer (node or id)`: goes on with an export that failed, or uploads a file again. */
export async function retryTransfer({ chats, jobs }: CommandContext, { args }: CommandCall): Promise<undefined> {
  const id = transferId(args[0]);
  if (!(await chats.chat()).uploads.retry(id)) await jobs.retry(id);
  return undefined;
}
