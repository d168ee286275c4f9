import assert from 'node:assert/strict';

import { AnswerText } from '../../../src/conversation/answer-text.ts';

describe('The text of an answer', () => {
  it('remembers the ids of so many events, and no more however many come', () => {
    /** How much is shown of a stream whose events have these ids. */
    const shownOf = (ids: readonly string[]) => {
      const answer = new AnswerText();
      for (const id of ids) answer.take({ kind: 'text', text: 'x', partial: true, id });
      answer.end();
      return answer.shown.length;
    };
    const many = Array.from({ length: 10_000 }, (_, count) => `event ${count}`);
    assert.equal(shownOf([...many, 'event 0', 'event 9999']), 10_000, 'what is remembered counts once');
    assert.equal(shownOf([...many, 'late', 'late']), 10_002);
  });

  it('is taken back so many times, by a stream that does nothing else', () => {
    const answer = new AnswerText();
    let replaced = 0;
    for (let count = 0; count < 100; count++) {
      const source = { kind: 'text', invocationId: `turn ${count}`, author: 'nemo' } as const;
      answer.take({ ...source, text: `The first thought, number ${count}.`, partial: true });
      const updates = answer.take({ ...source, text: `Something else altogether (${count}).`, partial: false });
      replaced += updates.filter(({ kind }) => kind === 'textReplaced').length;
    }
    assert.equal(replaced, 30);
  });
});
