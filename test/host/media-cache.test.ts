import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { MediaCache } from '../../src/editor/media/media-cache.ts';

describe('The cache of media', () => {
  const never = new AbortController().signal;
  let folder: string;
  let cache: MediaCache;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nemo-cache-'));
    cache = new MediaCache(folder, 100);
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Fetches so many bytes under that key, and lets go of them. */
  async function fetched(key: string, bytes: number): Promise<void> {
    const held = await cache.hold(key, (path) => writeFile(path, Buffer.alloc(bytes)), never);
    held.release();
  }
  const aged = async (name: string, minutes: number) => {
    const at = new Date(Date.now() - minutes * 60_000);
    await utimes(join(folder, name), at, at);
  };
  const kept = async () => (await readdir(folder)).sort();

  it('takes no more than its bytes: what was used longest ago goes, but nothing that is in use', async () => {
    await fetched('oldest', 40);
    await aged('oldest', 3);
    await fetched('older', 40);
    await aged('older', 2);
    await fetched('new', 40);
    assert.deepEqual(await kept(), ['new', 'older']);

    const held = await cache.hold('older', () => assert.fail('it is there'), never);
    await aged('older', 2);
    await aged('new', 1);
    await fetched('newest', 90);
    assert.deepEqual(await kept(), ['newest', 'older']);
    held.release();
  });

  it('is rid of what a window left half fetched, once nobody can be at it any more', async () => {
    for (const name of ['left.part', 'under way.part']) await writeFile(join(folder, name), 'half');
    await aged('left.part', 61);
    await aged('under way.part', 59);
    await fetched('new', 10);
    assert.deepEqual(await kept(), ['new', 'under way.part']);
  });

  it('keeps nothing of what could not be fetched whole', async () => {
    const broken = new Error('cut off');
    const bring = async (path: string) => {
      await writeFile(path, 'half');
      throw broken;
    };
    await assert.rejects(cache.hold('media', bring, never), broken);
    assert.deepEqual(await kept(), []);
  });
});
