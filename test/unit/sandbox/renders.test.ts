import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { colourAt, loudnessOf, probeFile, smallClips } from './small-clips.ts';
import type { SmallClips } from './small-clips.ts';
import { Visitor } from './visitor.ts';

describe('sandbox: renders', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let clips: SmallClips;
  let visitor: Visitor;
  const start = async (options: SandboxOptions = {}) => {
    clips = await smallClips();
    sandbox = await startSandbox({ silentRate: 0, credits: 10_000, ...options });
    visitor = await Visitor.arrive(sandbox);
  };
  afterEach(() => sandbox.close());

  /** Renders what is on the timeline and saves the file. */
  const film = async (id: string): Promise<string> => {
    await visitor.submit(id);
    const { status, url, answer } = await visitor.ended(id);
    assert.equal(status, 'completed', answer.text);
    const path = join(clips.folder, `${id}.mp4`);
    await writeFile(path, Buffer.from(await (await fetch(url ?? '')).arrayBuffer()));
    return path;
  };

  it('are H.264 and AAC of the size and the duration of the draft', async () => {
    await start();
    await visitor.upload(clips.talk);
    await visitor.say('trim the first 1 second, add a title "Paradise Found", make it 1:1 and speed it up 2x');
    const { draft } = await visitor.state();
    const path = await film('render_1');
    const { durationSeconds, streams } = await probeFile(path);
    assert.equal(draft.d, 2500);
    assert.ok(Math.abs(durationSeconds - 2.5) < 0.06, String(durationSeconds));
    assert.deepEqual(
      streams.map((stream) => [stream.codec, stream.width, stream.height]),
      [
        ['h264', 180, 180],
        ['aac', undefined, undefined],
      ],
    );
    assert.deepEqual([sandbox.renders[0]?.draftMatched, sandbox.renders[0]?.status], [true, 'completed']);
  });

  it('take clips of every kind: turned, HEVC, variable rate, pictures, without sound', async () => {
    await start();
    await visitor.upload(clips.turned, clips.hevc, clips.variable, clips.picture, clips.animation, clips.song);
    await visitor.say('add background music');
    const { draft } = await visitor.state();
    assert.deepEqual([draft.w, draft.h], [90, 160]);
    const { durationSeconds, streams } = await probeFile(await film('render_2'));
    assert.ok(Math.abs(durationSeconds * 1000 - draft.d) < 120, `${durationSeconds}, ${draft.d}`);
    assert.deepEqual(streams.map((stream) => [stream.codec, stream.width, stream.height])[0], ['h264', 90, 160]);
  });

  it('show and sound what the draft says', async () => {
    await start();
    await visitor.upload(clips.talk, clips.hevc);
    await visitor.say('cut the pauses');
    await visitor.say('make it black and white');
    const path = await film('render_3');
    const [red, green, blue] = await colourAt(path, 1);
    assert.ok(Math.max(red, green, blue) - Math.min(red, green, blue) < 12, `${red} ${green} ${blue}`);
    // The tone goes on where the first pause was.
    assert.ok((await loudnessOf(path, 1.8, 0.5)) > -20);
  });

  it('have a track without sound where all is muted', async () => {
    await start();
    await visitor.upload(clips.talk);
    await visitor.say('cut to 1 second and mute the clip');
    assert.deepEqual(
      (await probeFile(await film('render_4'))).streams.map((stream) => stream.codec),
      ['h264'],
    );
  });

  it('draw titles where this machine has a font, and say so where not', async () => {
    await start();
    await visitor.upload(clips.talk);
    await visitor.say('cut to 1 second, keep it dark: lower the exposure by 100%, lower the contrast by 100%');
    const plain = await colourAt(await film('plain'), 0.5);
    await visitor.say('add a title "WWWWWWWWWW" for 1 second');
    const titled = await colourAt(await film('titled'), 0.5);
    const noted = sandbox.renders.at(-1)?.notes.length ?? 0;
    const light = (colour: readonly number[]) => colour.reduce((sum, part) => sum + part, 0);
    if (noted === 0) assert.ok(light(titled) > light(plain) + 5, `${titled.join()} ${plain.join()}`);
    else assert.match(sandbox.renders.at(-1)?.notes[0] ?? '', /left out/);
  });

  it('go from pending over processing to completed, in all the forms of the answers', async () => {
    for (const [answers, submitKey, urlOf] of [
      ['wrapped', 'data.id', (json: Json) => json.data?.outputUrl],
      ['success', 'taskId', (json: Json) => json.data?.output?.url],
      ['bare', 'id', (json: Json) => json.output?.url],
    ] as const) {
      await start({ answers });
      await visitor.upload(clips.talk);
      sandbox.configure({ holdRenders: true });
      const submitted = (await visitor.submit('render_5')).json as Json;
      assert.equal(submitKey === 'data.id' ? submitted.data?.id : submitted[submitKey], 'render_5');
      const early = (await visitor.poll('render_5')).json as Json;
      assert.equal((early.data ?? early).status, 'pending');
      assert.equal(urlOf(early), undefined);
      sandbox.configure({ holdRenders: false });
      const { answer, seen } = await visitor.ended('render_5');
      assert.ok(['pending', 'processing', 'completed'].join().endsWith(seen.join()), seen.join());
      const done = answer.json as Json;
      assert.match(urlOf(done) ?? '', /^http:/);
      const facts = done.output ?? done.data?.output ?? done.data;
      assert.ok((facts?.size ?? 0) > 1000 && Math.abs((facts?.duration ?? 0) - 6) < 0.1);
      assert.equal((done.data ?? done).progress, 100);
      if (answers !== 'bare') await sandbox.close();
    }
  });

  it('are one job for the same id and body, and refused for the same id with another body', async () => {
    await start({ answers: 'wrapped' });
    await visitor.upload(clips.picture);
    await visitor.submit('render_6');
    await visitor.submit('render_6');
    assert.deepEqual(
      sandbox.renders.map((job) => [job.id, job.submits]),
      [['render_6', 2]],
    );
    assert.equal((await visitor.submit('render_6', { format: 'mov' })).status, 409);
  });

  it('record whether the draft is the one that was given out', async () => {
    await start();
    await visitor.upload(clips.picture);
    const { draftText } = await visitor.state();
    await visitor.submit('same', { draftText });
    await visitor.submit('written again', { draftText: JSON.stringify(JSON.parse(draftText)) });
    assert.deepEqual(
      sandbox.renders.map((job) => job.draftMatched),
      [true, false],
    );
  });

  it('need a draft with clips, attribution, a plan and a format', async () => {
    await start();
    assert.equal((await visitor.submit('empty')).status, 400);
    await visitor.upload(clips.picture);
    for (const name of ['X-Skill-Source', 'X-Skill-Version', 'X-Skill-Platform']) {
      assert.equal((await visitor.submit('render_7', { headers: { [name]: '' } })).status, 402, name);
    }
    assert.equal((await visitor.submit('render_7', { format: 'exe' })).status, 400);
    sandbox.setPlan('no-export');
    assert.equal((await visitor.submit('render_7')).status, 402);
    assert.equal((await visitor.poll('render_7')).status, 404);
  });

  it('can be cancelled while they are pending', async () => {
    await start();
    await visitor.upload(clips.picture);
    sandbox.configure({ holdRenders: true });
    const cancel = (id: string) => visitor.send('POST', `/api/render/proxy/lambda/${id}/cancel`);
    await visitor.submit('one');
    assert.equal((await cancel('one')).status, 200);
    sandbox.configure({ holdRenders: false });
    assert.equal((await visitor.ended('one')).status, 'cancelled');
    await visitor.submit('two');
    await visitor.ended('two');
    assert.equal((await cancel('two')).status, 409);
    assert.equal((await cancel('three')).status, 404);
    sandbox.configure({ cancelSupported: false });
    assert.equal((await cancel('two')).status, 404);
  });

  it('fail where that is asked for', async () => {
    await start();
    await visitor.upload(clips.picture);
    sandbox.configure({ nextRender: 'fail' });
    await visitor.submit('one');
    const { status, answer } = await visitor.ended('one');
    assert.equal(status, 'failed');
    assert.match(answer.text, /memory/);
    await visitor.submit('two');
    assert.equal((await visitor.ended('two')).status, 'completed');
  });

  it('are served in ranges, with length, ETag and the origin of a CDN', async () => {
    await start();
    await visitor.upload(clips.picture);
    await visitor.submit('render_8');
    const { url = '' } = await visitor.ended('render_8');
    assert.equal(new URL(url).origin, sandbox.webUrl.origin);
    const whole = await fetch(url);
    const bytes = Buffer.from(await whole.arrayBuffer());
    assert.equal(Number(whole.headers.get('content-length')), bytes.length);
    const etag = whole.headers.get('etag') ?? '';
    const get = async (headers: Record<string, string>, method = 'GET') => {
      const response = await fetch(url, { headers, method });
      return { response, bytes: Buffer.from(await response.arrayBuffer()) };
    };
    const rest = await get({ Range: 'bytes=100-' });
    assert.equal(rest.response.status, 206);
    assert.equal(rest.response.headers.get('content-range'), `bytes 100-${bytes.length - 1}/${bytes.length}`);
    assert.deepEqual(rest.bytes, bytes.subarray(100));
    assert.deepEqual((await get({ Range: 'bytes=10-19' })).bytes, bytes.subarray(10, 20));
    assert.deepEqual((await get({ Range: 'bytes=-7' })).bytes, bytes.subarray(-7));
    const beyond = await get({ Range: `bytes=${bytes.length}-` });
    assert.deepEqual(
      [beyond.response.status, beyond.response.headers.get('content-range')],
      [416, `bytes */${bytes.length}`],
    );
    assert.equal((await get({ Range: 'bytes=5-', 'If-Range': '"other"' })).response.status, 200);
    assert.equal((await get({ Range: 'bytes=5-', 'If-Range': etag })).response.status, 206);
    const head = await get({}, 'HEAD');
    assert.deepEqual([head.response.headers.get('content-length'), head.bytes.length], [String(bytes.length), 0]);
    assert.equal((await fetch(`${url}x`)).status, 404);
    assert.ok((sandbox.renders[0]?.downloads ?? 0) > 5);
  });

  it('have a fallback where the address is missing or dead', async () => {
    await start();
    await visitor.upload(clips.picture);
    sandbox.configure({ nextRender: 'withoutUrl' });
    await visitor.submit('one');
    assert.equal((await visitor.ended('one')).url, undefined);
    const answer = await visitor.fetch('GET', '/api/render/proxy/one/download');
    assert.equal(answer.status, 200);
    assert.equal(
      Buffer.from(await answer.arrayBuffer())
        .subarray(4, 8)
        .toString(),
      'ftyp',
    );
    sandbox.configure({ nextRender: 'deadUrl' });
    await visitor.submit('two');
    assert.equal((await fetch((await visitor.ended('two')).url ?? '')).status, 404);
    sandbox.configure({ redirectDownloads: true });
    const moved = await visitor.fetch('GET', '/api/render/proxy/two/download');
    assert.equal(moved.status, 302);
    assert.equal(new URL(moved.headers.get('location') ?? '').origin, sandbox.webUrl.origin);
    assert.equal((await visitor.send('GET', '/api/render/proxy/two/download', { anonymous: true })).status, 401);
  });

  it('do not outlive the sandbox', async () => {
    await start();
    await visitor.say('generate a 60-second video of waves');
    await visitor.submit('long');
    while ((await visitor.poll('long')).data['status'] !== 'processing');
    await sandbox.close();
    assert.notEqual(sandbox.renders[0]?.status, 'completed');
  });
});

interface Json {
  readonly id?: string;
  readonly taskId?: string;
  readonly status?: string;
  readonly progress?: number;
  readonly outputUrl?: string;
  readonly size?: number;
  readonly duration?: number;
  readonly output?: { readonly url?: string; readonly size?: number; readonly duration?: number };
  readonly data?: Json;
}
