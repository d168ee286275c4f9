import * as vscode from 'vscode';

import { cancelled } from '../as-nemo-error.ts';
import { isOver, type RenderJob } from '../render-job.ts';
import type { CommandContext } from './command-context.ts';

/** Exports of the service in use that are not over. */
export function exportsUnderWay(
  { origin }: Pick<CommandContext['connection'], 'origin'>,
  jobs: CommandContext['jobs'],
): readonly RenderJob[] {
  return jobs.list().filter((job) => job.origin === origin && !isOver(job));
}

/**
 * Asks whether what is under way may be stopped.
 * @throws NemoError `cancelled` where it may not.
 */
export async function askToStop(sentence: string, button: string): Promise<void> {
  const answer = await vscode.window.showWarningMessage(sentence, { modal: true }, button);
  if (answer !== button) throw cancelled();
}
