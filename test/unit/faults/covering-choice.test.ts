import assert from 'node:assert/strict';

import fc from 'fast-check';

import { coveringChoice, featuresOf } from '../../faults/covering-choice.ts';
import { faultCases } from '../../faults/fault-cases.ts';

describe('The faults that are chosen', () => {
  const all = faultCases();
  const seeds = fc.nat();

  it('are at most as many as asked for, and none is another’s double', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 300 }), (seed, most) => {
        const names = coveringChoice(all, most, seed).map(({ name }) => name);
        assert.equal(names.length, Math.min(most, all.length));
        assert.equal(new Set(names).size, names.length);
      }),
      { numRuns: 5 },
    );
  });

  it('meet every endpoint at each moment, with each kind and in each step, whatever the seed', () => {
    const wanted = new Set(all.flatMap(featuresOf));
    fc.assert(
      fc.property(seeds, (seed) => {
        const met = new Set(coveringChoice(all, 200, seed).flatMap(featuresOf));
        assert.deepEqual(
          [...wanted].filter((feature) => !met.has(feature)),
          [],
        );
      }),
      { numRuns: 5 },
    );
  });

  it('are the same for the same seed, and others for another', () => {
    const names = (seed: number) => coveringChoice(all, 200, seed).map(({ name }) => name);
    assert.deepEqual(names(7), names(7));
    assert.notDeepEqual(names(7), names(8));
  });
});
