import assert from 'node:assert/strict';

import fc from 'fast-check';

import type { Clip, Track } from '../../../src/timeline/timeline-model.ts';
import { TimelineIndex, TrackIndex } from '../../../webview/timeline/track-index.ts';

const track = (...spans: readonly (readonly [startMs: number, durationMs: number])[]): Track => ({
  index: 1,
  kind: 'video',
  title: 'Video',
  clips: spans.map(([startMs, durationMs], at): Clip => ({ id: `c${at}`, title: `clip ${at}`, startMs, durationMs })),
});
const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 0, max: 400 })), {
  maxLength: 30,
});

describe('Finding clips on a track', () => {
  it('finds every clip that touches a stretch, also where clips overlap', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 0, max: 1_400 }), fc.integer({ min: 1, max: 300 }), (list, from, length) => {
        const index = new TrackIndex(track(...list));
        const [first, past] = index.touching(from, from + length);
        const found = new Set(index.clips.slice(first, past).map(({ id }) => id));
        for (const { id, startMs, durationMs } of index.clips) {
          if (startMs < from + length && startMs + durationMs > from) assert.ok(found.has(id));
        }
      }),
    );
  });

  it('hits the clip under the pointer', () => {
    const index = new TrackIndex(track([0, 100], [100, 50], [300, 100]));
    assert.equal(index.clipAt(99, 0), 0);
    assert.equal(index.clipAt(100, 0), 1);
    assert.equal(index.clipAt(200, 0), undefined);
    assert.equal(index.clipAt(399, 0), 2);
    assert.equal(index.clipAt(400, 0), undefined);
  });

  it('hits a clip thinner than the pointer', () => {
    const index = new TrackIndex(track([100, 1], [110, 1]));
    assert.equal(index.clipAt(97, 4), 0);
    assert.equal(index.clipAt(113, 4), 1);
    assert.equal(index.clipAt(120, 4), undefined);
  });

  it('hits the upper one of two clips that lie on each other', () => {
    const index = new TrackIndex(track([0, 100], [20, 30]));
    assert.equal(index.clipAt(30, 0), 1);
    assert.equal(index.clipAt(60, 0), 0);
  });

  it('finds the clip that is nearest in time', () => {
    const index = new TrackIndex(track([0, 10], [100, 10]));
    assert.equal(index.nearest(40), 0);
    assert.equal(index.nearest(80), 1);
    assert.equal(index.nearest(105), 1);
    assert.equal(index.nearest(500), 1);
    assert.equal(new TrackIndex(track()).nearest(5), undefined);
  });

  it('knows where a clip is by its id', () => {
    const timeline = { tracks: [track([50, 10], [0, 10]), { ...track(), index: 2 }], durationMs: 60 };
    const index = new TimelineIndex(timeline);
    assert.deepEqual(index.placeOf('c0'), { row: 0, position: 1 });
    assert.equal(index.clip({ row: 0, position: 1 })?.id, 'c0');
    assert.equal(index.placeOf('nobody'), undefined);
    assert.equal(index.clipCount(), 2);
  });
});
