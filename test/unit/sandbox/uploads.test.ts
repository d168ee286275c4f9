import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { request } from 'undici';
import { maxUploadBytes } from '../../sandbox/uploads.ts';
import type { Sandbox } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { smallClips } from './small-clips.ts';
import type { SmallClips } from './small-clips.ts';
import { Visitor } from './visitor.ts';

interface UploadedFile {
  readonly filename: string;
  readonly file_type: string;
  readonly cdn_url: string;
  readonly duration: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly fps: number | null;
  readonly hash: string;
}

describe('sandbox: uploads', () => {
  let sandbox: Sandbox;
  let clips: SmallClips;
  let visitor: Visitor;
  before(async function () {
    this.timeout(60_000);
    clips = await smallClips();
    sandbox = await startSandbox({ answers: 'wrapped', anonymousPerIp: 100 });
  });
  after(() => sandbox.close());
  beforeEach(async () => {
    visitor = await Visitor.arrive(sandbox);
  });

  const files = (data: Record<string, unknown>) => data['files'] as UploadedFile[];
  const code = (answer: { json: unknown }) => (answer.json as { code: number }).code;

  it('probes what came: seconds, pixels, frames a second, hash', async () => {
    const { data } = await visitor.upload(clips.talk);
    const [file] = files(data);
    assert.equal(data['session_state_applied'], true);
    assert.equal(file?.filename, 'city_talk.mp4');
    assert.equal(file.file_type, 'video/mp4');
    assert.ok(Math.abs(file.duration - 6) < 0.1);
    assert.deepEqual([file.width, file.height, file.fps], [320, 180, 25]);
    const bytes = await readFile(clips.talk);
    assert.equal(file.hash, createHash('sha256').update(bytes).digest('hex'));
    const served = await fetch(file.cdn_url);
    assert.deepEqual(Buffer.from(await served.arrayBuffer()), bytes);
  });

  it('takes several files in one request, and knows each kind', async () => {
    const { data } = await visitor.upload(
      clips.turned,
      clips.hevc,
      clips.variable,
      clips.picture,
      clips.animation,
      clips.song,
    );
    const [turned, hevc, variable, picture, animation, song] = files(data);
    assert.deepEqual([turned?.width, turned?.height], [90, 160]);
    assert.deepEqual([hevc?.width, hevc?.height], [192, 108]);
    assert.ok(Math.abs((variable?.duration ?? 0) - 3) < 0.2);
    assert.deepEqual([picture?.duration, picture?.width, picture?.height], [0, 300, 200]);
    assert.deepEqual([animation?.file_type, animation?.width], ['image/gif', 64]);
    assert.deepEqual([song?.filename, song?.width], ['my song.m4a', null]);
    assert.ok(Math.abs((song?.duration ?? 0) - 4) < 0.1);
  });

  it('puts videos and pictures on the video track in their order, and audio into the media only', async () => {
    await visitor.upload(clips.talk, clips.song);
    await visitor.upload(clips.picture);
    const state = await visitor.state();
    assert.deepEqual(
      state.clips('Video').map((clip) => [clip.m.title, clip.d]),
      [
        ['city_talk', 6000],
        ['picture', 3000],
      ],
    );
    assert.deepEqual([state.draft.w, state.draft.h, state.draft.d], [320, 180, 9000]);
    assert.deepEqual(
      (state.data['video_infos'] as UploadedFile[]).map((info) => info.filename),
      ['city_talk.mp4', 'my song.m4a', 'picture.png'],
    );
  });

  it('refuses by content, not by name: 4001, and nothing of the request stays', async () => {
    for (const path of [clips.fake, clips.document, clips.empty]) {
      assert.equal(code(await visitor.upload(clips.talk, path)), 4001, path);
    }
    assert.deepEqual((await visitor.state()).data['video_infos'], []);
  });

  it('refuses a file over 500 MB with 4002', async function () {
    this.timeout(60_000);
    const boundary = 'x-boundary';
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="big.mp4"\r\n\r\n`;
    const piece = new Uint8Array(4 << 20);
    const body = async function* () {
      yield Buffer.from(head);
      for (let sent = 0; sent <= maxUploadBytes; sent += piece.length) {
        yield piece;
        await Promise.resolve();
      }
      yield Buffer.from(`\r\n--${boundary}--\r\n`);
    };
    const response = await request(new URL(`/api/upload-video/nemo_agent/me/${visitor.sessionId}`, sandbox.url), {
      method: 'POST',
      headers: { ...visitor.headers(), 'Content-Type': `multipart/form-data; boundary=${boundary}` },
      body: Readable.from(body(), { objectMode: false }),
    });
    assert.equal(((await response.body.json()) as { code: number }).code, 4002);
  });

  it('refuses a broken multipart body and an unexpected field with 400', async () => {
    const path = `/api/upload-video/nemo_agent/me/${visitor.sessionId}`;
    const broken = await visitor.send('POST', path, {
      body: '--b\r\nContent-Disposition: form-data; name="files"; filename="a.mp4"\r\n\r\nabc',
      headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
    });
    assert.equal(broken.status, 400);
    const form = new FormData();
    form.append('file', new Blob(['x']), 'a.mp4');
    assert.equal((await visitor.send('POST', path, { body: form })).status, 400);
  });

  it('fetches by address, from this machine only', async () => {
    const bytes = await readFile(clips.hevc);
    const host = createServer((request, response) => {
      response.statusCode = request.url === '/film.mp4' ? 200 : 404;
      response.end(bytes);
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
    const byUrl = (url: string) =>
      visitor.send('POST', `/api/upload-video/nemo_agent/me/${visitor.sessionId}`, {
        json: { urls: [url], source_type: 'url' },
      });
    try {
      assert.deepEqual(
        files((await byUrl(`${base}/film.mp4`)).data).map((file) => [file.filename, file.width]),
        [['film.mp4', 192]],
      );
      assert.equal((await byUrl(`${base}/gone.mp4`)).status, 400);
      assert.equal((await byUrl('http://example.com/a.mp4')).status, 400);
      assert.equal((await byUrl('not an address')).status, 400);
      assert.equal(code(await byUrl(`${base}/page.html`)), 4001);
    } finally {
      host.closeAllConnections();
      host.close();
    }
  });
});
