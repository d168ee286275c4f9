import assert from 'node:assert/strict';

import type { FrameLocator } from 'playwright-core';

import { accessibilityComplaints } from './accessibility.ts';
import { type OpenEditor, openEditor } from './open-editor.ts';

describe('The panel in every theme', () => {
  const themes = [
    { name: 'dark', title: 'Dark Modern', sign: '.monaco-workbench.vs-dark' },
    { name: 'light', title: 'Light Modern', sign: '.monaco-workbench.vs' },
    { name: 'hc-dark', title: 'Dark High Contrast', sign: '.monaco-workbench.hc-black' },
    { name: 'hc-light', title: 'Light High Contrast', sign: '.monaco-workbench.hc-light' },
  ];
  /** Of the side bar, in px. The editor area has what is left of 1,440. */
  const widths = [200, 400, 1000];
  let editor: OpenEditor;

  before(async function () {
    this.timeout(120_000);
    editor = await openEditor('themes', { sandbox: { silentRate: 0 }, width: 1440, height: 900 });
    await editor.window.show('Nemo');
    await makeReadable(editor.window.chat.frame, '--vscode-sideBar-background');
  });
  after(() => editor.close());

  /**
   * Makes a page ready for a checker of accessibility: the page lets what is below shine through, and a checker sees that
   * only where it is told.
   */
  async function makeReadable(frame: FrameLocator, ground: string): Promise<void> {
    await frame.locator('body').evaluate((_, color) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`html { background-color: var(${color}) }`);
      document.adoptedStyleSheets.push(sheet);
    }, ground);
  }

  /** Chooses a theme as people do, and resolves when the pages have its colours. */
  async function choose(title: string, sign: string, pages = [editor.window.chat.frame]): Promise<void> {
    const { window } = editor;
    await window.page.keyboard.press('Control+K');
    await window.page.keyboard.press('Control+T');
    await window.quickInput.fill(title);
    const row = window.page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: title });
    await row.waitFor();
    await window.page.keyboard.press('Enter');
    await window.page.locator(sign).waitFor();
    await window.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    // They hear of it after the window has it.
    for (const page of pages) {
      await page.locator(`body[data-vscode-theme-name="${title}"]`).waitFor({ state: 'attached' });
    }
  }

  /** Takes a picture of what is shown and gathers what is wrong with it. */
  async function look(name: string, found: string[], frames = [editor.window.chat.frame]): Promise<void> {
    await editor.shot(name);
    for (const frame of frames) {
      const complaints = await accessibilityComplaints(frame.locator('body'));
      found.push(...complaints.map((complaint) => `${name}: ${complaint}`));
      const tooWide = await frame
        .locator('html')
        .evaluate(({ scrollWidth, clientWidth }) => Math.max(0, scrollWidth - clientWidth));
      if (tooWide > 0) found.push(`${name}: ${tooWide} px wider than its place`);
    }
  }

  /** Looks at what is shown now, in each theme and at each width; `scene` names the pictures. */
  function inEveryTheme(scene: string): void {
    for (const { name, title, sign } of themes) {
      it(`in «${title}»`, async function () {
        this.timeout(60_000);
        await choose(title, sign);
        const found: string[] = [];
        for (const width of widths) {
          await editor.window.widenSideBar(width);
          await look(`${scene}-${name}-${width}`, found);
        }
        assert.deepEqual(found, []);
      });
    }
  }

  describe('welcomes', () => {
    inEveryTheme('welcome');
  });

  describe('says what is wrong', () => {
    before(async function () {
      this.timeout(60_000);
      const { window, sandbox } = editor;
      await window.widenSideBar(400);
      await sandbox.goOffline();
      await window.chat.say('make a short film about a harbour at dawn');
      await window.chat.log.getByRole('button', { name: /again/i }).first().waitFor();
    });
    after(() => editor.sandbox.goOnline());

    inEveryTheme('trouble');
  });

  describe('shows an edit, what changed, and a clip that plays, beside the timeline in a tab', () => {
    before(async function () {
      this.timeout(120_000);
      const { window } = editor;
      await window.widenSideBar(400);
      await window.runCommand('Nemo: New Session');
      await window.chooseInExplorer('talk.mp4', 'Upload to Nemo');
      await window.show('Nemo');
      const { chat } = window;
      await chat.timelineLine.filter({ hasText: /1 track/ }).waitFor();
      await chat.say('cut the pauses and add a title "Hello Nemo" for the first 3 seconds');
      await chat.answer(0);
      await window.runCommand('Nemo: Open Nemo Timeline');
      await window.timelineTab.getByRole('tree', { name: 'Tracks and clips' }).waitFor();
      await makeReadable(window.timelineTab, '--vscode-editor-background');
      await makeReadable(chat.frame, '--vscode-sideBar-background');
    });

    for (const { name, title, sign } of themes) {
      it(`in «${title}»`, async function () {
        this.timeout(120_000);
        const { window } = editor;
        const { page, chat } = window;
        await choose(title, sign, [chat.frame, window.timelineTab]);
        const background = await page
          .locator('.part.sidebar')
          .evaluate((part) => getComputedStyle(part).backgroundColor);
        const ground = await chat.frame.locator('html').evaluate((html) => getComputedStyle(html).backgroundColor);
        assert.equal(ground, background);
        const found: string[] = [];
        for (const width of widths) {
          await window.widenSideBar(width);
          await look(`${name}-${width}`, found, [chat.frame, window.timelineTab]);

          await chat.button(/^Changed since/).click();
          await chat.frame.getByRole('menuitemradio', { name: /The last message/ }).waitFor();
          await look(`since-${name}-${width}`, found);
          await page.keyboard.press('Escape');

          await chat.previewFirstClip();
          await look(`preview-${name}-${width}`, found);
          await chat.closePreview();
        }
        assert.deepEqual(found, []);
      });
    }
  });
});
