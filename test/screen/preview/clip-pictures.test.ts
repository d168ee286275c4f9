import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { findMediaTools } from '../../setup/media-tools.ts';
import { PreviewBrowser } from './preview-browser.ts';
import { serveMedia, type MediaFile } from './preview-media.ts';
import { themeNames, type ThemeName } from './serve.ts';
import { ShownPage } from './shown-page.ts';

const run = promisify(execFile);

/** Stretches of the scene's clips on its 34 s of timeline, in s. */
const film = { id: 'v2', row: 0, from: 4, to: 11.5 };
const music = { id: 'a1', row: 2, from: 0, to: 34 };

/** More than words on a plain ground have. */
const manyColors = 250;

class PicturedPage extends ShownPage {
  /** How many colours the drawing has in the middle of a clip's body, and at how many heights they lie. */
  colors(clip: { row: number; from: number; to: number }): Promise<number> {
    return this.page.evaluate(({ row, from, to }) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.stage canvas')!;
      const names = document.querySelectorAll<HTMLElement>('.gutter-row');
      const ratio = canvas.width / canvas.clientWidth;
      const box = canvas.getBoundingClientRect();
      const line = names[row]!.getBoundingClientRect();
      const left = (from / 34) * canvas.clientWidth + 4;
      const width = ((to - from) / 34) * canvas.clientWidth - 8;
      // A copy: reading from the drawing itself would change how it is drawn from then on.
      const copy = new OffscreenCanvas(Math.round(width * ratio), Math.round((line.height - 8) * ratio));
      const paper = copy.getContext('2d', { willReadFrequently: true })!;
      paper.drawImage(canvas, -left * ratio, -(line.top - box.top + 4) * ratio);
      const { data } = paper.getImageData(0, 0, copy.width, copy.height);
      const colors = new Set<number>();
      for (let at = 0; at < data.length; at += 4) colors.add((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!);
      return colors.size;
    }, clip);
  }

  /** Resolves when a clip shows more than words on a plain ground. */
  async pictured(clip: { row: number; from: number; to: number }): Promise<void> {
    const until = Date.now() + 60_000;
    while ((await this.colors(clip)) < manyColors) {
      assert.ok(Date.now() < until, `the clip shows only ${await this.colors(clip)} colours`);
      await this.drawn();
    }
  }

  /** Resolves when the drawing stays what it is. */
  async settled(): Promise<void> {
    await this.page.evaluate(async () => {
      const look = () => document.querySelector<HTMLCanvasElement>('.stage canvas')!.toDataURL();
      const idle = () => new Promise((resolve) => requestIdleCallback(resolve, { timeout: 1_000 }));
      for (let before = '', same = 0; same < 20;) {
        await idle();
        const now = look();
        same = now === before ? same + 1 : 0;
        before = now;
      }
    });
  }

  opened(): Promise<string[]> {
    return this.page.evaluate(() =>
      window.preview.intents.flatMap((intent) =>
        intent.type === 'openMedia'
          ? [`${intent.place.kind === 'clip' ? intent.place.clipId : '?'} ${intent.fileOnly}`]
          : [],
      ),
    );
  }
}

describe('The pictures of clips', function () {
  this.timeout(120_000);
  const preview = PreviewBrowser.forSuite();
  let folder: string;
  const path = (name: string) => join(folder, name);

  before(async () => {
    const { ffmpeg } = await findMediaTools();
    folder = await mkdtemp(join(tmpdir(), 'nemo-pictures-'));
    const make = (...args: string[]) => run(ffmpeg, ['-v', 'error', '-y', ...args]);
    const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '50'];
    await make('-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=12', ...h264, path('film.mp4'));
    // Swells and falls, so that a waveform is no bar.
    await make('-f', 'lavfi', '-i', 'sine=f=440:d=34:r=22050', '-af', 'tremolo=f=0.2:d=0.9', path('music.wav'));
    await make('-f', 'lavfi', '-i', 'testsrc2=s=400x300', '-frames:v', '1', path('still.png'));
  });
  after(() => rm(folder, { recursive: true }));

  async function show(
    files: Readonly<Record<string, MediaFile>>,
    { theme = 'dark', width = 1000 }: { theme?: ThemeName; width?: number } = {},
  ): Promise<PicturedPage> {
    const shown = new PicturedPage(await preview.newPage({ viewport: { width, height: 800 } }));
    await serveMedia(shown.page, new Map(Object.entries(files)), { pictures: true });
    await shown.page.goto(`${preview.url}/?scene=rich&theme=${theme}`);
    await shown.composer.waitFor();
    await shown.drawn();
    return shown;
  }

  it('are moments of the film, for files that are on this machine', async () => {
    const shown = await show({ [film.id]: { path: path('film.mp4'), kind: 'video' } });
    await shown.pictured(film);
    const opened = await shown.opened();
    assert.ok(opened.length > 1);
    assert.ok(
      opened.every((line) => line.endsWith(' true')),
      opened.join(),
    );
    assert.deepEqual(shown.complaints, []);
  });

  it('are the picture itself for a still', async () => {
    const shown = await show({ [film.id]: { path: path('still.png'), kind: 'image' } });
    await shown.pictured(film);
  });

  it('are a waveform for sound', async () => {
    const shown = await show({});
    const plain = await shown.colors(music);
    await preview.closePages();
    const heard = await show({ [music.id]: { path: path('music.wav'), kind: 'audio' } });
    const until = Date.now() + 60_000;
    while ((await heard.colors(music)) <= plain) {
      assert.ok(Date.now() < until, 'the sound is not drawn');
      await heard.drawn();
    }
  });

  it('are left out where nothing can be read, without a word', async () => {
    const shown = await show({ [film.id]: { path: import.meta.filename, kind: 'video' } });
    // Closed again: it was looked at, and nothing came of it.
    await shown.page.waitForFunction(() => window.preview.intents.some(({ type }) => type === 'closeMedia'));
    await shown.drawn();
    assert.ok((await shown.colors(film)) < manyColors);
    assert.equal(await shown.page.getByRole('alert').count(), 0);
    assert.deepEqual(shown.complaints, []);
  });

  it('are not read twice when the zoom goes in and out', async () => {
    const shown = await show({ [film.id]: { path: path('film.mp4'), kind: 'video' } });
    await shown.pictured(film);
    await shown.page.getByRole('tree').press('+');
    await shown.page.getByRole('tree').press('0');
    await shown.pictured(film);
    const opened = await shown.opened();
    assert.equal(opened.filter((line) => line.startsWith('v2 ')).length, 1);
  });

  for (const theme of themeNames) {
    it(`leave the names readable: ${theme}`, async () => {
      const results = join(process.env['NEMO_TEST_RESULTS'] ?? 'test-results/screen', 'clip-pictures');
      await mkdir(results, { recursive: true });
      for (const width of [200, 400, 1000]) {
        const shown = await show(
          {
            [film.id]: { path: path('film.mp4'), kind: 'video' },
            v1: { path: path('still.png'), kind: 'image' },
            [music.id]: { path: path('music.wav'), kind: 'audio' },
          },
          { theme, width },
        );
        if (width > 200) await shown.pictured(film);
        await shown.settled();
        await shown.page.screenshot({ path: join(results, `${theme}-${width}.png`) });
        await preview.closePages();
      }
    });
  }
});
