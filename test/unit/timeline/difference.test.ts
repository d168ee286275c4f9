import assert from 'node:assert/strict';

import fc from 'fast-check';

import { compareTimelines } from '../../../src/timeline/difference.ts';
import { readDraft } from '../../../src/timeline/read-draft.ts';
import type { Timeline } from '../../../src/timeline/timeline-model.ts';
import { clip, timelineOf, track, words, type Segment } from './draft-of.ts';

const sentences = (before: Timeline, after: Timeline) =>
  compareTimelines(before, after).map(({ sentence }) => sentence);
const video = (...segments: Segment[]) => track(0, 'Video', ...segments);
const talk = (start: number, seconds: number, from: number, more: Segment = {}) =>
  clip('talk', start, seconds, { ss: from * 1000, src: 'https://cdn.test/talk.mp4', ...more });

describe('The difference of two timelines', () => {
  for (const [what, before, after, expected] of [
    [
      'a title that came',
      [video(clip('city', 0, 10))],
      [video(clip('city', 0, 10)), track(7, 'Title', words('Paradise Found', 0, 3))],
      ['Title added: "Paradise Found" (0–3 s)'],
    ],
    ['a clip that got shorter', [video(clip('city', 0, 10))], [video(clip('city', 0, 8))], ['Clip "city": 10 s → 8 s']],
    [
      'music that came, with its volume',
      [video(clip('city', 0, 10))],
      [video(clip('city', 0, 10)), track(1, 'BGM', clip('Lo-fi', 0, 10, { vo: 0.35 }))],
      ['BGM added: "Lo-fi" (0–10 s, 35%)'],
    ],
    [
      'a clip that went',
      [video(clip('city', 0, 10), clip('sea', 10, 4))],
      [video(clip('city', 0, 10))],
      ['Clip removed: "sea" (10–14 s)'],
    ],
    [
      'a volume',
      [track(1, 'BGM', clip('Lo-fi', 0, 10))],
      [track(1, 'BGM', clip('Lo-fi', 0, 10, { vo: 0.35 }))],
      ['BGM "Lo-fi": volume 100% → 35%'],
    ],
    [
      'a speed',
      [video(clip('city', 0, 10))],
      [video(clip('city', 0, 5, { sp: 2 }))],
      ['Clip "city": 10 s → 5 s, speed 1× → 2×'],
    ],
    [
      'a text',
      [track(7, 'Title', words('Hello', 0, 3))],
      [track(7, 'Title', words('Goodbye', 0, 3))],
      ['Title changed: "Hello" → "Goodbye" (0–3 s)'],
    ],
    [
      'an effect that came',
      [video(clip('city', 0, 10))],
      [video(clip('city', 0, 10, { fx: ['Warm grade'] }))],
      ['Clip "city": effect added: Warm grade'],
    ],
    [
      'an effect that went',
      [video(clip('city', 0, 10, { fx: ['Warm', 'Grain'] }))],
      [video(clip('city', 0, 10, { fx: ['Grain'] }))],
      ['Clip "city": effect removed: Warm'],
    ],
    ['a clip that moved', [video(clip('city', 0, 4))], [video(clip('city', 6, 4))], ['Clip "city" moved: 0 s → 6 s']],
    [
      'another part of the source',
      [video(talk(0, 10, 0))],
      [video(talk(0, 8, 2))],
      ['Clip "talk": 10 s → 8 s, part of the source 0–10 s → 2–10 s'],
    ],
    [
      'a new name for the same source',
      [video(clip('a', 0, 4, { src: 'x.mp4' }))],
      [video(clip('b', 0, 4, { src: 'x.mp4' }))],
      ['Clip "a": now called "b"'],
    ],
    [
      'another clip in the same place',
      [video(clip('a', 0, 4, { src: 'x.mp4' }))],
      [video(clip('b', 0, 4, { src: 'y.mp4' }))],
      ['Clip "a": replaced by "b"'],
    ],
    [
      'another picture size',
      [video(clip('a', 0, 4, { m: { title: 'a', width: 1920, height: 1080 } }))],
      [video(clip('a', 0, 4, { m: { title: 'a', width: 1080, height: 1920 } }))],
      ['Clip "a": 1920×1080 → 1080×1920'],
    ],
    [
      'a clip on another track',
      [video(clip('a', 0, 4, { id: 1 }), clip('b', 4, 4, { id: 2 })), track(0, 'Overlay', clip('c', 0, 4, { id: 3 }))],
      [video(clip('a', 0, 4, { id: 1 })), track(0, 'Overlay', clip('c', 0, 4, { id: 3 }), clip('b', 4, 4, { id: 2 }))],
      ['Clip "b": moved to "Overlay"'],
    ],
    ['an empty track that came', [video()], [video(), track(1, 'Voice')], ['Track added: "Voice", empty']],
    ['an empty track that went', [video(), track(1, 'Voice')], [video()], ['Track removed: "Voice"']],
    [
      'another name of a track',
      [track(0, 'Rough cut', clip('a', 0, 4))],
      [track(0, 'Final cut', clip('a', 0, 4))],
      ['Track "Rough cut" is now called "Final cut"'],
    ],
    [
      'a caption',
      [track(7, 'Captions', words('Hi', 0, 1))],
      [track(7, 'Captions', words('Hi', 0, 1), words('there', 1, 1))],
      ['Caption added: "there" (1–2 s)'],
    ],
    [
      'a very small change of a long clip',
      [video(clip('long', 0, 90))],
      [video(clip('long', 0, 90.03))],
      ['Clip "long": 90 s → 90.03 s'],
    ],
  ] as const) {
    it(`tells of ${what}`, () => assert.deepEqual(sentences(timelineOf(...before), timelineOf(...after)), expected));
  }

  it('tells of the canvas', () => {
    assert.deepEqual(compareTimelines(readDraft({ w: 1920, h: 1080 }), readDraft({ w: 1080, h: 1920 })), [
      {
        kind: 'changed',
        trackIndex: 0,
        trackKind: 'other',
        title: 'Canvas',
        startMs: 0,
        endMs: 0,
        sentence: 'Canvas: 1920×1080 → 1080×1920',
      },
    ]);
  });

  it('says of what went where it was, on the track that goes on from its own, or that none does', () => {
    const before = timelineOf(
      track(7, 'Title', words('Hi', 2, 3, { id: 13 })),
      video(clip('city', 0, 10, { id: 11 }), clip('sea', 10, 4, { id: 12 })),
    );
    const after = timelineOf(video(clip('city', 0, 10, { id: 11 })));
    assert.deepEqual(
      compareTimelines(before, after).map(({ kind, formerly }) => [kind, formerly]),
      [
        ['removed', [{ trackIndex: 0, trackTitle: 'Title', title: 'Hi', startMs: 2000, endMs: 5000 }]],
        ['removed', [{ trackIndex: 1, title: 'sea', startMs: 10_000, endMs: 14_000 }]],
      ],
    );
  });

  it('says of each clip of a group where it was', () => {
    const shots = (from: number) => [0, 1, 2, 3].map((at) => clip(`shot ${at}`, from + at * 5, 5, { id: 20 + at }));
    const [gone] = compareTimelines(
      timelineOf(video(clip('city', 0, 10, { id: 11 }), ...shots(10))),
      timelineOf(video(clip('city', 0, 10, { id: 11 }))),
    );
    assert.deepEqual(
      gone?.formerly?.map(({ title, startMs }) => [title, startMs]),
      [
        ['shot 0', 10_000],
        ['shot 1', 15_000],
        ['shot 2', 20_000],
        ['shot 3', 25_000],
      ],
    );
    const [moved] = compareTimelines(timelineOf(video(...shots(0))), timelineOf(video(...shots(3))));
    assert.deepEqual(
      moved?.formerly?.map(({ startMs, endMs }) => [startMs, endMs]),
      [
        [0, 5000],
        [5000, 10_000],
        [10_000, 15_000],
        [15_000, 20_000],
      ],
    );
  });

  it('says where each change is, on the new timeline or, for what went, on the old one', () => {
    const before = timelineOf(video(clip('city', 0, 10, { id: 11 }), clip('sea', 10, 4, { id: 12 })));
    const after = timelineOf(video(clip('city', 1, 10, { id: 11 })), track(7, 'Title', words('Hi', 2, 3, { id: 13 })));
    assert.deepEqual(compareTimelines(before, after), [
      {
        kind: 'removed',
        trackIndex: 1,
        trackKind: 'video',
        clipId: '12',
        title: 'sea',
        startMs: 10_000,
        endMs: 14_000,
        formerly: [{ trackIndex: 1, title: 'sea', startMs: 10_000, endMs: 14_000 }],
        sentence: 'Clip removed: "sea" (10–14 s)',
      },
      {
        kind: 'moved',
        trackIndex: 1,
        trackKind: 'video',
        clipId: '11',
        title: 'city',
        startMs: 1000,
        endMs: 11_000,
        formerly: [{ trackIndex: 1, title: 'city', startMs: 0, endMs: 10_000 }],
        sentence: 'Clip "city" moved: 0 s → 1 s',
      },
      {
        kind: 'added',
        trackIndex: 2,
        trackKind: 'text',
        clipId: '13',
        title: 'Hi',
        startMs: 2000,
        endMs: 5000,
        sentence: 'Title added: "Hi" (2–5 s)',
      },
    ]);
  });

  it('follows a clip by its id through any other change', () => {
    const before = timelineOf(video(clip('a', 0, 4, { id: 1 }), clip('a', 4, 4, { id: 2 })));
    const after = timelineOf(video(clip('a', 0, 4, { id: 2 }), clip('a', 4, 3, { id: 1 })));
    assert.deepEqual(sentences(before, after), ['Clip "a": 4 s → 3 s, moved 0 s → 4 s', 'Clip "a" moved: 4 s → 0 s']);
  });

  it('does not trust an id that lost digits against the content', () => {
    const before = timelineOf(video(clip('a', 0, 4, { id: 2 ** 62, src: 'a.mp4' })));
    const after = timelineOf(video(clip('b', 9, 3, { id: 2 ** 62, src: 'b.mp4' })));
    assert.deepEqual(sentences(before, after), ['Clip removed: "a" (0–4 s)', 'Clip added: "b" (9–12 s)']);
  });

  it('is not deceived by a signature that changes at every reading', () => {
    const at = (sig: number) => timelineOf(video(clip('a', 0, 4, { src: `https://cdn.test/a.mp4?sig=${sig}` })));
    assert.deepEqual(sentences(at(1), at(2)), []);
  });

  it('tells of many cut pauses in one sentence', () => {
    const before = timelineOf(video(talk(0, 42, 0)));
    let at = 0;
    const pieces = [0, 6, 12, 18, 24, 30, 37].map((from, index) => {
      const seconds = index < 6 ? 4.5 : 4;
      const piece = talk(at, seconds, from);
      at += seconds;
      return piece;
    });
    const [change, ...rest] = compareTimelines(before, timelineOf(video(...pieces)));
    assert.equal(change!.sentence, '"talk" was cut into 7 clips, 42 s → 31 s');
    assert.equal(change!.clipIds!.length, 7);
    assert.deepEqual([change!.startMs, change!.endMs, rest.length], [0, 31_000, 0]);
  });

  it('tells what the pieces of a cut have in common, and what some of them have', () => {
    const before = timelineOf(video(talk(0, 12, 0)));
    const fx = ['Warm grade'];
    const after = timelineOf(video(talk(0, 4, 0, { vo: 0.5, fx }), talk(4, 4, 8, { vo: 0.5 })));
    assert.deepEqual(sentences(before, after), [
      '"talk" was cut into 2 clips, 12 s → 8 s, volume 100% → 50%, effect added: Warm grade (1 of 2 clips)',
    ]);
  });

  it('recognises a cut though the first piece keeps the id, and a further cut', () => {
    const whole = timelineOf(video(talk(0, 42, 0, { id: 1 })));
    const halves = timelineOf(video(talk(0, 20, 0, { id: 1 }), talk(20, 20, 22, { id: 2 })));
    const thirds = timelineOf(video(talk(0, 8, 0, { id: 1 }), talk(8, 8, 10, { id: 3 }), talk(16, 18, 24, { id: 2 })));
    assert.deepEqual(sentences(whole, halves), ['"talk" was cut into 2 clips, 42 s → 40 s']);
    assert.deepEqual(sentences(halves, thirds), ['2 clips of "talk" were cut into 3, 40 s → 34 s']);
  });

  it('recognises a cut although another track shows parts of the same source', () => {
    const before = timelineOf(video(talk(0, 6, 0)));
    const after = timelineOf(
      video(clip('intro', 0, 3), talk(3, 1.6, 0), talk(4.6, 1.7, 2.4), talk(6.3, 1, 5)),
      track(0, 'B-roll', talk(4, 1, 3, { m: { title: 'B-roll' } })),
    );
    assert.deepEqual(sentences(before, after), [
      'Clip added: "intro" (0–3 s)',
      '"talk" was cut into 3 clips, 6 s → 4.3 s',
      'Clip added: "B-roll" (4–5 s)',
    ]);
  });

  it('does not take a second use of a clip for a cut', () => {
    const before = timelineOf(video(talk(0, 10, 0)));
    assert.deepEqual(sentences(before, timelineOf(video(talk(0, 10, 0), talk(10, 10, 0)))), [
      'Clip added: "talk" (10–20 s)',
    ]);
  });

  it('tells of many clips that moved along in one sentence', () => {
    const shots = (from: number) => Array.from({ length: 9 }, (_, at) => clip(`shot ${at}`, from + at * 2, 2));
    const before = timelineOf(video(...shots(0)));
    const after = timelineOf(video(clip('intro', 0, 5), ...shots(5)));
    assert.deepEqual(sentences(before, after), ['Clip added: "intro" (0–5 s)', '9 clips on "Video" moved by +5 s']);
  });

  it('tells of moves by different distances in few sentences', () => {
    const before = timelineOf(video(...Array.from({ length: 20 }, (_, at) => clip(`shot ${at}`, at * 2, 2))));
    const after = timelineOf(video(...Array.from({ length: 20 }, (_, at) => clip(`shot ${at}`, at * 2 + (at % 5), 2))));
    const told = sentences(before, after);
    assert.deepEqual(told, ['4 clips on "Video" moved by +1 s', '12 clips on "Video" moved']);
    const three = (by: (at: number) => number) =>
      timelineOf(video(...[1, 2, 3].map((at) => clip(`shot ${at}`, at * 10 + by(at), 2))));
    assert.deepEqual(
      sentences(
        three(() => 0),
        three((at) => at),
      ),
      ['3 clips on "Video" moved'],
    );
  });

  it('tells of the same change on many clips in one sentence', () => {
    const shots = (more: Segment) =>
      video(...Array.from({ length: 5 }, (_, at) => clip(`shot ${at}`, at * 2, 2, more)));
    assert.deepEqual(sentences(timelineOf(shots({})), timelineOf(shots({ fx: ['Warm grade'] }))), [
      '5 clips on "Video": effect added: Warm grade',
    ]);
  });

  it('tells of one speed for all in one sentence, with the length in all', () => {
    const shots = (sp: number) =>
      timelineOf(video(...[3, 1, 2, 4].map((seconds, at) => clip(`shot ${at}`, (at * 10) / sp, seconds / sp, { sp }))));
    assert.deepEqual(sentences(shots(1), shots(2)), [
      '4 clips on "Video": 10 s → 5 s, speed 1× → 2×',
      '3 clips on "Video" moved',
    ]);
  });

  it('tells of many different changes by their sum', () => {
    const shots = (seconds: (at: number) => number) =>
      timelineOf(video(...Array.from({ length: 9 }, (_, at) => clip(`shot ${at}`, at * 10, seconds(at)))));
    assert.deepEqual(
      sentences(
        shots(() => 9),
        shots((at) => 9 - at / 2 - 0.5),
      ),
      ['9 clips on "Video": 1:21 → 58.5 s'],
    );
  });

  it('tells of many clips that came or went together', () => {
    const empty = timelineOf(video(clip('talk', 0, 60)));
    const captions = Array.from({ length: 24 }, (_, at) => words(`line ${at}`, at * 2, 2));
    const full = timelineOf(video(clip('talk', 0, 60)), track(7, 'Captions', ...captions));
    assert.deepEqual(sentences(empty, full), ['Track added: "Captions" with 24 clips (0–48 s)']);
    assert.deepEqual(sentences(full, empty), ['Track removed: "Captions" with 24 clips (0–48 s)']);
    const few = timelineOf(video(clip('talk', 0, 60)), track(7, 'Captions', ...captions.slice(0, 4)));
    assert.deepEqual(sentences(few, full), [
      '20 clips added to "Captions": "line 4", "line 5", "line 6", 17 more (8–48 s)',
    ]);
    assert.deepEqual(sentences(full, few), [
      '20 clips removed from "Captions": "line 4", "line 5", "line 6", 17 more (8–48 s)',
    ]);
  });

  it('never fills the screen', () => {
    const tracks = (prefix: string) =>
      timelineOf(...Array.from({ length: 60 }, (_, at) => track(0, `T${at}`, clip(`${prefix}${at}`, at, at + 1))));
    const told = sentences(tracks('a'), tracks('b'));
    assert.equal(told.length, 40);
    assert.equal(told.at(-1), 'And 21 more changes');
  });

  it('says nothing where nothing changed, and something where anything visible did', () => {
    const segment = fc.record({
      st: fc.integer({ min: 0, max: 20 }).map((at) => at * 1000),
      d: fc.integer({ min: 1, max: 9 }).map((at) => at * 1000),
      src: fc.constantFrom('a.mp4', 'b.mp4', 'c.mp4'),
      vo: fc.constantFrom(1, 0.5),
      m: fc.record({ title: fc.constantFrom('a', 'b', 'c') }),
    });
    const draft = fc
      .array(fc.record({ tt: fc.constantFrom(0, 1, 7, 9), sg: fc.array(segment, { maxLength: 12 }) }), { maxLength: 4 })
      .map((t) => ({ t }));
    const visible = (timeline: Timeline) =>
      timeline.tracks
        .map(
          (row) =>
            `${row.kind}|${row.clips
              .map((one) => JSON.stringify({ ...one, id: '' }))
              .sort()
              .join()}`,
        )
        .join('\n');
    fc.assert(
      fc.property(draft, draft, (one, other) => {
        const [before, after] = [readDraft(one), readDraft(other)];
        assert.deepEqual(compareTimelines(before, readDraft(structuredClone(one))), []);
        const changes = compareTimelines(before, after);
        assert.equal(changes.length > 0, visible(before) !== visible(after));
        const known = new Set([...before.tracks, ...after.tracks].flatMap((row) => row.clips.map(({ id }) => id)));
        for (const change of changes) {
          assert.ok(change.sentence.length > 0 && change.startMs <= change.endMs);
          for (const id of change.clipIds ?? [change.clipId]) assert.ok(id === undefined || known.has(id));
        }
      }),
    );
  });
});
