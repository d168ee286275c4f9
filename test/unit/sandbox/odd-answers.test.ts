import assert from 'node:assert/strict';

import { type OddAnswer, oddAnswers, type Sandbox } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { smallClips } from './small-clips.ts';
import { Visitor } from './visitor.ts';

describe('sandbox: odd answers', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ silentRate: 0, credits: 1_000_000, answers: 'bare' });
  });
  afterEach(() => sandbox.close());

  const odd = (...kinds: readonly OddAnswer[]) => sandbox.configure({ oddAnswers: kinds });
  const api = (path: string, init: RequestInit = {}) => fetch(new URL(path, sandbox.url), init);

  it('say nothing of a token or a session but itself, and a state names user and task', async () => {
    odd('leanIds');
    const response = await api('/api/auth/anonymous-token', { method: 'POST', headers: { 'X-Client-Id': 'a' } });
    const { token, user_id: user, credits } = (await response.json()) as Record<string, unknown>;
    assert.equal(typeof token, 'string');
    assert.ok(!user && !credits);
    const headers = { authorization: `Bearer ${String(token)}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ task_name: 'project', language: 'en' });
    const session = await api('/api/tasks/me/with-session/nemo_agent', { method: 'POST', headers, body });
    const { session_id: id, task_id: task } = (await session.json()) as Record<string, string>;
    assert.ok(id && !task);
    const state = (await (await api(`/api/state/nemo_agent/me/${id}/latest`, { headers })).json()) as {
      readonly user_id: string;
      readonly task_id: string;
    };
    assert.match(state.user_id, /^anon_/);
    assert.match(state.task_id, /^\d+$/);
  });

  for (const kind of ['userInSession', 'userNowhere'] as const) {
    it(`name a user ${kind === 'userInSession' ? 'with the session alone' : 'in no answer at all'}: ${kind}`, async () => {
      odd(kind);
      const response = await api('/api/auth/anonymous-token', { method: 'POST', headers: { 'X-Client-Id': 'a' } });
      const { token, user_id: user } = (await response.json()) as Record<string, unknown>;
      const headers = { authorization: `Bearer ${String(token)}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ task_name: 'project', language: 'en' });
      const session = await api('/api/tasks/me/with-session/nemo_agent', { method: 'POST', headers, body });
      const { session_id: id, user_id: named } = (await session.json()) as Record<string, string>;
      const state = (await (await api(`/api/state/nemo_agent/me/${id}/latest`, { headers })).json()) as object;
      assert.ok(!user && !('user_id' in state));
      assert.equal(named?.startsWith('anon_') ?? false, kind === 'userInSession');
    });
  }

  it('have no state where nothing was done, and the usual one afterwards', async () => {
    const visitor = await Visitor.arrive(sandbox);
    odd('noState');
    const path = `/api/state/nemo_agent/me/${visitor.sessionId}/latest`;
    const empty = (await visitor.send('GET', path)).json as { readonly state?: { readonly draft?: unknown } };
    assert.ok(!empty.state?.draft);
    await visitor.upload((await smallClips()).talk);
    assert.ok((await visitor.state()).draftText.includes('"t"'));
  });

  it('answer a submit and a poll in other words, or in none', async () => {
    const visitor = await Visitor.arrive(sandbox);
    await visitor.upload((await smallClips()).picture);
    const seen: unknown[] = [];
    for (const kind of oddAnswers.filter((each) => each.endsWith('Submit'))) {
      odd(kind);
      const { draftText } = await visitor.state();
      const response = await visitor.fetch('POST', '/api/render/proxy/lambda', {
        body: `{"id":"${kind}","sessionId":"${visitor.sessionId}","draft":${draftText},"output":{"format":"mp4","quality":"low"}}`,
      });
      seen.push([kind, response.status, (await response.text()).replace(/,?"progress":\d+/, '')]);
    }
    assert.deepEqual(seen, [
      ['queuedSubmit', 200, '{"id":"queuedSubmit","status":"queued"}'],
      ['unknownSubmit', 200, '{"id":"unknownSubmit","status":"Warming up"}'],
      ['noStatusSubmit', 200, '{"id":"noStatusSubmit"}'],
      ['onlyIdSubmit', 200, '{"id":"onlyIdSubmit"}'],
      ['emptySubmit', 200, ''],
    ]);
    await visitor.ended('emptySubmit');
    odd('otherWords');
    const poll = await visitor.fetch('GET', '/api/render/proxy/lambda/emptySubmit');
    assert.match(((await poll.json()) as { status: string }).status, /^(?:success|succeeded|finished|done|complete)$/i);
  });

  it('give a file without its length, and nothing behind its end', async () => {
    const visitor = await Visitor.arrive(sandbox);
    await visitor.upload((await smallClips()).picture);
    await visitor.submit('r');
    const { url = '' } = await visitor.ended('r');
    odd('noLength', 'emptyRange');
    const whole = await fetch(url);
    assert.equal(whole.headers.get('content-length'), null);
    const { byteLength } = await whole.arrayBuffer();
    const behind = await fetch(url, { headers: { Range: `bytes=${byteLength}-` } });
    assert.deepEqual([behind.status, (await behind.arrayBuffer()).byteLength], [206, 0]);
    odd();
    assert.equal(Number((await fetch(url)).headers.get('content-length')), byteLength);
  });
});
