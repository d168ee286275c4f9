import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createNetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';

import type { NetworkSettings } from '../../../src/client/client-options.ts';
import { NemoClient } from '../../../src/client/nemo-client.ts';
import { clientOptions, collect, failing } from './client-fixture.ts';
import { closed, listening } from './stub-service.ts';
import { testAuthority, testCertificate, testKey } from './test-certificates.ts';

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

describe('Proxies', () => {
  const service = createHttpsServer({ key: testKey, cert: testCertificate }, (request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ available: 7 }));
  });

  /** Refuses every tunnel, and every request for somebody else. */
  let asked: string[] = [];
  let authorization: string | undefined;
  let refusal = 'HTTP/1.1 403 Forbidden\r\n\r\n';
  const proxy = createHttpServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(Number(refusal.slice(9, 12))).end();
  }).on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push(request.url ?? '');
    authorization = request.headers['proxy-authorization'];
    socket.end(refusal);
  });

  /** Speaks SOCKS 5 and leads every name to the service. */
  let socksUser: string | undefined;
  let socksGiven: string | undefined;
  let socksReply = 0;
  const openSockets = new Set<Socket>();
  const socks = createNetServer((socket) => {
    keep(socket);
    let step: 'greeting' | 'password' | 'request' | 'open' = 'greeting';
    const take = (data: Buffer): void => {
      if (step === 'greeting') {
        const wanted = socksUser === undefined ? 0 : 2;
        const offered = data.subarray(2, 2 + (data[1] ?? 0)).includes(wanted);
        step = wanted === 0 ? 'request' : 'password';
        socket.write(Buffer.of(5, offered ? wanted : 0xff));
      } else if (step === 'password') {
        const nameEnd = 2 + (data[1] ?? 0);
        socksGiven = `${data.toString('utf8', 2, nameEnd)}:${data.toString('utf8', nameEnd + 1)}`;
        step = 'request';
        socket.write(Buffer.of(1, socksGiven === socksUser ? 0 : 1));
      } else if (step === 'request') {
        step = 'open';
        const name = data.toString('latin1', 5, 5 + (data[4] ?? 0));
        asked.push(`${data[3] === 3 ? name : 'address'}:${data.readUInt16BE(data.length - 2)}`);
        if (socksReply !== 0) return void socket.end(Buffer.of(5, socksReply, 0, 1, 0, 0, 0, 0, 0, 0));
        const onward = connect(portOf(service), '127.0.0.1', () => {
          socket.off('data', take);
          socket.write(Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
          socket.pipe(onward).pipe(socket);
        });
        keep(onward);
      }
    };
    socket.on('data', take);
  });
  function keep(socket: Socket) {
    openSockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => openSockets.delete(socket));
  }

  let client: NemoClient | undefined;
  const lines: string[] = [];
  const clientWith = (network: Partial<NetworkSettings>, address = 'https://nemo.example/') => {
    client = new NemoClient(
      clientOptions(new URL(address), {
        network: { strictSsl: true, environment: {}, certificates: [testAuthority], ...network },
        patience: { answerMs: 2000, connectMs: 300 },
        log: (line) => lines.push(line),
      }),
    );
    return client;
  };
  const proxyAt = (credentials = '') => `http://${credentials}127.0.0.1:${portOf(proxy)}`;
  const socksAt = (credentials = '', scheme = 'socks5') => `${scheme}://${credentials}127.0.0.1:${portOf(socks)}`;

  before(() => Promise.all([service, proxy, socks].map((server) => listening(server))));
  afterEach(async () => {
    await client?.close();
    asked = [];
    authorization = socksUser = socksGiven = undefined;
    socksReply = 0;
    refusal = 'HTTP/1.1 403 Forbidden\r\n\r\n';
  });
  after(async () => {
    for (const socket of openSockets) socket.destroy();
    await Promise.all([service, proxy, socks].map((server) => closed(server)));
  });

  describe('are passed by', () => {
    /** What is exempt, the service's host, and whether that is reached directly. */
    const rows: readonly (readonly [string, string, boolean])[] = [
      ['nemo.example', 'nemo.example', true],
      ['NEMO.Example', 'nemo.example', true],
      ['nemo.example', 'api.nemo.example', true],
      ['nemo.example', 'notnemo.example', false],
      ['.nemo.example', 'api.nemo.example', true],
      ['.nemo.example', 'nemo.example', true],
      ['*.nemo.example', 'api.nemo.example', true],
      ['*.nemo.example', 'nemo.example', false],
      ['nemo.example:443', 'nemo.example', true],
      ['nemo.example:8443', 'nemo.example', false],
      ['nemo.example:8443', 'nemo.example:8443', true],
      ['*', 'nemo.example', true],
      ['other, *', 'nemo.example', true],
      ['other nemo.example', 'nemo.example', true],
      // At these addresses the attempt to connect fails at once, wherever the test runs.
      ['0.0.0.7', '0.0.0.7', true],
      ['0.0.0.7', '0.0.0.8', false],
      ['0.0.0.0/24', '0.0.0.8', true],
      ['0.0.0.0/24', '0.0.3.8', false],
      ['10.0.0.0/8,0.0.0.0/24', '0.0.0.8', true],
      ['0.0.0.0/99', '0.0.0.8', false],
      ['::/32', '[::]', true],
      ['[::]/32', '[::]', true],
      ['2001:db8::/32', '[2001:db9::5]', false],
      ['', 'nemo.example', false],
    ];
    for (const [noProxy, host, isDirect] of rows) {
      it(`${isDirect ? '' : 'not '}on the way to ${host} with «${noProxy}»`, async () => {
        for (const network of [
          { proxy: proxyAt(), noProxy: noProxy === '' ? [] : [noProxy] },
          { environment: { HTTPS_PROXY: proxyAt(), NO_PROXY: noProxy } },
        ]) {
          asked = [];
          const own = clientWith(network, `https://${host}/`);
          // Nobody is there: that the proxy was not asked says that it was passed by.
          const error = await failing(collect(own.sendMessage('1', 'hi')), 'unreachable');
          assert.equal(asked.length, isDirect ? 0 : 1, asked.join());
          assert.equal(error.notSent, true);
          await own.close();
        }
      });
    }

    it('on the way to any address of this machine', async () => {
      for (const host of ['127.0.0.1', '127.0.0.9', 'localhost', '[::1]']) {
        const own = clientWith({ proxy: proxyAt(), environment: { HTTP_PROXY: proxyAt() } }, `http://${host}:1/`);
        await failing(collect(own.sendMessage('1', 'hi')), 'unreachable');
        await own.close();
      }
      assert.deepEqual(asked, []);
    });

    it('where the settings say nothing of exceptions, as the environment says', async () => {
      const own = clientWith({ proxy: proxyAt(), noProxy: [], environment: { no_proxy: 'nemo.example' } });
      await failing(collect(own.sendMessage('1', 'hi')), 'unreachable');
      assert.deepEqual(asked, []);
    });
  });

  it('of the settings go with the exceptions of the settings, where these name any', async () => {
    const own = clientWith({ proxy: proxyAt(), noProxy: ['other'], environment: { no_proxy: 'nemo.example' } });
    await failing(collect(own.sendMessage('1', 'hi')), 'unreachable');
    assert.equal(asked.length, 1);
  });

  it('of the environment are the one for https before the one for http', async () => {
    const environment = { HTTPS_PROXY: proxyAt(), HTTP_PROXY: 'http://127.0.0.1:1' };
    await failing(collect(clientWith({ environment }).sendMessage('1', 'hi')), 'unreachable');
    assert.equal(asked.length, 1);
  });

  describe('that want a password', () => {
    it('say so, with what to do, and nothing was sent', async () => {
      refusal = 'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="x"\r\n\r\n';
      const error = await failing(collect(clientWith({ proxy: proxyAt() }).sendMessage('1', 'hi')), 'unreachable');
      assert.match(error.message, /asks for a user name and password.*name:password@host:port/);
      assert.deepEqual(
        [error.notSent, error.steps.map(({ argument }) => argument)],
        [true, ['http.proxy', undefined, undefined]],
      );
    });

    it('get the one in their address, and nobody else sees it', async () => {
      refusal = 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n';
      lines.length = 0;
      const own = clientWith({ proxy: proxyAt('me:s%40cret@') });
      const error = await failing(collect(own.sendMessage('1', 'hi')), 'unreachable');
      assert.equal(authorization, `Basic ${Buffer.from('me:s@cret').toString('base64')}`);
      const written = `${inspect(error, { depth: 9 })} ${JSON.stringify(error)} ${lines.join('\n')}`;
      assert.doesNotMatch(written, /s@cret|s%40cret|bWU6c0BjcmV0/);
      assert.ok(lines.length > 0);
    });

    it('get what the settings have for them instead', async () => {
      const own = clientWith({ proxy: proxyAt('me:old@'), proxyAuthorization: 'Bearer for-the-proxy' });
      await failing(collect(own.sendMessage('1', 'hi')), 'unreachable');
      assert.equal(authorization, 'Bearer for-the-proxy');
    });

    it('are a setting to correct where it is not written as an address wants it', async () => {
      const error = await failing(clientWith({ proxy: proxyAt('me:100%@') }).credits(), 'badSetting');
      assert.match(error.message, /http\.proxy/);
      assert.doesNotMatch(inspect(error), /100%/);
    });
  });

  it('of the environment include ALL_PROXY, after the others', async () => {
    await failing(collect(clientWith({ environment: { all_proxy: proxyAt() } }).sendMessage('1', 'hi')), 'unreachable');
    assert.deepEqual(asked, ['nemo.example:443']);
    await client?.close();
    const environment = { ALL_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: proxyAt() };
    await failing(collect(clientWith({ environment }).sendMessage('1', 'hi')), 'unreachable');
    assert.equal(asked.length, 2);
  });

  it('of a kind that nobody knows are a setting to correct, named as it was given', async () => {
    for (const [network, name] of [
      [{ proxy: 'socks4://127.0.0.1:1' }, 'http.proxy'],
      [{ proxy: 'http://:80' }, 'http.proxy'],
      [{ environment: { HTTPS_PROXY: 'gopher://old' } }, 'HTTPS_PROXY'],
      [{ environment: { http_proxy: 'gopher://old' } }, 'HTTP_PROXY'],
      [{ environment: { ALL_PROXY: 'gopher://old' } }, 'ALL_PROXY'],
    ] as const) {
      const error = await failing(clientWith(network).credits(), 'badSetting');
      assert.match(error.message, new RegExp(`in ${name.replace('.', '\\.')} cannot be used`));
      await client?.close();
    }
  });

  describe('that speak SOCKS', () => {
    for (const scheme of ['socks5', 'socks5h', 'socks']) {
      it(`lead to the service (${scheme}://), which they look up themselves`, async () => {
        assert.equal((await clientWith({ proxy: socksAt('', scheme) }).credits()).available, 7);
        assert.deepEqual(asked, ['nemo.example:443']);
      });
    }

    it('open a way of its own for each message', async () => {
      const own = clientWith({ proxy: socksAt() });
      for (let count = 0; count < 3; count++) await own.createSession('en').catch(() => undefined);
      assert.equal(asked.length, 3);
    });

    it('do not hide a certificate that nobody trusts', async () => {
      const error = await failing(clientWith({ proxy: socksAt(), certificates: [] }).credits(), 'unreachable');
      assert.match(error.message, /certificate/);
    });

    it('get the name and password in their address', async () => {
      socksUser = 'me:s@cret';
      assert.equal((await clientWith({ proxy: socksAt('me:s%40cret@') }).credits()).available, 7);
      assert.equal(socksGiven, 'me:s@cret');
    });

    it('that want a password say so; that refuse say that', async () => {
      socksUser = 'me:s@cret';
      const unknown = await failing(clientWith({ proxy: socksAt() }).credits(), 'unreachable');
      assert.match(unknown.message, /asks for a user name and password/);
      assert.equal(unknown.notSent, true);
      await client?.close();
      const wrong = await failing(clientWith({ proxy: socksAt('me:wrong@') }).credits(), 'unreachable');
      assert.match(wrong.message, /asks for a user name and password/);
      await client?.close();
      socksUser = undefined;
      socksReply = 2;
      const refused = await failing(clientWith({ proxy: socksAt() }).credits(), 'unreachable');
      assert.match(refused.message, /proxy refused/);
      assert.equal(refused.notSent, true);
    });
  });

  describe('and the certificates of the machine', () => {
    let folder: string;
    let authorityPath: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'nemo-certificates-'));
      authorityPath = join(folder, 'authority.pem');
      await writeFile(authorityPath, testAuthority);
    });
    after(() => rm(folder, { recursive: true, force: true }));

    /** What a process with this environment gets from the service, whose authority nobody knows by nature. */
    const askWith = async (environment: NodeJS.ProcessEnv, network: Partial<NetworkSettings>) => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [
          join(import.meta.dirname, 'ask-credits.ts'),
          `https://127.0.0.1:${portOf(service)}/`,
          JSON.stringify({ environment: {}, ...network }),
        ],
        { env: { PATH: process.env['PATH'], ...environment } },
      );
      return JSON.parse(stdout) as { available?: number; code?: string };
    };

    it('count: those of NODE_EXTRA_CA_CERTS, whether the system’s count or not', async () => {
      const environment = { NODE_EXTRA_CA_CERTS: authorityPath };
      assert.deepEqual(await askWith(environment, { systemCertificates: false }), { available: 7 });
      assert.deepEqual(await askWith(environment, { systemCertificates: true }), { available: 7 });
    });

    it('count: those of the system, where the settings say so', async function () {
      // Elsewhere the system's store is no file that a test could bring along.
      if (process.platform !== 'linux') this.skip();
      const environment = { SSL_CERT_FILE: authorityPath };
      assert.deepEqual(await askWith(environment, { systemCertificates: true }), { available: 7 });
      assert.deepEqual(await askWith(environment, { systemCertificates: false }), { code: 'unreachable' });
    });
  });
});
