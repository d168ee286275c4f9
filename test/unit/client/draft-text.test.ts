import assert from 'node:assert/strict';

import fc from 'fast-check';

import { NemoClient } from '../../../src/client/nemo-client.ts';
import { clientOptions, failing } from './client-fixture.ts';
import { startStubService, type StubService } from './stub-service.ts';

const output = { format: 'mp4', quality: 'high' };

describe('The draft', () => {
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

  /** What arrives in a render request when `draft` stood in the state answer. */
  async function passOn(answerText: string): Promise<{ draftText: string | undefined; body: string }> {
    service.answer({ text: answerText, headers: { 'content-type': 'application/json' } });
    const { draftText } = await client.state('7301234567890123456');
    service.answer({ json: { id: 'render_1', status: 'pending', progress: 0 } });
    if (draftText === undefined) return { draftText, body: '' };
    await client.submitRender({ id: 'render_1', sessionId: '7301234567890123456', draftText, output });
    return { draftText, body: service.seen.at(-1)!.body.toString('utf8') };
  }

  const bodyWith = (draft: string) =>
    `{"id":"render_1","sessionId":"7301234567890123456","draft":${draft},"output":{"format":"mp4","quality":"high"}}`;

  it('goes from the state answer into the render request byte for byte', async () => {
    const draft =
      '{ "zeta" : 1.0, "t":[ {"tt":0,"sg":[{"id":73012345678901234567,"d":1e3}]} ],\n\t"a":"\\u00e9é\\/", "b":-0, "t2": {}, "10":1,"9":2 }';
    for (const answer of [
      `{"code":0,"message":"ok","data":{"session_id":"1","state":{"video_infos":[],"draft": ${draft} ,"z":1}}}`,
      `{"success":true,"data":{"session_id":"1","state":{"draft":${draft}}}}`,
      `{"session_id":"1","state":{"draft":${draft},"canvas_config":null}}`,
    ]) {
      const { draftText, body } = await passOn(answer);
      assert.equal(draftText, draft);
      assert.equal(body, bodyWith(draft));
    }
  });

  it('is the last one where a key stands there twice, as every reader takes it', async () => {
    const { draftText } = await passOn(
      '{"data":{"state":{"draft":{"old":1}}},"code":0,"data":{"x":{"state":{"draft":0}},"state":{"draft":{"a":1},"draft":{"b":2}}}}',
    );
    assert.equal(draftText, '{"b":2}');
  });

  it('may come as text with JSON in it', async () => {
    const draft = '{"id":73012345678901234567, "t":[]}';
    const { draftText, body } = await passOn(JSON.stringify({ code: 0, data: { state: { draft } } }));
    assert.equal(draftText, draft);
    assert.equal(body, bodyWith(draft));
  });

  it('is absent where the session has none yet', async () => {
    for (const state of ['null', '{}', '{"draft":null}', '{"draft":""}', '{"draft":"null"}']) {
      const { draftText } = await passOn(`{"code":0,"data":{"session_id":"1","state":${state}}}`);
      assert.equal(draftText, undefined, state);
    }
  });

  it('keeps every digit of its ids for reading, too', async () => {
    service.answer({
      text: '{"data":{"state":{"draft":{"id":7301234567890123457,"d":10000,"f":0.1234567890123456}}}}',
    });
    const { draft } = await client.state('1');
    assert.deepEqual(draft, { id: '7301234567890123457', d: 10000, f: 0.1234567890123456 });
  });

  it('is refused where it is no JSON, without a word of what it was', async () => {
    service.answer({ json: { code: 0, data: { state: { draft: '{"secret' } } } });
    const bad = await failing(client.state('1'), 'badAnswer');
    assert.match(bad.message, /data\.state\.draft/);
    assert.doesNotMatch(bad.message + String(bad.cause), /secret/);
    const sent = service.seen.length;
    await failing(client.submitRender({ id: 'r', sessionId: '1', draftText: '{"secret', output }), 'nothingToExport');
    assert.equal(service.seen.length, sent);
  });

  it('survives whatever it holds', async () => {
    /** JSON as a strange service might write it: odd spaces, escapes, numbers beyond doubles, keys in any order. */
    const space = fc.constantFrom('', ' ', '\n', '\t', '\r\n  ');
    const key = fc.oneof(
      fc.constantFrom('"draft"', '"state"', '"data"', '"__proto__"', '"\\u0061"'),
      fc.string().map((text) => JSON.stringify(text)),
    );
    const { value } = fc.letrec<{ value: string; object: string; list: string; leaf: string }>((tie) => ({
      leaf: fc.oneof(
        fc.bigInt().map(String),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
        fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
        fc.constantFrom('null', 'true', '1E400', '-0.0', '"}]{["', '"\\"draft\\":{"'),
      ),
      object: fc
        .array(fc.tuple(space, key, space, tie('value'), space), { maxLength: 5 })
        .map((items) => `{${items.map(([a, name, b, one, c]) => `${a}${name}${b}:${one}${c}`).join(',')}}`),
      list: fc
        .array(fc.tuple(space, tie('value')), { maxLength: 4 })
        .map((items) => `[${items.map((item) => item.join('')).join(',')}]`),
      value: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('object'), tie('list')),
    }));
    const draft = value.filter((text) => text.startsWith('{'));
    await fc.assert(
      fc.asyncProperty(draft, value, space, async (text, other, gap) => {
        const answer = `{"other":${other},"data":{"a":${other},"state":{"x":${other},"draft"${gap}:${gap}${text}${gap},"y":${other}}${gap}}}`;
        const passed = await passOn(answer);
        assert.equal(passed.draftText, text);
        assert.equal(passed.body, bodyWith(text));
      }),
      { numRuns: 150 },
    );
  });
});
