import assert from 'node:assert/strict';
import { endpointNames, faultKinds, faultMoments } from '../../sandbox/sandbox-options.ts';
import type { EndpointName, Fault, FaultKind, FaultMoment, Sandbox } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { smallClips } from './small-clips.ts';
import type { SmallClips } from './small-clips.ts';
import { Visitor } from './visitor.ts';

/** What a client sees of an answer. */
type Seen =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string; readonly headers: Headers }
  | { readonly kind: 'broken' };

/** Those that strike one request; the others strike the whole service. */
const singleKinds = faultKinds.filter((kind) => !['outage', 'forget', 'drip', 'hints', 'endless'].includes(kind));

describe('sandbox: faults', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let clips: SmallClips;
  let visitor: Visitor;
  before(async () => {
    clips = await smallClips();
    sandbox = await startSandbox({ silentRate: 0, credits: 1_000_000, answers: 'wrapped', dialect: 'simple' });
    visitor = await Visitor.arrive(sandbox);
    await visitor.upload(clips.picture);
    await visitor.submit('done');
    await visitor.ended('done');
  });
  after(() => sandbox.close());
  afterEach(() => sandbox.clearFaults());

  const see = async (request: () => Promise<Response>): Promise<Seen> => {
    try {
      const response = await request();
      return { kind: 'answer', status: response.status, text: await response.text(), headers: response.headers };
    } catch {
      return { kind: 'broken' };
    }
  };

  let ids = 0;
  /** One request to each endpoint. */
  const requests: Readonly<Record<EndpointName, (signal?: AbortSignal) => Promise<Response>>> = {
    anonymousToken: (signal) =>
      visitor.fetch('POST', '/api/auth/anonymous-token', {
        anonymous: true,
        headers: { 'X-Client-Id': visitor.clientId },
        ...(signal === undefined ? {} : { signal }),
      }),
    createSession: (signal) =>
      visitor.fetch('POST', '/api/tasks/me/with-session/nemo_agent', {
        json: { task_name: 'project', language: 'en' },
        ...(signal === undefined ? {} : { signal }),
      }),
    runSse: (signal) => visitor.openTurn('hello', signal),
    upload: (signal) => {
      const form = new FormData();
      form.append('files', new Blob(['x'.repeat(1000)]), 'a.mp4');
      return visitor.fetch('POST', `/api/upload-video/nemo_agent/me/${visitor.sessionId}`, {
        body: form,
        ...(signal === undefined ? {} : { signal }),
      });
    },
    credits: (signal) => visitor.fetch('GET', '/api/credits/balance/simple', signal === undefined ? {} : { signal }),
    state: (signal) =>
      visitor.fetch(
        'GET',
        `/api/state/nemo_agent/me/${visitor.sessionId}/latest`,
        signal === undefined ? {} : { signal },
      ),
    submitRender: async (signal) => {
      const { draftText } = await visitor.state();
      ids += 1;
      return visitor.fetch('POST', '/api/render/proxy/lambda', {
        body: `{"id":"r${ids}","sessionId":"${visitor.sessionId}","draft":${draftText},"output":{"format":"mp4","quality":"low"}}`,
        ...(signal === undefined ? {} : { signal }),
      });
    },
    pollRender: (signal) =>
      visitor.fetch('GET', '/api/render/proxy/lambda/done', signal === undefined ? {} : { signal }),
    cancelRender: (signal) =>
      visitor.fetch('POST', '/api/render/proxy/lambda/done/cancel', signal === undefined ? {} : { signal }),
    download: async (signal) => {
      const { url = '' } = await visitor.ended('done');
      return fetch(url, signal === undefined ? {} : { signal });
    },
    downloadFallback: (signal) =>
      visitor.fetch('GET', '/api/render/proxy/done/download', signal === undefined ? {} : { signal }),
    claimToken: (signal) =>
      visitor.fetch('POST', '/api/auth/claim-token', {
        json: { task_id: visitor.taskId, session_id: visitor.sessionId },
        ...(signal === undefined ? {} : { signal }),
      }),
  };

  const strike = (fault: Fault) => {
    sandbox.addFault(fault);
    return see(() => requests[fault.endpoint === '*' ? 'credits' : fault.endpoint]());
  };
  const isJson = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };

  it('strike every endpoint at every moment with every kind, and leave the sandbox well', async () => {
    let struck = 0;
    for (const endpoint of endpointNames) {
      for (const moment of faultMoments) {
        for (const kind of singleKinds) {
          // What stalls is tried below.
          const ms = kind === 'stall' || kind === 'slow' ? { ms: 1 } : {};
          const before = sandbox.requests.filter((record) => record.fault === `${moment} ${kind}`).length;
          await strike({ endpoint, moment, kind, ...ms });
          const after = sandbox.requests.filter((record) => record.fault === `${moment} ${kind}`);
          assert.equal(after.length, before + 1, `${endpoint} ${moment} ${kind}`);
          assert.equal(after.at(-1)?.endpoint, endpoint);
          struck += 1;
        }
      }
    }
    assert.equal(struck, 12 * 5 * 13);
    assert.equal((await visitor.credits()).status, 200);
    assert.equal((await visitor.say('hello')).words.startsWith('Hello!'), true);
  });

  it('end the connection: refuse, reset, cut', async () => {
    for (const kind of ['refuse', 'reset', 'cut'] as const) {
      for (const moment of ['beforeRequest', 'beforeAnswer', 'midAnswer', 'afterAnswer'] as const) {
        const { kind: seen } = await strike({ endpoint: 'state', moment, kind });
        assert.equal(seen, 'broken', `${moment} ${kind}`);
      }
    }
  });

  it('stall until the client goes, or for as long as they are told', async () => {
    for (const moment of ['beforeRequest', 'beforeAnswer', 'midAnswer', 'afterAnswer'] as const) {
      sandbox.addFault({ endpoint: 'state', moment, kind: 'stall' });
      const leaving = new AbortController();
      const waiting = requests.state(leaving.signal).then((response) => response.text());
      const first = await Promise.race([waiting.then(() => 'answered'), waitFor(150).then(() => 'waiting')]);
      assert.equal(first, 'waiting', moment);
      leaving.abort();
      await assert.rejects(waiting);
      const seen = await strike({ endpoint: 'state', moment, kind: 'stall', ms: 5 });
      assert.ok(seen.kind === 'answer' && isJson(seen.text), moment);
    }
  });

  it('never end an answer, until the client goes: drip, hints, endless', async () => {
    for (const endpoint of ['state', 'runSse', 'download', 'upload'] as const) {
      for (const kind of ['drip', 'endless'] as const) {
        for (const moment of faultMoments) {
          sandbox.addFault({ endpoint, moment, kind, ms: 1 });
          const leaving = new AbortController();
          const { body } = await requests[endpoint](leaving.signal);
          let bytes = 0;
          const read = async () => {
            for await (const piece of body as AsyncIterable<Uint8Array>) {
              bytes += piece.length;
              if (bytes > (kind === 'drip' ? 20 : 1e6)) leaving.abort();
            }
          };
          await assert.rejects(read(), `${endpoint} ${moment} ${kind}`);
        }
      }
      for (const moment of ['beforeRequest', 'beforeAnswer'] as const) {
        sandbox.addFault({ endpoint, moment, kind: 'hints', ms: 1 });
        const leaving = new AbortController();
        const answered = requests[endpoint](leaving.signal);
        assert.equal(await Promise.race([answered, waitFor(50).then(() => 'waiting')]), 'waiting');
        leaving.abort();
        await assert.rejects(answered);
      }
    }
    assert.equal((await visitor.credits()).status, 200);
  });

  it('nest an answer deeply', async () => {
    const seen = await strike({ endpoint: 'credits', moment: 'beforeAnswer', kind: 'deep' });
    assert.ok(seen.kind === 'answer' && seen.text.includes('{"a":['.repeat(1000)) && isJson(seen.text));
  });

  it('answer with a status, a code or a page in the place of the answer', async () => {
    const status = await strike({
      endpoint: 'credits',
      moment: 'beforeAnswer',
      kind: 'status',
      status: 503,
      retryAfterSeconds: 7,
    });
    assert.ok(status.kind === 'answer' && status.status === 503 && status.headers.get('retry-after') === '7');
    const code = await strike({ endpoint: 'credits', moment: 'beforeRequest', kind: 'code', code: 2001 });
    assert.ok(
      code.kind === 'answer' && code.status === 200 && (JSON.parse(code.text) as { code: number }).code === 2001,
    );
    const page = await strike({ endpoint: 'credits', moment: 'beforeAnswer', kind: 'html' });
    assert.ok(page.kind === 'answer' && page.status === 502 && page.text.startsWith('<html>'));
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
  });

  it('spoil the body: garbage, truncate, duplicate, wrongLength', async () => {
    for (const [kind, moment] of [
      ['garbage', 'beforeAnswer'],
      ['garbage', 'midAnswer'],
      ['truncate', 'beforeAnswer'],
      ['truncate', 'midAnswer'],
      ['duplicate', 'midAnswer'],
    ] as const) {
      const seen = await strike({ endpoint: 'state', moment, kind });
      assert.ok(seen.kind === 'answer' && seen.status === 200 && !isJson(seen.text), `${moment} ${kind}`);
    }
    assert.equal((await strike({ endpoint: 'state', moment: 'midAnswer', kind: 'wrongLength' })).kind, 'broken');
  });

  it('leave slow answers whole', async () => {
    const seen = await strike({ endpoint: 'state', moment: 'midAnswer', kind: 'slow', ms: 1 });
    assert.ok(seen.kind === 'answer' && isJson(seen.text));
  });

  it('cut a download where they are told, so that a range can go on', async () => {
    const { url = '' } = await visitor.ended('done');
    const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
    sandbox.addFault({ endpoint: 'download', moment: 'midAnswer', kind: 'cut', afterBytes: 1000 });
    const received: Buffer[] = [];
    const response = await fetch(url);
    assert.equal(Number(response.headers.get('content-length')), whole.length);
    await assert.rejects(async () => {
      for await (const chunk of response.body ?? []) received.push(Buffer.from(chunk as Uint8Array));
    });
    const part = Buffer.concat(received);
    assert.equal(part.length, 1000);
    const rest = await fetch(url, { headers: { Range: `bytes=${part.length}-` } });
    assert.deepEqual(Buffer.concat([part, Buffer.from(await rest.arrayBuffer())]), whole);
  });

  it('strike before anything is done, or when all is done', async () => {
    const heard = () => sandbox.messages.length;
    for (const [moment, messages] of [
      ['beforeRequest', 0],
      ['duringBody', 0],
      ['beforeAnswer', 1],
      ['midAnswer', 1],
    ] as const) {
      const before = heard();
      await strike({ endpoint: 'runSse', moment, kind: 'reset' });
      assert.equal(heard() - before, messages, moment);
    }
    sandbox.addFault({ endpoint: 'submitRender', moment: 'beforeAnswer', kind: 'reset' });
    await assert.rejects(visitor.submit('again'));
    assert.equal((await visitor.submit('again')).status, 200);
    assert.equal(sandbox.renders.filter((job) => job.id === 'again').length, 1);
  });

  it('break an upload in its midst, and nothing of it stays', async () => {
    const big = new FormData();
    big.append('files', new Blob(Array.from({ length: 64 }, () => new Uint8Array(1 << 16))), 'big.mp4');
    const upload = () => visitor.fetch('POST', `/api/upload-video/nemo_agent/me/${visitor.sessionId}`, { body: big });
    const { data } = await visitor.state();
    for (const kind of ['reset', 'cut', 'truncate', 'status'] as const satisfies readonly FaultKind[]) {
      sandbox.addFault({ endpoint: 'upload', moment: 'duringBody', kind });
      const seen = await see(upload);
      assert.ok(seen.kind === 'broken' || seen.status >= 400, kind);
    }
    assert.deepEqual((await visitor.state()).data['video_infos'], data['video_infos']);
  });

  it('wait for their turn and last for as many requests as they are told', async () => {
    sandbox.addFault({ endpoint: '*', moment: 'beforeAnswer', kind: 'status', status: 500, skip: 1, times: 2 });
    const statuses: number[] = [];
    for (let index = 0; index < 4; index++) statuses.push((await visitor.credits()).status);
    assert.deepEqual(statuses, [200, 500, 500, 200]);
  });

  it('can be taken back', async () => {
    sandbox.addFault({ endpoint: '*', moment: 'beforeAnswer', kind: 'status', times: 100 });
    sandbox.clearFaults();
    assert.equal((await visitor.credits()).status, 200);
  });

  it('are refused where they are none', () => {
    const moment: FaultMoment = 'midAnswer';
    assert.throws(() => sandbox.addFault({ endpoint: 'credits', moment, kind: 'flood' as FaultKind }));
  });

  it('say twice what a stream says', async () => {
    const seen = await strike({ endpoint: 'runSse', moment: 'midAnswer', kind: 'duplicate' });
    assert.ok(seen.kind === 'answer');
    const lines = seen.text.split(/[\r\n]+/).filter((line) => line.includes('"text"'));
    assert.ok(new Set(lines).size < lines.length);
  });
});

