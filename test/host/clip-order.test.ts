import assert from 'node:assert/strict';

import type { SessionChat } from '../../src/editor/session-chat.ts';
import { Machine, type EditorWindow } from './editor-windows.ts';
import { clip } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';
import { showChat } from './stand-in-page.ts';

describe('Clips on the timeline', () => {
  let machine: Machine;
  let window: EditorWindow;
  let chat: SessionChat;

  beforeEach(async () => {
    await sandbox.calm();
    machine = await Machine.start();
    window = machine.openWindow();
    chat = await window.chats.chat();
  });

  afterEach(async () => {
    await sandbox.calm();
    await machine.stop();
  });

  const titles = () => chat.state.timeline.tracks.find(({ kind }) => kind === 'video')?.clips.map(({ title }) => title);
  const isPortrait = () => {
    const { width = 0, height = 0 } = chat.state.timeline;
    return height > width;
  };
  /** The first file that comes has not arrived when any other that is sent with it has. */
  const delayTheFirst = () => sandbox.addFault({ endpoint: 'upload', moment: 'duringBody', kind: 'stall', ms: 2_000 });

  for (const names of [
    ['phone-portrait.mp4', 'talk.mp4', 'screen-recording.mp4'],
    ['screen-recording.mp4', 'phone-portrait.mp4', 'talk.mp4'],
  ] as const) {
    it(`lie in the order in which they were chosen, and ${names[0]} gives the canvas its shape`, async () => {
      await delayTheFirst();
      await chat.uploads.upload(names.map(clip));
      assert.deepEqual(titles(), names.map(titleOf));
      assert.equal(isPortrait(), names[0].includes('portrait'));
    });
  }

  it('lie in the order in which they were dropped, over two drops too', async () => {
    const { view, page } = showChat(window);
    try {
      await page.ask({ type: 'ready' });
      await delayTheFirst();
      for (const names of [['phone-portrait.mp4', 'talk.mp4'], ['screen-recording.mp4']]) {
        await page.ask({ type: 'attachUris', uris: names.map((name) => clip(name).toString()) });
      }
      await chat.uploads.idle();
      assert.deepEqual(titles(), ['phone-portrait', 'talk', 'screen-recording']);
      assert.ok(isPortrait());
    } finally {
      view.dispose();
    }
  });

  it('are not held up by one that fails or is cancelled', async () => {
    await sandbox.addFault({ endpoint: 'upload', moment: 'duringBody', kind: 'reset' });
    await sandbox.addFault({ endpoint: 'upload', moment: 'duringBody', kind: 'stall' });
    const names = ['talk.mp4', 'music.mp3', 'screen-recording.mp4', 'phone-portrait.mp4'];
    const { requests: from } = await sandbox.counts();
    const uploads = chat.uploads.upload(names.map(clip));
    const row = (name: string) => chat.uploads.rows.find((upload) => upload.name === name);
    const asked = async () => (await sandbox.requests(from)).filter(({ endpoint }) => endpoint === 'upload').length;
    while ((await asked()) < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(
      ['screen-recording.mp4', 'phone-portrait.mp4'].map((name) => row(name)?.phase),
      ['waiting', 'waiting'],
    );
    // One that waits and the one that is sent.
    chat.uploads.removeChip(row('screen-recording.mp4')?.id ?? '');
    chat.uploads.removeChip(row('music.mp3')?.id ?? '');
    assert.deepEqual(
      (await uploads).map(({ phase }) => phase),
      ['failed', 'cancelled', 'cancelled', 'done'],
    );
    assert.deepEqual(titles(), ['phone-portrait']);
    assert.ok(isPortrait());
  });
});

function titleOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.'));
}
