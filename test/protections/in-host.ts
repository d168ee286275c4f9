/** Runs inside the extension host: the editor calls {@link run}, which runs one bundle of tests after the other. */
import { readFile } from 'node:fs/promises';

import Mocha from 'mocha';

import { reporterFor, testLinePrefix } from '../setup/test-report.ts';

/** Tests that were built with one protection removed, or with none. */
export interface BuiltTests {
  /** Path of the bundle. */
  readonly bundle: string;
  /** Pattern for the names of the tests that are run. */
  readonly only: string;
  /** Path of the file for the outcomes. */
  readonly report: string;
}

export async function run(): Promise<void> {
  const plan = JSON.parse(await readFile(process.env['NEMO_TEST_PLAN'] ?? '', 'utf8')) as readonly BuiltTests[];
  const say = (line: string) => console.log(line.replaceAll(/^/gm, testLinePrefix));
  for (const { bundle, only, report } of plan) {
    const mocha = new Mocha({
      ui: 'bdd',
      timeout: 30_000,
      grep: new RegExp(only),
      reporter: reporterFor(report, () => undefined),
    });
    // «describe», «it» and the hooks, before the tests are loaded.
    mocha.suite.emit('pre-require', globalThis, bundle, mocha);
    try {
      await import(bundle);
      await new Promise<number>((resolve) => mocha.run(resolve));
    } catch (error) {
      // Its report is missing: whoever reads it says so.
      say(`${bundle}: ${String(error)}`);
    }
    mocha.dispose();
  }
}
