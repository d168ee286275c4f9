import assert from 'node:assert/strict';

import { summarizeTimeline } from '../../../src/timeline/summary.ts';
import { clip, timelineOf, track, words } from './draft-of.ts';

describe('The summary of a timeline', () => {
  it('has the documented form', () => {
    const timeline = timelineOf(
      track(0, undefined, clip('city timelapse', 0, 10, { vo: 1 })),
      track(1, undefined, clip('Lo-fi', 0, 10, { vo: 0.35 })),
      track(7, undefined, words('Urban Dreams', 0, 3)),
    );
    assert.equal(
      summarizeTimeline(timeline),
      'Timeline (3 tracks): 1. Video: city timelapse (0-10s) 2. BGM: Lo-fi (0-10s, 35%) 3. Title: "Urban Dreams" (0-3s)',
    );
  });

  it('names several clips of a track, to a tenth of a second', () => {
    assert.equal(
      summarizeTimeline(timelineOf(track(0, 'Cut', clip('a', 0, 2.55), clip('b', 61, 30)))),
      'Timeline (1 track): 1. Cut: a (0-2.6s), b (61-91s)',
    );
  });

  it('tells the number of the rest when there are many', () => {
    const many = Array.from({ length: 12 }, (_, at) => clip(`c${at}`, at, 1));
    assert.match(summarizeTimeline(timelineOf(track(0, undefined, ...many))), /c7 \(7-8s\), 4 more$/);
  });

  it('says so when a track or all is empty', () => {
    assert.equal(summarizeTimeline(timelineOf(track(0, undefined))), 'Timeline (1 track): 1. Video: empty');
    assert.equal(summarizeTimeline(timelineOf()), 'Timeline (0 tracks): nothing on it yet');
  });

  it('keeps long texts short and on one line', () => {
    const summary = summarizeTimeline(timelineOf(track(7, undefined, words(`first\nsecond ${'🎬'.repeat(80)}`, 0, 1))));
    assert.match(summary, /"first second 🎬{46}…"/u);
  });
});
