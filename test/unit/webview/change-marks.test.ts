import assert from 'node:assert/strict';

import type { Timeline, TimelineChange } from '../../../src/timeline/timeline-model.ts';
import { countChanges, markTimeline } from '../../../webview/timeline/change-marks.ts';

const change = (kind: TimelineChange['kind'], rest: Partial<TimelineChange>): TimelineChange => ({
  kind,
  trackIndex: 1,
  trackKind: 'video',
  title: 'talk',
  startMs: 0,
  endMs: 1_000,
  sentence: '',
  ...rest,
});

const timeline: Timeline = {
  tracks: [
    { index: 1, kind: 'video', title: 'Video', clips: [{ id: 'a', title: 'talk', startMs: 0, durationMs: 1_000 }] },
    { index: 2, kind: 'audio', title: 'BGM', clips: [] },
  ],
  durationMs: 1_000,
};
const marksOf = (...changes: TimelineChange[]) => markTimeline(timeline, changes).marks;
const ghosts = (changes: TimelineChange[]) => {
  const { timeline: drawn, marks, endMs } = markTimeline(timeline, changes);
  const rows = [...marks.removed].map(([row, { clips }]) => [
    drawn.tracks[row]?.title,
    ...clips.map(({ title, startMs, durationMs }) => `${title} ${startMs}+${durationMs}`),
  ]);
  return { rows, endMs, goneFromRow: marks.goneFromRow };
};

describe('What changed, on the timeline', () => {
  it('marks each clip that a change speaks of', () => {
    const { clips } = marksOf(
      change('changed', { clipId: 'a', clipIds: ['a', 'b'] }),
      change('added', { clipId: 'c' }),
    );
    assert.deepEqual(
      [...clips].map(([id, { kind }]) => [id, kind]),
      [
        ['a', 'changed'],
        ['b', 'changed'],
        ['c', 'added'],
      ],
    );
  });

  it('keeps each place of clips that are gone, though an id may live on, and makes room for them', () => {
    const gone = change('removed', {
      clipId: 'a',
      clipIds: ['a', 'x'],
      trackIndex: 3,
      formerly: [
        { trackIndex: 2, title: 'hum', startMs: 500, endMs: 900 },
        { trackIndex: 2, title: 'song', startMs: 900, endMs: 4_000 },
      ],
    });
    assert.equal(marksOf(gone).clips.size, 0);
    assert.deepEqual(ghosts([gone]), { rows: [['BGM', 'hum 500+400', 'song 900+3100']], endMs: 4_000, goneFromRow: 2 });
  });

  it('gives tracks that are gone a row of their own behind the others', () => {
    const gone = change('removed', {
      trackKind: 'text',
      trackIndex: 1,
      clipId: 't',
      formerly: [{ trackIndex: 0, trackTitle: 'Title', title: 'Hi', startMs: 0, endMs: 300 }],
    });
    const { timeline: drawn, marks } = markTimeline(timeline, [gone]);
    assert.deepEqual(
      drawn.tracks.map(({ title, kind }) => `${title} ${kind}`),
      ['Video video', 'BGM audio', 'Title text'],
    );
    assert.deepEqual([...marks.removed.keys()], [2]);
  });

  it('takes changes that were written down before places were told', () => {
    assert.deepEqual(ghosts([change('removed', { clipId: 'a', startMs: 5, endMs: 9 })]).rows, [['Video', 'talk 5+4']]);
  });

  it('knows from where a clip moved, and whether it moved alone', () => {
    const from = (startMs: number) => ({ trackIndex: 1, title: 'talk', startMs, endMs: startMs + 10 });
    const alone = marksOf(change('moved', { clipId: 'a', formerly: [from(70)] })).movedFrom.get('a');
    assert.deepEqual(alone, { row: 0, startMs: 70, endMs: 80, isAlone: true });
    const along = marksOf(change('moved', { clipId: 'a', clipIds: ['a', 'b'], formerly: [from(70), from(90)] }));
    assert.deepEqual(along.movedFrom.get('b'), { row: 0, startMs: 90, endMs: 100, isAlone: false });
  });

  it('marks nothing where nothing changed', () => {
    assert.equal(markTimeline(timeline, undefined).marks.clips.size, 0);
    assert.equal(markTimeline(timeline, undefined).timeline, timeline);
  });

  it('counts clips, not sentences', () => {
    const counts = countChanges([
      change('moved', { clipId: 'a', clipIds: ['a', 'b', 'c'] }),
      change('moved', { clipId: 'd' }),
    ]);
    assert.deepEqual([...counts], [['moved', 4]]);
  });
});
