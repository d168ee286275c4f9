import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Locator } from 'playwright-core';

import { eventually } from '../setup/eventually.ts';
import { sha256 } from '../setup/sha256.ts';
import { type OpenEditor, openEditor } from './open-editor.ts';

declare global {
  interface Window {
    /** The loudest that went to the sound card so far, 0 to 1. */
    loudest: number;
  }
}

describe('Clips to look at, to hear and to drop', function () {
  this.timeout(60_000);
  let editor: OpenEditor;
  /** Where the sandbox keeps what was uploaded. */
  let dataDir: string;

  before(async function () {
    this.timeout(120_000);
    dataDir = await mkdtemp(join(tmpdir(), 'nemo-uploads-'));
    editor = await openEditor('preview', { sandbox: { silentRate: 0, dataDir }, width: 1300, height: 900 });
    const { window } = editor;
    await window.chooseInExplorer('talk.mp4', 'Upload to Nemo');
    await window.show('Nemo');
    await window.widenSideBar(480);
    await window.chat.timelineLine.filter({ hasText: /1 track/ }).waitFor();
  });
  after(async () => {
    await editor.close();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  });

  const chat = () => editor.window.chat;
  const control = (name: string) => chat().preview.getByRole('button', { name, exact: true });

  /** Where the preview stands, in s of what is played. */
  const seconds = async () => Number(await chat().previewBar.inputValue());
  const past = (wanted: number) => eventually(async () => (await seconds()) >= wanted);

  /** Where the line below the timeline says that the playhead is, in s; it does while no clip is selected. */
  async function playheadSeconds(): Promise<number> {
    const text = await chat().frame.locator('.details-playhead').innerText();
    const [, minutes = '', whole = ''] = /(\d+):([\d.]+)/.exec(text) ?? [];
    return Number(minutes) * 60 + Number(whole);
  }

  async function hasArrived(file: string): Promise<boolean> {
    const wanted = sha256(await readFile(file));
    for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && sha256(await readFile(join(entry.parentPath, entry.name))) === wanted) return true;
    }
    return false;
  }

  /** Resolves when a clip waits to go with the next message. */
  const attached = (name: string) =>
    chat().attachments.filter({ hasText: name }).filter({ hasNotText: 'uploading' }).waitFor();

  async function middleOf(target: Locator): Promise<{ x: number; y: number }> {
    const box = await target.boundingBox();
    if (!box) throw new Error('There is nothing to drag to.');
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  it('a clip plays from the timeline by keyboard: pictures, not a blank, and the playhead goes along', async () => {
    const { page } = editor.window;
    await chat().clips.focus();
    await chat().clips.press('ArrowRight');
    await chat().clips.press('p');
    await past(0.5);
    await chat().untilPictured();
    await page.keyboard.press('k');
    await control('Play').waitFor();
    await editor.shot('paused');
    const at = await seconds();
    await chat().clips.press('ArrowLeft');
    const playhead = await playheadSeconds();
    // The clip stops with a picture or two on their way.
    assert.ok(playhead > 0 && Math.abs(playhead - at) < 0.25, `${playhead} s, where the clip is at ${at} s`);
  });

  it('is there again after a reload, at its place, and quiet', async () => {
    await chat().previewBar.press('Home');
    await chat().previewBar.press('ArrowRight');
    await chat().previewBar.press('ArrowRight');
    await eventually(async () => (await seconds()) === 2);
    // What is kept of the page is kept all at once.
    await chat().composer.fill('it stood at 2 s');
    await editor.window.untilStored('it stood at 2 s');
    await editor.window.reload();
    await control('Play').waitFor();
    await eventually(async () => (await seconds()) === 2);
    await chat().untilPictured();
    assert.equal(await control('Play').isEnabled(), true);
    await editor.shot('after-reload');
  });

  it('goes with Esc, and stays away', async () => {
    await chat().closePreview();
    await chat().composer.fill('nothing plays');
    await editor.window.untilStored('nothing plays');
    await editor.window.reload();
    await chat().clips.waitFor();
    // What the page kept has come back, and a preview would have come with it.
    await eventually(async () => (await chat().composer.inputValue()) === 'nothing plays');
    assert.equal(await chat().preview.count(), 0);
  });

  it('sounds where the editor has no decoder for AAC, as on desktops, by an ffmpeg that is there', async () => {
    await editor.browser.addInitScript(() => {
      if (!('AudioDecoder' in window)) return;
      const { AudioDecoder: decoder } = window;
      const ask = decoder.isConfigSupported.bind(decoder);
      decoder.isConfigSupported = (config) =>
        config.codec.startsWith('mp4a') ? Promise.resolve({ supported: false, config }) : ask(config);
      window.loudest = 0;
      const connect = Object.getOwnPropertyDescriptor(AudioNode.prototype, 'connect')?.value as (
        to: AudioNode,
      ) => AudioNode;
      AudioNode.prototype.connect = function (this: AudioNode, to: AudioNode) {
        if (to instanceof AudioDestinationNode) {
          const ear = new AnalyserNode(this.context, { fftSize: 2_048 });
          connect.call(this, ear);
          const samples = new Float32Array(ear.fftSize);
          setInterval(() => {
            ear.getFloatTimeDomainData(samples);
            for (const sample of samples) window.loudest = Math.max(window.loudest, Math.abs(sample));
          }, 40);
        }
        return connect.call(this, to);
      } as typeof AudioNode.prototype.connect;
    });
    await editor.window.reload();
    await chat().clips.focus();
    await chat().clips.press('ArrowRight');
    await chat().clips.press('p');
    await past(0.3);
    await eventually(() =>
      chat()
        .frame.locator('body')
        .evaluate(() => window.loudest > 0.01),
    );
    assert.equal(await chat().preview.getByText('cannot decode').count(), 0);
    await chat().closePreview();
  });

  it('a finished export plays, too', async function () {
    this.timeout(120_000);
    const { window } = editor;
    await chat().composer.fill('');
    await chat().say('add a title "Hello Nemo" for the first 3 seconds');
    await chat().answer(0);
    await window.runCommand('Nemo: Export Video…');
    await window.acceptPath('by keyboard');
    await chat().frame.getByRole('button', { name: 'Preview', exact: true }).click({ timeout: 90_000 });
    await past(0.5);
    await chat().untilPictured();
    await editor.shot('export');
    await chat().closePreview();
  });

  it('a file from the system, dropped onto the chat, arrives byte for byte', async () => {
    const { clips } = editor;
    const content = (await readFile(clips.portrait)).toString('base64');
    const drop = await chat().composer.evaluateHandle((_, base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], 'phone-portrait.mp4', { type: 'video/mp4' }));
      return data;
    }, content);
    await chat().composer.dispatchEvent('dragenter', { dataTransfer: drop });
    await chat().composer.dispatchEvent('dragover', { dataTransfer: drop });
    await chat().frame.getByText('Drop to attach').waitFor();
    await editor.shot('drop');
    await chat().composer.dispatchEvent('drop', { dataTransfer: drop });
    await attached('phone-portrait.mp4');
    await eventually(() => hasArrived(clips.portrait));
  });

  describe('from the Explorer, beside which the panel was moved,', () => {
    before(async () => {
      const { window } = editor;
      for (const view of ['Project', 'Chat']) {
        const rows = await window.palette('View: Move View');
        await rows.getByText('View: Move View', { exact: true }).first().click();
        await rows.filter({ hasText: view }).click();
        await rows.filter({ hasText: 'Explorer' }).click();
        await window.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
      }
      await window.show('Explorer');
      await chat().composer.waitFor();
      await editor.shot('moved');
    });

    /** Drags a file with the mouse, up to letting it go. */
    async function drag(file: string, target: Locator): Promise<void> {
      const { page } = editor.window;
      const from = await middleOf(editor.window.explorerItem(file));
      const to = await middleOf(target);
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(from.x + 8, from.y + 4, { steps: 3 });
      await page.mouse.move(to.x, to.y, { steps: 5 });
      await page.mouse.move(to.x + 5, to.y, { steps: 2 });
    }

    it('a file that is dropped onto the project tree is uploaded, without a key held', async () => {
      const { window, clips } = editor;
      await drag('screen-recording.mp4', window.page.locator('.monaco-list-row').filter({ hasText: /^Tracks/ }));
      await editor.shot('tree-drop');
      await window.page.mouse.up();
      await attached('screen-recording.mp4');
      await eventually(() => hasArrived(clips.screenRecording));
    });
  });
});
