import assert from 'node:assert/strict';

import type { ChatResult } from '../../src/editor/chat-result.ts';
import { command, extension } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

const chat = (text: string) => command<ChatResult>('nemo.chat', text);

/** Words that a reader who tries every way to read them never gets through. */
const answers: Readonly<Record<string, string>> = {
  '105 characters of manners': '只需要'.repeat(34) + '面板。',
  'manners without end': '只需要'.repeat(600) + '面板。',
  'manners for a megabyte': '只需要'.repeat(350_000) + '面板。',
  'English manners': 'then you '.repeat(40) + 'x.',
  'English manners without end': 'you can now just then '.repeat(80) + 'x.',
  'brackets that are never closed': '**“「（['.repeat(300) + '点击',
  'steps without end': 'Click "A" and then, if you like, '.repeat(20_000) + 'x.',
  'one mark without end': '!'.repeat(200_000) + 'x',
};

const refusals: Readonly<Record<string, string>> = {
  '80 KB of sessions': 'session '.repeat(10_000) + 'not founD!',
  '80 KB of half tags': '<a'.repeat(40_000),
  '3.5 MB of sessions': 'session '.repeat(440_000) + 'not founD!',
  '3.5 MB of half tags': '<a '.repeat(1_160_000),
  '3.5 MB of blanks': ' '.repeat(3_500_000) + 'x',
};

describe('Words from the service, however they go on', () => {
  before(async () => {
    await sandbox.calm();
    await command('nemo.newSession', {});
  });
  afterEach(() => sandbox.calm());

  /** The chat goes on, and the extension host answers others. */
  async function assertAlive(): Promise<void> {
    assert.equal((await chat('hello')).outcome, 'answered');
    assert.ok((await extension().exports.chatState()).messages.length > 0);
  }

  for (const [what, text] of Object.entries(answers)) {
    it(`as an answer: ${what}`, async () => {
      await sandbox.configure({ nextAnswer: { kind: 'text', text } });
      const { outcome, text: shown } = await chat('hello');
      assert.equal(outcome, 'answered');
      assert.ok(shown.length > 0);
      await assertAlive();
    });
  }

  for (const [what, text] of Object.entries(refusals)) {
    it(`as an error in the stream: ${what}`, async () => {
      await sandbox.configure({ nextAnswer: { kind: 'error', text } });
      const { outcome, error } = await chat('hello');
      assert.equal(outcome, 'failed');
      assert.ok(error && error.message.length < 500);
      await assertAlive();
    });

    it(`as a refusal: ${what}`, async () => {
      await sandbox.addFault({ endpoint: 'runSse', moment: 'beforeAnswer', kind: 'code', code: 404, message: text });
      const { outcome, error } = await chat('hello');
      assert.equal(outcome, 'failed');
      assert.ok(error && error.message.length < 500);
      await assertAlive();
    });
  }

  it('as the body of an HTTP error', async () => {
    const message = 'session '.repeat(8000) + 'not founD!';
    await sandbox.addFault({ endpoint: 'runSse', moment: 'beforeAnswer', kind: 'status', status: 404, message });
    assert.equal((await chat('hello')).outcome, 'failed');
    await assertAlive();
  });
});
