import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Locator } from 'playwright-core';

import type { MediaPlace } from '../../../src/protocol/messages.ts';
import { eventually } from '../../setup/eventually.ts';
import { findMediaTools } from '../../setup/media-tools.ts';
import { accessibilityComplaints } from '../accessibility.ts';
import { PreviewBrowser } from './preview-browser.ts';
import { serveMedia, type MediaFile, type MediaLacks } from './preview-media.ts';
import { themeNames, type ThemeName } from './serve.ts';
import { ShownPage } from './shown-page.ts';

const run = promisify(execFile);

/** The clip of the scene: on the timeline from 4 s to 11.5 s, in its file from 1.25 s. */
const talk: MediaPlace = { kind: 'clip', clipId: 'v2' };
const talkFromSeconds = 1.25;
const render: MediaPlace = { kind: 'render', jobId: 'job' };

/** A page with a preview open. */
class PlayerPage extends ShownPage {
  get pane(): Locator {
    return this.page.getByRole('region', { name: /^Preview/ });
  }

  get bar(): Locator {
    return this.pane.getByRole('slider', { name: 'Moment' });
  }

  control(name: string): Locator {
    return this.pane.getByRole('button', { name, exact: true });
  }

  /** Seconds of the clip that the bar stands at. */
  async seconds(): Promise<number> {
    return Number(await this.bar.inputValue());
  }

  /** Where the timeline says that the playhead is, in ms. */
  playheadMs(): Promise<number> {
    return this.page.evaluate(
      () => (JSON.parse(sessionStorage.getItem('state') ?? '{}') as { playheadMs: number }).playheadMs,
    );
  }

  /** Resolves once the playhead was remembered at this place, in ms. */
  async playheadAt(ms: number, slackMs = 20): Promise<void> {
    await this.page.waitForFunction(
      ([wanted, slack]) => {
        const state = JSON.parse(sessionStorage.getItem('state') ?? '{}') as { playheadMs?: number };
        return Math.abs((state.playheadMs ?? -1) - wanted) <= slack;
      },
      [ms, slackMs] as const,
    );
  }

  /** Resolves once the bar is past so many seconds. */
  async past(seconds: number): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => Number(document.querySelector<HTMLInputElement>('.preview-seek')?.value) >= wanted,
      seconds,
    );
  }

  /** The picture that is shown, in short. */
  picture(): Promise<string> {
    return this.pane.locator('canvas').evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const small = new OffscreenCanvas(32, 18).getContext('2d')!;
      small.drawImage(canvas, 0, 0, 32, 18);
      return [...small.getImageData(0, 0, 32, 18).data].join(' ');
    });
  }

  /** Resolves when another picture is shown. */
  async showsOtherThan(picture: string): Promise<void> {
    await eventually(async () => (await this.picture()) !== picture);
  }

  /** The picture of the moment at which the clip stands still, once it is there. */
  async pictureNow(): Promise<string> {
    await this.page.waitForFunction((from) => {
      const bar = document.querySelector<HTMLInputElement>('.preview-seek');
      const behind = from + Number(bar?.value) - (window.shownSeconds ?? -1);
      return behind > -0.001 && behind < 0.041;
    }, talkFromSeconds);
    return this.pane.locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  }

  /** Resolves when the picture is this one. */
  async shows(picture: string): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => document.querySelector<HTMLCanvasElement>('.preview canvas')?.toDataURL() === wanted,
      picture,
    );
  }

  async heard(): Promise<void> {
    await this.page.waitForFunction(() => window.loudness() > 0.01);
  }

  openFiles(): Promise<string[]> {
    return this.page.evaluate(() => [...window.openMedia.values()]);
  }

  async allClosed(): Promise<void> {
    await this.page.waitForFunction(() => window.openMedia.size === 0);
  }
}

