import assert from 'node:assert/strict';

import fc from 'fast-check';

import { readEventStream } from '../../../src/client/event-stream.ts';
import type { FailureContext } from '../../../src/client/service-failures.ts';
import type { StreamEvent } from '../../../src/client/stream-event.ts';
import { collect, failing } from './client-fixture.ts';

const context: FailureContext = {
  endpoint: 'POST /run_sse',
  scope: 'write',
  mayRepeat: false,
  webUrl: new URL('https://nemovideo.example/'),
  userId: 'anon_1',
  isSignedIn: false,
};

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

/** The events of a stream that arrives in one piece. */
function eventsOf(stream: string | Uint8Array): Promise<StreamEvent[]> {
  return collect(readEventStream(each([Buffer.from(stream)]), context));
}

/** The events of one message. */
async function eventsIn(message: unknown): Promise<StreamEvent[]> {
  return eventsOf(`data: ${JSON.stringify(message)}\n\n`);
}

const mixedStream =
  '\u{FEFF}: awake\n' +
  'retry: 3000\r\n' +
  'data: {"type":"text","content":"Grüße, 世界 🎬"}\n\n' +
  'event: heartbeat\ndata: {}\n\n' +
  'data:\n\n' +
  'id: 7\rdata:{"type":"tool_call","name":"generate_video","args":{"prompt":"x"}}\r\r' +
  'data: {"content":{"parts":[{"text":"Ich "}],"role":"model"},\r\ndata: "partial":true,"id":"a","invocationId":"i"}\r\n\r\n' +
  'data: {"content":{"parts":[{"text":"so","thought":true},{"text":"Ich bin 👩‍🎤 da"}]},"id":"b","invocationId":"i"}\n\n' +
  'data: {"broken": \n\n' +
  'data: {"actions":{"stateDelta":{"draft":1}},"content":{"parts":[{"functionResponse":{"id":"c","name":"edit"}}],"role":"user"}}\n\n' +
  'data: {"errorCode":"STOP"}';

