import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { AxeResults } from 'axe-core';
import type { Locator } from 'playwright-core';

import { findMediaTools } from '../../setup/media-tools.ts';
import { PreviewBrowser } from './preview-browser.ts';
import { serveMedia, type MediaFile, type MediaLacks } from './preview-media.ts';
import { themeNames, type ThemeName } from './serve.ts';
import { ShownPage } from './shown-page.ts';

const run = promisify(execFile);

/** 12 s each, the first half loud, the second one quiet. */
const sounds = ['wav', 'mp3', 'm4a'] as const;

/** A page with the preview of a sound. */
class SoundPage extends ShownPage {
  get pane(): Locator {
    return this.page.getByRole('region', { name: /^Preview/ });
  }

  get bar(): Locator {
    return this.pane.getByRole('slider', { name: 'Moment' });
  }

  get wave(): Locator {
    return this.pane.locator('nemo-sound-wave');
  }

  control(name: string): Locator {
    return this.pane.getByRole('button', { name, exact: true });
  }

  /** Opens a sound and lets it stand still at its beginning. */
  async still(sound: (typeof sounds)[number]): Promise<void> {
    await this.post({ type: 'preview', place: { kind: 'media', url: `https://example.com/${sound}` } });
    await this.control('Pause').click();
    await this.control('Play').waitFor();
    await this.bar.press('Home');
  }

  /** Resolves once the wave is drawn to its end. */
  async heard(): Promise<void> {
    await this.page.waitForFunction(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('nemo-sound-wave canvas');
      if (!canvas || canvas.width < 20) return false;
      // A copy, which is there for being read.
      const copy = new OffscreenCanvas(12, canvas.height).getContext('2d', { willReadFrequently: true })!;
      copy.drawImage(canvas, 12 - canvas.width, 0);
      return copy.getImageData(0, 0, 12, canvas.height).data.some((value, at) => at % 4 === 3 && value > 0);
    });
  }

  /** How much of a part of the drawing is painted, from 0 to 1; parts from 0 to 1, too. */
  painted(from: number, to: number): Promise<number> {
    return this.wave.locator('canvas').evaluate(
      (element, part) => {
        const canvas = element as HTMLCanvasElement;
        const left = Math.round(canvas.width * part.from);
        const width = Math.round(canvas.width * part.to) - left;
        const copy = new OffscreenCanvas(width, canvas.height).getContext('2d', { willReadFrequently: true })!;
        copy.drawImage(canvas, -left, 0);
        const { data } = copy.getImageData(0, 0, width, canvas.height);
        const count = data.reduce((sum, value, at) => sum + (at % 4 === 3 && value > 0 ? 1 : 0), 0);
        return count / (data.length / 4);
      },
      { from, to },
    );
  }

  async seconds(): Promise<number> {
    return Number(await this.bar.inputValue());
  }
}

