import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sha256 } from '../../setup/sha256.ts';
import { PreviewBrowser } from './preview-browser.ts';
import { ShownPage } from './shown-page.ts';

/** Longer than a message between page and host may be. */
const recording = Buffer.alloc(5_300_000, 'recorded at the harbour ');

describe('Files from the system, in the side panel’s page', function () {
  this.timeout(60_000);
  const preview = PreviewBrowser.forSuite();
  let shown: ShownPage;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nemo-drop-'));
    await writeFile(join(folder, 'harbour.mp4'), recording);
    await writeFile(join(folder, '旅行 第三天.mov'), 'short');
    await mkdir(join(folder, 'Summer'));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    shown = new ShownPage(await preview.newPage({ viewport: { width: 320, height: 800 }, permissions }));
    await shown.page.goto(`${preview.url}/?scene=rich&theme=dark`);
    await shown.composer.waitFor();
  });

  const chips = () => shown.page.getByRole('list', { name: 'Clips for this message' }).getByRole('listitem');

  /** Drags files of the disk over the page and lets go of them, as a file manager does. */
  async function drop(...names: string[]): Promise<void> {
    const protocol = await shown.page.context().newCDPSession(shown.page);
    const data = { items: [], files: names.map((name) => join(folder, name)), dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await protocol.send('Input.dispatchDragEvent', { type, x: 160, y: 500, data });
    }
  }

  /** Keeps the host from taking pieces until the function that it resolves with is called. */
  async function hold(): Promise<() => Promise<void>> {
    await shown.page.evaluate(() => {
      const held = Promise.withResolvers<undefined>();
      window.preview.beforePiece = held.promise;
      Object.assign(window, { letGo: held.resolve });
    });
    return () => shown.page.evaluate(() => (window as unknown as { letGo: () => void }).letGo());
  }

  it('arrive whole when they are dropped, one after the other', async () => {
    await drop('harbour.mp4', '旅行 第三天.mov');
    await shown.page.waitForFunction(() => window.preview.files.length === 2);
    assert.deepEqual(await shown.page.evaluate(() => window.preview.files), [
      { name: 'harbour.mp4', sha256: sha256(recording) },
      { name: '旅行 第三天.mov', sha256: sha256(Buffer.from('short')) },
    ]);
    await chips().filter({ hasText: 'ready' }).nth(1).waitFor();
    // What was read goes when the host says so, which may be after the host shows it as attached.
    await chips().nth(2).waitFor({ state: 'detached' });
    assert.equal(await chips().count(), 2);
    assert.deepEqual(shown.complaints, []);
  });

  it('are shown at once, with how much of them is read, and can be taken back', async () => {
    await hold();
    await drop('harbour.mp4', '旅行 第三天.mov');
    await chips().filter({ hasText: 'harbour.mp4' }).filter({ hasText: 'reading… 0 %' }).waitFor();
    await chips().filter({ hasText: '旅行 第三天.mov' }).filter({ hasText: 'waiting' }).waitFor();
    await shown.button('Remove 旅行 第三天.mov').click();
    await chips().filter({ hasText: '旅行 第三天.mov' }).waitFor({ state: 'detached' });
  });

  it('are withdrawn from the host when they are taken back in the middle', async () => {
    const letGo = await hold();
    await drop('harbour.mp4');
    await shown.intent('fileBytes');
    await shown.button('Remove harbour.mp4').click();
    await letGo();
    await shown.intent('fileWithdrawn');
    await chips().first().waitFor({ state: 'detached' });
    assert.equal(await shown.page.getByRole('alert').count(), 0);
  });

  it('hold the message back that is about them, until they are read', async () => {
    const letGo = await hold();
    await drop('harbour.mp4');
    await chips().first().waitFor();
    await shown.composer.fill('cut the pauses');
    await shown.composer.press('Enter');
    await shown.page.getByRole('status').filter({ hasText: 'when the clips are read' }).waitFor();
    assert.equal(await shown.composer.inputValue(), 'cut the pauses');
    assert.ok(!(await shown.intents()).some(({ type }) => type === 'send'));
    await letGo();
    assert.equal((await shown.intent('send')).text, 'cut the pauses');
    const types = (await shown.intents()).map(({ type }) => type);
    assert.ok(types.indexOf('fileComplete') < types.indexOf('send'));
  });

  it('keep the message where it is when one could not be read', async () => {
    const letGo = await hold();
    await drop('harbour.mp4');
    await chips().first().waitFor();
    await shown.composer.fill('cut the pauses');
    await shown.composer.press('Enter');
    await shown.page.evaluate(() => window.preview.refuse('fileComplete'));
    await letGo();
    await shown.page
      .getByRole('alert')
      .filter({ hasText: /harbour\.mp4: Nemo cannot be reached/ })
      .waitFor();
    assert.equal(await shown.composer.inputValue(), 'cut the pauses');
    assert.ok(!(await shown.intents()).some(({ type }) => type === 'send'));
  });

  it('are told from folders, which a page cannot look into', async () => {
    await drop('Summer', 'harbour.mp4');
    await shown.page.getByRole('alert').filter({ hasText: 'Summer is a folder. Open it' }).waitFor();
    await shown.page.waitForFunction(() => window.preview.files.length === 1);
  });

  it('go as addresses where they have one', async () => {
    await shown.page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text/uri-list', 'vscode-remote://wsl/a.mp4\r\nvscode-remote://wsl/b.mp4');
      data.items.add(new File(['x'], 'a.mp4'));
      document.querySelector('.chat')?.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }));
    });
    assert.deepEqual((await shown.intent('attachUris')).uris, [
      'vscode-remote://wsl/a.mp4',
      'vscode-remote://wsl/b.mp4',
    ]);
    assert.ok(!(await shown.intents()).some(({ type }) => type === 'offerFile'));
  });

  it('are attached when a picture is pasted, under a name that says when; text stays text', async () => {
    await shown.page.evaluate(async () => {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 4;
      const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done));
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob! })]);
    });
    await shown.composer.press('Control+v');
    assert.match((await shown.intent('offerFile')).name, /^Pasted image \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png$/);
    await shown.page.evaluate(() => navigator.clipboard.writeText('two words'));
    await shown.composer.press('Control+v');
    await shown.page.waitForFunction(() => document.querySelector('textarea')?.value === 'two words');
    assert.equal((await shown.intents()).filter(({ type }) => type === 'offerFile').length, 1);
  });
});
