import assert from 'node:assert/strict';

import type { Frame, Page } from 'playwright-core';

import type { HostMessage } from '../../../src/protocol/messages.ts';
import { strangerPage } from '../../setup/stranger-page.ts';
import { PreviewBrowser } from './preview-browser.ts';
import { scene } from './scenes.ts';
import { ShownPage } from './shown-page.ts';

const words = 'words of a stranger';
const hostile: readonly unknown[] = [
  { type: 'snapshot', state: { ...structuredClone(scene('rich')), sessionName: words } },
  { type: 'compose', text: words, replace: true },
  ...Array.from({ length: 20 }, () => ({ type: 'nonsense' })),
];

describe('The pages, posted to by others than the editor', function () {
  this.timeout(60_000);
  const preview = PreviewBrowser.forSuite();

  /** All that is in the page, and what is being written. */
  const shown = (page: Page | Frame) =>
    page.evaluate(() => {
      const written = [...document.querySelectorAll('textarea')].map(({ value }) => value);
      return [document.body.innerText, ...written];
    });

  /** Resolves when what `post` posts, and then a last message, has reached the page and is drawn. */
  async function attack(page: Page | Frame, post: (messages: readonly unknown[]) => Promise<unknown>): Promise<void> {
    const reached = await page.evaluateHandle(() => ({
      last: new Promise<void>((resolve) => {
        addEventListener('message', ({ data }: MessageEvent<{ last?: boolean } | null>) => {
          if (data?.last) resolve();
        });
      }),
    }));
    await post([...hostile, { last: true }]);
    await reached.evaluate(async ({ last }) => {
      await last;
      for (let frames = 0; frames < 3; frames += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    });
  }

  for (const shownPage of ['chat', 'timeline']) {
    it(`change nothing for whoever opened them: ${shownPage}`, async () => {
      const stranger = await strangerPage(await preview.newPage({}));
      const opened = new ShownPage(await stranger.open(`${preview.url}/?scene=rich&page=${shownPage}`));
      await opened.page.locator('.pane-facts').waitFor();
      await opened.drawn();
      const before = await shown(opened.page);
      await attack(opened.page, (messages) => stranger.post(messages));
      assert.deepEqual(await shown(opened.page), before);
      const said = (await opened.intents()).flatMap((intent) => (intent.type === 'viewFault' ? [intent.message] : []));
      assert.doesNotMatch(said.join('\n'), /could not be read|did not fit/, 'nothing is reported');
      assert.equal(
        (await opened.intents()).filter(({ type }) => type === 'ready').length,
        1,
        'nothing is asked for again',
      );
      assert.deepEqual(await stranger.heard(), []);
      await opened.page.close();
    });
  }

  it('hear the document that holds their frame, and no other frame beside them', async () => {
    const page = await preview.newPage({});
    // Any address of the preview's server that has no policy.
    await page.goto(`${preview.url}/webview.css`);
    const frame = await framed(page);
    const post = (message: HostMessage) =>
      page.evaluate((posted) => window[0]?.postMessage(posted, window.origin), message);
    await post({ type: 'snapshot', state: structuredClone(scene('rich')) as never });
    await frame.locator('.pane-facts').waitFor();
    await post({ type: 'compose', text: 'words of the editor', replace: true });
    await frame.waitForFunction(() => document.querySelector('textarea')?.value === 'words of the editor');

    const before = await shown(frame);
    await attack(frame, (messages) =>
      page.evaluate((posted) => {
        const beside = document.createElement('iframe');
        document.body.append(beside);
        // A script of that frame posts, so that the message comes from there.
        const script = beside.contentDocument!.createElement('script');
        script.textContent = `window.speak = (posted) => posted.forEach((one) => parent[0].postMessage(one, '*'))`;
        beside.contentDocument!.head.append(script);
        (beside.contentWindow as unknown as { speak: (posted: readonly unknown[]) => void }).speak(posted);
      }, messages),
    );
    assert.deepEqual(await shown(frame), before);
  });

  /** Shows the page in a frame, with itself in place of its parent, as the editor does. */
  async function framed(page: Page): Promise<Frame> {
    await page.context().route('**/fake-host.js', (route) =>
      route.fulfill({
        contentType: 'text/javascript',
        body: `window.parent = window; window.acquireVsCodeApi = () => ({ postMessage() {}, getState() {}, setState() {} });`,
      }),
    );
    await page.evaluate((url) => {
      const frame = document.createElement('iframe');
      frame.src = url;
      frame.style.cssText = 'width: 400px; height: 700px';
      document.body.append(frame);
    }, `${preview.url}/?scene=rich`);
    await page.frameLocator('iframe').locator('nemo-app .waiting').waitFor();
    await page.context().unroute('**/fake-host.js');
    const frame = page.frames()[1];
    assert.ok(frame);
    assert.ok(await frame.evaluate(() => window.parent === window && window.top !== window));
    return frame;
  }
});
