import assert from 'node:assert/strict';

import { NemoError } from '../../../src/client/errors.ts';
import { NemoClient } from '../../../src/client/nemo-client.ts';
import type { Sandbox } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { TurnedClock } from '../turned-clock.ts';
import { anonymousClient, clientOptions, collect, failing, fixedTokens, whileTurning } from './client-fixture.ts';

describe('Tokens', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({ silentRate: 0, anonymousPerIp: 1000 });
  });
  afterEach(() => {
    sandbox.clearFaults();
    sandbox.configure({ scopes: ['read', 'write', 'upload', 'render'] });
  });
  after(() => sandbox.close());

  it('go with every request but the one for a token, together with the attribution', async () => {
    const { client } = anonymousClient(sandbox.url);
    const from = sandbox.requests.length;
    const { sessionId, taskId } = await client.createSession('en');
    await client.credits();
    await client.state(sessionId);
    await client.claimToken(taskId ?? '', sessionId);
    await client.close();
    const [first, ...others] = sandbox.requests.slice(from);
    assert.equal(first?.endpoint, 'anonymousToken');
    assert.equal(first.hasAuthorization, false);
    assert.equal(first.headers['x-client-id'], '5f3a2c9e-0000-4000-8000-000000000001');
    assert.equal(others.length, 4);
    for (const { tokenKind, headers } of others) {
      assert.equal(tokenKind, 'anonymous');
      assert.equal(headers['x-skill-source'], 'video-writer');
      assert.equal(headers['x-skill-version'], '1.0.0');
      assert.equal(headers['x-skill-platform'], 'unknown');
    }
  });

  it('go with the attribution of the skill that is active at that moment', async () => {
    let source = 'video-writer';
    const { client } = anonymousClient(sandbox.url, {
      attribution: () => ({ source, version: '1.0.0\r\n', platform: 'cursor' }),
    });
    await client.credits();
    source = 'video-editing-with-lightroom';
    await client.credits();
    await client.close();
    const [first, second] = sandbox.requests.slice(-2);
    assert.equal(first!.headers['x-skill-source'], 'video-writer');
    assert.equal(second!.headers['x-skill-source'], 'video-editing-with-lightroom');
    assert.equal(second!.headers['x-skill-version'], '1.0.0');
    assert.equal(second!.headers['x-skill-platform'], 'cursor');
  });

  it('go with an attribution that no file can make a header of its own of', async () => {
    const whole = { source: 'video-writer', version: '1.0.0', platform: 'cursor' };
    for (const field of ['source', 'version', 'platform'] as const) {
      const { client } = anonymousClient(sandbox.url, {
        attribution: () => ({ ...whole, [field]: ' x\r\nAuthorization: Bearer 片段\u0000' }),
      });
      await client.credits();
      await client.close();
      const { headers } = sandbox.requests.at(-1)!;
      const expected = { ...whole, [field]: 'xAuthorization: Bearer' };
      const sent = ['source', 'version', 'platform'].map((name) => [name, headers[`x-skill-${name}`]]);
      assert.deepEqual(Object.fromEntries(sent), expected);
    }
  });

  it('that expired are renewed once for all requests under way, and each request goes once more', async () => {
    const { client, tokens } = anonymousClient(sandbox.url);
    const { sessionId } = await client.createSession('en');
    sandbox.expireTokens();
    const from = sandbox.requests.length;
    const [credits, , events] = await Promise.all([
      client.credits(),
      client.state(sessionId),
      collect(client.sendMessage(sessionId, 'What can you do?')),
      client.credits(),
      client.credits(),
    ]);
    await client.close();
    assert.equal(credits.total, 100);
    assert.ok(events.some(({ kind }) => kind === 'text'));
    assert.equal(tokens.taken, 2);
    const requests = sandbox.requests.slice(from);
    assert.equal(requests.filter(({ endpoint }) => endpoint === 'anonymousToken').length, 1);
    assert.equal(requests.filter(({ endpoint }) => endpoint === 'credits').length, 6);
    assert.equal(requests.filter(({ endpoint }) => endpoint === 'runSse').length, 2);
    assert.equal(sandbox.messages.filter((message) => message.sessionId === sessionId).length, 1);
  });

  for (const fault of [{ status: 401 }, { code: 1001 }, { code: 1010 }, { code: 1011 }]) {
    it(`are renewed after ${JSON.stringify(fault)}, but only once for a request`, async () => {
      const { client, tokens } = anonymousClient(sandbox.url);
      const kind = 'status' in fault ? 'status' : 'code';
      sandbox.addFault({ endpoint: 'credits', moment: 'beforeRequest', kind, ...fault });
      assert.equal((await client.credits()).total, 100);
      assert.equal(tokens.taken, 2);

      sandbox.addFault({ endpoint: 'credits', moment: 'beforeRequest', kind, ...fault, times: 5 });
      const from = sandbox.requests.length;
      const error = await failing(client.credits(), 'tokenRejected');
      assert.deepEqual(
        error.steps.map((step) => step.kind),
        ['connect', 'signIn'],
      );
      await client.close();
      assert.ok(sandbox.requests.slice(from).filter(({ endpoint }) => endpoint === 'credits').length === 2);
    });
  }

  it('that the user gave are never replaced', async () => {
    const client = new NemoClient(clientOptions(sandbox.url, { tokens: fixedTokens('nmv_usr_unknown') }));
    const from = sandbox.requests.length;
    const error = await failing(client.credits(), 'tokenRejected');
    assert.equal(error.message, 'Your token was rejected.');
    assert.deepEqual(
      sandbox.requests.slice(from).map(({ endpoint }) => endpoint),
      ['credits'],
    );
    await client.close();
  });

  it('that cannot be tokens are not sent', async () => {
    for (const token of ['nmv_usr_a\r\nX-Evil: 1', 'nmv usr', '', 'nmv_é']) {
      const client = new NemoClient(clientOptions(sandbox.url, { tokens: fixedTokens(token) }));
      const from = sandbox.requests.length;
      const error = await failing(client.credits(), 'tokenRejected');
      assert.ok(token === '' || !`${error.message}${error.stack}`.includes(token));
      assert.equal(sandbox.requests.length, from);
      await client.close();
    }
  });

  it('are in nothing that the client writes', async () => {
    const lines: string[] = [];
    const { client } = anonymousClient(sandbox.url, { log: (line) => lines.push(line) });
    const { sessionId, taskId } = await client.createSession('en');
    await client.state(sessionId);
    await client.claimToken(taskId ?? '', sessionId);
    await failing(client.pollRender('render_none'), 'refused');
    sandbox.addFault({ endpoint: 'state', moment: 'beforeRequest', kind: 'reset', times: 1 });
    await client.state(sessionId);
    await client.close();
    assert.match(lines.shift()!, /^POST \/api\/auth\/anonymous-token 200 \d+ ms$/);
    assert.match(lines[0]!, /^POST \/api\/tasks\/me\/with-session\/nemo_agent 200 \d+ ms$/);
    assert.match(lines[1]!, /^GET \/api\/state\/nemo_agent\/me\/…\/latest 200 \d+ ms$/);
    assert.match(lines[3]!, /^GET \/api\/render\/proxy\/lambda\/… 404 \d+ ms$/);
    assert.match(lines[4]!, /^GET \/api\/state\/nemo_agent\/me\/…\/latest failed \(\w+\) \d+ ms$/);
    assert.doesNotMatch(lines.join('\n'), new RegExp(`nmv_|clm_|render_none|${sessionId}|${taskId}`));
  });

  it('without a scope name what is missing', async () => {
    const { client } = anonymousClient(sandbox.url);
    const { sessionId } = await client.createSession('en');
    sandbox.configure({ scopes: ['write'] });
    assert.match((await failing(client.credits(), 'scopeMissing')).message, /“read”/);
    assert.match(
      (await failing(client.uploadUrl(sessionId, 'http://127.0.0.1:1/a.mp4'), 'scopeMissing')).message,
      /“upload”/,
    );
    await client.close();
  });

  it('are asked for once more after 429: after 30 s, or when Retry-After says', async () => {
    const clock = new TurnedClock();
    const { client } = anonymousClient(sandbox.url, { clock });
    sandbox.addFault({ endpoint: 'anonymousToken', moment: 'beforeRequest', kind: 'status', status: 429 });
    await whileTurning(clock, client.anonymousToken());
    assert.deepEqual(clock.asked, [30_000]);

    sandbox.addFault({
      endpoint: 'anonymousToken',
      moment: 'beforeRequest',
      kind: 'status',
      status: 429,
      retryAfterSeconds: 7,
      times: 2,
    });
    const error = await failing(whileTurning(clock, client.anonymousToken()), 'rateLimited');
    assert.deepEqual(clock.asked, [30_000, 7000]);
    assert.equal(error.retryAfterMs, 7000);

    sandbox.addFault({
      endpoint: 'anonymousToken',
      moment: 'beforeRequest',
      kind: 'status',
      status: 429,
      retryAfterSeconds: 3600,
    });
    await failing(whileTurning(clock, client.anonymousToken()), 'rateLimited');
    assert.deepEqual(clock.asked, [30_000, 7000], 'nobody sits through an hour');
    await client.close();
  });

  it('that cannot be renewed fail all who wait, and the next request tries again', async () => {
    const clock = new TurnedClock();
    const { client, tokens } = anonymousClient(sandbox.url, { clock });
    await client.credits();
    sandbox.expireTokens();
    sandbox.addFault({ endpoint: 'anonymousToken', moment: 'beforeRequest', kind: 'status', status: 400 });
    const results = await Promise.allSettled([client.credits(), client.credits()]);
    for (const result of results) {
      assert.ok(result.status === 'rejected' && result.reason instanceof NemoError && result.reason.code === 'refused');
    }
    assert.equal(tokens.taken, 2);
    tokens.forget();
    assert.equal((await client.credits()).total, 100);
    await client.close();
  });

  it('are not waited for once the user has stopped', async () => {
    const { client, tokens } = anonymousClient(sandbox.url);
    await client.credits();
    sandbox.expireTokens();
    sandbox.addFault({ endpoint: 'anonymousToken', moment: 'beforeRequest', kind: 'slow', ms: 300 });
    const stop = new AbortController();
    const stopped = failing(client.credits(stop.signal), 'cancelled');
    const goesOn = client.credits();
    while (tokens.taken < 2) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await stopped;
    assert.equal((await goesOn).total, 100, 'whoever else waits gets the token');
    assert.equal(tokens.taken, 2);
    await client.close();
  });
});
