import assert from 'node:assert/strict';

import fc from 'fast-check';

import { filmTiles, standIns, type Filmstrip } from '../../../webview/media/filmstrip.ts';

describe('A filmstrip', () => {
  /** 10 s on 1,000 px, all in sight, pictures of 40 px. */
  const strip: Filmstrip = {
    x: 0,
    right: 1_000,
    seenFrom: 0,
    seenTo: 1_000,
    sourceStartMs: 0,
    sourceMsPerPx: 10,
    pictureWidth: 40,
  };

  it('covers what is seen of the clip, without gaps and without overlaps', () => {
    fc.assert(
      fc.property(
        fc.record({
          x: fc.integer({ min: -5_000, max: 500 }),
          length: fc.integer({ min: 1, max: 20_000 }),
          sourceStartMs: fc.integer({ min: 0, max: 100_000 }),
          sourceMsPerPx: fc.double({ min: 0.05, max: 2_000, noNaN: true }),
          pictureWidth: fc.integer({ min: 10, max: 200 }),
        }),
        ({ x, length, ...rest }) => {
          const right = x + length;
          const tiles = filmTiles({ ...strip, ...rest, x, right });
          const from = Math.max(x, 0);
          const to = Math.min(right, 1_000);
          if (to <= from) {
            assert.deepEqual(tiles, []);
            return;
          }
          assert.ok((tiles[0]?.x ?? Infinity) <= from + 0.01);
          for (const [at, { x: left, width }] of tiles.entries()) {
            assert.ok(Math.abs(left + width - (tiles[at + 1]?.x ?? left + width)) < 0.01);
          }
          const last = tiles.at(-1)!;
          assert.ok(last.x + last.width >= to - 0.01);
        },
      ),
    );
  });

  it('shares its moments with another clip of the same source, wherever that begins', () => {
    const moments = (sourceStartMs: number) =>
      new Set(filmTiles({ ...strip, sourceStartMs }).map((tile) => tile.sourceMs));
    const later = moments(3_210);
    assert.ok([...moments(0)].filter((ms) => later.has(ms)).length >= 20);
  });

  it('keeps half of its moments when the zoom goes one step in', () => {
    const before = filmTiles(strip).map((tile) => tile.sourceMs);
    const after = new Set(
      filmTiles({ ...strip, right: 2_000, seenTo: 2_000, sourceMsPerPx: 5 }).map((tile) => tile.sourceMs),
    );
    assert.ok(before.every((ms) => after.has(ms)));
  });

  it('shows nothing of what was cut away before it', () => {
    const [first] = filmTiles({ ...strip, sourceStartMs: 1_000 });
    assert.ok(first && first.sourceMs >= 1_000);
  });

  it('has at most a picture for each half width of one', () => {
    assert.ok(filmTiles({ ...strip, sourceMsPerPx: 3_600 }).length <= 50);
  });

  it('takes a coarser moment for one that is not there yet, the nearest first', () => {
    const times = standIns(5_000);
    assert.ok(times.length > 2);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => b - a),
    );
    assert.ok(times.every((ms) => ms < 5_000));
  });
});
