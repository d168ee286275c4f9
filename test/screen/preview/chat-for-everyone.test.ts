import assert from 'node:assert/strict';

import { eventually } from '../../setup/eventually.ts';
import { accessibilityComplaints } from '../accessibility.ts';
import type { SceneName } from './scenes.ts';
import { themeNames, type ThemeName } from './serve.ts';
import { PreviewBrowser } from './preview-browser.ts';
import { ShownPage } from './shown-page.ts';

describe('The chat, for everyone', function () {
  this.timeout(120_000);
  const preview = PreviewBrowser.forSuite();

  async function show(name: SceneName, theme: ThemeName = 'dark', width = 300): Promise<ShownPage> {
    await preview.closePages();
    const shown = new ShownPage(await preview.newPage({ viewport: { width, height: 800 } }));
    await shown.page.goto(`${preview.url}/?scene=${name}&theme=${theme}`);
    await shown.composer.waitFor();
    await shown.drawn();
    return shown;
  }

  async function complaints(shown: ShownPage): Promise<string[]> {
    const found = await accessibilityComplaints(shown.page.locator('body'));
    return [...shown.complaints, ...found];
  }

  for (const theme of themeNames) {
    it(`has nothing to complain about while something is open, edited or refused (${theme})`, async () => {
      const edited = await show('running', theme);
      await edited.button('Edit the waiting message').first().click();
      await edited.page.getByRole('textbox', { name: 'Waiting message' }).waitFor();
      assert.deepEqual(await complaints(edited), [], 'a waiting message is edited');

      const refused = await show('rich', theme);
      await refused.page.evaluate(() => window.preview.refuse('send'));
      await refused.composer.fill('make it warmer');
      await refused.composer.press('Enter');
      await refused.page.getByRole('alert').waitFor();
      assert.deepEqual(await complaints(refused), [], 'a message was refused');

      const choosing = await show('rich', theme);
      await choosing.page.getByRole('combobox', { name: 'Skill' }).click();
      await choosing.page.getByRole('option').first().hover();
      assert.deepEqual(await complaints(choosing), [], 'a skill is being chosen');

      const scrolled = await show('large', theme);
      await scrolled.log.evaluate((log) => (log.scrollTop = 0));
      await scrolled.button('Jump to latest').waitFor();
      await scrolled.button('Go to the last answer').focus();
      assert.deepEqual(await complaints(scrolled), [], 'the reader is far up');
    });
  }

  for (const theme of themeNames) {
    it(`tells by the eye what is ticked and what is not (${theme})`, async () => {
      const shown = await show('rich', theme, 400);
      const boxes = shown.page.locator('li.task > input');
      await boxes.first().scrollIntoViewIfNeeded();
      const seen = await boxes.evaluateAll((inputs) => {
        const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
        /** Relative luminance (WCAG) of a colour on the page's ground. */
        const luminance = (...colors: string[]) => {
          for (const color of [getComputedStyle(document.documentElement).backgroundColor, ...colors]) {
            context.fillStyle = color;
            context.fillRect(0, 0, 1, 1);
          }
          const [red = 0, green = 0, blue = 0] = [...context.getImageData(0, 0, 1, 1).data].map((part) =>
            part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
          );
          return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        const contrast = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        return inputs.map((input) => {
          const { appearance, borderColor, backgroundColor, color } = getComputedStyle(input);
          return {
            isOurs: appearance === 'none',
            edge: contrast(luminance(borderColor), luminance()),
            tick: contrast(luminance(backgroundColor, color), luminance(backgroundColor)),
            isTicked: getComputedStyle(input, '::before').content !== 'none',
          };
        });
      });
      assert.deepEqual(
        seen.map(({ isTicked }) => isTicked),
        [true, false],
      );
      for (const { isOurs, edge, tick } of seen) {
        assert.ok(isOurs && edge >= 3 && tick >= 3, JSON.stringify(seen));
      }
    });
  }

  for (const theme of ['hc-dark', 'hc-light'] as const) {
    it(`has a ring about what has the focus that is thicker than an edge (${theme})`, async () => {
      const shown = await show('running', theme);
      const { page } = shown;
      const controls = [
        page.getByRole('combobox', { name: 'Skill' }),
        shown.button('87 credits available'),
        shown.button('Zoom in'),
        shown.button('Remove broken.avi'),
        shown.button('Stop'),
      ];
      // From here on the keyboard is what is used.
      await page.keyboard.press('Tab');
      for (const control of controls) {
        await control.focus();
        // The styles of less motion let it get there within a frame or two.
        await shown.drawn();
        await shown.drawn();
        assert.equal(
          await control.evaluate((element) => getComputedStyle(element).outlineWidth),
          '2px',
          String(control),
        );
      }
      await shown.composer.focus();
      const frame = page.locator('.composer');
      assert.equal(await frame.evaluate((element) => getComputedStyle(element).outlineStyle), 'solid');
    });
  }

  it('is in the system’s own colours where people forced them on everything, what is painted too', async () => {
    const shown = await show('transfers');
    const painted = () =>
      shown.page
        .locator('canvas')
        .first()
        .evaluate((canvas: HTMLCanvasElement) => {
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          const seen = new Set<string>();
          for (let at = 0; at < data.length; at += 4) seen.add([...data.subarray(at, at + 3)].join());
          return [...seen];
        });
    await shown.page.emulateMedia({ forcedColors: 'active', colorScheme: 'light' });
    const system = await shown.page.evaluate(() =>
      ['Canvas', 'CanvasText'].map((name) => {
        const probe = document.body.appendChild(document.createElement('span'));
        probe.style.color = name;
        const color = getComputedStyle(probe).color.replace(/[^\d,]/g, '');
        probe.remove();
        return color;
      }),
    );
    assert.equal(new Set(system).size, 2);
    // The page hears of other colours with a frame, and paints with the next one.
    await eventually(async () => {
      const forced = await painted();
      return system.every((color) => forced.includes(color));
    });
    const bar = shown.page.locator('progress').first();
    assert.equal(
      await bar.evaluate((element) => getComputedStyle(element).getPropertyValue('forced-color-adjust')),
      'none',
    );

    await shown.page.emulateMedia({ forcedColors: 'none' });
    // The theme’s colours again.
    await eventually(async () => !(await painted()).includes(system[0]!));
  });
});
