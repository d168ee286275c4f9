import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type OpenEditor, openEditor } from './open-editor.ts';

describe('The panel in every theme', () => {
  const themes = [
    { name: 'dark', setting: 'Default Dark Modern', sign: '.monaco-workbench.vs-dark' },
    { name: 'light', setting: 'Default Light Modern', sign: '.monaco-workbench.vs' },
    { name: 'hc-dark', setting: 'Default High Contrast', sign: '.monaco-workbench.hc-black' },
    { name: 'hc-light', setting: 'Default High Contrast Light', sign: '.monaco-workbench.hc-light' },
  ];
  const widths = [200, 400, 1000];
  let editor: OpenEditor;

  before(async function () {
    this.timeout(120_000);
    editor = await openEditor('themes', {
      sandbox: { silentRate: 0 },
      settings: { 'workbench.colorTheme': themes[0]?.setting },
      width: 1440,
      height: 900,
    });
    const { window } = editor;
    await window.chooseInExplorer('talk.mp4', 'Upload to Nemo');
    await window.show('Nemo');
    await window.chat.timelineLine.filter({ hasText: /1 track/ }).waitFor();
    await window.chat.say('cut the pauses and add a title "Hello Nemo" for the first 3 seconds');
    await window.chat.answer(0);
  });
  after(() => editor.close());

  async function choose(theme: string, sign: string): Promise<void> {
    const { window, server } = editor;
    const file = join(server.userData, 'User', 'settings.json');
    const settings = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    await writeFile(file, JSON.stringify({ ...settings, 'workbench.colorTheme': theme }));
    await window.reload();
    await window.page.locator(sign).waitFor();
    await window.chat.endedAnswers.first().waitFor();
  }

  for (const { name, setting, sign } of themes) {
    it(`follows the theme «${setting}»`, async () => {
      await choose(setting, sign);
      const { page, chat } = editor.window;
      const background = await page.locator('.part.sidebar').evaluate((part) => getComputedStyle(part).backgroundColor);
      const ground = await chat.frame.locator('body').evaluate((body) => {
        const probe = document.createElement('div');
        probe.className = 'theme-probe';
        body.append(probe);
        const color = getComputedStyle(body).getPropertyValue('--vscode-sideBar-background');
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`.theme-probe { color: ${color} }`);
        document.adoptedStyleSheets.push(sheet);
        const read = getComputedStyle(probe).color;
        probe.remove();
        return read;
      });
      assert.equal(ground, background);
      for (const width of widths) {
        await editor.window.widenSideBar(width);
        await editor.shot(`${name}-${width}`);
      }
    });
  }
});
