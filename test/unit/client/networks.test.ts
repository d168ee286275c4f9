import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createNetServer, type Socket } from 'node:net';

import { systemClock } from '../../../src/client/clock.ts';
import { usualPatience } from '../../../src/client/network.ts';
import { NemoClient } from '../../../src/client/nemo-client.ts';
import type { NetworkSettings } from '../../../src/client/client-options.ts';
import { clientOptions, collect, failing } from './client-fixture.ts';
import { closed, listening } from './stub-service.ts';
import { testAuthority, testCertificate, testKey } from './test-certificates.ts';

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

describe('Networks as they are', () => {
  /** The service behind TLS, with a certificate of an authority that nobody knows. */
  let bodies: Buffer[] = [];
  const respond: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks));
      if (request.url === '/run_sse') {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"type":"text","content":"one"}\n\n');
        setTimeout(() => response.end('data: {"type":"text","content":"two"}\n\n'), 50);
        return;
      }
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ available: 7, files: [{ cdn_url: 'https://cdn/a' }] }));
    });
  };
  const service = createHttpsServer({ key: testKey, cert: testCertificate }, respond);
  const plainService = createHttpServer(respond);

  /** A CONNECT proxy that knows `nemo.example`, in the clear and over TLS. */
  let tunnels: string[] = [];
  let authorization: string | undefined;
  let refuseWith: string | undefined;
  const openSockets = new Set<Socket>();
  const tunnel = (request: IncomingMessage, socket: Socket, head: Buffer) => {
    tunnels.push(request.url ?? '');
    authorization = request.headers['proxy-authorization'];
    assert.equal(request.headers.authorization, undefined, 'the token is not the proxy’s');
    if (refuseWith) {
      socket.end(refuseWith);
      return;
    }
    const onward = connect(portOf(service), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    for (const one of [socket, onward]) {
      openSockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => openSockets.delete(one));
    }
  };
  const proxy = createHttpServer((_request, response) => response.writeHead(405).end()).on('connect', tunnel);
  const tlsProxy = createHttpsServer({ key: testKey, cert: testCertificate }).on('connect', tunnel);

  let client: NemoClient | undefined;
  const clientWith = (network: Partial<NetworkSettings>, address = 'https://nemo.example/') => {
    client = new NemoClient(
      clientOptions(new URL(address), {
        network: { strictSsl: true, environment: {}, certificates: [testAuthority], ...network },
        patience: { answerMs: 2000, connectMs: 2000 },
      }),
    );
    return client;
  };

  before(() => Promise.all([service, plainService, proxy, tlsProxy].map((server) => listening(server))));
  afterEach(async () => {
    await client?.close();
    tunnels = [];
    bodies = [];
    authorization = undefined;
    refuseWith = undefined;
  });
  after(async () => {
    for (const socket of openSockets) socket.destroy();
    await Promise.all([service, plainService, proxy, tlsProxy].map((server) => closed(server)));
  });

  it('a proxy in the settings is used, through CONNECT, and the certificates in the settings are trusted', async () => {
    const { available } = await clientWith({ proxy: `http://127.0.0.1:${portOf(proxy)}` }).credits();
    assert.equal(available, 7);
    assert.deepEqual(tunnels, ['nemo.example:443']);
  });

  it('a proxy may be named without a scheme, ask for a password, or be spoken to over TLS', async () => {
    await clientWith({ proxy: `127.0.0.1:${portOf(proxy)}` }).credits();
    await clientWith({ proxy: `http://me:s%40cret@127.0.0.1:${portOf(proxy)}` }).credits();
    assert.equal(authorization, `Basic ${Buffer.from('me:s@cret').toString('base64')}`);
    await clientWith({ proxy: `https://127.0.0.1:${portOf(tlsProxy)}` }).credits();
    assert.equal(tunnels.length, 3);
  });

  it('turns stream through a proxy', async () => {
    const turn = await collect(clientWith({ proxy: `http://127.0.0.1:${portOf(proxy)}` }).sendMessage('1', 'hi'));
    assert.deepEqual(
      turn.map((event) => event.kind === 'text' && event.text),
      ['one', 'two'],
    );
  });

  for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']) {
    it(`the environment’s ${name} counts`, async () => {
      await clientWith({ environment: { [name]: `http://127.0.0.1:${portOf(proxy)}` } }).credits();
      assert.equal(tunnels.length, 1);
    });
  }

  it('the setting wins over the environment', async () => {
    await clientWith({
      proxy: `http://127.0.0.1:${portOf(proxy)}`,
      environment: { HTTPS_PROXY: 'http://127.0.0.1:1' },
    }).credits();
    assert.equal(tunnels.length, 1);
  });

  it('hosts that are exempt are reached without the proxy', async () => {
    // No such host but behind the proxy: that it is not found proves that the proxy was passed by.
    for (const network of [
      { proxy: `http://127.0.0.1:${portOf(proxy)}`, noProxy: ['nemo.example'] },
      { proxy: `http://127.0.0.1:${portOf(proxy)}`, noProxy: ['.example'] },
      { environment: { HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`, NO_PROXY: 'other,nemo.example' } },
    ]) {
      const own = new NemoClient(
        clientOptions(new URL('https://nemo.example/'), {
          network: { strictSsl: true, environment: {}, ...network },
          patience: { connectMs: 1000 },
          clock: { ...systemClock, sleep: () => Promise.resolve() },
        }),
      );
      const error = await failing(own.credits(), 'unreachable');
      assert.equal(error.notSent, true);
      await own.close();
    }
    assert.deepEqual(tunnels, []);
  });

  it('this machine is never reached through a proxy', async () => {
    const network = { environment: { HTTP_PROXY: 'http://127.0.0.1:1' }, proxy: 'http://127.0.0.1:1' };
    assert.equal((await clientWith(network, `http://127.0.0.1:${portOf(plainService)}/`).credits()).available, 7);
    assert.equal((await clientWith(network, `https://127.0.0.1:${portOf(service)}/`).credits()).available, 7);
  });

  it('a proxy that refuses is told as such, and nothing was sent', async () => {
    refuseWith = 'HTTP/1.1 403 Forbidden\r\n\r\n';
    const error = await failing(clientWith({ proxy: `http://127.0.0.1:${portOf(proxy)}` }).credits(), 'unreachable');
    assert.match(error.message, /proxy refused/);
    assert.deepEqual([error.notSent, error.steps[0]?.argument], [true, 'http.proxy']);
  });

  it('a proxy address that is none is a setting to correct', async () => {
    const error = await failing(clientWith({ proxy: 'gopher://old' }).credits(), 'badSetting');
    assert.match(error.message, /http\.proxy/);
    assert.equal(error.steps[0]?.argument, 'http.proxy');
  });

  it('a certificate of an unknown authority is refused, unless the user wants no strictness', async () => {
    const address = `https://127.0.0.1:${portOf(service)}/`;
    const error = await failing(clientWith({ certificates: [] }, address).credits(), 'unreachable');
    assert.match(error.message, /certificate/);
    assert.equal(error.notSent, true);
    assert.deepEqual(
      error.steps.map(({ argument }) => argument),
      ['http.systemCertificates', 'http.proxyStrictSSL', undefined],
    );
    assert.equal((await clientWith({ certificates: [], strictSsl: false }, address).credits()).available, 7);
    assert.equal((await clientWith({ systemCertificates: true }, address).credits()).available, 7);
    await failing(clientWith({ certificates: [], systemCertificates: true }, address).credits(), 'unreachable');
  });

  it('a certificate for another name is refused', async () => {
    await failing(clientWith({}, `https://localhost:${portOf(service)}/`).credits(), 'unreachable');
  });

  it('uploads arrive byte for byte over TLS, and through a proxy', async () => {
    const content = randomBytes(9 * 512 * 1024 + 1);
    const source = {
      name: 'a.mp4',
      mime: 'video/mp4',
      size: content.length,
      read: (into: Uint8Array, position: number) =>
        Promise.resolve(content.copy(into, 0, position, position + into.length)),
      close: () => Promise.resolve(),
    };
    await clientWith({}, `https://127.0.0.1:${portOf(service)}/`).uploadFile('1', source);
    await clientWith({ proxy: `http://127.0.0.1:${portOf(proxy)}` }).uploadFile('1', source);
    await clientWith({ proxy: `https://127.0.0.1:${portOf(tlsProxy)}` }).uploadFile('1', source);
    const wanted = createHash('sha256').update(content).digest('hex');
    assert.equal(bodies.length, 3);
    for (const body of bodies) {
      const start = body.indexOf('\r\n\r\n') + 4;
      const file = body.subarray(start, start + content.length);
      assert.equal(createHash('sha256').update(file).digest('hex'), wanted);
    }
  });

  it('what does not speak HTTP is told as such', async () => {
    const ssh = createNetServer((socket) => {
      socket.on('error', () => undefined).resume();
      socket.end('SSH-2.0-OpenSSH_9.9\r\n');
    });
    await listening(ssh);
    const own = new NemoClient(clientOptions(new URL(`http://127.0.0.1:${portOf(ssh)}/`)));
    assert.match((await failing(own.createSession('en'), 'badAnswer')).message, /not HTTP/);
    await own.close();
    await closed(ssh);
  });

  describe('with long silences', () => {
    it('a turn is waited for as long as the service may be silent, an answer not', async () => {
      const silent = createHttpServer((request, response) => {
        setTimeout(() => respond(request, response), 1500);
      });
      await listening(silent);
      const address = new URL(`http://127.0.0.1:${portOf(silent)}/`);
      const own = new NemoClient(
        clientOptions(address, {
          patience: { answerMs: 300 },
          clock: { ...systemClock, sleep: () => Promise.resolve() },
        }),
      );
      const [turn, error] = await Promise.all([
        collect(own.sendMessage('1', 'hi')),
        failing(own.createSession('en'), 'timedOut'),
      ]);
      assert.equal(turn.length, 2);
      assert.equal(error.notSent, false);
      await own.close();
      await closed(silent);
    });

    it('turns and uploads may be silent for longer than the fifteen minutes that a turn can take', () => {
      assert.ok(usualPatience.longAnswerMs > 15 * 60_000);
    });
  });
});
