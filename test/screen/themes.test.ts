import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { AxeResults } from 'axe-core';

import { type OpenEditor, openEditor } from './open-editor.ts';

describe('The panel in every theme', () => {
  const themes = [
    { name: 'dark', setting: 'Default Dark Modern', sign: '.monaco-workbench.vs-dark' },
    { name: 'light', setting: 'Default Light Modern', sign: '.monaco-workbench.vs' },
    { name: 'hc-dark', setting: 'Default High Contrast', sign: '.monaco-workbench.hc-black' },
    { name: 'hc-light', setting: 'Default High Contrast Light', sign: '.monaco-workbench.hc-light' },
  ];
  const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
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

  /** What a checker of accessibility finds in the panel's page, as the editor shows it. */
  async function complaints(): Promise<string[]> {
    const { frame } = editor.window.chat;
    // Handed over by the debugger's wire, so that the page's own policy stays as it is.
    await frame.locator('body').evaluate(axeSource);
    return frame.locator('body').evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run: () => Promise<AxeResults> } };
      const { violations } = await axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    });
  }

  for (const { name, setting, sign } of themes) {
    it(`follows the theme «${setting}»`, async () => {
      await choose(setting, sign);
      const { page, chat } = editor.window;
      const background = await page.locator('.part.sidebar').evaluate((part) => getComputedStyle(part).backgroundColor);
      const ground = await chat.frame.locator('body').evaluate((body) => {
        // The page lets the side bar shine through; a checker sees that only where it is told.
        const sheet = new CSSStyleSheet();
        sheet.replaceSync('html { background-color: var(--vscode-sideBar-background) }');
        document.adoptedStyleSheets.push(sheet);
        return getComputedStyle(body.ownerDocument.documentElement).backgroundColor;
      });
      assert.equal(ground, background);
      assert.deepEqual(await complaints(), []);
      for (const width of widths) {
        await editor.window.widenSideBar(width);
        await editor.shot(`${name}-${width}`);
      }
    });
  }
});
