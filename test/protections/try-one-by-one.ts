import type { TestReport } from '../setup/test-report.ts';
import type { CheckoutCopy } from './checkout-copy.ts';
import { namesPattern, type Protection } from './protection.ts';
import { troubleWithTests, type Verdict, verdictOf } from './verdict.ts';

/**
 * Tries the protections of one test file: runs its tests once with all of them there, then without one after the other.
 * @param runTests runs the tests in `tests` whose names match `only`.
 */
export async function tryOneByOne(
  copy: CheckoutCopy,
  protections: readonly Protection[],
  runTests: (tests: string, only: string) => Promise<TestReport>,
  onVerdict: (verdict: Verdict) => void,
): Promise<void> {
  const [{ tests } = { tests: '' }] = protections;
  const whole = await runTests(tests, namesPattern(protections));
  for (const protection of protections) {
    const trouble = troubleWithTests(protection, whole);
    if (trouble !== undefined) {
      onVerdict({ protection, state: 'broken', words: trouble });
      continue;
    }
    onVerdict(
      await copy.while(protection, async () =>
        verdictOf(protection, await runTests(tests, namesPattern([protection]))),
      ),
    );
  }
}
