import assert from 'node:assert/strict';

import type { NemoErrorCode } from '../../../src/client/errors.ts';
import { NemoClient } from '../../../src/client/nemo-client.ts';
import { TurnedClock } from '../turned-clock.ts';
import { clientOptions, collect, failing, whileTurning } from './client-fixture.ts';
import { startStubService, type StubAnswer, type StubService } from './stub-service.ts';

describe('What the service refuses', () => {
  let service: StubService;
  let client: NemoClient;
  let userId: string | undefined = 'usr_1';
  let isSignedIn = false;
  const clock = new TurnedClock();
  before(async () => {
    service = await startStubService();
    client = new NemoClient(clientOptions(service.url, { clock, userId: () => userId, isSignedIn: () => isSignedIn }));
  });
  beforeEach(() => {
    userId = 'usr_1';
    isSignedIn = false;
  });
  after(async () => {
    await client.close();
    await service.close();
  });

  const render = {
    id: 'r',
    sessionId: '1',
    draftText: '{"t":[{"tt":0,"sg":[{"d":1}]}]}',
    output: { format: 'mp4', quality: 'high' },
  };
  /** What `createSession`, which is never repeated by itself, makes of an answer. */
  const refused = async (answer: StubAnswer, code: NemoErrorCode) => {
    service.answer(answer);
    return failing(whileTurning(clock, client.createSession('en')), code);
  };
  const kinds = (error: { steps: readonly { kind: string }[] }) => error.steps.map(({ kind }) => kind);

  /** Code of the envelope, HTTP status (none: it has no status of its own), and what it means. */
  const table: readonly (readonly [number | undefined, number | undefined, NemoErrorCode, readonly string[]])[] = [
    [1002, 404, 'sessionGone', ['newSession']],
    [2001, 402, 'noCredits', ['openUrl', 'showCredits']],
    [4001, 415, 'unsupportedFile', ['upload']],
    [4002, 413, 'fileTooLarge', ['upload']],
    [undefined, 402, 'planForbidsExport', ['openUrl']],
    [undefined, 403, 'scopeMissing', ['openUrl', 'signIn']],
    [undefined, 429, 'rateLimited', ['retry']],
    [undefined, 400, 'refused', ['retry', 'showLog']],
    [undefined, 500, 'serverFault', ['retry', 'showLog']],
    [undefined, 503, 'serverFault', ['retry', 'showLog']],
    [undefined, 408, 'timedOut', ['retry', 'showLog']],
    [undefined, 413, 'fileTooLarge', ['upload']],
    [undefined, 415, 'unsupportedFile', ['upload']],
    [9999, 418, 'refused', ['retry', 'showLog']],
  ];
  for (const [code, status, meaning, steps] of table) {
    const name = [code, status && `HTTP ${status}`].filter(Boolean).join(' / ');
    it(`with ${name} is «${meaning}», in every form`, async () => {
      const message = 'words';
      const envelopeCode = code ?? status;
      const answers: StubAnswer[] = [
        { json: { code: envelopeCode, message, data: null } },
        { json: { code: String(envelopeCode), message } },
        { json: { success: false, error: { code: envelopeCode, message } } },
        { status: status!, json: { code: envelopeCode, message } },
        { status: status!, json: { success: false, code: envelopeCode, error: message } },
      ];
      // A status alone says it only where the code has one of its own.
      if (code === undefined) {
        answers.push({ status: status!, text: '<html><h1>nginx</h1></html>' }, { status: status!, text: '' });
        answers.push({ status: status!, json: { detail: message } });
      }
      for (const answer of answers) {
        const error = await refused(answer, meaning);
        assert.deepEqual(kinds(error), steps, JSON.stringify(answer));
        assert.equal(error.endpoint, 'POST /api/tasks/me/with-session/nemo_agent');
        assert.equal(error.notSent, meaning !== 'serverFault' && meaning !== 'timedOut');
        assert.doesNotMatch(error.message, /nginx|[<{]/);
      }
    });
  }

  for (const code of [1001, 1010, 1011]) {
    it(`with ${code} is a rejected token`, async () => {
      const error = await refused({ json: { code, message: 'invalid token' } }, 'tokenRejected');
      assert.equal(error.message, 'Your token was rejected.', 'the token’s owner says so');
    });
  }

  it('for lack of credits leads an anonymous user to the registration that keeps the project', async () => {
    userId = 'anon_7&x=1';
    const error = await refused({ json: { code: 2001, message: 'no' } }, 'noCredits');
    assert.deepEqual(error.steps, [
      { kind: 'openUrl', label: 'Register', argument: 'https://nemovideo.example/register?bind=anon_7%26x%3D1' },
    ]);
  });

  it('for lack of credits tells a registered user to top up', async () => {
    assert.match((await refused({ json: { code: 2001 } }, 'noCredits')).message, /Top up credits in your account/);
  });

  it('for the plan is about the plan and not about credits', async () => {
    service.answer({ status: 402, json: {} });
    const error = await failing(client.submitRender(render), 'planForbidsExport');
    assert.equal(error.message, 'Register or upgrade your plan to unlock export.');
  });

  it('for the plan leads an anonymous user to the registration that keeps the project', async () => {
    userId = 'anon_7';
    const error = await refused({ status: 402, json: { code: 402 } }, 'planForbidsExport');
    assert.deepEqual(
      error.steps.map(({ kind, argument }) => [kind, argument]),
      [['openUrl', 'https://nemovideo.example/register?bind=anon_7']],
    );
  });

  it('for the plan is about the plan also under another code of the body', async () => {
    userId = 'anon_7';
    for (const json of [{}, { code: 0 }, { code: 4020 }, { code: '402' }, { success: false, error: 'no' }]) {
      service.answer({ status: 402, json });
      const error = await failing(client.submitRender(render), 'planForbidsExport');
      assert.equal(error.message, 'Register or upgrade your plan to unlock export.', JSON.stringify(json));
      assert.deepEqual(
        error.steps.map(({ argument }) => argument),
        ['https://nemovideo.example/register?bind=anon_7'],
      );
    }
    service.answer({ json: { code: 402, message: 'no' } });
    await failing(client.submitRender(render), 'planForbidsExport');
    service.answer({ status: 402, json: { code: 2001, message: 'no' } });
    assert.match((await failing(client.submitRender(render), 'noCredits')).message, /out of credits/);
  });

  it('for the plan says nothing of an export where none was asked for', async () => {
    userId = 'anon_7';
    service.answer({ status: 402, json: { code: 402 } });
    const error = await failing(collect(client.sendMessage('1', 'hi')), 'planForbidsExport');
    assert.equal(error.message, 'Your plan does not include this. Register or upgrade your plan.');
    assert.equal(error.steps[0]?.argument, 'https://nemovideo.example/register?bind=anon_7');
  });

  for (const [code, meaning] of [
    [2001, 'noCredits'],
    [402, 'planForbidsExport'],
  ] as const) {
    it(`with ${code} says what to do instead where nobody knows who is to be registered`, async () => {
      userId = undefined;
      const error = await refused({ json: { code } }, meaning);
      assert.match(error.message, /does not say which user you are/);
      assert.deepEqual(kinds(error), ['openInBrowser', 'openUrl']);
      assert.ok(error.steps.every(({ argument }) => !argument?.includes('bind')));
      isSignedIn = true;
      const signedIn = await refused({ json: { code } }, meaning);
      assert.doesNotMatch(signedIn.message, /which user/);
      assert.equal(signedIn.steps[0]?.argument, 'https://nemovideo.example/');
    });
  }

  it('without a reason is a refusal all the same', async () => {
    for (const json of [
      { success: false },
      { success: false, data: null },
      { code: -1 },
      { success: false, error: {} },
    ]) {
      await refused({ json }, 'refused');
    }
    assert.match((await refused({ json: { success: false, error: 'Busy now' } }, 'refused')).message, /“Busy now”/);
  });

  it('for a scope names it, as the answer does or as the endpoint needs it', async () => {
    for (const [message, scope] of [
      ['Token lacks the required scope: upload', 'upload'],
      ['missing scope "render"', 'render'],
      ['Insufficient render scope', 'render'],
      ['Forbidden', 'write'],
    ] as const) {
      const error = await refused({ status: 403, json: { message } }, 'scopeMissing');
      assert.match(error.message, new RegExp(`“${scope}”`), message);
      assert.match(error.message, /nemovideo\.example/);
    }
  });

  it('for a file’s kind shows the thirteen formats, for its size how to mend it', async () => {
    const kind = await refused({ json: { code: 4001 } }, 'unsupportedFile');
    assert.match(kind.message, /MP4, MOV, AVI, WEBM, MKV, JPG, PNG, GIF, WEBP, MP3, WAV, M4A, AAC/);
    const size = await refused({ json: { code: 4002 } }, 'fileTooLarge');
    assert.match(size.message, /500 MB.*[Cc]ompress or trim/);
  });

  it('in other words is told in those words, short, plain and without a token', async () => {
    const said = async (message: string) => (await refused({ status: 400, json: { message } }, 'refused')).message;
    assert.match(await said('Draft has no segments'), /“Draft has no segments”/);
    assert.match(await said('bad\ntoken nmv_usr_abc.def-1\u0007'), /“bad token …”/);
    assert.match(await said('sent “Authorization: Bearer s3cret” again'), /“sent “Authorization: … again”/);
    assert.doesNotMatch(await said('{"trace":[1]}'), /trace/);
    assert.doesNotMatch(await said('<b>oh</b>'), /oh/);
    assert.doesNotMatch(await said('Look <img src=x onerror=alert(1)>here'), /img|here/);
    assert.match(await said('2 < 3 and 3 > 2'), /“2 < 3 and 3 > 2”/);
    assert.ok((await said('x'.repeat(5000))).length < 400);
  });

  it('is told even if its words never end', async () => {
    const own = new NemoClient(clientOptions(service.url, { patience: { answerMs: 200 } }));
    service.answer((_request, response) => {
      response.writeHead(402, { 'content-type': 'application/json', 'content-length': 1000 });
      response.write('{"code":402,');
    });
    await failing(collect(own.sendMessage('1', 'hi')), 'planForbidsExport');
    await own.close();
  });

  it('for a session that the agent does not know is a session that is gone', async () => {
    service.answer({ status: 404, json: { detail: 'Session not found' } });
    await failing(collect(client.sendMessage('1', 'hi')), 'sessionGone');
    await refused({ status: 404, json: { message: '会话不存在' } }, 'sessionGone');
    await refused({ json: { code: 404, message: 'Session 12 was not found' } }, 'sessionGone');
    await refused({ status: 404, json: { message: 'Render not found' } }, 'refused');
  });

  it('with an envelope under HTTP 200 in place of an event stream ends the turn before any event', async () => {
    service.answer({ json: { code: 2001, message: 'no credits' } });
    const error = await failing(collect(client.sendMessage('1', 'hi')), 'noCredits');
    assert.equal(error.notSent, true);
    service.answer({ json: { error: 'Session not found: 1' } });
    await failing(collect(client.sendMessage('1', 'hi')), 'refused');
    // Some servers say no type at all.
    service.answer({ text: '{"success":false,"error":{"code":1002,"message":"gone"}}' });
    await failing(collect(client.sendMessage('1', 'hi')), 'sessionGone');
    // What a type of JSON says is no stream, whatever it begins with.
    service.answer({ text: 'null', headers: { 'content-type': 'application/json' } });
    await failing(collect(client.sendMessage('1', 'hi')), 'badAnswer');
    service.answer({ text: '<html>502</html>', headers: { 'content-type': 'text/html' } });
    const page = await failing(collect(client.sendMessage('1', 'hi')), 'badAnswer');
    assert.deepEqual(kinds(page), ['showLog'], 'nobody knows whether it was charged');
    service.answer({ text: 'data: {"type":"text","content":"hi"}\n\n' });
    assert.equal((await collect(client.sendMessage('1', 'hi'))).length, 1);
  });
});
