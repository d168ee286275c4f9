import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { startProcess } from '../setup/child-process.ts';
import { readReport, type TestReport } from '../setup/test-report.ts';
import type { CheckoutCopy } from './checkout-copy.ts';
import type { Protection } from './protection.ts';
import { tryOneByOne } from './try-one-by-one.ts';
import type { Verdict } from './verdict.ts';

/** How long the few tests of one run may take, in ms. */
const longestRunMs = 5 * 60_000;

/** Tries the protections of one test file that mocha runs in Node. */
export function tryInNode(
  copy: CheckoutCopy,
  protections: readonly Protection[],
  folder: string,
  onVerdict: (verdict: Verdict) => void,
): Promise<void> {
  return tryOneByOne(copy, protections, (tests, only) => runTests(copy, tests, only, folder), onVerdict);
}

async function runTests(copy: CheckoutCopy, tests: string, only: string, folder: string): Promise<TestReport> {
  const report = join(folder, 'report.ndjson');
  await rm(report, { force: true });
  const running = startProcess(process.execPath, [join(copy.root, 'test/setup/run-mocha.ts'), tests], {
    cwd: copy.root,
    env: {
      ...process.env,
      NEMO_TEST_REPORT: report,
      NEMO_TEST_RESULTS: join(folder, 'results'),
      NEMO_TEST_RUN_FOLDER: folder,
      NEMO_TEST_ONLY: only,
    },
  });
  const timer = setTimeout(() => void running.stop(), longestRunMs);
  await running.exited;
  clearTimeout(timer);
  await running.stop();
  return readReport(report);
}
