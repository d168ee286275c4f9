import assert from 'node:assert/strict';

import { NemoError } from '../../../src/client/errors.ts';
import type { AnonymousToken } from '../../../src/client/service-values.ts';
import { TokenStore } from '../../../src/editor/token-store.ts';
import { TurnedClock } from '../turned-clock.ts';
import { memento, Secrets } from './editor-storage.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

describe('A token that was kept', () => {
  let secrets: Secrets;
  let marks: Map<string, unknown>;
  let clock: TurnedClock;
  let taken: number;
  let notKept: number;
  let lifeMs: number;
  let take: () => Promise<AnonymousToken>;

  /** A window of the machine. */
  const store = () =>
    new TokenStore({
      secrets,
      memento: memento(marks),
      origin: 'https://service.example',
      clock,
      environment: {},
      takeAnonymous: () => take(),
      onNotKept: () => (notKept += 1),
    });
  const lost = (error: unknown) => {
    assert.ok(error instanceof NemoError);
    assert.equal(error.code, 'tokenRejected');
    assert.match(error.message, /did not keep the API token/);
    assert.deepEqual(
      error.steps.map(({ kind }) => kind),
      ['signIn', 'signOut'],
    );
    assert.equal(error.notSent, true);
    return true;
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    secrets = new Secrets();
    marks = new Map();
    clock = new TurnedClock();
    taken = notKept = 0;
    lifeMs = 7 * day;
    take = () => {
      taken += 1;
      return Promise.resolve({ token: `anonymous ${taken}`, userId: 'anon_1', expiresAtMs: clock.now() + lifeMs });
    };
  });

  describe('because the user gave it', () => {
    beforeEach(() => store().keepGiven('given', undefined));

    it('is missed when it is gone at the next start, and nobody goes on as somebody else', async () => {
      secrets.vanish();
      const next = store();
      await assert.rejects(next.token(), lost);
      await assert.rejects(next.identity(), lost);
      assert.equal(taken, 0);
    });

    it('is missed while the keyring is locked, and found when it is open', async () => {
      secrets.locked = true;
      const next = store();
      await assert.rejects(next.token(), lost);
      secrets.locked = false;
      assert.equal(await next.token(), 'given');
      assert.equal(taken, 0);
    });

    it('is missed where what the storage gives back is none', async () => {
      for (const key of secrets.values.keys()) secrets.values.set(key, '{"tok');
      await assert.rejects(store().token(), lost);
    });

    it('is not missed any more once the user signed out, here or in another window', async () => {
      const [here, there] = [store(), store()];
      assert.equal(await there.token(), 'given');
      await here.forget();
      assert.equal(await there.token(), 'anonymous 1');
      assert.equal(await store().token(), 'anonymous 1');
    });

    it('is said to be still here where the keyring does not give it up, and is not used again in this window', async () => {
      const here = store();
      assert.equal(await here.token(), 'given');
      secrets.stuck = true;
      await assert.rejects(here.forget(), (error) => {
        assert.ok(error instanceof NemoError);
        assert.equal(error.code, 'diskFailed');
        assert.match(error.message, /may still be in it/);
        return true;
      });
      assert.equal(await here.token(), 'anonymous 1');
      secrets.stuck = false;
      await here.forget();
      assert.equal(await store().token(), 'anonymous 2');
    });

    it('can be given up, or given again, when it is missed', async () => {
      secrets.vanish();
      const next = store();
      await assert.rejects(next.token(), lost);
      assert.equal(next.isFromEnvironment, false);
      await next.forget();
      assert.equal(await next.token(), 'anonymous 1');
      await next.keepGiven('another', undefined);
      assert.equal(await next.token(), 'another');
    });

    it('is the newer one when another window signed in anew after this one’s was rejected', async () => {
      const here = store();
      assert.equal(await here.token(), 'given');
      // No word of it came here.
      secrets.values.set([...secrets.values.keys()][0]!, JSON.stringify({ token: 'newer', takenAtMs: 0 }));
      assert.equal(await here.renew('given'), 'newer');
      await assert.rejects(here.renew('newer'), /Sign in with another one/);
    });

    it('leaves nothing of itself where it is not safe', () => {
      assert.deepEqual([...marks.values()], [{ given: true, anonymousUntilMs: 0 }]);
    });
  });

  it('by another window is missed in this one too', async () => {
    const here = store();
    assert.equal(await here.token(), 'anonymous 1');
    await store().keepGiven('given', undefined);
    assert.equal(await here.token(), 'given');
    // The keyring locks itself, and something else of it makes this window look again.
    await secrets.store(
      [...secrets.values.keys()].find((key) => key.includes('given'))!,
      'x',
    );
    secrets.locked = true;
    await assert.rejects(here.token(), lost);
  });

  it('where there is no safe place lasts for the window, and is missed in the next one', async () => {
    secrets.broken = true;
    const here = store();
    await here.keepGiven('given', undefined);
    assert.equal(await here.token(), 'given');
    assert.equal(notKept, 1);
    await assert.rejects(here.renew('given'), /rejected your API token/, 'it is still the user’s');
    await assert.rejects(store().token(), lost);
    assert.equal(taken, 0);
  });

  it('in a keyring that breaks while the window lives is used on', async () => {
    secrets.broken = true;
    const tokens = store();
    assert.equal(await tokens.token(), 'anonymous 1');
    assert.equal(await tokens.renew('anonymous 0'), 'anonymous 1', 'read again, and still here');
    assert.equal(taken, 1);
  });

  describe('for a user who gave none', () => {
    it('is said once not to last when it is gone at the next start before its end', async () => {
      await store().token();
      assert.equal(notKept, 0);
      secrets.vanish();
      const next = store();
      assert.equal(await next.token(), 'anonymous 2');
      assert.equal(await next.renew('anonymous 2'), 'anonymous 3');
      assert.equal(notKept, 1);
    });

    it('is not missed after its end, nor at the very first start', async () => {
      await store().token();
      secrets.vanish();
      await clock.advance(8 * day);
      assert.equal(await store().token(), 'anonymous 2');
      assert.equal(notKept, 0);
    });

    it('is renewed when a tenth of its life is left where that is short', async () => {
      lifeMs = 60 * minute;
      const tokens = store();
      await tokens.token();
      await clock.advance(53 * minute);
      await tokens.token();
      await settled();
      assert.equal(taken, 1);
      await clock.advance(2 * minute);
      assert.equal(await tokens.token(), 'anonymous 1');
      await settled();
      assert.equal(await tokens.token(), 'anonymous 2');
    });

    it('is renewed ahead of time once, however many requests run meanwhile', async () => {
      const tokens = store();
      await tokens.token();
      await clock.advance(6.5 * day);
      let answer: () => void = () => undefined;
      const good = take;
      take = async () => {
        await new Promise<void>((resolve) => (answer = resolve));
        return good();
      };
      const during = await Promise.all([tokens.token(), tokens.token(), tokens.token()]);
      assert.deepEqual(new Set(during), new Set(['anonymous 1']));
      await settled();
      answer();
      await settled();
      assert.equal(await tokens.token(), 'anonymous 2');
      assert.equal(taken, 2);
    });

    it('is not asked for at each request when the renewal ahead of time fails, but again ten minutes later', async () => {
      const tokens = store();
      await tokens.token();
      await clock.advance(6.5 * day);
      let tries = 0;
      take = () => {
        tries += 1;
        return Promise.reject(new NemoError('rateLimited', 'Too many.'));
      };
      for (let request = 0; request < 5; request++) {
        assert.equal(await tokens.token(), 'anonymous 1');
        await settled();
      }
      assert.equal(tries, 1);
      await clock.advance(11 * minute);
      await tokens.token();
      await settled();
      assert.equal(tries, 2);
    });

    it('is the one that another window has renewed already, without asking the service', async () => {
      const [here, there] = [store(), store()];
      await here.token();
      assert.equal(await there.token(), 'anonymous 1');
      assert.equal(await here.renew('anonymous 1'), 'anonymous 2');
      // No word of it came there.
      assert.equal(await there.renew('anonymous 1'), 'anonymous 2');
      assert.equal(taken, 2);
      await clock.advance(8 * day);
      const [late, later] = [store(), store()];
      assert.equal(await late.token(), 'anonymous 3');
      assert.equal(await later.token(), 'anonymous 3');
    });
  });
});
