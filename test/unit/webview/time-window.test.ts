import assert from 'node:assert/strict';

import fc from 'fast-check';

import {
  clampWindow,
  closestMsPerPx,
  fitWindow,
  panBy,
  pxAt,
  revealStretch,
  timeAt,
  widestMsPerPx,
  zoomAt,
  zoomToStretch,
  type TimeExtent,
} from '../../../webview/timeline/time-window.ts';

const extents = fc.record({
  widthPx: fc.integer({ min: 40, max: 3_000 }),
  durationMs: fc.integer({ min: 0, max: 4e7 }),
});
const placed = extents.chain((extent) =>
  fc.record({
    extent: fc.constant(extent),
    zoom: fc.double({ min: 0.01, max: 400, noNaN: true }),
    atPx: fc.integer({ min: 0, max: extent.widthPx }),
    pan: fc.integer({ min: -5_000, max: 5_000 }),
  }),
);
const extent: TimeExtent = { widthPx: 400, durationMs: 60_000 };

describe('Moving about in time', () => {
  it('shows everything, with some air behind the last clip', () => {
    const window = fitWindow(extent);
    assert.equal(window.startMs, 0);
    const end = pxAt(window, extent.durationMs);
    assert.ok(end > 380 && end < 400, `the end is at ${end} px`);
  });

  it('shows an empty timeline as some seconds of nothing', () => {
    assert.ok(timeAt(fitWindow({ widthPx: 300, durationMs: 0 }), 300) >= 10_000);
  });

  it('keeps the time under the pointer where it is while zooming in', () => {
    fc.assert(
      fc.property(placed, ({ extent: any, atPx }) => {
        const before = fitWindow(any);
        const at = timeAt(before, atPx);
        const after = zoomAt(before, atPx, 1.5, any);
        fc.pre(after.msPerPx < before.msPerPx);
        assert.ok(Math.abs(pxAt(after, at) - atPx) < 0.5);
      }),
    );
  });

  it('never leaves the timeline and never zooms beyond its limits', () => {
    fc.assert(
      fc.property(placed, ({ extent: any, zoom, atPx, pan }) => {
        const window = panBy(zoomAt(fitWindow(any), atPx, zoom, any), pan, any);
        assert.ok(window.startMs >= 0);
        assert.ok(window.msPerPx >= closestMsPerPx && window.msPerPx <= widestMsPerPx(any));
        const end = fitWindow(any).msPerPx * any.widthPx;
        assert.ok(window.startMs === 0 || timeAt(window, any.widthPx) <= end + 0.01);
        assert.deepEqual(clampWindow(window, any), window);
      }),
    );
  });

  it('comes back to where it was by zooming in and out again', () => {
    const before = zoomAt(fitWindow(extent), 200, 8, extent);
    const after = zoomAt(zoomAt(before, 120, 2, extent), 120, 0.5, extent);
    assert.ok(Math.abs(after.startMs - before.startMs) < 1e-6);
    assert.ok(Math.abs(after.msPerPx - before.msPerPx) < 1e-9);
  });

  it('does not move for a stretch that is in sight, and moves as little as needed for one that is not', () => {
    const window = { startMs: 10_000, msPerPx: 20 };
    assert.equal(revealStretch(window, 11_000, 15_000, extent), window);
    const right = revealStretch(window, 19_000, 20_000, extent);
    assert.ok(pxAt(right, 20_000) < 400 && pxAt(right, 20_000) > 340);
    const left = revealStretch(window, 4_000, 5_000, extent);
    assert.ok(pxAt(left, 4_000) > 0 && pxAt(left, 4_000) < 60);
  });

  it('shows the start of a stretch that is longer than the window', () => {
    const window = revealStretch({ startMs: 0, msPerPx: 10 }, 20_000, 50_000, extent);
    assert.ok(pxAt(window, 20_000) >= 0 && pxAt(window, 20_000) < 60);
  });

  it('zooms to a clip with some air around it', () => {
    const window = zoomToStretch(20_000, 24_000, extent);
    assert.ok(pxAt(window, 20_000) > 10);
    assert.ok(pxAt(window, 24_000) < 390);
  });
});
