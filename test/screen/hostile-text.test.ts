import assert from 'node:assert/strict';
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Locator } from 'playwright-core';

import { eventually } from '../setup/eventually.ts';
import { type OpenEditor, openEditor } from './open-editor.ts';

/** What the editor would make a link of that signs somebody else in. */
const link = '[sign in](command:nemo.signIn?%5B%22evil%22%5D)';
/** What the editor would draw as an icon; one that nothing else on the screen has. */
const icon = '$(smiley)';
/** Turns what follows around: «exe.mp4» would read «4pm.exe». */
const turn = '\u202e';
/** But for the ends of a tooltip's lines. */
const unseen = /(?!\n)[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

const ofWorkspace = 'a [Open the log](command:nemo.showLog) .mp4';
const ofService = `${turn}scene [Open the log](command:nemo.showLog) ${icon}\u0007\u200b.mp4`;

describe('Text of a hostile service or workspace', () => {
  let editor: OpenEditor;

  before(async function () {
    this.timeout(120_000);
    editor = await openEditor('hostile-text', {
      sandbox: { silentRate: 0, cancelSupported: true },
      width: 1500,
      height: 1000,
      prepare: (workspace) => copyFile(join(workspace, 'talk.mp4'), join(workspace, ofWorkspace)),
    });
    await editor.window.show('Explorer');
    await editor.window.explorerItem('talk.mp4').waitFor();
  });
  after(() => editor.close());
  afterEach(() => {
    editor.sandbox.clearFaults();
    editor.sandbox.configure({ uploadName: undefined });
  });

  /** What a person reads there, once it is certain that none of it acts and all of it can be seen. */
  async function plainIn(place: Locator): Promise<string> {
    const { text, said, links } = await place.evaluate((element) => {
      const all = [element, ...element.querySelectorAll('*')];
      return {
        // Styles stand in the midst of lists, and are no text.
        text: all
          .filter((each) => each.tagName !== 'STYLE')
          .flatMap((each) => [...each.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE))
          .map((node) => node.textContent ?? '')
          .join(''),
        said: all.flatMap((each) =>
          ['aria-label', 'title', 'placeholder'].map((name) => each.getAttribute(name) ?? ''),
        ),
        // The editor draws its own buttons and labels as anchors too, but those lead nowhere.
        links: all
          .filter((each) => each.matches('[data-href], a[href], .monaco-link, .notification-list-item-message a'))
          .map((each) => each.outerHTML),
      };
    });
    assert.deepEqual(links, []);
    assert.equal(await place.locator('.codicon-smiley').count(), 0, 'no icon');
    for (const words of [text, ...said]) assert.doesNotMatch(words, unseen, JSON.stringify(words));
    return text;
  }

  /** The words of a notification, without its buttons. */
  async function notified(sentence: RegExp): Promise<string> {
    const row = await editor.window.notification(sentence);
    await plainIn(row);
    return row.locator('.notification-list-item-message').innerText();
  }

  const refuse = (message: string) => {
    editor.sandbox.addFault({ endpoint: 'credits', moment: 'beforeRequest', kind: 'status', status: 400, message });
  };

  it('in a refusal is no link, in the notification and in the status bar', async () => {
    const { window } = editor;
    refuse(`Please ${link} again ${icon}${turn}`);
    await window.runCommand('Nemo: Connect');
    const sentence = await notified(/Nemo refused this/);
    assert.match(sentence, /“Please \[sign in\] \(command:nemo\.signIn\?.*again \$ \(smiley\)”/);
    await editor.shot('refusal');
    const status = window.statusItem(/Nemo refused this: “Please \[sign in\]/);
    await status.waitFor();
    await plainIn(window.page.locator('.statusbar'));
    await status.hover();
    const hover = window.page.locator('.monaco-hover').filter({ hasText: 'Nemo refused this' });
    await hover.waitFor();
    await plainIn(hover);
    await editor.shot('status');
    // Elsewhere than over the status bar no hover stays.
    await window.page.mouse.move(600, 300);
    assert.equal(editor.sandbox.requests.filter(({ tokenKind }) => tokenKind === 'unknown').length, 0);
  });

  it('in the name of a file of the workspace is no link when it was uploaded by right click', async () => {
    const { window } = editor;
    await window.chooseInExplorer(ofWorkspace, 'Upload to Nemo');
    const sentence = await notified(/is in Nemo/);
    assert.equal(sentence, '“a [Open the log] (command:nemo.showLog) .mp4” is in Nemo. Say what should become of it.');
    await editor.shot('of-workspace');
    await window.runCommand('Notifications: Clear All Notifications');
  });

  it('in the name that the service gives a file is neither a link nor an icon, and turns nothing around', async () => {
    const { window } = editor;
    editor.sandbox.configure({ uploadName: ofService });
    await window.chooseInExplorer('talk.mp4', 'Upload to Nemo');
    const sentence = await notified(/is in Nemo/);
    assert.match(sentence, /^“scene \[Open the log\] \(command:nemo\.showLog\) \$ \(smiley\) ?\.mp4” is in Nemo\./);
    await editor.shot('of-service');
    await window.runCommand('Notifications: Clear All Notifications');
  });

  it('in the names of files and clips is plain in the tree, its tooltips and what it says aloud', async () => {
    const { window } = editor;
    await window.runCommand('Nemo: Show Tracks');
    const named = window.projectRows.filter({ hasText: /scene \[Open the log\]/ });
    // The file, and the clip that it has become.
    await eventually(async () => (await named.count()) >= 2);
    const tree = window.page.locator('.sidebar .tree-explorer-viewlet-tree-view').first();
    await plainIn(tree);
    await named.last().hover();
    const hover = window.page.locator('.monaco-hover').filter({ hasText: 'scene' });
    await hover.waitFor();
    await plainIn(hover);
    await editor.shot('tree');
    await window.page.mouse.move(900, 300);
  });

  it('in a file’s name is plain among the choices of a quick pick', async () => {
    const { window } = editor;
    await window.runCommand('Nemo: Preview');
    await window.quickRow('scene [Open the log] (command:nemo.showLog) $ (smiley)').waitFor();
    await plainIn(window.page.locator('.quick-input-widget'));
    await editor.shot('quick-pick');
    await window.dismiss();
  });

  it('in a session’s name is plain in the tab, among the sessions and in a question', async () => {
    const { window } = editor;
    await window.show('Nemo');
    // A session is called after its first message.
    await window.chat.composer.fill(`Scene ${icon} ${turn}[x](command:y) what is on the timeline?`);
    await window.chat.button('Send').click();
    await window.chat.answer(0);
    await window.runCommand('Nemo: Open Nemo Timeline');
    const tab = window.page.locator('.tabs-container').getByRole('tab').filter({ hasText: 'Scene' });
    await tab.waitFor();
    assert.match(await plainIn(tab), /^Scene \$ \(smiley\) \[x\] \(command:y\)/);
    await window.runCommand('Nemo: Switch Session…');
    await window.quickRow('Scene $ (smiley) [x] (command:y)').waitFor();
    await plainIn(window.page.locator('.quick-input-widget'));
    await editor.shot('sessions');
    await window.dismiss();
    await window.runCommand('Nemo: Delete Session…');
    const question = window.page.locator('.monaco-dialog-box');
    await question.filter({ hasText: 'Delete “Scene $ (smiley) [x] (command:y)' }).waitFor();
    await plainIn(question);
    await editor.shot('question');
    await window.page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
  });

  it('in an export’s name is plain while it is made, also where the editor shows that in the status bar', async function () {
    this.timeout(90_000);
    const { window, sandbox } = editor;
    sandbox.configure({ holdRenders: true });
    await window.runCommand('Nemo: Export Video…');
    await window.acceptPath('by mouse', `Film ${icon}.mp4`);
    const progress = await window.notification(/Exporting “Film/);
    assert.match(await plainIn(progress), /Exporting “Film \$ \(smiley\)\.mp4”/);
    await editor.shot('progress');
    // What is hidden there goes on in the status bar, where texts hold icons.
    await window.runCommand('Notifications: Show Notifications');
    await window.runCommand('Notifications: Hide Notifications');
    const entry = window.page.locator('.statusbar').getByText('Film $ (smiley).mp4');
    await entry.waitFor();
    await plainIn(window.page.locator('.statusbar'));
    await editor.shot('progress-in-status-bar');
    sandbox.configure({ holdRenders: false });
    assert.match(await notified(/is ready/), /^“Film \$ \(smiley\)\.mp4” is ready\./);
    await editor.shot('ready');
    // The file itself is called what the person said.
    assert.deepEqual(await readdir(join(editor.workspace, 'exports')), [`Film ${icon}.mp4`]);
  });
});
