import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';

import { buildExtension, runHostLayer, runInEditor } from '../layers/host-layer.ts';
import type { LayerContext } from '../layers/layer.ts';
import { readReport, type TestReport } from '../setup/test-report.ts';
import type { CheckoutCopy } from './checkout-copy.ts';
import type { BuiltTests } from './in-host.ts';
import { namesPattern, type Protection } from './protection.ts';
import { troubleWithTests, type Verdict, verdictOf } from './verdict.ts';

/** One editor runs so many bundles. */
const mostBundles = 30;

/**
 * Tries protections whose tests run in the extension host and use the editor side's modules themselves: all of them in
 * one editor, each in a bundle of its own.
 */
export async function tryInOneEditor(
  copy: CheckoutCopy,
  protections: readonly Protection[],
  folder: string,
  onVerdict: (verdict: Verdict) => void,
): Promise<void> {
  const extension = join(folder, 'extension');
  await buildExtension(copy.root, extension);
  const dist = join(extension, 'dist');
  await buildForHost(copy.root, `export * from './test/protections/in-host.ts';`, join(dist, 'in-host.cjs'));
  for (let from = 0; from < protections.length; from += mostBundles) {
    const some = protections.slice(from, from + mostBundles);
    const specs = [...new Set(some.map(({ tests }) => tests))];
    const plan: BuiltTests[] = [];
    const built = async (name: string, tests: string, only: string): Promise<BuiltTests> => {
      const bundle = join(dist, `${name}.cjs`);
      await buildForHost(copy.root, `import './${tests}';`, bundle);
      const one = { bundle, only, report: join(folder, `${name}.ndjson`) };
      plan.push(one);
      return one;
    };
    const whole = new Map<string, BuiltTests>();
    for (const [at, tests] of specs.entries()) {
      const only = namesPattern(some.filter((one) => one.tests === tests));
      whole.set(tests, await built(`whole-${from}-${at}`, tests, only));
    }
    const changed: BuiltTests[] = [];
    for (const [at, one] of some.entries()) {
      changed.push(await copy.while(one, () => built(`without-${from + at}`, one.tests, namesPattern([one]))));
    }
    const fault = await runPlan(copy.root, extension, folder, plan);
    for (const [at, protection] of some.entries()) {
      const trouble = troubleWithTests(protection, readReport(whole.get(protection.tests)?.report ?? ''));
      if (trouble === undefined) onVerdict(verdictOf(protection, readReport(changed[at]?.report ?? '')));
      else onVerdict({ protection, state: 'broken', words: fault ?? trouble });
    }
    for (const { bundle, report } of plan) await Promise.all([rm(bundle), rm(report, { force: true })]);
  }
}

async function runPlan(
  root: string,
  extension: string,
  folder: string,
  plan: readonly BuiltTests[],
): Promise<string | undefined> {
  const planFile = join(folder, 'plan.json');
  await writeFile(planFile, JSON.stringify(plan));
  const context = contextOf(root, folder);
  const fault = await runInEditor(context, {
    folder: join(folder, 'editor'),
    extension,
    tests: join(extension, 'dist', 'in-host.cjs'),
    report: plan[0]?.report ?? '',
    environment: { NEMO_TEST_PLAN: planFile },
  });
  await rm(join(folder, 'editor'), { recursive: true, force: true, maxRetries: 3 });
  return fault?.words;
}

/** Tries one whose tests use the commands of the extension: an editor of its own with the changed extension. */
export async function tryInOwnEditor(
  copy: CheckoutCopy,
  protection: Protection,
  whole: TestReport,
  folder: string,
): Promise<Verdict> {
  const trouble = troubleWithTests(protection, whole);
  if (trouble !== undefined) return { protection, state: 'broken', words: trouble };
  return copy.while(protection, async () =>
    verdictOf(protection, await runHostTests(copy, namesPattern([protection]), folder)),
  );
}

/**
 * Runs the host layer of the copy as it is.
 * @throws Error where no test ran.
 */
export async function runHostTests(copy: CheckoutCopy, only: string, folder: string): Promise<TestReport> {
  const report = await runHostLayer({ ...contextOf(copy.root, folder), only });
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  if (report.outcomes.length === 0) throw new Error(report.fault ?? 'No test ran.');
  return report;
}

function contextOf(root: string, folder: string): LayerContext {
  return {
    root,
    runFolder: folder,
    results: join(folder, 'results'),
    only: undefined,
    print: () => undefined,
  };
}

/** Bundles a module for the extension host, as esbuild.mjs does. */
async function buildForHost(root: string, contents: string, outfile: string): Promise<void> {
  await build({
    absWorkingDir: root,
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    mainFields: ['module', 'main'],
    external: ['vscode', 'mocha'],
    supported: { 'dynamic-import': false },
    logLevel: 'silent',
  });
}
