import assert from 'node:assert/strict';

import { spanText, timeText } from '../../../src/timeline/time-text.ts';

describe('A time in words', () => {
  for (const [ms, text] of [
    [0, '0 s'],
    [3000, '3 s'],
    [500, '0.5 s'],
    [40, '0.04 s'],
    [2_504, '2.5 s'],
    [59_990, '59.99 s'],
    [59_996, '1:00'],
    [84_000, '1:24'],
    [84_040, '1:24'],
    [84_500, '1:24.5'],
    [60_000, '1:00'],
    [3_599_960, '1:00:00'],
    [3_723_000, '1:02:03'],
    [36_000_000, '10:00:00'],
    [-11_000, '−11 s'],
    [-84_000, '−1:24'],
    [Number.NaN, '0 s'],
    [Number.POSITIVE_INFINITY, '0 s'],
  ] as const) {
    it(`says «${text}» for ${ms} ms`, () => assert.equal(timeText(ms), text));
  }
});

describe('A span in words', () => {
  for (const [startMs, endMs, text] of [
    [0, 3000, '0–3 s'],
    [2500, 10_000, '2.5–10 s'],
    [58_000, 84_000, '0:58–1:24'],
    [3_600_000, 3_660_000, '1:00:00–1:01:00'],
    [-5, Number.NaN, '0–0 s'],
  ] as const) {
    it(`says «${text}» for ${startMs} to ${endMs} ms`, () => assert.equal(spanText(startMs, endMs), text));
  }
});
