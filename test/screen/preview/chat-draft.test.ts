import assert from 'node:assert/strict';

import type { Intent } from '../../../src/protocol/messages.ts';
import { PreviewBrowser } from './preview-browser.ts';
import { ShownPage } from './shown-page.ts';

/** What is being written is nobody's to lose: not a reload's, not another session's. */
describe('What is being written in the side panel’s page', function () {
  this.timeout(60_000);
  const preview = PreviewBrowser.forSuite();

  async function show(): Promise<ShownPage> {
    const shown = new ShownPage(await preview.newPage({ viewport: { width: 400, height: 800 } }));
    await shown.page.goto(`${preview.url}/?scene=rich&theme=dark`);
    await shown.composer.waitFor();
    return shown;
  }

  /** As when the editor had not stored it yet. */
  const loseAtReload = (shown: ShownPage, item: 'state' | 'drafts') =>
    shown.page.addInitScript((lost) => sessionStorage.removeItem(lost), item);
  const drafts = async (shown: ShownPage) =>
    (await shown.intents()).filter((intent): intent is Extract<Intent, { type: 'draftChanged' }> => {
      return intent.type === 'draftChanged';
    });
  const untilTold = (shown: ShownPage, text: string) =>
    shown.page.waitForFunction((wanted) => {
      const told = window.preview.intents.findLast(({ type }) => type === 'draftChanged');
      return told?.type === 'draftChanged' && told.text === wanted;
    }, text);
  const untilShown = (shown: ShownPage, text: string) =>
    shown.page.waitForFunction((wanted) => document.querySelector('textarea')?.value === wanted, text);

  for (const lost of ['state', 'drafts'] as const) {
    it(`is there after a reload that lost ${lost === 'state' ? 'the page’s memory' : 'what the host kept'}`, async () => {
      const shown = await show();
      await shown.composer.fill('half');
      await shown.composer.fill('half a sentence');
      await untilTold(shown, 'half a sentence');
      await loseAtReload(shown, lost);
      await shown.page.reload();
      await untilShown(shown, 'half a sentence');
      // Whoever did not know it does now.
      if (lost === 'drafts') await untilTold(shown, 'half a sentence');
      else assert.deepEqual(await drafts(shown), []);
    });
  }

  it('is what was written last, where the host heard of less', async () => {
    const shown = await show();
    await shown.composer.fill('half');
    await untilTold(shown, 'half');
    await shown.page.evaluate(() => sessionStorage.setItem('drafts', JSON.stringify({ rich: { text: 'h', atMs: 1 } })));
    await shown.page.reload();
    await untilShown(shown, 'half');
  });

  it('belongs to its session: another one has its own, and each comes back', async () => {
    const shown = await show();
    await shown.composer.pressSequentially('for the first');
    await shown.page.evaluate(() => window.preview.showScene('first'));
    await untilShown(shown, '');
    assert.deepEqual(
      (await drafts(shown)).map(({ session, text }) => [session, text]).at(-1),
      ['rich', 'for the first'],
      'the last letters are told before the page turns to another session',
    );
    await shown.composer.pressSequentially('for the second');
    await shown.page.evaluate(() => window.preview.showScene('rich'));
    await untilShown(shown, 'for the first');
    await shown.page.evaluate(() => window.preview.showScene('first'));
    await untilShown(shown, 'for the second');
    await shown.page.reload();
    await untilShown(shown, 'for the first');
  });

  it('is shown as it was left here, where the host had not heard of it when it showed the session again', async () => {
    const shown = await show();
    await shown.composer.fill('for the first');
    await shown.page.evaluate(() => window.preview.showScene('first'));
    await untilShown(shown, '');
    await shown.page.evaluate(() => window.preview.showScene('rich', { text: 'for the', atMs: 1 }));
    await untilShown(shown, 'for the first');
    await shown.page.evaluate(() => window.preview.showScene('first'));
    await untilShown(shown, '');
    const later = { text: 'written in another window', atMs: Date.now() + 60_000 };
    await shown.page.evaluate((kept) => window.preview.showScene('rich', kept), later);
    await untilShown(shown, later.text);
  });

  it('is gone once it is sent, before it leaves', async () => {
    const shown = await show();
    await shown.composer.fill('Make it shorter');
    await untilTold(shown, 'Make it shorter');
    await shown.composer.press('Enter');
    await shown.intent('send');
    assert.deepEqual(
      (await shown.intents())
        // Pictures of clips are asked for whenever there is time.
        .filter(({ type }) => type === 'draftChanged' || type === 'send')
        .slice(-2)
        .map((intent) => [intent.type, 'text' in intent && intent.text]),
      [
        ['draftChanged', ''],
        ['send', 'Make it shorter'],
      ],
    );
    await loseAtReload(shown, 'state');
    await shown.page.reload();
    await shown.composer.waitFor();
    assert.equal(await shown.composer.inputValue(), '');
  });

  it('stands there again where it could not be sent, and is kept', async () => {
    const shown = await show();
    await shown.page.evaluate(() => window.preview.refuse('send'));
    await shown.composer.fill('Make it shorter');
    await shown.composer.press('Enter');
    await untilShown(shown, 'Make it shorter');
    await untilTold(shown, 'Make it shorter');
  });

  it('is told in few words, and draws nothing anew', async () => {
    const shown = await show();
    await shown.quiet();
    await shown.composer.fill('a');
    await untilTold(shown, 'a');
    const changes = await shown.page.evaluate(async () => {
      const seen: MutationRecord[] = [];
      const observer = new MutationObserver((records) => seen.push(...records));
      observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      const area = document.querySelector('textarea')!;
      for (let letter = 0; letter < 200; letter += 1) {
        area.value += 'b';
        area.dispatchEvent(new InputEvent('input', { bubbles: true }));
        await Promise.resolve();
      }
      await window.preview.drawn();
      seen.push(...observer.takeRecords());
      observer.disconnect();
      return seen.length;
    });
    await untilTold(shown, `a${'b'.repeat(200)}`);
    assert.equal(changes, 0);
    assert.ok((await drafts(shown)).length <= 4, `${(await drafts(shown)).length} times`);
  });
});
