import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { NemoError } from '../../../src/client/errors.ts';
import type { AnonymousToken } from '../../../src/client/service-values.ts';
import { readClientId } from '../../../src/editor/client-id.ts';
import { TokenStore } from '../../../src/editor/token-store.ts';
import { TurnedClock } from '../turned-clock.ts';
import { memento, Secrets } from './editor-storage.ts';

const day = 24 * 3_600_000;

describe('Tokens', () => {
  let secrets: Secrets;
  let clock: TurnedClock;
  let taken: number;
  let notKept: number;
  let environment: NodeJS.ProcessEnv;
  let take: () => Promise<AnonymousToken>;

  const store = (origin = 'https://service.example') =>
    new TokenStore({
      secrets,
      memento: memento(),
      origin,
      clock,
      environment,
      takeAnonymous: () => take(),
      onNotKept: () => (notKept += 1),
    });
  const code = (expected: string) => (error: unknown) => error instanceof NemoError && error.code === expected;

  beforeEach(() => {
    secrets = new Secrets();
    clock = new TurnedClock();
    environment = {};
    taken = notKept = 0;
    take = () => {
      taken += 1;
      return Promise.resolve({ token: `anonymous ${taken}`, userId: 'anon_1', expiresAtMs: clock.now() + 7 * day });
    };
  });

  it('are anonymous where nobody gave one, and last over windows', async () => {
    assert.equal(await store().token(), 'anonymous 1');
    assert.equal(await store().token(), 'anonymous 1');
    assert.equal(taken, 1);
    assert.deepEqual(await store().identity(), { kind: 'anonymous', userId: 'anon_1' });
  });

  it('are the environment’s before the user’s before anonymous ones', async () => {
    const tokens = store();
    await tokens.token();
    await tokens.keepGiven('given', 'usr_1');
    assert.equal(await tokens.token(), 'given');
    environment['NEMO_TOKEN'] = ' of the environment ';
    assert.equal(await tokens.token(), 'of the environment');
    assert.deepEqual(await tokens.identity(), { kind: 'environment' });
  });

  it('are taken once for all who ask at the same time', async () => {
    const tokens = store();
    await Promise.all([tokens.token(), tokens.token(), tokens.token()]);
    await Promise.all([tokens.renew('anonymous 1'), tokens.renew('anonymous 1'), tokens.renew('anonymous 1')]);
    assert.equal(taken, 2);
    assert.equal(await tokens.renew('anonymous 1'), 'anonymous 2', 'who comes late gets what was taken');
    assert.equal(taken, 2);
  });

  it('are the other window’s when that one got it and we did not', async () => {
    const [here, there] = [store(), store()];
    const good = take;
    take = async () => {
      take = good;
      await there.token();
      throw new NemoError('rateLimited', 'Too many.');
    };
    assert.equal(await here.token(), 'anonymous 1');
    assert.equal(taken, 1);
  });

  it('let one who gives up go, without taking them from the others', async () => {
    let answer: (token: AnonymousToken) => void = () => undefined;
    take = () => new Promise((resolve) => (answer = resolve));
    const tokens = store();
    const stop = new AbortController();
    const impatient = tokens.token(stop.signal);
    const patient = tokens.token();
    stop.abort(new Error('enough'));
    await assert.rejects(impatient, /enough/);
    answer({ token: 'late', userId: 'anon_1', expiresAtMs: undefined });
    assert.equal(await patient, 'late');
  });

  it('are renewed ahead of their end, and nobody waits for that', async () => {
    const tokens = store();
    await tokens.token();
    await clock.advance(7 * day - day / 2);
    assert.equal(await tokens.token(), 'anonymous 1');
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await tokens.token(), 'anonymous 2');
  });

  it('stay in use when the early renewal fails, until they end', async () => {
    const tokens = store();
    await tokens.token();
    await clock.advance(7 * day - day / 2);
    take = () => Promise.reject(new NemoError('unreachable', 'Nobody there.'));
    assert.equal(await tokens.token(), 'anonymous 1');
    await clock.advance(day);
    await assert.rejects(tokens.token(), code('unreachable'));
  });

  it('are used on a machine whose clock is far ahead until the service rejects them, instead of asking for one each time', async () => {
    take = () => {
      taken += 1;
      return Promise.resolve({ token: `anonymous ${taken}`, userId: 'anon_1', expiresAtMs: clock.now() - day });
    };
    const tokens = store();
    assert.deepEqual([await tokens.token(), await tokens.token()], ['anonymous 1', 'anonymous 1']);
    assert.equal(await store().token(), 'anonymous 1');
    assert.equal(await tokens.renew('anonymous 1'), 'anonymous 2');
    assert.equal(await tokens.token(), 'anonymous 2');
  });

  it('that the user gave are never replaced', async () => {
    const tokens = store();
    await tokens.token();
    await tokens.keepGiven('given', undefined);
    await assert.rejects(tokens.renew('given'), code('tokenRejected'));
    assert.equal(await tokens.token(), 'given');
    assert.equal(taken, 1);
    environment['NEMO_TOKEN'] = 'of the environment';
    await assert.rejects(tokens.renew('of the environment'), code('tokenRejected'));
  });

  it('are seen by every window when one signs in or out', async () => {
    const [here, there] = [store(), store()];
    await there.token();
    await here.keepGiven('given', undefined);
    assert.equal(await there.token(), 'given');
    await here.forget();
    assert.deepEqual(await there.identity(), { kind: 'none' });
    assert.deepEqual([...secrets.values], []);
  });

  it('are not kept when they arrive after everything was forgotten', async () => {
    let answer: (token: AnonymousToken) => void = () => undefined;
    take = () => new Promise((resolve) => (answer = resolve));
    const tokens = store();
    const asked = tokens.token();
    await new Promise((resolve) => setImmediate(resolve));
    await tokens.forget();
    answer({ token: 'late', userId: 'anon_1', expiresAtMs: undefined });
    await asked;
    assert.deepEqual([...secrets.values], []);
  });

  it('of one service are never sent to another', async () => {
    await store().keepGiven('given', undefined);
    assert.equal(await store('https://elsewhere.example').token(), 'anonymous 1');
  });

  it('last for the window, and it is said once, where there is no safe place', async () => {
    secrets.broken = true;
    const tokens = store();
    assert.equal(await tokens.token(), 'anonymous 1');
    assert.equal(await tokens.renew('anonymous 1'), 'anonymous 2');
    assert.equal(await tokens.token(), 'anonymous 2');
    assert.equal(notKept, 1);
  });
});

describe('The client id', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nemo-id-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A window's memento: other windows see its values only after a restart. */
  const read = (state = memento(), environment: NodeJS.ProcessEnv = {}) =>
    readClientId(state, join(folder, 'client-id'), environment);

  it('is made once and stays', async () => {
    const state = memento();
    const id = await read(state);
    assert.match(id, /^[\da-f-]{36}$/);
    assert.equal(await read(state), id);
    await rm(join(folder, 'client-id'));
    assert.equal(await read(state), id, 'the memento alone is enough');
    assert.equal(await read(memento(new Map([['nemo.clientId', id]]))), id);
  });

  it('is the same for windows that start one after the other without knowing of each other', async () => {
    assert.equal(await read(), await read());
  });

  it('is the environment’s where that says one that can be sent', async () => {
    assert.equal(await read(memento(), { NEMO_CLIENT_ID: ' mine ' }), 'mine');
    const own = await read(memento(), { NEMO_CLIENT_ID: 'x'.repeat(65) });
    assert.match(own, /^[\da-f-]{36}$/);
    assert.equal(await read(memento(), { NEMO_CLIENT_ID: 'line\nbreak' }), own);
  });
});
