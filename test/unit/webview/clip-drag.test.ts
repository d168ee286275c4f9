import assert from 'node:assert/strict';

import * as l10n from '@vscode/l10n';

import { instructionSentence, namedClip } from '../../../src/timeline/clip-instructions.ts';
import type { Clip, Track } from '../../../src/timeline/timeline-model.ts';
import { dragged, type DraggedSpan, dragInstruction, type Grip, gripAt } from '../../../webview/timeline/clip-drag.ts';
import { TrackIndex } from '../../../webview/timeline/track-index.ts';

const track: Track = {
  index: 1,
  kind: 'video',
  title: 'Video',
  clips: [
    { id: 'a', title: 'talk', startMs: 0, durationMs: 4_000 },
    { id: 'b', title: 'city', startMs: 10_000, durationMs: 5_000 },
  ],
};
const index = new TrackIndex(track);
const city = index.clips[1]!;
/** 1 px is 100 ms: the clip lies from 100 to 150 px. */
const window = { startMs: 0, msPerPx: 100 };
const far = -1e9;

const dragSentence = (of: Track, clip: Clip, grip: Grip, span: DraggedSpan) =>
  instructionSentence(namedClip(of, clip), dragInstruction(clip, grip, span));

describe('Dragging a clip', () => {
  it('holds an edge near the edge and the whole in between', () => {
    assert.equal(gripAt(city, window, 102), 'start');
    assert.equal(gripAt(city, window, 147), 'end');
    assert.equal(gripAt(city, window, 125), 'whole');
    assert.equal(gripAt(city, window, 200), undefined);
  });

  it('leaves a middle also on a narrow clip', () => {
    assert.equal(gripAt(city, { startMs: 0, msPerPx: 500 }, 25), 'whole');
  });

  it('trims an edge to a round time', () => {
    assert.deepEqual(dragged(index, 1, 'end', -13.4, window, far), { startMs: 10_000, endMs: 13_500 });
    assert.deepEqual(dragged(index, 1, 'start', 20.4, window, far), { startMs: 12_000, endMs: 15_000 });
  });

  it('jumps to the neighbour’s edge and to the playhead', () => {
    assert.deepEqual(dragged(index, 1, 'whole', -57, window, far), { startMs: 4_000, endMs: 9_000 });
    assert.deepEqual(dragged(index, 1, 'end', 21, window, 17_340), { startMs: 10_000, endMs: 17_340 });
  });

  it('never trims a clip to nothing, and never begins before zero', () => {
    assert.deepEqual(dragged(index, 1, 'end', -500, window, far), { startMs: 10_000, endMs: 10_040 });
    assert.deepEqual(dragged(index, 1, 'start', 500, window, far), { startMs: 14_960, endMs: 15_000 });
    assert.deepEqual(dragged(index, 1, 'whole', -900, window, far), { startMs: 0, endMs: 5_000 });
  });

  it('comes out as a sentence with exact times', () => {
    assert.equal(
      dragSentence(track, city, 'start', { startMs: 11_237, endMs: 15_000 }),
      'Trim the first 1.237 s off clip "city" on track 1 (Video, 0:10–0:15).',
    );
    assert.equal(
      dragSentence(track, city, 'start', { startMs: 9_500, endMs: 15_000 }),
      'Extend clip "city" on track 1 (Video, 0:10–0:15) so that it begins at 0:09.5.',
    );
    assert.equal(
      dragSentence(track, city, 'end', { startMs: 10_000, endMs: 13_500 }),
      'Trim clip "city" on track 1 (Video, 0:10–0:15) so that it ends at 0:13.5.',
    );
    assert.equal(
      dragSentence(track, city, 'whole', { startMs: 4_000, endMs: 9_000 }),
      'Move clip "city" on track 1 (Video, 0:10–0:15) so that it begins at 0:04.',
    );
  });

  it('asks for the edit in the marks of the language, too', () => {
    l10n.config({ contents: { ', ': '，' } });
    try {
      const sentence = dragSentence(track, city, 'end', { startMs: 10_000, endMs: 13_500 });
      assert.match(sentence, /\(Video，0:10–0:15\)/);
    } finally {
      l10n.config({ contents: {} });
    }
  });
});
