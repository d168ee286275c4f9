import assert from 'node:assert/strict';

import type { ChatMessage } from '../../src/conversation/chat-state.ts';
import type { SessionChat } from '../../src/editor/session-chat.ts';
import { Machine, type EditorWindow } from './editor-windows.ts';
import { clip } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

describe('Questions of the agent', () => {
  let machine: Machine;
  let window: EditorWindow;
  let chat: SessionChat;

  const send = async (text: string) => {
    const { accepted, over } = chat.send(text, { mayAsk: false });
    await accepted;
    return over;
  };
  const asking = (of = chat): ChatMessage => {
    const found = of.state.messages.findLast(({ question }) => question !== undefined);
    assert.ok(found);
    return found;
  };
  const received = async (from: number) => (await sandbox.messages(from)).map(({ text }) => text);

  beforeEach(async () => {
    await sandbox.calm();
    machine = await Machine.start();
    window = machine.openWindow();
    chat = await window.chats.chat();
    await chat.uploads.upload([clip('talk.mp4')]);
  });

  afterEach(async () => {
    await sandbox.calm();
    await machine.stop();
  });

  for (const dialect of ['simple', 'adk'] as const) {
    it(`are what a message comes to, with the choices as actions, in the ${dialect} form`, async () => {
      await sandbox.configure({ dialect, nextTurn: 'question' });
      const { messages: from } = await sandbox.counts();
      const { outcome, text, actions, questions } = await send('add a title "Asked"');
      assert.deepEqual([outcome, text, questions?.length], ['question', 'Which style do you want?', 1]);
      assert.deepEqual(
        actions.map(({ kind, label, argument }) => [kind, label, argument]),
        ['Calm', 'Lively', 'As it is'].map((label) => ['send', label, label]),
      );
      assert.deepEqual([asking().state, asking().question?.answer], ['done', undefined]);
      const next = await send(actions[1]?.argument ?? '');
      assert.match(next.changes.join(), /Title added: "Asked"/);
      assert.deepEqual(asking().question?.answer, { choices: [{ questionId: 'style', optionIds: ['o2'] }] });
      assert.deepEqual(await received(from), ['add a title "Asked"', 'Lively']);
    });
  }

  it('are answered by their card, once', async () => {
    await sandbox.configure({ nextTurn: 'questions' });
    const { messages: from } = await sandbox.counts();
    await send('add a title "Card"');
    const choices = [
      { questionId: 'style', optionIds: ['o1'] },
      { questionId: 'extra', optionIds: ['o2'], other: 'the end' },
    ];
    await assert.rejects(chat.answerQuestion(asking().id, []), { code: 'badArgument' });
    await Promise.all([chat.answerQuestion(asking().id, choices), chat.answerQuestion(asking().id, choices)]);
    await chat.idle();
    assert.deepEqual(asking().question?.answer, { choices });
    assert.deepEqual(await received(from), [
      'add a title "Card"',
      'Which style do you want? Calm\nWhat else may I change? Music, the end',
    ]);
    assert.match(JSON.stringify(chat.state.messages.at(-1)?.changes), /Card/);
  });

  it('are answered by any message to the agent, and by none that is answered here', async () => {
    await sandbox.configure({ nextTurn: 'question' });
    await send('add a title "Words"');
    await send('how many credits do I have left?');
    assert.equal(asking().question?.answer, undefined);
    await send('add a title "Other"');
    assert.deepEqual(asking().question?.answer, { choices: [] });
  });

  it('get their answer also where its words would be done here otherwise', async () => {
    await sandbox.configure({ nextTurn: 'question' });
    await send('add a title "Export"');
    const { messages: from } = await sandbox.counts();
    await chat.answerQuestion(asking().id, [{ questionId: 'style', optionIds: [], other: 'export' }]);
    await chat.idle();
    assert.deepEqual(await received(from), ['export']);
  });

  it('are there after a restart, answered or not', async () => {
    await sandbox.configure({ nextTurn: 'question' });
    await send('add a title "Restart"');
    const { question } = asking();
    await window.close();
    window = machine.openWindow();
    chat = await window.chats.chat();
    assert.deepEqual(asking().question, question);
    await chat.answerQuestion(asking().id, [{ questionId: 'style', optionIds: ['o3'] }]);
    await chat.idle();
    await window.close();
    chat = await machine.openWindow().chats.chat();
    assert.deepEqual(asking().question?.answer, { choices: [{ questionId: 'style', optionIds: ['o3'] }] });
  });

  it('that cannot be read lose no message', async () => {
    await sandbox.configure({ nextTurn: 'oddQuestion' });
    const { outcome, text, actions } = await send('add a title "Odd"');
    assert.deepEqual([outcome, actions], ['question', []]);
    assert.match(text, /Say in your own words/);
  });
});
