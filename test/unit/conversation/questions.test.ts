import assert from 'node:assert/strict';

import type { StreamEvent } from '../../../src/client/stream-event.ts';
import { answerMessage, choiceMessage, choicesIn } from '../../../src/conversation/question-answer.ts';
import { recoverTurn } from '../../../src/conversation/turn.ts';
import { TurnedClock } from '../turned-clock.ts';
import { ScriptedService, WatchedTurn } from './scripted-service.ts';
import { before, call, minute, reset, result, said, start, titled, whole } from './scripted-turn.ts';

const style = {
  id: 'style',
  prompt: 'Which style?',
  options: [
    { id: 'a', label: 'Calm' },
    { id: 'b', label: 'Lively' },
  ],
  allowMultiple: false,
};
const more = {
  id: 'more',
  prompt: 'What\nelse?',
  options: [
    { id: 'a', label: 'Music' },
    { id: 'b', label: 'Colours' },
  ],
  allowMultiple: true,
};
const asks = (...questions: readonly (typeof style)[]): StreamEvent => ({ kind: 'question', questions });

describe('A turn in which the agent asks', () => {
  it('waits for the user: that is neither a broken stream nor silence', async () => {
    const { turn, result: end, service } = await whole([before], asks(style, more));
    assert.deepEqual([end.outcome, end.text, end.questions, end.error], ['question', '', [style, more], undefined]);
    assert.deepEqual(
      turn.story.filter((line) => /asks|recovering|complete/.test(line)),
      ['asks: Which style?; What\nelse?'],
    );
    assert.deepEqual([service.reads, service.sent.length], [1, 1]);
  });

  it('shows a question once that is announced twice, and all that are asked one after the other', async () => {
    const { result: end } = await whole([before], asks(style), asks(style), said('One more.'), asks(more));
    assert.deepEqual([end.questions, end.text], [[style, more], 'One more.']);
  });

  it('gives two questions of the same name ids of their own', async () => {
    const { result: end } = await whole([before], asks(style), asks({ ...style, prompt: 'Really?' }));
    assert.deepEqual(
      end.questions?.map(({ id }) => id),
      ['style', 'style (2)'],
    );
  });

  it('tells also what changed before', async () => {
    const { result: end } = await whole([titled], call('add_title'), result('add_title'), asks(style));
    assert.deepEqual([end.outcome, end.changes.length], ['question', 1]);
  });

  it('is complete soon where its stream stays open, and has lost nothing where that breaks', async () => {
    const open = start(new ScriptedService(before).emit(asks(style)));
    await open.clock.advance(5000);
    assert.equal(open.turn.story.at(-1), 'complete (question), following the stream');
    const broken = start(new ScriptedService(before).emit(asks(style)).break(reset));
    await broken.clock.advance(minute);
    assert.equal((await broken.turn.result).outcome, 'question');
  });

  it('asks no more where it went on without an answer', async () => {
    const { turn, result: end } = await whole(
      [titled],
      asks(style),
      { kind: 'questionResult' },
      call('add_title'),
      result('add_title'),
      said('I took the calm one.'),
    );
    assert.deepEqual([end.outcome, end.questions, end.changes.length], ['answered', undefined, 1]);
    assert.ok(turn.story.includes('asks: '));
  });

  it('still asks where the call only said that it waits', async () => {
    const { result: end } = await whole([before], asks(style), { kind: 'questionResult' });
    assert.equal(end.outcome, 'question');
  });

  it('asks for words where nothing of the question can be read', async () => {
    const { result: end } = await whole([before], asks());
    assert.deepEqual([end.outcome, end.questions], ['question', []]);
    assert.match(end.text, /Say in your own words/);
  });

  it('is found again by the next window as it was', async () => {
    const clock = new TurnedClock();
    const turn = new WatchedTurn(
      recoverTurn({
        client: new ScriptedService(before),
        sessionId: 's',
        text: 'Add a title',
        before,
        sentAtMs: clock.now(),
        clock,
        signal: new AbortController().signal,
        guiActions: true,
        shownQuestions: [style],
      }),
    );
    await clock.advance(0);
    assert.deepEqual([(await turn.result).outcome, (await turn.result).questions], ['question', [style]]);
  });
});

describe('An answer to a question', () => {
  it('is the choice alone, and beside its question where there are several', () => {
    assert.equal(answerMessage([style], [{ questionId: 'style', optionIds: ['b'] }]), 'Lively');
    assert.equal(
      answerMessage([more], [{ questionId: 'more', optionIds: ['b', 'a'], other: ' and less ' }]),
      'Music, Colours, and less',
    );
    assert.equal(
      answerMessage(
        [style, more],
        [
          { questionId: 'more', optionIds: ['a'] },
          { questionId: 'style', optionIds: [], other: 'Dark' },
        ],
      ),
      'Which style? Dark\nWhat else? Music',
    );
  });

  it('takes nothing that was not offered, and one where one is wanted', () => {
    assert.equal(answerMessage([style], [{ questionId: 'style', optionIds: ['x'] }]), '');
    assert.equal(answerMessage([style], [{ questionId: 'other', optionIds: ['a'], other: 'x' }]), '');
    assert.equal(answerMessage([style], [{ questionId: 'style', optionIds: ['a', 'b'], other: 'x' }]), 'Calm');
  });

  it('is recognized in the words that it is made of', () => {
    assert.deepEqual(choicesIn([style], ' lively '), [{ questionId: 'style', optionIds: ['b'] }]);
    assert.deepEqual(
      choicesIn(
        [style, more],
        `${choiceMessage([style, more], style, 'Calm')}\n${choiceMessage([style, more], more, 'Music')}`,
      ),
      [
        { questionId: 'style', optionIds: ['a'] },
        { questionId: 'more', optionIds: ['a'] },
      ],
    );
    assert.equal(choicesIn([style], 'something else'), undefined);
    assert.equal(choicesIn([{ ...style, options: [] }], ''), undefined);
  });
});
