import type { TestOutcome, TestReport } from '../setup/test-report.ts';
import type { Protection } from './protection.ts';

/** What came of removing a protection. */
export interface Verdict {
  readonly protection: Protection;
  /** `broken`: nothing can be said, because the tests did not run as they should. */
  readonly state: 'red' | 'green' | 'broken';
  /** The test that failed; the reason where it is broken. */
  readonly words: string;
}

/** The tests of a protection among those that ran. */
function testsOf({ only }: Protection, { outcomes }: TestReport): readonly TestOutcome[] {
  return outcomes.filter(({ path }) => path.join(' ').includes(only));
}

/** Why the tests of a protection say nothing about it: they do not run, or fail, while it is there. */
export function troubleWithTests(protection: Protection, whole: TestReport): string | undefined {
  const tests = testsOf(protection, whole).filter(({ state }) => state !== 'skipped');
  if (tests.length === 0) return `no test is called «${protection.only}», or it was skipped`;
  const failed = tests.find(({ state }) => state === 'failed');
  return failed && `fails without any change: ${failed.path.join(' › ')}\n${failed.failure ?? ''}`;
}

/** What the tests of a protection said when it was removed. */
export function verdictOf(protection: Protection, report: TestReport): Verdict {
  const tests = testsOf(protection, report);
  const failed = tests.filter(({ state }) => state === 'failed');
  // Only the tests themselves count: a hook that fails says nothing about the protection.
  const red = failed.find(({ path, failure = '' }) => !isHook(path.at(-1) ?? '') && !isNotWhole(failure));
  if (red) return { protection, state: 'red', words: red.path.join(' › ') };
  const [broken] = failed;
  if (broken) return { protection, state: 'broken', words: broken.failure ?? broken.path.join(' › ') };
  if (tests.length === 0 || !report.complete) return { protection, state: 'broken', words: 'the tests did not run' };
  return { protection, state: 'green', words: `every test «${protection.only}» passed` };
}

function isHook(title: string): boolean {
  return /^"(?:before|after)/.test(title);
}

/** What code fails with that the removal did not leave whole: that says nothing about the protection. */
function isNotWhole(failure: string): boolean {
  return failure.startsWith('ReferenceError');
}
