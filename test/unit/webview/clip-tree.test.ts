import assert from 'node:assert/strict';

import { clipReference } from '../../../src/timeline/clip-instructions.ts';
import type { Timeline, TimelineChange, Track } from '../../../src/timeline/timeline-model.ts';
import { clipOrRemovedAt, treeStep, type TreePlace } from '../../../webview/timeline/clip-tree.ts';
import { markTimeline } from '../../../webview/timeline/change-marks.ts';
import {
  changeWords,
  clipLabel,
  removedLabel,
  timelineFacts,
  trackLabel,
} from '../../../webview/timeline/clip-words.ts';
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
const change: TimelineChange = {
  kind: 'moved',
  trackIndex: 2,
  trackKind: 'text',
  clipId: 't',
  title: 'x',
  startMs: 6_000,
  endMs: 9_000,
  formerly: [{ trackIndex: 2, title: 'Paradise Found', startMs: 1_500, endMs: 4_500 }],
  sentence: '',
};
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

describe('Going over what is gone by keys', () => {
  const gone = { ...change, kind: 'removed', clipId: 'x', trackIndex: 1, trackKind: 'video' } as const;
  const place = { trackIndex: 1, title: 'crowd', startMs: 10_000, endMs: 12_000 };
  const { marks, timeline: drawn } = markTimeline(timeline, [
    { ...gone, formerly: [place] },
    { ...gone, formerly: [{ ...place, trackIndex: 0, trackTitle: 'B-roll' }] },
  ]);
  const marked = new TimelineIndex(drawn);
  const step = (from: TreePlace, ...keys: string[]) =>
    keys.reduce<TreePlace>((at, key) => treeStep(marked, at, key, marks) ?? at, from);

  it('finds clips that are gone behind those of their track', () => {
    assert.deepEqual(step({ row: 0, position: 1 }, 'ArrowRight'), { row: 0, position: 2 });
    assert.equal(clipOrRemovedAt(marked, marks, { row: 0, position: 2 })?.clip.title, 'crowd');
    assert.deepEqual(step({ row: 0, position: 0 }, 'End'), { row: 0, position: 2 });
  });

  it('finds tracks that are gone behind the others', () => {
    assert.deepEqual(step({ row: 1, position: 0 }, 'ArrowDown'), { row: 2, position: 0 });
    assert.equal(clipOrRemovedAt(marked, marks, { row: 2, position: 0 })?.track.title, 'B-roll');
  });
});

describe('Clips in words', () => {
  it('say place, length and what is not as recorded', () => {
    assert.equal(
      clipLabel(video.clips[1]!, undefined, ''),
      'city.mp4, 0:02.5–0:10, 7.5 s, volume 35 %, speed 1.5×, Warm grade',
    );
    const added = { ...change, kind: 'added' } as const;
    assert.equal(
      clipLabel(text.clips[0]!, added, 'since the last message'),
      'Paradise Found, 0:06–0:09, 3 s, added since the last message',
    );
    assert.equal(
      clipLabel(text.clips[0]!, change, 'since 14:05'),
      'Paradise Found, 0:06–0:09, 3 s, moved from 0:01.5 since 14:05',
    );
    assert.equal(removedLabel(text.clips[0]!, 'since 14:05'), 'removed since 14:05: Paradise Found, 0:06–0:09');
    assert.equal(trackLabel(text), 'Track 2, Title, 1 clip');
  });

  it('are named to Nemo with their exact times', () => {
    assert.equal(clipReference(video, video.clips[1]!), 'Clip "city.mp4" on track 1 (Video, 0:02.5–0:10): ');
  });

  it('sum the timeline up in a line', () => {
    assert.equal(timelineFacts(timeline), '2 tracks · 10 s · 1080×1920');
  });
});

describe('What became of a clip, beside its name', () => {
  const city = { id: 'b', title: 'city.mp4', startMs: 0, durationMs: 5_000 };
  const changed = { ...change, kind: 'changed', clipId: 'b' } as const;

  it('is told without the name', () => {
    const formerly = [{ trackIndex: 1, title: 'city.mp4', startMs: 0, endMs: 8_000 }];
    assert.equal(changeWords(city, { ...changed, formerly, sentence: 'Clip "city.mp4": 8 s → 5 s' }), '8 s → 5 s');
  });

  it('is told without the name that it had before', () => {
    const formerly = [{ trackIndex: 1, title: 'take 1: dawn', startMs: 0, endMs: 8_000 }];
    const sentence = 'Clip "take 1: dawn": replaced by "city.mp4"';
    assert.equal(changeWords(city, { ...changed, formerly, sentence }), 'replaced by "city.mp4"');
  });

  it('is the whole sentence where that tells of more than one, or puts the name elsewhere', () => {
    const cut = '"city.mp4" was cut into 2 clips, 8 s → 5 s';
    assert.equal(changeWords(city, { ...changed, clipIds: ['b', 'c'], sentence: cut }), cut);
    const title = { id: 't', title: 'x', text: 'Found', startMs: 0, durationMs: 3_000 };
    const words = 'Title changed: "Lost" → "Found" (0–3 s)';
    assert.equal(changeWords(title, { ...changed, clipId: 't', sentence: words }), words);
  });
});
