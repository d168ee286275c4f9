import assert from 'node:assert/strict';

import { played, scene, type SceneName } from './scenes.ts';
import { PreviewBrowser } from './preview-browser.ts';
import { ShownPage } from './shown-page.ts';

/** What people would call a good chat, sentence by sentence. */
describe('The chat, in the side panel’s page', function () {
  this.timeout(60_000);
  const preview = PreviewBrowser.forSuite();

  async function show(name: SceneName, width = 400, height = 800): Promise<ShownPage> {
    const shown = new ShownPage(await preview.newPage({ viewport: { width, height } }));
    await shown.page.goto(`${preview.url}/?scene=${name}&theme=dark`);
    await shown.composer.waitFor();
    await shown.drawn();
    return shown;
  }

  /** Begins an answer that runs, with this text. */
  async function begin(shown: ShownPage, text: string): Promise<void> {
    const message = { id: 'now', role: 'assistant', text: '', atMs: Date.now(), state: 'running' };
    await shown.post({ type: 'messageAdded', message });
    await shown.post({ type: 'textAppended', id: 'now', at: 0, text });
    await shown.drawn();
  }

  const newest = (shown: ShownPage) => shown.page.locator('nemo-message').last();

  describe('while an answer streams in', () => {
    it('draws once a frame, however many pieces come', async () => {
      const shown = await show('rich');
      await begin(shown, 'Once upon a time');
      const drawings = await shown.page.evaluate(async () => {
        const frames: unknown[] = [];
        const observer = new MutationObserver(() => frames.push(document.timeline.currentTime));
        // Of the answer's words: beside them a clock goes by itself.
        observer.observe([...document.querySelectorAll('nemo-markdown')].at(-1)!, {
          subtree: true,
          childList: true,
          characterData: true,
        });
        let at = 'Once upon a time'.length;
        for (let piece = 0; piece < 200; piece += 1) {
          window.preview.post({ type: 'textAppended', id: 'now', at, text: ' and' });
          at += 4;
        }
        await window.preview.drawn();
        return frames;
      });
      assert.ok(drawings.length > 0);
      assert.equal(new Set(drawings).size, drawings.length, 'no frame was drawn twice');
      assert.match(await newest(shown).innerText(), /( and){200}/);
    });

    it('touches only the last block of it', async () => {
      const shown = await show('rich');
      await begin(shown, '# Plan\n\nFirst, the intro.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nThen this:\n\n');
      const touched = await shown.page.evaluate(async () => {
        const answer = [...document.querySelectorAll('nemo-message')].at(-1)!.querySelector('nemo-markdown')!;
        const early = [...answer.children];
        const records: string[] = [];
        const observer = new MutationObserver((all) =>
          records.push(
            ...all.filter(({ target }) => early.some((one) => one.contains(target))).map(({ type }) => type),
          ),
        );
        observer.observe(answer, { subtree: true, childList: true, characterData: true, attributes: true });
        let at = '# Plan\n\nFirst, the intro.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nThen this:\n\n'.length;
        for (const text of ['a clip\n\n', '- one\n', '- two\n', '\n```js\nlet x', ' = 1;\n```\n', '\nend']) {
          window.preview.post({ type: 'textAppended', id: 'now', at, text });
          at += text.length;
          await window.preview.drawn();
        }
        return { records, kept: early.every((one) => one.isConnected), blocks: answer.children.length };
      });
      assert.deepEqual(touched, { records: [], kept: true, blocks: 8 });
    });

    it('takes an answer of 20,000 words, and it is all there when that is asked for', async () => {
      const shown = await show('story', 400, 700);
      await shown.page.evaluate(() => window.preview.stream(20_000, 500));
      await shown.page.getByRole('status').filter({ hasText: 'Answer complete' }).waitFor();
      const wordsEachTime = played.markdown.split(/(?<=\s)/).length;
      const codeBlocks = newest(shown).locator('.code-block');
      assert.ok((await codeBlocks.count()) > 10);
      await newest(shown).getByRole('button', { name: 'Show all' }).click();
      await newest(shown).getByRole('button', { name: 'Show all' }).waitFor({ state: 'detached' });
      assert.equal(await codeBlocks.count(), Math.floor(20_000 / wordsEachTime));
      assert.deepEqual(shown.complaints, []);
    });

    it('says that it works, what it does and for how long, and never a word of it token by token', async () => {
      const shown = await show('running');
      const status = shown.page.getByRole('status').last();
      assert.equal(await status.innerText(), 'Nemo is working.');
      await shown.post({
        type: 'messageAdded',
        message: { id: 'q', role: 'user', text: 'x', atMs: 0, state: 'queued' },
      });
      await shown.drawn();
      assert.equal(await status.innerText(), 'Nemo is working.');
      const live = await shown.page.evaluate(() =>
        [...document.querySelectorAll('[aria-live]:not([aria-live=off]), [role=status], [role=alert]')].filter(
          (one) => one.closest('[role=log]') !== null,
        ),
      );
      assert.deepEqual(live, []);
    });
  });

  describe('an answer that counts as complete', () => {
    for (const [name, stop, words] of [
      ['following', 'Stop listening', /What still comes is added here/],
      ['looking', 'Stop looking', /the timeline is looked at again/],
    ] as const) {
      it(`says what may still come, leaves the composer free and can be ended: ${stop}`, async () => {
        const shown = await show(name);
        assert.match(await newest(shown).innerText(), words);
        // A message leaves at once: it does not wait.
        await shown.composer.fill('And some music');
        assert.equal(await shown.button('Send').count(), 1);
        await shown.button('Send').focus();
        await shown.page.keyboard.press('Tab');
        const focused = await shown.page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
        assert.equal(focused, stop);
        await shown.page.keyboard.press('Enter');
        await shown.intent('stop');
      });
    }

    it('is not said to be complete where no word has come, and what comes to it later is said', async () => {
      const shown = await show('edits');
      const status = shown.page.getByRole('status').last();
      const id = 'late';
      const answer = { id, role: 'assistant', atMs: 0 } as const;
      await shown.post({ type: 'messageAdded', message: { ...answer, text: '', state: 'running' } });
      await shown.drawn();
      for (const [message, said] of [
        [{ ...answer, state: 'done', following: 'state' }, 'No answer yet. Nemo may still be at work; you can go on.'],
        [
          {
            ...answer,
            state: 'done',
            changes: scene('rich')
              .messages.flatMap(({ changes = [] }) => changes)
              .slice(0, 1),
          },
          'An answer was added to: 1 change on the timeline.',
        ],
      ] as const) {
        await shown.post({ type: 'messageChanged', id, message });
        await shown.drawn();
        assert.equal(await status.innerText(), said);
      }
    });

    it('takes what comes to it later', async () => {
      const shown = await show('following');
      const { id, text } = scene('following').messages.at(-1)!;
      await shown.post({ type: 'textAppended', id, at: text.length, text: '\n\nThe **intro** is there.' });
      await shown.drawn();
      assert.match(await newest(shown).innerText(), /Sure, I’m on it\.\s+The intro is there\./);
      assert.deepEqual(shown.complaints, []);
    });
  });

  describe('the row of an export', () => {
    it('has a bar that is as far as its number, at every moment', async () => {
      const shown = await show('transfers');
      const row = (percent: number) =>
        shown.post({
          type: 'transfersChanged',
          transfers: [{ id: 'r', kind: 'render', name: 'film.mp4', phase: 'rendering', percent, actions: [] }],
        });
      await row(20);
      await shown.drawn();
      // What moves by itself stands still.
      const wire = await shown.page.context().newCDPSession(shown.page);
      await wire.send('Animation.enable');
      await wire.send('Animation.setPlaybackRate', { playbackRate: 0 });
      await row(99.6);
      await shown.page.getByText('99 %', { exact: true }).waitFor();
      await shown.drawn();
      const picture = (await shown.page.locator('.transfer progress').screenshot()).toString('base64');
      const filled = await shown.page.evaluate(async (base64) => {
        const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
        const { width, height, data } = await createImageBitmap(new Blob([bytes])).then((bitmap) => {
          const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
          context.drawImage(bitmap, 0, 0);
          return context.getImageData(0, 0, bitmap.width, bitmap.height);
        });
        const row = Math.floor(height / 2) * width;
        const colour = (x: number) => data.slice((row + x) * 4, (row + x) * 4 + 4).join();
        const full = colour(Math.floor(width / 10));
        return Array.from({ length: width }, (_, x) => colour(x)).lastIndexOf(full) / width;
      }, picture);
      assert.ok(filled > 0.97 && filled < 0.9999, `the bar is at ${filled}`);
    });
  });

  describe('a question of the agent’s', () => {
    const group = (shown: ShownPage, name = 'Which style do you want?') => shown.page.getByRole('group', { name });
    const answers = async (shown: ShownPage) =>
      (await shown.intents()).flatMap((intent) => (intent.type === 'answerQuestion' ? [intent.choices] : []));

    it('is answered with the keyboard alone, and the keyboard goes on in the composer', async () => {
      const shown = await show('question');
      const sendAnswer = shown.page.locator('.question-send');
      assert.equal(await sendAnswer.evaluate((button) => (button as HTMLButtonElement).disabled), true);
      await group(shown).getByRole('radio', { name: 'Calm' }).focus();
      await shown.page.keyboard.press('Space');
      await shown.page.keyboard.press('ArrowDown');
      assert.ok(
        await group(shown)
          .getByRole('radio', { name: /^Lively/ })
          .isChecked(),
      );
      await shown.page.keyboard.press('Tab');
      await shown.page.keyboard.press('Space');
      await shown.page.keyboard.press('Tab');
      await shown.page.keyboard.press('Space');
      await shown.page.keyboard.press('Tab');
      // “Something else…” opens its line, which has the focus then.
      await shown.page.keyboard.press('Space');
      const line = group(shown, 'What else may I change?').getByRole('textbox', { name: 'Something else' });
      await line.waitFor();
      await shown.page.waitForFunction(() => document.activeElement?.classList.contains('choice-other'));
      await shown.page.keyboard.type('the end');
      await shown.page.keyboard.press('Enter');
      await shown.intent('answerQuestion');
      const choices = [
        { questionId: 'style', optionIds: ['lively'] },
        { questionId: 'more', optionIds: ['colours', 'music'], other: 'the end' },
      ];
      assert.deepEqual(await answers(shown), [choices]);
      const { id, role, atMs, state, question: asked } = scene('question').messages.at(-1)!;
      const question = { ...asked!, answer: { choices } };
      await shown.post({ type: 'messageChanged', id, message: { id, role, atMs, state, question } });
      await shown.drawn();
      await shown.page.waitForFunction(() => document.activeElement?.matches('.composer-text'));
      assert.ok(
        await group(shown)
          .getByRole('radio', { name: /^Lively/ })
          .isDisabled(),
      );
      assert.ok(
        await group(shown)
          .getByRole('radio', { name: /^Lively/ })
          .isChecked(),
      );
      assert.equal(await line.inputValue(), 'the end');
      assert.equal(await sendAnswer.count(), 0);
      assert.deepEqual(shown.complaints, []);
    });

    it('is sent once, and keeps what was chosen where that is refused', async () => {
      const shown = await show('question');
      await shown.page.evaluate(() => window.preview.refuse('answerQuestion'));
      await group(shown).getByText('Calm', { exact: true }).click();
      await shown.button('Send Answer').click();
      await shown.page.getByRole('alert').waitFor();
      assert.ok(await group(shown).getByRole('radio', { name: 'Calm' }).isChecked());
      await shown.button('Send Answer').dblclick();
      await shown.page.waitForFunction(
        () => window.preview.intents.filter(({ type }) => type === 'answerQuestion').length >= 2,
      );
      assert.deepEqual(new Set((await answers(shown)).map((choices) => JSON.stringify(choices))).size, 1);
    });

    it('keeps what was chosen, and is not sent yet, over a reload', async () => {
      const shown = await show('question');
      const style = () => group(shown).getByRole('radio', { name: /^Lively/ });
      const more = () => group(shown, 'What else may I change?');
      await style().check();
      await more().getByRole('checkbox', { name: 'Music' }).check();
      await more().getByText('Something else…').click();
      await more().getByRole('textbox', { name: 'Something else' }).fill('the end');
      await shown.page.reload();
      await style().waitFor();
      assert.ok(await style().isChecked());
      assert.ok(await more().getByRole('checkbox', { name: 'Music' }).isChecked());
      assert.equal(await more().getByRole('textbox', { name: 'Something else' }).inputValue(), 'the end');
      await shown.button('Send Answer').click();
      await shown.intent('answerQuestion');
      assert.deepEqual((await answers(shown)).at(-1), [
        { questionId: 'style', optionIds: ['lively'] },
        { questionId: 'more', optionIds: ['music'], other: 'the end' },
      ]);
      await shown.page.reload();
      await style().waitFor();
      assert.equal(await style().isChecked(), false, 'what was sent is not there again');
      assert.deepEqual(shown.complaints, []);
    });

    it('that was answered in own words leaves nothing chosen behind', async () => {
      const shown = await show('question');
      await group(shown).getByRole('radio', { name: 'Calm' }).check();
      const remembered = () =>
        shown.page.evaluate(
          () => (JSON.parse(sessionStorage.getItem('state') ?? '{}') as { questions?: unknown[] }).questions?.length,
        );
      assert.equal(await remembered(), 1);
      const { id, role, atMs, state, question: asked } = scene('question').messages.at(-1)!;
      const question = { ...asked!, answer: { choices: [] } };
      await shown.post({ type: 'messageChanged', id, message: { id, role, atMs, state, question } });
      await shown.page.getByText('You answered in your own words.').waitFor();
      assert.equal(await remembered(), 0);
    });

    it('is plain text, and is said when it comes', async () => {
      const shown = await show('question');
      assert.ok(await group(shown).getByText('<b>As it is</b>', { exact: true }).isVisible());
      const running = { id: 'now', role: 'assistant', atMs: 0 } as const;
      await shown.post({ type: 'messageAdded', message: { ...running, text: '', state: 'running' } });
      const { question } = scene('question').messages.at(-1)!;
      await shown.post({ type: 'messageChanged', id: 'now', message: { ...running, state: 'done', question } });
      await shown.drawn();
      assert.equal(
        await shown.page.getByRole('status').last().innerText(),
        'Nemo asks: Which style do you want? What else may I change?',
      );
    });

    it('shows what was answered, and takes words where nothing can be chosen', async () => {
      const shown = await show('answered');
      assert.ok(await group(shown).getByRole('radio', { name: 'Calm' }).isDisabled());
      await shown.page.getByRole('textbox', { name: '还需要什么？' }).fill('Nothing');
      await shown.page.keyboard.press('Enter');
      await shown.intent('answerQuestion');
      assert.deepEqual(await answers(shown), [[{ questionId: 'q1', optionIds: [], other: 'Nothing' }]]);
    });
  });

  describe('a button that was refused', () => {
    it('does the same again where that is offered', async () => {
      const shown = await show('story');
      const step = { kind: 'export', label: 'Export Now' } as const;
      await shown.post({
        type: 'messageAdded',
        message: { id: 'a', role: 'assistant', text: 'Done.', atMs: 0, state: 'done', actions: [step] },
      });
      await shown.page.evaluate(() => window.preview.refuse('act', [{ kind: 'retry', label: 'Once More' }]));
      await shown.button('Export Now').click();
      await shown.button('Once More').click();
      await shown.page.getByRole('alert').waitFor({ state: 'detached' });
      const asked = { type: 'act', step, messageId: 'a' };
      await shown.page.waitForFunction(() => window.preview.intents.filter(({ type }) => type === 'act').length === 2);
      assert.deepEqual(
        (await shown.intents()).filter(({ type }) => type === 'act'),
        [asked, asked],
      );
    });
  });

  describe('a message that was not sent', () => {
    it('says so, and can be sent by the button that its host offers', async () => {
      const shown = await show('story');
      const step = { kind: 'send', label: 'Send Now', argument: 'add a title' } as const;
      await shown.post({
        type: 'messageAdded',
        message: { id: 'q', role: 'user', text: 'add a title', atMs: 0, state: 'cancelled', actions: [step] },
      });
      const message = newest(shown);
      await message.getByText('Not sent').waitFor();
      await message.getByRole('button', { name: 'Send Now' }).click();
      const intents = (await shown.intents()).filter(({ type }) => type === 'act');
      assert.deepEqual(intents, [{ type: 'act', step, messageId: 'q' }]);
    });
  });

  describe('its texts', () => {
    it('keep what is wide in a frame of its own: code, tables, and words without end', async () => {
      const shown = await show('rich', 200);
      const word = 'x'.repeat(400);
      await begin(
        shown,
        `${word}\n\n\`\`\`\n${word}\n\`\`\`\n\n| ${word} | b |\n|---|---|\n| 1 | ${word} |\n\n- 非常に長い${'語'.repeat(200)}\n`,
      );
      await shown.post({
        type: 'messageAdded',
        message: { id: 'u', role: 'user', text: `${word} 👩‍👩‍👧‍👦 ${'long '.repeat(1_000)}`, atMs: 0, state: 'sent' },
      });
      await shown.drawn();
      const { page, log } = await shown.page.evaluate(() => {
        const scroller = document.querySelector('[role=log]')!;
        const root = document.documentElement;
        return { page: root.scrollWidth - root.clientWidth, log: scroller.scrollWidth - scroller.clientWidth };
      });
      assert.deepEqual({ page, log }, { page: 0, log: 0 });
      const answer = shown.page.locator('nemo-message').nth(-2);
      await answer.evaluate((one) => one.scrollIntoView());
      const code = answer.getByRole('group', { name: 'Code' });
      assert.ok(await code.evaluate((one) => one.scrollWidth > one.clientWidth));
      await code.focus();
      await shown.page.keyboard.press('ArrowRight');
      await shown.page.waitForFunction(() => (document.activeElement?.scrollLeft ?? 0) > 0);
    });

    it('run from right to left where they are written so', async () => {
      const shown = await show('rich');
      await begin(shown, 'שלום, הכנתי את הסרטון.\n\n- אחת\n- שתיים\n\nAnd this in English.\n\n```\nlet a = 1;\n```\n');
      const directions = await newest(shown).evaluate((one) =>
        [...one.querySelectorAll('p, li, pre')].map((block) => getComputedStyle(block).direction),
      );
      assert.deepEqual(directions, ['rtl', 'rtl', 'rtl', 'ltr', 'ltr']);
      await shown.composer.fill('שלום');
      assert.equal(await shown.composer.evaluate((area) => getComputedStyle(area).direction), 'rtl');
    });
  });

  describe('the composer', () => {
    it('goes through what was sent from its first line alone, and comes back to what was being written', async () => {
      const shown = await show('rich');
      await shown.composer.fill('one\ntwo');
      await shown.composer.press('ArrowUp');
      assert.equal(await shown.composer.inputValue(), 'one\ntwo');
      await shown.composer.press('Control+Home');
      await shown.composer.press('ArrowUp');
      assert.match(await shown.composer.inputValue(), /^Add a title/);
      await shown.composer.press('ArrowUp');
      assert.match(await shown.composer.inputValue(), /^auto-cut/);
      await shown.composer.press('End');
      await shown.composer.press('Control+End');
      await shown.composer.press('ArrowDown');
      assert.match(await shown.composer.inputValue(), /^Add a title/);
      await shown.composer.press('Control+End');
      await shown.composer.press('ArrowDown');
      assert.equal(await shown.composer.inputValue(), 'one\ntwo');
    });

    it('leaves a stopped turn alone: Escape stops only what runs', async () => {
      const shown = await show('rich');
      await shown.composer.fill('half a thought');
      await shown.composer.press('Escape');
      assert.equal(await shown.composer.inputValue(), 'half a thought');
      assert.ok(!(await shown.intents()).some(({ type }) => type === 'stop'));
    });
  });

  describe('by keyboard alone', () => {
    it('leads to the last answer, with a key and with a button that shows itself', async () => {
      const shown = await show('rich');
      const skip = shown.button('Go to the last answer');
      await skip.focus();
      await shown.page.keyboard.press('Enter');
      await shown.page.waitForFunction(() => document.activeElement?.getAttribute('aria-label')?.startsWith('Nemo'));
    });

    it('copies, inserts and opens the last answer', async () => {
      const shown = await show('rich');
      await shown.composer.press('Control+ArrowUp');
      await shown.page.waitForFunction(() => document.activeElement?.localName === 'nemo-message');
      for (const label of ['Copy the answer', 'Insert the answer at the cursor', 'Open the answer as a document']) {
        const button = shown.button(label).last();
        for (let tries = 0; tries < 20; tries += 1) {
          if (await button.evaluate((one) => one === document.activeElement)) break;
          await shown.page.keyboard.press('Tab');
        }
        await shown.page.keyboard.press('Enter');
      }
      assert.match((await shown.intent('copy')).text, /^- Title added/);
      await shown.intent('openAsDocument');
      await shown.intent('insertAtCursor');
    });

    it('edits and removes what waits, and the focus is never lost', async () => {
      const shown = await show('running');
      const focused = () => shown.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
      await shown.button('Edit the waiting message').first().focus();
      await shown.page.keyboard.press('Enter');
      const editor = shown.page.getByRole('textbox', { name: 'Waiting message' });
      await editor.waitFor();
      await shown.page.waitForFunction(() => document.activeElement?.localName === 'vscode-text-area');
      await shown.page.keyboard.press('Escape');
      await editor.waitFor({ state: 'detached' });
      await shown.page.waitForFunction(
        () => document.activeElement?.getAttribute('aria-label') === 'Edit the waiting message',
      );
      await shown.page.keyboard.press('Tab');
      assert.equal(await focused(), 'Remove the waiting message');
      await shown.page.keyboard.press('Enter');
      const { id } = await shown.intent('removeQueued');
      await shown.post({ type: 'messageRemoved', id });
      await shown.page.waitForFunction(() => document.activeElement?.localName === 'textarea');
    });

    it('lets what Stop held go on by “Send Next”, which the first that waits has, and the focus is never lost', async () => {
      const shown = await show('held');
      const waiting = shown.page.getByRole('article', { name: /^Waiting message/ });
      assert.equal(await waiting.count(), 2);
      const sendNext = waiting.first().getByRole('button', { name: 'Send Next', exact: true });
      assert.equal(await shown.button('Send Next').count(), 1);
      assert.match(await waiting.first().innerText(), /Waits until you send it/);
      assert.match(await waiting.last().innerText(), /Waits for its turn/);
      // It is the first message that loses its place: the next one gets the button.
      const id = await waiting
        .first()
        .evaluate((element) => (element as HTMLElement & { message: { id: string } }).message.id);
      await shown.composer.fill('One more');
      await shown.button('Send after the messages that wait').waitFor();
      await sendNext.focus();
      await shown.page.keyboard.press('Enter');
      await shown.intent('sendNext');
      await shown.post({ type: 'queueHeldChanged', held: false });
      await shown.page.waitForFunction(
        () => document.activeElement?.getAttribute('aria-label') === 'Edit the waiting message',
      );
      assert.equal(await shown.button('Send Next').count(), 0);
      await shown.button('Send').waitFor();
      await shown.post({ type: 'queueHeldChanged', held: true });
      await shown.post({ type: 'messageRemoved', id });
      await waiting.first().getByRole('button', { name: 'Send Next', exact: true }).waitFor();
      assert.equal(await waiting.count(), 1);
      assert.deepEqual(shown.complaints, []);
    });

    it('says that what waits is held, when the answer before it was stopped', async () => {
      const shown = await show('running');
      const status = shown.page.getByRole('status').last();
      await shown.post({ type: 'queueHeldChanged', held: true });
      const running = shown.page.locator('nemo-message.message-is-running');
      const id = await running.evaluate((element) => (element as HTMLElement & { message: { id: string } }).message.id);
      const message = { id, role: 'assistant', atMs: 0, state: 'cancelled' };
      await shown.post({ type: 'messageChanged', id, message });
      await status.filter({ hasText: 'What waits is sent when you press “Send Next”.' }).waitFor();
      assert.match(await status.innerText(), /^The answer was stopped\. What waits/);
    });

    it('draws an answer behind its question, before what still waits', async () => {
      const shown = await show('held');
      const asked = shown.page.getByRole('article', { name: /^Waiting message/ }).first();
      const after = await asked.evaluate(
        (element) => (element as HTMLElement & { message: { id: string } }).message.id,
      );
      const message = { id: 'now', role: 'assistant', text: 'Here', atMs: 0, state: 'running', answerTo: after };
      await shown.post({ type: 'messageAdded', message, after });
      await shown.drawn();
      const all = await shown.page.locator('nemo-message').allInnerTexts();
      assert.match(all.at(-3) ?? '', /portrait/);
      assert.match(all.at(-2) ?? '', /Here/);
      assert.match(all.at(-1) ?? '', /and export it/);
    });

    it('keeps an edit that was refused, beside the reason, and takes it at the next try', async () => {
      const shown = await show('running');
      await shown.button('Edit the waiting message').first().click();
      const editor = shown.page.getByRole('textbox', { name: 'Waiting message' });
      await editor.fill('Then make it square');
      await shown.page.evaluate(() => window.preview.refuse('editQueued'));
      await shown.button('Save').click();
      await shown.page.getByRole('alert').filter({ hasText: 'Nemo cannot be reached' }).waitFor();
      assert.equal(await editor.inputValue(), 'Then make it square');
      await shown.button('Save').click();
      await editor.waitFor({ state: 'detached' });
      const edits = (await shown.intents()).filter(({ type }) => type === 'editQueued');
      assert.deepEqual(
        edits.map((intent) => 'text' in intent && intent.text),
        ['Then make it square', 'Then make it square'],
      );
    });

    it('takes a waiting message away whose edit leaves nothing of it, and never sends an empty one', async () => {
      const shown = await show('running');
      await shown.button('Edit the waiting message').first().click();
      await shown.page.getByRole('textbox', { name: 'Waiting message' }).fill('  ');
      await shown.button('Save').click();
      await shown.intent('removeQueued');
      assert.ok(!(await shown.intents()).some(({ type }) => type === 'editQueued'));
    });

    it('keeps an edit whose message left in the meantime', async () => {
      const shown = await show('running');
      await shown.button('Edit the waiting message').first().click();
      await shown.page.getByRole('textbox', { name: 'Waiting message' }).fill('Then make it square');
      const message = { id: 'm7', role: 'user', atMs: 0, state: 'sent' };
      await shown.post({ type: 'messageChanged', id: 'm7', message });
      await shown.page.waitForFunction(() => document.querySelector('textarea')?.value === 'Then make it square');
      assert.ok(await shown.composer.evaluate((area) => area === document.activeElement));
    });

    it('goes in reading order: header, timeline, chat, composer', async () => {
      const shown = await show('rich');
      await shown.page.evaluate(() => {
        (document.activeElement as HTMLElement | null)?.blur();
        window.getSelection()?.removeAllRanges();
      });
      const places: string[] = [];
      for (let step = 0; step < 60; step += 1) {
        await shown.page.keyboard.press('Tab');
        // The chat moves along with the focus, and tells where it is now, a frame later.
        await shown.drawn();
        const place = await shown.page.evaluate(() => {
          const parts = [
            '.header',
            'nemo-timeline',
            'nemo-splitter',
            '.chat-scroller',
            '.skip',
            '.jump',
            'nemo-composer',
          ];
          const focused = document.activeElement;
          if (focused === document.body) return 'the page';
          return (
            parts.find((part) => focused?.matches(`${part}, ${part} *`) === true) ?? focused?.outerHTML ?? 'nothing'
          );
        });
        if (place === 'the page') break;
        if (places.at(-1) !== place) places.push(place);
      }
      // The way to the latest is there only where the last control of the chat is not at its end.
      assert.deepEqual(
        places.filter((place) => place !== '.jump'),
        ['.header', 'nemo-timeline', 'nemo-splitter', '.chat-scroller', '.skip', 'nemo-composer'],
      );
    });

    it('goes to the latest by a button between the chat and the composer, and reads on there', async () => {
      const shown = await show('rich');
      const jump = shown.button('Jump to latest');
      await shown.log.evaluate((scroller) => scroller.scrollTo({ top: 0 }));
      await jump.waitFor();
      await shown.page.locator('.skip').focus();
      await shown.page.keyboard.press('Tab');
      assert.ok(await jump.evaluate((button) => button === document.activeElement));
      await shown.page.keyboard.press('Enter');
      await jump.waitFor({ state: 'detached' });
      await newest(shown).and(shown.page.locator(':focus')).waitFor();
    });

    it('lets nothing that has the focus lie under the button to the latest', async () => {
      const shown = await show('rich', 300);
      await shown.log.evaluate((scroller) => scroller.scrollTo({ top: 0 }));
      await shown.button('Jump to latest').waitFor();
      await shown.log.focus();
      const covered: string[] = [];
      let steps = 0;
      for (; steps < 40; steps += 1) {
        await shown.page.keyboard.press('Tab');
        await shown.drawn();
        const found = await shown.page.evaluate(() => {
          const { activeElement: focused } = document;
          if (!focused?.matches('[role=log] *')) return undefined;
          const jump = document.querySelector('.jump')?.getBoundingClientRect();
          const box = focused.getBoundingClientRect();
          const isCovered =
            jump && box.bottom > jump.top && box.top < jump.bottom && box.right > jump.left && box.left < jump.right;
          // What is taller than the chat lies under everything.
          return isCovered && box.height < 200 ? focused.textContent.trim() || focused.ariaLabel : '';
        });
        if (found === undefined) break;
        if (found !== '') covered.push(String(found));
      }
      assert.deepEqual(covered, []);
      assert.ok(steps > 10, `${steps} steps`);
    });

    it('keeps its place where the button to the latest goes away under it', async () => {
      const shown = await show('rich');
      const jump = shown.button('Jump to latest');
      await shown.log.evaluate((scroller) => scroller.scrollTo({ top: 0 }));
      await jump.focus();
      await shown.log.evaluate((scroller) => scroller.scrollTo({ top: scroller.scrollHeight }));
      await jump.waitFor({ state: 'detached' });
      await newest(shown).and(shown.page.locator(':focus')).waitFor();
    });
  });

  describe('after a turn', () => {
    it('shows each change with its time, the credits, and what can be done next', async () => {
      const shown = await show('rich');
      const answer = shown.log.getByRole('article', { name: /^Nemo/ }).first();
      await answer.scrollIntoViewIfNeeded();
      await answer.getByText('50 credits used').waitFor();
      const change = answer.getByRole('button', { name: /13.9 s → 9.25 s/ });
      assert.match(await change.innerText(), /0:16\.75/);
      await answer.getByRole('button', { name: 'Show Tracks' }).click();
      const { step, messageId } = await shown.intent('act');
      assert.equal(step.kind, 'showTracks');
      assert.equal(messageId, 'm3');
    });

    it('says beside the button to send again that it may cost credits', async () => {
      const shown = await show('errors');
      const answer = shown.log.getByRole('article').filter({ has: shown.button('Send Again') });
      await answer.getByText('which may cost credits again').waitFor();
      assert.equal(await shown.button('Send Again').count(), 1);
    });

    it('shows all changes of a turn that made many', async () => {
      const shown = await show('edits');
      const card = shown.page.locator('nemo-change-card');
      assert.equal(await card.getByRole('listitem').count(), 6);
      await shown.button('Show all 14 changes').click();
      assert.equal(await card.getByRole('listitem').count(), 14);
    });
  });

  describe('where there is little room', () => {
    // A panel of 400 px in an editor that is zoomed to 200 % has 200 px.
    for (const [width, height] of [
      [200, 800],
      [200, 430],
      [400, 430],
      // Half of a small screen's height.
      [200, 300],
      [400, 250],
    ] as const) {
      it(`leaves nothing cut off or out of reach at ${width}×${height} px`, async () => {
        for (const scene of [
          'first',
          'running',
          'held',
          'following',
          'question',
          'answered',
          'errors',
          'transfers',
          'chinese',
        ] as const) {
          const shown = await show(scene, width, height);
          const out = await shown.page.evaluate(() => {
            const scrolls = (one: Element) => /auto|scroll/.test(getComputedStyle(one).overflowY);
            const found: string[] = [];
            for (const control of document.querySelectorAll(
              'button, vscode-button, vscode-dropdown, textarea, [tabindex="0"]',
            )) {
              const box = control.getBoundingClientRect();
              if (box.width === 0 || !control.checkVisibility({ checkOpacity: false })) continue;
              const name = control.getAttribute('aria-label') ?? control.textContent;
              if (box.left < -1 || box.right > innerWidth + 1) found.push(`${name}: beside the page`);
              let frame = control.parentElement;
              while (frame && !scrolls(frame)) frame = frame.parentElement;
              if (!frame && (box.top < -1 || box.bottom > innerHeight + 1)) found.push(`${name}: below the page`);
              if (frame && box.right > frame.getBoundingClientRect().left + frame.clientWidth + 1)
                found.push(`${name}: beside its frame`);
            }
            const log = document.querySelector('[role=log]')!;
            if (log.clientHeight < (innerHeight < 400 ? 36 : 60)) found.push(`the chat has ${log.clientHeight} px`);
            return found;
          });
          assert.deepEqual(out, [], scene);
          await preview.closePages();
        }
      });
    }

    for (const [scene, width] of [
      ['edits', 400],
      ['edits', 300],
      ['chinese', 200],
    ] as const) {
      it(`breaks no number from its unit: ${scene}, ${width} px`, async () => {
        const shown = await show(scene, width);
        const { whole, broken } = await shown.log.evaluate((log) => {
          const texts = [...log.querySelectorAll('.change-text, td, li')];
          const found: { whole: string[]; broken: string[] } = { whole: [], broken: [] };
          for (const element of texts) {
            for (const [number] of element.textContent.matchAll(/[\d.–]*\d (s\b|秒)/g)) {
              const range = document.createRange();
              const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
              for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const at = node.textContent?.indexOf(number) ?? -1;
                if (at < 0) continue;
                range.setStart(node, at);
                range.setEnd(node, at + number.length);
                const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
                (lines.size > 1 ? found.broken : found.whole).push(number);
              }
            }
          }
          return found;
        });
        assert.deepEqual(broken, []);
        assert.ok(whole.length > 3, whole.join());
      });
    }

    it('keeps the words as they were written where numbers stay whole', async () => {
      const shown = await show('edits', 200);
      const text = shown.page.locator('.change-text').nth(2);
      assert.equal(
        await text.evaluate((element) => element.textContent),
        'Clip "window" moved from 18 s to 22.5 s (3)',
      );
    });
  });
});
