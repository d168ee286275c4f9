import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { connect, type AddressInfo, type LookupFunction, type Socket } from 'node:net';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { NetworkSettings } from '../../../src/client/client-options.ts';
import { mayConnect } from '../../../src/client/fetchable-address.ts';
import { NemoClient } from '../../../src/client/nemo-client.ts';
import { TurnedClock } from '../turned-clock.ts';
import { clientOptions, failing, whileTurning } from './client-fixture.ts';
import { closed, listening } from './stub-service.ts';
import { testAuthority, testCertificate, testKey } from './test-certificates.ts';

const never = new AbortController().signal;
const content = Buffer.from('the user’s own network');

describe('Names that lead into the own network', () => {
  let asked: string[];
  const respond: RequestListener = (request, response) => {
    asked.push(`${request.headers.host?.replace(/:.*/, '')}${request.url}`);
    if (request.url === '/elsewhere.mp4') {
      response.writeHead(302, { location: `https://inside.example:${port()}/a.mp4` }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': content.length }).end(content);
  };
  /** It has every name: certificates are not what is looked at here. */
  const server = createServer({ key: testKey, cert: testCertificate }, respond);
  const port = () => (server.address() as AddressInfo).port;
  let client: NemoClient;
  let folder: string;
  before(async () => {
    await listening(server);
    folder = await mkdtemp(join(tmpdir(), 'nemo-names-'));
  });
  beforeEach(() => {
    asked = [];
  });
  afterEach(() => client.close());
  after(async () => {
    await closed(server);
    await rm(folder, { recursive: true });
  });

  /** What each name leads to, and how often each was looked up. */
  const lookups = new Map<string, number>();
  const leading =
    (names: Readonly<Record<string, (times: number) => readonly string[]>>): LookupFunction =>
    (hostname, options, callback) => {
      const times = (lookups.get(hostname) ?? 0) + 1;
      lookups.set(hostname, times);
      const found = (names[hostname]?.(times) ?? []).map((address) => ({
        address,
        family: address.includes(':') ? 6 : 4,
      }));
      if (found.length === 0)
        callback(Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }), []);
      else if (options.all) callback(null, found);
      else callback(null, found[0]!.address, found[0]!.family);
    };

  function clientWith(
    lookup: LookupFunction,
    network: Partial<NetworkSettings> = {},
    api = `https://api.example:${port()}/`,
  ) {
    lookups.clear();
    client = new NemoClient(
      clientOptions(new URL(api), {
        clock: new TurnedClock(),
        network: { strictSsl: false, environment: {}, certificates: [testAuthority], lookup, ...network },
      }),
    );
    return client;
  }

  const loopback = () => ['127.0.0.1'];

  it('are refused when they have been looked up, while the service’s own name may lead anywhere', async () => {
    clientWith(leading({ 'api.example': loopback, 'inside.example': loopback }));
    const url = `https://inside.example:${port()}/a.mp4`;
    const error = await failing(client.lookAtMedia(url, never), 'refused');
    assert.equal(error.notSent, true);
    assert.deepEqual(asked, []);
    // The finished file is then asked for at the service itself.
    const partPath = join(folder, 'a.part');
    await client.download({ renderId: 'r', url, partPath, expectedSize: content.length });
    assert.deepEqual(await readFile(partPath), content);
    assert.deepEqual(asked, ['api.example/api/render/proxy/r/download']);
  });

  it('are refused where a redirect leads to them', async () => {
    clientWith(leading({ 'api.example': loopback, 'inside.example': loopback }));
    await failing(
      client.lookAtMedia(new URL('/elsewhere.mp4', `https://api.example:${port()}/`).href, never),
      'refused',
    );
    assert.deepEqual(asked, ['api.example/elsewhere.mp4']);
  });

  it('are refused at every connection, so that a name that changes gains nothing', async () => {
    const clock = new TurnedClock();
    // The first answer is a public address that nobody answers at.
    const lookup = leading({ 'inside.example': (times) => (times === 1 ? ['2001:db9::1'] : ['127.0.0.1', '::1']) });
    client = new NemoClient(
      clientOptions(new URL('https://api.example/'), {
        clock,
        network: { strictSsl: false, environment: {}, lookup },
        patience: { connectMs: 200 },
      }),
    );
    await failing(whileTurning(clock, client.lookAtMedia(`https://inside.example:${port()}/a.mp4`, never)), 'refused');
    assert.deepEqual(asked, []);
    assert.equal(lookups.get('inside.example'), 2);
  });

  it('are reached where the service itself is in that network', async () => {
    clientWith(leading({ 'inside.example': loopback }), {}, `https://127.0.0.1:${port()}/`);
    const media = await client.lookAtMedia(`https://inside.example:${port()}/a.mp4`, never);
    assert.equal(media.bytes, content.length);
  });

  it('are the proxy’s to look up, which refuses by itself or not; names and addresses are looked at all the same', async () => {
    const tunnels: string[] = [];
    const sockets = new Set<Socket>();
    const proxy = createHttpServer().on('connect', (request: IncomingMessage, socket: Socket) => {
      tunnels.push(request.url ?? '');
      const onward = connect(port(), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      for (const one of [socket, onward]) sockets.add(one.on('error', () => undefined));
    });
    await listening(proxy);
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    clientWith(leading({}), { proxy: address });
    assert.equal((await client.lookAtMedia('https://cdn.example/a.mp4', never)).bytes, content.length);
    assert.deepEqual(tunnels, ['cdn.example:443']);
    for (const host of ['nas', '192.168.0.1', 'nas.local']) {
      await failing(client.lookAtMedia(`https://${host}/a.mp4`, never), 'refused');
    }
    assert.equal(tunnels.length, 1);
    await client.close();
    for (const socket of sockets) socket.destroy();
    await closed(proxy);
  });

  it('never get media in the clear that were asked for over TLS', async () => {
    const plain = createHttpServer((_request, response) => response.end(content));
    await listening(plain);
    const api = `http://127.0.0.1:${(plain.address() as AddressInfo).port}/`;
    const secure = createServer({ key: testKey, cert: testCertificate }, (_request, response) => {
      response.writeHead(302, { location: new URL('/a.mp4', api).href }).end();
    });
    await listening(secure);
    clientWith(leading({}), {}, api);
    // The very place that the redirect leads to is one that files are fetched from.
    assert.equal((await client.lookAtMedia(new URL('/a.mp4', api).href, never)).inPieces, false);
    const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/a.mp4`;
    const error = await failing(client.lookAtMedia(url, never), 'badAnswer');
    assert.match(error.message, /leads nowhere/);
    const media = { url: new URL(url), bytes: content.length, tag: undefined, inPieces: false };
    await writeFile(join(folder, 'b'), '');
    await failing(client.saveMedia(media, join(folder, 'b'), 1000, never), 'badAnswer');
    await Promise.all([closed(plain), closed(secure)]);
  });
});

describe('Addresses that names lead to', () => {
  it('may be public ones that a network without IPv4 translates', () => {
    const api = new URL('https://api.example/');
    for (const [address, may] of [
      ['8.8.8.8', true],
      ['2a00:1450::1', true],
      ['64:ff9b::808:808', true],
      ['64:ff9b::8.8.8.8', true],
      ['64:ff9b::7f00:1', false],
      ['64:ff9b::10.0.0.1', false],
      ['64:ff9b::', false],
      ['64:ff9b:1::808:808', false],
      ['::ffff:8.8.8.8', false],
      ['::ffff:127.0.0.1', false],
      ['fe80::1%eth0', false],
      ['2002:7f00:1::1', false],
      ['127.0.0.1', false],
      ['255.255.255.255', false],
      ['not an address', false],
    ] as const) {
      assert.equal(mayConnect(address, api), may, address);
    }
    assert.ok(mayConnect('10.0.0.1', new URL('https://10.9.9.9/')));
    assert.ok(!mayConnect('224.0.0.1', new URL('https://10.9.9.9/')));
  });
});
