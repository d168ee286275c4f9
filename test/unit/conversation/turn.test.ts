import assert from 'node:assert/strict';

import fc from 'fast-check';

import { NemoError } from '../../../src/client/errors.ts';
import type { StateAnswer } from '../../../src/client/service-values.ts';
import type { StreamEvent } from '../../../src/client/stream-event.ts';
import { recoverTurn, runTurn } from '../../../src/conversation/turn.ts';
import { TurnedClock } from '../turned-clock.ts';
import { ScriptedService, stateOf, WatchedTurn } from './scripted-service.ts';
import {
  before,
  call,
  city,
  empty,
  heartbeat,
  minute,
  music,
  piece,
  reset,
  result,
  said,
  type Setting,
  simple,
  start,
  title,
  titled,
  trimmed,
  whole,
} from './scripted-turn.ts';

describe('A turn', () => {
  it('streams the answer, reads the state and tells what changed', async () => {
    const { turn, service, result } = await whole(
      [titled],
      piece('I added '),
      piece('a title.'),
      said('I added a title.'),
    );
    assert.deepEqual(service.sent, ['add a title']);
    assert.equal(turn.text, 'I added a title.');
    assert.deepEqual(turn.story, ['nothing', 'timeline: Title added: "Paradise Found" (0–3 s)']);
    assert.deepEqual(
      { ...result, changes: result.changes.map(({ sentence }) => sentence) },
      {
        outcome: 'answered',
        text: 'I added a title.',
        changes: ['Title added: "Paradise Found" (0–3 s)'],
        // What one does after an edit is one press away, whatever the backend said.
        actions: [{ kind: 'export', label: 'Export' }],
      },
    );
    assert.equal(service.left, true);
  });

  it('reads the state first where it is not known', async () => {
    const service = new ScriptedService(before, titled).emit(said('Done.')).end();
    const { turn, clock } = start(service, 'unknown');
    await clock.advance(minute);
    assert.deepEqual((await turn.result).changes.length, 1);
    assert.equal(service.reads, 2);
  });

  it('does not send where the session is gone', async () => {
    const gone = new NemoError('sessionGone', 'The session is gone.', {
      steps: [{ kind: 'newSession', label: 'New' }],
      notSent: true,
    });
    const service = new ScriptedService(gone);
    const { turn } = start(service, 'unknown');
    assert.deepEqual(await turn.result, {
      outcome: 'failed',
      text: '',
      changes: [],
      actions: [],
      error: { code: 'sessionGone', message: 'The session is gone.', steps: [{ kind: 'newSession', label: 'New' }] },
      notTaken: true,
    });
    assert.deepEqual(service.sent, []);
  });

  it('sends all the same where the state cannot be read beforehand, and then claims no changes', async () => {
    const service = new ScriptedService(reset, titled).emit(said('Done.')).end();
    const { turn, clock } = start(service, 'unknown');
    await clock.advance(minute);
    const outcome = await turn.result;
    assert.deepEqual([outcome.outcome, outcome.changes], ['answered', []]);
  });

  it('counts an answer as one though the state cannot be read afterwards', async () => {
    const { result, service } = await whole([reset], said('The first scene shows a city.'));
    assert.deepEqual(
      [result.outcome, result.text, result.error],
      ['answered', 'The first scene shows a city.', undefined],
    );
    assert.equal(service.reads, 3);
  });

  describe('shows each text once', () => {
    const streams: readonly (readonly [what: string, events: readonly StreamEvent[], text: string])[] = [
      ['pieces and the whole that repeats them', [piece('Hel'), piece('lo.'), said('Hello.')], 'Hello.'],
      ['pieces without a whole', [piece('Hel'), piece('lo.')], 'Hello.'],
      ['a whole without pieces', [said('Hello.')], 'Hello.'],
      ['a whole that goes on behind its pieces', [piece('Hello'), said('Hello world.')], 'Hello world.'],
      ['pieces of which the last was cut', [piece('I added a '), said('I added a title.')], 'I added a title.'],
      ['pieces of which the first was cut', [piece('a title.'), said('I added a title.')], 'I added a title.'],
      [
        'pieces of which one in the middle was cut',
        [piece('I added '), piece('at 0:03.'), said('I added a title at 0:03.')],
        'I added a title at 0:03.',
      ],
      ['a whole that says something else', [piece('I cannot do that.'), said('I added a title.')], 'I added a title.'],
      ['a whole with other white space', [piece('One.\n'), piece('Two.'), said('One.\n\nTwo.')], 'One.\nTwo.'],
      [
        'an event that comes twice',
        [
          { ...said('Hello.'), id: 'same' },
          { ...said('Hello.'), id: 'same' },
        ],
        'Hello.',
      ],
      ['a piece that comes twice', [{ ...piece('ha'), id: 'p' }, { ...piece('ha'), id: 'p' }, said('ha')], 'ha'],
      ['a whole that comes again with another id', [said('Hello.'), said('Hello.')], 'Hello.'],
      ['two messages', [said('One.'), said('Two.')], 'One.\n\nTwo.'],
      ['two messages in pieces', [piece('One.'), said('One.'), piece('Two.'), said('Two.')], 'One.\n\nTwo.'],
      [
        'messages before and after a tool',
        [piece('I will.'), said('I will.'), call('x'), result('x'), piece('Done.'), said('Done.')],
        'I will.\n\nDone.',
      ],
      [
        'a message whose whole was lost before a tool',
        [piece('I will.'), call('x'), result('x'), piece('Do'), piece('ne.'), said('Done.')],
        'I will.\n\nDone.',
      ],
      [
        'a whole that comes behind the tool',
        [piece('I will.'), call('x'), said('I will.'), result('x'), said('Done.')],
        'I will.\n\nDone.',
      ],
      [
        'a whole that takes both sides of a tool together',
        [piece('I will. '), call('x'), result('x'), piece('Done.'), said('I will. Done.')],
        'I will. \n\nDone.',
      ],
      ['pieces of the simple form', [simple('Hel'), simple('lo w'), simple('orld.')], 'Hello world.'],
      [
        'pieces of the simple form around a tool',
        [simple('I will.'), call('x'), result('x'), simple('Do'), simple('ne.')],
        'I will.\n\nDone.',
      ],
      ['pieces of the simple form that are alike', [simple('ha'), simple('ha'), simple('!')], 'haha!'],
      [
        'a long piece of the simple form that comes twice',
        [simple('I added a title to it. '), simple('I added a title to it. '), simple('Bye.')],
        'I added a title to it. Bye.',
      ],
      [
        'all of the simple form once more at the end',
        [simple('I added a '), simple('title to it.'), simple('I added a title to it.')],
        'I added a title to it.',
      ],
      [
        'both forms in one stream',
        [simple('I wi'), simple('ll.'), call('x'), result('x'), piece('Done.'), said('Done.')],
        'I will.\n\nDone.',
      ],
      ['a thought', [{ kind: 'thinking' }, said('Hello.')], 'Hello.'],
      [
        'what two speakers of one turn say',
        [
          { ...said('One.'), author: 'a' },
          { ...said('Two.'), author: 'b' },
        ],
        'One.\n\nTwo.',
      ],
    ];
    for (const [what, events, text] of streams) {
      it(what, async () => {
        const { turn, result } = await whole([titled], ...events);
        assert.equal(turn.text, text);
        assert.equal(result.text, text);
        assert.equal(result.outcome, 'answered');
      });
    }

    it('however it is cut into pieces, and whichever event comes twice', async () => {
      const answer = 'I cut the pauses: 42 s → 31 s. Click Export to download.\n\n- Music at 35%\n- 标题已添加。';
      const shown = 'I cut the pauses: 42 s → 31 s.\n\n- Music at 35%\n- 标题已添加。';
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.nat(answer.length), { maxLength: 10 }),
          fc.array(fc.nat(12), { maxLength: 3 }),
          fc.constantFrom('adk', 'adk without whole', 'simple'),
          async (cuts, twice, form) => {
            const marks = [0, ...[...cuts].sort((a, b) => a - b), answer.length];
            const pieces = marks
              .slice(1)
              .map((mark, at) => answer.slice(marks[at], mark))
              .filter((text) => text !== '');
            const events = pieces.map(form === 'simple' ? simple : piece);
            if (form === 'adk') events.push(said(answer));
            const repeated =
              form === 'simple'
                ? events
                : events.flatMap((event, at) => (twice.includes(at) ? [event, event] : [event]));
            const { turn, result } = await whole([before], ...repeated);
            assert.equal(turn.text, shown);
            // Nothing of what it says was done.
            assert.deepEqual([result.text, result.actions.map(({ kind }) => kind)], [shown, ['compose', 'export']]);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('and of an endless answer the beginning', async () => {
      const long = 'All is well. '.repeat(20_000);
      const { result } = await whole([before], ...Array.from({ length: 6 }, (_, at) => said(`${at} ${long}`)));
      assert.ok(result.text.length <= 1_000_000 && result.text.length > 900_000);
    });
  });

  describe('shows buttons for what the backend told its user to do', () => {
    const advice = said('I added a title. Click Export to download it. You can drag the title to 0:05.');

    it('with the text that is left', async () => {
      const { turn, result } = await whole([titled], advice);
      assert.equal(turn.text, 'I added a title.');
      assert.deepEqual(turn.story.at(-1), 'actions: export,send');
      assert.deepEqual(
        result.actions.map(({ kind, argument }) => argument ?? kind),
        ['export', 'Move the title to 0:05'],
      );
    });

    it('or, where that is not wanted, the text alone', async () => {
      const setting = start(new ScriptedService(titled).emit(advice).end(), before, false);
      await setting.clock.advance(minute);
      const { text, actions } = await setting.turn.result;
      assert.deepEqual([text, actions], ['I added a title.', []]);
    });

    it('and the tracks where nothing else was said', async () => {
      const { result } = await whole(
        [before],
        said('Open the Tracks panel on the left, or preview it in the timeline.'),
      );
      assert.deepEqual([result.outcome, result.text], ['answered', 'Timeline (1 track): 1. Video: city (0-10s)']);
    });

    it('and never silence', async () => {
      const { result } = await whole([before], said('Please check your account page for credits and billing.'));
      assert.deepEqual(
        [result.text, result.actions.map(({ kind }) => kind)],
        ['You can go on from here:', ['showCredits']],
      );
      const { result: changed } = await whole([titled], said('Click Export to download.'));
      assert.equal(changed.text, 'Done. This changed on the timeline:');
    });
  });

  describe('says quietly what goes on', () => {
    it('with the tools’ plain names, once each, as long as they work', async () => {
      const { turn } = await whole(
        [titled],
        { kind: 'thinking' },
        call('color_grade'),
        call('color_grade'),
        call('add_bgm'),
        result('color_grade'),
        result('add_bgm'),
        said('Done.'),
      );
      assert.deepEqual(turn.story.slice(0, 5), [
        '«Thinking»',
        '«Grading the colours»',
        '«Adding music»',
        'nothing',
        'timeline: Title added: "Paradise Found" (0–3 s)',
      ]);
    });

    it('and takes the line away when text comes', async () => {
      const { turn } = await whole([titled], { kind: 'thinking' }, said('Done.'));
      assert.deepEqual(
        turn.updates.map(({ kind }) => kind),
        ['activity', 'activity', 'text', 'timeline'],
      );
    });

    it('while a finished sentence does not wait for the tool', async () => {
      const { turn, clock } = start(
        new ScriptedService(before).emit(simple('Your clip is on its way.'), call('generate_video')),
      );
      await clock.advance(1000);
      assert.equal(turn.text, 'Your clip is on its way.');
      const other = start(new ScriptedService(before).emit(simple('Your clip is on its way.'), heartbeat));
      await other.clock.advance(1000);
      assert.equal(other.turn.text, 'Your clip is on its way.');
    });
  });

  describe('that ends in silence', () => {
    for (const ending of [
      [],
      [{ kind: 'silentEnd', reason: 'STOP' }],
      [{ kind: 'silentEnd', reason: 'MODEL_RETURNED_NO_CONTENT' }],
      [heartbeat, call('x'), result('x')],
      [said('')],
    ] as const) {
      it(`is answered with what changed: ${ending.map(({ kind }) => kind).join(', ') || 'nothing at all'}`, async () => {
        const { turn, result, service } = await whole([trimmed], ...ending);
        assert.equal(result.outcome, 'silent');
        assert.equal(turn.text, 'Done. This changed on the timeline:');
        assert.deepEqual(
          result.changes.map(({ sentence }) => sentence),
          ['Clip "city": 10 s → 8 s', 'Title added: "Paradise Found" (0–3 s)'],
        );
        assert.equal(service.sent.length, 1);
      });
    }

    it('is looked at again a moment later where nothing has changed yet', async () => {
      const { result, service } = await whole([before, titled]);
      assert.deepEqual([result.outcome, result.changes.length, service.reads], ['silent', 1, 2]);
    });

    it('and in no change says so', async () => {
      const { result } = await whole([before]);
      assert.deepEqual([result.outcome, result.changes], ['silent', []]);
      assert.match(result.text, /nothing changed on the timeline/);
    });

    it('and in a change that no track shows says that', async () => {
      const { result } = await whole([stateOf({ t: [city(10)], x: 1 })]);
      assert.match(result.text, /project changed, but nothing that its tracks show/);
    });

    it('is not taken in by addresses that are signed anew at each reading', async () => {
      const signed = (sig: number) =>
        stateOf({ t: [{ tt: 0, sg: [{ d: 1000, src: `https://cdn.test/a.mp4?sig=${sig}` }] }] });
      const setting = start(new ScriptedService(signed(2)).end(), signed(1));
      await setting.clock.advance(3 * minute);
      assert.match((await setting.turn.result).text, /nothing changed on the timeline/);
    });

    it('while the backend still had a tool at work is not over: the state is asked on', async () => {
      const { turn, clock } = start(new ScriptedService(before, before, titled).emit(call('generate_video')).end());
      await clock.advance(2 * minute);
      assert.equal((await turn.result).outcome, 'silent');
      assert.deepEqual(
        turn.story.filter((line) => line.startsWith('recovering')),
        ['recovering 1/5 in 30 s', 'recovering 2/5 in 60 s'],
      );
    });

    it('and whose state cannot be read is asked for on the recovery schedule', async () => {
      const { turn, clock } = start(new ScriptedService(reset, reset, reset, titled).end());
      await clock.advance(minute);
      assert.deepEqual((await turn.result).changes.length, 1);
      assert.ok(turn.story.includes('recovering 1/5 in 30 s'));
    });
  });

  describe('in two stages', () => {
    it('reports the raw clip at once and lists the tracks when the rest is there', async () => {
      const service = new ScriptedService(stateOf({ t: [city(10)] }), stateOf({ t: [city(10), music, title] }));
      const { turn, clock } = start(
        service.emit(call('generate_video'), result('generate_video'), call('add_music')),
        empty,
      );
      await clock.advance(1000);
      assert.ok(turn.story.includes('timeline: Clip added: "city" (0–10 s)'));
      service.emit(result('add_music'), said('Here is your video.')).end();
      await clock.advance(minute);
      const outcome = await turn.result;
      assert.equal(
        outcome.text,
        'Here is your video.\n\nTimeline (3 tracks): 1. Video: city (0-10s) 2. BGM: Lo-fi (0-10s, 35%) 3. Title: "Paradise Found" (0-3s)',
      );
      assert.equal(outcome.changes.length, 3);
    });

    it('tells of a clip that is not on the timeline yet', async () => {
      const { turn, clock } = start(
        new ScriptedService(stateOf({ t: [] }, { generatedMedia: [{ title: 'city timelapse' }] })).emit(
          call('generate_video'),
          result('generate_video'),
        ),
        empty,
      );
      await clock.advance(1000);
      assert.equal(turn.text, 'The raw clip is there: city timelapse.');
    });

    it('tells its name in whole characters, and nothing of it that is not seen', async () => {
      const title = `\u202e${'x'.repeat(99)}🎬 and more`;
      const { turn, clock } = start(
        new ScriptedService(stateOf({ t: [] }, { generatedMedia: [{ title }] })).emit(
          call('generate_video'),
          result('generate_video'),
        ),
        empty,
      );
      await clock.advance(1000);
      assert.equal(turn.text, `The raw clip is there: ${'x'.repeat(99)}….`);
    });

    it('is recovered when the stream breaks behind the raw clip, and says each thing in a paragraph of its own', async () => {
      const raw = stateOf({ t: [] }, { generatedMedia: [{ title: 'city' }] });
      const service = new ScriptedService(raw, stateOf({ t: [city(10)] }));
      const { turn, clock } = start(service.emit(call('generate_video'), result('generate_video')), empty);
      await clock.advance(1000);
      service.emit(simple('Music is next.')).break(reset);
      await clock.advance(minute);
      await turn.result;
      assert.match(turn.text, /^The raw clip is there: city\.\n\nMusic is next\.\n\nThe connection broke/);
      assert.ok(turn.story.includes('recovering 1/5 in 30 s'));
    });

    it('is not disturbed by a reading that fails', async () => {
      const { turn, clock } = start(
        new ScriptedService(reset, titled).emit(call('generate_video'), result('generate_video'), said('Done.')).end(),
      );
      await clock.advance(minute);
      assert.equal((await turn.result).outcome, 'answered');
    });

    it('asks for the state no more often than every ten seconds', async () => {
      const events = Array.from({ length: 40 }, () => [call('generate_clip'), result('generate_clip')]).flat();
      const service = new ScriptedService(before).emit(...events);
      const { clock } = start(service);
      await clock.advance(9000);
      assert.equal(service.reads, 1);
      await clock.advance(5000);
      assert.equal(service.reads, 2);
    });
  });

  describe('that takes long', () => {
    it('says every two minutes that work goes on, and after ten minutes of heartbeats that it timed out', async () => {
      const service = new ScriptedService(before);
      const { turn, clock } = start(service);
      for (let at = 0; at < 60; at++) {
        service.emit(heartbeat);
        await clock.advance(10_000);
      }
      const { outcome, error } = await turn.result;
      assert.deepEqual(
        turn.story.slice(0, 4),
        [2, 4, 6, 8].map((minutes) => `still working ${minutes} min`),
      );
      assert.deepEqual([outcome, error!.code], ['failed', 'timedOut']);
      assert.match(error!.message, /10 minutes.*has not changed.*may be charged again/s);
      assert.deepEqual(
        error!.steps.map(({ kind, label }) => `${kind}: ${label}`),
        ['showTracks: Show Tracks', 'retry: Send Again (may be charged again)'],
      );
      assert.deepEqual([service.sent.length, service.left], [1, true]);
    });

    it('counts the two minutes from the last thing that was shown', async () => {
      const service = new ScriptedService(before);
      const { turn, clock } = start(service);
      await clock.advance(90_000);
      service.emit(call('add_music'));
      await clock.advance(119_000);
      assert.deepEqual(turn.story, ['«Adding music»']);
      await clock.advance(1000);
      assert.deepEqual(turn.story.at(-1), 'still working 3.5 min');
    });

    it('is over after 15 minutes, whatever goes on', async () => {
      const service = new ScriptedService(titled);
      const { turn, clock } = start(service);
      for (let at = 0; at < 15; at++) {
        service.emit(call(`step_${at}`));
        await clock.advance(minute);
      }
      const { outcome, error, changes } = await turn.result;
      assert.deepEqual([outcome, error!.code, changes.length], ['failed', 'timedOut', 1]);
      assert.match(error!.message, /15 minutes.*on the timeline/s);
    });

    it('tells of a wait second by second as one and the same', async () => {
      const service = new ScriptedService(titled);
      const { turn, clock } = start(service);
      for (const seconds of [2, 1, 0]) {
        service.emit({ kind: 'waiting', ms: seconds * 1000 });
        await clock.advance(1000);
      }
      service.emit(call('add_music'), result('add_music'), said('Done.')).end();
      await clock.advance(minute);
      await turn.result;
      const activities = turn.updates.filter((update) => update.kind === 'activity');
      assert.deepEqual(
        activities.slice(0, 4).map(({ label, isSame = false }) => [label, isSame]),
        [
          ['Nemo is getting too many requests. Trying again in 2 s', false],
          ['Nemo is getting too many requests. Trying again in 1 s', true],
          ['Working on it', false],
          ['Adding music', false],
        ],
      );
    });

    it('is given its 15 minutes from when the service took the message, however long that had too many requests', async () => {
      const service = new ScriptedService(titled);
      const { turn, clock } = start(service);
      service.emit({ kind: 'waiting', ms: 5 * minute });
      await clock.advance(5 * minute);
      service.emit({ kind: 'waiting', ms: 0 });
      for (let at = 0; at < 14; at++) {
        service.emit(call('add_music'));
        await clock.advance(minute);
      }
      service.emit(result('add_music'), said('Done.')).end();
      await clock.advance(minute);
      assert.equal((await turn.result).outcome, 'answered');
    });

    it('counts as complete a minute after the answer where the stream is left open, and is over after 15', async () => {
      const { turn, clock, service } = start(new ScriptedService(titled).emit(said('Done.')));
      await clock.advance(59_000);
      assert.deepEqual(turn.story, ['nothing']);
      await clock.advance(1000);
      assert.deepEqual(turn.story.slice(1), [
        'timeline: Title added: "Paradise Found" (0–3 s)',
        'complete (answered), following the stream',
      ]);
      await clock.advance(13 * minute);
      assert.equal(service.left, false, 'a stream is never left before its time');
      await clock.advance(minute);
      assert.deepEqual([(await turn.result).outcome, turn.text, service.left], ['answered', 'Done.', true]);
      assert.equal(clock.sleeping, 0);
    });

    it('goes on as long as a tool is at work or the stream shows life', async () => {
      const service = new ScriptedService(titled).emit(said('I will.'), call('add_music'));
      const { turn, clock } = start(service);
      await clock.advance(5 * minute);
      service.emit(result('add_music'), said('Nearly.'));
      for (let at = 0; at < 6; at++) {
        await clock.advance(50_000);
        service.emit(heartbeat);
      }
      service.emit(said('Done.')).end();
      await clock.advance(minute);
      assert.equal((await turn.result).text, 'I will.\n\nNearly.\n\nDone.');
    });

    it('is an answer all the same where only heartbeats follow it for ten minutes', async () => {
      const service = new ScriptedService(titled).emit(said('Done.'));
      const { turn, clock } = start(service);
      for (let at = 0; at < 20; at++) {
        await clock.advance(30_000);
        service.emit(heartbeat);
      }
      await clock.advance(minute);
      assert.equal(turn.story.at(-1), 'complete (answered), following the stream');
      service.end();
      assert.equal((await turn.result).outcome, 'answered');
    });

    it('is complete soon where the backend said that it is over and the stream is left open', async () => {
      const { turn, clock, service } = start(new ScriptedService(titled).emit({ kind: 'silentEnd', reason: 'STOP' }));
      await clock.advance(5000);
      assert.equal(turn.story.at(-1), 'complete (silent), following the stream');
      assert.equal(turn.text, 'Done. This changed on the timeline:');
      service.end();
      assert.deepEqual([(await turn.result).outcome, turn.text], ['silent', 'Done. This changed on the timeline:']);
    });
  });

  describe('whose backend fails in the middle', () => {
    it('keeps the text, shows what changed and says that it failed', async () => {
      const { turn, result } = await whole([titled], said('Sure, I am on it.'), {
        kind: 'error',
        message: 'Model overloaded',
      });
      assert.equal(turn.text, 'Sure, I am on it.');
      assert.deepEqual([result.outcome, result.error!.code, result.changes.length], ['failed', 'serverFault', 1]);
      assert.match(result.error!.message, /Model overloaded\. What it had done until then is on the timeline/);
      assert.deepEqual(
        result.error!.steps.map(({ kind }) => kind),
        ['retry', 'showTracks'],
      );
    });

    it('shows nothing of what is for programmers', async () => {
      for (const message of [
        'Traceback (most recent call last)',
        '{"a":1}',
        'KeyError at /srv/app.py:12',
        'see https://internal/x',
        'x'.repeat(500),
      ]) {
        const { result } = await whole([before], { kind: 'error', message });
        assert.match(
          result.error!.message,
          /^Nemo stopped because of a problem of its own\. The timeline has not changed\./,
        );
      }
    });

    it('keeps the sentence and the steps of a refusal that is known', async () => {
      const failure = new NemoError('noCredits', 'You have no credits left.', {
        steps: [{ kind: 'openUrl', label: 'Register', argument: 'https://x.test' }],
      });
      const { result } = await whole([before], { kind: 'error', serviceCode: 2001, message: 'no credits', failure });
      assert.deepEqual(result.error, { code: 'noCredits', message: 'You have no credits left.', steps: failure.steps });
      assert.equal(result.notTaken, true, 'nothing was done before it');
      const later = await whole([before], { kind: 'heartbeat' }, { kind: 'error', message: 'no credits', failure });
      assert.equal(later.result.notTaken, undefined, 'something may have been done before it');
    });

    it('says that once more may be charged again, where a refusal comes after work was begun', async () => {
      const failure = new NemoError('refused', 'Nemo refused this.', {
        steps: [
          { kind: 'retry', label: 'Try Again' },
          { kind: 'showLog', label: 'Show Log' },
        ],
      });
      const refusal: StreamEvent = { kind: 'error', serviceCode: 5001, message: 'overloaded', failure };
      const { result: begun } = await whole([before], call('add_title'), refusal);
      assert.deepEqual(
        begun.error!.steps.map(({ label }) => label),
        ['Send Again (may be charged again)', 'Show Log'],
      );
      const { result: untaken } = await whole([before], refusal);
      assert.deepEqual(untaken.error!.steps, failure.steps);
    });

    it('has got over it where it goes on talking', async () => {
      const { result } = await whole([titled], { kind: 'error', message: 'tool failed' }, said('I found another way.'));
      assert.deepEqual([result.outcome, result.text], ['answered', 'I found another way.']);
    });

    for (const [what, last] of [
      ['text', said('I encountered a temporary issue')],
      ['text with an excuse', said('I encountered a temporary issue. Please try again later.')],
      ['an error', { kind: 'error', message: 'I encountered a temporary issue' }],
    ] as const) {
      it(`ignores a closing «temporary issue» after a normal answer, as ${what}`, async () => {
        const { turn, result } = await whole([titled], piece('I added a title.'), said('I added a title.'), last);
        assert.deepEqual([result.outcome, turn.text], ['answered', 'I added a title.']);
      });
    }

    it('ignores it in the simple form too, glued to the answer and cut anywhere', async () => {
      const { turn } = await whole(
        [titled],
        simple('I added a title.'),
        simple('I encoun'),
        simple('tered a temporary issue'),
      );
      assert.equal(turn.text, 'I added a title.');
    });

    it('shows it where it is all that was said', async () => {
      const { turn } = await whole([before], said('I encountered a temporary issue.'));
      assert.equal(turn.text, 'I encountered a temporary issue.');
    });
  });

  describe('whose stream breaks', () => {
    it('is recovered after 30 s from the state, and what was streamed stays', async () => {
      const { turn, clock, service } = start(new ScriptedService(titled).emit(simple('I am adding a ti')).break(reset));
      await clock.untilSleeping();
      await clock.advance(29_000);
      assert.deepEqual([turn.story, service.reads], [['recovering 1/5 in 30 s'], 0]);
      await clock.advance(1000);
      const { outcome, text, changes } = await turn.result;
      assert.equal(outcome, 'answered');
      assert.equal(
        text,
        'I am adding a ti\n\nThe connection broke, but your message had arrived. This changed on the timeline:',
      );
      assert.deepEqual(
        changes.map(({ sentence }) => sentence),
        ['Title added: "Paradise Found" (0–3 s)'],
      );
      assert.equal(service.sent.length, 1);
    });

    it('is asked for every 60 s, and given up after five answers without a change', async () => {
      const { turn, clock, service } = start(new ScriptedService(before).emit(heartbeat).break(reset));
      await clock.advance(30_000 + 4 * 60_000);
      const { outcome, error } = await turn.result;
      assert.deepEqual(
        turn.story.filter((line) => line.startsWith('recovering')),
        ['recovering 1/5 in 30 s', ...[2, 3, 4, 5].map((attempt) => `recovering ${attempt}/5 in 60 s`)],
      );
      assert.deepEqual([outcome, error!.code, service.reads, service.sent.length], ['failed', 'turnLost', 5, 1]);
      assert.match(error!.message, /may be charged again/);
      assert.deepEqual(error!.steps[0], { kind: 'retry', label: 'Send Again (may be charged again)' });
    });

    it('tells of a change that comes late', async () => {
      const { turn, clock } = start(new ScriptedService(before, before, before, titled).break(reset));
      await clock.advance(4 * minute);
      assert.deepEqual(
        [(await turn.result).outcome, turn.story.filter((line) => line.startsWith('recovering')).length],
        ['silent', 4],
      );
    });

    it('does not count readings that fail as answers', async () => {
      const { turn, clock, service } = start(
        new ScriptedService(reset, new TypeError('bug'), before, reset, before, before, before, before).break(reset),
      );
      await clock.advance(10 * minute);
      assert.equal((await turn.result).error!.code, 'turnLost');
      assert.equal(service.reads, 8);
    });

    it('is given up honestly where the service can never be asked', async () => {
      const { turn, clock, service } = start(new ScriptedService(reset).break(reset));
      await clock.advance(20 * minute);
      const { error } = await turn.result;
      assert.equal(error!.code, 'turnLost');
      assert.match(error!.message, /cannot be asked what became of your message/);
      assert.equal(service.reads, 10);
    });

    it('says at once that the session is gone', async () => {
      const gone = new NemoError('sessionGone', 'The session is gone.', {
        steps: [{ kind: 'newSession', label: 'New' }],
      });
      const { turn, clock } = start(new ScriptedService(gone).break(reset));
      await clock.advance(30_000);
      const { error, notTaken } = await turn.result;
      assert.equal(error!.code, 'sessionGone');
      assert.equal(notTaken, undefined, 'the message may have been done, and paid for');
    });

    it('says that the message may have been done where a refusal hides what came of it', async () => {
      const refusal = new NemoError('scopeMissing', 'The token may not read.', {
        steps: [{ kind: 'signIn', label: 'Sign In' }],
      });
      const { turn, clock } = start(new ScriptedService(refusal).break(reset));
      await clock.advance(30_000);
      const { error } = await turn.result;
      assert.equal(error!.code, 'scopeMissing');
      assert.match(error!.message, /^The token may not read\. .*cannot be asked what became of your message/);
      assert.deepEqual(
        error!.steps.map(({ kind }) => kind),
        ['signIn', 'showTracks'],
      );
    });

    it('behind a complete message has lost nothing', async () => {
      const { turn, clock } = start(new ScriptedService(titled).emit(piece('Done.'), said('Done.')).break(reset));
      await clock.advance(minute);
      assert.deepEqual([(await turn.result).outcome, turn.text], ['answered', 'Done.']);
      assert.ok(!turn.story.some((line) => line.startsWith('recovering')));
    });

    it('while a tool is at work is recovered though a message was complete', async () => {
      const { turn, clock } = start(
        new ScriptedService(titled).emit(said('I will.'), call('generate_video')).break(reset),
      );
      await clock.advance(minute);
      await turn.result;
      assert.ok(turn.story.includes('recovering 1/5 in 30 s'));
    });

    for (const error of [
      reset,
      new NemoError('timedOut', 'slow'),
      new NemoError('serverFault', '502'),
      new NemoError('badAnswer', 'html'),
      new TypeError('bug'),
    ]) {
      it(`before its first event is recovered too, and never sent again: ${error.message}`, async () => {
        const { turn, clock, service } = start(new ScriptedService(titled).break(error));
        await clock.advance(minute);
        assert.deepEqual([(await turn.result).outcome, service.sent.length], ['silent', 1]);
      });
    }

    it('before anything was sent has failed at once, and may be tried again', async () => {
      const refused = new NemoError('unreachable', 'Nemo cannot be reached.', {
        notSent: true,
        steps: [{ kind: 'showLog', label: 'Log' }],
      });
      const { turn, service } = start(new ScriptedService(before).break(refused));
      const { error, outcome } = await turn.result;
      assert.deepEqual(
        [outcome, error!.code, error!.steps.map(({ label }) => label), service.reads],
        ['failed', 'unreachable', ['Try Again', 'Log'], 0],
      );
    });

    for (const code of ['noCredits', 'sessionGone', 'tokenRejected', 'scopeMissing'] as const) {
      it(`by a refusal keeps what that says: ${code}`, async () => {
        const steps = [{ kind: 'signIn', label: 'Sign In' }] as const;
        const { turn } = start(new ScriptedService(before).break(new NemoError(code, 'No.', { steps, notSent: true })));
        assert.deepEqual(await turn.result, {
          outcome: 'failed',
          text: '',
          changes: [],
          actions: [],
          error: { code, message: 'No.', steps },
          notTaken: true,
        });
      });
    }

    it('because the client was closed is cancelled', async () => {
      const { turn } = start(new ScriptedService(before).break(new NemoError('cancelled', 'Stopped.')));
      assert.equal((await turn.result).outcome, 'cancelled');
    });
  });

  describe('that is stopped', () => {
    const moments: Readonly<Record<string, (setting: Setting) => Promise<void>>> = {
      'while nothing has come yet': async ({ clock }) => clock.advance(1000),
      'in the middle of the text': async ({ clock, service }) => {
        service.emit(piece('I am '));
        await clock.advance(1000);
      },
      'while a tool works': async ({ clock, service }) => {
        service.emit(call('generate_video'), heartbeat);
        await clock.advance(3 * minute);
      },
      'while it waits to read the state again': async ({ clock, service }) => {
        service.break(reset);
        await clock.advance(minute);
      },
      'while the state is read': async ({ clock, service }) => {
        service.stateHangs = true;
        service.emit(said('Done.')).end();
        await clock.advance(1000);
      },
      'while it waits for a late edit': async ({ clock, service }) => {
        service.end();
        await clock.advance(1000);
      },
    };
    for (const [moment, reach] of Object.entries(moments)) {
      it(`is over at once ${moment}`, async () => {
        const setting = start(new ScriptedService(before));
        await reach(setting);
        const reads = setting.service.reads;
        setting.stop.abort();
        const { outcome, error } = await setting.turn.result;
        assert.deepEqual([outcome, error], ['cancelled', undefined]);
        assert.deepEqual([setting.service.sent.length, setting.service.reads, setting.clock.sleeping], [1, reads, 0]);
      });
    }

    it('keeps what was said', async () => {
      const { turn, clock, stop } = start(new ScriptedService(before).emit(piece('One. Tw')));
      await clock.advance(1000);
      stop.abort();
      assert.equal((await turn.result).text, 'One. Tw');
      assert.equal(turn.text, 'One. Tw');
    });

    it('before it began sends nothing', async () => {
      const stop = new AbortController();
      stop.abort();
      const service = new ScriptedService(before);
      const turn = new WatchedTurn(
        runTurn({
          client: service,
          sessionId: 's',
          text: 'x',
          before: undefined,
          clock: new TurnedClock(),
          signal: stop.signal,
          guiActions: true,
        }),
      );
      assert.equal((await turn.result).outcome, 'cancelled');
      assert.deepEqual(service.sent, []);
    });

    it('by whoever reads it leaves no stream and no timer behind', async () => {
      const service = new ScriptedService(before).emit(simple('One. '), simple('Two. '));
      const clock = new TurnedClock();
      for await (const update of runTurn({
        client: service,
        sessionId: 's',
        text: 'x',
        before,
        clock,
        signal: new AbortController().signal,
        guiActions: true,
      })) {
        if (update.kind === 'text') break;
      }
      await clock.advance(0);
      assert.deepEqual([service.left, clock.sleeping], [true, 0]);
    });
  });
});

describe('A turn that is picked up again', () => {
  function pickUp(
    service: ScriptedService,
    secondsAgo: number,
    known: StateAnswer | undefined = before,
    shown?: string,
  ) {
    const [clock, stop] = [new TurnedClock(), new AbortController()];
    const turn = new WatchedTurn(
      recoverTurn({
        client: service,
        sessionId: 's',
        text: 'Add a title',
        before: known,
        sentAtMs: clock.now() - secondsAgo * 1000,
        clock,
        signal: stop.signal,
        guiActions: true,
        ...(shown === undefined ? {} : { shown }),
      }),
    );
    return { turn, clock, stop, service };
  }

  it('tells what changed, and never sends', async () => {
    const { turn, clock, service } = pickUp(new ScriptedService(titled), 10);
    await clock.advance(20_000);
    const { outcome, changes } = await turn.result;
    assert.deepEqual([outcome, changes.length, service.sent.length], ['silent', 1, 0]);
    assert.deepEqual(turn.story[0], 'picking up 1/5 in 20 s');
  });

  it('reads at once where the 30 s are over', async () => {
    const { turn, clock } = pickUp(new ScriptedService(titled), 45);
    await clock.advance(0);
    assert.equal((await turn.result).changes.length, 1);
  });

  it('is lost after five answers without a change', async () => {
    const { turn, clock, service } = pickUp(new ScriptedService(before), 45);
    await clock.advance(4 * minute);
    assert.deepEqual([(await turn.result).error!.code, service.reads], ['turnLost', 5]);
  });

  it('is lost after one where no turn could still be at work', async () => {
    const { turn, clock, service } = pickUp(new ScriptedService(before), 16 * 60);
    await clock.advance(0);
    assert.deepEqual([(await turn.result).error!.code, service.reads], ['turnLost', 1]);
  });

  it('sees a change from its first reading on where the state before is not known', async () => {
    const service = new ScriptedService(before, titled);
    const [clock, stop] = [new TurnedClock(), new AbortController()];
    const turn = new WatchedTurn(
      recoverTurn({
        client: service,
        sessionId: 's',
        text: 'Add a title',
        before: undefined,
        sentAtMs: clock.now(),
        clock,
        signal: stop.signal,
        guiActions: true,
      }),
    );
    await clock.advance(2 * minute);
    assert.equal((await turn.result).changes.length, 1);
  });

  it('keeps what was shown before and goes on behind it', async () => {
    const { turn, clock } = pickUp(new ScriptedService(titled), 45, before, 'I am on it.');
    await clock.advance(0);
    assert.match((await turn.result).text, /^I am on it\.\n\nYour message had arrived\. This changed/);
    assert.match(turn.text, /^\n\nYour message had arrived/);
  });

  it('tells nothing twice that was told when the window closed', async () => {
    const told = 'Done. This changed on the timeline:';
    const { turn, clock } = pickUp(new ScriptedService(titled), 45, before, told);
    await clock.advance(0);
    const { text, changes } = await turn.result;
    assert.deepEqual([text, changes.length], [told, 1]);
  });

  it('is over at once when it is stopped', async () => {
    const { turn, clock, stop } = pickUp(new ScriptedService(before), 0);
    await clock.advance(1000);
    stop.abort();
    assert.equal((await turn.result).outcome, 'cancelled');
  });
});
