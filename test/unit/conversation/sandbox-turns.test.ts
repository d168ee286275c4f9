import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

import { type Clock, systemClock } from '../../../src/client/clock.ts';
import { fileUploadSource } from '../../../src/client/file-source.ts';
import type { NemoClient } from '../../../src/client/nemo-client.ts';
import type { StateAnswer } from '../../../src/client/service-values.ts';
import { runTurn } from '../../../src/conversation/turn.ts';
import { isReadyToExport, readDraft } from '../../../src/timeline/read-draft.ts';
import { summarizeTimeline } from '../../../src/timeline/summary.ts';
import type { NextTurn, Sandbox } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { anonymousClient } from '../client/client-fixture.ts';
import { smallClips } from '../sandbox/small-clips.ts';
import { WatchedTurn } from './scripted-service.ts';

/** Time runs fifty times as fast: half a minute's wait is over in 0.6 s. */
const fast = 50;
const fastClock: Clock = {
  now: () => performance.now() * fast,
  sleep: (ms, signal) => delay(ms / fast, undefined, signal ? { signal } : {}),
  limit: (ms, act) => systemClock.limit(ms / fast, act),
};

describe('Turns with a service that works', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let client: NemoClient;

  before(async () => {
    sandbox = await startSandbox({ credits: 1_000_000, silentRate: 0, seed: 7 });
    ({ client } = anonymousClient(sandbox.url));
  });
  after(async () => {
    await client.close();
    await sandbox.close();
  });
  beforeEach(() => {
    sandbox.clearFaults();
  });

  /** A session with a clip of six seconds on its timeline. */
  async function session(): Promise<StateAnswer> {
    const { sessionId } = await client.createSession('en');
    await client.uploadFile(sessionId, await fileUploadSource((await smallClips()).talk));
    return client.state(sessionId);
  }

  function begin(before: StateAnswer, text: string, nextTurn?: NextTurn) {
    sandbox.configure({ nextTurn });
    const stop = new AbortController();
    const { signal } = stop;
    const turn = new WatchedTurn(
      runTurn({ client, sessionId: before.sessionId, text, before, clock: fastClock, signal, guiActions: true }),
    );
    return { turn, stop };
  }

  async function turnOn(before: StateAnswer, text: string, nextTurn?: NextTurn): Promise<WatchedTurn> {
    const { turn } = begin(before, text, nextTurn);
    await turn.result;
    return turn;
  }

  const received = (sessionId: string) => sandbox.messages.filter((message) => message.sessionId === sessionId).length;

  for (const dialect of ['simple', 'adk', 'interleaved'] as const) {
    describe(`in the ${dialect} form`, () => {
      beforeEach(() => sandbox.configure({ dialect }));

      it('answers an edit with words and changes', async () => {
        const turn = await turnOn(await session(), 'Add a title "Paradise Found" for 3 seconds', 'text');
        const { outcome, changes, text } = await turn.result;
        assert.equal(outcome, 'answered');
        assert.deepEqual(
          changes.map(({ sentence }) => sentence),
          ['Title added: "Paradise Found" (0–3 s)'],
        );
        assert.equal(text.split('Paradise Found').length, 2, text);
        assert.equal(turn.text, text);
      });

      it('answers a silent edit with what changed', async () => {
        // Only one of the forms has words for the end of a silent turn.
        const endings = dialect === 'adk' ? (['silentStop', 'silentNoContent'] as const) : (['silent'] as const);
        for (const next of endings) {
          const { outcome, changes, text } = await (await turnOn(await session(), 'trim it to 4 seconds', next)).result;
          assert.equal(outcome, 'silent');
          assert.match(changes.map(({ sentence }) => sentence).join(), /: 6 s → 4 s/);
          assert.notEqual(text, '');
        }
      });

      it('turns what is said to the user of a screen into buttons', async () => {
        const turn = await turnOn(await session(), 'Add a title "Hello"', 'gui');
        const { text, actions } = await turn.result;
        assert.doesNotMatch(text, /click|button|panel|drag|preview/i);
        assert.match(text, /Hello/);
        assert.deepEqual(
          actions.map(({ kind }) => kind),
          ['export', 'showTracks', 'compose'],
        );
      });

      it('ignores a closing «temporary issue»', async () => {
        const { text, outcome } = await (await turnOn(await session(), 'Add a title "Hello"', 'temporaryIssue')).result;
        assert.equal(outcome, 'answered');
        assert.doesNotMatch(text, /temporary issue/);
      });

      if (dialect === 'interleaved') return;

      it('keeps what was said before the service failed', async () => {
        const { outcome, text, error } = await (
          await turnOn(await session(), 'trim it to 4 seconds', 'midStreamError')
        ).result;
        assert.deepEqual([outcome, text.trim(), error!.code], ['failed', 'Sure, I am on it.', 'serverFault']);
      });

      it('keeps what was said before the service failed with an exception that is no JSON', async () => {
        const { outcome, text, error } = await (
          await turnOn(await session(), 'trim it to 4 seconds', 'brokenError')
        ).result;
        assert.deepEqual([outcome, text.trim()], ['failed', 'Sure, I am on it.']);
        assert.ok(error !== undefined);
      });

      it('is complete though the stream is left open, and listens on', async () => {
        const { turn, stop } = begin(await session(), 'Add a title "Hello"', 'stayOpen');
        const complete = await turn.seen('complete');
        assert.deepEqual([complete.result.outcome, complete.result.changes.length], ['answered', 1]);
        assert.equal(complete.following, 'stream');
        stop.abort();
        const { outcome, changes } = await turn.result;
        assert.deepEqual([outcome, changes.length], ['answered', 1]);
      });

      for (const [next, count] of [
        ['question', 1],
        ['questions', 2],
        ['longRunning', 1],
      ] as const) {
        it(`asks what the agent asks, charges nothing for it, and is answered by the next message: ${next}`, async () => {
          const before = await session();
          const credits = (await client.credits()).total;
          const turn = await turnOn(before, 'Add a title "Hello"', next);
          const { outcome, questions = [], changes, text } = await turn.result;
          assert.deepEqual([outcome, changes, text, questions.length], ['question', [], '', count]);
          assert.equal(questions[0]!.prompt, 'Which style do you want?');
          assert.deepEqual(
            questions[0]!.options.map(({ label }) => label),
            ['Calm', 'Lively', 'As it is'],
          );
          assert.equal(questions[1]?.allowMultiple, count === 2 ? true : undefined);
          assert.ok(!turn.story.some((line) => line.startsWith('recovering')), turn.story.join('\n'));
          assert.equal((await client.credits()).total, credits);
          const answered = await (await turnOn(before, 'Lively', 'text')).result;
          assert.match(answered.changes.map(({ sentence }) => sentence).join(), /Title added: "Hello"/);
        });
      }

      it('says kindly that there is a question where it cannot be read', async () => {
        const { outcome, questions, text } = await (
          await turnOn(await session(), 'Add a title "Hello"', 'oddQuestion')
        ).result;
        assert.deepEqual([outcome, questions], ['question', []]);
        assert.match(text, /Say in your own words what you want/);
      });

      it('tells of a silent edit that lands late', async () => {
        // 20 s of the turn's time.
        sandbox.configure({ lateMs: 400 });
        const before = await session();
        const turn = await turnOn(before, 'trim it to 4 seconds', 'silentLate');
        const { outcome, changes, text } = await turn.result;
        assert.equal(outcome, 'silent');
        assert.match(changes.map(({ sentence }) => sentence).join(), /: 6 s → 4 s/);
        assert.equal(text, 'Done. This changed on the timeline:');
        assert.ok(turn.story.includes('complete (silent), following the state'), turn.story.join('\n'));
        assert.equal(received(before.sessionId), 1);
      });

      it('adds to the sentence that came first the edit that comes much later', async () => {
        // 80 s.
        sandbox.configure({ lateMs: 1600 });
        const turn = await turnOn(await session(), 'Add a title "Hello"', 'sentenceFirst');
        const { outcome, changes, text } = await turn.result;
        assert.deepEqual([outcome, changes.length], ['answered', 1]);
        assert.match(text, /^Sure, I’m on it\.[^]+Hello/);
        assert.ok(turn.story.includes('complete (answered), following the stream'), turn.story.join('\n'));
        assert.equal(turn.text, text);
      });

      it('recovers from a stream that breaks, without sending again', async () => {
        const before = await session();
        sandbox.addFault({ endpoint: 'runSse', moment: 'midAnswer', kind: 'reset' });
        const turn = await turnOn(before, 'Add a title "Hello"', 'text');
        const { outcome, changes } = await turn.result;
        assert.ok(outcome === 'answered' || outcome === 'silent', outcome);
        assert.deepEqual(
          changes.map(({ sentence }) => sentence.slice(0, 20)),
          ['Title added: "Hello"'],
        );
        assert.equal(received(before.sessionId), 1);
      });

      it('says so when nothing changed', async () => {
        const { outcome, text, changes } = await (
          await turnOn(await session(), 'trim it to 4 seconds', 'unchanged')
        ).result;
        assert.deepEqual([outcome, changes], ['silent', []]);
        assert.match(text, /nothing changed/);
      });
    });
  }

  it('reports the raw clip at once and lists the tracks at the end', async () => {
    const { sessionId } = await client.createSession('en');
    const before = await client.state(sessionId);
    assert.equal(isReadyToExport(before.draft), false);
    const turn = await turnOn(before, 'generate a 2 second clip of a city at night');
    const { text, outcome } = await turn.result;
    assert.equal(outcome, 'answered');
    const after = await client.state(sessionId);
    assert.ok(isReadyToExport(after.draft));
    assert.ok(text.endsWith(summarizeTimeline(readDraft(after.draft, after.canvasConfig))), text);
    assert.ok(turn.story.includes('«Generating video»'), turn.story.join('\n'));
  });

  it('tells of cut pauses in one sentence', async () => {
    const { changes } = await (await turnOn(await session(), 'auto-cut the pauses', 'silent')).result;
    const told = changes.map(({ sentence }) => sentence);
    assert.ok(
      told.some((sentence) => /was cut into \d+ clips, 6 s → /.test(sentence)),
      told.join('\n'),
    );
    assert.ok(told.length <= 3, told.join('\n'));
  });

  it('tells of an error that came in place of the stream, and what to do', async () => {
    const before = await session();
    const { outcome, error } = await (await turnOn(before, 'trim it to 4 seconds', 'errorJson')).result;
    assert.equal(outcome, 'failed');
    assert.ok(error!.steps.some(({ kind }) => kind === 'retry'));
    assert.equal(received(before.sessionId), 0);
    const again = await (await turnOn(before, 'trim it to 4 seconds', 'text')).result;
    assert.equal(again.outcome, 'answered');
  });
});
