import { appendFileSync, readFileSync } from 'node:fs';
import { inspect, stripVTControlCharacters } from 'node:util';

import type { ReporterConstructor, Runner, Suite, Test } from 'mocha';

/** What came of one test. */
export interface TestOutcome {
  /** Names of the suites and of the test. */
  readonly path: readonly string[];
  readonly state: 'passed' | 'failed' | 'skipped';
  /** ms. */
  readonly duration?: number;
  /** Why it failed: the message, the stack, and expected and actual values where it had any. */
  readonly failure?: string;
}

/** What came of a whole run. */
export interface TestReport {
  readonly outcomes: readonly TestOutcome[];
  /** False where the run broke off: the process that ran the tests died before it had run them all. */
  readonly complete: boolean;
}

/** Marks the lines of a run among everything else that an editor says. */
export const testLinePrefix = '[test] ';

type Line = { readonly outcome: TestOutcome } | { readonly end: true };

/**
 * A reporter for mocha: it prints the run for people and writes every outcome to `file` at once, one JSON object a
 * line, so that even a run that dies has said how far it came.
 */
export function reporterFor(file: string | undefined, print: (line: string) => void): ReporterConstructor {
  // Mocha calls it with «new».
  return function follow(runner: Runner) {
    reportTests(runner, file, print);
  } as unknown as ReporterConstructor;
}

function reportTests(runner: Runner, file: string | undefined, print: (line: string) => void): void {
  const write = (line: Line) => {
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`);
  };
  const record = (outcome: TestOutcome) => {
    write({ outcome });
    print(outcomeLine(outcome));
    if (outcome.failure !== undefined) print(indent(outcome.failure, '      '));
  };
  let depth = 0;
  runner.on('suite', (suite: Suite) => {
    if (suite.root) return;
    depth = suite.titlePath().length;
    print(`${'  '.repeat(depth - 1)}${suite.title}`);
  });
  runner.on('pass', (test: Test) => record({ path: test.titlePath(), state: 'passed', duration: test.duration ?? 0 }));
  runner.on('pending', (test: Test) => record({ path: test.titlePath(), state: 'skipped' }));
  // A hook that fails comes here too: it is a failure of its own.
  runner.on('fail', (test: Test, error: unknown) =>
    record({ path: test.titlePath(), state: 'failed', failure: describeFailure(error) }),
  );
  runner.once('end', () => write({ end: true }));
}

/** Reads what a {@link reporterFor} wrote. A file that is not there is a run that never began. */
export function readReport(file: string): TestReport {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return { outcomes: [], complete: false };
  }
  const lines = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
  return {
    outcomes: lines.flatMap((line) => ('outcome' in line ? [line.outcome] : [])),
    complete: lines.some((line) => 'end' in line),
  };
}

function outcomeLine({ path, state, duration }: TestOutcome): string {
  const sign = { passed: '✓', failed: '✗', skipped: '-' }[state];
  const took = duration !== undefined && duration >= 1000 ? ` (${(duration / 1000).toFixed(1)} s)` : '';
  return `${'  '.repeat(path.length - 1)}${sign} ${path.at(-1) ?? ''}${took}`;
}

function describeFailure(error: unknown): string {
  const parts: string[] = [];
  for (let cause = error; cause !== undefined; cause = cause instanceof Error ? cause.cause : undefined) {
    const code = codeOf(cause);
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
    parts.push(code === undefined ? text : `${text}\ncode: ${code}`);
  }
  return readable(parts.join('\ncaused by: '));
}

/** Without colours, and without most of what a browser's driver tells of its attempts. */
function readable(text: string): string {
  const lines = stripVTControlCharacters(text).split('\n');
  const attempts = lines.filter((line) => /^ *- |^ *\d+ × /.test(line));
  const kept = new Set(attempts.slice(0, 8));
  return lines.filter((line) => !attempts.includes(line) || kept.has(line)).join('\n');
}

/** The word for programs that errors of Node and of this product carry. */
function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code !== 'ERR_ASSERTION' ? code : undefined;
}

function indent(text: string, by: string): string {
  return text.replaceAll(/^/gm, by);
}
