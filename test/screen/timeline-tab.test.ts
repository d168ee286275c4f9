import assert from 'node:assert/strict';

import { type OpenEditor, openEditor } from './open-editor.ts';

describe('The timeline in an editor tab', () => {
  let editor: OpenEditor;

  before(async function () {
    this.timeout(120_000);
    editor = await openEditor('timeline-tab', { sandbox: { silentRate: 0 }, width: 1400, height: 800 });
    const { window } = editor;
    await window.chooseInExplorer('talk.mp4', 'Upload to Nemo');
    await window.show('Nemo');
    await window.chat.timelineLine.filter({ hasText: /1 track/ }).waitFor();
  });
  after(() => editor.close());

  const facts = () => editor.window.timelineTab.locator('.pane-facts');

  it('opens from the side panel and follows what is said there', async function () {
    this.timeout(120_000);
    const { window } = editor;
    await window.chat.button('Open Timeline in Editor').click();
    await facts()
      .filter({ hasText: /1 track/ })
      .waitFor();
    await window.chat.say('add a title "Hello Nemo" for the first 3 seconds');
    await window.chat.answer(0);
    await facts()
      .filter({ hasText: /2 tracks/ })
      .waitFor();
    await window.timelineTab
      .getByRole('group', { name: /^Changed since/ })
      .getByText('1 added')
      .waitFor();
    await editor.shot('open');
  });

  it('puts what is asked about a clip into the side panel’s message', async () => {
    const { window } = editor;
    const tree = window.timelineTab.getByRole('tree', { name: 'Tracks and clips' });
    await tree.focus();
    await tree.press('ArrowRight');
    await tree.press('Enter');
    await window.chat.composer.and(window.chat.frame.locator(':focus')).waitFor();
    assert.match(await window.chat.composer.inputValue(), /^Clip "talk.*" on track 1 /);
    await window.chat.composer.fill('');
  });

  it('shows the spot of a change that is clicked in the chat, in the tab too', async () => {
    const { window } = editor;
    const selected = window.timelineTab.locator('.details-name').filter({ hasText: 'Hello Nemo' });
    assert.equal(await selected.count(), 0);
    await window.chat.log.getByRole('button', { name: /Hello Nemo/ }).click();
    await selected.waitFor();
    await editor.shot('revealed');
  });

  it('is there again after a reload of the window, once', async function () {
    this.timeout(120_000);
    const { window } = editor;
    const tabs = window.page.locator('.tabs-container').getByRole('tab');
    await window.untilStored('mainThreadWebview-nemo.timeline');
    await window.reload();
    await facts()
      .filter({ hasText: /2 tracks/ })
      .waitFor();
    // In front of it is something else, so that one sees what the command does.
    await window.show('Explorer');
    await window.explorerItem('talk.mp4').dblclick();
    await window.video.waitFor();
    await window.runCommand('Nemo: Open Timeline in Editor');
    await tabs
      .and(window.page.locator('.active'))
      .filter({ hasText: /Hello Nemo/ })
      .waitFor();
    await window.timelineTab.getByRole('tree', { name: 'Tracks and clips' }).waitFor();
    assert.deepEqual(
      (await tabs.allInnerTexts()).map((text) => text.replaceAll('\n', '')),
      ['add a title "Hello Nemo" for the first 3 seconds', 'talk.mp4'],
    );
    await editor.shot('after-reload');
  });
});
