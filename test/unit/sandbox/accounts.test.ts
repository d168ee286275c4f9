import assert from 'node:assert/strict';
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { smallClips } from './small-clips.ts';
import { Visitor } from './visitor.ts';

describe('sandbox: accounts and sessions', () => {
  let sandbox: Sandbox;
  const start = async (options: SandboxOptions = {}) => {
    sandbox = await startSandbox({ answers: 'wrapped', dialect: 'simple', silentRate: 0, ...options });
    return sandbox;
  };
  afterEach(() => sandbox.close());

  it('gives an anonymous token with user, expiry and credits', async () => {
    const visitor = new Visitor(await start());
    const { data } = await visitor.takeToken();
    assert.match(visitor.token, /^nmv_usr_/);
    assert.match(visitor.userId, /^anon_/);
    assert.equal(data['credits'], 100);
    const lifeMs = Date.parse(String(data['expires_at'])) - Date.now();
    assert.ok(lifeMs > 6.9 * 86_400_000 && lifeMs <= 7 * 86_400_000);
  });

  it('asks for the client id, of at most 64 characters', async () => {
    const visitor = new Visitor(await start());
    const without = await visitor.send('POST', '/api/auth/anonymous-token', { anonymous: true });
    const long = await visitor.send('POST', '/api/auth/anonymous-token', {
      anonymous: true,
      headers: { 'X-Client-Id': 'x'.repeat(65) },
    });
    assert.deepEqual([without.status, long.status], [400, 400]);
  });

  it('gives one client one token while it lives, and then another for the same user', async () => {
    const visitor = new Visitor(await start());
    await visitor.takeToken();
    const first = { token: visitor.token, userId: visitor.userId };
    await visitor.takeToken();
    assert.equal(visitor.token, first.token);
    sandbox.expireTokens();
    await visitor.takeToken();
    assert.notEqual(visitor.token, first.token);
    assert.equal(visitor.userId, first.userId);
  });

  it('answers 429 with Retry-After when one address brings too many clients', async () => {
    await start({ anonymousPerIp: 2 });
    await new Visitor(sandbox).takeToken();
    await new Visitor(sandbox).takeToken();
    const third = await new Visitor(sandbox).takeToken();
    assert.equal(third.status, 429);
    assert.equal(third.headers.get('retry-after'), '30');
  });

  it('refuses tokens that are unknown, expired or absent with 1001', async () => {
    const visitor = await Visitor.arrive(await start({ answers: 'success' }));
    visitor.token = 'nmv_usr_unknown';
    const unknown = await visitor.credits();
    assert.deepEqual([unknown.status, unknown.data['code']], [401, 1001]);
    await visitor.takeToken();
    sandbox.expireTokens();
    assert.equal((await visitor.credits()).data['code'], 1001);
    assert.equal((await visitor.send('GET', '/api/credits/balance/simple', { anonymous: true })).status, 401);
  });

  it('lets tokens run out by themselves', async () => {
    const visitor = await Visitor.arrive(await start({ tokenLifeMs: 0, answers: 'bare' }));
    assert.equal((await visitor.credits()).status, 401);
  });

  it('knows registered users from the start', async () => {
    const visitor = new Visitor(await start({ registered: ['nmv_usr_registered'] }), 'nmv_usr_registered');
    await visitor.newSession();
    assert.equal((await visitor.credits()).data['total'], 100);
    assert.equal(sandbox.requests.at(-1)?.tokenKind, 'registered');
  });

  it('says which scope a token lacks with 403', async () => {
    const visitor = await Visitor.arrive(await start());
    sandbox.configure({ scopes: ['read'] });
    const answer = await visitor.newSession();
    assert.equal(answer.status, 403);
    assert.match(answer.text, /write/);
    assert.equal((await visitor.credits()).status, 200);
  });

  it('gives sessions ids of 19 digits as strings, and answers 1002 for others', async () => {
    const visitor = await Visitor.arrive(await start());
    assert.match(visitor.sessionId, /^\d{19}$/);
    const known = visitor.sessionId;
    visitor.sessionId = '1234567890123456789';
    const answer = await visitor.send('GET', `/api/state/nemo_agent/me/${visitor.sessionId}/latest`);
    assert.deepEqual([answer.status, (answer.json as { code: number }).code], [200, 1002]);
    visitor.sessionId = known;
    await visitor.state();
    sandbox.dropSession(known);
    assert.equal(((await visitor.upload((await smallClips()).picture)).json as { code: number }).code, 1002);
  });

  it('does not show one user the session of another', async () => {
    const one = await Visitor.arrive(await start({ answers: 'success' }));
    const other = await Visitor.arrive(sandbox);
    other.sessionId = one.sessionId;
    assert.equal((await other.send('GET', `/api/state/nemo_agent/me/${one.sessionId}/latest`)).data['code'], 1002);
  });

  it('charges the first edit of a session 50, a generated clip 100, words nothing', async () => {
    const visitor = await Visitor.arrive(await start({ credits: 400 }));
    await visitor.upload((await smallClips()).talk);
    await visitor.say('hello');
    assert.equal((await visitor.credits()).data['available'], 400);
    await visitor.say('trim the first 1 second');
    await visitor.say('trim the first 1 second');
    assert.deepEqual((await visitor.credits()).data, { available: 350, frozen: 0, total: 350 });
    await visitor.say('generate a 1-second video of waves');
    assert.equal((await visitor.credits()).data['available'], 250);
    assert.deepEqual(
      sandbox.messages.map((message) => message.text),
      ['hello', 'trim the first 1 second', 'trim the first 1 second', 'generate a 1-second video of waves'],
    );
  });

  it('holds credits as frozen while it works', async () => {
    const visitor = await Visitor.arrive(await start({ pace: 1 }));
    await visitor.upload((await smallClips()).talk);
    const leaving = new AbortController();
    await visitor.openTurn('trim the first 1 second', leaving.signal);
    assert.deepEqual((await visitor.credits()).data, { available: 50, frozen: 50, total: 100 });
    leaving.abort();
  });

  it('takes no message without credits: 2001', async () => {
    const visitor = await Visitor.arrive(await start());
    sandbox.setCredits('*', 0);
    const answer = await visitor.openTurn('hello');
    assert.match(answer.headers.get('content-type') ?? '', /json/);
    assert.equal(((await answer.json()) as { code: number }).code, 2001);
    assert.equal(sandbox.messages.length, 0);
  });

  it('gives claim links that show the project, and a page to register', async () => {
    const visitor = await Visitor.arrive(await start());
    await visitor.upload((await smallClips()).picture);
    const { data } = await visitor.send('POST', '/api/auth/claim-token', {
      json: { task_id: visitor.taskId, session_id: visitor.sessionId },
    });
    assert.match(String(data['claim_token']), /^clm_/);
    assert.equal(typeof data['expires_in'], 'number');
    const page = await fetch(new URL(`/workspace/claim?ct=${String(data['claim_token'])}`, sandbox.webUrl));
    assert.equal(page.status, 200);
    assert.match(await page.text(), /picture/);
    assert.equal((await fetch(new URL('/workspace/claim?ct=clm_no', sandbox.webUrl))).status, 404);
    assert.equal((await fetch(new URL(`/register?bind=${visitor.userId}`, sandbox.webUrl))).status, 200);
    assert.ok(!JSON.stringify(sandbox.requests).includes(String(data['claim_token'])));
  });

  it('keeps no token in its records', async () => {
    const visitor = await Visitor.arrive(await start());
    await visitor.credits();
    assert.ok(!JSON.stringify([sandbox.requests, sandbox.messages, sandbox.renders]).includes(visitor.token));
    assert.deepEqual([sandbox.requests[0]?.tokenKind, sandbox.requests.at(-1)?.tokenKind], ['none', 'anonymous']);
  });
});
