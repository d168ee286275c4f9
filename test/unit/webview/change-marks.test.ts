import assert from 'node:assert/strict';

import type { TimelineChange } from '../../../src/timeline/timeline-model.ts';
import { marksOf } from '../../../webview/timeline/change-marks.ts';

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

describe('What changed, on the timeline', () => {
  it('marks each clip that a change speaks of', () => {
    const { clips } = marksOf([
      change('changed', { clipId: 'a', clipIds: ['a', 'b'] }),
      change('added', { clipId: 'c' }),
    ]);
    assert.deepEqual(
      [...clips],
      [
        ['a', 'changed'],
        ['b', 'changed'],
        ['c', 'added'],
      ],
    );
  });

  it('keeps the place of a clip that is gone, though its id may live on in another', () => {
    const { clips, ghosts } = marksOf([change('removed', { clipId: 'a', startMs: 5, endMs: 9 })]);
    assert.equal(clips.size, 0);
    assert.deepEqual(ghosts, [{ trackIndex: 1, title: 'talk', startMs: 5, endMs: 9 }]);
  });

  it('marks nothing where nothing changed', () => {
    assert.equal(marksOf(undefined).clips.size, 0);
  });
});
