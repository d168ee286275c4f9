import assert from 'node:assert/strict';

import { Recall } from '../../../webview/chat/recall.ts';

const history = ['first', 'second'];

describe('Recalling what was written', () => {
  it('goes back from an empty line, message by message, and stops at the first', () => {
    const recall = new Recall();
    assert.equal(recall.step(-1, history, ''), 'second');
    assert.equal(recall.step(-1, history, 'second'), 'first');
    assert.equal(recall.step(-1, history, 'first'), 'first');
  });

  it('comes forward again, up to the empty line', () => {
    const recall = new Recall();
    recall.step(-1, history, '');
    recall.step(-1, history, 'second');
    assert.equal(recall.step(1, history, 'first'), 'second');
    assert.equal(recall.step(1, history, 'second'), '');
    assert.equal(recall.step(1, history, ''), undefined);
  });

  it('keeps what is being written, and comes back to it', () => {
    const recall = new Recall();
    assert.equal(recall.step(-1, history, 'half a thought'), 'second');
    assert.ok(recall.shows('second'));
    assert.equal(recall.step(1, history, 'second'), 'half a thought');
    assert.ok(!recall.shows('half a thought'));
  });

  it('leaves ↓ alone where nothing was recalled, or it was changed since', () => {
    const recall = new Recall();
    assert.equal(recall.step(1, history, ''), undefined);
    recall.step(-1, history, '');
    assert.equal(recall.step(1, history, 'second, changed'), undefined);
  });

  it('has nothing to recall at first', () => {
    assert.equal(new Recall().step(-1, [], ''), undefined);
  });
});
