import assert from 'node:assert/strict';

import type { Timeline } from '../../../src/timeline/timeline-model.ts';
import {
  clipStretch,
  playedClip,
  renderStretch,
  secondsOf,
  timelineMsOf,
} from '../../../webview/preview/played-stretch.ts';

const clip = { id: 'c', title: 'talk', startMs: 4_000, durationMs: 2_000, sourceStartMs: 1_500, speed: 2 };
const timeline: Timeline = { tracks: [{ index: 1, kind: 'video', title: 'Video', clips: [clip] }], durationMs: 6_000 };

describe('What a preview plays', () => {
  it('of a clip is its stretch of the file, more of it the faster it plays', () => {
    assert.deepEqual(clipStretch(clip), { fromSeconds: 1.5, toSeconds: 5.5, startMs: 4_000, endMs: 6_000, speed: 2 });
  });

  it('of a clip that says nothing of its file is the file’s beginning, as recorded', () => {
    const plain = clipStretch({ id: 'c', title: '', startMs: 0, durationMs: 500 });
    assert.deepEqual([plain.fromSeconds, plain.toSeconds, plain.speed], [0, 0.5, 1]);
    assert.equal(clipStretch({ ...clip, speed: 0 }).speed, 1);
  });

  it('has a place on the timeline for each of its moments, and the other way round', () => {
    const stretch = clipStretch(clip);
    for (const ms of [4_000, 4_250, 5_999, 6_000]) {
      assert.equal(timelineMsOf(stretch, secondsOf(stretch, ms) ?? Number.NaN), ms);
    }
    assert.equal(timelineMsOf(stretch, 0), 4_000);
    assert.equal(timelineMsOf(stretch, 100), 6_000);
    assert.equal(secondsOf(stretch, 3_999), undefined);
    assert.equal(secondsOf(stretch, 6_001), undefined);
  });

  it('of a finished render is all of it, by the timeline’s time', () => {
    const stretch = renderStretch(timeline);
    assert.equal(stretch.toSeconds, undefined);
    assert.equal(timelineMsOf(stretch, 2.5), 2_500);
    assert.equal(secondsOf(stretch, 2_500), 2.5);
  });

  it('is found on the timeline by its id, while it is there', () => {
    assert.equal(playedClip(timeline, { kind: 'clip', clipId: 'c' })?.track.index, 1);
    assert.equal(playedClip(timeline, { kind: 'clip', clipId: 'gone' }), undefined);
    assert.equal(playedClip(timeline, { kind: 'render', jobId: 'c' }), undefined);
  });
});
