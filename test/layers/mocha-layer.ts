import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { startProcess } from '../setup/child-process.ts';
import { readReport } from '../setup/test-report.ts';
import type { LayerContext, LayerResult } from './layer.ts';

/** How long a whole layer may take before it counts as hung. */
const layerTimeoutMs = 15 * 60 * 1000;

/** Runs the specs that match `glob` with mocha in a Node process of their own. */
export async function runMochaLayer(
  context: LayerContext,
  glob: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<LayerResult> {
  await mkdir(context.results, { recursive: true });
  const report = join(context.results, 'report.ndjson');
  const running = startProcess(process.execPath, [join(import.meta.dirname, '../setup/run-mocha.ts'), glob], {
    cwd: context.root,
    logFile: join(context.results, 'output.log'),
    onLine: context.print,
    env: {
      ...process.env,
      ...environment,
      NEMO_TEST_REPORT: report,
      NEMO_TEST_RESULTS: context.results,
      NEMO_TEST_RUN_FOLDER: context.runFolder,
      ...(context.only === undefined ? {} : { NEMO_TEST_ONLY: context.only }),
    },
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<'hung'>((resolve) => (timer = setTimeout(resolve, layerTimeoutMs, 'hung')));
  const end = await Promise.race([running.exited, tooLate]);
  clearTimeout(timer);
  await running.stop();

  const { outcomes, complete } = readReport(report);
  const failed = outcomes.some(({ state }) => state === 'failed');
  if (end === 'hung') return { outcomes, complete, fault: `did not end within ${layerTimeoutMs / 60_000} minutes` };
  if (!complete || (end !== 0 && !failed)) {
    return {
      outcomes,
      complete,
      fault: `broke off with exit code ${end ?? 'none'}; the last lines:\n${running.lastLines()}`,
    };
  }
  return { outcomes, complete };
}
