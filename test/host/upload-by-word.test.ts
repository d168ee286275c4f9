import assert from 'node:assert/strict';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import * as vscode from 'vscode';

import type { ChatResult } from '../../src/editor/chat-result.ts';
import type { SessionChat } from '../../src/editor/session-chat.ts';
import { Machine } from './editor-windows.ts';
import { clip, command, inWorkspace } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

describe('A file that a message names', () => {
  let machine: Machine;
  let chat: SessionChat;

  before(async () => {
    await sandbox.calm();
    machine = await Machine.start();
    chat = await machine.openWindow().chats.chat();
    for (const path of [
      'takes/one/Interview 1.mp4',
      'takes/one/演示.mp4',
      'takes/[b]{roll}!.mp4',
      'takes/one/same.mp4',
      'takes/two/same.mp4',
      'takes/Case.mp4',
      'hidden/unseen.mp4',
    ]) {
      await mkdir(dirname(inWorkspace(path)), { recursive: true });
      await copyFile(inWorkspace('talk.mp4'), inWorkspace(path));
    }
  });
  after(async () => {
    await machine.stop();
    for (const folder of ['takes', 'hidden']) await rm(inWorkspace(folder), { recursive: true });
  });

  /** As the person writes it. */
  const say = (text: string) => chat.send(text, { mayAsk: true }).over;
  const uploadsDuring = async (work: () => Promise<ChatResult>) => {
    const { result, requests } = await sandbox.during(work);
    assert.equal(result.route, 'upload');
    return { result, uploads: requests.filter(({ endpoint }) => endpoint === 'upload').length };
  };

  for (const [text, path] of [
    ['upload "Interview 1.mp4"', 'takes/one/Interview 1.mp4'],
    ['upload "interview 1.MP4" please', 'takes/one/Interview 1.mp4'],
    ['upload one/same.mp4', 'takes/one/same.mp4'],
    ['upload ./takes/two/same.mp4', 'takes/two/same.mp4'],
    ['upload @Case.mp4', 'takes/Case.mp4'],
    ['upload #file:takes/Case.mp4', 'takes/Case.mp4'],
    ['上传演示.mp4', 'takes/one/演示.mp4'],
    ['上传“演示.mp4”', 'takes/one/演示.mp4'],
    ['upload "[b]{roll}!.mp4"', 'takes/[b]{roll}!.mp4'],
  ] as const) {
    it(`is found in whatever folder it is: «${text}»`, async () => {
      const { result, uploads } = await uploadsDuring(() => say(text));
      assert.equal(uploads, 1, result.text);
      assert.equal(chat.media.at(-1)?.localUri, clip(path).toString());
    });
  }

  it('is asked about where several have the name, and only the chosen one is uploaded', async () => {
    let isOver = false;
    const { result, uploads } = await uploadsDuring(async () => {
      const over = say('upload same.mp4').finally(() => (isOver = true));
      // Does nothing until the list is there.
      while (!isOver) await command('workbench.action.acceptSelectedQuickOpenItem');
      return over;
    });
    assert.deepEqual([uploads, result.text], [1, 'Uploaded: same.mp4']);
    assert.equal(chat.media.at(-1)?.localUri, clip('takes/one/same.mp4').toString());
  });

  it('is not uploaded where the person leaves the list', async () => {
    let isOver = false;
    const { result, uploads } = await uploadsDuring(async () => {
      const over = say('upload same.mp4 and music.mp3').finally(() => (isOver = true));
      while (!isOver) await command('workbench.action.closeQuickOpen');
      return over;
    });
    assert.deepEqual([uploads, result.outcome, result.text], [0, 'answered', 'Nothing was uploaded.']);
  });

  it('is not uploaded once the person stops', async () => {
    let isOver = false;
    const { result, uploads } = await uploadsDuring(async () => {
      const over = say('upload same.mp4').finally(() => (isOver = true));
      while (!isOver) {
        chat.stop();
        await command('setContext', 'nemo.test', true);
      }
      return over;
    });
    assert.deepEqual([uploads, result.outcome], [0, 'cancelled']);
  });

  it('is named with its folders to a caller who cannot be asked', async () => {
    const { result, uploads } = await uploadsDuring(() => command<ChatResult>('nemo.chat', 'upload same.mp4'));
    assert.equal(uploads, 0);
    assert.match(result.text, /“same\.mp4”.*takes\/one\/same\.mp4, takes\/two\/same\.mp4$/);
    const [first, second, choose] = result.actions;
    assert.deepEqual(
      [first?.argument, second?.argument, choose?.kind],
      ['upload "takes/one/same.mp4"', 'upload "takes/two/same.mp4"', 'upload'],
    );
    const again = await uploadsDuring(() => command<ChatResult>('nemo.chat', first?.argument));
    assert.equal(again.uploads, 1, again.result.text);
  });

  for (const setting of ['files.exclude', 'search.exclude']) {
    it(`is not found where the setting ${setting} leaves it out`, async () => {
      const section = vscode.workspace.getConfiguration();
      assert.equal((await uploadsDuring(() => say('upload unseen.mp4'))).uploads, 1);
      await section.update(setting, { '**/{hidden,other}': true }, vscode.ConfigurationTarget.Global);
      try {
        const { result, uploads } = await uploadsDuring(() => say('upload unseen.mp4'));
        assert.deepEqual([uploads, result.text], [0, 'Not in this workspace: unseen.mp4']);
      } finally {
        await section.update(setting, undefined, vscode.ConfigurationTarget.Global);
      }
    });
  }

  it('that is nowhere is said so in one sentence, with a button to choose another', async () => {
    const { result, uploads } = await uploadsDuring(() => say('upload "not here.mp4"'));
    assert.deepEqual([uploads, result.text], [0, 'Not in this workspace: not here.mp4']);
    assert.deepEqual(
      result.actions.map(({ kind, label }) => [kind, label]),
      [['upload', 'Choose Files…']],
    );
  });
});