describe('The wave of a sound', function () {
  this.timeout(60_000);
  const preview = PreviewBrowser.forSuite();
  const files = new Map<string, MediaFile>();
  let folder: string;
  let ffmpeg: string;

  before(async () => {
    ({ ffmpeg } = await findMediaTools());
    folder = await mkdtemp(join(tmpdir(), 'nemo-sound-wave-'));
    for (const sound of sounds) {
      const path = join(folder, `sound.${sound}`);
      const source = 'aevalsrc=0.8*sin(2*PI*440*t)*if(lt(t\\,6)\\,1\\,0.02):d=12:s=44100';
      await run(ffmpeg, ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, path]);
      files.set(`https://example.com/${sound}`, { path, kind: 'audio' });
    }
  });
  after(() => rm(folder, { recursive: true }));

  async function show(options: { lacks?: MediaLacks; width?: number; theme?: ThemeName } = {}): Promise<SoundPage> {
    const { lacks = {}, width = 400, theme = 'dark' } = options;
    const shown = new SoundPage(await preview.newPage({ viewport: { width, height: 800 } }));
    await serveMedia(shown.page, files, { lacks, ffmpeg });
    await shown.page.goto(`${preview.url}/?scene=rich&theme=${theme}`);
    await shown.composer.waitFor();
    return shown;
  }

  for (const sound of ['wav', 'mp3'] as const) {
    it(`is as high as it is loud (${sound})`, async () => {
      const shown = await show();
      await shown.still(sound);
      await shown.heard();
      const [loud, quiet] = [await shown.painted(0.1, 0.45), await shown.painted(0.55, 0.9)];
      assert.ok(quiet > 0 && loud > quiet * 3, `${loud} loud, ${quiet} quiet`);
      assert.equal(await shown.wave.locator('.codicon').count(), 0);
      assert.deepEqual(shown.complaints, []);
    });
  }

  it('goes where it is pressed and along with the hand, without playing', async () => {
    const shown = await show();
    await shown.still('wav');
    await shown.heard();
    const { x, y, width, height } = (await shown.wave.boundingBox())!;
    const { mouse } = shown.page;
    await mouse.move(x + width * 0.75, y + height / 2);
    await mouse.down();
    assert.ok(Math.abs((await shown.seconds()) - 9) < 0.1);
    await mouse.move(x + width * 0.25, y + height / 2);
    assert.ok(Math.abs((await shown.seconds()) - 3) < 0.1);
    await mouse.move(x - 50, y + height / 2);
    assert.equal(await shown.seconds(), 0);
    await mouse.up();
    await mouse.move(x + width * 0.5, y + height / 2);
    assert.equal(await shown.seconds(), 0);
    assert.equal(await shown.control('Play').count(), 1);
  });

  it('shows the moment, also when it is gone to by key', async () => {
    const shown = await show();
    await shown.still('wav');
    await shown.heard();
    const atStart = await shown.wave.locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    await shown.bar.press('End');
    await shown.page.waitForFunction(
      (before) => document.querySelector<HTMLCanvasElement>('nemo-sound-wave canvas')?.toDataURL() !== before,
      atStart,
    );
    assert.equal(await shown.seconds(), 12);
  });

  it('is a sign where the page cannot listen by itself, and the sound plays all the same', async () => {
    const shown = await show({ lacks: { aac: true } });
    await shown.still('m4a');
    await shown.bar.press('End');
    assert.ok((await shown.seconds()) > 11.9);
    await shown.wave.locator('.codicon-music').waitFor();
    assert.equal(await shown.painted(0, 1), 0);
  });

  it('lets go of the file with the preview', async () => {
    const shown = await show();
    await shown.still('mp3');
    await shown.heard();
    await shown.page.keyboard.press('Escape');
    await shown.page.waitForFunction(() => window.openMedia.size === 0);
    assert.deepEqual(shown.complaints, []);
  });

  describe('can be seen by everybody', () => {
    let axe: string;
    before(async () => {
      axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
      await mkdir(join('test-results', 'sound-wave'), { recursive: true });
    });
    for (const theme of themeNames) {
      for (const width of [200, 400, 1_000]) {
        it(`${theme}, ${width} px`, async () => {
          const shown = await show({ theme, width });
          await shown.still('mp3');
          await shown.heard();
          for (let times = 0; times < 4; times += 1) await shown.bar.press('ArrowRight');
          await shown.page.evaluate(axe);
          const { violations } = await shown.page.evaluate(() =>
            (globalThis as unknown as { axe: { run: (part: string) => Promise<AxeResults> } }).axe.run('nemo-preview'),
          );
          assert.deepEqual(
            violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
            [],
          );
          const box = (await shown.wave.boundingBox())!;
          assert.ok(box.width > width * 0.8 && box.x + box.width <= width && box.height >= 40, JSON.stringify(box));
          await shown.page.screenshot({ path: join('test-results', 'sound-wave', `${theme}-${width}.png`) });
        });
      }
    }
  });
});
