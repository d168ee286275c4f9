import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { startProcess } from '../setup/child-process.ts';
import { readReport } from '../setup/test-report.ts';
import type { LayerContext, LayerResult } from './layer.ts';

/** How long a whole run may take before it counts as hung. */
const runTimeoutMs = 15 * 60 * 1000;

/** Specs that run in one process. */
export interface MochaRun {
  /** What the specs' paths match, beneath the checkout. */
  readonly specs: string;
  /** Tells the files of one run from those of another in the same layer; none where the layer is one run. */
  readonly name?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs specs with mocha in a Node process of their own. */
export async function runMochaLayer(context: LayerContext, run: MochaRun): Promise<LayerResult> {
  await mkdir(context.results, { recursive: true });
  const prefix = run.name === undefined ? '' : `${run.name}.`;
  const report = join(context.results, `${prefix}report.ndjson`);
  const running = startProcess(process.execPath, [join(import.meta.dirname, '../setup/run-mocha.ts'), run.specs], {
    cwd: context.root,
    logFile: join(context.results, `${prefix}output.log`),
    onLine: context.print,
    env: {
      ...process.env,
      ...run.environment,
      NEMO_TEST_REPORT: report,
      NEMO_TEST_RESULTS: context.results,
      NEMO_TEST_RUN_FOLDER: context.runFolder,
      ...(context.only === undefined ? {} : { NEMO_TEST_ONLY: context.only }),
    },
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<'hung'>((resolve) => (timer = setTimeout(resolve, runTimeoutMs, 'hung')));
  const end = await Promise.race([running.exited, tooLate]);
  clearTimeout(timer);
  await running.stop();

  const { outcomes, complete } = readReport(report);
  const failed = outcomes.some(({ state }) => state === 'failed');
  const which = run.name === undefined ? '' : `${run.name}: `;
  if (end === 'hung') {
    return { outcomes, complete, fault: `${which}did not end within ${runTimeoutMs / 60_000} minutes` };
  }
  if (!complete || (end !== 0 && !failed)) {
    const fault = `${which}broke off with exit code ${end ?? 'none'}; the last lines:\n${running.lastLines()}`;
    return { outcomes, complete, fault };
  }
  return { outcomes, complete };
}
