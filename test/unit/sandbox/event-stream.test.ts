import assert from 'node:assert/strict';
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { smallClips } from './small-clips.ts';
import { readTurn, Visitor } from './visitor.ts';
import type { WireTurn } from './visitor.ts';

describe('sandbox: the event stream', () => {
  let sandbox: Sandbox;
  /** Somebody with a clip on the timeline. */
  const arrive = async (options: SandboxOptions = {}): Promise<Visitor> => {
    sandbox = await startSandbox({ silentRate: 0, credits: 10_000, answers: 'wrapped', ...options });
    const visitor = await Visitor.arrive(sandbox);
    await visitor.upload((await smallClips()).picture);
    return visitor;
  };
  afterEach(() => sandbox.close());
  const parts = (turn: WireTurn) =>
    turn.events.flatMap(
      (event) => (event['content'] as { parts?: Record<string, unknown>[] } | undefined)?.parts ?? [],
    );

  it('speaks the simple form: text, calls and results by their type', async () => {
    const visitor = await arrive({ dialect: 'simple' });
    const turn = await visitor.say('make it 9:16');
    assert.match(turn.words, /9:16 \(200×356\)/);
    assert.deepEqual([...new Set(turn.events.map((event) => event['type']))], ['tool_call', 'tool_result', 'text']);
    assert.equal(turn.events.find((event) => event['type'] === 'tool_call')?.['name'], 'change_aspect_ratio');
  });

  it('speaks the ADK form: thoughts, calls with ids, state deltas, and text that its pieces said before', async () => {
    const visitor = await arrive({ dialect: 'adk' });
    const said = new Set<string>();
    for (const ratio of ['9:16', '16:9', '1:1', '9:16', '16:9', '1:1']) {
      const turn = await visitor.say(`make it ${ratio}`);
      assert.match(turn.words, new RegExp(`The canvas is now ${ratio}`));
      const all = parts(turn);
      assert.ok(all.some((part) => part['thought'] === true));
      const call = all.find((part) => part['functionCall'] !== undefined && 'id' in (part['functionCall'] as object));
      assert.match((call?.['functionCall'] as { id: string }).id, /^adk-/);
      assert.ok(all.some((part) => part['functionResponse'] !== undefined));
      assert.ok(turn.events.some((event) => event['actions'] !== undefined));
      assert.equal(new Set(turn.events.map((event) => event['invocationId']).filter(Boolean)).size, 1);
      const pieces = turn.events.filter(
        (event) => event['partial'] === true && !JSON.stringify(event).includes('thought'),
      );
      said.add(pieces.length > 0 ? 'pieces' : 'whole');
    }
    assert.deepEqual([...said].toSorted(), ['pieces', 'whole']);
  });

  it('speaks one of the two in a session, and both over the sessions, where it is mixed', async () => {
    const visitor = await arrive({ dialect: 'mixed' });
    const forms = new Set<string>();
    for (let index = 0; index < 8; index++) {
      await visitor.newSession();
      const turns = [await visitor.say('hello'), await visitor.say('hello')];
      const inSession = new Set(turns.map((turn) => (turn.events.some((event) => 'type' in event) ? 'simple' : 'adk')));
      assert.equal(inSession.size, 1);
      for (const form of inSession) forms.add(form);
    }
    assert.equal(forms.size, 2);
  });

  it('speaks both within one stream where they are interleaved', async () => {
    const visitor = await arrive({ dialect: 'interleaved' });
    let text = '';
    for (let index = 0; index < 6; index++) text += (await visitor.say('make it square')).raw;
    assert.match(text, /"type":\s*"text"/);
    assert.match(text, /"invocationId"/);
  });

  it('frames events in all the ways of the standard', async () => {
    const visitor = await arrive({ dialect: 'simple' });
    let all = '';
    for (let index = 0; index < 30; index++) {
      await visitor.newSession();
      const turn = await visitor.say('hello');
      assert.match(turn.words, /^Hello!/);
      all += turn.raw;
    }
    for (const [what, pattern] of Object.entries({
      CRLF: /data[^\r\n]*\r\n\r\n/,
      CR: /data[^\r\n]*\r\r/,
      LF: /data[^\r\n]*\n\n/,
      'no space': /data:\{/,
      'a comment': /(?:^|[\r\n]):keep-alive/,
      'an id': /id: ?1/,
      retry: /retry: ?3000/,
      'several data lines': /data: ?\{\r?\n?data: ? ?"/,
    })) {
      assert.match(all, pattern, what);
    }
  });

  it('sends heartbeats in every form while work goes on', async () => {
    const visitor = await arrive({ heartbeatMs: 2, streamLifeMs: 400 });
    sandbox.configure({ nextTurn: 'heartbeats' });
    const turn = await visitor.say('make it square');
    const forms = new Set(turn.frames.map((frame) => `${frame.name ?? ''} ${frame.data.replace(/\s/g, '')}`));
    assert.deepEqual([...forms].toSorted(), [' ', ' {"type":"heartbeat"}', 'heartbeat ', 'heartbeat {}']);
    assert.equal(turn.words, '');
  });

  it('answers Chinese in Chinese, split between the bytes of a character at times', async () => {
    const visitor = await arrive();
    assert.match((await visitor.say('改成竖屏')).words, /画面比例已改为 9:16/);
    assert.match((await visitor.say('你好')).words, /^你好！/);
  });

  it('ends about as many edits without words as it is told, and changes the draft all the same', async () => {
    const visitor = await arrive({ silentRate: 0.3 });
    let silent = 0;
    for (let index = 0; index < 40; index++) {
      const before = (await visitor.state()).draftText;
      const turn = await visitor.say(index % 2 === 0 ? 'make it 9:16' : 'make it 16:9');
      assert.notEqual((await visitor.state()).draftText, before);
      if (turn.words === '') silent += 1;
    }
    assert.ok(silent >= 5 && silent <= 20, `${silent} of 40`);
  });

  it('never answers a question with silence', async () => {
    const visitor = await arrive({ silentRate: 1 });
    for (const question of ['hello', 'what now?', 'export it', 'write a voiceover script']) {
      assert.notEqual((await visitor.say(question)).words, '', question);
    }
  });

  it('ends a silent edit with STOP or MODEL_RETURNED_NO_CONTENT where that is asked for', async () => {
    const visitor = await arrive({ dialect: 'adk' });
    sandbox.configure({ nextTurn: 'silentStop' });
    assert.equal((await visitor.say('make it square')).events.at(-1)?.['errorCode'], 'STOP');
    sandbox.configure({ nextTurn: 'silentNoContent' });
    assert.equal((await visitor.say('make it 9:16')).events.at(-1)?.['errorCode'], 'MODEL_RETURNED_NO_CONTENT');
    sandbox.configure({ nextTurn: 'silent' });
    assert.equal((await visitor.say('make it 16:9')).words, '');
    assert.notEqual((await visitor.say('make it 1:1')).words, '');
  });

  it('talks to people who have a screen before them', async () => {
    const visitor = await arrive();
    sandbox.configure({ nextTurn: 'gui' });
    const { words } = await visitor.say('make it square');
    for (const talk of [
      /Click the Export button/,
      /Open the Tracks panel/,
      /drag the clip/,
      /preview it in the timeline/,
    ]) {
      assert.match(words, talk);
    }
    assert.match((await visitor.say('export 1080p MP4')).words, /Click the Export button/);
    assert.match((await visitor.say('导出 1080p MP4')).words, /点击.*导出/);
    assert.match((await visitor.say('show tracks')).words, /Tracks panel/);
    assert.match((await visitor.say('how many credits are left')).words, /account/);
  });

  it('adds a temporary issue behind a normal answer', async () => {
    const visitor = await arrive();
    sandbox.configure({ nextTurn: 'temporaryIssue' });
    assert.match(
      (await visitor.say('make it square')).words,
      /^The canvas is now 1:1.*I encountered a temporary issue$/s,
    );
  });

  it('answers with an error as JSON under HTTP 200 before the stream, and takes no message then', async () => {
    const visitor = await arrive();
    sandbox.configure({ nextTurn: 'errorJson' });
    const response = await visitor.openTurn('make it square');
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'application/json; charset=utf-8']);
    assert.notEqual(((await response.json()) as { code: number }).code, 0);
    assert.equal(sandbox.messages.length, 0);
  });

  it('breaks off with an error in the midst of the stream, and charges nothing', async () => {
    for (const dialect of ['simple', 'adk'] as const) {
      const visitor = await arrive({ dialect });
      const before = await visitor.state();
      sandbox.configure({ nextTurn: 'midStreamError' });
      const turn = await visitor.say('make it square');
      assert.match(turn.words, /^Sure/);
      assert.match(JSON.stringify(turn.events.at(-1)), /Model overloaded/);
      assert.equal((await visitor.state()).draftText, before.draftText);
      assert.equal((await visitor.credits()).data['total'], 10_000);
      if (dialect === 'simple') await sandbox.close();
    }
  });

  it('breaks off with an exception as old servers write it, which is no JSON', async () => {
    for (const dialect of ['simple', 'adk'] as const) {
      const visitor = await arrive({ dialect });
      sandbox.configure({ nextTurn: 'brokenError' });
      const raw = await (await visitor.openTurn('make it square')).text();
      assert.match(raw, /data: ?\{"error": "Traceback[^]*File "agent\.py"/);
      assert.equal((await visitor.credits()).data['total'], 10_000);
      if (dialect === 'simple') await sandbox.close();
    }
  });

  it('leaves the stream open behind the answer, until its life ends', async () => {
    const visitor = await arrive({ dialect: 'simple', streamLifeMs: 300 });
    sandbox.configure({ nextTurn: 'stayOpen' });
    const response = await visitor.openTurn('make it square');
    let raw = '';
    let seen = '';
    assert.ok(response.body !== null);
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      raw += text;
      // The edit is done, although the stream goes on.
      if (seen === '' && readTurn(raw).words.includes('1:1')) seen = (await visitor.state()).draftText;
    }
    assert.match(seen, /Crop to fill/);
    assert.match(readTurn(raw).words, /1:1/);
  });

  it('goes on with the work when the listener leaves', async () => {
    const visitor = await arrive();
    const before = (await visitor.state()).draftText;
    sandbox.addFault({ endpoint: 'runSse', moment: 'beforeAnswer', kind: 'reset' });
    await assert.rejects(visitor.say('make it square'));
    let after = before;
    while (after === before) after = (await visitor.state()).draftText;
    assert.equal(sandbox.messages.length, 1);
  });

  it('tells a generated clip in two stages', async function () {
    this.timeout(60_000);
    const visitor = await arrive({ dialect: 'simple', streamLifeMs: 20_000 });
    await visitor.newSession();
    const { words, events } = await visitor.say('generate a 2-second video of a city timelapse');
    assert.match(
      words,
      /^Your raw clip «city timelapse» is ready \(2 s, 1920×1080\).*background music: Lo-fi.*title "City Timelapse"/s,
    );
    const names = events.filter((event) => event['type'] === 'tool_call').map((event) => event['name']);
    assert.deepEqual(names, ['generate_video', 'add_background_music', 'add_title', 'color_grade']);
    const state = await visitor.state();
    assert.deepEqual(
      state.draft.t.map((track) => track.m.title),
      ['Video', 'BGM', 'Title'],
    );
    assert.equal((state.data['generated_media'] as unknown[]).length, 2);
  });

  it('ends with the sandbox', async () => {
    const visitor = await arrive();
    sandbox.configure({ nextTurn: 'stayOpen' });
    const response = await visitor.openTurn('hello');
    const ended = assert.rejects(response.text());
    await sandbox.close();
    await ended;
  });

  it('refuses a message that is none with 400', async () => {
    const visitor = await arrive();
    for (const json of [
      {},
      { app_name: 'other' },
      { app_name: 'nemo_agent', user_id: 'me', session_id: visitor.sessionId, new_message: { parts: [] } },
    ]) {
      assert.equal((await visitor.send('POST', '/run_sse', { json })).status, 400);
    }
    assert.equal((await visitor.send('POST', '/run_sse', { body: '{"app' })).status, 400);
  });
});
