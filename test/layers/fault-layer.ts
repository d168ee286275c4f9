import { join } from 'node:path';

import { hasLost, runFaultSuite } from '../faults/fault-suite.ts';
import type { Outcome } from '../faults/plan.ts';
import type { TestOutcome } from '../setup/test-report.ts';
import type { LayerContext, LayerResult } from './layer.ts';

/** Runs test/faults: the main job with every fault in its way. All the faults of one endpoint at one moment are a test. */
export async function runFaultLayer({ root, runFolder, results, only, print }: LayerContext): Promise<LayerResult> {
  const folder = join(runFolder, 'faults');
  const { outcomes, troubles, summary } = await runFaultSuite({ root, folder, results, only, print });
  const tests = asTests(outcomes);
  for (const { path, state, failure } of tests) {
    print(`${state === 'passed' ? '✓' : '✗'} ${path.join(': ')}`);
    if (failure !== undefined) print(failure.replaceAll(/^/gm, '      '));
  }
  print(summary);
  return {
    outcomes: tests,
    complete: true,
    // A pattern that fits nothing here may fit another layer.
    ...(troubles.length > 0 ? { fault: troubles.join('\n') } : {}),
    ...(outcomes.length > 0 ? { summary } : {}),
  };
}

/** Groups what came of the faults by the first two words of their names. */
function asTests(outcomes: readonly Outcome[]): TestOutcome[] {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const isKill = outcome.name.includes(' killed ');
    const group = isKill ? outcome.name.slice(0, outcome.name.indexOf(' killed ') + 7) : twoWords(outcome.name);
    groups.set(group, [...(groups.get(group) ?? []), outcome]);
  }
  return [...groups].map(([group, members]) => {
    const lost = members.filter(hasLost);
    const path = [group, `${members.length} ${members.length === 1 ? 'fault' : 'faults'}, nothing lost`];
    if (lost.length === 0) return { path, state: 'passed' };
    const failure = lost.map(({ name, told, problems }) => {
      const heard = told.length > 0 ? ` (told: ${told.join(', ')})` : '';
      return [`${name}${heard}`, ...problems.map((problem) => `  ${problem}`)].join('\n');
    });
    return { path, state: 'failed', failure: failure.join('\n') };
  });
}

function twoWords(name: string): string {
  return name.split(' ', 2).join(' ');
}
