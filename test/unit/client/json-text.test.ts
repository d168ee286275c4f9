import assert from 'node:assert/strict';

import fc from 'fast-check';

import { JsonTooDeep, parseJson } from '../../../src/client/json-text.ts';
import { NemoClient } from '../../../src/client/nemo-client.ts';
import { clientOptions, collect, failing } from './client-fixture.ts';
import { startStubService, type StubService } from './stub-service.ts';

/** Lists, or objects, or both, within each other. */
const nested = (depth: number, kinds: readonly ('list' | 'object')[] = ['list']) => {
  const open = Array.from({ length: depth }, (_, at) => (kinds[at % kinds.length] === 'list' ? '[' : '{"a":'));
  const close = open.map((one) => (one === '[' ? ']' : '}')).reverse();
  return `${open.join('')}1${close.join('')}`;
};

describe('JSON as the service sends it', () => {
  it('is read down to 200 levels and no deeper, whatever they are made of', () => {
    for (const kinds of [['list'], ['object'], ['list', 'object', 'object']] as const) {
      assert.doesNotThrow(() => parseJson(nested(200, kinds)));
      assert.throws(() => parseJson(nested(201, kinds)), JsonTooDeep);
    }
    assert.throws(() => parseJson(`{"id":12345678901234567890,"a":${nested(500_000)}}`), JsonTooDeep);
    assert.throws(() => parseJson('['.repeat(5_000_000)), JsonTooDeep);
  });

  it('has no levels within its strings', () => {
    for (const text of [
      '['.repeat(1000),
      '\\"['.repeat(1000),
      `\\\\${'{'.repeat(300)}`,
      '"'.repeat(500),
      '\\'.repeat(501),
    ]) {
      assert.equal(parseJson(JSON.stringify(text)), text);
      assert.throws(() => parseJson(`[${JSON.stringify(text)},${nested(200)}]`), JsonTooDeep);
    }
  });

  it('is what JSON.parse makes of it, where it is not deep', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        if (!/\d{16}/.test(text)) assert.deepEqual(parseJson(text), JSON.parse(text));
      }),
    );
  });

  describe('that is too deep', () => {
    let service: StubService;
    let client: NemoClient;
    before(async () => {
      service = await startStubService();
      client = new NemoClient(clientOptions(service.url));
    });
    after(async () => {
      await client.close();
      await service.close();
    });

    it('is an answer that cannot be understood, asked for once', async () => {
      for (const text of [nested(100_000), `{"code":0,"data":{"available":1,"x":${nested(100_000, ['object'])}}}`]) {
        const from = service.seen.length;
        service.answer({ text });
        assert.match((await failing(client.credits(), 'badAnswer')).message, /nested too deeply/);
        assert.equal(service.seen.length, from + 1);
      }
    });

    it('is no draft, whether it comes as JSON or as a string of JSON', async () => {
      for (const draft of [nested(100_000), JSON.stringify(nested(100_000, ['object']))]) {
        service.answer({ text: `{"state":{"draft":${draft}}}` });
        assert.match((await failing(client.state('1'), 'badAnswer')).message, /nested too deeply/);
      }
    });

    it('is nothing but a sign of life in a turn', async () => {
      service.answer({
        text: `data: ${nested(100_000)}\n\ndata: {"type":"text","content":"yes"}\n\n`,
        headers: { 'content-type': 'text/event-stream' },
      });
      const events = await collect(client.sendMessage('1', 'hi'));
      assert.deepEqual(
        events.map(({ kind }) => kind),
        ['heartbeat', 'text'],
      );
    });

    it('is a refusal without words where the status refuses', async () => {
      service.answer({ status: 402, text: nested(10_000) });
      await failing(client.createSession('en'), 'planForbidsExport');
    });
  });
});
