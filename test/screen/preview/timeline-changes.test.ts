import assert from 'node:assert/strict';

import type { Locator } from 'playwright-core';

import { accessibilityComplaints } from '../accessibility.ts';
import type { SceneName } from './scenes.ts';
import { themeNames, type ThemeName } from './serve.ts';
import { PreviewBrowser } from './preview-browser.ts';
import { ShownPage } from './shown-page.ts';

interface Wanted {
  readonly scene?: SceneName;
  readonly width?: number;
  readonly height?: number;
  readonly theme?: ThemeName;
  /** The editor tab's page instead of the side panel's. */
  readonly isTab?: boolean;
}

describe('The timeline’s page', function () {
  this.timeout(60_000);
  const preview = PreviewBrowser.forSuite();

  async function show({
    scene = 'rich',
    width = 700,
    height = 800,
    theme = 'dark',
    isTab = false,
  }: Wanted = {}): Promise<ShownPage> {
    const shown = new ShownPage(await preview.newPage({ viewport: { width, height }, hasTouch: true }));
    await shown.page.goto(`${preview.url}/?scene=${scene}&theme=${theme}&page=${isTab ? 'timeline' : 'chat'}`);
    await shown.page.getByRole('region', { name: 'Timeline' }).waitFor();
    await shown.drawn();
    return shown;
  }

  const sinceButton = (shown: ShownPage) => shown.button(/^Change(d since |s: )/);
  const menu = (shown: ShownPage) => shown.page.getByRole('menu', { name: 'Changed since' });
  const legend = (shown: ShownPage) => shown.page.locator('.details');
  const tree = (shown: ShownPage) => shown.page.getByRole('tree', { name: 'Tracks and clips' });

  async function choose(shown: ShownPage, name: string | RegExp): Promise<void> {
    await sinceButton(shown).click();
    await menu(shown).getByRole('menuitemradio', { name }).click();
    await menu(shown).waitFor({ state: 'hidden' });
  }

  /** Names of the tree's items, as they are read aloud. */
  const items = (of: Locator) =>
    of.getByRole('treeitem').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));

  /** True where the drawing at a point has a colour that is not a grey. */
  async function isColoured(shown: ShownPage, seconds: number, y: number): Promise<boolean> {
    return shown.page.locator('.stage canvas').evaluate(
      (canvas: HTMLCanvasElement, [at, top]) => {
        const x = (at / (38 * 1.04)) * canvas.width;
        const pixels = canvas.getContext('2d')?.getImageData(x, top, 12, 12).data ?? [];
        for (let pixel = 0; pixel < pixels.length; pixel += 4) {
          const [red = 0, green = 0, blue = 0] = pixels.slice(pixel, pixel + 3);
          if (Math.max(red, green, blue) - Math.min(red, green, blue) > 60) return true;
        }
        return false;
      },
      [seconds, y] as const,
    );
  }

  describe('changed since', () => {
    it('shows nothing after a message that changed nothing, and what was changed before while that is answered', async () => {
      const shown = await show();
      const answer = { id: 'idle', role: 'assistant', text: '', atMs: Date.now(), state: 'running' } as const;
      await legend(shown).filter({ hasText: 'since the last message' }).waitFor();
      await shown.post({ type: 'messageAdded', message: answer });
      await legend(shown).filter({ hasText: 'since the last message' }).waitFor();
      await shown.post({ type: 'messageChanged', id: 'idle', message: { ...answer, state: 'done' } });
      await legend(shown).filter({ hasText: 'since the last message' }).waitFor({ state: 'detached' });
    });

    it('counts what the last message changed, and leads from one to the next', async () => {
      const shown = await show();
      await legend(shown).filter({ hasText: '1 added' }).filter({ hasText: 'since the last message' }).waitFor();
      await shown.button('1 changed: show the next').click();
      await legend(shown).getByText('0:16.75').waitFor();
      await shown.page
        .getByRole('status')
        .filter({ hasText: /13.9 s → 9.25 s/ })
        .waitFor();
    });

    it('asks for the versions when the menu opens, and compares with the one that is chosen', async () => {
      const shown = await show();
      assert.ok(!(await shown.intents()).some(({ type }) => type === 'listVersions'));
      await sinceButton(shown).click();
      await menu(shown)
        .getByRole('menuitemradio', { name: /auto-cut the pauses/ })
        .waitFor();
      const labels = await menu(shown).locator('.menu-label').allInnerTexts();
      assert.deepEqual(labels, [
        'Off',
        'The last message',
        'Add a title "Paradise Found" at the start,',
        'auto-cut the pauses, add B-roll transitions, and generate…',
        'Before your first message',
      ]);
    });

    it('shows clips that are gone where they were, also those of a track that is gone', async () => {
      const shown = await show();
      await choose(shown, /Before your first message/);
      assert.equal((await shown.intent('changesSince')).version, 1);
      await legend(shown).filter({ hasText: '5 removed' }).waitFor();
      await shown.page.locator('.gutter-row-gone', { hasText: 'Noise' }).waitFor();
      await shown.drawn();
      const read = await items(tree(shown));
      assert.ok(
        read.some((name) => /^removed since .+: a long silence, 0:12–0:15.8$/.test(name)),
        read.join('\n'),
      );
      assert.ok(read.includes('Noise, track removed'));
      // Behind the end of the timeline, where nothing else is drawn.
      assert.ok(await isColoured(shown, 36, 22 + 3));
    });

    it('tells by words alone what became of a clip', async () => {
      const shown = await show();
      const read = await items(tree(shown));
      assert.ok(read.some((name) => /^Paradise Found, .*, added since the last message$/.test(name)));
      assert.ok(read.some((name) => /^window, .*, moved from 0:18 since the last message$/.test(name)));
      assert.ok(
        read.some((name) => /^city timelapse.*13.9 s → 9.25 s, speed 1× → 1.5× since the last message$/.test(name)),
      );
    });

    it('tells of a clip that changed what it has room for, and nothing cut to a digit', async () => {
      for (const [width, words] of [
        [600, '13.9 s → 9.25 s, speed 1× → 1.5×'],
        [200, ''],
      ] as const) {
        const shown = await show();
        await shown.page.setViewportSize({ width, height: 600 });
        await tree(shown).focus();
        for (let step = 0; step < 4; step += 1) await tree(shown).press('ArrowRight');
        await shown.drawn();
        assert.equal(await shown.page.locator('.details-change').innerText(), words);
        const facts = await shown.page.locator('.details-facts').evaluate(({ clientWidth }) => clientWidth);
        assert.ok(facts === 0 || facts >= 40, `${facts} px for the facts at ${width}`);
        await shown.page.getByTitle(/^city timelapse.* · 0:16.75–0:26 · 9.25 s/).waitFor();
        await tree(shown).press('ArrowLeft');
        await shown.page.getByTitle(/^talk with pauses.* · 0:11.5–0:16.75/).waitFor();
        const ofOther = await shown.page.locator('.details-facts').evaluate(({ clientWidth }) => clientWidth);
        assert.ok(ofOther === 0 || ofOther >= 40, `${ofOther} px for the facts of another at ${width}`);
      }
    });

    it('tells what became of a clip right beside its name, however short that is', async () => {
      const shown = await show();
      await tree(shown).focus();
      for (const key of ['ArrowDown', 'ArrowRight', 'End']) await tree(shown).press(key);
      const name = shown.page.locator('.details-name').filter({ hasText: 'crowd' });
      await name.waitFor();
      const gap = await name.evaluate((element) => {
        const text = document.createRange();
        text.selectNodeContents(element);
        const next = element.parentElement!.querySelector('.details-change')!;
        return next.getBoundingClientRect().left - text.getBoundingClientRect().right;
      });
      assert.ok(gap >= 0 && gap <= 8, `${gap} px`);
    });

    it('reaches a clip that is gone by keys, tells of it, and asks for it back', async () => {
      const shown = await show();
      await tree(shown).focus();
      await tree(shown).press('ArrowDown');
      await tree(shown).press('ArrowRight');
      await tree(shown).press('End');
      await legend(shown).filter({ hasText: 'crowd' }).filter({ hasText: 'removed' }).waitFor();
      await tree(shown).press('Enter');
      assert.equal(await shown.composer.inputValue(), 'Bring back clip "crowd" on track 2 (B-roll, 0:28–0:31).');
    });

    it('finds a clip that is gone under the pointer', async () => {
      const shown = await show();
      const box = (await shown.page.locator('.stage').boundingBox())!;
      await shown.page.mouse.move(box.x + (29.5 / (34 * 1.04)) * box.width, box.y + 22 + 28 + 14);
      await legend(shown).filter({ hasText: 'crowd' }).filter({ hasText: 'removed' }).waitFor();
    });

    it('goes to the place of a removed clip whose change is clicked in the chat', async () => {
      const shown = await show();
      await shown.log
        .getByRole('button', { name: /crowd.* removed/ })
        .last()
        .click();
      await legend(shown).filter({ hasText: 'crowd' }).filter({ hasText: '0:28–0:31' }).waitFor();
    });

    it('says so where nothing changed', async () => {
      const shown = await show();
      await choose(shown, /Paradise Found/);
      await legend(shown)
        .filter({ hasText: /Nothing changed since/ })
        .waitFor();
      await shown.page
        .getByRole('status')
        .filter({ hasText: /Nothing changed since/ })
        .waitFor();
    });

    it('marks nothing when it is off', async () => {
      const shown = await show();
      await choose(shown, 'Off');
      await legend(shown).filter({ hasText: 'Select a clip' }).waitFor();
      assert.ok((await items(tree(shown))).every((name) => !/since|removed/.test(name)));
    });

    it('asks again when the timeline changes', async () => {
      const shown = await show();
      await choose(shown, /auto-cut the pauses/);
      await legend(shown).filter({ hasText: '1 added' }).waitFor();
      await shown.composer.fill('more');
      await shown.composer.press('Enter');
      await shown.page.waitForFunction(
        () => window.preview.intents.filter(({ type }) => type === 'changesSince').length === 2,
      );
    });

    it('keeps the choice over a reload, and drops it where that version is another’s', async () => {
      const shown = await show();
      await choose(shown, /auto-cut the pauses/);
      await legend(shown).filter({ hasText: '1 added' }).waitFor();
      await shown.page.reload();
      await legend(shown)
        .filter({ hasText: /since .*\d/ })
        .waitFor();
      assert.doesNotMatch((await sinceButton(shown).getAttribute('aria-label')) ?? '', /last message/i);

      await shown.page.evaluate(() => {
        const state = JSON.parse(sessionStorage.getItem('state') ?? '{}') as { changedSince: { atMs: number } };
        state.changedSince.atMs += 1;
        sessionStorage.setItem('elsewhere', JSON.stringify(state));
      });
      await shown.page.addInitScript(() => {
        const other = sessionStorage.getItem('elsewhere');
        if (other !== null) sessionStorage.setItem('state', other);
        sessionStorage.removeItem('elsewhere');
      });
      await shown.page.reload();
      await legend(shown).filter({ hasText: 'since the last message' }).waitFor();
    });

    it('is worked by keys: opens on what is chosen, goes about, closes, and gives the focus back', async () => {
      const shown = await show();
      await sinceButton(shown).focus();
      await shown.page.keyboard.press('Enter');
      const focused = () => shown.page.evaluate(() => document.activeElement?.textContent.trim());
      await menu(shown)
        .getByRole('menuitemradio', { name: 'The last message' })
        .and(shown.page.locator(':focus'))
        .waitFor();
      await menu(shown)
        .getByRole('menuitemradio', { name: /Before your first/ })
        .waitFor();
      await shown.page.keyboard.press('End');
      assert.match((await focused()) ?? '', /Before your first message/);
      await shown.page.keyboard.press('ArrowDown');
      assert.equal(await focused(), 'Off');
      await shown.page.keyboard.press('Escape');
      await menu(shown).waitFor({ state: 'hidden' });
      assert.ok(await sinceButton(shown).evaluate((button) => button === document.activeElement));
    });

    it('has its menu in sight in a panel of 200 px', async () => {
      const shown = await show({ width: 200 });
      await sinceButton(shown).click();
      await menu(shown)
        .getByRole('menuitemradio', { name: /Before your first/ })
        .waitFor();
      const box = (await menu(shown).boundingBox())!;
      assert.ok(box.x >= 0 && box.x + box.width <= 200, JSON.stringify(box));
    });
  });

  describe('in an editor tab', () => {
    it('fills the page, without the chat', async () => {
      const shown = await show({ isTab: true, height: 600 });
      assert.equal(await shown.log.count(), 0);
      assert.equal(await shown.composer.count(), 0);
      assert.equal(await shown.button('Open Timeline in Editor').count(), 0);
      const box = (await shown.page.locator('.timeline').boundingBox())!;
      assert.deepEqual([box.width, box.height], [700, 600]);
    });

    it('hands what is to be said to the side panel', async () => {
      const shown = await show({ isTab: true });
      await tree(shown).focus();
      await tree(shown).press('ArrowRight');
      await tree(shown).press('Enter');
      const { text, replace } = await shown.intent('composeInChat');
      assert.equal(text, 'Clip "cinematic intro" on track 1 (Video, 0:00–0:04): ');
      assert.equal(replace, false);
    });

    it('says what failed, with the next step as a button', async () => {
      const shown = await show({ isTab: true, scene: 'failed' });
      await shown.page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
      await shown.button('Try Again').click();
      assert.equal((await shown.intent('act')).step.kind, 'connect');
    });

    it('is asked for with a button in the side panel', async () => {
      const shown = await show();
      await shown.button('Open Timeline in Editor').click();
      await shown.intent('openTimelineInEditor');
    });
  });

  describe('by fingers and keys', () => {
    it('zooms with two fingers, and what is between them stays there', async () => {
      const shown = await show({ isTab: true });
      const box = (await shown.page.locator('.stage').boundingBox())!;
      const wire = await shown.page.context().newCDPSession(shown.page);
      const y = box.y + 60;
      const middle = box.x + box.width * 0.6;
      const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', spread?: number) =>
        wire.send('Input.dispatchTouchEvent', {
          type,
          touchPoints:
            spread === undefined
              ? []
              : [
                  { x: middle - spread, y, id: 1 },
                  { x: middle + spread, y, id: 2 },
                ],
        });
      await touch('touchStart', 40);
      for (const spread of [60, 90, 120]) await touch('touchMove', spread);
      await touch('touchEnd');
      await shown.page.locator('.overview').waitFor();
      await shown.page.mouse.move(middle, y);
      await legend(shown).filter({ hasText: 'city timelapse' }).waitFor();
    });

    it('pans with the page keys while it is zoomed', async () => {
      const shown = await show({ isTab: true });
      await tree(shown).focus();
      await tree(shown).press('+');
      await tree(shown).press('+');
      const thumb = shown.page.locator('.overview-thumb');
      const left = async () => (await thumb.boundingBox())?.x ?? 0;
      await shown.drawn();
      const before = await left();
      await tree(shown).press('PageDown');
      await shown.drawn();
      assert.ok((await left()) > before);
      await tree(shown).press('0');
      await shown.page.locator('.overview').waitFor({ state: 'hidden' });
    });
  });

  describe('for everyone', () => {
    for (const theme of themeNames) {
      it(`has nothing that a checker of accessibility or the page’s own policy complains about (${theme})`, async function () {
        this.timeout(120_000);
        for (const scene of ['first', 'failed', 'rich'] as const) {
          const shown = await show({ scene, theme, isTab: scene !== 'rich', width: 400 });
          if (scene === 'rich') {
            await choose(shown, /Before your first message/);
            await legend(shown).filter({ hasText: '5' }).waitFor();
            await sinceButton(shown).click();
            await menu(shown).waitFor();
          }
          assert.deepEqual(await accessibilityComplaints(shown.page.locator('body')), [], scene);
          assert.deepEqual(shown.complaints, []);
          await preview.closePages();
        }
      });
    }
  });
});
