import assert from 'node:assert/strict';

import type { Clip } from '../../../src/timeline/timeline-model.ts';
import { LeastRecentCache } from '../../../webview/media/least-recent-cache.ts';
import type { PictureMaker } from '../../../webview/media/picture-maker.ts';
import { ClipPictures } from '../../../webview/timeline/clip-pictures.ts';

/** A picture of so many px that knows whether it was closed. */
function bitmap(width = 10, height = 10) {
  const image = { width, height, closed: false, close: () => (image.closed = true) };
  return image as unknown as ImageBitmap & { closed: boolean };
}

describe('What clips show', () => {
  const clip = (id: string, source: string): Clip => ({ id, title: id, startMs: 0, durationMs: 1_000, source });
  let idle: (() => void)[];
  let redraws: number;
  let opened: string[];
  let closed: string[];
  let asked: number[][];
  let made: number[];
  let pictures: ClipPictures;
  let onAsk: (signal: AbortSignal) => Promise<void>;

  function maker(clipId: string): PictureMaker {
    return {
      fingerprint: clipId,
      aspect: 2,
      isStill: false,
      hasSound: true,
      async *pictures(moments, signal) {
        asked.push([...moments]);
        await onAsk(signal);
        for (const sourceMs of moments) {
          made.push(sourceMs);
          yield { sourceMs, image: sourceMs === 666 ? null : bitmap() };
        }
      },
      peaks: (level, piece) => Promise.resolve(piece === 0 ? new Uint8Array([level]) : undefined),
      close: () => closed.push(clipId),
    };
  }

  beforeEach(() => {
    idle = [];
    redraws = 0;
    opened = [];
    closed = [];
    asked = [];
    made = [];
    onAsk = () => Promise.resolve();
    pictures = new ClipPictures(
      (clipId) => {
        opened.push(clipId);
        return Promise.resolve(clipId.startsWith('plain') ? undefined : maker(clipId));
      },
      () => (redraws += 1),
      (work) => idle.push(work),
    );
  });

  /** Draws, lets the page be idle, and lets what it began come to its end. */
  async function drawn(draw: () => void): Promise<void> {
    pictures.begin();
    draw();
    pictures.end();
    for (let rounds = 0; rounds < 20; rounds += 1) {
      for (const work of idle.splice(0)) work();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it('is opened only when it was seen, and when the page has nothing better to do', async () => {
    pictures.begin();
    pictures.source(clip('a', 'film'));
    pictures.end();
    assert.deepEqual(opened, []);
    await drawn(() => pictures.source(clip('a', 'film')));
    assert.deepEqual(opened, ['a']);
    assert.ok(redraws > 0);
  });

  it('is made once for all clips of a source', async () => {
    const one = clip('a', 'film');
    const other = clip('b', 'film');
    const draw = () => {
      for (const each of [one, other]) if (pictures.source(each)) pictures.picture(each, 64);
    };
    await drawn(draw);
    await drawn(draw);
    assert.deepEqual(opened, ['a']);
    assert.deepEqual(asked, [[64]]);
    pictures.begin();
    assert.equal(pictures.picture(other, 64)?.width, 10);
  });

  it('is not asked for again where the film has no picture, or the sound no peaks', async () => {
    const it = clip('a', 'film');
    const draw = () => {
      if (!pictures.source(it)) return;
      pictures.picture(it, 666);
      pictures.peaks(it, 1, 0);
      pictures.peaks(it, 1, 1);
    };
    for (let times = 0; times < 4; times += 1) await drawn(draw);
    assert.equal(asked.flat().filter((ms) => ms === 666).length, 1);
    assert.deepEqual(pictures.peaks(it, 1, 0), new Uint8Array([1]));
    assert.equal(pictures.peaks(it, 1, 1), undefined);
  });

  it('stands in for a moment that is still to come', async () => {
    const it = clip('a', 'film');
    await drawn(() => pictures.source(it));
    await drawn(() => pictures.source(it) && pictures.picture(it, 4_096));
    pictures.begin();
    assert.ok(pictures.picture(it, 4_160));
  });

  it('is given up when nobody sees it any more', async () => {
    const it = clip('a', 'film');
    await drawn(() => pictures.source(it));
    let given: AbortSignal | undefined;
    let goOn: () => void = () => undefined;
    onAsk = (signal) => {
      given = signal;
      return new Promise((resolve) => (goOn = resolve));
    };
    await drawn(() => pictures.source(it) && pictures.picture(it, 0));
    assert.equal(given?.aborted, false);
    await drawn(() => undefined);
    assert.equal(given.aborted, true);
    goOn();
  });

  it('stays plain where nothing can be opened, until another timeline comes', async () => {
    const it = clip('plain', 'gone');
    await drawn(() => pictures.source(it));
    await drawn(() => pictures.source(it));
    assert.deepEqual(opened, ['plain']);
    pictures.contentChanged();
    await drawn(() => pictures.source(it));
    assert.deepEqual(opened, ['plain', 'plain']);
  });

  it('keeps few files open: those that were not seen for the longest time are closed', async () => {
    for (let number = 0; number < 9; number += 1)
      await drawn(() => pictures.source(clip(`c${number}`, `film ${number}`)));
    assert.equal(opened.length, 9);
    assert.deepEqual(closed, ['c0', 'c1', 'c2']);
    pictures.stop();
    assert.equal(closed.length, 9);
  });

  it('keeps few files open also where many are in sight, and makes the pictures of all', async () => {
    const clips = Array.from({ length: 40 }, (_, at) => clip(`c${at}`, `film ${at}`));
    let most = 0;
    for (let times = 0; times < 40; times += 1) {
      await drawn(() => {
        for (const each of clips) if (pictures.source(each)) pictures.picture(each, 64);
      });
      most = Math.max(most, opened.length - closed.length);
    }
    assert.ok(most <= 8, `${most} were open`);
    pictures.begin();
    assert.ok(clips.every((each) => pictures.picture(each, 64)));
  });

  it('asks for no more than can be kept, so that it comes to an end', async () => {
    const it = clip('a', 'film');
    const draw = () => {
      if (!pictures.source(it)) return;
      for (let at = 0; at < 3_000; at += 1) pictures.picture(it, at * 64);
    };
    await drawn(draw);
    for (let times = 0; times < 5; times += 1) await drawn(draw);
    const before = new Set(asked.flat()).size;
    for (let times = 0; times < 100; times += 1) await drawn(draw);
    assert.ok(before > 0);
    const moments = asked.flat();
    assert.equal(moments.length, new Set(moments).size);
    assert.ok(moments.length < 1_000, `${moments.length}`);
  });

  it('leaves out the moments that the next drawing does not want', async () => {
    const it = clip('a', 'film');
    await drawn(() => pictures.source(it));
    let goOn: () => void = () => undefined;
    onAsk = () => new Promise((resolve) => (goOn = resolve));
    await drawn(() => pictures.source(it) && [0, 64, 128].map((ms) => pictures.picture(it, ms)));
    onAsk = () => Promise.resolve();
    await drawn(() => {
      pictures.source(it);
      pictures.picture(it, 6_400);
      goOn();
    });
    assert.deepEqual(made, [0, 6_400]);
  });
});

describe('A cache of what was used last', () => {
  it('holds so many bytes, and lets go of what was not used for the longest time', () => {
    const gone: string[] = [];
    const cache = new LeastRecentCache<string>(30, (value) => gone.push(value));
    for (const key of ['a', 'b', 'c']) cache.set(key, key, 10);
    cache.get('a');
    cache.set('d', 'd', 10);
    assert.deepEqual(gone, ['b']);
    assert.equal(cache.bytes, 30);
    cache.set('e', 'e', 100);
    assert.equal(cache.get('e'), 'e');
    assert.deepEqual(gone, ['b', 'c', 'a', 'd']);
    cache.clear();
    assert.equal(cache.bytes, 0);
  });
});
