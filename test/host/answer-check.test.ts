import assert from 'node:assert/strict';

import { hastenedClock } from '../../src/client/clock.ts';
import type { ChatMessage } from '../../src/conversation/chat-state.ts';
import type { SessionChat } from '../../src/editor/session-chat.ts';
import { instructionSentence, namedClip } from '../../src/timeline/clip-instructions.ts';
import type { ClipInstruction } from '../../src/timeline/clip-instructions.ts';
import { Machine, type EditorWindow } from './editor-windows.ts';
import { clip } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

describe('An answer that is not true', () => {
  let machine: Machine;
  let window: EditorWindow;
  let chat: SessionChat;

  const say = async (text: string, answer?: string) => {
    if (answer !== undefined) await sandbox.configure({ nextAnswer: { kind: 'text', text: answer } });
    const { accepted, over } = chat.send(text, { mayAsk: false });
    await accepted;
    return over;
  };
  const lastAnswer = (): ChatMessage => {
    const answer = chat.state.messages.findLast(({ role }) => role === 'assistant');
    assert.ok(answer);
    return answer;
  };
  const drag = (at: number, instruction: ClipInstruction) => {
    const track = chat.state.timeline.tracks[0];
    const found = track?.clips[at];
    assert.ok(track && found);
    return instructionSentence(namedClip(track, found), instruction);
  };
  const starts = () => chat.state.timeline.tracks[0]?.clips.map(({ startMs }) => startMs);

  beforeEach(async () => {
    await sandbox.calm();
    machine = await Machine.start();
    window = machine.openWindow({ clock: hastenedClock(50, Date.now()) });
    chat = await window.chats.chat();
    await chat.uploads.upload([clip('talk.mp4')]);
  });

  afterEach(async () => {
    await sandbox.calm();
    await machine.stop();
  });

  it('says below it that nothing changed, with the message to be said in other words', async () => {
    const result = await say('add a title "Nothing"', "Done! I've added the title.");
    const { finding, text } = lastAnswer();
    assert.equal(text, "Done! I've added the title.");
    assert.equal(finding?.text, 'Nothing changed on the timeline.');
    assert.deepEqual(
      lastAnswer().actions?.map(({ kind, argument }) => [kind, argument]),
      [['compose', 'add a title "Nothing"']],
    );
    assert.equal(result.finding, 'Nothing changed on the timeline.');
  });

  it('says nothing of the sort where the edit was made', async () => {
    await say('add a title "Made"');
    assert.equal(lastAnswer().finding, undefined);
    assert.ok((lastAnswer().changes?.length ?? 0) > 0);
  });

  it('says what became of a drag that was not carried out', async () => {
    const message = drag(0, { kind: 'move', startMs: 20_000 });
    await say(message, 'I moved the clip.');
    assert.equal(lastAnswer().finding?.text, 'The clip "talk" was not moved to 0:20. Nothing changed on the timeline.');
    await say(message);
    assert.deepEqual([lastAnswer().finding, starts()], [undefined, [20_000]]);
  });

  it('says that the last change was not taken back, and nothing where it was, be it twice', async () => {
    for (const name of ['One', 'Two']) await say(`add a title "${name}" at ${name === 'One' ? 1 : 5}s for 1 s`);
    await say('Undo the last change', 'I took the last change back.');
    assert.equal(lastAnswer().finding?.text, 'Nothing changed on the timeline.');
    for (const left of [1, 0]) {
      await say('Undo the last change');
      assert.deepEqual([lastAnswer().finding, chat.state.timeline.tracks[1]?.clips.length ?? 0], [undefined, left]);
    }
  });

  it('is taken back by the edit itself where that comes after all', async () => {
    await say('add a title "After All"', 'Done.');
    assert.ok(lastAnswer().finding);
    const client = await window.connection.client();
    // Somebody makes the edit without this window's turn: as the service does that is late.
    const events = client.sendMessage(chat.record.sessionId ?? '', 'add a title "After All"');
    while (!(await events.next()).done);
    await chat.timeline.refresh(new AbortController().signal);
    assert.deepEqual([lastAnswer().finding, lastAnswer().actions], [undefined, undefined]);
    assert.match((lastAnswer().changes ?? []).map(({ sentence }) => sentence).join(), /After All/);
  });

  it('is there again in the next window', async () => {
    await say('add a title "Kept"', 'Done.');
    await window.close();
    chat = await machine.openWindow().chats.chat();
    assert.equal(lastAnswer().finding?.text, 'Nothing changed on the timeline.');
  });
});
