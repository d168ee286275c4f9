import assert from 'node:assert/strict';

import { NemoError } from '../../../src/client/errors.ts';
import type { StateAnswer } from '../../../src/client/service-values.ts';
import { recoverTurn } from '../../../src/conversation/turn.ts';
import type { RecoveryRequest } from '../../../src/conversation/turn.ts';
import { TurnedClock } from '../turned-clock.ts';
import { ScriptedService, stateOf, WatchedTurn } from './scripted-service.ts';
import {
  before,
  call,
  city,
  heartbeat,
  minute,
  music,
  piece,
  reset,
  result,
  said,
  simple,
  start,
  title,
  titled,
} from './scripted-turn.ts';

const second = 1000;
const nothingYet = /until now nothing has changed/;
const nothing = /nothing changed on the timeline\. Try to say it in other words/;

describe('An edit that is said to be made, and lands late', () => {
  const done = "Done! I've added the title.";
  const hasEnded = (turn: WatchedTurn) =>
    Promise.race([turn.result.then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))]);

  it('is waited for while the next message can be sent, and told without a word against the answer', async () => {
    const { clock, turn, service } = start(new ScriptedService(before, before, before, titled).emit(said(done)).end());
    await clock.advance(second);
    assert.equal(turn.story.at(-1), 'complete (answered), following the state');
    await clock.advance(minute);
    const { outcome, changes, text, finding } = await turn.result;
    assert.deepEqual([outcome, changes.length, text, finding], ['answered', 1, done, undefined]);
    assert.equal(service.sent.length, 1);
    assert.equal(clock.sleeping, 0);
  });

  it('is said to be missing two minutes later, not before', async () => {
    const { clock, turn } = start(new ScriptedService(before).emit(said(done)).end());
    await clock.advance(100 * second);
    assert.ok(!(await hasEnded(turn)));
    await clock.advance(30 * second);
    const { finding, text } = await turn.result;
    assert.deepEqual([finding?.text, text], ['Nothing changed on the timeline.', done]);
    assert.equal(clock.sleeping, 0);
  });

  it('is not waited for where nothing was said to be done', async () => {
    const { clock, turn } = start(new ScriptedService(before).emit(said('Which title do you want?')).end());
    await clock.advance(second);
    assert.ok(await hasEnded(turn));
  });
});

describe('A silent edit that lands late', () => {
  /** So many readings find nothing, and the next one the edit. */
  const after = (readings: number) => [...Array<StateAnswer>(readings).fill(before), titled];

  it('is looked for 3, 5, 10, 20, 30 and 30 s later, and at two minutes for the last time', async () => {
    const { clock, service, turn } = start(new ScriptedService(before).end());
    const readAtSeconds: number[] = [];
    const startMs = clock.now();
    const state = service.state.bind(service);
    service.state = () => {
      readAtSeconds.push((clock.now() - startMs) / second);
      return state();
    };
    await clock.advance(3 * minute);
    assert.deepEqual(readAtSeconds, [0, 3, 8, 18, 38, 68, 98, 120]);
    const { outcome, text } = await turn.result;
    assert.equal(outcome, 'silent');
    assert.match(text, nothing);
    assert.equal(clock.sleeping, 0);
  });

  for (const [readings, atSeconds] of [
    [2, 8],
    [3, 18],
    [7, 120],
  ] as const) {
    it(`is told as the message's own ${atSeconds} s after the stream closed`, async () => {
      const { clock, turn, service } = start(new ScriptedService(...after(readings)).end());
      await clock.advance(atSeconds * second - 1);
      assert.equal(turn.text, '', 'nobody is told before that nothing changed');
      await clock.advance(1);
      const { outcome, changes, text, actions } = await turn.result;
      assert.deepEqual(
        [outcome, text, changes.map(({ sentence }) => sentence), actions.map(({ kind }) => kind)],
        ['silent', 'Done. This changed on the timeline:', ['Title added: "Paradise Found" (0–3 s)'], ['export']],
      );
      assert.deepEqual([turn.text, service.sent.length], [text, 1]);
    });
  }

  it('counts as complete three seconds after the close, so that the next message can be sent', async () => {
    const { clock, turn } = start(new ScriptedService(before).end());
    await clock.advance(2 * second);
    assert.ok(!turn.story.some((line) => line.startsWith('complete')));
    await clock.advance(second);
    assert.equal(turn.story.at(-1), 'complete (silent), following the state');
  });

  it('is not waited for any longer when it is stopped, and nobody is told that nothing changes any more', async () => {
    const { clock, turn, stop, service } = start(new ScriptedService(before).end());
    await clock.advance(20 * second);
    const { reads } = service;
    stop.abort();
    const { outcome, text, error } = await turn.result;
    assert.deepEqual([outcome, error, service.reads, clock.sleeping], ['silent', undefined, reads, 0]);
    assert.match(text, nothingYet);
  });

  it('is looked for past readings that fail', async () => {
    const { clock, turn } = start(new ScriptedService(before, before, reset, reset, titled).end());
    await clock.advance(3 * minute);
    assert.equal((await turn.result).changes.length, 1);
  });

  it('is said to be unknown where the state cannot be read to the end', async () => {
    const { clock, turn } = start(new ScriptedService(before, before, reset).end());
    await clock.advance(3 * minute);
    const { outcome, error } = await turn.result;
    assert.deepEqual([outcome, error?.code], ['failed', 'turnLost']);
    assert.match(error!.message, /cannot be asked what became of your message/);
  });

  it('says at once where the service refuses to tell', async () => {
    const gone = new NemoError('sessionGone', 'The session is gone.', {
      steps: [{ kind: 'newSession', label: 'New' }],
    });
    const { clock, turn } = start(new ScriptedService(before, before, gone).end());
    await clock.advance(10 * second);
    assert.equal((await turn.result).error?.code, 'sessionGone');
  });

  it('is told where no track shows it', async () => {
    const { clock, turn } = start(new ScriptedService(before, before, before, stateOf({ t: [city(10)], x: 1 })).end());
    await clock.advance(minute);
    assert.match((await turn.result).text, /project changed, but nothing that its tracks show/);
  });

  it('is seen from the first reading on where the state before is not known', async () => {
    const { clock, turn } = start(new ScriptedService(reset, before, before, titled).end(), 'unknown');
    await clock.advance(minute);
    assert.equal((await turn.result).changes.length, 1);
  });

  it('ends the readings where the stream, left open, says something after all', async () => {
    const service = new ScriptedService(before).emit({ kind: 'silentEnd', reason: 'STOP' });
    const { clock, turn } = start(service);
    await clock.advance(15 * second);
    assert.equal(turn.story.at(-1), 'complete (silent), following the state');
    service.states = [titled];
    service.emit(said('I added a title.')).end();
    const { outcome, text, changes } = await turn.result;
    assert.deepEqual([outcome, text, changes.length], ['answered', 'I added a title.', 1]);
  });

  it('goes on with the readings where that stream closes', async () => {
    const service = new ScriptedService(...after(4)).emit({ kind: 'silentEnd', reason: 'STOP' });
    const { clock, turn } = start(service);
    await clock.advance(15 * second);
    service.end();
    await clock.advance(2 * minute);
    assert.deepEqual([(await turn.result).outcome, service.reads], ['silent', 5]);
  });
});

