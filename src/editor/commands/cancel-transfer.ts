import type { CommandCall, CommandContext } from './command-context.ts';
import { transferId } from './transfer-argument.ts';

/** `nemo.cancelTransfer (node or id)`: ends an upload or an export. */
export async function cancelTransfer({ uploads, jobs }: CommandContext, { args }: CommandCall): Promise<undefined> {
  const id = transferId(args[0]);
  if (!uploads.cancel(id)) await jobs.cancel(id);
  return undefined;
}
