import assert from 'node:assert/strict';

import { everyRegexp, isUnbounded, type FoundRegexp } from './every-regexp.ts';

// In plain JavaScript, whatever binaries were installed beside it.
process.env['RECHECK_SYNC_BACKEND'] = 'pure';
const { checkSync } = await import('recheck');

/** Why it may take more than linear time; undefined where it cannot. */
function weaknessOf({ place, source, flags }: FoundRegexp): string | undefined {
  const verdict = checkSync(source, flags, { timeout: 120_000, randomSeed: 1 });
  if (verdict.status === 'safe') return undefined;
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
