import { carryOutStep } from '../carry-out-step.ts';
import { badArgument } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';
import { renderJobOf } from './transfer-argument.ts';

/** `nemo.revealRender (node or id)`: shows where an exported video is. */
export async function revealRender(context: CommandContext, { args }: CommandCall): Promise<undefined> {
  const { file } = renderJobOf(context.jobs, args[0]);
  if (file === undefined) throw badArgument();
  await carryOutStep(context, { kind: 'revealFile', label: '', argument: file }, {});
  return undefined;
}
