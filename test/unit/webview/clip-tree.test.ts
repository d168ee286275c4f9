import assert from 'node:assert/strict';

import type { Timeline, Track } from '../../../src/timeline/timeline-model.ts';
import { treeStep, type TreePlace } from '../../../webview/timeline/clip-tree.ts';
import { clipLabel, clipReference, timelineFacts, trackLabel } from '../../../webview/timeline/clip-words.ts';
import { TimelineIndex } from '../../../webview/timeline/track-index.ts';

const video: Track = {
  index: 1,
  kind: 'video',
  title: 'Video',
  clips: [
    { id: 'a', title: 'talk.mp4', startMs: 0, durationMs: 2_500 },
    { id: 'b', title: 'city.mp4', startMs: 2_500, durationMs: 7_500, volume: 35, speed: 1.5, effects: ['Warm grade'] },
  ],
};
const text: Track = {
  index: 2,
  kind: 'text',
  title: 'Title',
  clips: [{ id: 't', title: 'x', text: 'Paradise Found', startMs: 6_000, durationMs: 3_000 }],
};
const timeline: Timeline = { tracks: [video, text], durationMs: 10_000, width: 1080, height: 1920 };
const index = new TimelineIndex(timeline);
const go = (from: TreePlace | undefined, ...keys: string[]) =>
  keys.reduce<TreePlace | undefined>((at, key) => treeStep(index, at, key) ?? at, from);

describe('Going over the timeline by keys', () => {
  it('begins at the first track', () => {
    assert.deepEqual(go(undefined, 'ArrowDown'), { row: 0, position: undefined });
  });

  it('goes along a track and back to the track itself', () => {
    assert.deepEqual(go({ row: 0, position: undefined }, 'ArrowRight', 'ArrowRight'), { row: 0, position: 1 });
    assert.deepEqual(go({ row: 0, position: 1 }, 'ArrowRight'), { row: 0, position: 1 });
    assert.deepEqual(go({ row: 0, position: 1 }, 'ArrowLeft', 'ArrowLeft'), { row: 0, position: undefined });
  });

  it('goes to the clip of the next track that is nearest in time', () => {
    assert.deepEqual(go({ row: 0, position: 0 }, 'ArrowDown'), { row: 1, position: 0 });
    assert.deepEqual(go({ row: 1, position: 0 }, 'ArrowUp'), { row: 0, position: 1 });
    assert.deepEqual(go({ row: 1, position: 0 }, 'ArrowDown'), { row: 1, position: 0 });
  });

  it('goes from track to track, and to the ends', () => {
    assert.deepEqual(go({ row: 0, position: undefined }, 'ArrowDown'), { row: 1, position: undefined });
    assert.deepEqual(go({ row: 0, position: 0 }, 'End'), { row: 0, position: 1 });
    assert.deepEqual(go({ row: 0, position: undefined }, 'End'), { row: 1, position: undefined });
  });
});

describe('Clips in words', () => {
  it('say place, length and what is not as recorded', () => {
    assert.equal(
      clipLabel(video.clips[1]!, undefined),
      'city.mp4, 0:02.5–0:10, 7.5 s, volume 35 %, speed 1.5×, Warm grade',
    );
    assert.equal(clipLabel(text.clips[0]!, 'added'), 'Paradise Found, 0:06–0:09, 3 s, new since the last message');
    assert.equal(trackLabel(text), 'Track 2, Title, 1 clip');
  });

  it('are named to Nemo with their exact times', () => {
    assert.equal(clipReference(video, video.clips[1]!), 'Clip "city.mp4" on track 1 (Video, 0:02.5–0:10): ');
  });

  it('sum the timeline up in a line', () => {
    assert.equal(timelineFacts(timeline), '2 tracks · 10 s · 1080×1920');
  });
});
