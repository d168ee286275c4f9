import assert from 'node:assert/strict';

import fc from 'fast-check';

import { isReadyToExport, readDraft } from '../../../src/timeline/read-draft.ts';
import type { Clip } from '../../../src/timeline/timeline-model.ts';
import { clip, timelineOf, track, words } from './draft-of.ts';

const firstClip = (segment: Record<string, unknown>, tt: unknown = 0): Clip => {
  const [found] = timelineOf({ tt, sg: [segment] }).tracks[0]!.clips;
  return found!;
};

describe('Reading a draft', () => {
  it('shows its tracks with their clips in milliseconds', () => {
    const timeline = readDraft({
      t: [
        { tt: 0, sg: [{ d: 10_000, m: { title: 'city timelapse', width: 1920, height: 1080 } }] },
        { tt: 1, sg: [{ d: 10_000, vo: 0.35, m: { title: 'Lo-fi' } }] },
        { tt: 7, sg: [{ d: 3000, m: { title: 'Urban Dreams' } }] },
      ],
      w: 1920,
      h: 1080,
    });
    assert.deepEqual(timeline, {
      durationMs: 10_000,
      width: 1920,
      height: 1080,
      tracks: [
        {
          index: 1,
          kind: 'video',
          title: 'Video',
          clips: [{ id: '@1.1', title: 'city timelapse', startMs: 0, durationMs: 10_000, width: 1920, height: 1080 }],
        },
        {
          index: 2,
          kind: 'audio',
          title: 'BGM',
          clips: [{ id: '@2.1', title: 'Lo-fi', startMs: 0, durationMs: 10_000, volume: 35 }],
        },
        {
          index: 3,
          kind: 'text',
          title: 'Title',
          clips: [{ id: '@3.1', title: 'Urban Dreams', startMs: 0, durationMs: 3000, text: 'Urban Dreams' }],
        },
      ],
    });
  });

  it('lets a segment without a start follow the one before it', () => {
    const [row] = timelineOf(track(0, 'Video', { d: 4000 }, { d: 3000 }, { st: 9000, d: 1000 }, { d: 500 })).tracks;
    assert.deepEqual(
      row!.clips.map(({ startMs }) => startMs),
      [0, 4000, 9000, 10_000],
    );
  });

  it('shows an unknown track type as such, with its number', () => {
    const [sticker, nameless, named] = timelineOf(
      track(42, undefined),
      track(undefined, undefined),
      track(5, 'Stickers'),
    ).tracks;
    assert.deepEqual([sticker!.kind, sticker!.typeCode, sticker!.title], ['other', 42, 'Track of type 42']);
    assert.deepEqual(
      [nameless!.kind, nameless!.typeCode, nameless!.title],
      ['other', undefined, 'Track of unknown type'],
    );
    assert.deepEqual([named!.kind, named!.typeCode, named!.title], ['other', 5, 'Stickers']);
  });

  for (const [what, segments, read, expected] of [
    [
      'start',
      [{ st: 5 }, { start: 5 }, { startTime: 5 }, { m: { st: 5 } }, { st: '5' }],
      (one: Clip) => one.startMs,
      5,
    ],
    ['source start', [{ ss: 7 }, { sourceStart: 7 }, { in: 7 }, { m: { in: 7 } }], (one: Clip) => one.sourceStartMs, 7],
    ['speed', [{ sp: 2 }, { speed: 2 }, { m: { speed: 2 } }], (one: Clip) => one.speed, 2],
    [
      'volume',
      [{ vo: 0.35 }, { vol: 0.35 }, { volume: 35 }, { v: 35 }, { m: { v: 0.35 } }],
      (one: Clip) => one.volume,
      35,
    ],
    ['text', [{ tx: 'Hi' }, { text: 'Hi' }, { content: 'Hi' }, { m: { text: 'Hi' } }], (one: Clip) => one.text, 'Hi'],
    [
      'source',
      [{ src: 'a.mp4' }, { url: 'a.mp4' }, { source: 'a.mp4' }, { cdn_url: 'a.mp4' }, { m: { url: 'a.mp4' } }],
      (one: Clip) => one.source,
      'a.mp4',
    ],
    [
      'effects',
      [
        { fx: ['Warm'] },
        { effects: [{ name: 'Warm' }] },
        { filters: [{ title: 'Warm' }] },
        { m: { fx: ['Warm', 'Warm', 3] } },
      ],
      (one: Clip) => one.effects?.join(),
      'Warm',
    ],
    ['id', [{ id: 'a1' }, { m: { id: 'a1' } }], (one: Clip) => one.id, 'a1'],
  ] as const) {
    it(`finds the ${what} under each of its names, on the segment or in its metadata`, () => {
      for (const segment of segments) assert.equal(read(firstClip(segment, 7)), expected, JSON.stringify(segment));
    });
  }

  for (const [written, percent] of [
    [0, 0],
    [1, 100],
    [1.5, 150],
    [2, 2],
    [80, 80],
    [150, 150],
    [-1, undefined],
    ['loud', undefined],
  ] as const) {
    it(`takes the volume ${written} as ${percent ?? 'not told'}${percent === undefined ? '' : ' %'}`, () => {
      assert.equal(firstClip({ vo: written }).volume, percent);
    });
  }

  it('prefers what stands on the segment to its metadata', () => {
    assert.equal(firstClip({ start: 1, m: { st: 2 } }).startMs, 1);
  });

  it('never takes a negative, infinite or missing length for one', () => {
    for (const d of [-5000, Number.NaN, Infinity, '', {}, null, undefined, 'long']) {
      const [row] = timelineOf(track(0, 'Video', { d }, { d: 1000 })).tracks;
      assert.deepEqual([row!.clips[0]!.durationMs, row!.clips[1]!.startMs], [0, 0]);
    }
    assert.equal(firstClip({ st: -100, d: 1 }).startMs, 0);
  });

  it('gives a lone segment without a length that of its track or draft', () => {
    assert.equal(readDraft({ d: 8000, t: [{ tt: 0, sg: [{}] }] }).durationMs, 8000);
    assert.equal(readDraft({ d: 8000, t: [{ tt: 0, d: 6000, sg: [{}] }] }).durationMs, 6000);
    assert.equal(readDraft({ d: 8000, t: [{ tt: 0, sg: [{}, {}] }] }).durationMs, 0);
  });

  it('names a clip by title, text, file or place', () => {
    assert.equal(firstClip({ m: { title: 'city' }, src: 'x.mp4' }).title, 'city');
    assert.equal(firstClip({ tx: 'Hello\nworld' }, 7).title, 'Hello world');
    assert.equal(firstClip({ src: 'https://cdn.test/a/%E5%9F%8E.mp4?sig=1#t' }).title, '城.mp4');
    assert.equal(firstClip({ src: 'https://cdn.test/a/%E5.mp4' }).title, '%E5.mp4');
    assert.equal(firstClip({}).title, 'Clip 1');
  });

  it('keeps the address of a source whole, however long its signature is', () => {
    const url = `https://cdn.test/a.mp4?sig=${'x'.repeat(3000)}`;
    assert.equal(firstClip({ src: url }).source, url);
  });

  it('keeps line breaks in a text and none in a name, and no control or direction marks', () => {
    const found = firstClip({ tx: 'a\r\nb\u0007\u202ec', m: { title: 'x\ty\u0000z\u2066' } }, 7);
    assert.deepEqual([found.text, found.title], ['a\nb  c', 'x y z']);
  });

  it('calls an audio track without a name music, unless what is on it is speech or sound', () => {
    const title = (name: string) => timelineOf(track(1, undefined, clip(name, 0, 1))).tracks[0]!.title;
    assert.deepEqual(
      [title('Lo-fi'), title('Voice-over'), title('旁白'), title('talk.mp4')],
      ['BGM', 'Audio', 'Audio', 'Audio'],
    );
  });

  it('takes the canvas from the draft, else from its metadata, else from the configuration', () => {
    const size = (draft: unknown, config?: unknown) => {
      const { width, height } = readDraft(draft, config);
      return [width, height];
    };
    assert.deepEqual(size({ w: 1080, h: 1920, m: { width: 1, height: 1 } }, { width: 2, height: 2 }), [1080, 1920]);
    assert.deepEqual(size({ m: { width: 640, height: 360 } }, { width: 2, height: 2 }), [640, 360]);
    assert.deepEqual(size({ w: 5 }, { width: 1280, height: 720 }), [1280, 720]);
    assert.deepEqual(size({ w: -1, h: 'tall' }, 'wide'), [undefined, undefined]);
  });

  it('keeps clips distinct whose ids lost digits in parsing, repeat or are missing', () => {
    const draft: unknown = JSON.parse(
      '{"t":[{"tt":0,"sg":[{"id":7301444403200000001},{"id":7301444403200000002},{"id":5},{"id":5},{"id":"x"},{"id":""},{}]}]}',
    );
    const ids = readDraft(draft).tracks[0]!.clips.map(({ id }) => id);
    assert.equal(new Set(ids).size, 7);
    assert.match(ids[0]!, /^~7301444403200000/);
    assert.deepEqual(ids.slice(1), ['@1.2', '5', '@1.4', 'x', '@1.6', '@1.7']);
  });

  it('reads a draft that is handed over as text', () => {
    assert.equal(readDraft('{"t":[{"tt":0,"sg":[{"d":1000}]}]}').durationMs, 1000);
    assert.deepEqual(readDraft('{"t":['), { tracks: [], durationMs: 0 });
  });

  it('makes an empty timeline of what fits no known form', () => {
    for (const nonsense of [undefined, null, 3, 'x', [], {}, { t: 'x' }, { t: { tt: 0 } }, { t: null }]) {
      assert.deepEqual(readDraft(nonsense), { tracks: [], durationMs: 0 });
    }
    assert.deepEqual(timelineOf(track(0, 'Video', null as never, 3 as never, [] as never)).tracks[0]!.clips, []);
  });

  it('survives anything at all, and what it gives is always finite, distinct and plain', () => {
    const value = fc.anything({ maxDepth: 3 });
    const segment = fc.dictionary(
      fc.constantFrom('id', 'st', 'd', 'ss', 'sp', 'vo', 'tx', 'src', 'fx', 'm', '__proto__'),
      value,
    );
    const draft = fc.record({
      t: fc.array(fc.record({ tt: value, sg: fc.array(fc.oneof(segment, value)), m: value })),
      w: value,
      h: value,
    });
    fc.assert(
      fc.property(fc.oneof(value, draft), value, (one, config) => {
        const timeline = readDraft(one, config);
        assert.ok(Number.isFinite(timeline.durationMs) && timeline.durationMs >= 0);
        const clips = timeline.tracks.flatMap((row) => row.clips);
        assert.ok(
          clips.every(
            ({ startMs, durationMs }) => startMs >= 0 && durationMs >= 0 && Number.isFinite(startMs + durationMs),
          ),
        );
        assert.equal(new Set(clips.map(({ id }) => id)).size, clips.length);
        assert.deepEqual(JSON.parse(JSON.stringify(timeline)), timeline);
      }),
    );
  });

  it('stays within bounds however large the draft is', () => {
    const sg = Array.from({ length: 300 }, () => ({ d: 1e300 }));
    const timeline = readDraft({ t: Array.from({ length: 2000 }, () => ({ tt: 0, sg })) });
    assert.ok(timeline.tracks.length <= 500);
    assert.ok(timeline.tracks.reduce((sum, { clips }) => sum + clips.length, 0) <= 100_000);
    assert.ok(timeline.durationMs < Number.MAX_SAFE_INTEGER);
  });

  it('stays within bounds however long its names and texts are', () => {
    const found = firstClip(
      {
        tx: 'x'.repeat(1e6),
        m: { title: '\u0000'.repeat(1e6) + 'y' },
        src: '/'.repeat(1e6),
        fx: Array.from({ length: 1e5 }, (_, at) => `${at}`.repeat(100)),
      },
      7,
    );
    assert.ok(found.title.length <= 200 && found.text!.length <= 2000 && found.source === undefined);
    assert.ok(found.effects!.length <= 50 && found.effects!.every((name) => name.length <= 200));
  });
});

describe('A draft is ready to export', () => {
  it('when some track has a segment', () => {
    assert.ok(
      isReadyToExport({
        t: [
          { tt: 0, sg: [] },
          { tt: 7, sg: [words('Hi', 0, 1)] },
        ],
      }),
    );
    assert.ok(isReadyToExport('{"t":[{"sg":[{}]}]}'));
  });

  it('and not otherwise', () => {
    for (const draft of [undefined, null, {}, { t: [] }, { t: [{ tt: 0, sg: [] }] }, { t: [null, { sg: 'x' }] }, 'x']) {
      assert.equal(isReadyToExport(draft), false);
    }
  });
});
