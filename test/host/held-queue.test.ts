import assert from 'node:assert/strict';

import type { SessionChat } from '../../src/editor/session-chat.ts';
import { Machine, type EditorWindow } from './editor-windows.ts';
import { eventually } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';
import { showChat, type Page } from './stand-in-page.ts';

describe('What waits when a turn is stopped', () => {
  const [first, second, third] = ['add a title "First"', 'add a title "Second"', 'add a title "Third"'] as const;
  let machine: Machine;
  let window: EditorWindow;
  let chat: SessionChat;
  let page: Page;
  let closeView: () => void;
  /** Messages that the service got before the test. */
  let before: number;

  beforeEach(async () => {
    await sandbox.calm();
    machine = await Machine.start();
    window = machine.openWindow();
    await show();
    before = (await sandbox.counts()).messages;
  });

  afterEach(async () => {
    closeView();
    await sandbox.calm();
    await machine.stop();
  });

  async function show(): Promise<void> {
    const shown = showChat(window);
    ({ page } = shown);
    closeView = () => shown.view.dispose();
    chat = await window.chats.chat();
    await page.ask({ type: 'ready' });
  }

  const type = async (text: string) => assert.equal((await page.ask({ type: 'send', text })).type, 'reply');
  const received = async () => (await sandbox.messages(before)).map(({ text }) => text);
  const waiting = () => chat.state.messages.flatMap(({ state, text }) => (state === 'queued' ? [text] : []));
  const idOf = (text: string) => chat.state.messages.find((message) => message.text === text)?.id ?? '';
  /** As when the editor is started anew. */
  const reload = async () => {
    closeView();
    await window.close();
    window = machine.openWindow();
    await show();
  };
  /** Has the first message run, the others wait, and stops it. */
  const stopFirst = async (...others: string[]) => {
    await sandbox.addFault({ endpoint: 'runSse', moment: 'beforeAnswer', kind: 'stall' });
    await type(first);
    for (const text of others) await type(text);
    await eventually(chat.onDidPost, () => chat.record.pendingTurn !== undefined);
    await page.ask({ type: 'stop' });
    await chat.idle();
    await sandbox.clearFaults();
    // One that was stopped before it left is not among them.
    before = (await sandbox.counts()).messages;
  };

  it('is not sent, until “Send Next” lets all of it go on, each followed by its own answer', async () => {
    await stopFirst(second, third);
    assert.deepEqual([waiting(), chat.state.queueHeld, chat.busy], [[second, third], true, false]);
    assert.deepEqual(await received(), []);
    assert.ok(page.got.some((message) => message.type === 'queueHeldChanged' && message.held));

    assert.equal((await page.ask({ type: 'sendNext' })).type, 'reply');
    await chat.idle();
    assert.deepEqual(await received(), [second, third]);
    assert.deepEqual([waiting(), chat.state.queueHeld], [[], undefined]);
    const { messages } = chat.state;
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['user', 'assistant', 'user', 'assistant', 'user', 'assistant'],
    );
    for (const [at, { answerTo }] of messages.entries()) {
      if (at % 2 === 1) assert.equal(answerTo, messages[at - 1]?.id);
    }
  });

  it('is edited and removed as ever, and what is sent then waits behind it', async () => {
    await stopFirst(second, third);
    await type('add a title "Fourth"');
    assert.deepEqual(waiting(), [second, third, 'add a title "Fourth"']);
    await page.ask({ type: 'editQueued', id: idOf(third), text: 'add a title "Edited"' });
    await page.ask({ type: 'removeQueued', id: idOf(second) });
    assert.deepEqual(waiting(), ['add a title "Edited"', 'add a title "Fourth"']);
    assert.deepEqual([await received(), chat.state.queueHeld], [[], true]);
    await page.ask({ type: 'sendNext' });
    await chat.idle();
    assert.deepEqual(await received(), ['add a title "Edited"', 'add a title "Fourth"']);
  });

  it('holds up nobody once all of it is removed', async () => {
    await stopFirst(second);
    await page.ask({ type: 'removeQueued', id: idOf(second) });
    assert.equal(chat.state.queueHeld, undefined);
    await type(third);
    await chat.idle();
    assert.deepEqual(await received(), [third]);
  });

  it('is nothing where nothing waited: the next message goes at once', async () => {
    await stopFirst();
    assert.equal(chat.state.queueHeld, undefined);
    await type(second);
    await chat.idle();
    assert.deepEqual(await received(), [second]);
  });

  it('is held over a reload too, and sent then by “Send Next”', async () => {
    await stopFirst(second, third);
    await reload();
    await chat.idle();
    assert.deepEqual([waiting(), chat.state.queueHeld], [[second, third], true]);
    await type('add a title "Fourth"');
    await chat.idle();
    assert.deepEqual(await received(), []);
    const snapshot = page.got.find((message) => message.type === 'snapshot');
    assert.equal(snapshot?.state.queueHeld, true);
    await page.ask({ type: 'sendNext' });
    await chat.idle();
    assert.deepEqual(await received(), [second, third, 'add a title "Fourth"']);
  });

  it('is held in a window that died before the stopped turn was over', async () => {
    await sandbox.addFault({ endpoint: 'runSse', moment: 'beforeAnswer', kind: 'stall' });
    for (const text of [first, second]) await type(text);
    await eventually(chat.onDidPost, () => chat.record.pendingTurn !== undefined);
    await page.ask({ type: 'stop' });
    await reload();
    await sandbox.clearFaults();
    await chat.idle();
    assert.deepEqual([waiting(), chat.state.queueHeld], [[second], true]);
  });

  it('goes on before the message of a program, which has no button to press', async () => {
    await stopFirst(second);
    const { accepted, over } = chat.send(third, { mayAsk: false });
    await accepted;
    assert.equal((await over).outcome, 'answered');
    assert.deepEqual(await received(), [second, third]);
    assert.equal(chat.state.queueHeld, undefined);
  });

  it('ends the call of a program whose message it holds, where another session is shown', async () => {
    await sandbox.addFault({ endpoint: 'runSse', moment: 'beforeAnswer', kind: 'stall' });
    await type(first);
    const { accepted, over } = chat.send(second, { mayAsk: false });
    await accepted;
    await eventually(chat.onDidPost, () => chat.record.pendingTurn !== undefined);
    await page.ask({ type: 'stop' });
    await window.chats.newSession();
    assert.equal((await over).outcome, 'cancelled');
    const back = await window.chats.switchTo(chat.id);
    assert.deepEqual([back.state.queueHeld, back.state.messages.at(-1)?.state], [true, 'queued']);
  });

  it('is answered right behind its question while others still wait', async () => {
    await sandbox.addFault({ endpoint: 'runSse', moment: 'beforeAnswer', kind: 'stall', ms: 500 });
    for (const text of [first, second, third]) await type(text);
    await chat.idle();
    const texts = chat.state.messages.map(({ role, text }) => (role === 'user' ? text : 'answer'));
    assert.deepEqual(texts, [first, 'answer', second, 'answer', third, 'answer']);
    // What the page was told leads to the same.
    const added = page.got.flatMap((message) => (message.type === 'messageAdded' ? [message] : []));
    assert.ok(added.some(({ after, message }) => after === idOf(second) && message.answerTo === after));
  });
});
