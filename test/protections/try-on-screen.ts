import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { runMochaLayer } from '../layers/mocha-layer.ts';
import { packageExtension } from '../setup/package-extension.ts';
import type { TestReport } from '../setup/test-report.ts';
import { installVsCode } from '../setup/vscode-host.ts';
import type { CheckoutCopy } from './checkout-copy.ts';
import type { Protection } from './protection.ts';
import { tryOneByOne } from './try-one-by-one.ts';
import type { Verdict } from './verdict.ts';

/** Tries the protections of one test file that drives the packaged extension in an editor: each is packaged anew. */
export async function tryOnScreen(
  copy: CheckoutCopy,
  protections: readonly Protection[],
  folder: string,
  onVerdict: (verdict: Verdict) => void,
): Promise<void> {
  await installVsCode();
  await tryOneByOne(copy, protections, (tests, only) => runTests(copy, tests, only, folder), onVerdict);
}

async function runTests(copy: CheckoutCopy, tests: string, only: string, folder: string): Promise<TestReport> {
  // Short, because it will hold sockets.
  const runFolder = join(folder, 's');
  await mkdir(runFolder, { recursive: true });
  try {
    const vsix = join(runFolder, 'nemo-vscode.vsix');
    await packageExtension(copy.root, vsix);
    const context = { root: copy.root, runFolder, results: join(runFolder, 'results'), only, print: () => undefined };
    return await runMochaLayer(context, { specs: tests, environment: { NEMO_TEST_VSIX: vsix } });
  } finally {
    await rm(runFolder, { recursive: true, force: true, maxRetries: 3 });
  }
}
