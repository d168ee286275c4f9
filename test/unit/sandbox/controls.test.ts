import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { smallClips } from './small-clips.ts';
import { Visitor } from './visitor.ts';

describe('sandbox: controls', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ answers: 'success', dialect: 'simple', silentRate: 0 });
  });
  afterEach(() => sandbox.close());
  const control = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(new URL(`/__sandbox/${path}`, sandbox.url), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: (await response.json()) as unknown };
  };

  it('do over HTTP what the object does', async () => {
    const visitor = await Visitor.arrive(sandbox);
    assert.deepEqual((await control('GET', 'health')).json, {
      ok: true,
      url: sandbox.url.href,
      webUrl: sandbox.webUrl.href,
    });
    await control('POST', 'faults', {
      endpoint: 'credits',
      moment: 'beforeAnswer',
      kind: 'status',
      status: 503,
      times: 2,
    });
    assert.equal((await visitor.credits()).status, 503);
    await control('DELETE', 'faults');
    assert.equal((await visitor.credits()).status, 200);
    await control('POST', 'credits', { n: 7 });
    assert.equal((await visitor.credits()).data['available'], 7);
    await control('POST', 'configure', { answers: 'bare', nextTurn: 'errorJson', nextRender: null });
    assert.equal(((await visitor.credits()).json as { available: number }).available, 7);
    assert.match((await visitor.say('hello')).raw, /busy/);
    await visitor.say('hello');
    assert.equal(((await control('GET', 'messages')).json as unknown[]).length, 1);
    const requests = (await control('GET', 'requests')).json as { endpoint: string }[];
    assert.deepEqual(
      requests.slice(0, 3).map((record) => record.endpoint),
      ['anonymousToken', 'createSession', 'credits'],
    );
    assert.deepEqual((await control('GET', 'renders')).json, []);
    await control('POST', 'plan', { plan: 'no-export' });
    await visitor.upload((await smallClips()).picture);
    assert.equal((await visitor.submit('one')).status, 402);
    await control('POST', 'drop-session', { id: visitor.sessionId });
    assert.equal(
      (await visitor.send('GET', `/api/state/nemo_agent/me/${visitor.sessionId}/latest`)).data['code'],
      1002,
    );
    await control('POST', 'expire-tokens');
    assert.equal((await visitor.credits()).status, 401);
  });

  it('refuse what they do not know', async () => {
    assert.equal((await control('POST', 'configure', { silentRate: 2 })).status, 400);
    assert.equal((await control('POST', 'faults', { endpoint: 'nowhere' })).status, 400);
    assert.equal((await control('GET', 'nothing')).status, 404);
  });

  it('take the sandbox off the net and bring it back on the same ports', async () => {
    const visitor = await Visitor.arrive(sandbox);
    await sandbox.goOffline();
    await assert.rejects(visitor.credits());
    await sandbox.goOnline();
    assert.equal((await visitor.credits()).status, 200);
  });

  it('leave nothing behind: no folder, no port', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nemo-sandbox-tests-'));
    const clip = (await smallClips()).picture;
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = folder;
    try {
      const other = await startSandbox();
      const visitor = await Visitor.arrive(other);
      await visitor.upload(clip);
      assert.equal((await readdir(folder)).length, 1);
      await other.close();
      assert.deepEqual(await readdir(folder), []);
      await assert.rejects(fetch(other.url));
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('give the same ids for the same seed', async () => {
    const one = await startSandbox({ seed: 42 });
    const other = await startSandbox({ seed: 42 });
    try {
      assert.equal((await Visitor.arrive(one)).sessionId, (await Visitor.arrive(other)).sessionId);
    } finally {
      await Promise.all([one.close(), other.close()]);
    }
  });

  it('answer paths that do not exist with 404', async () => {
    const visitor = await Visitor.arrive(sandbox);
    assert.equal((await visitor.send('GET', '/api/nothing')).status, 404);
    assert.equal((await visitor.send('GET', '/run_sse')).status, 404);
  });

  it('start from the command line, and end with a signal', async function () {
    this.timeout(60_000);
    const data = await mkdtemp(join(tmpdir(), 'nemo-sandbox-data-'));
    const main = join(import.meta.dirname, '../../sandbox/main.ts');
    const child = spawn(process.execPath, [
      main,
      '--port',
      '0',
      '--data',
      data,
      '--silent-rate',
      '0',
      '--credits',
      '5',
    ]);
    try {
      let said = '';
      for await (const text of child.stdout.setEncoding('utf8')) {
        said += String(text);
        if (said.includes('Web app at')) break;
      }
      const address = /Sandbox ready at (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1] ?? '';
      const health = (await (await fetch(`${address}/__sandbox/health`)).json()) as { ok: boolean };
      assert.equal(health.ok, true);
      child.kill('SIGTERM');
      const [exitCode] = (await once(child, 'exit')) as [number];
      assert.equal(exitCode, 0);
    } finally {
      child.kill('SIGKILL');
      await rm(data, { recursive: true, force: true });
    }
  });
});
