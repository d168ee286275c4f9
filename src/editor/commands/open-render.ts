import { carryOutStep } from '../carry-out-step.ts';
import { badArgument } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';
import { renderJobOf } from './transfer-argument.ts';

/** `nemo.openRender (node or id)`: opens an exported video in the editor. */
export async function openRender(context: CommandContext, { args }: CommandCall): Promise<undefined> {
  const { file } = renderJobOf(context.jobs, args[0]);
  if (file === undefined) throw badArgument();
  await carryOutStep(context, { kind: 'openFile', label: '', argument: file }, {});
  return undefined;
}
