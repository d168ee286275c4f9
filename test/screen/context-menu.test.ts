import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { mediaFormats } from '../../src/client/media-formats.ts';
import { type OpenEditor, openEditor } from './open-editor.ts';

describe('The context menus', () => {
  const uploadable = [
    'mp4',
    'mov',
    'avi',
    'webm',
    'mkv',
    'jpg',
    'jpeg',
    'png',
    'gif',
    'webp',
    'mp3',
    'wav',
    'm4a',
    'aac',
  ];
  const foreign = ['txt', 'psd', 'mp4.part'];
  let editor: OpenEditor;

  before(async function () {
    this.timeout(120_000);
    editor = await openEditor('menu', {
      prepare: async (workspace) => {
        const formats = join(workspace, 'formats');
        await mkdir(formats);
        for (const extension of [...uploadable, ...foreign]) await writeFile(join(formats, `clip.${extension}`), 'x');
        await writeFile(join(formats, 'SHOUTED.MP4'), 'x');
      },
    });
    await editor.window.show('Explorer');
    await editor.window.explorerItem('formats').click();
    await editor.window.explorerItem('clip.mp4').waitFor();
  });
  after(() => editor.close());

  async function offersUpload(file: string): Promise<boolean> {
    const menu = await editor.window.explorerMenu(file);
    const labels = await menu.getByRole('menuitem').allInnerTexts();
    await editor.window.dismiss();
    return labels.some((label) => label.startsWith('Upload to Nemo'));
  }

  it('know the formats that the client accepts', () => {
    assert.deepEqual(uploadable.toSorted(), mediaFormats.map(({ extension }) => extension).toSorted());
  });

  for (const extension of uploadable) {
    it(`offer «Upload to Nemo» on a .${extension} file`, async () => {
      assert.equal(await offersUpload(`clip.${extension}`), true);
    });
  }

  it('offer it whatever the case of the extension', async () => {
    assert.equal(await offersUpload('SHOUTED.MP4'), true);
  });

  for (const extension of foreign) {
    it(`do not offer it on a .${extension} file`, async () => {
      assert.equal(await offersUpload(`clip.${extension}`), false);
    });
  }

  it('do not offer it on a folder', async () => {
    assert.equal(await offersUpload('formats'), false);
  });

  it('offer it on the tab of an open clip', async () => {
    const { window } = editor;
    await window.explorerItem('talk.mp4').dblclick();
    // The player takes the focus when it is there, which would close the menu.
    await window.video.waitFor();
    const tab = window.page.locator('.editor-group-container').getByRole('tab', { name: 'talk.mp4' });
    await tab.click({ button: 'right' });
    await window.page.getByRole('menuitem', { name: 'Upload to Nemo' }).waitFor();
    await editor.shot('tab');
    await window.dismiss();
  });

  it('upload every clip that is selected', async () => {
    const { window, sandbox } = editor;
    await window.show('Explorer');
    // A click opens the clip too, and what opens is selected anew: the second click waits for that.
    await window.explorerItem('talk.mp4').click();
    await window.video.waitFor();
    await window.explorerItem('music.mp3').click({ modifiers: ['ControlOrMeta'] });
    await window.page.locator('.explorer-folders-view .monaco-list-row.selected').nth(1).waitFor();
    await window.chooseInExplorer('music.mp3', 'Upload to Nemo');
    await window.show('Nemo');
    for (const name of ['talk.mp4', 'music.mp3']) {
      await window.chat.attachments.filter({ hasText: name }).filter({ hasNotText: 'uploading' }).waitFor();
    }
    assert.equal(sandbox.requests.filter(({ endpoint }) => endpoint === 'upload').length, 2);
  });

  it('copy, insert and open one block of an answer', async () => {
    const { window } = editor;
    await window.show('Nemo');
    await window.chat.say('What is on the timeline?');
    const block = (await window.chat.answer(0)).locator('nemo-markdown > *').first();
    const written = await block.innerText();
    await block.click({ button: 'right' });
    for (const label of ['Copy Block', 'Insert Block at Cursor']) {
      await window.page.getByRole('menuitem', { name: label }).waitFor();
    }
    await editor.shot('block');
    await window.choose(window.page.getByRole('menuitem', { name: 'Open Block as Document' }));
    const document = window.page.locator('.editor-instance[aria-label*="Untitled-1"]');
    await document.waitFor();
    // The editor draws the blanks of a text as hard ones.
    const shown = document.locator('.view-line').filter({ hasText: written.split(' ')[0] ?? '' });
    assert.equal((await shown.first().innerText()).replaceAll('\u00a0', ' '), written);
  });
});
