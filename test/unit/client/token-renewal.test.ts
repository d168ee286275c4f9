import assert from 'node:assert/strict';

import type { TokenSource } from '../../../src/client/client-options.ts';
import { NemoClient } from '../../../src/client/nemo-client.ts';
import { clientOptions, failing } from './client-fixture.ts';
import { startStubService, type StubAnswer, type StubService } from './stub-service.ts';

describe('The renewal of a token', () => {
  let service: StubService;
  let client: NemoClient | undefined;
  before(async () => {
    service = await startStubService();
  });
  afterEach(() => client?.close());
  after(() => service.close());

  /** Takes `good` alone; every other token is answered as `refusal` says. */
  const guard =
    (good: string, refusal: { readonly status: number; readonly code?: number }): StubAnswer =>
    ({ headers }, response) => {
      const isGood = headers.authorization === `Bearer ${good}`;
      response.writeHead(isGood ? 200 : refusal.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isGood ? { available: 7 } : { code: refusal.code ?? 1001, message: 'no' }));
    };
  const clientWith = (tokens: TokenSource) => (client = new NemoClient(clientOptions(service.url, { tokens })));
  const sentTokens = (from: number) => service.seen.slice(from).map(({ headers }) => headers.authorization?.slice(7));

  it('is one for three requests under way, each of which goes once more', async () => {
    service.answer(guard('new', { status: 200 }));
    const renewed: string[] = [];
    const begun = Promise.withResolvers<undefined>();
    const go = Promise.withResolvers<undefined>();
    let current = 'old';
    const own = clientWith({
      token: () => Promise.resolve(current),
      renew: async (rejected) => {
        renewed.push(rejected);
        begun.resolve(undefined);
        await go.promise;
        return (current = 'new');
      },
    });
    const from = service.seen.length;
    const work = Promise.all([own.credits(), own.credits(), own.createSession('en').catch(() => undefined)]);
    await begun.promise;
    // All three were refused before the new one came.
    while (service.seen.length < from + 3) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 30));
    go.resolve(undefined);
    const [first, second] = await work;
    assert.deepEqual([first.available, second.available], [7, 7]);
    assert.deepEqual(renewed, ['old']);
    assert.deepEqual(sentTokens(from), ['old', 'old', 'old', 'new', 'new', 'new']);
  });

  it('is left out where another token is in use by then', async () => {
    service.answer(guard('theirs', { status: 401 }));
    let asked = 0;
    const own = clientWith({
      token: () => Promise.resolve(asked++ === 0 ? 'old' : 'theirs'),
      renew: () => assert.fail('renewed'),
    });
    assert.equal((await own.credits()).available, 7);
  });

  it('goes on for the others when the one who came first gives up', async () => {
    service.answer(guard('new', { status: 401 }));
    const begun = Promise.withResolvers<undefined>();
    const go = Promise.withResolvers<undefined>();
    const own = clientWith({
      token: () => Promise.resolve('old'),
      renew: async (_rejected, signal) => {
        begun.resolve(undefined);
        await go.promise;
        signal?.throwIfAborted();
        return 'new';
      },
    });
    const stop = new AbortController();
    const stopped = failing(own.credits(stop.signal), 'cancelled');
    await begun.promise;
    const other = own.credits();
    const seen = service.seen.length;
    stop.abort();
    await stopped;
    while (service.seen.length <= seen) await new Promise((resolve) => setImmediate(resolve));
    // Its refusal is here before the new token is.
    await new Promise((resolve) => setTimeout(resolve, 50));
    go.resolve(undefined);
    assert.equal((await other).available, 7);
  });

  for (const refusal of [
    { status: 401, code: 1001 },
    { status: 403, code: 1001 },
    { status: 400, code: 1010 },
    { status: 200, code: 1011 },
    { status: 401, code: 9999 },
  ]) {
    it(`follows HTTP ${refusal.status} with the code ${refusal.code}`, async () => {
      service.answer(guard('new', refusal));
      const own = clientWith({ token: () => Promise.resolve('old'), renew: () => Promise.resolve('new') });
      const from = service.seen.length;
      assert.equal((await own.credits()).available, 7);
      assert.deepEqual(sentTokens(from), ['old', 'new']);
    });
  }

  for (const refusal of [{ status: 403, code: 403 }, { status: 402, code: 2001 }, { status: 402 }, { status: 404 }]) {
    it(`does not follow HTTP ${refusal.status} with the code ${refusal.code ?? '–'}, and nothing is tried again`, async () => {
      service.answer({ status: refusal.status, json: refusal.code === undefined ? {} : { code: refusal.code } });
      const own = clientWith({ token: () => Promise.resolve('old'), renew: () => assert.fail('renewed') });
      const from = service.seen.length;
      await assert.rejects(own.credits());
      assert.equal(service.seen.length, from + 1);
    });
  }
});
