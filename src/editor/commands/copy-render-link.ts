import * as vscode from 'vscode';

import { badArgument } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';
import { renderJobOf } from './transfer-argument.ts';

/** `nemo.copyRenderLink (node or id)`: copies the web address of an exported video. */
export async function copyRenderLink({ jobs }: CommandContext, { args }: CommandCall): Promise<undefined> {
  const { url } = renderJobOf(jobs, args[0]);
  if (url === undefined) throw badArgument();
  await vscode.env.clipboard.writeText(url);
  return undefined;
}
