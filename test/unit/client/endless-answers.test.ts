import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fileUploadSource } from '../../../src/client/file-source.ts';
import { NemoClient } from '../../../src/client/nemo-client.ts';
import { TurnedClock } from '../turned-clock.ts';
import { clientOptions, collect, failing, whileTurning } from './client-fixture.ts';
import { makeClip } from './small-clip.ts';
import { closed, listening, startStubService, type StubAnswer, type StubService } from './stub-service.ts';

const second = 1000;
const minute = 60 * second;
const never = new AbortController().signal;

describe('Answers that never end', () => {
  let service: StubService;
  let clock: TurnedClock;
  let client: NemoClient;
  let folder: string;
  before(async () => {
    service = await startStubService();
    folder = await mkdtemp(join(tmpdir(), 'nemo-endless-'));
  });
  beforeEach(() => {
    clock = new TurnedClock();
    client = new NemoClient(clientOptions(service.url, { clock }));
  });
  afterEach(() => client.close());
  after(async () => {
    await service.close();
    await rm(folder, { recursive: true });
  });

  /** One byte of `text`, or of what begins with it, every half second of the turned clock, until nobody listens. */
  const dripping =
    (text: string, status = 200, headers: Readonly<Record<string, string>> = {}): StubAnswer =>
    (_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      void drip(response, (at) => response.write(text[at] ?? ' '));
    };

  /** `103 Early Hints` every half second, and never an answer. */
  const hinting: StubAnswer = (_request, response) => {
    void drip(response, () => response.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' }));
  };

  async function drip(response: ServerResponse, send: (at: number) => unknown): Promise<void> {
    for (let at = 0; !response.destroyed; at++) {
      send(at);
      await clock.advance(second / 2);
      // What was sent must be on its way before time goes on.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  const startMs = Date.UTC(2026, 0, 1);
  const passedMs = () => clock.now() - startMs;

  const sessions = {
    credits: () => client.credits(),
    state: () => client.state('1'),
    'a new session': () => client.createSession('en'),
    'an anonymous token': () => client.anonymousToken(),
    'a link': () => client.claimToken('1', '2'),
    'a poll': () => client.pollRender('r'),
  };
  for (const [name, ask] of Object.entries(sessions)) {
    it(`end a short call two minutes after it began, and for good: ${name}, JSON that drips`, async () => {
      service.answer(dripping('{"code":0,"data":{'));
      const from = service.seen.length;
      const error = await failing(ask(), 'timedOut');
      assert.ok(passedMs() >= 2 * minute && passedMs() < 3 * minute, `${passedMs()} ms`);
      assert.equal(service.seen.length, from + 1, 'it is not asked for again');
      assert.ok(error.steps.some(({ kind }) => kind === 'retry'));
    });
  }

  it('end a short call of which nothing comes but early hints', async () => {
    service.answer(hinting);
    await failing(client.credits(), 'timedOut');
    assert.ok(passedMs() < 3 * minute, `${passedMs()} ms`);
  });

  it('do not keep the next call from being answered', async () => {
    service.answer(dripping('{"available":'), { json: { available: 7 } });
    const first = failing(client.credits(), 'timedOut');
    while (passedMs() === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await client.credits()).available, 7);
    await first;
  });

  it('of a refusal are read for five seconds', async () => {
    service.answer(dripping('{"code":402,"message":"', 402));
    await failing(client.createSession('en'), 'planForbidsExport');
    assert.ok(passedMs() >= 5 * second && passedMs() < 10 * second, `${passedMs()} ms`);
  });

  it('of a refusal are read up to 64 KB, whatever the time', async () => {
    // The clock stands still: only the number of bytes can end it.
    service.answer((_request, response) => {
      response.writeHead(402, { 'content-type': 'application/json' });
      response.write(`{"code":402,"message":"${'x'.repeat(80 * 1024)}`);
    });
    await failing(client.createSession('en'), 'planForbidsExport');
    assert.equal(passedMs(), 0);
  });

  it('end a turn that is told for longer than a turn can take', async () => {
    service.answer(dripping(': awake', 200, { 'content-type': 'text/event-stream' }));
    await failing(collect(client.sendMessage('1', 'hi')), 'timedOut');
    assert.ok(passedMs() > 15 * minute && passedMs() < 20 * minute, `${passedMs()} ms`);
  });

  it('leave a turn all of its time, however long its message was not taken', async () => {
    service.answer(
      { status: 429, headers: { 'retry-after': '300' }, text: '{}' },
      dripping(': awake', 200, { 'content-type': 'text/event-stream' }),
    );
    await failing(whileTurning(clock, collect(client.sendMessage('1', 'hi'))), 'timedOut');
    assert.ok(passedMs() > 20 * minute && passedMs() < 25 * minute, `${passedMs()} ms`);
  });

  it('end the wait for a turn, and for the answer to an upload, that only hint', async () => {
    service.answer(hinting);
    await failing(collect(client.sendMessage('1', 'hi')), 'timedOut');
    const clip = await makeClip();
    await failing(client.uploadFile('1', await fileUploadSource(clip.path)), 'timedOut');
    await rm(clip.folder, { recursive: true });
    assert.ok(passedMs() > 30 * minute && passedMs() < 40 * minute, `${passedMs()} ms`);
  });

  describe('of a download', () => {
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));
    let partPath: string;
    let number = 0;
    beforeEach(() => {
      partPath = join(folder, `${number++}.part`);
    });

    const download = (expectedSize?: number) =>
      client.download({ renderId: 'r', partPath, ...(expectedSize === undefined ? {} : { expectedSize }) });

    /** The file from where it was asked for, `bytes` of it every half second. */
    const slowly =
      (bytes: number): StubAnswer =>
      ({ headers }, response) => {
        const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
        response.writeHead(start > 0 ? 206 : 200, {
          'content-type': 'video/mp4',
          ...(start > 0 ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
          'content-length': content.length - start,
        });
        void drip(response, (at) => {
          const from = start + at * bytes;
          if (from + bytes < content.length) response.write(content.subarray(from, from + bytes));
          else response.end(content.subarray(from));
        });
      };

    it('end it where they bring less than 1 KB a second, and what has come is kept', async () => {
      service.answer(slowly(1));
      const error = await failing(whileTurning(clock, download(content.length)), 'downloadFailed');
      assert.equal((error.cause as { code?: string }).code, 'timedOut');
      assert.ok(passedMs() >= 4 * minute && passedMs() < 6 * minute, `${passedMs()} ms`);
      const { size } = await stat(partPath);
      assert.ok(size > 0 && (await readFile(partPath)).equals(content.subarray(0, size)));
    });

    it('are waited for as long as they bring more', async () => {
      service.answer(slowly(600));
      await whileTurning(clock, download(content.length));
      assert.ok((await readFile(partPath)).equals(content));
      assert.ok(passedMs() > 3 * minute, `${passedMs()} ms`);
      assert.equal(clock.limits.length, 0, 'no limit runs on');
    });

    it('end it where nothing comes but early hints', async () => {
      service.answer(hinting);
      await failing(whileTurning(clock, download()), 'downloadFailed');
      assert.ok(passedMs() < 10 * minute, `${passedMs()} ms`);
    });

    it('end the look at media, and the reading and saving of them', async () => {
      const { href } = new URL('/clip.mp4', service.url);
      service.answer(hinting);
      await failing(whileTurning(clock, client.lookAtMedia(href, never)), 'timedOut');
      const media = { url: new URL(href), bytes: 5000, tag: undefined, inPieces: true };
      const piece = { 'content-range': 'bytes 0-4999/5000' };
      service.answer(dripping('x', 206, piece));
      await failing(whileTurning(clock, client.readMedia(media, 0, 5000, never)), 'timedOut');
      service.answer(dripping('x'));
      await failing(whileTurning(clock, client.saveMedia(media, partPath, 1e6, never)), 'timedOut');
      assert.ok(passedMs() < 10 * minute, `${passedMs()} ms`);
    });

    let floodedBytes = 0;
    /** Goes on for good, as fast as it can, with what began as `headers` say. */
    const flooding =
      (status: number, headers: Readonly<Record<string, string>> = {}): StubAnswer =>
      (_request, response) => {
        response.writeHead(status, { 'content-type': 'video/mp4', ...headers });
        const piece = Buffer.alloc(100_000);
        const write = (): void => {
          while (!response.destroyed) {
            floodedBytes += piece.length;
            if (!response.write(piece)) return void response.once('drain', write);
          }
        };
        write();
      };

    it('end it as soon as they are longer than was announced', async () => {
      await writeFile(partPath, content.subarray(0, 1000));
      service.answer(flooding(206, { 'content-range': 'bytes 1000-1999/2000' }));
      floodedBytes = 0;
      await failing(whileTurning(clock, download()), 'downloadFailed');
      assert.equal((await stat(partPath)).size, 0);
      // What was sent and not read lies in the system's buffers.
      assert.ok(floodedBytes < 200e6, `${floodedBytes} bytes`);
    });

    it('end it far below that where the render said its size, though in no known unit', async () => {
      service.answer(flooding(200));
      floodedBytes = 0;
      const size = 70_000;
      await failing(whileTurning(clock, download(size)), 'downloadFailed');
      assert.equal((await stat(partPath)).size, 0);
      const attempts = 4;
      assert.ok(floodedBytes < attempts * 2 * size * 1024, `${floodedBytes} bytes`);
      assert.ok(floodedBytes > attempts * size * 1024, 'a video of so many kilobytes would be lost');
    });

    it('end the saving of media as soon as they are longer than was announced', async () => {
      const media = { url: new URL('/clip.mp4', service.url), bytes: 5000, tag: undefined, inPieces: false };
      service.answer(flooding(200));
      const error = await failing(whileTurning(clock, client.saveMedia(media, partPath, 1e9, never)), 'badAnswer');
      assert.match(error.message, /longer than announced/);
      assert.ok((await stat(partPath)).size <= 5000);
    });

    it('end it at 8 GB where nothing was announced', async () => {
      // All but the last of it has come before, and takes no room on the disk.
      const begun = 8 * 1024 ** 3 - 50_000;
      await writeFile(partPath, '');
      await truncate(partPath, begun);
      service.answer(flooding(206, { 'content-range': `bytes ${begun}-${begun + 5_000_000_000}/*` }));
      const error = await failing(whileTurning(clock, download()), 'downloadFailed');
      assert.match((error.cause as Error).message, /too large/);
      assert.equal((await stat(partPath)).size, 0);
    });
  });
});

describe('A connection that is never made', () => {
  /** Takes connections and says nothing: neither TLS nor the answer of a proxy comes about. */
  const silent = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  const sockets = new Set<Socket>();
  before(() => listening(silent));
  after(() => {
    for (const socket of sockets) socket.resetAndDestroy();
    return closed(silent);
  });

  const port = () => (silent.address() as AddressInfo).port;
  const ways: Readonly<Record<string, () => { readonly address: string; readonly proxy: string }>> = {
    'over TLS': () => ({ address: `https://127.0.0.1:${port()}/`, proxy: '' }),
    'through a proxy': () => ({ address: 'https://nemo.example/', proxy: `http://127.0.0.1:${port()}` }),
    'through a SOCKS proxy': () => ({ address: 'https://nemo.example/', proxy: `socks5://127.0.0.1:${port()}` }),
  };
  for (const [way, connecting] of Object.entries(ways)) {
    it(`does not outlive a Stop, nor keep the next from being tried: ${way}`, async () => {
      const { address, proxy } = connecting();
      const client = new NemoClient(
        clientOptions(new URL(address), {
          network: { strictSsl: true, environment: {}, proxy },
          patience: { connectMs: 90_000 },
        }),
      );
      for (const ask of [
        (signal: AbortSignal) => client.credits(signal),
        (signal: AbortSignal) => client.createSession('en', signal),
        (signal: AbortSignal) => collect(client.sendMessage('1', 'hi', signal)),
      ]) {
        for (let tries = 0; tries < 2; tries++) {
          const stop = new AbortController();
          const stopped = failing(ask(stop.signal), 'cancelled');
          // Each is a connection of its own.
          await once(silent, 'connection');
          stop.abort();
          await stopped;
        }
      }
      await client.close();
    });

    it(`does not keep another at the same time from being tried: ${way}`, async () => {
      const { address, proxy } = connecting();
      const client = new NemoClient(
        clientOptions(new URL(address), {
          network: { strictSsl: true, environment: {}, proxy },
          patience: { connectMs: 90_000 },
        }),
      );
      const stop = new AbortController();
      const all: Promise<unknown>[] = [];
      for (let count = 0; count < 3; count++) {
        all.push(failing(client.credits(stop.signal), 'cancelled'));
        await once(silent, 'connection');
      }
      stop.abort();
      await Promise.all(all);
      await client.close();
    });
  }
});
