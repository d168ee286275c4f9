import assert from 'node:assert/strict';

import fc from 'fast-check';

import { clockText, exactClockText } from '../../../src/timeline/clock-text.ts';
import { rulerTicks } from '../../../webview/timeline/ruler-ticks.ts';

/** As if every character were 6 px wide. */
const room = (label: string) => label.length * 6 + 16;
const labels = (startMs: number, msPerPx: number, widthPx = 400) =>
  rulerTicks({ startMs, msPerPx }, widthPx, room).flatMap(({ label }) => (label === undefined ? [] : [label]));

describe('The ruler', () => {
  it('counts in milliseconds, seconds, minutes or hours, whatever is in sight', () => {
    assert.deepEqual(labels(0, 0.1), ['0:00.00', '0:00.01', '0:00.02', '0:00.03', '0:00.04']);
    assert.deepEqual(labels(0, 40, 250), ['0:00', '0:02', '0:04', '0:06', '0:08', '0:10']);
    assert.deepEqual(labels(0, 1_500), ['0:00', '2:00', '4:00', '6:00', '8:00', '10:00']);
    assert.deepEqual(labels(0, 90_000), ['0:00', '2:00:00', '4:00:00', '6:00:00', '8:00:00', '10:00:00']);
  });

  it('gives each label room up to the next one, and never leaves the ruler bare', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 1e6, noNaN: true }),
        fc.integer({ min: 0, max: 1e8 }),
        fc.integer({ min: 150, max: 3_000 }),
        (msPerPx, startMs, widthPx) => {
          const ticks = rulerTicks({ startMs, msPerPx }, widthPx, room);
          const named = ticks.filter(({ label }) => label !== undefined);
          for (const [at, { atMs, label = '' }] of named.entries()) {
            const next = named[at + 1];
            if (next) assert.ok((next.atMs - atMs) / msPerPx >= room(label) - 0.001, `${label} has no room`);
          }
          assert.ok(ticks.length > 0 && ticks.length < widthPx, `${ticks.length} ticks`);
        },
      ),
    );
  });

  it('keeps its marks on the same times while it moves', () => {
    const before = rulerTicks({ startMs: 1_000, msPerPx: 10 }, 400, room).map(({ atMs }) => atMs);
    const after = rulerTicks({ startMs: 1_037, msPerPx: 10 }, 400, room).map(({ atMs }) => atMs);
    const inner = after.filter((atMs) => atMs <= 5_000);
    assert.ok(inner.length > 3);
    for (const atMs of inner) assert.ok(before.includes(atMs));
  });
});

describe('A time as a clock shows it', () => {
  it('has minutes always and hours from the first one on', () => {
    assert.equal(clockText(0, 0), '0:00');
    assert.equal(clockText(84_000, 0), '1:24');
    assert.equal(clockText(3_723_000, 0), '1:02:03');
  });

  it('rounds to the digits asked for without showing 60 seconds', () => {
    assert.equal(clockText(59_999, 0), '1:00');
    assert.equal(clockText(59_999, 3), '0:59.999');
    assert.equal(clockText(2_460, 1), '0:02.5');
  });

  it('is exact where it is to be exact, with no digit that says nothing', () => {
    assert.equal(exactClockText(2_500), '0:02.5');
    assert.equal(exactClockText(10_000), '0:10');
    assert.equal(exactClockText(16_750), '0:16.75');
    assert.equal(exactClockText(1_001), '0:01.001');
  });
});
