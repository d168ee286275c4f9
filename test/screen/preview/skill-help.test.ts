import assert from 'node:assert/strict';

import { PreviewBrowser } from './preview-browser.ts';
import type { SceneName } from './scenes.ts';
import { ShownPage } from './shown-page.ts';

describe('The skill’s ideas and tips, in the side panel’s page', function () {
  this.timeout(60_000);
  const preview = PreviewBrowser.forSuite();

  async function show(scene: SceneName): Promise<ShownPage> {
    const shown = new ShownPage(await preview.newPage({ viewport: { width: 380, height: 700 } }));
    await shown.page.goto(`${preview.url}/?scene=${scene}&theme=dark`);
    await shown.composer.waitFor();
    await shown.drawn();
    return shown;
  }

  const button = (shown: ShownPage) => shown.page.getByRole('button', { name: /^Ideas and tips: / });
  const panel = (shown: ShownPage) => shown.page.getByRole('region', { name: /^Ideas and tips: / });
  const selected = (shown: ShownPage) =>
    shown.composer.evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd));

  it('stand in the chat itself before the first message, and behind a button after it', async () => {
    const fresh = await show('first');
    assert.equal(await button(fresh).count(), 0);
    assert.equal(await fresh.page.getByRole('list', { name: 'Suggestions' }).count(), 1);

    const shown = await show('rich');
    assert.equal(await button(shown).getAttribute('aria-expanded'), 'false');
    await button(shown).click();
    assert.equal(await button(shown).getAttribute('aria-expanded'), 'true');
    for (const words of ['Quick edit', 'Upload a clip, send the first prompt', 'Clips under 3 minutes']) {
      assert.ok((await panel(shown).innerText()).includes(words), words);
    }
    await button(shown).click();
    assert.equal(await panel(shown).count(), 0);
  });

  it('open and close by keyboard, and the keyboard stays at the button', async () => {
    const shown = await show('rich');
    await button(shown).focus();
    await shown.page.keyboard.press('Enter');
    await panel(shown).waitFor();
    await shown.page.keyboard.press('Shift+Tab');
    await panel(shown).getByRole('button').first().focus();
    await shown.page.keyboard.press('Escape');
    await panel(shown).waitFor({ state: 'detached' });
    assert.ok(await button(shown).evaluate((element) => element === document.activeElement));
  });

  it('fill the message with a prompt whose blanks are selected one after the other', async () => {
    const shown = await show('rich');
    await button(shown).click();
    await panel(shown)
      .getByRole('button', { name: /^add the title/ })
      .click();
    assert.equal(await panel(shown).count(), 0);
    assert.equal(await shown.composer.inputValue(), 'add the title “Hello” for the first 3 seconds');
    assert.equal(await selected(shown), '“Hello”');
    await shown.page.keyboard.type('“Welcome, everybody”');
    await shown.page.keyboard.press('Tab');
    assert.equal(await selected(shown), '3 seconds');
    await shown.page.keyboard.type('5 s');
    assert.equal(await shown.composer.inputValue(), 'add the title “Welcome, everybody” for the first 5 s');
    await shown.page.keyboard.press('Tab');
    assert.ok(!(await shown.composer.evaluate((area) => area === document.activeElement)), 'Tab leaves as ever');
  });

  it('leave Escape to what runs once the text with the blanks is gone', async () => {
    const shown = await show('running');
    await button(shown).click();
    await panel(shown)
      .getByRole('button', { name: /^add the title/ })
      .click();
    await shown.composer.fill('something else');
    await shown.page.keyboard.press('Escape');
    assert.deepEqual(
      (await shown.intents()).filter(({ type }) => type === 'stop'),
      [{ type: 'stop' }],
    );
  });

  it('take nothing away that was being written: undo brings it back', async () => {
    const shown = await show('rich');
    await shown.composer.fill('half a thought');
    await button(shown).click();
    await panel(shown)
      .getByRole('button', { name: /^auto-cut the pauses, add B-roll transitions$/ })
      .click();
    assert.equal(await shown.composer.inputValue(), 'auto-cut the pauses, add B-roll transitions');
    await shown.page.keyboard.press('Control+z');
    assert.equal(await shown.composer.inputValue(), 'half a thought');
  });
});
