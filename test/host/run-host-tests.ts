/** Runs inside the extension host: the editor calls {@link run} and takes a rejection for a failure. */
import Mocha from 'mocha';

import { reporterFor, testLinePrefix } from '../setup/test-report.ts';

/** The editor's host offers no way to hand over arguments: what is to be known comes with the environment. */
const { NEMO_TEST_REPORT: reportFile, NEMO_TEST_ONLY: only } = process.env;

export async function run(): Promise<void> {
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 60_000,
    ...(only ? { grep: new RegExp(only) } : {}),
    reporter: reporterFor(reportFile, (line) => console.log(line.replaceAll(/^/gm, testLinePrefix))),
  });
  // «describe», «it» and the hooks, before the specs are loaded.
  mocha.suite.emit('pre-require', globalThis, 'host-specs', mocha);
  await import('host-specs');
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
