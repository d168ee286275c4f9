import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fileUploadSource } from '../../../src/client/file-source.ts';
import type { NemoClient } from '../../../src/client/nemo-client.ts';
import type { DownloadRequest, RenderAnswer, TransferProgress } from '../../../src/client/service-values.ts';
import { NemoClient as Client } from '../../../src/client/nemo-client.ts';
import type { Fault, Sandbox } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { TurnedClock } from '../turned-clock.ts';
import { anonymousClient, clientOptions, failing, whileTurning } from './client-fixture.ts';
import { makeClip } from './small-clip.ts';
import { closed, listening } from './stub-service.ts';
import { testAuthority, testCertificate, testKey } from './test-certificates.ts';

/** What the file's server does with one request instead of serving it. */
type Twist = (request: IncomingMessage, response: ServerResponse) => void;

describe('Downloads', () => {
  let folder: string;
  let number = 0;
  let partPath: string;
  let clock: TurnedClock;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nemo-downloads-'));
  });
  beforeEach(() => {
    partPath = join(folder, `${number++}.mp4.part`);
    clock = new TurnedClock();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  describe('of a render, from the sandbox', () => {
    let sandbox: Sandbox;
    let client: NemoClient;
    let render: RenderAnswer;
    let whole: Buffer;
    before(async () => {
      sandbox = await startSandbox({ silentRate: 0, anonymousPerIp: 1000 });
      const clip = await makeClip();
      ({ client } = anonymousClient(sandbox.url));
      const { sessionId } = await client.createSession('en');
      await client.uploadFile(sessionId, await fileUploadSource(clip.path));
      const { draftText } = await client.state(sessionId);
      await client.submitRender({
        id: 'render_1',
        sessionId,
        draftText: draftText ?? '',
        output: { format: 'mp4', quality: 'low' },
      });
      do render = await client.pollRender('render_1');
      while (render.status === 'pending' || render.status === 'processing');
      assert.equal(render.status, 'completed', render.error);
      const path = join(folder, 'whole.mp4');
      await client.download({ renderId: 'render_1', url: render.url!, partPath: path });
      whole = await readFile(path);
      assert.equal(whole.length, render.size);
      await client.close();
      await rm(clip.folder, { recursive: true, force: true });
    });
    beforeEach(() => {
      ({ client } = anonymousClient(sandbox.url, { clock, patience: { downloadMs: 400, answerMs: 400 } }));
    });
    afterEach(async () => {
      sandbox.clearFaults();
      sandbox.configure({ redirectDownloads: false });
      await client.close();
    });
    after(() => sandbox.close());

    it('go to the file’s own address without the token, and to the service with it', async () => {
      const from = sandbox.requests.length;
      await client.download({ renderId: 'render_1', url: render.url!, partPath, expectedSize: whole.length });
      await client.download({ renderId: 'render_1', partPath: `${partPath}2`, expectedSize: whole.length });
      assert.deepEqual(await readFile(`${partPath}2`), whole);
      const [direct, , service] = sandbox.requests.slice(from);
      assert.equal(direct?.endpoint, 'download');
      assert.deepEqual([direct.hasAuthorization, direct.headers['x-skill-source']], [false, undefined]);
      assert.equal(service?.endpoint, 'downloadFallback');
      assert.deepEqual([service.tokenKind, service.headers['x-skill-source']], ['anonymous', 'video-writer']);
    });

    it('follow a redirect, on which the token does not go along', async () => {
      sandbox.configure({ redirectDownloads: true });
      const from = sandbox.requests.length;
      await client.download({ renderId: 'render_1', partPath, expectedSize: whole.length });
      assert.deepEqual(await readFile(partPath), whole);
      const file = sandbox.requests.slice(from).find(({ endpoint }) => endpoint === 'download');
      assert.deepEqual([file?.hasAuthorization, file?.headers['x-skill-source']], [false, undefined]);
    });

    it('renew a rejected token', async () => {
      await client.credits();
      sandbox.expireTokens();
      await client.download({ renderId: 'render_1', partPath, expectedSize: whole.length });
      assert.deepEqual(await readFile(partPath), whole);
    });

    const faults: readonly Omit<Fault, 'endpoint'>[] = [
      ...(['refuse', 'reset', 'stall', 'html', 'garbage', 'truncate', 'wrongLength'] as const).map(
        (kind) => ({ moment: 'beforeRequest', kind }) as const,
      ),
      ...[404, 403, 408, 429, 500, 503].map((status) => ({ moment: 'beforeAnswer', kind: 'status', status }) as const),
      { moment: 'beforeAnswer', kind: 'code', code: 500 },
      { moment: 'beforeAnswer', kind: 'html', status: 200 },
      ...(['midAnswer', 'afterAnswer'] as const).flatMap((moment) =>
        (
          [
            'cut',
            'reset',
            'stall',
            'status',
            'html',
            'garbage',
            'truncate',
            'duplicate',
            'slow',
            'wrongLength',
          ] as const
        ).map((kind) => ({ moment, kind })),
      ),
    ];
    for (const fault of faults) {
      const name = [fault.moment, fault.kind, fault.status ?? fault.code].filter(Boolean).join(' ');
      it(`end with the very bytes, whether the size is known or not (${name})`, async () => {
        for (const url of [render.url, undefined]) {
          // Stalls take their time, so that each is waited for only once with either address.
          for (const size of fault.kind === 'stall' ? [url && whole.length] : [whole.length, undefined]) {
            // What is too much but as long as announced looks whole to whoever knows no other length.
            if (size === undefined && /^midAnswer (?:garbage|duplicate)$/.test(name)) continue;
            sandbox.clearFaults();
            sandbox.addFault({ endpoint: url ? 'download' : 'downloadFallback', ...fault });
            const path = `${partPath}${size}${url?.length}`;
            const request = {
              renderId: 'render_1',
              partPath: path,
              ...(url ? { url } : {}),
              ...(size ? { expectedSize: size } : {}),
            };
            // The service’s own address is the last: a refusal there is one.
            const isLast =
              !url &&
              /^(?:beforeRequest (?:html|garbage|truncate|wrongLength)|beforeAnswer (?:status 40[34]|code|html))/.test(
                name,
              );
            try {
              const { bytes } = await whileTurning(clock, client.download(request));
              assert.equal(bytes, whole.length);
              assert.ok((await readFile(path)).equals(whole), 'other bytes');
            } catch (error) {
              if (!isLast) throw error;
              // And again, when the fault is over.
              await whileTurning(clock, client.download(request));
              assert.ok((await readFile(path)).equals(whole), 'other bytes');
            }
          }
        }
      });
    }
  });

  describe('from a server of many whims', () => {
    const content = randomBytes(3_000_000);
    let etag: string | undefined;
    let twists: Twist[] = [];
    let seen: {
      path: string;
      range: string | undefined;
      ifRange: string | undefined;
      authorization: string | undefined;
    }[] = [];
    const serve = (request: IncomingMessage, response: ServerResponse, body = content) => {
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
      if (etag) response.setHeader('etag', etag);
      if (start === 0 || !isSame) return response.writeHead(200, { 'content-length': body.length }).end(body);
      if (start >= body.length) return response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
      const range = `bytes ${start}-${body.length - 1}/${body.length}`;
      return response
        .writeHead(206, { 'content-range': range, 'content-length': body.length - start })
        .end(body.subarray(start));
    };
    /** Sends the beginning of what would be sent, then cuts the connection. */
    const cutAfter =
      (bytes: number): Twist =>
      (request, response) => {
        const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
        if (etag) response.setHeader('etag', etag);
        response.writeHead(start > 0 ? 206 : 200, {
          'content-length': content.length - start,
          ...(start > 0 ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
        });
        response.write(content.subarray(start, start + bytes), () => setTimeout(() => request.socket.destroy(), 20));
      };
    const server = createServer((request, response) => {
      const { range, 'if-range': ifRange, authorization } = request.headers;
      seen.push({ path: request.url ?? '', range, ifRange: ifRange?.toString(), authorization });
      const twist = twists.shift();
      if (twist) twist(request, response);
      else serve(request, response);
    });
    /** Another origin on the same server. */
    const cdn = createServer((request, response) => server.emit('request', request, response));
    let apiUrl: URL;
    let cdnUrl: URL;
    let client: NemoClient;
    before(async () => {
      await Promise.all([listening(server), listening(cdn)]);
      apiUrl = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      cdnUrl = new URL(`http://127.0.0.1:${(cdn.address() as AddressInfo).port}/x.mp4`);
    });
    beforeEach(() => {
      etag = '"v1"';
      twists = [];
      seen = [];
      client = new Client(clientOptions(apiUrl, { clock }));
    });
    afterEach(() => client.close());
    after(() => Promise.all([closed(server), closed(cdn)]));

    const download = (changes: Partial<DownloadRequest> = {}, signal?: AbortSignal) =>
      whileTurning(
        clock,
        client.download(
          { renderId: 'render_1', url: cdnUrl.href, partPath, expectedSize: content.length, ...changes },
          signal ? { signal } : {},
        ),
      );
    const isWhole = async () => assert.ok((await readFile(partPath)).equals(content), 'other bytes');

    it('go on after a cut from where they were, if the file is still the same', async () => {
      twists = [cutAfter(1_000_000), cutAfter(500_000)];
      await download();
      await isWhole();
      assert.deepEqual(
        seen.map(({ range, ifRange }) => [range, ifRange]),
        [
          [undefined, undefined],
          ['bytes=1000000-', '"v1"'],
          ['bytes=1500000-', '"v1"'],
        ],
      );
    });

    it('begin anew when the file has become another', async () => {
      twists = [
        cutAfter(1_000_000),
        (request, response) => {
          etag = '"v2"';
          serve(request, response);
        },
      ];
      await download();
      await isWhole();
      assert.equal(seen.length, 2);
    });

    it('do not trust a weak tag, and see by themselves that it changed', async () => {
      etag = 'W/"v1"';
      twists = [
        cutAfter(1_000_000),
        (request, response) => {
          etag = 'W/"v2"';
          serve(request, response);
        },
      ];
      await download();
      await isWhole();
      assert.deepEqual(
        seen.map(({ range, ifRange }) => [range, ifRange]),
        [
          [undefined, undefined],
          ['bytes=1000000-', undefined],
          [undefined, undefined],
        ],
      );
    });

    it('go on after the window was closed, from what the file on the disk holds', async () => {
      await writeFile(partPath, content.subarray(0, 2_345_678));
      await download();
      await isWhole();
      assert.deepEqual(
        seen.map(({ range }) => range),
        ['bytes=2345678-'],
      );
    });

    it('ask nothing when all is there, and begin anew when there is more than all', async () => {
      await writeFile(partPath, content);
      assert.deepEqual(await download(), { bytes: content.length });
      assert.equal(seen.length, 0);
      await writeFile(partPath, Buffer.concat([content, content]));
      await download();
      await isWhole();
    });

    it('find out that all is there when nobody said how much that is', async () => {
      await writeFile(partPath, content);
      await whileTurning(clock, client.download({ renderId: 'r', url: cdnUrl.href, partPath }));
      await isWhole();
      assert.deepEqual(
        seen.map(({ range }) => range),
        [`bytes=${content.length}-`],
      );
    });

    it('begin anew when what is there cannot be its beginning', async () => {
      await writeFile(partPath, randomBytes(content.length + 5));
      await whileTurning(clock, client.download({ renderId: 'r', url: cdnUrl.href, partPath }));
      await isWhole();
    });

    it('live with a server that knows of no pieces', async () => {
      const noRanges: Twist = (_request, response) =>
        void response.writeHead(200, { 'content-length': content.length }).end(content);
      twists = [cutAfter(1_000_000), noRanges, noRanges];
      await whileTurning(clock, client.download({ renderId: 'r', url: cdnUrl.href, partPath }));
      await isWhole();
      assert.equal(seen.length, 2, 'what is as long as announced is whole');
    });

    describe('whose length nobody announces', () => {
      /** Without a length, and in pieces as HTTP knows them. */
      const chunked: Twist = (_request, response) => void response.writeHead(200).end(content);
      const whole = () => whileTurning(clock, client.download({ renderId: 'r', url: cdnUrl.href, partPath }));
      const answers: Readonly<Record<string, Twist>> = {
        'an empty 206': (_request, response) => void response.writeHead(206, { 'content-length': 0 }).end(),
        'an empty 206 with a range': (_request, response) =>
          void response.writeHead(206, { 'content-range': `bytes ${content.length}-${content.length}/*` }).end(),
        'a 206 of everything': (_request, response) => void response.writeHead(206).end(content),
        'a 416 without a length': (_request, response) => void response.writeHead(416).end(),
        'a 416 of nothing': (_request, response) =>
          void response.writeHead(416, { 'content-range': 'bytes */0' }).end(),
        'a 200 without a length': chunked,
        'a 404': (_request, response) => void response.writeHead(404).end(),
        'a 403': (_request, response) => void response.writeHead(403).end('no'),
        'a page': (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
        'a redirect to nowhere': (_request, response) => void response.writeHead(302, { location: 'file:///x' }).end(),
      };
      for (const [what, answer] of Object.entries(answers)) {
        it(`keep what they have, whatever comes of asking for more: ${what}`, async () => {
          twists = [chunked, answer];
          await whole();
          await isWhole();
          assert.equal(seen.length, 2, 'nothing was asked for a third time');
        });
      }

      for (const [what, expectedSize] of [
        ['smaller', Math.round(content.length / 1024)],
        ['larger', content.length * 8],
      ] as const) {
        it(`are whole though the render was said to be ${what}: nobody promised in which unit`, async () => {
          twists = [chunked];
          await download({ expectedSize });
          await isWhole();
        });
      }

      it('come again where they came twice in one body, and the render said how long they are', async () => {
        const twice: Twist = (_request, response) => {
          response.writeHead(200);
          response.write(content);
          response.end(content);
        };
        twists = [twice, (_request, response) => void response.writeHead(206, { 'content-length': 0 }).end()];
        await download({});
        await isWhole();
        assert.equal(seen.length, 3);
      });

      it('keep what they have where nobody answers any more', async () => {
        const nobody: Twist = (request) => void request.socket.destroy();
        twists = [chunked, ...Array.from({ length: 40 }, () => nobody)];
        await whole();
        await isWhole();
      });

      it('go on where there is more, and say so', async () => {
        twists = [(_request, response) => void response.writeHead(200).end(content.subarray(0, 1_000_000))];
        await whole();
        await isWhole();
      });
    });

    it('ask nothing more where the length is what was announced', async () => {
      await whileTurning(clock, client.download({ renderId: 'r', url: cdnUrl.href, partPath }));
      await isWhole();
      assert.equal(seen.length, 1);
      await writeFile(partPath, content.subarray(0, 1_000_000));
      await whileTurning(clock, client.download({ renderId: 'r', url: cdnUrl.href, partPath }));
      await isWhole();
      assert.equal(seen.length, 2);
    });

    it('keep what is as long as announced, though the render said another length and nobody knows better', async () => {
      twists = [
        (_request, response) => void response.writeHead(200, { 'content-length': content.length }).end(content),
        (_request, response) => void response.writeHead(206, { 'content-length': 0 }).end(),
      ];
      await download({ expectedSize: content.length + 100 });
      await isWhole();
      assert.equal(seen.length, 2);
    });

    it('wait once where the service gets too many requests, as long as it asks for', async () => {
      const tooMany: Twist = (_request, response) => void response.writeHead(429, { 'retry-after': '7' }).end();
      twists = [tooMany];
      await download();
      await isWhole();
      assert.deepEqual(clock.asked, [7000]);
      await rm(partPath);
      twists = Array.from({ length: 9 }, () => tooMany);
      await failing(download(), 'rateLimited');
      assert.ok(seen.length <= 7, `${seen.length} requests`);
    });

    it('never take a wrong piece', async () => {
      twists = [
        cutAfter(1_000_000),
        (_request, response) =>
          void response
            .writeHead(206, { 'content-range': `bytes 0-${content.length - 1}/${content.length}` })
            .end(content),
      ];
      await download();
      await isWhole();
    });

    it('never take a wrong piece of the right length', async () => {
      twists = [
        cutAfter(1_000_000),
        (_request, response) =>
          void response
            .writeHead(206, { 'content-range': `bytes 500000-2499999/${content.length}` })
            .end(content.subarray(500_000, 2_500_000)),
      ];
      await download();
      await isWhole();
      assert.equal(twists.length, 0);
    });

    it('take the service’s own address where the file’s has nothing', async () => {
      for (const twist of [
        (_request, response) => void response.writeHead(403).end('<Error>expired</Error>'),
        (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Log in</h1>'),
        (_request, response) => void response.writeHead(200).end(),
        (_request, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
        (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
      ] satisfies Twist[]) {
        await rm(partPath, { force: true });
        seen = [];
        twists = [twist];
        await download();
        await isWhole();
        assert.deepEqual(
          seen.map(({ path, authorization }) => [path, authorization]),
          [
            ['/x.mp4', undefined],
            ['/api/render/proxy/render_1/download', 'Bearer nmv_usr_fixed'],
          ],
        );
      }
    });

    it('take the token along only to the service, and never on a redirect', async () => {
      await download({ url: new URL('/files/x.mp4', apiUrl).href });
      assert.equal(seen[0]?.authorization, 'Bearer nmv_usr_fixed');
      await rm(partPath);
      seen = [];
      const to =
        (location: string): Twist =>
        (_request, response) =>
          void response.writeHead(302, { location }).end();
      twists = [to(cdnUrl.href), to('/again'), to(new URL('/home', apiUrl).href)];
      await download({ url: new URL('/files/x.mp4', apiUrl).href });
      assert.deepEqual(
        seen.map(({ path, authorization }) => [path, authorization]),
        [
          ['/files/x.mp4', 'Bearer nmv_usr_fixed'],
          ['/x.mp4', undefined],
          ['/again', undefined],
          ['/home', undefined],
        ],
      );
    });

    for (const [what, status, body] of [
      ['401', 401, '<html>no</html>'],
      ['403', 403, ''],
      ['1001 in JSON', 200, '{"code":1001,"message":"invalid token"}'],
    ] as const) {
      it(`take ${what} from another origin for nothing but a file that is not there`, async () => {
        const own = new Client(
          clientOptions(apiUrl, {
            clock,
            tokens: { token: () => Promise.resolve('nmv_usr_fixed'), renew: () => assert.fail('renewed') },
          }),
        );
        twists = [
          (_request, response) => {
            response.writeHead(status, { 'content-type': status === 200 ? 'application/json' : 'text/html' }).end(body);
          },
        ];
        await whileTurning(
          clock,
          own.download({ renderId: 'render_1', url: cdnUrl.href, partPath, expectedSize: content.length }),
        );
        await isWhole();
        assert.deepEqual(
          seen.map(({ path, authorization }) => [path, authorization]),
          [
            ['/x.mp4', undefined],
            ['/api/render/proxy/render_1/download', 'Bearer nmv_usr_fixed'],
          ],
        );
        await own.close();
      });
    }

    it('refuse what is far larger than any video, before a byte of it is kept', async () => {
      const huge: Twist = (_request, response) => {
        response.writeHead(200, { 'content-length': 9 * 1024 ** 3 });
        response.write(content, () => undefined);
      };
      twists = [huge, huge];
      const error = await failing(download({ expectedSize: 9 * 1024 ** 3 }), 'downloadFailed');
      assert.match((error.cause as Error).message, /too large/);
      assert.equal((await readFile(partPath)).length, 0);
    });

    it('are asked for nowhere in the own network, nor along a redirect that leads there', async () => {
      // This machine too, by an address that a service on it does not have.
      const there = new URL(cdnUrl);
      there.hostname = '0.0.0.0';
      await download({ url: there.href });
      await isWhole();
      await rm(partPath);
      twists = [(_request, response) => void response.writeHead(302, { location: there.href }).end()];
      await download();
      await isWhole();
      const service = '/api/render/proxy/render_1/download';
      assert.deepEqual(
        seen.map(({ path }) => path),
        [service, '/x.mp4', service],
      );
    });

    it('never go on in the clear where they began over TLS', async () => {
      const secure = createHttpsServer({ key: testKey, cert: testCertificate }, (request, response) => {
        server.emit('request', request, response);
      });
      await listening(secure);
      const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/x.mp4`;
      const own = new Client(
        clientOptions(apiUrl, { clock, network: { strictSsl: true, environment: {}, certificates: [testAuthority] } }),
      );
      twists = [(_request, response) => void response.writeHead(302, { location: cdnUrl.href }).end()];
      await whileTurning(clock, own.download({ renderId: 'render_1', url, partPath, expectedSize: content.length }));
      await isWhole();
      assert.deepEqual(
        seen.map(({ path }) => path),
        ['/x.mp4', '/api/render/proxy/render_1/download'],
        'the redirect was not followed',
      );
      await own.close();
      await closed(secure);
    });

    it('do not run in circles', async () => {
      const round: Twist = (_request, response) => void response.writeHead(302, { location: '/round' }).end();
      twists = Array.from({ length: 100 }, () => round);
      const error = await failing(download(), 'downloadFailed');
      assert.ok(seen.length <= 12, `${seen.length} requests`);
      assert.equal(error.steps[0]?.kind, 'retry');
    });

    it('give up after a few attempts that bring nothing, and keep what has arrived', async () => {
      const nothing: Twist = (request) => void request.socket.destroy();
      twists = [cutAfter(1_000_000), ...Array.from({ length: 100 }, () => nothing)];
      const error = await failing(download(), 'downloadFailed');
      assert.equal(error.transient, true);
      assert.ok(seen.length <= 10, `${seen.length} requests`);
      assert.ok((await readFile(partPath)).equals(content.subarray(0, 1_000_000)));
      twists = [];
      await download();
      await isWhole();
    });

    it('go on as long as every attempt brings something', async () => {
      twists = Array.from({ length: 20 }, () => cutAfter(100_000));
      await download();
      await isWhole();
      assert.equal(seen.length, 21);
    });

    it('end after so many attempts, however little each brings', async () => {
      twists = Array.from({ length: 200 }, () => cutAfter(10));
      await failing(download(), 'downloadFailed');
      assert.equal(seen.length, 80, '40 at each of two addresses');
    });

    it('believe two answers that agree more than the size that was foretold', async () => {
      await download({ expectedSize: content.length + 100 });
      await isWhole();
      assert.deepEqual(
        seen.map(({ range }) => range),
        [undefined, `bytes=${content.length}-`],
      );
    });

    it('wait as long as the server asks for', async () => {
      twists = [(_request, response) => void response.writeHead(503, { 'retry-after': '9' }).end()];
      await download();
      assert.deepEqual(clock.asked, [9000]);
    });

    it('tell their progress from where they begin', async () => {
      await writeFile(partPath, content.subarray(0, 1_000_000));
      const progress: TransferProgress[] = [];
      await client.download(
        { renderId: 'r', url: cdnUrl.href, partPath, expectedSize: content.length },
        { onProgress: (one) => progress.push(one) },
      );
      assert.deepEqual([progress.at(-1)?.bytes, progress.at(-1)?.totalBytes], [content.length, content.length]);
      assert.ok(progress.every(({ bytes }) => bytes > 1_000_000));
    });

    it('can be stopped at once, and keep what has arrived', async () => {
      const stop = new AbortController();
      twists = [
        (_request, response) => {
          response.writeHead(200, { 'content-length': content.length });
          void sendPieces(response);
        },
      ];
      // Of what has arrived one is told now and then.
      const sendPieces = async (response: ServerResponse) => {
        for (let at = 0; !stop.signal.aborted; at += 1000) {
          response.write(content.subarray(at, at + 1000));
          await clock.advance(1000);
        }
      };
      const request = { renderId: 'r', url: cdnUrl.href, partPath, expectedSize: content.length };
      const stopped = client.download(request, { signal: stop.signal, onProgress: () => stop.abort() });
      await failing(stopped, 'cancelled');
      assert.ok((await stat(partPath)).size > 0);
      await download();
      await isWhole();
    });

    it('can be stopped while they wait for the next attempt', async () => {
      twists = [cutAfter(1000)];
      const stop = new AbortController();
      const stopped = failing(
        client.download({ renderId: 'r', url: cdnUrl.href, partPath }, { signal: stop.signal }),
        'cancelled',
      );
      await clock.untilSleeping();
      stop.abort();
      await stopped;
    });

    it('say so when the disk fails', async () => {
      await mkdir(partPath);
      await failing(download(), 'diskFailed');
      await failing(download({ partPath: join(folder, 'no', 'such', 'folder') }), 'diskFailed');
      assert.equal(seen.length, 0);
      if (process.platform === 'linux') {
        const error = await failing(download({ partPath: '/dev/full' }), 'diskFailed');
        // What takes no bytes is no file of ours either.
        assert.match(error.message, /not Nemo’s/);
      }
    });
  });
});
