/**
 * The fault suite by itself, for those who want more or less of it than `npm test` runs: a choice of faults, that of a seed,
 * those whose names match, or all.
 *
 *   npm run test:faults -- [--all | --only PATTERN | --seed N] [--lanes N]
 *
 * Prints how many faults were tried and how many lost anything; exits with 1 where one did. Logs and outcomes are in
 * test-results/faults/ afterwards.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { cleanUp, onExit } from '../setup/clean-exit.ts';
import { hasLost, runFaultSuite } from './fault-suite.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    all: { type: 'boolean', default: false },
    seed: { type: 'string' },
    lanes: { type: 'string' },
  },
});
const startedMs = Date.now();
const root = join(import.meta.dirname, '../..');
const keptResults = join(root, 'test-results', 'faults');
// Short, because it will hold sockets.
const runFolder = await mkdtemp(join(tmpdir(), 'nemo-f-'));
onExit(() => rm(runFolder, { recursive: true, force: true }));
// Moved to where they are kept only in the end: another run of tests clears that folder.
const results = join(runFolder, 'results');

const { outcomes, troubles, summary } = await runFaultSuite({
  root,
  folder: runFolder,
  results,
  only: values.only,
  all: values.all,
  seed: values.seed === undefined ? undefined : Number(values.seed),
  lanes: values.lanes === undefined ? undefined : Number(values.lanes),
  print: (line) => console.log(line),
});
await rm(keptResults, { recursive: true, force: true });
await cp(results, keptResults, { recursive: true });

for (const { name, problems, told } of outcomes.filter(hasLost)) {
  console.log(`\n✗ ${name}${told.length > 0 ? ` (told: ${told.join(', ')})` : ''}`);
  for (const problem of problems) console.log(`    ${problem}`);
}
if (troubles.length > 0) console.log(`\n${troubles.map((trouble) => `✗ ${trouble}`).join('\n')}`);
await cleanUp();
const hadToAct = outcomes.filter(({ told }) => told.length > 0).length;
const seconds = Math.round((Date.now() - startedMs) / 1000);
console.log(`\nIn ${hadToAct} cases the user had to act; all took ${seconds} s.`);
console.log(summary);
process.exit(outcomes.some(hasLost) || troubles.length > 0 || outcomes.length === 0 ? 1 : 0);
