import assert from 'node:assert/strict';

import { LeastRecentCache } from '../../../webview/media/least-recent-cache.ts';

describe('What is kept of pictures', () => {
  it('never takes more than its bytes: what was used longest ago goes, and is handed over', () => {
    const gone: string[] = [];
    const cache = new LeastRecentCache<string>(100, (value) => gone.push(value));
    cache.set('a', 'first', 40);
    cache.set('b', 'second', 40);
    assert.equal(cache.get('a'), 'first');
    cache.set('c', 'third', 40);
    assert.deepEqual(gone, ['second']);
    assert.equal(cache.get('b'), undefined);
    assert.equal(cache.get('a'), 'first');
    assert.equal(cache.bytes, 80);
  });

  it('keeps the newest even where it alone is too large', () => {
    const cache = new LeastRecentCache<string>(100);
    cache.set('a', 'small', 10);
    cache.set('b', 'large', 500);
    assert.equal(cache.get('b'), 'large');
    assert.equal(cache.get('a'), undefined);
  });

  it('hands over what is replaced, and all of it when it is cleared', () => {
    const gone: string[] = [];
    const cache = new LeastRecentCache<string>(100, (value) => gone.push(value));
    cache.set('a', 'old', 10);
    cache.set('a', 'new', 20);
    assert.deepEqual(gone, ['old']);
    assert.equal(cache.bytes, 20);
    cache.clear();
    assert.deepEqual(gone, ['old', 'new']);
    assert.equal(cache.bytes, 0);
  });
});
