import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { appendFile, copyFile, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { fileUploadSource } from '../../../src/client/file-source.ts';
import { quotedFileName } from '../../../src/client/multipart-upload.ts';
import { NemoClient } from '../../../src/client/nemo-client.ts';
import type { TransferProgress, UploadSource } from '../../../src/client/service-values.ts';
import type { Sandbox } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { anonymousClient, clientOptions, failing } from './client-fixture.ts';
import { type Clip, makeClip } from './small-clip.ts';
import { closed, listening } from './stub-service.ts';

const uploadedAnswer = JSON.stringify({ code: 0, data: { files: [{ filename: 'a.mp4', cdn_url: 'https://cdn/a' }] } });

/** A source in memory. `piece` is how much it gives at once, at most. */
function memorySource(content: Uint8Array, piece = Number.POSITIVE_INFINITY): UploadSource & { closes: number } {
  return {
    name: 'a.mp4',
    mime: 'video/mp4',
    size: content.length,
    closes: 0,
    read(into, position) {
      const part = content.subarray(position, position + Math.min(into.length, piece));
      into.set(part);
      return Promise.resolve(part.length);
    },
    close() {
      this.closes++;
      return Promise.resolve();
    },
  };
}

describe('Uploads', () => {
  let sandbox: Sandbox;
  let clip: Clip;
  let client: NemoClient;
  let sessionId: string;
  before(async () => {
    sandbox = await startSandbox({ silentRate: 0 });
    clip = await makeClip();
    ({ client } = anonymousClient(sandbox.url));
    ({ sessionId } = await client.createSession('en'));
  });
  afterEach(() => sandbox.clearFaults());
  after(async () => {
    await client.close();
    await sandbox.close();
    await rm(clip.folder, { recursive: true, force: true });
  });

  /** A copy of the clip that a test may spoil, with `more` bytes behind it. */
  const copyOf = async (name: string, more = 0) => {
    const path = join(clip.folder, name);
    await copyFile(clip.path, path);
    if (more > 0) await appendFile(path, randomBytes(more));
    return path;
  };

  it('arrive as they are, with what the service found in them', async () => {
    const progress: TransferProgress[] = [];
    const [file, ...others] = await client.uploadFile(sessionId, await fileUploadSource(clip.path), {
      onProgress: (one) => progress.push(one),
    });
    assert.equal(others.length, 0);
    assert.deepEqual([file!.name, file!.duration, file!.width, file!.height, file!.fps], ['clip.mp4', 1, 64, 48, 10]);
    assert.equal(
      file!.hash,
      createHash('sha256')
        .update(await readFile(clip.path))
        .digest('hex'),
    );
    assert.deepEqual([progress.at(-1)?.bytes, progress.at(-1)?.totalBytes], [clip.size, clip.size]);
    assert.ok(progress.at(-1)!.bytesPerSecond > 0);
  });

  it('keep the strangest file names', async () => {
    for (const name of [
      'käse 片段 🎬.mp4',
      'a "quoted" \'one\'; filename=x.mp4',
      'per%cent%22.mp4',
      'semi;colon\\back.mp4',
    ]) {
      const source = await fileUploadSource(clip.path);
      const [file] = await client.uploadFile(sessionId, { ...source, name });
      // What the HTML standard escapes, a server that does not know of it keeps as it came.
      assert.ok([name, name.replaceAll('"', '%22'), 'back.mp4'].includes(file!.name), file!.name);
    }
    assert.equal(quotedFileName('a"b\r\nContent-Type: x\u0000.mp4'), 'a%22b%0D%0AContent-Type: x_.mp4');
    assert.equal(quotedFileName('../../etc/clip.mp4'), 'clip.mp4');
    assert.equal(quotedFileName('C:\\clips\\clip.mp4'), 'clip.mp4');
  });

  it('go once more from the start when the token was rejected', async () => {
    sandbox.expireTokens();
    const from = sandbox.requests.length;
    const fresh = await anonymousClient(sandbox.url).client.createSession('en');
    sandbox.addFault({ endpoint: 'upload', moment: 'beforeAnswer', kind: 'status', status: 401 });
    const path = await copyOf('renewed.mp4', 3_000_000);
    const [file] = await client.uploadFile(fresh.sessionId, await fileUploadSource(path));
    assert.equal(file!.name, 'renewed.mp4');
    const uploads = sandbox.requests.slice(from).filter(({ endpoint }) => endpoint === 'upload');
    assert.equal(uploads.at(-1)!.status, 200);
    assert.ok(uploads.length >= 2);
    ({ sessionId } = fresh);
  });

  for (const [status, code] of [
    [401, 'tokenRejected'],
    [413, 'fileTooLarge'],
    [503, 'serverFault'],
  ] as const) {
    it(`understand an answer ${status} that comes before all is sent`, async () => {
      // As the servers at the front do it: they answer, and take the rest off the line.
      const early = createServer((request, response) => {
        request.once('data', () => {
          request.resume();
          response.writeHead(status, { connection: 'close' });
          response.end('<html>no</html>');
        });
      });
      await listening(early);
      const url = new URL(`http://127.0.0.1:${(early.address() as AddressInfo).port}/`);
      const other = new NemoClient(clientOptions(url));
      const source = memorySource(randomBytes(8_000_000));
      await failing(other.uploadFile('1', source), code);
      assert.equal(source.closes, 1);
      await other.close();
      await closed(early);
    });
  }

  it('of a file that shrinks, grows or changes meanwhile are an error and never a clip', async () => {
    const spoil: Record<string, (path: string) => Promise<unknown>> = {
      shrinks: (path) => truncate(path, 100_000),
      grows: (path) => appendFile(path, 'more'),
      changes: async (path) => {
        const { size } = await stat(path);
        await writeFile(path, randomBytes(size));
      },
    };
    const before = await client.state(sessionId);
    for (const [name, how] of Object.entries(spoil)) {
      const path = await copyOf(`${name}.mp4`, 6_000_000);
      const source = await fileUploadSource(path);
      let spoilt = false;
      const spoiling: UploadSource = {
        ...source,
        read: async (into, position, signal) => {
          if (!spoilt && position > 3_000_000) {
            spoilt = true;
            await how(path);
          }
          return source.read(into, position, signal);
        },
      };
      const error = await failing(client.uploadFile(sessionId, spoiling), 'fileChanged');
      assert.match(error.message, new RegExp(`“${name}.mp4” changed`));
    }
    assert.deepEqual((await client.state(sessionId)).videoInfos, before.videoInfos);
  });

  it('of a source that gives less or more than it said are an error, though it cannot tell of changes', async () => {
    const content = randomBytes(1_500_000);
    const before = await client.state(sessionId);
    for (const size of [content.length + 1, content.length - 1]) {
      const source = { ...memorySource(content), size };
      await failing(client.uploadFile(sessionId, source), 'fileChanged');
    }
    assert.deepEqual((await client.state(sessionId)).videoInfos, before.videoInfos);
  });

  it('may be thought about for longer than other requests', async () => {
    const slow = createServer((request, response) => {
      request.resume().on('end', () => {
        setTimeout(() => {
          response.setHeader('content-type', 'application/json');
          response.end(uploadedAnswer);
        }, 600);
      });
    });
    await listening(slow);
    const url = new URL(`http://127.0.0.1:${(slow.address() as AddressInfo).port}/`);
    const other = new NemoClient(clientOptions(url, { patience: { answerMs: 100 } }));
    assert.equal((await other.uploadFile('1', memorySource(randomBytes(1000)))).length, 1);
    assert.equal((await other.uploadUrl('1', 'https://x.example/a.mp4')).length, 1);
    await other.close();
    await closed(slow);
  });

  it('can be stopped, and then close their file', async () => {
    const path = await copyOf('stopped.mp4', 8_000_000);
    const source = await fileUploadSource(path);
    let closes = 0;
    const stop = new AbortController();
    const counted: UploadSource = {
      ...source,
      read: (into, position, signal) => {
        if (position > 2_000_000) stop.abort();
        return source.read(into, position, signal);
      },
      close: () => {
        closes++;
        return source.close();
      },
    };
    await failing(client.uploadFile(sessionId, counted, { signal: stop.signal }), 'cancelled');
    assert.equal(closes, 1);
  });

  it('tell what the disk said where the file cannot be read to its end', async () => {
    const source = memorySource(randomBytes(2_000_000));
    const broken: UploadSource = {
      ...source,
      read: (into, position, signal) =>
        position > 1_000_000 ? Promise.reject(new Error('EIO')) : source.read(into, position, signal),
    };
    const error = await failing(client.uploadFile(sessionId, broken), 'diskFailed');
    assert.equal((error.cause as Error).message, 'EIO');
  });

  describe('byte for byte', () => {
    /** Takes uploads as slowly as `dawdle` says, and remembers their hash. */
    let url: URL;
    let hashes: string[] = [];
    let dawdle: (request: IncomingMessage) => void = () => undefined;
    const server = createServer((request, response) => {
      const length = Number(request.headers['content-length']);
      const boundary = /boundary=(.*)/.exec(request.headers['content-type'] ?? '')![1]!;
      const tailLength = `\r\n--${boundary}--\r\n`.length;
      const hash = createHash('sha256');
      let seen = 0;
      let headLength = -1;
      let early = Buffer.alloc(0);
      request.on('data', (chunk: Buffer) => {
        let data = chunk;
        if (headLength < 0) {
          early = Buffer.concat([early, chunk]);
          const end = early.indexOf('\r\n\r\n');
          if (end < 0) return;
          headLength = end + 4;
          data = early.subarray(headLength);
          seen = headLength;
        }
        const fileEnd = length - tailLength;
        hash.update(data.subarray(0, Math.max(0, fileEnd - seen)));
        seen += data.length;
        dawdle(request);
      });
      request.on('end', () => {
        assert.equal(seen, length);
        hashes.push(hash.digest('hex'));
        response.setHeader('content-type', 'application/json');
        response.end(uploadedAnswer);
      });
    });
    let plain: NemoClient;
    before(async () => {
      await listening(server);
      url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      plain = new NemoClient(clientOptions(url));
    });
    after(async () => {
      await plain.close();
      await closed(server);
    });
    afterEach(() => {
      hashes = [];
      dawdle = () => undefined;
    });

    const slab = 512 * 1024;
    for (const size of [
      1,
      100,
      65_536,
      slab - 1,
      slab,
      slab + 1,
      4 * slab,
      4 * slab + 1,
      9 * slab + 12_345,
      24 * slab + 7,
    ]) {
      it(`of ${size} bytes, to a server that reads in fits and starts`, async () => {
        dawdle = (request) => {
          if (Math.random() < 0.2) {
            request.pause();
            setTimeout(() => request.resume(), Math.random() * 3);
          }
        };
        const content = randomBytes(size);
        const source = memorySource(content);
        await plain.uploadFile('1', source);
        assert.deepEqual(hashes, [createHash('sha256').update(content).digest('hex')]);
        assert.equal(source.closes, 1);
      });
    }

    it('from a source that gives little at a time, some of it late', async () => {
      const content = randomBytes(5 * slab + 99);
      const source = memorySource(content, 70_001);
      const late: UploadSource = {
        ...source,
        read: async (into, position, signal) => {
          if (Math.random() < 0.3) await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
          return source.read(into, position, signal);
        },
      };
      await plain.uploadFile('1', late);
      assert.deepEqual(hashes, [createHash('sha256').update(content).digest('hex')]);
    });

    it('three at a time', async () => {
      const contents = [randomBytes(7 * slab + 1), randomBytes(3 * slab), randomBytes(11 * slab - 5)];
      await Promise.all(contents.map((content) => plain.uploadFile('1', memorySource(content))));
      const wanted = contents.map((content) => createHash('sha256').update(content).digest('hex'));
      assert.deepEqual(hashes.sort(), wanted.sort());
    });

    it('with a progress that never runs ahead of what was taken', async () => {
      // A server that takes nothing: no more than what the buffers on the way hold may count.
      dawdle = (request) => void request.pause();
      const stop = new AbortController();
      const source = memorySource(randomBytes(64 * slab));
      let most = 0;
      const upload = plain.uploadFile('1', source, {
        signal: stop.signal,
        onProgress: ({ bytes }) => (most = Math.max(most, bytes)),
      });
      upload.catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 400));
      stop.abort();
      await failing(upload, 'cancelled');
      assert.ok(most < 48 * slab, `${most} bytes were told`);
    });

    it('in little memory', async function () {
      this.timeout(60_000);
      const size = 500 * 1000 * 1000;
      const piece = randomBytes(64 * 1024);
      const source: UploadSource = {
        ...memorySource(piece),
        size,
        read: (into, position) => {
          const count = Math.min(into.length, size - position);
          for (let at = 0; at < count; at += piece.length)
            into.set(piece.subarray(0, Math.min(piece.length, count - at)), at);
          return Promise.resolve(count);
        },
      };
      let most = 0;
      const before = process.memoryUsage();
      await plain.uploadFile('1', source, {
        onProgress: () => {
          const { heapUsed, external } = process.memoryUsage();
          most = Math.max(most, heapUsed + external - before.heapUsed - before.external);
        },
      });
      assert.equal(hashes.length, 1);
      assert.ok(most < 100 * 1024 * 1024, `${Math.round(most / 1024 / 1024)} MB`);
    });
  });
});
