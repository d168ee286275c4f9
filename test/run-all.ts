/**
 * Runs the tests, in three layers, and ends with one line: `N passed, N failed`, and `, N skipped` where that is true.
 *
 *   node test/run-all.ts [unit] [host] [screen] [--only PATTERN]
 *
 * Without a layer it runs all three. Logs and screenshots are in test-results/ afterwards.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

import { runHostLayer } from './layers/host-layer.ts';
import type { LayerContext, LayerResult } from './layers/layer.ts';
import { runMochaLayer } from './layers/mocha-layer.ts';
import { runScreenLayer } from './layers/screen-layer.ts';
import { cleanUp, onExit } from './setup/clean-exit.ts';
import { findTokens } from './setup/token-leaks.ts';

const layers: Readonly<Record<string, (context: LayerContext) => Promise<LayerResult>>> = {
  unit: (context) => runMochaLayer(context, 'test/unit/**/*.test.ts'),
  host: runHostLayer,
  screen: runScreenLayer,
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } });
const unknown = positionals.filter((name) => !(name in layers));
if (unknown.length > 0) {
  console.error(`There is no layer «${unknown.join('», «')}»: choose among ${Object.keys(layers).join(', ')}.`);
  process.exit(2);
}
const chosen = Object.entries(layers).filter(([name]) => positionals.length === 0 || positionals.includes(name));

const root = join(import.meta.dirname, '..');
const results = join(root, 'test-results');
// Short, because it will hold sockets.
const runFolder = await mkdtemp(join(tmpdir(), 'nemo-'));
onExit(() => rm(runFolder, { recursive: true, force: true }));
await rm(results, { recursive: true, force: true });

const counts = { passed: 0, failed: 0, skipped: 0 };
const problems: string[] = [];
for (const [name, run] of chosen) {
  console.log(`\n── ${name} ${'─'.repeat(70 - name.length)}\n`);
  const started = Date.now();
  const result = await run({ root, runFolder, results: join(results, name), only: values.only }).catch(
    (error: unknown): LayerResult => ({
      outcomes: [],
      complete: false,
      fault: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }),
  );
  for (const { path, state, failure } of result.outcomes) {
    counts[state] += 1;
    if (state === 'failed') problems.push(`${name}: ${path.join(' › ')}\n${failure ?? ''}`);
  }
  const fault = result.fault ?? (result.outcomes.length === 0 && values.only === undefined ? 'no test ran' : undefined);
  if (fault !== undefined) {
    counts.failed += 1;
    problems.push(`${name}: the layer as a whole: ${fault}`);
  }
  console.log(`\n${name}: ${result.outcomes.length} tests in ${((Date.now() - started) / 1000).toFixed(0)} s`);
}
const ranNothing = counts.passed + counts.failed === 0;
if (ranNothing) problems.push('No test ran.');

await checkForTokens();
if (problems.length > 0) {
  console.log(`\n── failures ${'─'.repeat(62)}`);
  for (const problem of problems) console.log(`\n${problem}`);
}
await cleanUp();
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exit(counts.failed > 0 || ranNothing ? 1 : 0);

/** Whatever the run wrote, logs, state, storage, the browser's profile: a token of the service is in none of it. */
async function checkForTokens(): Promise<void> {
  // The editor in the browser keeps what SecretStorage is given encrypted: no place is left out.
  const found = await findTokens([runFolder, results]);
  console.log(`\n${found.length === 0 ? '✓' : '✗'} no token in anything that the run wrote`);
  if (found.length === 0) {
    if (!ranNothing) counts.passed += 1;
    return;
  }
  counts.failed += 1;
  const places = found.map((path) => relative(path.startsWith(results) ? root : runFolder, path));
  problems.push(`Tokens were left in:\n${places.join('\n')}`);
}
