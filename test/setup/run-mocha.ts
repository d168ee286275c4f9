/**
 * Runs specs with mocha: `node test/setup/run-mocha.ts 'test/unit/**\/*.test.ts' …`.
 * `NEMO_TEST_ONLY` holds a pattern for the names of the tests to run, `NEMO_TEST_REPORT` a file for the outcomes.
 */
import { globSync } from 'node:fs';
import { resolve } from 'node:path';

import Mocha from 'mocha';

import { cleanUp } from './clean-exit.ts';
import { reporterFor } from './test-report.ts';

const { NEMO_TEST_REPORT: reportFile, NEMO_TEST_ONLY: only } = process.env;

const mocha = new Mocha({
  ui: 'bdd',
  timeout: 60_000,
  ...(only ? { grep: new RegExp(only) } : {}),
  reporter: reporterFor(reportFile, (line) => console.log(line)),
});
for (const pattern of process.argv.slice(2)) {
  for (const file of globSync(pattern).sort()) mocha.addFile(resolve(file));
}
await mocha.loadFilesAsync();
const failures = await new Promise<number>((done) => mocha.run(done));
await cleanUp();
process.exitCode = failures > 0 ? 1 : 0;

// A test that leaves a timer or a connection behind must not keep everybody waiting, nor go unnoticed.
setTimeout(() => {
  console.log(`Still open after the tests: ${process.getActiveResourcesInfo().join(', ')}`);
  process.exit();
}, 5000).unref();
