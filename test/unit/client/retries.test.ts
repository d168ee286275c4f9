import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';

import { NemoClient } from '../../../src/client/nemo-client.ts';
import type { NemoError } from '../../../src/client/errors.ts';
import { fileUploadSource } from '../../../src/client/file-source.ts';
import type { Fault, Sandbox } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { TurnedClock } from '../turned-clock.ts';
import { anonymousClient, clientOptions, collect, failing, whileTurning } from './client-fixture.ts';
import { type Clip, makeClip } from './small-clip.ts';
import { startStubService } from './stub-service.ts';

/** Far shorter than the sandbox stalls, far longer than it thinks. */
const patience = { answerMs: 400, longAnswerMs: 400 };

describe('When the network or the service fails', () => {
  let sandbox: Sandbox;
  let clip: Clip;
  let client: NemoClient;
  let clock: TurnedClock;
  let sessionId: string;
  let draftText: string;
  before(async () => {
    sandbox = await startSandbox({ silentRate: 0, anonymousPerIp: 1000 });
    clip = await makeClip();
    const { client: setUp } = anonymousClient(sandbox.url);
    sessionId = (await setUp.createSession('en')).sessionId;
    await setUp.uploadFile(sessionId, await fileUploadSource(clip.path));
    draftText = (await setUp.state(sessionId)).draftText ?? assert.fail('no draft');
    await setUp.close();
  });
  beforeEach(async () => {
    clock = new TurnedClock();
    ({ client } = anonymousClient(sandbox.url, { clock, patience }));
    await client.credits();
  });
  afterEach(async () => {
    sandbox.clearFaults();
    await client.close();
  });
  after(async () => {
    await sandbox.close();
    await rm(clip.folder, { recursive: true, force: true });
  });

  const count = (endpoint: string, from: number) =>
    sandbox.requests.slice(from).filter((request) => request.endpoint === endpoint).length;

  const passing: readonly Omit<Fault, 'endpoint'>[] = [
    { moment: 'beforeRequest', kind: 'refuse' },
    { moment: 'beforeRequest', kind: 'reset' },
    { moment: 'beforeRequest', kind: 'stall' },
    { moment: 'beforeAnswer', kind: 'status', status: 408 },
    { moment: 'beforeAnswer', kind: 'status', status: 500 },
    { moment: 'beforeAnswer', kind: 'status', status: 503 },
    { moment: 'beforeAnswer', kind: 'code', code: 500 },
    { moment: 'beforeAnswer', kind: 'html', status: 502 },
    { moment: 'beforeAnswer', kind: 'html', status: 200 },
    { moment: 'beforeAnswer', kind: 'garbage' },
    { moment: 'midAnswer', kind: 'cut' },
    { moment: 'midAnswer', kind: 'reset' },
    { moment: 'midAnswer', kind: 'stall' },
    { moment: 'midAnswer', kind: 'truncate' },
    { moment: 'midAnswer', kind: 'garbage' },
    { moment: 'midAnswer', kind: 'wrongLength' },
    { moment: 'afterAnswer', kind: 'duplicate' },
    { moment: 'afterAnswer', kind: 'reset' },
  ];

  for (const fault of passing) {
    const name = [fault.moment, fault.kind, fault.status ?? fault.code].filter(Boolean).join(' ');
    it(`reading goes on by itself (${name})`, async () => {
      const from = sandbox.requests.length;
      sandbox.addFault({ endpoint: 'credits', ...fault });
      assert.equal((await whileTurning(clock, client.credits())).total, 100);
      assert.equal(count('credits', from), 2);
    });

    it(`a render is submitted again with the same id, and is one render (${name})`, async () => {
      const from = sandbox.requests.length;
      const id = `render_${crypto.randomUUID()}`;
      sandbox.addFault({ endpoint: 'submitRender', ...fault });
      const answer = await whileTurning(
        clock,
        client.submitRender({ id, sessionId, draftText, output: { format: 'mp4', quality: 'low' } }),
      );
      assert.equal(answer.id, id);
      assert.equal(count('submitRender', from), 2);
      assert.equal(sandbox.renders.filter((render) => render.id === id).length, 1);
    });

    it(`a message is never sent again (${name})`, async () => {
      const from = sandbox.requests.length;
      const messages = sandbox.messages.length;
      sandbox.addFault({ endpoint: 'runSse', ...fault });
      // A stream may be hurt so slightly that the turn can be read all the same.
      await whileTurning(clock, collect(client.sendMessage(sessionId, 'What can you do?'))).catch(() => undefined);
      assert.equal(count('runSse', from), 1);
      assert.ok(sandbox.messages.length - messages <= 1);
      assert.deepEqual(clock.asked, []);
    });

    it(`a file is never sent again (${name})`, async () => {
      const from = sandbox.requests.length;
      sandbox.addFault({ endpoint: 'upload', ...fault });
      const source = await fileUploadSource(clip.path);
      await whileTurning(clock, client.uploadFile(sessionId, source)).catch(() => undefined);
      assert.equal(count('upload', from), 1);
      assert.deepEqual(clock.asked, []);
    });
  }

  it('reading is tried four times, each time after a longer wait, and then it is told', async () => {
    const from = sandbox.requests.length;
    sandbox.addFault({ endpoint: 'credits', moment: 'beforeRequest', kind: 'reset', times: 9 });
    const error = await failing(whileTurning(clock, client.credits()), 'unreachable');
    assert.equal(count('credits', from), 4);
    assert.equal(error.transient, true);
    assert.deepEqual(
      error.steps.map(({ kind }) => kind),
      ['retry', 'openSettings', 'showLog'],
    );
    assert.equal(clock.asked.length, 3);
    for (const [index, asked] of clock.asked.entries()) {
      const longest = 500 * 2 ** index;
      assert.ok(asked >= longest / 2 && asked <= longest, `wait ${index}: ${asked} ms`);
    }
  });

  it('clients do not all come back at once', async () => {
    const first = [];
    for (let index = 0; index < 5; index++) {
      const own = new TurnedClock();
      const { client: one } = anonymousClient(sandbox.url, { clock: own });
      sandbox.addFault({ endpoint: 'anonymousToken', moment: 'beforeRequest', kind: 'status', status: 500 });
      await whileTurning(own, one.anonymousToken());
      first.push(own.asked[0]);
      await one.close();
    }
    assert.ok(new Set(first).size > 1, `all after ${first[0]} ms`);
  });

  it('the service’s word on when to come back wins', async () => {
    sandbox.addFault({
      endpoint: 'credits',
      moment: 'beforeRequest',
      kind: 'status',
      status: 503,
      retryAfterSeconds: 12,
    });
    await whileTurning(clock, client.credits());
    assert.deepEqual(clock.asked, [12_000]);
  });

  it('nobody is kept waiting for longer than five minutes, whatever the service says', async () => {
    sandbox.addFault({
      endpoint: 'credits',
      moment: 'beforeRequest',
      kind: 'status',
      status: 503,
      retryAfterSeconds: 301,
    });
    await failing(whileTurning(clock, client.credits()), 'serverFault');
    assert.deepEqual(clock.asked, []);
  });

  it('the service’s word may be a date', async () => {
    const stub = await startStubService();
    const own = new NemoClient(clientOptions(stub.url, { clock }));
    const until = (ms: number) => ({ 'retry-after': new Date(clock.now() + ms).toUTCString() });
    stub.answer({ status: 503, headers: until(9000), json: {} }, { json: { available: 1 } });
    await whileTurning(clock, own.credits());
    stub.answer({ status: 429, headers: until(-5000), json: {} }, { json: { available: 1 } });
    await whileTurning(clock, own.credits());
    stub.answer({ status: 429, headers: { 'retry-after': 'later' }, json: {} }, { json: { available: 1 } });
    await whileTurning(clock, own.credits());
    assert.deepEqual(clock.asked, [9000, 0, 30_000]);
    await own.close();
    await stub.close();
  });

  it('what must arrive only once gets a connection that nobody used before', async () => {
    const stub = await startStubService();
    const own = new NemoClient(clientOptions(stub.url));
    const sockets = new Set<unknown>();
    let used = 0;
    stub.answer((request, response) => {
      if (request.path === '/run_sse' && sockets.has(response.socket)) used++;
      sockets.add(response.socket);
      response.setHeader('content-type', request.path === '/run_sse' ? 'text/event-stream' : 'application/json');
      response.end(request.path === '/run_sse' ? '' : '{"available":1,"session_id":"1","task_id":"1"}');
    });
    for (let count = 0; count < 3; count++) {
      await own.credits();
      await collect(own.sendMessage('1', 'hi'));
    }
    assert.equal(used, 0);
    await own.close();
    await stub.close();
  });

  it('after 429 a request waits 30 s and goes once more', async () => {
    sandbox.addFault({ endpoint: 'state', moment: 'beforeRequest', kind: 'status', status: 429 });
    await whileTurning(clock, client.state(sessionId));
    assert.deepEqual(clock.asked, [30_000]);
    sandbox.addFault({ endpoint: 'state', moment: 'beforeRequest', kind: 'status', status: 429, times: 2 });
    await failing(whileTurning(clock, client.state(sessionId)), 'rateLimited');
    assert.deepEqual(clock.asked, [30_000, 30_000]);
  });

  it('after 429 a message waits 30 s, says how long it still does, and goes once more: it was not taken', async () => {
    const [from, messages] = [sandbox.requests.length, sandbox.messages.length];
    sandbox.addFault({ endpoint: 'runSse', moment: 'beforeRequest', kind: 'status', status: 429 });
    const events = await whileTurning(clock, collect(client.sendMessage(sessionId, 'What can you do?')));
    assert.deepEqual(clock.asked, [30_000]);
    assert.equal(count('runSse', from), 2);
    assert.equal(sandbox.messages.length, messages + 1);
    const waits = events.flatMap((event) => (event.kind === 'waiting' ? [event.ms] : []));
    assert.deepEqual([waits[0], waits.at(-1)], [30_000, 0]);
    assert.ok(waits.length > 3 && waits.every((ms, at) => at === 0 || ms < waits[at - 1]!), waits.join());
    assert.equal(clock.limits.length, 0);
  });

  it('after 429 a message that still is too many is the user’s to send again: nothing was charged', async () => {
    const messages = sandbox.messages.length;
    const fault = {
      endpoint: 'runSse',
      moment: 'beforeRequest',
      kind: 'status',
      status: 429,
      retryAfterSeconds: 4,
    } as const;
    sandbox.addFault({ ...fault, times: 2 });
    const error = await failing(whileTurning(clock, collect(client.sendMessage(sessionId, 'Hello'))), 'rateLimited');
    assert.deepEqual(clock.asked, [4000]);
    assert.equal(error.notSent, true);
    assert.equal(error.steps[0]?.kind, 'retry');
    assert.equal(sandbox.messages.length, messages);
    // A wait that nobody would sit through is none.
    sandbox.addFault({ ...fault, retryAfterSeconds: 3600 });
    await failing(collect(client.sendMessage(sessionId, 'Hello')), 'rateLimited');
    assert.deepEqual(clock.asked, [4000]);
  });

  it('after 429 a message can be stopped while it waits', async () => {
    sandbox.addFault({ endpoint: 'runSse', moment: 'beforeRequest', kind: 'status', status: 429 });
    const stop = new AbortController();
    const turn = failing(collect(client.sendMessage(sessionId, 'Hello', stop.signal)), 'cancelled');
    await clock.untilSleeping();
    stop.abort();
    await turn;
    assert.equal(clock.limits.length, 0);
  });

  it('after 429 an upload waits, says so, and goes once more from the start', async () => {
    const from = sandbox.requests.length;
    const waits: number[] = [];
    for (const moment of ['beforeRequest', 'duringBody'] as const) {
      sandbox.addFault({ endpoint: 'upload', moment, kind: 'status', status: 429, retryAfterSeconds: 3 });
      const source = await fileUploadSource(clip.path);
      const upload = client.uploadFile(sessionId, source, { onRateWait: (ms) => waits.push(ms) });
      assert.equal((await whileTurning(clock, upload)).length, 1);
    }
    assert.equal(count('upload', from), 4);
    assert.deepEqual(clock.asked, [3000, 3000]);
    assert.deepEqual(waits, [3000, 2000, 1000, 0, 3000, 2000, 1000, 0]);
  });

  it('after 429 whoever watches the client is told of every other request, and can end the wait', async () => {
    const told: number[] = [];
    let stop = () => assert.fail('nobody waits');
    const own = new NemoClient(
      clientOptions(sandbox.url, {
        clock,
        onRateWait: (end) => {
          stop = end as () => never;
          return (ms) => void told.push(ms);
        },
      }),
    );
    sandbox.addFault({ endpoint: 'anonymousToken', moment: 'beforeRequest', kind: 'status', status: 429 });
    const asked = failing(own.anonymousToken(), 'cancelled');
    await clock.untilSleeping();
    await clock.advance(2500);
    stop();
    await asked;
    assert.deepEqual(told, [30_000, 29_000, 28_000, 0]);
    await own.close();
  });

  it('a wait between two attempts ends at once when the user stops', async () => {
    sandbox.addFault({ endpoint: 'credits', moment: 'beforeRequest', kind: 'reset', times: 9 });
    const stop = new AbortController();
    const stopped = failing(client.credits(stop.signal), 'cancelled');
    await clock.untilSleeping();
    stop.abort();
    await stopped;
    assert.equal(clock.sleeping, 0);
  });

  it('what was stopped before it began is not sent', async () => {
    const from = sandbox.requests.length;
    await failing(client.credits(AbortSignal.abort()), 'cancelled');
    await failing(collect(client.sendMessage(sessionId, 'Hello', AbortSignal.abort())), 'cancelled');
    assert.equal(sandbox.requests.length, from);
  });

  it('a service that is off is unreachable, and a message to it was certainly not sent', async () => {
    await sandbox.goOffline();
    try {
      const error = await failing(collect(client.sendMessage(sessionId, 'Hello')), 'unreachable');
      assert.equal(error.notSent, true);
      assert.equal(error.steps[0]?.kind, 'retry');
      await failing(whileTurning(clock, client.createSession('en')), 'unreachable');
      assert.equal(clock.asked.length, 3, 'what was never sent may be tried again');
    } finally {
      await sandbox.goOnline();
    }
    assert.equal((await whileTurning(clock, client.credits())).total, 100);
  });

  it('a message whose connection broke may have arrived, so that nobody is offered to send it again', async () => {
    sandbox.addFault({ endpoint: 'runSse', moment: 'beforeAnswer', kind: 'reset' });
    const error = await failing(collect(client.sendMessage(sessionId, 'What can you do?')), 'unreachable');
    assert.equal(error.notSent, false);
    assert.ok(!error.steps.some(({ kind }) => kind === 'retry'));
  });

  for (const fault of [
    { moment: 'beforeAnswer', kind: 'status', status: 500 },
    { moment: 'beforeAnswer', kind: 'status', status: 408 },
  ] as const) {
    it(`a message that the service failed on may have been taken (${fault.status})`, async () => {
      sandbox.addFault({ endpoint: 'runSse', ...fault });
      const error = await client
        .sendMessage(sessionId, 'What can you do?')
        .next()
        .then(
          () => assert.fail('it failed'),
          (reason: unknown) => reason as NemoError,
        );
      assert.equal(error.status, fault.status);
      assert.equal(error.notSent, false);
    });
  }

  it('a session is not started twice', async () => {
    const from = sandbox.requests.length;
    sandbox.addFault({ endpoint: 'createSession', moment: 'beforeAnswer', kind: 'reset' });
    await failing(whileTurning(clock, client.createSession('en')), 'unreachable');
    assert.equal(count('createSession', from), 1);
  });

  it('closing the client ends what is under way', async () => {
    sandbox.addFault({ endpoint: 'credits', moment: 'beforeRequest', kind: 'stall' });
    const from = sandbox.requests.length;
    const ended = failing(client.credits(), 'cancelled');
    while (sandbox.requests.length === from) await new Promise((resolve) => setImmediate(resolve));
    await client.close();
    await ended;
    await failing(client.credits(), 'cancelled');
  });

  it('a message is sent on the first pull, and never by a second loop', async () => {
    const from = sandbox.messages.length;
    const events = client.sendMessage(sessionId, 'What can you do?');
    assert.equal(count('runSse', sandbox.requests.length), 0);
    assert.ok((await collect(events)).length > 0);
    assert.deepEqual(await collect(events), []);
    assert.equal(sandbox.messages.length, from + 1);
  });

  it('leaving the loop over a turn ends its request', async () => {
    sandbox.configure({ nextTurn: 'stayOpen' });
    const from = sandbox.requests.length;
    const patient = anonymousClient(sandbox.url).client;
    const seen = [];
    for await (const event of patient.sendMessage(sessionId, 'What can you do?')) {
      seen.push(event);
      if (event.kind === 'text') break;
    }
    assert.ok(seen.length > 0);
    const request = sandbox.requests.slice(from).find(({ endpoint }) => endpoint === 'runSse');
    // The record gets its status when the connection has ended.
    while (request?.status === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(request?.status, 200);
    await patient.close();
  });

  it('leaving the loop over a turn ends its request also where the answer says nothing of its type', async function () {
    this.timeout(10_000);
    const service = await startStubService();
    const hungUp = new Promise<void>((resolve) => {
      service.answer((_request, response) => {
        response.on('close', resolve);
        response.writeHead(200).write('data: {"type":"text","content":"one"}\n\n');
      });
    });
    const own = new NemoClient(clientOptions(service.url));
    for await (const event of own.sendMessage('1', 'hi')) {
      assert.equal(event.kind, 'text');
      break;
    }
    await hungUp;
    await own.close();
    await service.close();
  });

  it('Stop ends a turn at once', async () => {
    sandbox.configure({ nextTurn: 'stayOpen' });
    const stop = new AbortController();
    const turn = collect(
      (async function* () {
        for await (const event of client.sendMessage(sessionId, 'What can you do?', stop.signal)) {
          yield event;
          if (event.kind === 'text') setImmediate(() => stop.abort());
        }
      })(),
    );
    await failing(turn, 'cancelled');
  });

  it('a turn that broke off in the middle keeps what it told, and then says so', async () => {
    sandbox.addFault({ endpoint: 'runSse', moment: 'midAnswer', kind: 'reset' });
    const seen: string[] = [];
    const turn = (async () => {
      for await (const { kind } of client.sendMessage(sessionId, 'What can you do?')) seen.push(kind);
    })();
    const error = await failing(turn, 'unreachable');
    assert.equal(error.notSent, false);
    assert.ok(seen.length > 0);
  });

  it('addresses that would show the token to others are not used', () => {
    for (const address of ['http://nemovideo.example/', 'ftp://127.0.0.1/', 'http://127.0.0.1.example/']) {
      assert.throws(() => new NemoClient(clientOptions(new URL(address))), { code: 'badSetting' });
    }
    for (const address of ['http://localhost:1/', 'http://[::1]:1/', 'http://127.0.0.9/', 'https://x.example/']) {
      assert.ok(new NemoClient(clientOptions(new URL(address))));
    }
  });
});
