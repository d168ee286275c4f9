import assert from 'node:assert/strict';

import { eventually } from '../../setup/eventually.ts';
import { accessibilityComplaints } from '../accessibility.ts';
import type { SceneName } from './scenes.ts';
import { themeNames, type ThemeName } from './serve.ts';
import { PreviewBrowser } from './preview-browser.ts';
import { ShownPage } from './shown-page.ts';

describe('The side panel’s page', function () {
  this.timeout(60_000);
  const preview = PreviewBrowser.forSuite();

  async function show(
    scene: SceneName,
    { width = 320, height = 800, theme = 'dark' }: { width?: number; height?: number; theme?: ThemeName } = {},
  ): Promise<ShownPage> {
    const shown = new ShownPage(await preview.newPage({ viewport: { width, height } }));
    await shown.page.goto(`${preview.url}/?scene=${scene}&theme=${theme}`);
    await shown.composer.waitFor();
    await shown.drawn();
    return shown;
  }

  describe('at first', () => {
    it('greets with the skill’s words and puts a suggestion into the message, to be read before it is sent', async () => {
      const shown = await show('first');
      await shown.page.getByRole('heading', { name: 'AI Video Editor Generative' }).waitFor();
      await shown.page.getByText('Right-click a clip in the Explorer').waitFor();
      await shown.button('export 1080p MP4').click();
      assert.equal(await shown.composer.inputValue(), 'export 1080p MP4');
      assert.ok(await shown.composer.evaluate((area) => area === document.activeElement));
      assert.ok(!(await shown.intents()).some(({ type }) => type === 'send'));
    });

    it('says that things are being set up', async () => {
      const shown = await show('connecting');
      await shown.page.getByRole('status').filter({ hasText: 'Setting things up…' }).waitFor();
    });

    it('says what failed, with the next step as a button', async () => {
      const shown = await show('failed');
      await shown.page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
      await shown.button('Try Again').click();
      assert.equal((await shown.intent('act')).step.kind, 'connect');
    });
  });

  describe('the composer', () => {
    it('sends with Enter and breaks the line with Shift+Enter', async () => {
      const shown = await show('rich');
      await shown.composer.pressSequentially('one');
      await shown.composer.press('Shift+Enter');
      await shown.composer.pressSequentially('two');
      await shown.composer.press('Enter');
      assert.equal((await shown.intent('send')).text, 'one\ntwo');
      assert.equal(await shown.composer.inputValue(), '');
    });

    it('leaves Enter to the input method while a word is put together', async () => {
      const shown = await show('rich');
      await shown.composer.fill('ni hao');
      await shown.composer.evaluate((area) =>
        area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })),
      );
      await shown.drawn();
      assert.equal(await shown.composer.inputValue(), 'ni hao');
      assert.ok(!(await shown.intents()).some(({ type }) => type === 'send'));
    });

    it('grows with its text, and stops growing', async () => {
      const shown = await show('rich');
      const height = async () => (await shown.composer.boundingBox())?.height ?? 0;
      const before = await height();
      await shown.composer.fill('a\nb\nc\nd\ne');
      const grown = await height();
      assert.ok(grown > before + 40);
      await shown.composer.fill('line\n'.repeat(200));
      assert.ok((await height()) <= 310);
    });

    it('takes a text that comes with the very first state', async () => {
      const shown = await show('first');
      await shown.page.goto(`${preview.url}/?scene=first&compose=from%20the%20editor`);
      await shown.page.waitForFunction(() => document.querySelector('textarea')?.value === 'from the editor');
      assert.ok(await shown.composer.evaluate((area) => area === document.activeElement));
    });

    it('recalls what was sent with ↑', async () => {
      const shown = await show('rich');
      await shown.composer.press('ArrowUp');
      assert.match(await shown.composer.inputValue(), /^Add a title "Paradise Found"/);
      await shown.composer.press('ArrowUp');
      assert.match(await shown.composer.inputValue(), /^auto-cut the pauses/);
    });

    it('shows Stop in place of Send while a turn runs, and stops it with Escape too', async () => {
      const shown = await show('running');
      assert.equal(await shown.button('Send').count(), 0);
      await shown.button('Stop').click();
      await shown.composer.press('Escape');
      await shown.page.waitForFunction(() => window.preview.intents.filter(({ type }) => type === 'stop').length === 2);
    });

    it('gives a refused message back, and says why', async () => {
      const shown = await show('rich');
      await shown.page.evaluate(() => window.preview.refuse('send'));
      await shown.composer.fill('make it warmer');
      await shown.composer.press('Enter');
      await shown.page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
      assert.equal(await shown.composer.inputValue(), 'make it warmer');
      await shown.button('Try Again').click();
      assert.equal((await shown.intent('act')).step.kind, 'connect');
      assert.equal(await shown.page.getByRole('alert').count(), 0);
    });

    it('shows clips for the message with their progress, and removes one', async () => {
      const shown = await show('running');
      const chips = shown.page.getByRole('list', { name: 'Clips for this message' }).getByRole('listitem');
      assert.equal(await chips.count(), 3);
      assert.match(await chips.first().innerText(), /42 %/);
      await shown.button('Remove broken.avi').click();
      assert.equal((await shown.intent('removeAttachment')).id, 'f3');
    });

    it('attaches what is dropped or pasted as addresses of files', async () => {
      const shown = await show('rich');
      await shown.page.evaluate(() => {
        const data = new DataTransfer();
        data.setData('text/uri-list', 'vscode-remote://wsl/clip.mp4');
        document.querySelector('.chat')?.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }));
      });
      assert.deepEqual((await shown.intent('attachUris')).uris, ['vscode-remote://wsl/clip.mp4']);
      await shown.composer.evaluate((area) => {
        const data = new DataTransfer();
        data.setData('text/plain', 'file:///a.mp4');
        area.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
      });
      await shown.page.waitForFunction(
        () => window.preview.intents.filter(({ type }) => type === 'attachUris').length === 2,
      );
      assert.equal(await shown.composer.inputValue(), '');
    });
  });

  describe('the chat', () => {
    it('draws an answer as it streams in, and says aloud only that it is complete', async () => {
      const shown = await show('story');
      await shown.composer.fill('cut the pauses');
      await shown.composer.press('Enter');
      const answer = shown.log.getByRole('article', { name: /^Nemo/ });
      await answer.getByRole('table').waitFor();
      await shown.page.getByRole('status').filter({ hasText: 'Answer complete. 4 changes on the timeline.' }).waitFor();
      assert.equal(await shown.log.getAttribute('aria-live'), 'off');
      await answer.getByRole('button', { name: 'Export Video' }).waitFor();
      assert.deepEqual(shown.complaints, []);
    });

    it('follows the end until the reader scrolls up, and jumps back', async () => {
      const shown = await show('rich');
      await shown.atEnd();
      await shown.page.evaluate(() => window.preview.stream(300, 10));
      await shown.drawn();
      await shown.atEnd();
      await shown.log.hover();
      // A wheel moves the chat over several frames.
      const wheel = await shown.log.evaluateHandle((log) => ({
        stopped: new Promise((done) => log.addEventListener('scrollend', done, { once: true })),
      }));
      await shown.page.mouse.wheel(0, -400);
      await shown.button('Jump to latest').waitFor();
      await wheel.evaluate(({ stopped }) => stopped.then(() => undefined));
      await shown.quiet();
      const top = await shown.log.evaluate((log) => log.scrollTop);
      await shown.page.evaluate(() => window.preview.stream(100, 10));
      await shown.drawn();
      assert.equal(await shown.log.evaluate((log) => log.scrollTop), top);
      await shown.button('Jump to latest').click();
      await shown.button('Jump to latest').waitFor({ state: 'detached' });
      await shown.atEnd();
    });

    it('keeps of a thousand messages only those in the page that are near', async () => {
      const shown = await show('large');
      const messages = shown.page.locator('nemo-message');
      assert.equal(await messages.count(), 1_000);
      const drawn = () => messages.evaluateAll((all) => all.filter((one) => one.childElementCount > 0).length);
      await shown.page.waitForFunction(
        () => [...document.querySelectorAll('nemo-message')].filter((one) => one.childElementCount > 0).length < 60,
      );
      await shown.log.evaluate((log) => (log.scrollTop = 0));
      await shown.page.getByText('Question 1: what about clip 0?').waitFor();
      assert.ok((await drawn()) < 60);
    });

    it('shows markup as text, and leads to the web alone', async () => {
      const shown = await show('rich');
      const answer = shown.log.getByRole('article', { name: /^Nemo/ }).first();
      await answer.scrollIntoViewIfNeeded();
      await answer.getByText('<b>this tag is text</b> & this is no link').waitFor();
      const links = answer.getByRole('link');
      assert.deepEqual(await links.allInnerTexts(), ['the notes']);
      assert.equal(await links.first().getAttribute('title'), 'https://example.com/notes');
      await links.first().click();
      assert.equal((await shown.intent('openLink')).url, 'https://example.com/notes');
    });

    it('draws nothing that an answer writes as HTML, and loads nothing that it names', async () => {
      const shown = await show('rich');
      const asked: string[] = [];
      shown.page.on('request', (request) => asked.push(request.url()));
      const text = [
        '<div id="planted"><img src="https://example.com/block.png"><form><button>Sign in</button></form></div>',
        'Some <b id="bold">bold</b> <img src="https://example.com/inline.png"> <a href="https://example.com/">way</a>.',
        '![a picture](https://example.com/picture.png) and [a link](https://example.com/link)',
        '- item <iframe src="https://example.com/frame"></iframe>',
        '| <u>cell</u> |\n| --- |\n| <svg onload="x()"></svg> |',
      ].join('\n\n');
      await shown.post({
        type: 'messageAdded',
        message: { id: 'hostile', role: 'assistant', text, atMs: Date.now(), state: 'done' },
      });
      const answer = shown.log.getByRole('article', { name: /^Nemo/ }).last();
      await answer.scrollIntoViewIfNeeded();
      await answer.getByText('<form><button>Sign in</button></form>').waitFor();
      await answer.getByText('<b id="bold">bold</b>').waitFor();
      await answer.getByText('<svg onload="x()"></svg>').waitFor();
      const planted = answer
        .locator('nemo-markdown')
        .locator('img, form, iframe, b, u, svg, script, style, [id], [href]');
      assert.equal(await planted.count(), 0);
      assert.deepEqual(await answer.getByRole('link').allInnerTexts(), ['[a picture]', 'a link']);
      await shown.quiet();
      assert.deepEqual(asked, []);
    });

    it('copies an answer, opens it, inserts it; and each code block by itself', async () => {
      const shown = await show('rich');
      const answer = shown.log.getByRole('article', { name: /^Nemo/ }).first();
      await answer.scrollIntoViewIfNeeded();
      await answer.getByRole('button', { name: 'Copy code' }).click();
      assert.match((await shown.intent('copy')).text, /^1\n00:00:00,500/);
      await answer.getByRole('button', { name: 'Open the answer as a document' }).click();
      const opened = await shown.intent('openAsDocument');
      assert.equal(opened.language, 'markdown');
      assert.match(opened.text, /^I cut \*\*seven pauses\*\*/);
      await answer.getByRole('button', { name: 'Insert the answer at the cursor' }).click();
      assert.equal((await shown.intent('insertAtCursor')).text, opened.text);
    });

    it('copies a table, inserts it and opens it, in the markdown that it was written in', async () => {
      const shown = await show('rich');
      const answer = shown.log.getByRole('article', { name: /^Nemo/ }).first();
      const bar = answer.locator('.table-block .block-bar');
      await bar.getByText('3 rows').waitFor();
      await bar.getByRole('button', { name: 'Copy table' }).click();
      const { text } = await shown.intent('copy');
      assert.match(text, /^\| Shot \| From .*\n\| :--- .*\n(\| .*\|\n){2}\| window .*\|$/);
      await bar.getByRole('button', { name: 'Insert table at the cursor' }).click();
      assert.equal((await shown.intent('insertAtCursor')).text, text);
      await bar.getByRole('button', { name: 'Open table as a document' }).click();
      assert.deepEqual(await shown.intent('openAsDocument'), { type: 'openAsDocument', text, language: 'markdown' });
    });

    it('names to the editor’s menu the block that was clicked, and nothing beside the blocks', async () => {
      const shown = await show('rich');
      const answer = shown.log.getByRole('article', { name: /^Nemo/ }).first();
      const context = async () => {
        const text = await answer.locator('nemo-markdown').getAttribute('data-vscode-context');
        return text === null ? undefined : (JSON.parse(text) as unknown);
      };
      await answer.getByText('cross-faded the rest').click({ button: 'right' });
      assert.deepEqual(await context(), {
        webviewSection: 'block',
        text: [
          '1. Trimmed the start to the first word',
          '2. Removed pauses longer than `0.6 s`',
          '   - kept the one before the punch line',
          '   - cross-faded the rest',
          '3. Added three B-roll shots, see [the notes](https://example.com/notes)',
        ].join('\n'),
        language: 'markdown',
      });
      await answer.getByText('00:00:00,500').click({ button: 'right' });
      assert.deepEqual(await context(), {
        webviewSection: 'block',
        text: '1\n00:00:00,500 --> 00:00:03,500\nParadise Found',
        language: 'srt',
      });
      await answer.locator('nemo-markdown').dispatchEvent('contextmenu');
      assert.equal(await context(), undefined);
    });

    for (const [locale, time] of [
      ['de-DE', /^\d\d:\d\d [AP]M$/],
      ['en-GB', /^\d\d:\d\d$/],
    ] as const) {
      it(`tells the time in the editor’s language, in a browser in ${locale}`, async () => {
        const shown = new ShownPage(await preview.newPage({ locale }));
        await shown.page.goto(`${preview.url}/?scene=rich&theme=dark`);
        const written = await shown.page.locator('.message-time').last().innerText();
        assert.match(written.replace('\u202f', ' '), time);
      });
    }

    it('lets a waiting message be edited and removed', async () => {
      const shown = await show('running');
      const waiting = shown.log.getByRole('article', { name: /^Waiting message: Then make it portrait/ });
      await waiting.getByRole('button', { name: 'Edit the waiting message' }).click();
      const editor = shown.page.getByRole('textbox', { name: 'Waiting message' });
      await editor.fill('Then make it square');
      await editor.press('Enter');
      assert.equal((await shown.intent('editQueued')).text, 'Then make it square');
      const other = shown.log.getByRole('article', { name: /^Waiting message: and export it/ });
      await other.getByRole('button', { name: 'Remove the waiting message' }).click();
      await shown.intent('removeQueued');
    });

    it('says what goes on and for how long, and that it still does', async () => {
      const shown = await show('running');
      await shown.log.getByText('Generating video').waitFor();
      const time = shown.log.locator('nemo-elapsed');
      const seconds = async () => {
        const [, minutes, rest] = /^(\d+):(\d\d)$/.exec((await time.innerText()).trim()) ?? assert.fail('no time');
        return Number(minutes) * 60 + Number(rest);
      };
      // It went on for 84 s when the page was opened, and it counts on.
      const first = await seconds();
      assert.ok(first >= 84, `${first} s`);
      await eventually(async () => (await seconds()) > first);
      await shown.log.getByText('Still working… 2 min so far').waitFor();
    });

    it('goes from the composer to the last answer and from message to message by keys', async () => {
      const shown = await show('rich');
      await shown.composer.press('Control+ArrowUp');
      const name = () => shown.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
      await shown.page.waitForFunction(() => document.activeElement?.getAttribute('aria-label')?.startsWith('Nemo'));
      await shown.page.keyboard.press('ArrowUp');
      await shown.page.waitForFunction(() => document.activeElement?.getAttribute('aria-label')?.startsWith('You'));
      assert.match(await name(), /Add a title/);
      await shown.page.keyboard.press('Escape');
      assert.ok(await shown.composer.evaluate((area) => area === document.activeElement));
    });
  });

  describe('the timeline', () => {
    it('goes to the spot of a change that is clicked', async () => {
      const shown = await show('rich');
      await shown.log
        .getByRole('button', { name: /speed 1× → 1.5×/ })
        .last()
        .click();
      const details = shown.page.locator('.details');
      await details.filter({ hasText: '0:16.75–0:26' }).waitFor();
      await details.filter({ hasText: 'Warm grade' }).waitFor();
    });

    it('opens for that where it was closed', async () => {
      const shown = await show('rich');
      await shown.button(/^Timeline/).click();
      assert.equal(await shown.page.getByRole('tree').count(), 0);
      await shown.log
        .getByRole('button', { name: /Title added/ })
        .last()
        .click();
      await shown.page.locator('.details').filter({ hasText: 'Paradise Found' }).waitFor();
    });

    it('is a tree of tracks and clips for the keyboard, and asks Nemo about one', async () => {
      const shown = await show('rich');
      const tree = shown.page.getByRole('tree', { name: 'Tracks and clips' });
      await tree.focus();
      const active = () =>
        tree.evaluate(
          (element) =>
            document.getElementById(element.getAttribute('aria-activedescendant') ?? '')?.getAttribute('aria-label') ??
            '',
        );
      assert.equal(await active(), 'Track 1, Video, 5 clips');
      await tree.press('ArrowRight');
      await tree.press('ArrowRight');
      assert.match(await active(), /^talk with pauses.mp4, 0:04–0:11.5, 7.5 s/);
      await tree.press('ArrowDown');
      assert.match(await active(), /^harbour, 0:06–0:07.8/);
      await tree.press('Enter');
      assert.equal(await shown.composer.inputValue(), 'Clip "harbour" on track 2 (B-roll, 0:06–0:07.8): ');
      assert.ok(await shown.composer.evaluate((area) => area === document.activeElement));
    });

    it('zooms to the pointer, so that the clip under it stays', async () => {
      const shown = await show('rich', { width: 700 });
      const stage = shown.page.locator('.stage');
      const box = (await stage.boundingBox())!;
      const [x, y] = [box.x + box.width * 0.6, box.y + 36];
      const details = shown.page.locator('.details');
      await shown.page.mouse.move(x, y);
      await details.filter({ hasText: 'city timelapse' }).waitFor();
      await shown.page.keyboard.down('Control');
      for (let turn = 0; turn < 6; turn += 1) await shown.page.mouse.wheel(0, -100);
      await shown.page.keyboard.up('Control');
      await shown.page.locator('.overview').waitFor();
      await shown.page.mouse.move(x + 1, y);
      await details.filter({ hasText: 'city timelapse' }).waitFor();
      await shown.button('Show everything').click();
      await shown.page.locator('.overview').waitFor({ state: 'hidden' });
    });

    it('selects with a click and puts the clip’s exact times into the message', async () => {
      const shown = await show('rich', { width: 700 });
      const box = (await shown.page.locator('.stage').boundingBox())!;
      await shown.page.mouse.click(box.x + box.width * 0.6, box.y + 36);
      await shown.page.mouse.move(box.x + box.width * 0.6, box.y + box.height + 200);
      await shown.button('Ask Nemo about this clip').click();
      assert.match(
        await shown.composer.inputValue(),
        /^Clip "city timelapse at night.*" on track 1 \(Video, 0:16\.75–0:26\): $/,
      );
    });

    it('turns the drag of a selected clip’s edge into a sentence that can be sent, and Escape into nothing', async () => {
      const shown = await show('rich', { width: 700 });
      const stage = (await shown.page.locator('.stage').boundingBox())!;
      const y = stage.y + 36;
      const pxPerSecond = stage.width / (34 * 1.04);
      const at = (seconds: number) => stage.x + seconds * pxPerSecond;
      const { mouse } = shown.page;
      await mouse.click(at(8), y);
      const drag = async () => {
        await mouse.move(at(11.5), y);
        await mouse.down();
        await mouse.move(at(10.5), y);
        await mouse.move(at(9), y);
      };
      await drag();
      await shown.page.keyboard.press('Escape');
      await mouse.up();
      assert.equal(await shown.composer.inputValue(), '');
      await drag();
      await mouse.up();
      assert.equal(
        await shown.composer.inputValue(),
        'Trim clip "talk with pauses.mp4" on track 1 (Video, 0:04–0:11.5) so that it ends at 0:09.',
      );
    });

    it('shows the whole head of a playhead that stands at either end', async () => {
      const shown = await show('rich');
      const canvas = shown.page.locator('.stage > canvas');
      /** How many px of a line through the ruler have the colour of the playhead. */
      const headPx = () =>
        canvas.evaluate((element) => {
          const drawing = element as HTMLCanvasElement;
          const copy = new OffscreenCanvas(drawing.width, 1).getContext('2d', { willReadFrequently: true })!;
          copy.fillStyle = getComputedStyle(document.body).getPropertyValue('--vscode-charts-red');
          copy.fillRect(0, 0, 1, 1);
          const wanted = copy.getImageData(0, 0, 1, 1).data.join();
          copy.drawImage(drawing, 0, -14);
          const line = copy.getImageData(0, 0, drawing.width, 1).data;
          return Array.from({ length: drawing.width }, (_, at) => line.slice(at * 4, at * 4 + 4).join()).filter(
            (color) => color === wanted,
          ).length;
        });
      assert.ok((await headPx()) >= 9);
      const { x, y, width } = (await canvas.boundingBox())!;
      await shown.page.mouse.click(x + width / 2, y + 5);
      await shown.drawn();
      assert.ok((await headPx()) >= 9);
      for (let times = 0; times < 3; times += 1) await shown.button('Zoom in').click();
      await shown.page.mouse.click(x + width - 1, y + 5);
      await shown.drawn();
      assert.ok((await headPx()) >= 9);
    });

    it('shows all of another session’s timeline', async () => {
      const shown = await show('rich', { width: 700 });
      await shown.button('Zoom in').click();
      await shown.page.locator('.overview').waitFor();
      await shown.page.evaluate(() => window.preview.showScene('chinese'));
      await shown.page.locator('.overview').waitFor({ state: 'hidden' });
      await shown.log.getByText('剪掉停顿').waitFor();
    });

    it('takes its colours from the theme, also from one that is chosen later', async () => {
      const shown = await show('rich');
      const corner = () =>
        shown.page.locator('.stage canvas').evaluate((canvas: HTMLCanvasElement) => {
          const pixel = canvas.getContext('2d')?.getImageData(canvas.width - 2, canvas.height - 2, 1, 1).data ?? [];
          return [...pixel].slice(0, 3).join(',');
        });
      assert.equal(await corner(), '31,31,31');
      await shown.page.evaluate(() =>
        document.documentElement.style.setProperty('--vscode-editor-background', '#fdf6e3'),
      );
      await shown.drawn();
      assert.equal(await corner(), '253,246,227');
    });
  });

  describe('when things are hidden, reloaded or wrong', () => {
    it('keeps the text, the place in the chat, the zoom and the size of the timeline over a reload', async () => {
      const shown = await show('large', { width: 500 });
      await shown.composer.fill('half a thought');
      await shown.log.evaluate((log) => (log.scrollTop = log.scrollHeight / 2));
      await shown.button('Zoom in').click();
      await shown.page.getByRole('separator').press('ArrowUp');
      await shown.quiet();
      const size = () => shown.page.locator('nemo-timeline').evaluate((pane) => pane.clientHeight);
      /** The topmost message. */
      const first = () =>
        shown.log.evaluate((log) => {
          const top = log.getBoundingClientRect().top;
          const all = [...log.querySelectorAll('nemo-message')];
          const found = all.find((one) => one.getBoundingClientRect().bottom > top);
          return (found as unknown as { message: { id: string } } | undefined)?.message.id;
        });
      const before = { size: await size(), first: await first() };
      await shown.page.waitForFunction((wanted) => {
        const { scroll } = JSON.parse(sessionStorage.getItem('state') ?? '{}') as { scroll?: { id: string } | null };
        return scroll?.id === wanted;
      }, before.first);
      await shown.page.reload();
      await shown.composer.waitFor();
      await shown.page.locator('.overview').waitFor();
      // What lies around the place gets its true height only now.
      await shown.quiet();
      assert.equal(await shown.composer.inputValue(), 'half a thought');
      assert.equal(await size(), before.size);
      assert.equal(await first(), before.first);
    });

    it('keeps a message whose arrival was never confirmed', async () => {
      const shown = await show('rich');
      await shown.page.addInitScript(() =>
        sessionStorage.setItem('state', JSON.stringify({ sending: { text: 'on its way', atMs: Date.now() } })),
      );
      await shown.page.reload();
      await shown.composer.waitFor();
      assert.equal(await shown.composer.inputValue(), 'on its way');
    });

    it('reports what it cannot read and asks for everything again', async () => {
      const shown = await show('rich');
      await shown.post({ type: 'textAppended', id: 'm2', at: 'nowhere', text: 'secret words' });
      const { message } = await shown.intent('viewFault');
      assert.match(message, /at/);
      assert.doesNotMatch(message, /secret/);
      await shown.page.waitForFunction(
        () => window.preview.intents.filter(({ type }) => type === 'ready').length === 2,
      );
    });

    it('asks for everything again when text does not fit what it has', async () => {
      const shown = await show('rich');
      await shown.post({ type: 'textAppended', id: 'm2', at: 99_999, text: 'x' });
      await shown.page.waitForFunction(
        () => window.preview.intents.filter(({ type }) => type === 'ready').length === 2,
      );
    });

    it('gives up kindly when nothing readable comes, and tries again when asked', async () => {
      const shown = await show('rich');
      await shown.page.evaluate(() => (window.preview.garbled = true));
      await shown.post({ type: 'nonsense' });
      await shown.page.getByText('do not understand each other').waitFor();
      await shown.page.evaluate(() => (window.preview.garbled = false));
      await shown.button('Try again').click();
      await shown.composer.waitFor();
    });
  });

  describe('for everyone', () => {
    for (const theme of themeNames) {
      it(`has nothing that a checker of accessibility or the page’s own policy complains about (${theme})`, async function () {
        this.timeout(120_000);
        for (const scene of [
          'first',
          'failed',
          'rich',
          'running',
          'looking',
          'question',
          'answered',
          'edits',
          'errors',
          'transfers',
        ] as const) {
          for (const width of [200, 400]) {
            const shown = await show(scene, { theme, width });
            const complaints = await accessibilityComplaints(shown.page.locator('body'));
            complaints.push(...shown.complaints);
            const tooWide = await shown.page.evaluate(
              () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
            );
            if (tooWide > 0) complaints.push(`${tooWide} px too wide`);
            assert.deepEqual(complaints, [], `${scene} at ${width} px`);
            await preview.closePages();
          }
        }
      });
    }
  });
});
