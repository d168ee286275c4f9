import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';

import { NemoClient } from '../../../src/client/nemo-client.ts';
import { clientOptions, collect, failing } from './client-fixture.ts';
import { startStubService, type StubAnswer, type StubService } from './stub-service.ts';

const megabyte = 1024 * 1024;

describe('The size of an answer', () => {
  let service: StubService;
  let client: NemoClient;
  /** How many megabytes the service has sent. */
  let sent: number;
  before(async () => {
    service = await startStubService();
    client = new NemoClient(clientOptions(service.url));
  });
  beforeEach(() => {
    sent = 0;
  });
  after(async () => {
    await client.close();
    await service.close();
  });

  /** Goes on with megabytes of `filling` until nobody listens any more, or `most` are sent. */
  const endless =
    (status: number, type: string, beginning: string, filling: string, most: number): StubAnswer =>
    (_request, response: ServerResponse) => {
      response.writeHead(status, { 'content-type': type });
      response.write(beginning);
      const piece = Buffer.from(filling.repeat(Math.ceil(megabyte / filling.length)));
      const write = (): void => {
        while (!response.destroyed && sent < most) {
          sent++;
          if (!response.write(piece)) return void response.once('drain', write);
        }
        response.end();
      };
      write();
    };

  it('of a refusal is of no account: what it is, is known already', async () => {
    for (const type of ['application/json', 'text/html']) {
      sent = 0;
      service.answer(endless(402, type, '{"code":402,"message":"', 'x', 512));
      await failing(client.createSession('en'), 'planForbidsExport');
      assert.ok(sent < 64, `${sent} MB were sent`);
    }
  });

  it('of a web page in the place of an answer is limited', async () => {
    service.answer(endless(200, 'text/html', '<html>', 'x', 512));
    await failing(client.createSession('en'), 'badAnswer');
    assert.ok(sent < 64, `${sent} MB were sent`);
  });

  it('of a web page in the place of a stream is limited', async () => {
    service.answer(endless(200, 'text/html', '<html>', 'x', 512));
    await failing(collect(client.sendMessage('1', 'hi')), 'badAnswer');
    assert.ok(sent < 64, `${sent} MB were sent`);
  });

  it('of a state may hold a large draft, up to 64 MB', async function () {
    this.timeout(60_000);
    const draft = `"${'x'.repeat(20 * megabyte)}"`;
    service.answer({ text: `{"state":{"draft":{"t":[],"notes":${draft}}}}` });
    assert.equal((await client.state('1')).draftText?.length, '{"t":[],"notes":}'.length + draft.length);

    service.answer(endless(200, 'application/json', '{"state":{"draft":"', 'x', 512));
    assert.match((await failing(client.state('1'), 'badAnswer')).message, /64 MB/);
    assert.ok(sent < 160, `${sent} MB were sent`);
  });

  it('of one event is limited, and one that is as long as a draft is read', async function () {
    this.timeout(60_000);
    const text = 'x'.repeat(10 * megabyte);
    service.answer({
      text: `data: ${JSON.stringify({ type: 'text', content: text })}\n\n`,
      headers: { 'content-type': 'text/event-stream' },
    });
    const [event] = await collect(client.sendMessage('1', 'hi'));
    assert.equal(event?.kind === 'text' && event.text.length, text.length);

    service.answer(endless(200, 'text/event-stream', 'data: {"type":"text","content":"', 'x', 200));
    assert.match((await failing(collect(client.sendMessage('1', 'hi')), 'badAnswer')).message, /event is too long/);
    assert.ok(sent < 120, `${sent} MB were sent`);
  });

  it('of a whole stream is limited', async function () {
    this.timeout(60_000);
    // Long comments: the least work for the most bytes.
    service.answer(endless(200, 'text/event-stream', ': awake\n', `:${'x'.repeat(megabyte - 2)}\n`, 400));
    const turn = async () => {
      for await (const { kind } of client.sendMessage('1', 'hi')) assert.equal(kind, 'heartbeat');
    };
    assert.match((await failing(turn(), 'badAnswer')).message, /stream is too long/);
    assert.ok(sent < 400, `${sent} MB were sent`);
  });
});
