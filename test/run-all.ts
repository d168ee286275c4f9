/**
 * Runs the tests, in five layers, and ends with one line: `N passed, N failed`, and `, N skipped` where that is true.
 *
 *   node test/run-all.ts [unit] [host] [page] [faults] [screen] [--only PATTERN]
 *
 * Without a layer it runs all five. Logs and screenshots are in test-results/ afterwards.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

import { runFaultLayer } from './layers/fault-layer.ts';
import { runHostLayer } from './layers/host-layer.ts';
import type { LayerContext, LayerResult } from './layers/layer.ts';
import { runMochaLayer } from './layers/mocha-layer.ts';
import { runScreenLayer } from './layers/screen-layer.ts';
import { cleanUp, onExit } from './setup/clean-exit.ts';
import { findTokens } from './setup/token-leaks.ts';

interface Layer {
  readonly run: (context: LayerContext) => Promise<LayerResult>;
  /** How much of a machine with two cores it keeps busy, in %: layers run side by side up to 100 %. */
  readonly load: number;
}

const layers: Readonly<Record<string, Layer>> = {
  unit: { run: (context) => runMochaLayer(context, { specs: 'test/unit/**/*.test.ts' }), load: 30 },
  // It mostly waits.
  host: { run: runHostLayer, load: 30 },
  page: { run: (context) => runMochaLayer(context, { specs: 'test/screen/preview/**/*.test.ts' }), load: 40 },
  // Several editors at the same time.
  faults: { run: runFaultLayer, load: 100 },
  screen: { run: runScreenLayer, load: 60 },
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
onExit(() => rmSync(runFolder, { recursive: true, force: true, maxRetries: 3 }));
await rm(results, { recursive: true, force: true });

const counts = { passed: 0, failed: 0, skipped: 0 };
const problems: string[] = [];
const summaries: string[] = [];
await runAll();
const ranNothing = counts.passed + counts.failed === 0;
if (ranNothing) problems.push('No test ran.');

await checkForTokens();
if (problems.length > 0) {
  console.log(`\n── failures ${'─'.repeat(62)}`);
  for (const problem of problems) console.log(`\n${problem}`);
}
await cleanUp();
if (summaries.length > 0) console.log(`\n${summaries.join('\n')}`);
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exit(counts.failed > 0 || ranNothing ? 1 : 0);

/** Runs the chosen layers, begun and reported in their order. */
async function runAll(): Promise<void> {
  const running = new Set<Promise<void>>();
  let load = 0;
  let reported = Promise.resolve();
  for (const [name, layer] of chosen) {
    while (running.size > 0 && load + layer.load > 100) await Promise.race(running);
    load += layer.load;
    const { over, report } = startLayer(name, layer.run);
    const ended = over.then(() => {
      load -= layer.load;
      running.delete(ended);
    });
    running.add(ended);
    reported = reported.then(report);
  }
  await reported;
}

/** Starts a layer; what it prints is held back until its report's turn comes. */
function startLayer(name: string, run: (context: LayerContext) => Promise<LayerResult>) {
  const started = Date.now();
  const held: string[] = [];
  let print = (line: string): void => {
    held.push(line);
  };
  const over = run({ root, runFolder, results: join(results, name), only: values.only, print: (line) => print(line) })
    .catch((error: unknown): LayerResult => ({
      outcomes: [],
      complete: false,
      fault: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }))
    .then((result) => ({ ...result, seconds: (Date.now() - started) / 1000 }));
  return {
    /** Never rejects. */
    over,
    report: async () => {
      console.log(`\n── ${name} ${'─'.repeat(70 - name.length)}\n`);
      for (const line of held) console.log(line);
      print = (line) => console.log(line);
      const { outcomes, fault, summary, seconds } = await over;
      if (summary !== undefined) summaries.push(summary);
      count(name, outcomes, fault);
      console.log(`\n${name}: ${outcomes.length} tests in ${seconds.toFixed(0)} s`);
    },
  };
}

function count(name: string, outcomes: LayerResult['outcomes'], fault: string | undefined): void {
  for (const { path, state, failure } of outcomes) {
    counts[state] += 1;
    if (state === 'failed') problems.push(`${name}: ${path.join(' › ')}\n${failure ?? ''}`);
  }
  const wrong = fault ?? (outcomes.length === 0 && values.only === undefined ? 'no test ran' : undefined);
  if (wrong === undefined) return;
  counts.failed += 1;
  problems.push(`${name}: the layer as a whole: ${wrong}`);
}

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