describe('A sentence first, and the edit minutes later', () => {
  const sure = () => new ScriptedService(before).emit(piece('Sure, I’m on it.'), said('Sure, I’m on it.'));

  it('is one answer: what still comes is added to it, with its changes', async () => {
    const { clock, turn, service } = start(sure());
    await clock.advance(65 * second);
    const complete = turn.updates.findLast(({ kind }) => kind === 'complete');
    assert.ok(complete?.kind === 'complete');
    assert.deepEqual(
      [complete.result.outcome, complete.result.text, complete.result.changes, complete.following],
      ['answered', 'Sure, I’m on it.', [], 'stream'],
    );
    assert.equal(service.left, false);

    await clock.advance(3 * minute);
    service.states = [titled];
    service.emit(call('add_title'));
    await clock.advance(second);
    assert.equal(turn.story.at(-1), '«Adding text»');
    service.emit(result('add_title'), said('I added a title.')).end();
    const { outcome, text, changes } = await turn.result;
    assert.deepEqual([outcome, text, changes.length], ['answered', 'Sure, I’m on it.\n\nI added a title.', 1]);
    assert.deepEqual([turn.text, service.sent.length], [text, 1]);
  });

  it('tells its changes also where the stream stays open behind them, a minute later', async () => {
    const { clock, turn, service } = start(sure());
    await clock.advance(2 * minute);
    service.states = [titled];
    service.emit(call('add_title'), result('add_title'), said('I added a title.'));
    await clock.advance(minute);
    assert.deepEqual(turn.story.slice(-2), [
      'timeline: Title added: "Paradise Found" (0–3 s)',
      'complete (answered), following the stream',
    ]);
    service.states = [stateOf({ t: [city(10), title, music] })];
    service.emit(said('And music.')).end();
    assert.equal((await turn.result).changes.length, 2);
  });

  it('reports a raw clip at once', async () => {
    const { clock, turn, service } = start(sure(), stateOf({ t: [] }));
    service.states = [stateOf({ t: [] })];
    await clock.advance(2 * minute);
    service.states = [stateOf({ t: [city(10)] })];
    service.emit(call('generate_video'), result('generate_video'), call('add_music'));
    await clock.advance(second);
    assert.ok(turn.story.includes('timeline: Clip added: "city" (0–10 s)'), turn.story.join('\n'));
  });

  it('keeps the answer when it is stopped', async () => {
    const { clock, turn, stop, service } = start(sure());
    await clock.advance(2 * minute);
    stop.abort();
    const { outcome, text, error } = await turn.result;
    assert.deepEqual([outcome, text, error], ['answered', 'Sure, I’m on it.', undefined]);
    assert.deepEqual([service.left, clock.sleeping], [true, 0]);
  });

  it('fails where the backend says so in the end, and keeps what was said', async () => {
    const { clock, turn, service } = start(sure());
    await clock.advance(2 * minute);
    service.emit(call('add_title'), { kind: 'error', message: 'Model overloaded' }).end();
    await clock.advance(minute);
    const { outcome, text, error } = await turn.result;
    assert.deepEqual([outcome, text, error?.code], ['failed', 'Sure, I’m on it.', 'serverFault']);
  });

  it('loses nothing where the idle connection breaks', async () => {
    const { clock, turn, service } = start(sure());
    await clock.advance(2 * minute);
    service.emit(heartbeat).break(reset);
    await clock.advance(minute);
    assert.deepEqual([(await turn.result).outcome, turn.text], ['answered', 'Sure, I’m on it.']);
    assert.ok(!turn.story.some((line) => line.startsWith('recovering')));
  });

  it('is recovered where the connection breaks in the middle of what came later', async () => {
    const { clock, turn, service } = start(sure());
    await clock.advance(2 * minute);
    service.states = [before, titled];
    service.emit(call('add_title')).break(reset);
    await clock.advance(3 * minute);
    const { outcome, changes } = await turn.result;
    assert.deepEqual([outcome, changes.length, service.sent.length], ['answered', 1, 1]);
    assert.ok(turn.story.includes('recovering 2/5 in 60 s'));
  });

  it('keeps its answer where the client goes away', async () => {
    const { clock, turn, service } = start(sure());
    await clock.advance(2 * minute);
    service.emit(simple('And')).break(new NemoError('cancelled', 'Stopped.'));
    assert.equal((await turn.result).outcome, 'answered');
  });
});

