import { blockContext, type BlockContext } from '../../protocol/block-context.ts';
import { badArgument } from './command-arguments.ts';

/**
 * The block of an answer that the context menu was opened on.
 * @throws NemoError `badArgument` where it is none.
 */
export function blockOf(value: unknown): BlockContext {
  const { data } = blockContext.safeParse(value);
  if (!data) throw badArgument();
  return data;
}
