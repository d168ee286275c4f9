import assert from 'node:assert/strict';

import { hastenedClock } from '../../src/client/clock.ts';
import type { ChatMessage } from '../../src/conversation/chat-state.ts';
import type { SessionChat } from '../../src/editor/session-chat.ts';
import type { NextTurn } from '../sandbox/sandbox-options.ts';
import { Machine, type EditorWindow } from './editor-windows.ts';
import { clip, eventually } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

describe('Edits that come late', () => {
  let machine: Machine;
  let window: EditorWindow;
  let chat: SessionChat;
  /** Fifty times as fast: two minutes are 2.4 s. */
  const openWindow = () => machine.openWindow({ clock: hastenedClock(50, Date.now()) });

  const send = async (text: string, nextTurn?: NextTurn, lateMs = 300) => {
    await sandbox.configure({ nextTurn: nextTurn ?? null, lateMs });
    const { accepted, over } = chat.send(text, { mayAsk: false });
    await accepted;
    return over;
  };
  const answerTo = (text: string, of = chat): ChatMessage => {
    const asked = of.state.messages.find((message) => message.role === 'user' && message.text === text);
    const answer = of.state.messages.find((message) => asked !== undefined && message.answerTo === asked.id);
    assert.ok(answer, JSON.stringify(of.state.messages));
    return answer;
  };
  const untilFollowing = (of = chat) => eventually(of.onDidChangeBusy, () => of.isFollowing && !of.busy);
  const changesOf = (message: ChatMessage) => (message.changes ?? []).map(({ sentence }) => sentence).join('; ');
  const receivedTimes = async (text: string) =>
    (await sandbox.messages()).filter((message) => message.text === text).length;
  /** The service has done its work, whether anybody here has looked or not. */
  const untilOnTimeline = async (text: string) => {
    const client = await window.connection.client();
    const { sessionId = '' } = chat.record;
    while (!((await client.state(sessionId)).draftText ?? '').includes(text)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  beforeEach(async () => {
    await sandbox.calm();
    machine = await Machine.start();
    window = openWindow();
    chat = await window.chats.chat();
    await chat.uploads.upload([clip('talk.mp4')]);
  });

  afterEach(async () => {
    await sandbox.calm();
    await machine.stop();
  });

  for (const dialect of ['simple', 'adk'] as const) {
    it(`are waited for after a silent answer while the next message may be sent already, in the ${dialect} form`, async () => {
      await sandbox.configure({ dialect });
      const wish = `add a title "Late ${dialect}"`;
      const over = send(wish, 'silentLate', 500);
      await untilFollowing();
      assert.deepEqual([answerTo(wish).state, answerTo(wish).following], ['done', 'state']);
      const { outcome, changes, text } = await over;
      assert.equal(outcome, 'silent');
      assert.match(changes.join(), /Title added: "Late/);
      assert.equal(text, 'Done. This changed on the timeline:');
      await chat.idle();
      assert.equal(answerTo(wish).following, undefined);
      assert.equal(await receivedTimes(wish), 1);
    });

    it(`are added to the sentence that came first, in the ${dialect} form`, async () => {
      await sandbox.configure({ dialect });
      const { outcome, text, changes } = await send('add a title "Minutes"', 'sentenceFirst', 2000);
      assert.deepEqual([outcome, changes], ['answered', []]);
      assert.match(text, /^Sure, I’m on it\.$/);
      assert.equal(chat.isFollowing, true, 'who waits for the answer is not kept until the stream closes');
      assert.equal(answerTo('add a title "Minutes"').following, 'stream');
      await chat.idle();
      const answer = answerTo('add a title "Minutes"');
      assert.match(answer.text, /^Sure, I’m on it\.[^]+Minutes/);
      assert.match(changesOf(answer), /Title added: "Minutes"/);
      assert.deepEqual([answer.state, answer.following, chat.record.pendingTurn], ['done', undefined, undefined]);
    });
  }

  it('are told as that message’s where they are found before the next one leaves', async () => {
    const over = send('add a title "First"', 'silentLate', 400);
    await untilFollowing();
    chat.stop();
    assert.match((await over).text, /until now nothing has changed/);
    await untilOnTimeline('First');
    const second = await send('add a title "Second"', 'text');
    assert.deepEqual(second.changes.length, 1);
    assert.match(second.changes.join(), /"Second"/);
    const first = answerTo('add a title "First"');
    assert.match(changesOf(first), /Title added: "First"/);
    assert.doesNotMatch(changesOf(first), /Second/);
    assert.equal(first.text, 'Done, though later than expected. This changed on the timeline:');
    assert.deepEqual(
      first.actions?.map(({ kind }) => kind),
      ['export'],
    );
  });

  it('are told as that message’s where they are found after everybody was told that nothing changed', async () => {
    const { outcome, text } = await send('add a title "Much Later"', 'silentLate', 3000);
    assert.equal(outcome, 'silent');
    assert.match(text, /nothing changed on the timeline/);
    await untilOnTimeline('Much Later');
    await chat.timeline.refresh();
    const answer = answerTo('add a title "Much Later"');
    assert.match(changesOf(answer), /Title added: "Much Later"/);
    assert.doesNotMatch(answer.text, /nothing changed/);
    const { messages } = chat.state;
    await chat.timeline.refresh();
    assert.deepEqual(chat.state.messages, messages, 'told once');
  });

  it('are told with a turn that was stopped', async () => {
    await sandbox.configure({ pace: 0.03, nextTurn: 'text' });
    const { accepted, over } = chat.send('add a title "Stopped"', { mayAsk: false });
    await accepted;
    while ((await receivedTimes('add a title "Stopped"')) === 0)
      await new Promise((resolve) => setTimeout(resolve, 10));
    chat.stop();
    assert.equal((await over).outcome, 'cancelled');
    await untilOnTimeline('Stopped');
    await chat.timeline.refresh();
    const answer = answerTo('add a title "Stopped"');
    assert.equal(answer.state, 'cancelled');
    assert.match(changesOf(answer), /Title added: "Stopped"/);
    assert.match(answer.text, /done all the same/);
  });

  it('are not mistaken for what an upload changes', async () => {
    const over = send('add a title "Never Mind"', 'unchanged');
    await untilFollowing();
    await chat.uploads.upload([clip('music.mp3')]);
    assert.match((await over).text, /until now nothing has changed/);
    await chat.timeline.refresh();
    assert.equal(changesOf(answerTo('add a title "Never Mind"')), '');
    assert.match(answerTo('add a title "Never Mind"').text, /until now nothing has changed/);
  });

  it('are waited for no longer when the next message leaves, which is told on its own', async () => {
    await send('add a title "Open"', 'stayOpen');
    assert.equal(chat.isFollowing, true);
    // What is answered without the service's model does not end it.
    await send('how many credits do I have left?');
    assert.equal(answerTo('add a title "Open"').following, 'stream');
    const { changes } = await send('add a title "Next"', 'text');
    assert.equal(changes.length, 1);
    assert.match(changes.join(), /"Next"/);
    const open = answerTo('add a title "Open"');
    assert.deepEqual([open.state, open.following], ['done', undefined]);
    assert.match(changesOf(open), /"Open"/);
    assert.equal(chat.isFollowing, false);
  });

  it('are listened for no longer when that is stopped', async () => {
    await send('add a title "Open"', 'stayOpen');
    const { text, changes, actions } = answerTo('add a title "Open"');
    chat.stop();
    await chat.idle();
    const answer = answerTo('add a title "Open"');
    assert.deepEqual([answer.state, answer.following], ['done', undefined]);
    assert.deepEqual([answer.text, answer.changes, answer.actions], [text, changes, actions]);
  });

  it('are found by the next window where the state was still being read', async () => {
    void send('add a title "Reloaded"', 'silentLate', 1000);
    await untilFollowing();
    await window.close();
    window = openWindow();
    const next = await window.chats.chat();
    assert.equal(answerTo('add a title "Reloaded"', next).following, 'state');
    assert.equal(next.busy, false);
    assert.equal(next.isFollowing, true);
    await next.idle();
    const answer = answerTo('add a title "Reloaded"', next);
    assert.match(changesOf(answer), /Title added: "Reloaded"/);
    assert.equal(answer.text, 'Done. This changed on the timeline:');
    assert.deepEqual([answer.state, answer.following, next.record.pendingTurn], ['done', undefined, undefined]);
    assert.deepEqual(
      next.state.messages.filter(({ role }) => role === 'notice'),
      [],
      'the answer had counted as complete',
    );
    assert.equal(await receivedTimes('add a title "Reloaded"'), 1);
  });

  it('are found by the next window where the stream was still open', async () => {
    await send('add a title "Left Open"', 'sentenceFirst', 3000);
    const { text } = answerTo('add a title "Left Open"');
    await window.close();
    window = openWindow();
    const next = await window.chats.chat();
    assert.equal(answerTo('add a title "Left Open"', next).following, 'stream');
    await next.idle();
    const answer = answerTo('add a title "Left Open"', next);
    assert.match(changesOf(answer), /Title added: "Left Open"/);
    assert.deepEqual([answer.text, answer.state, answer.following], [text, 'done', undefined]);
  });

  it('are left to the next look where a message leaves in the next window first', async () => {
    void send('add a title "Before"', 'silentLate', 500);
    await untilFollowing();
    await window.close();
    window = openWindow();
    await untilOnTimeline('Before');
    chat = await window.chats.chat();
    const { changes } = await send('add a title "After"', 'text');
    assert.equal(changes.length, 1);
    assert.match(changesOf(answerTo('add a title "Before"')), /Title added: "Before"/);
  });

  it('end with the session of whoever signs out', async () => {
    const over = send('add a title "Gone"', 'silentLate', 60_000);
    await untilFollowing();
    await chat.close();
    assert.equal((await over).outcome, 'silent');
    const { following, text } = answerTo('add a title "Gone"');
    assert.equal(following, undefined);
    assert.match(text, /until now nothing has changed/);
    assert.deepEqual([chat.record.pendingTurn, chat.record.lastTurn], [undefined, undefined]);
  });
});
