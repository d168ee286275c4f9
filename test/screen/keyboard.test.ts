import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { type OpenEditor, openEditor } from './open-editor.ts';

describe('The main job without a mouse', () => {
  let editor: OpenEditor;

  before(async function () {
    this.timeout(120_000);
    editor = await openEditor('keyboard', { sandbox: { silentRate: 0 } });
  });
  after(() => editor.close());

  it('uploads a clip from the Explorer by its context menu key', async () => {
    const { window } = editor;
    const { page, chat } = window;
    await page.keyboard.press('Control+Shift+E');
    // Typing in the tree finds the file, once the tree has the focus.
    await window.explorerItem('talk.mp4').waitFor();
    await page.locator('.explorer-folders-view .monaco-list:focus').waitFor();
    await page.keyboard.type('talk');
    await page.locator('.explorer-folders-view .monaco-list-row.focused', { hasText: 'talk.mp4' }).waitFor();
    await page.keyboard.press('Shift+F10');
    const upload = page.getByRole('menuitem', { name: 'Upload to Nemo' });
    await upload.waitFor();
    const chosen = page.locator('.monaco-menu .action-item.focused');
    while (!(await chosen.allInnerTexts()).includes('Upload to Nemo')) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await window.runCommand('Nemo: Open Chat');
    await chat.timelineLine.filter({ hasText: /1 track/ }).waitFor();
  });

  it('opens the chat with the cursor in the composer, and sends with Enter', async () => {
    const { window } = editor;
    const { page, chat } = window;
    await window.runCommand('Nemo: Open Chat');
    await chat.frame.locator('textarea:focus').waitFor();
    await page.keyboard.type('add a title "By keys" for the first 2 seconds');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('please');
    await page.keyboard.press('Enter');
    const answer = await chat.answer(0);
    assert.match(await chat.said.first().innerText(), /By keys[\s\S]*please/);
    assert.match(await answer.innerText(), /By keys/);
    assert.equal(await chat.composer.inputValue(), '');
  });

  it('recalls the last message with ↑', async () => {
    const { window } = editor;
    await window.chat.composer.press('ArrowUp');
    assert.match(await window.chat.composer.inputValue(), /By keys/);
    await window.chat.composer.fill('');
  });

  it('reaches every control of the panel with Tab, each with a name', async () => {
    const { page, chat } = editor.window;
    await chat.composer.focus();
    const names: string[] = [];
    for (let press = 0; press < 12; press++) {
      await page.keyboard.press('Shift+Tab');
      const focused = chat.frame.locator('*:focus').last();
      if ((await focused.count()) === 0) break;
      names.push((await focused.ariaSnapshot()).split('\n')[0] ?? '');
    }
    await editor.shot('focus');
    assert.ok(names.length >= 5, names.join('\n'));
    for (const name of names) assert.match(name, /"[^"]+"|article|log|tree|combobox|separator/, names.join('\n'));
  });

  it('exports by the palette', async function () {
    this.timeout(90_000);
    const { window, workspace } = editor;
    await window.runCommand('Nemo: Export Video…');
    await window.acceptPath('by keyboard');
    await window.notifications.filter({ hasText: 'is ready' }).waitFor({ timeout: 60_000 });
    assert.equal((await readdir(join(workspace, 'exports'))).length, 1);
  });
});
