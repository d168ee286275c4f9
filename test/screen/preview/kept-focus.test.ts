import assert from 'node:assert/strict';

import type { Locator, Page } from 'playwright-core';

import { PreviewBrowser } from './preview-browser.ts';
import type { SceneName } from './scenes.ts';
import { ShownPage } from './shown-page.ts';

/** A track of one clip that was not there before. */
function otherTrack(index: number, title: string) {
  const clip = { id: `z${index}`, title: `other of ${title}`, startMs: 0, durationMs: 1_000 };
  return { index, kind: 'video', title, clips: [clip] };
}

/** What is pressed often goes away with that: the keyboard must find itself somewhere near, never at the page's top. */
describe('The keyboard’s place in the page', function () {
  this.timeout(60_000);
  const preview = PreviewBrowser.forSuite();

  async function show(scene: SceneName, shownPage: 'chat' | 'timeline' = 'chat'): Promise<ShownPage> {
    const shown = new ShownPage(await preview.newPage({ viewport: { width: 400, height: 800 } }));
    await shown.page.goto(`${preview.url}/?scene=${scene}&theme=dark&page=${shownPage}`);
    await shown.page.getByRole('region', { name: 'Timeline' }).waitFor();
    await shown.drawn();
    return shown;
  }

  async function press(button: Locator): Promise<void> {
    await button.focus();
    await button.press('Enter');
  }

  /** Waits until it has the focus. */
  const focused = (page: Page, wanted: Locator) => wanted.and(page.locator(':focus')).waitFor({ timeout: 5_000 });
  const tree = ({ page }: ShownPage) => page.getByRole('tree');
  const running = (text: string) => ({ id: 'now', role: 'assistant', text, atMs: Date.now(), state: 'running' });

  describe('in the chat', () => {
    it('goes to the first change that was hidden, where all are asked for', async () => {
      const shown = await show('edits');
      await press(shown.button('Show all 14 changes'));
      await focused(shown.page, shown.page.locator('nemo-change-card .change').nth(6));
    });

    it('stays with a message whose buttons went away: because it was tried again, or its turn came', async () => {
      const failed = await show('errors');
      const answer = failed.page.locator('nemo-message').nth(1);
      await failed.button('Send Again').focus();
      const { id, role, atMs, state } = await answer.evaluate(
        (element) => (element as HTMLElement & { message: Record<string, unknown> }).message,
      );
      await failed.post({ type: 'messageChanged', id, message: { id, role, atMs, state } });
      await focused(failed.page, answer);

      const waiting = await show('running');
      const queued = waiting.page.locator('nemo-message').nth(3);
      await queued.getByRole('button', { name: 'Edit the waiting message' }).focus();
      const next = await queued.evaluate(
        (element) => (element as HTMLElement & { message: Record<string, unknown> }).message['id'],
      );
      await waiting.post({
        type: 'messageChanged',
        id: next,
        message: { id: next, role: 'user', atMs: Date.now(), state: 'sent' },
      });
      await focused(waiting.page, queued);
    });

    it('goes to the next message when the last one was stopped by a button', async () => {
      const shown = await show('first');
      await shown.post({ type: 'messageAdded', message: running('Once') });
      await shown.button('Stop').focus();
      await shown.post({
        type: 'messageChanged',
        id: 'now',
        message: { ...running(''), text: undefined, state: 'done' },
      });
      await focused(shown.page, shown.composer);
    });

    it('goes from what was sent, removed or hidden to the next message', async () => {
      const shown = await show('running');
      await shown.composer.fill('Make it warm');
      await press(shown.button('Send when the answer is complete'));
      await focused(shown.page, shown.composer);

      await shown.button('Remove broken.avi').focus();
      await shown.post({ type: 'attachmentsChanged', attachments: [] });
      await focused(shown.page, shown.composer);

      await shown.button('Cancel: screen recording.mov').focus();
      await shown.post({ type: 'transfersChanged', transfers: [] });
      await focused(shown.page, shown.composer);
    });

    it('goes from a refusal that is hidden to the message', async () => {
      for (const name of ['Hide this note', 'Try Again']) {
        const shown = await show('rich');
        await shown.page.evaluate(() => window.preview.refuse('pickFiles'));
        await shown.button('Attach clips…').click();
        await press(shown.button(name));
        await focused(shown.page, shown.composer);
      }
    });

    it('goes to the message when a connection is tried again', async () => {
      for (const scene of ['errors', 'failed'] as const) {
        const shown = await show(scene);
        await shown.button('Try Again').focus();
        await shown.post({ type: 'connectionChanged', connection: { kind: 'connecting' } });
        await focused(shown.page, shown.composer);
      }
    });
  });

  describe('in the timeline', () => {
    it('stays among the tools when everything is shown', async () => {
      const shown = await show('rich');
      await press(shown.button('Zoom in'));
      await press(shown.button('Show everything'));
      await focused(shown.page, shown.button('Zoom in'));
    });

    it('goes from the details of a clip that is gone to the clips', async () => {
      const shown = await show('rich');
      await tree(shown).focus();
      await tree(shown).press('ArrowRight');
      await shown.button('Zoom to the clip').focus();
      await shown.post({ type: 'timelineChanged', timeline: { tracks: [otherTrack(1, 'Video')], durationMs: 1_000 } });
      await focused(shown.page, tree(shown));
    });

    it('stays on the track where the clip is gone that the keyboard was on', async () => {
      const shown = await show('rich');
      const here = () =>
        tree(shown).evaluate((element) => {
          const id = element.getAttribute('aria-activedescendant') ?? '';
          return document.getElementById(id)?.getAttribute('aria-label') ?? '';
        });
      await tree(shown).focus();
      for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight']) await tree(shown).press(key);
      assert.match(await here(), /^hands/);
      const tracks = [otherTrack(1, 'Video'), otherTrack(2, 'B-roll'), otherTrack(3, 'More')];
      await shown.post({ type: 'timelineChanged', timeline: { tracks, durationMs: 1_000 } });
      await shown.page.getByRole('treeitem', { name: /B-roll, 1 clip$/ }).waitFor({ state: 'attached' });
      await shown.drawn();
      assert.match(await here(), /B-roll, 1 clip$/);
      await tree(shown).press('ArrowRight');
      await shown.drawn();
      assert.match(await here(), /^other of B-roll/);
    });

    it('goes to the clips when the first ones come', async () => {
      const shown = await show('first');
      await shown.button('Choose Clips…').focus();
      await shown.post({ type: 'timelineChanged', timeline: { tracks: [otherTrack(1, 'Video')], durationMs: 1_000 } });
      await focused(shown.page, tree(shown));
    });

    it('goes from a refusal to the clips, in the tab of the timeline', async () => {
      const shown = await show('rich', 'timeline');
      await shown.page.evaluate(() => window.preview.refuse('listVersions'));
      await shown.button('Changed since the last message').click();
      await shown.page.getByRole('menu').waitFor();
      await shown.intent('listVersions');
      await shown.page.keyboard.press('Escape');
      await press(shown.button('Hide this note'));
      await focused(shown.page, tree(shown));
    });
  });

  it('stays out of a page that people do not look at', async () => {
    const shown = await show('edits');
    await shown.page.evaluate(() => {
      document.hasFocus = () => false;
    });
    await press(shown.button('Show all 14 changes'));
    await shown.page.locator('nemo-change-card .change').nth(6).waitFor();
    assert.ok(await shown.page.evaluate(() => document.activeElement === document.body));
  });
});