describe('A turn that counted as complete when its window closed', () => {
  function pickUp(
    service: ScriptedService,
    request: Partial<RecoveryRequest> & Pick<RecoveryRequest, 'complete'>,
    secondsAgo = 90,
  ) {
    const [clock, stop] = [new TurnedClock(), new AbortController()];
    const sentAtMs = clock.now() - secondsAgo * second;
    const turn = new WatchedTurn(
      recoverTurn({
        client: service,
        sessionId: 's',
        text: 'Add a title',
        before,
        sentAtMs,
        clock,
        signal: stop.signal,
        guiActions: true,
        ...request,
      }),
    );
    return { turn, clock, stop, service };
  }
  const sinceMs = new TurnedClock().now() - 10 * second;

  it('says what is missing of what was said to be done', async () => {
    const shown = 'Done.';
    const { turn, clock } = pickUp(new ScriptedService(before), { shown, complete: { following: 'state', sinceMs } });
    await clock.advance(3 * minute);
    assert.equal((await turn.result).finding?.text, 'Nothing changed on the timeline.');
  });

  it('goes on with the readings of a silent turn where they were', async () => {
    const { turn, clock, service } = pickUp(new ScriptedService(before), { complete: { following: 'state', sinceMs } });
    await clock.advance(0);
    assert.deepEqual([turn.story, service.reads], [['complete (silent), following the state'], 1]);
    await clock.advance(5 * second);
    assert.equal(service.reads, 2, 'the second of the readings was due 15 s after the first');
    await clock.advance(3 * minute);
    assert.deepEqual([(await turn.result).outcome, service.reads, service.sent.length], ['silent', 6, 0]);
    assert.match(turn.text, nothing);
  });

  it('looks once where all of them are past', async () => {
    const request = { complete: { following: 'state', sinceMs: sinceMs - 60 * minute } } as const;
    const { turn, clock, service } = pickUp(new ScriptedService(titled), request, 3700);
    await clock.advance(0);
    assert.deepEqual([(await turn.result).changes.length, service.reads], [1, 1]);
  });

  it('adds to an answer whose stream is gone what has changed since, and fails in no case', async () => {
    const request = { complete: { following: 'stream', sinceMs }, shown: 'Sure.' } as const;
    const { turn, clock, service } = pickUp(new ScriptedService(before, before, titled), request);
    await clock.advance(2 * minute);
    const { outcome, text, changes } = await turn.result;
    assert.deepEqual([outcome, text, changes.length, turn.text, service.reads], ['answered', 'Sure.', 1, '', 3]);
    const other = pickUp(new ScriptedService(reset), request);
    await other.clock.advance(10 * minute);
    assert.deepEqual([(await other.turn.result).outcome, other.turn.text], ['answered', '']);
  });

  it('keeps what it had told', async () => {
    const told = await start(new ScriptedService(titled).emit(said('Done.')).end()).turn.result;
    const { turn, clock } = pickUp(new ScriptedService(titled), {
      complete: { following: 'stream', sinceMs },
      shown: told.text,
      shownChanges: told.changes,
      shownActions: told.actions,
    });
    await clock.advance(10 * minute);
    assert.deepEqual(await turn.result, told);
    assert.ok(!turn.story.some((line) => line.startsWith('timeline')), 'that is no news');
  });
});