describe('sandbox: faults of the whole service', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let visitor: Visitor;
  before(async () => {
    sandbox = await startSandbox({ credits: 1_000_000, answers: 'wrapped' });
    visitor = await Visitor.arrive(sandbox);
  });
  after(() => sandbox.close());

  const state = () => visitor.send('GET', `/api/state/nemo_agent/me/${visitor.sessionId}/latest`);
  const code = (answer: { readonly json: unknown }) => (answer.json as { code: number }).code;

  it('forget the session before the request is looked at, or when it has been answered', async () => {
    for (const moment of faultMoments) {
      await visitor.newSession();
      assert.equal(code(await state()), 0);
      sandbox.addFault({ endpoint: 'state', moment, kind: 'forget' });
      const isEarly = moment === 'beforeRequest' || moment === 'duringBody';
      assert.equal(code(await state()), isEarly ? 1002 : 0, moment);
      assert.equal(code(await state()), 1002, moment);
    }
  });

  it('take no connection for a while, on either origin, and all of them afterwards', async () => {
    await visitor.newSession();
    for (const moment of faultMoments) {
      sandbox.addFault({ endpoint: 'state', moment, kind: 'outage', ms: 600_000 });
      await assert.rejects(state(), moment);
      const both = await Promise.allSettled([visitor.credits(), fetch(sandbox.webUrl)]);
      assert.deepEqual(
        both.map(({ status }) => status),
        ['rejected', 'rejected'],
        moment,
      );
      await sandbox.goOnline();
      assert.equal(code(await state()), 0, moment);
      assert.ok((await fetch(sandbox.webUrl)).status > 0);
    }
  });

  it('end an outage by themselves', async () => {
    await visitor.newSession();
    sandbox.addFault({ endpoint: 'state', moment: 'beforeAnswer', kind: 'outage', ms: 50 });
    await assert.rejects(state());
    while (!(await visitor.credits().catch(() => undefined))) await waitFor(10);
    assert.equal(code(await state()), 0);
  });
});

function waitFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
