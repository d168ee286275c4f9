import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { NemoClient } from '../../../src/client/nemo-client.ts';
import { clientOptions, failing } from './client-fixture.ts';
import { startStubService, type StubService } from './stub-service.ts';

describe('Answers', () => {
  let service: StubService;
  let client: NemoClient;
  before(async () => {
    service = await startStubService();
    client = new NemoClient(clientOptions(service.url));
  });
  after(async () => {
    await client.close();
    await service.close();
  });

  /** The three envelopes around the same data. */
  const envelopes: readonly (readonly [string, (data: object) => unknown])[] = [
    ['{code, message, data}', (data) => ({ code: 0, message: 'success', data })],
    ['{success, data}', (data) => ({ success: true, data })],
    ['bare objects', (data) => data],
  ];

  for (const [name, wrap] of envelopes) {
    describe(`as ${name}`, () => {
      const answer = (data: object) => service.answer({ json: wrap(data) });

      it('bring a token', async () => {
        answer({ token: 'nmv_usr_new', user_id: 'anon_9', expires_at: '2026-03-01T00:00:00Z', credits: 100, more: 1 });
        assert.deepEqual(await client.anonymousToken(), {
          token: 'nmv_usr_new',
          userId: 'anon_9',
          expiresAtMs: Date.UTC(2026, 2, 1),
          credits: 100,
        });
        const { method, path, headers, body } = service.seen.at(-1)!;
        assert.deepEqual([method, path, body.length], ['POST', '/api/auth/anonymous-token', 0]);
        assert.equal(headers['x-client-id'], '5f3a2c9e-0000-4000-8000-000000000001');
        assert.equal(headers.authorization, undefined);
      });

      it('bring a session, whose ids may be numbers of any length', async () => {
        answer({ task_id: 'task_1', session_id: '7301234567890123456', user_id: 'anon_9' });
        assert.deepEqual(await client.createSession('zh'), {
          sessionId: '7301234567890123456',
          taskId: 'task_1',
          userId: 'anon_9',
        });
        assert.deepEqual(JSON.parse(service.seen.at(-1)!.body.toString()), { task_name: 'project', language: 'zh' });

        const text = JSON.stringify(wrap({ task_id: 5, session_id: 'ID' })).replace('"ID"', '7301234567890123457');
        service.answer({ text });
        assert.deepEqual(await client.createSession('en'), { sessionId: '7301234567890123457', taskId: '5' });
      });

      it('bring credits, where one of the three may be missing', async () => {
        answer({ available: 60, frozen: 40, total: 100 });
        assert.deepEqual(await client.credits(), { available: 60, frozen: 40, total: 100 });
        answer({ available: '60', total: 100 });
        assert.deepEqual(await client.credits(), { available: 60, frozen: 40, total: 100 });
        answer({ available: 60 });
        assert.deepEqual(await client.credits(), { available: 60, frozen: 0, total: 60 });
      });

      it('bring a state', async () => {
        answer({
          session_id: 's',
          task_id: 't',
          task_name: 'project',
          state: {
            draft: { t: [] },
            video_infos: [{ a: 1 }],
            generated_media: null,
            canvas_config: { w: 1 },
            video_analyses: [],
          },
        });
        assert.deepEqual(await client.state('s'), {
          sessionId: 's',
          taskId: 't',
          taskName: 'project',
          draftText: '{"t":[]}',
          draft: { t: [] },
          videoInfos: [{ a: 1 }],
          generatedMedia: [],
          canvasConfig: { w: 1 },
        });
      });

      it('bring what was uploaded', async () => {
        answer({
          files: [
            {
              filename: 'a.mp4',
              file_type: 'video',
              cdn_url: 'https://cdn/a',
              duration: 3.5,
              width: 1920,
              height: '1080',
              fps: null,
              hash: 'h',
            },
            { cdn_url: 'https://cdn/b' },
          ],
          session_state_applied: true,
        });
        assert.deepEqual(await client.uploadUrl('s', 'https://web.example/my%20clip.mov?x=1'), [
          { name: 'a.mp4', type: 'video', url: 'https://cdn/a', duration: 3.5, width: 1920, height: 1080, hash: 'h' },
          { name: 'my clip.mov', type: 'video/quicktime', url: 'https://cdn/b' },
        ]);
        const { path, body } = service.seen.at(-1)!;
        assert.equal(path, '/api/upload-video/nemo_agent/me/s');
        assert.deepEqual(JSON.parse(body.toString()), {
          urls: ['https://web.example/my%20clip.mov?x=1'],
          source_type: 'url',
        });
      });

      it('bring what opens the browser', async () => {
        answer({ claim_token: 'clm_x', expires_in: 600 });
        assert.deepEqual(await client.claimToken('t', 's'), { claimToken: 'clm_x', expiresInSeconds: 600 });
      });
    });
  }

  it('about a token tell its end in every way of writing a moment, and are right without one', async () => {
    const atMs = Date.UTC(2026, 2, 1, 12);
    for (const [given, wanted] of [
      ['2026-03-01T12:00:00Z', atMs],
      ['2026-03-01T12:00:00', atMs],
      ['2026-03-01 12:00:00', atMs],
      ['2026-03-01T13:00:00+01:00', atMs],
      ['2026-03-01T12:00:00.000000', atMs],
      [atMs / 1000, atMs],
      [String(atMs / 1000), atMs],
      [atMs, atMs],
      [undefined, undefined],
      [null, undefined],
      ['soon', undefined],
    ] as const) {
      service.answer({ json: { code: 0, data: { token: 'nmv_usr_x', user_id: 'anon_1', expires_at: given } } });
      assert.equal((await client.anonymousToken()).expiresAtMs, wanted, String(given));
    }
  });

  it('are asked for uncompressed, and a message in the words of the service', async () => {
    service.answer({ text: '', headers: { 'content-type': 'text/event-stream' } });
    for await (const event of client.sendMessage('7301234567890123456', 'Grüße\n"x"')) assert.ok(event);
    const { path, headers, body } = service.seen.at(-1)!;
    assert.equal(path, '/run_sse');
    assert.equal(headers['accept-encoding'], 'identity');
    assert.equal(headers.accept, 'text/event-stream');
    assert.equal(headers['content-type'], 'application/json');
    assert.deepEqual(JSON.parse(body.toString()), {
      app_name: 'nemo_agent',
      user_id: 'me',
      session_id: '7301234567890123456',
      new_message: { parts: [{ text: 'Grüße\n"x"' }] },
    });
  });

  describe('about a render', () => {
    const done = { url: 'https://cdn/x.mp4', durationSeconds: 9.5, size: 1234 };
    const poll = async (json: unknown) => {
      service.answer({ json });
      return client.pollRender('render_1');
    };

    it('are read in all their forms', async () => {
      const whole = { id: 'render_1', status: 'completed', progress: 100, ...done };
      const output = { url: 'https://cdn/x.mp4', duration: 9.5, size: '1234' };
      assert.deepEqual(await poll({ id: 'render_1', status: 'completed', progress: 1, output }), whole);
      assert.deepEqual(await poll({ status: 'COMPLETED', output }), whole);
      assert.deepEqual(await poll({ taskId: 'render_1', status: 'completed', output }), whole);
      assert.equal((await poll({ taskId: 'task_9', status: 'pending', progress: 0 })).id, 'task_9');
      assert.equal((await poll({ id: 'render_2', taskId: 'task_9', status: 'pending' })).id, 'render_2');
      assert.deepEqual(await poll({ success: true, data: { id: 'render_1', status: 'completed', output } }), whole);
      assert.deepEqual(
        await poll({
          code: 0,
          data: { status: 'completed', outputUrl: 'https://cdn/x.mp4', duration: 9.5, size: 1234 },
        }),
        whole,
      );
      assert.deepEqual(await poll({ success: true, data: { status: 'completed', outputUrl: '/files/x.mp4' } }), {
        id: 'render_1',
        status: 'completed',
        progress: 100,
        url: new URL('/files/x.mp4', service.url).href,
      });
    });

    it('never bring an address that is not of the web', async () => {
      const answer = await poll({ status: 'completed', output: { url: 'file:///etc/passwd' } });
      assert.equal(answer.url, undefined);
    });

    it('tell progress in percent, however it comes', async () => {
      for (const [given, percent] of [
        [0, 0],
        [0.45, 45],
        [45, 45],
        ['45', 45],
        ['45%', 45],
        ['0.5', 50],
        ['0.5%', 0.5],
        [1, 1],
        [250, 100],
        [-3, 0],
        [null, 0],
        ['soon', 0],
        [undefined, 0],
      ] as const) {
        const { progress } = await poll({ status: 'processing', progress: given });
        assert.equal(progress, percent, String(given));
      }
    });

    it('tell in plain words why it failed', async () => {
      const failed = { id: 'render_1', status: 'failed', progress: 40 };
      assert.deepEqual(await poll({ ...failed, error: 'Out of memory' }), { ...failed, error: 'Out of memory' });
      assert.deepEqual(await poll({ success: false, data: { ...failed, error: { message: 'Lost' } } }), {
        ...failed,
        error: 'Lost',
      });
      assert.deepEqual(await poll({ ...failed, error: '{"stack":"…"}' }), failed);
      assert.deepEqual(await poll({ ...failed, status: 'cancelled' }), failed);
    });
  });

  describe('that say less than the documents do', () => {
    const answer = (text: string, status = 200) => {
      service.answer({ status, text, headers: { 'content-type': 'application/json' } });
    };

    it('are enough to connect with: a token, and the id of a session', async () => {
      for (const more of ['', ',"user_id":null,"expires_at":null,"credits":null']) {
        answer(`{"data":{"token":"nmv_usr_x"${more}}}`);
        assert.deepEqual(await client.anonymousToken(), { token: 'nmv_usr_x', expiresAtMs: undefined });
      }
      for (const more of ['', ',"user_id":null,"task_id":null']) {
        answer(`{"code":0,"data":{"session_id":"12"${more}}}`);
        assert.deepEqual(await client.createSession('en'), { sessionId: '12' });
      }
      answer('{"session_id":"12","task_id":"7","user_id":"anon_1","state":null}');
      const { taskId, userId } = await client.state('12');
      assert.deepEqual([taskId, userId], ['7', 'anon_1']);
      // It stands for whoever asks.
      answer('{"session_id":"12","user_id":"me","state":null}');
      assert.equal((await client.state('12')).userId, undefined);
      answer('{"data":{"total":100,"frozen":20}}');
      assert.deepEqual(await client.credits(), { available: 80, frozen: 20, total: 100 });
    });

    it('name an empty timeline by a state of nothing', async () => {
      for (const text of [
        ...['null', '{}', '', '{"state":null}', '{"state":{}}', '{"data":null}', '{"code":0,"data":{}}'],
        ...['{"data":{"state":null}}', '{"data":{"state":{"draft":null}}}', '{"success":true,"data":{"state":{}}}'],
        ...['{"state":{"draft":""}}', '{"state":{"video_infos":null,"generated_media":null}}'],
      ]) {
        answer(text);
        const state = await client.state('12');
        assert.deepEqual(
          [state.sessionId, state.draftText, state.draft, state.videoInfos, state.generatedMedia],
          ['12', undefined, undefined, [], []],
          text,
        );
      }
    });

    const submit = () =>
      client.submitRender({
        id: 'r1',
        sessionId: '1',
        draftText: '{"t":[]}',
        output: { format: 'mp4', quality: 'low' },
      });

    it('take a render on, whatever its submit is answered with', async () => {
      for (const [text, status] of [
        ['{"id":"r1","status":"queued"}', 'pending'],
        ['{"success":true,"data":{"id":"r1","status":"QUEUED","progress":0}}', 'pending'],
        ['{"data":{"id":"r1","status":"warming up"}}', 'processing'],
        ['{"id":"r1"}', 'pending'],
        ['{"data":{"id":"r1"}}', 'pending'],
        ['{"taskId":"r1","status":null}', 'pending'],
        ['{"success":true}', 'pending'],
        ['{"success":true,"data":null}', 'pending'],
        ['{"status":3}', 'pending'],
        ['{}', 'pending'],
        ['null', 'pending'],
        ['', 'pending'],
      ] as const) {
        answer(text);
        assert.deepEqual([(await submit()).id, (await submit()).status], ['r1', status], text);
      }
      service.answer((_request, response) => void response.writeHead(202).end());
      assert.equal((await submit()).status, 'pending');
      service.answer((_request, response) => void response.writeHead(204).end());
      assert.equal((await submit()).status, 'pending');
    });

    it('tell how a render goes in the usual words, and by an unknown one that it goes on', async () => {
      for (const [words, status] of [
        [['success', 'Succeeded', 'SUCCESSFUL', 'finished', 'Done', 'complete', 'COMPLETED', 'ready'], 'completed'],
        [['error', 'Failed', 'FAILURE', 'cancelled', 'Canceled', 'timed_out', 'aborted', 'expired'], 'failed'],
        [['queued', 'Pending', 'SUBMITTED', 'accepted', 'waiting'], 'pending'],
        [['processing', 'in_progress', 'rendering', 'encoding', 'RUNNING', 'almost there', '渲染中'], 'processing'],
      ] as const) {
        for (const word of words) {
          for (const text of [`{"status":"${word}"}`, `{"success":true,"data":{"status":"${word}","progress":0.5}}`]) {
            answer(text);
            assert.equal((await client.pollRender('r1')).status, status, text);
          }
        }
      }
      answer('{"success":false,"data":{"status":"ERROR","error":"Out of memory"}}');
      assert.deepEqual(
        [(await client.pollRender('r1')).status, (await client.pollRender('r1')).error],
        ['failed', 'Out of memory'],
      );
      answer('{"success":false,"status":"error","error":"Out of memory"}');
      assert.equal((await client.pollRender('r1')).status, 'failed');
      answer('{"output":{"url":"https://cdn.example/a.mp4"}}');
      assert.equal((await client.pollRender('r1')).status, 'completed');
    });

    it('give the client a new id where the service cannot use its own, once', async () => {
      const made: string[] = [];
      const own = new NemoClient(
        clientOptions(service.url, {
          newClientId: (rejected) => {
            made.push(rejected);
            return Promise.resolve(`new-${made.length}`);
          },
        }),
      );
      const ids = (from: number) => service.seen.slice(from).map(({ headers }) => headers['x-client-id']);
      for (const refusal of [
        { status: 400, json: { code: 400, message: 'Missing X-Client-Id header' } },
        { json: { code: 400, message: 'bad client' } },
        { status: 400, text: '<html>' },
      ]) {
        const from = service.seen.length;
        const [before] = made.slice(-1);
        service.answer(refusal, { json: { token: 'nmv_usr_x' } });
        assert.equal((await own.anonymousToken()).token, 'nmv_usr_x');
        assert.equal(ids(from).length, 2);
        assert.equal(ids(from)[1], `new-${made.length}`, before);
      }
      // The new one is the one that is used from then on, and is not replaced for ever.
      const from = service.seen.length;
      service.answer({ status: 400, json: {} });
      await failing(own.anonymousToken(), 'refused');
      assert.deepEqual(ids(from), ['new-3', 'new-4']);
      await own.close();
    });
  });

  describe('that fit no known form', () => {
    const cases: readonly (readonly [string, string, () => Promise<unknown>, RegExp])[] = [
      [
        'a missing token',
        '{"code":0,"data":{"user_id":"a"}}',
        () => client.anonymousToken(),
        /POST \/api\/auth\/anonymous-token: “data\.token”/,
      ],
      [
        'a missing session id',
        '{"task_id":"a"}',
        () => client.createSession('en'),
        /with-session\/nemo_agent: “session_id”/,
      ],
      ['empty data', '{"code":0,"data":null}', () => client.credits(), /balance\/simple: “data\.available”/],
      [
        'a state that is a text',
        '{"code":0,"data":{"session_id":"1","state":"secret2"}}',
        () => client.state('secret1'),
        /GET \/api\/state\/nemo_agent\/me\/…\/latest: “data\.state”/,
      ],
      [
        'no files',
        '{"code":0,"data":{"files":[]}}',
        () => client.uploadUrl('secret1', 'https://x/a.mp4'),
        /upload-video\/nemo_agent\/me\/…: “data\.files”/,
      ],
      [
        'a file without an address',
        '{"data":{"files":[{"filename":"secret2"}]}}',
        () => client.uploadUrl('1', 'https://x/a.mp4'),
        /“data\.files\.0\.cdn_url”/,
      ],
      ['a missing claim token', '{}', () => client.claimToken('t', 's'), /claim-token: “claim_token”/],
      ['a list', '["secret2"]', () => client.claimToken('t', 's'), /claim-token/],
      ['no JSON', '{"secret2', () => client.createSession('en'), /not JSON/],
      ['a web page', '<html>secret2</html>', () => client.createSession('en'), /web page/],
      ['nothing', '', () => client.createSession('en'), /empty/],
    ];
    for (const [name, text, call, message] of cases) {
      it(`(${name}) are one clear error with the endpoint and the field, and nothing of the payload`, async () => {
        service.answer({ text, headers: { 'content-type': 'application/json' } });
        const error = await failing(call(), 'badAnswer');
        assert.match(error.message, message);
        assert.doesNotMatch(
          `${error.message} ${error.stack} ${String(error.cause)} ${JSON.stringify(error)}`,
          /secret/,
        );
        assert.deepEqual(
          error.steps.map(({ kind }) => kind),
          ['retry', 'showLog'],
        );
      });
    }

    it('(bytes that are no text) are refused', async () => {
      service.answer({ text: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) });
      assert.match((await failing(client.createSession('en'), 'badAnswer')).message, /UTF-8/);
    });

    it('(far too much) are not read to their end', async () => {
      let written = 0;
      service.answer((_request, response) => {
        const piece = Buffer.alloc(1024 * 1024, ' ');
        const write = () => {
          while (!response.destroyed && written < 512) {
            written++;
            if (!response.write(piece)) return response.once('drain', write);
          }
          return response.end();
        };
        write();
      });
      assert.match((await failing(client.createSession('en'), 'badAnswer')).message, /4 MB/);
      assert.ok(written < 100, `${written} MB were sent`);
    });

    it('(a redirect) are not followed with the token', async () => {
      service.answer({ status: 302, headers: { location: 'https://elsewhere.example/' }, text: '' });
      const seen = service.seen.length;
      assert.match((await failing(client.createSession('en'), 'badAnswer')).message, /HTTP 302/);
      assert.equal(service.seen.length, seen + 1);
    });
  });

  it('to a cancelling are told apart: cancelled, too late, not supported', async () => {
    service.answer({ json: { code: 0, data: { id: 'r', status: 'cancelled' } } });
    assert.equal(await client.cancelRender('r'), 'cancelled');
    service.answer({ json: { success: true } });
    assert.equal(await client.cancelRender('r'), 'cancelled');
    service.answer({ json: { success: true, data: { status: 'processing' } } });
    assert.equal(await client.cancelRender('r'), 'tooLate');
    service.answer({ status: 409, json: { code: 409, message: 'Only pending renders can be cancelled' } });
    assert.equal(await client.cancelRender('r'), 'tooLate');
    for (const status of [404, 405, 501]) {
      service.answer({ status, text: 'Not Found' });
      if (status === 501) await failing(client.cancelRender('r'), 'serverFault');
      else assert.equal(await client.cancelRender('r'), 'unsupported', String(status));
    }
  });

  it('come from below the path that the service’s address has', async () => {
    const below = new NemoClient(clientOptions(new URL('/gateway/v1/', service.url)));
    service.answer({ json: { available: 1 } });
    await below.credits();
    assert.equal(service.seen.at(-1)!.path, '/gateway/v1/api/credits/balance/simple');
    await below.close();
  });

  it('cannot be led astray by an id', async () => {
    service.answer({ json: { status: 'pending' } });
    await client.pollRender('../../auth/x?y=1#z');
    const id = '../../auth/x?y=1#z';
    const partPath = join(tmpdir(), `nemo-${randomUUID()}.part`);
    const encoded = '..%2F..%2Fauth%2Fx%3Fy%3D1%23z';
    assert.equal(service.seen.at(-1)!.path, `/api/render/proxy/lambda/${encoded}`);
    for (const [call, path] of [
      [() => client.state(id), `/api/state/nemo_agent/me/${encoded}/latest`],
      [() => client.uploadUrl(id, 'https://x.example/a.mp4'), `/api/upload-video/nemo_agent/me/${encoded}`],
      [() => client.cancelRender(id), `/api/render/proxy/lambda/${encoded}/cancel`],
      [() => client.download({ renderId: id, partPath }), `/api/render/proxy/${encoded}/download`],
    ] as const) {
      await call().catch(() => undefined);
      assert.equal(service.seen.at(-1)!.path, path);
    }
    await rm(partPath, { force: true });
  });
});
