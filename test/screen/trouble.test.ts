import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type OpenEditor, openEditor } from './open-editor.ts';

describe('When something is wrong', () => {
  let editor: OpenEditor;

  before(async function () {
    this.timeout(120_000);
    editor = await openEditor('trouble', {
      sandbox: { silentRate: 0 },
      prepare: async (workspace) => {
        await writeFile(join(workspace, 'empty.mp4'), '');
        await writeFile(join(workspace, 'words.mp4'), 'These are words, whatever the name says.');
        await writeFile(join(workspace, 'gone.mp4'), 'x');
      },
    });
    await editor.window.show('Explorer');
    await editor.window.explorerItem('words.mp4').waitFor();
  });
  after(() => editor.close());

  async function upload(file: string): Promise<void> {
    await editor.window.chooseInExplorer(file, 'Upload to Nemo');
  }

  async function notified(sentence: RegExp): Promise<string> {
    return (await editor.window.notification(sentence)).innerText();
  }

  it('an export with nothing on the timeline says what to do first', async () => {
    await editor.window.runCommand('Nemo: Export Video…');
    const text = await notified(/nothing on the timeline/);
    assert.match(text, /Upload/);
  });

  it('a service that is down is told with «Try Again», loses nothing, and works again afterwards', async function () {
    this.timeout(90_000);
    const { window, sandbox } = editor;
    const { chat } = window;
    await window.show('Nemo');
    await sandbox.goOffline();
    await chat.say('make a short film about a harbour at dawn');
    const failed = chat.answers
      .and(chat.frame.locator('.message-is-failed'))
      .or(chat.frame.locator('.message-user.message-is-failed'));
    await failed.first().waitFor({ timeout: 60_000 });
    await editor.shot('offline');
    assert.match(await chat.log.innerText(), /reach/i);
    assert.match(await chat.said.first().innerText(), /harbour at dawn/);

    await sandbox.goOnline();
    await chat.log.getByRole('button', { name: /again/i }).first().click();
    await chat.log.locator('.message-assistant.message-is-done').first().waitFor({ timeout: 60_000 });
    await editor.shot('online-again');
    assert.deepEqual(sandbox.messages.length, 1);
  });

  it('a step that fails in its turn offers steps that work', async () => {
    const { window, sandbox } = editor;
    const sentence = /did not accept the API token/;
    sandbox.addFault({ endpoint: 'credits', moment: 'beforeRequest', kind: 'status', status: 401, times: 4 });
    await window.runCommand('Nemo: Show Credits');
    const refused = await (await window.notification(sentence)).elementHandle();
    await (await window.notification(sentence)).getByRole('button', { name: 'Connect Again' }).click();
    await refused.waitForElementState('hidden');
    const again = await window.notification(sentence);
    await again.getByRole('button', { name: 'Sign In with an API Token…' }).click();
    await window.page.getByText('Sign In to Nemo').waitFor();
    await window.page.keyboard.press('Escape');
  });

  it('an empty file is told in one sentence, before a byte is sent', async () => {
    await upload('empty.mp4');
    await notified(/empty/i);
    assert.equal(editor.sandbox.requests.filter(({ endpoint }) => endpoint === 'upload').length, 0);
  });

  it('a file that is not what its name says is told in one sentence, before a byte is sent', async () => {
    await upload('words.mp4');
    await notified(/words\.mp4/);
    assert.equal(editor.sandbox.requests.filter(({ endpoint }) => endpoint === 'upload').length, 0);
  });

  it('a file that vanished is told in one sentence', async () => {
    await editor.window.show('Explorer');
    const menu = await editor.window.explorerMenu('gone.mp4');
    await rm(join(editor.workspace, 'gone.mp4'));
    await editor.window.choose(menu.getByRole('menuitem', { name: 'Upload to Nemo' }));
    await notified(/gone\.mp4/);
  });
});
