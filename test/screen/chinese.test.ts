import assert from 'node:assert/strict';

import { type OpenEditor, openEditor } from './open-editor.ts';

describe('In Simplified Chinese', () => {
  let editor: OpenEditor;

  before(async function () {
    this.timeout(120_000);
    editor = await openEditor('chinese', {
      sandbox: { silentRate: 0 },
      displayLanguage: 'zh-cn',
      locale: 'zh-CN',
      width: 1440,
      height: 900,
    });
  });
  after(() => editor.close());

  /** What stands in a page, the panel where none is given, that is neither Chinese nor a name. */
  async function foreignWords(frame = editor.window.chat.frame): Promise<string[]> {
    const lines = await frame.locator('body').evaluate((body) => {
      const found: string[] = [];
      const take = (text: string | null) => {
        if (text !== null && text.trim() !== '') found.push(text.trim());
      };
      const walk = (element: Element) => {
        if (element.matches('script, style, [lang="en"]')) return;
        for (const name of ['aria-label', 'title', 'placeholder', 'aria-description']) take(element.getAttribute(name));
        for (const node of element.childNodes) {
          if (node instanceof Text) take(node.data);
          else if (node instanceof Element) walk(node);
        }
        for (const child of element.shadowRoot?.children ?? []) walk(child);
      };
      walk(body);
      return found;
    });
    const names =
      /Nemo|Video Writer|AI Video Editor Generative|Video Editing with Lightroom|Lightroom|talk(\.mp4)?|hello\b|MP4|MOV|AVI|WebM|Enter|Shift|Esc|Ctrl|BGM|AI|B-roll|\b[sf]\b|px|MB(?:\/s)?|fps|Alt|Home|End/gi;
    return [...new Set(lines.filter((line) => /[a-z]{2,}/i.test(line.replaceAll(names, ''))))];
  }

  it('the Explorer offers the upload in Chinese', async () => {
    const { window } = editor;
    const menu = await window.explorerMenu('talk.mp4');
    const upload = menu.getByRole('menuitem', { name: '上传到 Nemo' });
    await upload.waitFor();
    await window.choose(upload);
    await window.show('Nemo');
    await window.widenSideBar(420);
    await window.chat.frame.getByRole('listitem').filter({ hasText: 'talk.mp4' }).first().waitFor();
    await editor.shot('welcome');
    assert.deepEqual(await foreignWords(), []);
  });

  it('a Chinese message is answered, and everything around the answer is Chinese', async () => {
    const { frame } = editor.window.chat;
    const composer = frame.getByRole('textbox', { name: '发给 Nemo 的消息' });
    await composer.click();
    await composer.pressSequentially('剪掉停顿，开头三秒加标题“你好”');
    await frame.getByRole('button', { name: '发送', exact: true }).click();
    const answer = frame.locator('.message-is-done').first();
    await answer.waitFor({ timeout: 60_000 });
    await frame.locator('nemo-change-card').getByRole('button').first().waitFor();
    await editor.shot('answered');
    assert.deepEqual(await foreignWords(), []);
  });

  it('a preview, the menu of what changed, and the timeline’s tab are Chinese, too', async function () {
    this.timeout(60_000);
    const { window } = editor;
    const { frame } = window.chat;
    const clips = frame.getByRole('tree');
    await clips.focus();
    await clips.press('ArrowRight');
    await clips.press('p');
    await frame.getByRole('button', { name: '暂停' }).waitFor();
    assert.deepEqual(await foreignWords(), []);
    await editor.shot('preview');
    await frame.locator('.preview-seek').press('Escape');
    await frame.locator('.since-button').click();
    await frame.getByRole('menuitemradio').nth(2).waitFor();
    assert.deepEqual(await foreignWords(), []);
    await editor.shot('since');
    await window.page.keyboard.press('Escape');
    await frame.locator('.open-in-editor').click();
    await window.timelineTab.getByRole('tree').waitFor();
    await editor.shot('tab');
    assert.deepEqual(await foreignWords(window.timelineTab), []);
  });

  it('the palette finds commands by their Chinese titles, and by their English ones', async () => {
    const { window } = editor;
    for (const typed of ['导出视频', 'Export Video']) {
      const rows = await window.palette(typed);
      await rows.filter({ hasText: '导出视频' }).first().waitFor();
      await window.dismiss();
    }
  });

  it('credits and tracks are told in Chinese', async () => {
    const { window } = editor;
    const { frame } = window.chat;
    const composer = frame.getByRole('textbox', { name: '发给 Nemo 的消息' });
    await composer.click();
    await composer.pressSequentially('还剩多少积分');
    await frame.getByRole('button', { name: '发送', exact: true }).click();
    await frame.locator('.message-is-done').filter({ hasText: '积分' }).first().waitFor();
    await editor.shot('credits');
    assert.deepEqual(await foreignWords(), []);
  });
});
