import assert from 'node:assert/strict';

import { Machine, type EditorWindow } from './editor-windows.ts';
import { clip } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

describe('A session that the service has forgotten', () => {
  let machine: Machine;
  let window: EditorWindow;

  beforeEach(async () => {
    await sandbox.calm();
    machine = await Machine.start();
    window = machine.openWindow();
  });
  afterEach(async () => {
    await sandbox.calm();
    await machine.stop();
  });

  it('gives way to a new one, and the file that it was handed can be sent there', async () => {
    const chat = await window.chats.chat();
    const { sessionId: old } = await window.chats.connect();
    await sandbox.dropSession(old);

    const [refused] = await chat.uploads.upload([clip('talk.mp4')]);
    assert.equal(refused?.error?.code, 'sessionGone');
    assert.notEqual(chat.record.sessionId, old, 'a new session has begun');
    const row = chat.state.transfers.find(({ kind }) => kind === 'upload');
    assert.match(row?.message ?? '', /a new one has begun\. Send “talk\.mp4” there\./);
    const [again] = row?.actions ?? [];
    assert.deepEqual([again?.kind, again?.label], ['retry', 'Send to the New Session']);
    assert.equal(chat.media.length, 0, 'nothing is sent by itself');

    assert.ok(chat.uploads.retry(again?.argument ?? ''));
    await chat.uploads.idle();
    assert.deepEqual(
      chat.media.map(({ name }) => name),
      ['talk.mp4'],
    );
    assert.equal(chat.state.transfers.length, 0);
    assert.equal(chat.state.timeline.tracks.length, 1);
  });
});
