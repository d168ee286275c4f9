import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isFetchable } from '../../../src/client/fetchable-address.ts';
import { NemoClient } from '../../../src/client/nemo-client.ts';
import { TurnedClock } from '../turned-clock.ts';
import { clientOptions, failing, whileTurning } from './client-fixture.ts';
import { type SeenRequest, startStubService, type StubService } from './stub-service.ts';

const content = Buffer.from(Array.from({ length: 5_000 }, (_, at) => at % 251));
const never = new AbortController().signal;

describe('Media at web addresses', () => {
  let storage: StubService;
  let client: NemoClient;
  let clock: TurnedClock;
  let folder: string;

  beforeEach(async () => {
    storage = await startStubService();
    clock = new TurnedClock();
    client = new NemoClient(clientOptions(storage.url, { clock }));
    folder = await mkdtemp(join(tmpdir(), 'nemo-media-'));
  });
  afterEach(async () => {
    await client.close();
    await storage.close();
    await rm(folder, { recursive: true });
  });

  /** What a good storage says to a request for a piece. */
  function piece({ headers }: SeenRequest, from = 0) {
    const [, first = '0', last = ''] = /bytes=(\d+)-(\d*)/.exec(headers.range ?? '') ?? [];
    const [start, end] = [Number(first) + from, Math.min(Number(last || content.length) + from, content.length - 1)];
    return {
      status: 206,
      headers: { 'content-range': `bytes ${start}-${end}/${content.length}`, etag: '"1"' },
      body: content.subarray(start, end + 1),
    };
  }

  function inPieces(change: (answer: ReturnType<typeof piece>) => ReturnType<typeof piece> = (answer) => answer) {
    storage.answer((request, response) => {
      const { status, headers, body } = change(piece(request));
      response.writeHead(status, headers).end(body);
    });
  }

  const look = (path = '/clip.mp4') => whileTurning(clock, client.lookAtMedia(new URL(path, storage.url).href, never));

  it('are read in the pieces that were asked for', async () => {
    inPieces();
    const media = await look();
    assert.deepEqual([media.bytes, media.inPieces, media.tag], [content.length, true, '"1"']);
    assert.deepEqual(Buffer.from(await client.readMedia(media, 100, 300, never)), content.subarray(100, 300));
    assert.ok(storage.seen.every(({ headers }) => headers.authorization === undefined));
  });

  it('are never taken for what another piece holds', async () => {
    inPieces();
    const media = await look();
    storage.answer((request, response) => {
      const { status, headers, body } = piece(request, 10);
      response.writeHead(status, headers).end(body);
    });
    await failing(client.readMedia(media, 100, 300, never), 'fileChanged');
    inPieces((answer) => ({ ...answer, headers: { ...answer.headers, etag: '"2"' } }));
    await failing(client.readMedia(media, 100, 300, never), 'fileChanged');
    inPieces((answer) => ({ ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip' } }));
    await failing(client.readMedia(media, 100, 300, never), 'fileChanged');
  });

  it('that are empty hold nothing, which nobody asks for', async () => {
    storage.answer({ status: 416, headers: { 'content-range': 'bytes */0' }, text: '' });
    const media = await look();
    assert.equal(media.bytes, 0);
    assert.equal((await client.readMedia(media, 0, 0, never)).byteLength, 0);
    assert.equal(storage.seen.length, 1);
  });

  it('come whole where there are no pieces, unless they are compressed or too large', async () => {
    const path = join(folder, 'clip');
    storage.answer({ text: content });
    const media = await look();
    assert.equal(media.inPieces, false);
    await client.saveMedia(media, path, content.length, never);
    assert.deepEqual(await readFile(path), content);
    await failing(client.saveMedia(media, path, content.length - 1, never), 'fileTooLarge');
    storage.answer({ headers: { 'content-encoding': 'gzip' }, text: content });
    await failing(client.saveMedia(media, path, content.length, never), 'badAnswer');
  });

  it('are asked for nowhere in the own network, nor along a redirect', async () => {
    const own = new NemoClient(clientOptions(new URL('https://api.example/'), { clock }));
    for (const address of [storage.url.href, 'https://192.168.1.1/clip.mp4', 'http://cdn.example/clip.mp4']) {
      const error = await failing(own.lookAtMedia(address, never), 'refused');
      assert.equal(error.notSent, true);
    }
    assert.equal(storage.seen.length, 0);
    await own.close();
    const there = new URL('/there.mp4', storage.url);
    // This machine too, by an address that a service on it does not have.
    there.hostname = '0.0.0.0';
    storage.answer({ status: 302, headers: { location: there.href }, text: '' }, { text: content });
    await failing(look(), 'badAnswer');
    assert.equal(storage.seen.length, 1);
  });

  it('that are announced as too large are given up before a byte of them', async () => {
    const path = join(folder, 'clip');
    storage.answer({ text: content });
    const media = await look();
    storage.answer((_request, response) => {
      response.writeHead(200, { 'content-length': content.length + 1 });
      response.flushHeaders();
    });
    const impatient = new NemoClient(clientOptions(storage.url, { clock, patience: { downloadMs: 300 } }));
    await failing(whileTurning(clock, impatient.saveMedia(media, path, content.length, never)), 'fileTooLarge');
    await impatient.close();
  });

  it('do not run in circles', async () => {
    storage.answer({ status: 302, headers: { location: '/round.mp4' }, text: '' });
    await failing(look(), 'badAnswer');
    assert.equal(storage.seen.length, 6);
  });

  it('that end too soon are asked for again, and are an error in the end', async () => {
    const path = join(folder, 'clip');
    storage.answer({ headers: { 'content-length': String(content.length) }, text: content });
    const media = await look();
    storage.answer((_request, response) => {
      response.socket?.write(`HTTP/1.1 200 OK\r\ncontent-length: ${content.length}\r\n\r\nhalf`);
      response.socket?.end();
    });
    const from = storage.seen.length;
    const error = await failing(
      whileTurning(clock, client.saveMedia(media, path, content.length, never)),
      'unreachable',
    );
    assert.equal(error.transient, true);
    assert.equal(storage.seen.length - from, 3);
  });

  it('hold no more than was asked for, whatever the service sends', async () => {
    inPieces();
    const media = await look();
    storage.answer((_request, response) => {
      response.writeHead(206, { 'content-range': `bytes 100-299/${content.length}`, etag: '"1"' });
      response.end(content.subarray(100));
    });
    assert.deepEqual(Buffer.from(await client.readMedia(media, 100, 300, never)), content.subarray(100, 300));
  });

  it('of another length are other media', async () => {
    inPieces();
    const media = await look();
    inPieces((answer) => ({
      ...answer,
      headers: { ...answer.headers, 'content-range': `bytes 100-299/${content.length + 1}` },
    }));
    await failing(client.readMedia(media, 100, 300, never), 'fileChanged');
  });

  describe('Addresses that files are fetched from', () => {
    const fetchable = (address: string, api = 'https://api.example/base') =>
      isFetchable(new URL(address), new URL(api));

    it('are those of the web over TLS', () => {
      assert.ok(fetchable('https://cdn.example/a.mp4?sig=1'));
      assert.ok(fetchable('https://1.1.1.1/a.mp4'));
      for (const address of ['http://cdn.example/a.mp4', 'file:///a.mp4', 'ftp://cdn.example/a', 'data:,a']) {
        assert.ok(!fetchable(address), address);
      }
    });

    // Each range of the registries of special-purpose addresses at its edges, and every way to write an address.
    for (const host of [
      ...['0.0.0.0', '0.255.255.255', '10.0.0.0', '10.1.2.3', '10.255.255.255', '100.64.0.0', '100.127.255.255'],
      ...['127.0.0.1', '127.255.255.255', '169.254.0.0', '169.254.169.254', '172.16.0.0', '172.31.255.255'],
      ...['192.0.0.0', '192.0.0.170', '192.0.2.1', '192.31.196.1', '192.52.193.1', '192.88.99.1', '192.168.0.1'],
      ...['192.168.255.255', '192.175.48.1', '198.18.0.0', '198.19.255.255', '198.51.100.7', '203.0.113.7'],
      ...['224.0.0.1', '239.255.255.250', '240.0.0.1', '254.1.2.3', '255.255.255.255'],
      ...['2130706433', '0x7f000001', '0x7f.1', '017700000001', '0177.0.0.1', '127.1', '10.1', '127.0.0.1.'],
      ...['１２７.0.0.1', '127。0。0。1', '%31%32%37.0.0.1'],
      ...['[::]', '[::1]', '[0:0:0:0:0:0:0:1]', '[::127.0.0.1]', '[::192.168.0.1]', '[::8.8.8.8]'],
      ...['[::ffff:192.168.0.1]', '[::ffff:8.8.8.8]', '[::ffff:0:1.2.3.4]'],
      ...['[64:ff9b::10.0.0.1]', '[64:ff9b::8.8.8.8]', '[64:ff9b:1::1]', '[100::1]', '[100:0:0:1::1]'],
      ...['[2001::1]', '[2001:0:a00:1::1]', '[2001:2::1]', '[2001:10::1]', '[2001:1ff::1]', '[2001:db8::1]'],
      ...['[2002:a00:1::1]', '[2002:808:808::1]', '[2620:4f:8000::1]', '[3fff::1]', '[4000::1]', '[5f00::1]'],
      ...['[fc00::1]', '[fd00::1]', '[fe80::1]', '[febf::1]', '[fec0::1]', '[feff::1]', '[ff02::1]', '[ff0e::1]'],
      ...['localhost', 'localhost.', 'LOCALHOST', 'ⓛocalhost', 'app.localhost', 'nas', 'nas.', 'printer.local'],
      ...['printer.local.', 'metadata.google.internal', 'router.home.arpa', 'router.lan', 'router.home', 'git.corp'],
      ...['wiki.intranet', 'localhost.localdomain'],
    ]) {
      it(`are not in a network of its own kind: ${host}`, () => {
        assert.ok(!fetchable(`https://${host}/a.mp4`));
        assert.ok(!fetchable(`http://${host}/a.mp4`));
      });
    }

    it('are those beside such ranges', () => {
      for (const host of [
        ...['1.0.0.1', '9.255.255.255', '11.0.0.1', '100.63.255.255', '100.128.0.1', '126.1.1.1', '128.0.0.1'],
        ...['169.253.1.1', '172.15.1.1', '172.32.0.1', '192.0.1.1', '192.167.1.1', '192.169.1.1', '198.17.255.255'],
        ...['198.20.0.1', '223.255.255.255', '[2001:200::1]', '[2001:4860:4860::8888]', '[2a00:1450::1]', '[2003::1]'],
        ...['cdn.example', 'local.example', 'lan.example', 'internal-cdn.example.com'],
      ]) {
        assert.ok(fetchable(`https://${host}/a.mp4`), host);
      }
    });

    it('are in the own network where the service is there', () => {
      assert.ok(fetchable('https://10.0.0.9/a.mp4', 'https://10.0.0.1/'));
      assert.ok(!fetchable('http://10.0.0.9/a.mp4', 'https://10.0.0.1/'));
      assert.ok(fetchable('http://127.0.0.1:5000/a.mp4', 'http://localhost:4000/'));
      assert.ok(!fetchable('http://10.0.0.9/a.mp4', 'http://localhost:4000/'));
      assert.ok(!fetchable('http://127.0.0.1:5000/a.mp4', 'https://127.0.0.1:4000/'));
      assert.ok(fetchable('https://cdn.corp/a.mp4', 'https://nemo.corp/'));
      for (const host of ['224.0.0.1', '240.0.0.1', '192.0.2.1', '[ff02::1]', '[2002:a00:1::1]', '[::ffff:10.0.0.1]']) {
        assert.ok(!fetchable(`https://${host}/a.mp4`, 'https://api.example/'), host);
      }
    });

    it('are the service’s own, wherever that is', () => {
      assert.ok(fetchable('http://127.0.0.1:4000/a.mp4', 'http://127.0.0.1:4000/'));
      assert.ok(fetchable('https://192.0.2.1/a.mp4', 'https://192.0.2.1/'));
    });
  });
});
