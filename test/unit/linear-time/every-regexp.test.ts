import assert from 'node:assert/strict';

import { countSteps } from './count-steps.ts';
import { everyRegexp, isUnbounded, type FoundRegexp } from './every-regexp.ts';

// In plain JavaScript, whatever binaries were installed beside it.
process.env['RECHECK_SYNC_BACKEND'] = 'pure';
const { checkSync } = await import('recheck');
type AttackPattern = Extract<ReturnType<typeof checkSync>, { status: 'vulnerable' }>['attack'];

/** Whether the engine's steps more than double with the length of the attack. */
function isWorseThanLinear(one: RegExp, { pumps, suffix }: AttackPattern): boolean {
  const most = 1e7;
  const steps = (repeat: number) => {
    const text = pumps.map(({ prefix, pump }) => prefix + pump.repeat(repeat)).join('') + suffix;
    return countSteps(most, () => void one.test(text));
  };
  return steps(1600) > Math.min(3 * steps(800), most);
}

/** Why it may take more than linear time; undefined where it cannot. */
function weaknessOf({ place, source, flags }: FoundRegexp): string | undefined {
  const verdict = checkSync(source, flags, { timeout: 120_000, randomSeed: 1 });
  if (verdict.status === 'safe') return undefined;
  // Where the check could not prove it, it tried out texts, and takes some costs for more than they are.
  if (verdict.status === 'vulnerable' && !isWorseThanLinear(new RegExp(source, flags), verdict.attack))
    return undefined;
  const why =
    verdict.status === 'vulnerable'
      ? `${verdict.complexity.type}, attacked by ${verdict.attack.pattern}`
      : verdict.error.kind;
  return `${place}: ${verdict.status} (${why}): /${source}/${flags}`;
}

describe('Every regular expression of the product', () => {
  let all: readonly FoundRegexp[];
  before(async () => {
    all = await everyRegexp();
  });

  it('is known, also those that are put together at run time', () => {
    assert.ok(all.filter(({ place }) => /\.ts:\d+$/.test(place)).length > 150);
    // The words before an instruction, and an intent of each language.
    for (const words of ["don't forget to", '剪辑好', 'all of them']) {
      assert.ok(
        all.some(({ place, source }) => !/:\d+$/.test(place) && source.includes(words)),
        words,
      );
    }
  });

  it('takes linear time, whatever the text', function () {
    this.timeout(300_000);
    assert.match(weaknessOf({ place: 'the check itself', source: String.raw`(?:a|ab|b)*c`, flags: '' }) ?? '', /expo/);
    assert.match(weaknessOf({ place: 'the check itself', source: String.raw`\s+$`, flags: '' }) ?? '', /polynomial/);
    const unbounded = new Map(all.filter(isUnbounded).map((one) => [`/${one.source}/${one.flags}`, one]));
    assert.deepEqual(
      [...unbounded.values()].flatMap((one) => weaknessOf(one) ?? []),
      [],
    );
  });
});
