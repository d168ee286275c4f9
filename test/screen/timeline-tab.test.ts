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

  it('lets in nothing from elsewhere, as the chat’s page does not', async () => {
    const { chat, timelineTab } = editor.window;
    for (const page of [chat.frame, timelineTab]) {
      const refused = await page.locator('body').evaluate(refusedByPolicy);
      assert.deepEqual(refused, {
        'a picture': 'img-src',
        'a video': 'media-src',
        'a request': 'connect-src',
        'a frame': 'frame-src',
        'a style sheet': 'style-src-elem',
        'a style in the page': 'style-src-elem',
        'a font': 'font-src',
        'a script': 'script-src-elem',
        'a script in the page': 'script-src-elem',
        'a handler': 'script-src-attr',
        'an evaluation': 'script-src',
      });
    }
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
    await window.runCommand('Nemo: Open Nemo Timeline');
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

/**
 * Tries to get something of each kind into the page from elsewhere, and says by which part of the page's policy each was
 * refused. Runs in the page.
 */
async function refusedByPolicy(body: Element): Promise<Record<string, string>> {
  const elsewhere = 'https://stranger.example/thing';
  const refused: Record<string, string> = {};
  const element =
    (name: string, attributes: Record<string, string>, text = '') =>
    () => {
      const made = document.createElement(name);
      for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
      made.textContent = text;
      body.append(made);
      return made;
    };
  const attempts: Record<string, () => unknown> = {
    'a picture': element('img', { src: elsewhere }),
    'a video': element('video', { src: elsewhere }),
    'a request': () => fetch(elsewhere).catch(() => undefined),
    'a frame': element('iframe', { src: elsewhere }),
    'a style sheet': element('link', { rel: 'stylesheet', href: elsewhere }),
    'a style in the page': element('style', {}, 'body { color: red }'),
    'a font': () => new FontFace('Elsewhere', `url(${elsewhere})`).load().catch(() => undefined),
    'a script': element('script', { src: elsewhere }),
    'a script in the page': element('script', {}, 'document.title = 1'),
    'a handler': () => element('span', { onclick: 'document.title = 1' })().click(),
    'an evaluation': () => {
      try {
        (globalThis as unknown as { eval: (text: string) => unknown }).eval('1');
      } catch {
        // As it should be.
      }
    },
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    const told = new Promise<SecurityPolicyViolationEvent>((resolve) => {
      document.addEventListener('securitypolicyviolation', resolve, { once: true });
    });
    const made = attempt();
    refused[name] = (await told).effectiveDirective;
    if (made instanceof Element) made.remove();
  }
  return refused;
}
