import { ClipNode } from '../tree/tracks-node.ts';
import { badArgument } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** `nemo.askAbout (node)`: puts a reference to a clip, with its exact times, into the composer. */
export async function askAbout({ view }: CommandContext, { args }: CommandCall): Promise<undefined> {
  const [node] = args;
  if (!(node instanceof ClipNode)) throw badArgument();
  await view.compose(node.reference(), false);
  return undefined;
}