describe('The event stream of a turn', () => {
  describe('in the simple dialect', () => {
    it('tells text, whether it comes in «content» or in «text»', async () => {
      assert.deepEqual(await eventsIn({ type: 'text', content: 'Hello' }), [
        { kind: 'text', text: 'Hello', partial: false },
      ]);
      assert.deepEqual(await eventsIn({ type: 'text', text: 'Hello' }), [
        { kind: 'text', text: 'Hello', partial: false },
      ]);
    });

    it('tells that tools are called and answer, without their arguments and results', async () => {
      assert.deepEqual(await eventsIn({ type: 'tool_call', name: 'add_bgm', args: { secret: 1 } }), [
        { kind: 'toolCall', name: 'add_bgm' },
      ]);
      assert.deepEqual(await eventsIn({ type: 'tool_result', name: 'add_bgm', id: 3, result: { error: 'no' } }), [
        { kind: 'toolResult', name: 'add_bgm', id: '3' },
      ]);
    });

    it('tells an error with its words and, for a code of the service, what it means', async () => {
      assert.deepEqual(await eventsIn({ type: 'error', message: 'No luck' }), [{ kind: 'error', message: 'No luck' }]);
      const [event] = await eventsIn({ type: 'error', code: 2001, message: 'no credits' });
      assert.ok(event?.kind === 'error' && event.failure);
      assert.equal(event.serviceCode, 2001);
      assert.equal(event.failure.code, 'noCredits');
      assert.equal(event.failure.steps[0]?.argument, 'https://nemovideo.example/register?bind=anon_1');
    });
  });

  describe('in the dialect of the Agent Development Kit', () => {
    it('tells pieces of text as partial and the whole that follows as not', async () => {
      assert.deepEqual(
        await eventsIn({
          content: { parts: [{ text: 'Hel' }, { text: 'lo' }], role: 'model' },
          partial: true,
          author: 'nemo',
          id: 'e1',
          invocationId: 'i1',
          timestamp: 1760000000.5,
        }),
        [{ kind: 'text', text: 'Hello', partial: true, id: 'e1', invocationId: 'i1', author: 'nemo' }],
      );
      assert.deepEqual(await eventsIn({ content: { parts: [{ text: 'Hello' }] }, invocation_id: 'i1' }), [
        { kind: 'text', text: 'Hello', partial: false, invocationId: 'i1' },
      ]);
    });

    it('keeps thoughts, and what the user said, from the user', async () => {
      const events = await eventsIn({
        content: {
          parts: [
            { text: 'hm', thought: true },
            { text: 'Done.' },
            { text: ' hmm', thought: true },
            { text: ' Look.' },
          ],
        },
      });
      assert.deepEqual(events, [
        { kind: 'thinking' },
        { kind: 'text', text: 'Done. Look.', partial: false },
        { kind: 'thinking' },
      ]);
      assert.deepEqual(await eventsIn({ author: 'user', content: { parts: [{ text: 'make it' }], role: 'user' } }), [
        { kind: 'heartbeat' },
      ]);
    });

    it('tells calls and responses in camelCase and in snake_case', async () => {
      assert.deepEqual(
        await eventsIn({
          content: {
            parts: [
              { functionCall: { id: 'c1', name: 'trim', args: {} } },
              { function_call: { name: 'split' } },
              { functionResponse: { id: 'c1', name: 'trim', response: { error: 'none' } } },
              { function_response: { name: 'split' } },
            ],
            role: 'user',
          },
        }),
        [
          { kind: 'toolCall', name: 'trim', id: 'c1' },
          { kind: 'toolCall', name: 'split' },
          { kind: 'toolResult', name: 'trim', id: 'c1' },
          { kind: 'toolResult', name: 'split' },
        ],
      );
    });

    it('tells a change of the state, unless it is an empty one', async () => {
      assert.deepEqual(await eventsIn({ actions: { stateDelta: { draft: {} } } }), [{ kind: 'stateDelta' }]);
      assert.deepEqual(await eventsIn({ actions: { state_delta: { draft: {} } } }), [{ kind: 'stateDelta' }]);
      assert.deepEqual(await eventsIn({ actions: { stateDelta: {}, artifactDelta: {} } }), [{ kind: 'heartbeat' }]);
    });

    for (const reason of ['STOP', 'MODEL_RETURNED_NO_CONTENT']) {
      it(`takes ${reason}, whatever is said of it, for the end of a silent edit, not for a failure`, async () => {
        assert.deepEqual(await eventsIn({ errorCode: reason }), [{ kind: 'silentEnd', reason }]);
        assert.deepEqual(await eventsIn({ error_code: reason, error_message: '' }), [{ kind: 'silentEnd', reason }]);
        for (const words of ['The model returned no content.', 'Error 2001']) {
          assert.deepEqual(await eventsIn({ errorCode: reason, errorMessage: words }), [{ kind: 'silentEnd', reason }]);
          assert.deepEqual(await eventsIn({ error_code: reason, error_message: words, content: { parts: [] } }), [
            { kind: 'silentEnd', reason },
          ]);
        }
      });
    }

    it('tells an exception that an old server writes with its quotes and lines as they are', async () => {
      for (const [text, words] of [
        ['{"error": "Invalid "model" given"}', /^Invalid "model" given$/],
        ['{"error": "litellm.BadRequestError: {\'error\': {"code": 400}}"}', /^litellm\.BadRequestError/],
        ['{"error": "Traceback (most recent call last):\n  File "x.py", line 3\n\nValueError: no"}', /^Traceback/],
        ["{'error': 'quota'}", /^quota$/],
        ['{ "error" : "', /^$/],
        [`{"error": "${'x "y" '.repeat(100_000)}"}`, /^x "y" x/],
      ] as const) {
        const told = await eventsOf(
          `data: {"content":{"parts":[{"text":"Sure, "}]},"partial":true}\n\ndata: ${text}\n\n`,
        );
        assert.deepEqual(
          told.map(({ kind }) => kind).filter((kind) => kind !== 'heartbeat'),
          ['text', 'error'],
          text.slice(0, 60),
        );
        const last = told.findLast(({ kind }) => kind === 'error');
        assert.ok(last?.kind === 'error' && words.test(last.message) && last.message.length <= 200, last?.kind);
      }
      for (const text of ['{"errors": "x" y"}', 'error: "x"', '{"text": "an "error": "x"}']) {
        assert.deepEqual(
          (await eventsOf(`data: ${text}\n\n`)).map(({ kind }) => kind),
          ['heartbeat'],
          text,
        );
      }
    });

    it('tells errors: «error», «errorCode» with «errorMessage», in either case', async () => {
      assert.deepEqual(await eventsIn({ error: 'It broke.' }), [{ kind: 'error', message: 'It broke.' }]);
      assert.deepEqual(await eventsIn({ errorCode: 'RESOURCE_EXHAUSTED', errorMessage: 'Too much' }), [
        { kind: 'error', code: 'RESOURCE_EXHAUSTED', message: 'Too much' },
      ]);
      assert.deepEqual(await eventsIn({ error_code: 'SAFETY', error_message: 'Halt' }), [
        { kind: 'error', code: 'SAFETY', message: 'Halt' },
      ]);
      assert.deepEqual(await eventsIn({ error: null, content: { parts: [{ text: 'fine' }] } }), [
        { kind: 'text', text: 'fine', partial: false },
      ]);
    });
  });

  it('takes everything that says nothing for a sign of life', async () => {
    for (const message of [
      {},
      { content: {} },
      { content: { parts: [] } },
      { content: { parts: [{ text: '' }] } },
      [],
      5,
    ]) {
      assert.deepEqual(await eventsIn(message), [{ kind: 'heartbeat' }], JSON.stringify(message));
    }
    assert.deepEqual(await eventsIn({ type: 'heartbeat' }), [{ kind: 'heartbeat' }]);
    assert.deepEqual(await eventsOf('event: heartbeat\ndata: 17:03\n\n'), [{ kind: 'heartbeat' }]);
    assert.deepEqual(await eventsOf('data:\n\ndata: \n\n'), [{ kind: 'heartbeat' }, { kind: 'heartbeat' }]);
    assert.deepEqual(await eventsOf(': still here\n\n'), [{ kind: 'heartbeat' }]);
  });

  it('takes an event that is named a heartbeat for one, whatever it carries', async () => {
    assert.deepEqual(await eventsOf('event: heartbeat\ndata: {"type":"text","content":"tick"}\n\n'), [
      { kind: 'heartbeat' },
    ]);
  });

  it('does not take the error that a tool’s result holds for one of the turn', async () => {
    assert.deepEqual(await eventsIn({ type: 'tool_result', name: 'trim', error: 'no clip', code: 500 }), [
      { kind: 'toolResult', name: 'trim' },
    ]);
  });

  it('survives a broken event, and tells nothing of what was in it', async () => {
    const events = await eventsOf('data: {"type":"text","content":"sec\n\ndata: {"type":"text","content":"fine"}\n\n');
    assert.deepEqual(events, [{ kind: 'heartbeat' }, { kind: 'text', text: 'fine', partial: false }]);
  });

  it('never lets a token or a page out of an error', async () => {
    const [leak] = await eventsIn({ error: 'Token nmv_usr_abc123 refused for Bearer xyz' });
    assert.deepEqual(leak, { kind: 'error', message: 'Token … refused for …' });
    const [page] = await eventsIn({ error: '<html><body>502</body></html>' });
    assert.deepEqual(page, { kind: 'error', message: '' });
  });

  it('counts a last event that lacks its blank line, or its line end', async () => {
    const last = [{ kind: 'text', text: 'end', partial: false }];
    assert.deepEqual(await eventsOf('data: {"type":"text","content":"end"}\n'), last);
    assert.deepEqual(await eventsOf('data: {"type":"text","content":"end"}'), last);
    assert.deepEqual(await eventsOf('data: {"type":"text","content":"end"}\r'), last);
  });

  it('refuses an event that never ends', async () => {
    const piece = Buffer.from(`data: ${'x'.repeat(1024 * 1024)}`);
    const endless = (function* () {
      for (;;) yield piece;
    })();
    await failing(collect(readEventStream(each(endless), context)), 'badAnswer');
  });

  it('is the same turn wherever the bytes are cut', async () => {
    const bytes = Buffer.from(mixedStream);
    const whole = await eventsOf(bytes);
    assert.deepEqual(
      whole.map(({ kind }) => kind),
      [
        'heartbeat',
        'text',
        'heartbeat',
        'heartbeat',
        'toolCall',
        'text',
        'thinking',
        'text',
        'heartbeat',
        'toolResult',
        'stateDelta',
        'silentEnd',
      ],
    );
    for (let cut = 0; cut <= bytes.length; cut++) {
      const parts = [bytes.subarray(0, cut), bytes.subarray(cut)];
      assert.deepEqual(await collect(readEventStream(each(parts), context)), whole, `cut at ${cut}`);
    }
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
    assert.deepEqual(await collect(readEventStream(each(single), context)), whole, 'byte by byte');
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(bytes.length), { maxLength: 40 }), async (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const parts = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
        assert.deepEqual(await collect(readEventStream(each(parts), context)), whole);
      }),
      { numRuns: 300 },
    );
  });

  it('never breaks on what a service may send', async () => {
    const anyEvent = fc.oneof(
      fc.json(),
      fc
        .record(
          {
            type: fc.oneof(fc.constantFrom('text', 'error', 'tool_call', 'heartbeat'), fc.anything()),
            content: fc.anything(),
            actions: fc.anything(),
            error: fc.anything(),
            errorCode: fc.anything(),
            partial: fc.anything(),
          },
          { requiredKeys: [] },
        )
        .map((value) => JSON.stringify(value) as string | undefined),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { maxLength: 5 }), async (messages) => {
        const events = await eventsOf(messages.map((message) => `data: ${message ?? ''}\n\n`).join(''));
        assert.ok(events.length >= messages.length);
      }),
      { numRuns: 300 },
    );
  });
});
