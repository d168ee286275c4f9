import assert from 'node:assert/strict';

import fc from 'fast-check';

import { isAskingTool, readQuestions } from '../../../src/client/agent-question.ts';
import { readStreamMessage, type StreamEvent } from '../../../src/client/stream-event.ts';

const style = {
  id: 'style',
  prompt: 'Which style?',
  options: [
    { id: 'a', label: 'Calm' },
    { id: 'b', label: 'Lively' },
  ],
};
const read = { ...style, allowMultiple: false };

function eventsIn(message: unknown): StreamEvent[] {
  return readStreamMessage({ data: JSON.stringify(message) }, () => assert.fail('no refusal'));
}

describe('A question of the agent’s', () => {
  it('is read from a list, from one alone, and from JSON in a string', () => {
    for (const args of [
      { questions: [style] },
      style,
      JSON.stringify({ questions: [style] }),
      JSON.stringify([style]),
    ]) {
      assert.deepEqual(readQuestions(args), [read]);
    }
    assert.deepEqual(readQuestions({ questions: [{ ...style, allow_multiple: true }, { prompt: 'And?' }] }), [
      { ...read, allowMultiple: true },
      { id: 'q2', prompt: 'And?', options: [], allowMultiple: false },
    ]);
  });

  it('falls back to what can be read of it', () => {
    assert.deepEqual(readQuestions('What colour?'), [
      { id: 'q1', prompt: 'What colour?', options: [], allowMultiple: false },
    ]);
    assert.deepEqual(readQuestions({ question: 'How long?', choices: ['10 s', 20, { id: 'x' }, null, '', {}] }), [
      {
        id: 'q1',
        prompt: 'How long?',
        options: [
          { id: '10 s', label: '10 s' },
          { id: '20', label: '20' },
          { id: 'x', label: 'x' },
        ],
        allowMultiple: false,
      },
    ]);
    for (const args of [
      undefined,
      null,
      7,
      [],
      {},
      { questions: 'x' },
      { questions: [null, 3, {}] },
      '{"broken',
      { prompt: '\u0000\u202e ' },
    ]) {
      assert.deepEqual(readQuestions(args), []);
    }
  });

  it('has ids that are its own, and choices that can be told apart', () => {
    const [first, second] = readQuestions({
      questions: [
        style,
        { ...style, options: [...style.options, { id: 'a', label: 'Dark' }, { id: 'z', label: 'Calm' }] },
      ],
    });
    assert.deepEqual([first!.id, second!.id], ['style', 'style 2']);
    assert.deepEqual(second!.options, [...style.options, { id: 'a 2', label: 'Dark' }]);
  });

  it('is plain text of some length and number, whatever is sent', () => {
    const long = 'x'.repeat(50_000);
    const options = Array.from({ length: 5_000 }, (_, at) => ({ id: at, label: `${at} ${long}` }));
    const all = readQuestions({
      questions: Array.from({ length: 5_000 }, () => ({ prompt: `\u001b[31m\u202e${long}`, options })),
    });
    assert.equal(all.length, 10);
    for (const { prompt, options: shown } of all) {
      assert.ok(prompt.length <= 2_000 && !/\p{Cc}|\u202e/u.test(prompt));
      assert.ok(shown.length <= 30 && shown.every(({ label }) => label.length <= 300));
    }
    fc.assert(
      fc.property(fc.anything(), (args) => {
        for (const { id, prompt, options: shown } of readQuestions(args)) {
          assert.ok(prompt.trim() !== '' && id !== '' && shown.every(({ label }) => label !== ''));
        }
      }),
    );
  });

  it('is known by the call’s name', () => {
    for (const name of ['ask_question', 'askQuestion', 'ask-questions', 'ask_user_question'])
      assert.ok(isAskingTool(name), name);
    for (const name of ['', 'question', 'ask', 'add_title', 'task_question']) assert.ok(!isAskingTool(name), name);
  });

  describe('comes in a stream', () => {
    const call = { id: 'c1', name: 'ask_question', args: style };
    const part = (functionCall: unknown, more: object = {}) => ({
      content: { parts: [{ functionCall }], role: 'model' },
      ...more,
    });

    it('in both forms', () => {
      assert.deepEqual(eventsIn({ type: 'tool_call', name: 'ask_question', args: style }), [
        { kind: 'question', questions: [read] },
      ]);
      assert.deepEqual(eventsIn({ type: 'tool_call', name: 'ask_question', arguments: { questions: [style] } }), [
        { kind: 'question', questions: [read] },
      ]);
      assert.deepEqual(eventsIn(part(call)), [{ kind: 'question', questions: [read], id: 'c1' }]);
    });

    it('of any call that is listed as waiting and has a prompt', () => {
      const other = { ...call, name: 'request_style' };
      for (const key of ['longRunningToolIds', 'long_running_tool_ids']) {
        assert.deepEqual(eventsIn(part(other, { [key]: ['c1'] })), [{ kind: 'question', questions: [read], id: 'c1' }]);
      }
      assert.deepEqual(eventsIn(part(other)), [{ kind: 'toolCall', name: 'request_style', id: 'c1' }]);
      assert.deepEqual(eventsIn(part({ ...other, args: { prompt: 7 } }, { longRunningToolIds: ['other'] })), [
        { kind: 'toolCall', name: 'request_style', id: 'c1' },
      ]);
      assert.deepEqual(eventsIn(part({ ...other, args: { seconds: 7 } }, { longRunningToolIds: ['c1'] })), [
        { kind: 'toolCall', name: 'request_style', id: 'c1' },
      ]);
    });

    it('that was announced before its arguments were known', () => {
      assert.deepEqual(eventsIn(part({ ...call, args: {} }, { partial: true })), [{ kind: 'thinking' }]);
      assert.deepEqual(eventsIn(part({ ...call, args: {} })), [{ kind: 'question', questions: [], id: 'c1' }]);
    });

    it('and its result is none of a tool’s', () => {
      assert.deepEqual(eventsIn({ type: 'tool_result', name: 'ask_question', result: {} }), [
        { kind: 'questionResult' },
      ]);
    });
  });
});