describe('The preview', function () {
  this.timeout(60_000);
  const preview = PreviewBrowser.forSuite();
  let folder: string;
  let ffmpeg: string;
  const files = new Map<string, MediaFile>();

  before(async () => {
    ({ ffmpeg } = await findMediaTools());
    folder = await mkdtemp(join(tmpdir(), 'nemo-preview-'));
    const path = (name: string) => join(folder, name);
    const make = (...args: string[]) => run(ffmpeg, ['-v', 'error', '-y', ...args]);
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=12'];
    const sound = ['-f', 'lavfi', '-i', 'sine=f=440:d=12:r=44100'];
    const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '50'];
    await make(...picture, ...sound, ...h264, '-c:a', 'aac', '-ac', '2', path('clip.mp4'));
    await make(...sound, path('sound.wav'));
    await make('-f', 'lavfi', '-i', 'testsrc2=s=64x64', '-frames:v', '1', path('picture.png'));
    await make('-stream_loop', '60', '-i', path('clip.mp4'), '-c', 'copy', path('long.mp4'));
    files.set('v2', { path: path('clip.mp4'), kind: 'video' });
    files.set('job', { path: path('clip.mp4'), kind: 'video' });
    files.set('https://example.com/sound', { path: path('sound.wav'), kind: 'audio' });
    files.set('https://example.com/picture', { path: path('picture.png'), kind: 'image' });
    files.set('https://example.com/long', { path: path('long.mp4'), kind: 'video' });
    files.set('https://example.com/broken', { path: import.meta.filename, kind: 'video' });
  });
  after(() => rm(folder, { recursive: true }));

  async function show(
    options: { lacks?: MediaLacks; installed?: boolean; width?: number; height?: number; theme?: ThemeName } = {},
  ): Promise<PlayerPage> {
    const { lacks = {}, installed = true, width = 400, height = 800, theme = 'dark' } = options;
    const shown = new PlayerPage(await preview.newPage({ viewport: { width, height } }));
    await serveMedia(shown.page, files, { lacks, ...(installed ? { ffmpeg } : {}) });
    await shown.page.goto(`${preview.url}/?scene=rich&theme=${theme}`);
    await shown.composer.waitFor();
    await shown.drawn();
    return shown;
  }

  /** Opens a preview and lets it stand still. */
  async function still(shown: PlayerPage, place: MediaPlace): Promise<void> {
    await shown.post({ type: 'preview', place });
    await shown.control('Pause').click();
    await shown.control('Play').waitFor();
    await shown.bar.press('Home');
  }

  describe('plays', () => {
    it('the selected clip with P: pictures move, sound is heard, the playhead goes along', async () => {
      const shown = await show();
      const tree = shown.page.getByRole('tree');
      await tree.focus();
      for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'p']) await tree.press(key);
      assert.deepEqual((await shown.intent('openMedia')).place, talk);
      await shown.past(0.3);
      await shown.heard();
      const before = await shown.picture();
      await shown.past(1);
      await shown.showsOtherThan(before);
      const playhead = await shown.playheadMs();
      assert.ok(playhead > 4_000 && playhead < 11_500, `${playhead} ms`);
      assert.ok(await shown.control('Pause').evaluate((button) => button === document.activeElement));
      assert.deepEqual(shown.complaints, []);
    });

    it('with a button at the clip’s details', async () => {
      const shown = await show();
      const tree = shown.page.getByRole('tree');
      await tree.focus();
      for (const key of ['Home', 'ArrowRight', 'ArrowRight']) await tree.press(key);
      await shown.button('Play this clip').click();
      assert.deepEqual((await shown.intent('openMedia')).place, talk);
      await shown.past(0.1);
    });

    it('and stands still at a pause', async () => {
      const shown = await show();
      await shown.post({ type: 'preview', place: talk });
      await shown.past(0.2);
      await shown.page.keyboard.press('k');
      await shown.control('Play').waitFor();
      // The picture of that very moment may come a little later.
      const picture = await shown.pictureNow();
      const seconds = await shown.seconds();
      await shown.page.waitForFunction(() => window.loudness() === 0);
      await shown.drawn();
      assert.equal(await shown.seconds(), seconds);
      assert.equal(await shown.pictureNow(), picture);
      await shown.page.keyboard.press('k');
      await shown.past(seconds + 0.2);
    });

    it('to the end of the clip, not of its file, and again from its beginning', async () => {
      const shown = await show();
      await still(shown, talk);
      await shown.bar.press('End');
      assert.equal(await shown.seconds(), 7.5);
      await shown.bar.press('ArrowLeft');
      await shown.control('Play').click();
      await shown.control('Play again').waitFor();
      assert.equal(await shown.seconds(), 7.5);
      await shown.playheadAt(11_500);
      await shown.control('Play again').click();
      await shown.page.waitForFunction(
        () => Number(document.querySelector<HTMLInputElement>('.preview-seek')?.value) < 5,
      );
    });

    it('a finished render, whose time is the timeline’s', async () => {
      const shown = await show();
      await still(shown, render);
      for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight']) await shown.bar.press(key);
      await shown.playheadAt(3_000);
    });

    it('sound alone', async () => {
      const shown = await show();
      await shown.post({ type: 'preview', place: { kind: 'media', url: 'https://example.com/sound' } });
      await shown.past(0.2);
      await shown.heard();
      assert.ok(await shown.control('One picture on').isDisabled());
    });

    it('pictures until there is a sound card, however late it comes, and sound from then on', async () => {
      const shown = await show();
      const card = await shown.page.evaluateHandle(() => {
        const { promise, resolve } = Promise.withResolvers<undefined>();
        window.AudioContext = class extends window.AudioContext {
          constructor(options?: AudioContextOptions) {
            super(options);
            void super.suspend();
          }

          override async resume(): Promise<void> {
            await promise;
            await super.resume();
          }
        };
        return { comes: () => resolve(undefined) };
      });
      await shown.post({ type: 'preview', place: talk });
      await shown.past(0.3);
      assert.equal(await shown.page.evaluate(() => window.loudness()), 0);
      await card.evaluate(({ comes }) => comes());
      await shown.heard();
      await shown.control('Pause').waitFor();
    });

    it('a picture by showing it', async () => {
      const shown = await show();
      await shown.post({ type: 'preview', place: { kind: 'media', url: 'https://example.com/picture' } });
      await shown.page.waitForFunction(
        () => document.querySelector<HTMLImageElement>('.preview img')?.naturalWidth === 64,
      );
      await shown.allClosed();
      assert.equal(await shown.bar.count(), 0);
    });
  });

  it('heeds a key that is pressed before the file is open', async () => {
    const shown = await show();
    const held = await shown.page.evaluateHandle(() => {
      let open: () => void = () => undefined;
      window.readGate = new Promise((resolve) => (open = resolve));
      return { open };
    });
    await shown.post({ type: 'preview', place: talk });
    await shown.pane.and(shown.page.locator(':focus')).waitFor();
    await shown.page.keyboard.press('k');
    await held.evaluate(({ open }) => open());
    await shown.control('Play').and(shown.page.locator(':enabled')).waitFor();
    assert.equal(await shown.seconds(), 0);
  });

  describe('goes', () => {
    it('by second, by five, by picture, and to both ends, by key', async () => {
      const shown = await show();
      await still(shown, talk);
      const steps: readonly (readonly [string, number])[] = [
        ['ArrowRight', 1],
        ['Shift+ArrowRight', 6],
        ['ArrowLeft', 5],
        ['Shift+ArrowLeft', 0],
        ['End', 7.5],
        ['Home', 0],
      ];
      for (const [key, seconds] of steps) {
        await shown.bar.press(key);
        assert.equal(await shown.seconds(), seconds, key);
        await shown.playheadAt(4_000 + seconds * 1_000);
      }
      await shown.bar.press('ArrowRight');
      await shown.bar.press('.');
      await shown.page.waitForFunction(() => document.querySelector<HTMLInputElement>('.preview-seek')?.value !== '1');
      const on = await shown.seconds();
      assert.ok(on > 1 && on < 1.1, `${on} s`);
      assert.equal(await shown.bar.getAttribute('aria-valuetext'), '0:01.0 of 0:07.5');
      await shown.bar.press(',');
      assert.ok((await shown.seconds()) < on);
    });

    it('a picture on from where it stands, also while that picture is still awaited', async () => {
      const shown = await show();
      await still(shown, talk);
      await shown.bar.evaluate((bar) => {
        for (const key of ['ArrowRight', '.', '.', ','])
          bar.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      });
      const on = await shown.seconds();
      assert.ok(on > 1 && on < 1.05, `${on} s`);
    });

    it('to the last of many moments that come at once, and shows its picture', async () => {
      const shown = await show();
      await still(shown, talk);
      const atStart = await shown.pictureNow();
      for (let at = 0; at < 5; at += 1) await shown.bar.press('ArrowRight');
      const wanted = await shown.pictureNow();
      assert.notEqual(wanted, atStart);
      await shown.bar.press('Home');
      await shown.shows(atStart);
      await shown.bar.evaluate((bar) => {
        const input = bar as HTMLInputElement;
        const moments = Array.from({ length: 40 }, (_, at) => ((at * 7) % 41) / 6);
        for (const moment of [...moments, 5]) {
          input.value = String(moment);
          input.dispatchEvent(new Event('input', { bubbles: true }));
        }
        input.dispatchEvent(new Event('change', { bubbles: true }));
      });
      await shown.shows(wanted);
      assert.equal(await shown.seconds(), 5);
    });

    it('where the playhead is moved to, within the clip', async () => {
      const shown = await show({ width: 1_000 });
      await still(shown, talk);
      const box = (await shown.page.locator('.stage').boundingBox())!;
      const play = await shown.page.evaluate(
        () =>
          (document.querySelector('nemo-timeline') as unknown as { timeline: { durationMs: number } }).timeline
            .durationMs,
      );
      // Somewhere in the middle of the clip, on the ruler.
      await shown.page.mouse.click(box.x + (box.width * 8_000) / play, box.y + 8);
      const seconds = await shown.seconds();
      assert.ok(seconds > 3 && seconds < 5, `${seconds} s`);
      await shown.playheadAt(4_000 + seconds * 1_000);
    });
  });

  describe('without a decoder', () => {
    it('for AAC gives the sound all the same, where one is installed', async () => {
      const shown = await show({ lacks: { aac: true } });
      await shown.post({ type: 'preview', place: talk });
      await shown.past(0.3);
      await shown.heard();
      assert.equal(await shown.pane.getByText('cannot decode').count(), 0);
      // Elsewhere, too: stopped first, since it would play on to its end meanwhile.
      await shown.bar.press('k');
      await shown.control('Play').waitFor();
      await shown.page.waitForFunction(() => window.loudness() === 0);
      await shown.bar.press('End');
      await shown.bar.press('Shift+ArrowLeft');
      await shown.bar.press('k');
      await shown.heard();
    });

    it('for AAC says so where none is installed, plays the pictures, and offers the system’s player', async () => {
      const shown = await show({ lacks: { aac: true }, installed: false });
      await shown.post({ type: 'preview', place: talk });
      await shown.pane.getByText('This editor cannot decode the sound of this file.').waitFor();
      const before = await shown.picture();
      await shown.past(1);
      await shown.showsOtherThan(before);
      await shown.pane.locator('.preview-note').getByRole('button', { name: 'Open in system player' }).click();
      assert.deepEqual((await shown.intent('openMediaOutside')).place, talk);
    });

    it('for pictures says so and plays the sound', async () => {
      const shown = await show({ lacks: { pictures: true } });
      await shown.post({ type: 'preview', place: talk });
      await shown.pane.getByText('This editor cannot decode the picture of this file.').waitFor();
      await shown.past(0.2);
      await shown.heard();
    });

    it('for either says that, too', async () => {
      const shown = await show({ lacks: { pictures: true, aac: true }, installed: false });
      await shown.post({ type: 'preview', place: talk });
      await shown.pane.getByText('This editor cannot decode this file.').waitFor();
      assert.ok(await shown.control('Play').isDisabled());
    });
  });

  describe('in trouble', () => {
    it('says what the host says, in the preview alone', async () => {
      const shown = await show();
      await shown.post({ type: 'preview', place: { kind: 'media', url: 'https://example.com/nowhere' } });
      await shown.pane.getByRole('status').filter({ hasText: 'Upload it again.' }).waitFor();
      assert.equal(await shown.page.locator('.refusal').count(), 0);
      await shown.page.keyboard.press('Escape');
      await shown.pane.waitFor({ state: 'detached' });
    });

    it('says that a file is no media', async () => {
      const shown = await show();
      await shown.post({ type: 'preview', place: { kind: 'media', url: 'https://example.com/broken' } });
      await shown.pane.getByRole('status').filter({ hasText: 'cannot be played here' }).waitFor();
      assert.ok(await shown.control('Play').isDisabled());
    });

    it('says so where what plays media does not load, and offers the system’s player', async () => {
      const shown = await show();
      await shown.page.route(/webview-[^/]*\.js$/, (route) => route.abort());
      await shown.post({ type: 'preview', place: talk });
      await shown.pane.getByRole('status').filter({ hasText: 'cannot be previewed' }).waitFor();
      await shown.pane.getByRole('status').getByRole('button', { name: 'Open in system player' }).click();
      assert.deepEqual((await shown.intent('openMediaOutside')).place, talk);
    });
  });

  describe('lets go', () => {
    it('with Esc: everything is closed, and the keyboard goes to the timeline', async () => {
      const shown = await show();
      await shown.post({ type: 'preview', place: talk });
      await shown.past(0.2);
      await shown.page.keyboard.press('Escape');
      await shown.allClosed();
      await shown.drawn();
      assert.equal(await shown.pane.count(), 0);
      assert.equal(await shown.page.evaluate(() => document.activeElement?.getAttribute('role')), 'tree');
      // The sound card is let go of in its own time.
      await shown.page.waitForFunction(() => window.loudness() === 0);
    });

    it('when another session is shown', async () => {
      const shown = await show();
      await shown.post({ type: 'preview', place: talk });
      await shown.past(0.2);
      await shown.page.evaluate(() => window.preview.showScene('first'));
      await shown.allClosed();
      assert.equal(await shown.pane.count(), 0);
    });

    it('when another session is shown, be both of them empty', async () => {
      const shown = await show();
      await shown.page.evaluate(() => window.preview.showScene('first'));
      await shown.post({ type: 'preview', place: render });
      await shown.past(0.2);
      await shown.page.evaluate(() => window.preview.showScene('connecting'));
      await shown.allClosed();
      assert.equal(await shown.pane.count(), 0);
    });

    it('of the file while nobody sees the page, and is back where it was', async () => {
      const shown = await show();
      await shown.post({ type: 'preview', place: talk });
      await shown.past(0.5);
      const hide = (state: string) =>
        shown.page.evaluate((visible) => {
          Object.defineProperty(document, 'visibilityState', { configurable: true, value: visible });
          document.dispatchEvent(new Event('visibilitychange'));
        }, state);
      await hide('hidden');
      await shown.allClosed();
      await hide('visible');
      await shown.control('Play').waitFor();
      await shown.past(0.5);
      assert.deepEqual(await shown.openFiles(), ['v2']);
    });

    it('of one when another is opened', async () => {
      const shown = await show();
      await shown.post({ type: 'preview', place: talk });
      await shown.past(0.2);
      await shown.post({ type: 'preview', place: render });
      await shown.page.waitForFunction(() => [...window.openMedia.values()].join() === 'job');
    });

    it('of nothing that it never read: a long file is read as it is played', async () => {
      const shown = await show();
      await shown.post({ type: 'preview', place: { kind: 'media', url: 'https://example.com/long' } });
      await shown.past(1);
      await shown.page.keyboard.press('k');
      const whole = (await readFile(join(folder, 'long.mp4'))).byteLength;
      const read = await shown.page.evaluate(() => window.bytesRead);
      assert.ok(read < whole / 2, `${read} of ${whole} bytes`);
    });
  });

  it('colours of its bar what was played, and nothing at the other end', async () => {
    const shown = await show();
    await still(shown, talk);
    await shown.bar.press('ArrowRight');
    await shown.playheadAt(5_000);
    // A ring about the bar would be blue as well.
    await shown.composer.focus();
    const picture = `data:image/png;base64,${(await shown.bar.screenshot()).toString('base64')}`;
    const bluest = await shown.page.evaluate(async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
      context.drawImage(image, 0, 0);
      // The end, of which nothing was played: grey.
      const { data } = context.getImageData(image.width - 30, 0, 30, image.height);
      let most = 0;
      for (let at = 0; at < data.length; at += 4) most = Math.max(most, (data[at + 2] ?? 0) - (data[at] ?? 0));
      return most;
    }, picture);
    assert.ok(bluest < 20, `a pixel is bluer than it is red by ${bluest}`);
  });

  describe('keeps', () => {
    it('its place over a reload, without playing by itself', async () => {
      const shown = await show();
      await still(shown, talk);
      for (const key of ['ArrowRight', 'ArrowRight', 'm']) await shown.bar.press(key);
      await shown.playheadAt(6_000);
      await shown.page.reload();
      await shown.control('Play').waitFor();
      await shown.page.waitForFunction(() => document.querySelector<HTMLInputElement>('.preview-seek')?.value === '2');
      await shown.control('Sound on').waitFor();
      assert.equal(await shown.seconds(), 2);
      assert.equal(await shown.page.evaluate(() => document.activeElement?.closest('.preview')), null);
    });

    it('how loud it is', async () => {
      const shown = await show();
      await still(shown, talk);
      await shown.bar.press('ArrowDown');
      await shown.bar.press('ArrowDown');
      assert.equal(await shown.pane.getByRole('slider', { name: 'Volume' }).inputValue(), '80');
      await shown.control('Sound off').click();
      await shown.control('Play').click();
      await shown.past(0.3);
      assert.equal(await shown.page.evaluate(() => window.loudness()), 0);
      await shown.control('Sound on').click();
      await shown.heard();
      await shown.post({ type: 'preview', place: render });
      await shown.page.waitForFunction(() => [...window.openMedia.values()].join() === 'job');
      assert.equal(await shown.pane.getByRole('slider', { name: 'Volume' }).inputValue(), '80');
    });
  });

  it('puts a reference with the exact moment into the message', async () => {
    const shown = await show();
    await still(shown, talk);
    await shown.bar.press('ArrowRight');
    await shown.control('Ask Nemo about this moment').click();
    const text = await shown.composer.inputValue();
    assert.match(text, /^At 0:05 in clip "talk with pauses(\.mp4)?" on track 1 \(Video, 0:04–0:11\.5\): $/);
    assert.ok(await shown.composer.evaluate((area) => area === document.activeElement));
  });

  it('fills the page and goes back, with F and Esc', async () => {
    const shown = await show();
    await still(shown, talk);
    await shown.bar.press('f');
    await shown.drawn();
    assert.equal((await shown.pane.boundingBox())?.height, 800);
    await shown.page.keyboard.press('Escape');
    await shown.drawn();
    assert.ok(((await shown.pane.boundingBox())?.height ?? 800) < 400);
    assert.equal(await shown.pane.count(), 1);
  });

  describe('can be read by everybody', () => {
    const results = join(process.env['NEMO_TEST_RESULTS'] ?? 'test-results/screen', 'preview-player');
    before(() => mkdir(results, { recursive: true }));
    for (const theme of themeNames) {
      for (const width of [200, 400, 1_000]) {
        it(`${theme}, ${width} px`, async () => {
          const shown = await show({ theme, width, lacks: { aac: true }, installed: false });
          await still(shown, talk);
          await shown.pane.getByText('cannot decode the sound').waitFor();
          await shown.playheadAt(4_000);
          assert.deepEqual(await accessibilityComplaints(shown.page.locator('body'), 'nemo-preview'), []);
          const tooWide = await shown.page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          assert.equal(tooWide, 0);
          for (const name of ['Play', 'Close the preview', 'Open in system player', 'Fill the page with the preview']) {
            const box = await shown.pane.getByRole('button', { name, exact: true }).first().boundingBox();
            assert.ok(box && box.x >= 0 && box.x + box.width <= width, `${name} is in sight`);
          }
          await shown.page.screenshot({ path: join(results, `${theme}-${width}.png`) });
        });
      }
    }
  });
});
