import assert from 'node:assert/strict';

import type { Locator } from 'playwright-core';

import { PreviewBrowser } from './preview-browser.ts';
import { ShownPage } from './shown-page.ts';

const times = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join('');

/** Answers that are long or deep enough to stop a page that draws all that it is told; each ends in the same words. */
const answers: Readonly<Record<string, string>> = {
  'a list of 50 KB': times(6_000, (at) => `- ${at}\n`),
  '5,000 quotes in quotes': `${'>'.repeat(5_000)} `,
  '5,000 lists in lists': '- '.repeat(5_000),
  '5,000 numbered lists in lists': '1. '.repeat(5_000),
  '100,000 cells of a table': `|${'a|'.repeat(100)}\n|${'-|'.repeat(100)}\n${times(1_000, () => `|${'1|'.repeat(100)}\n`)}`,
  'one line of 1 MB': 'x'.repeat(1_000_000),
  'one line of 1 MB of digits': '1'.repeat(1_000_000),
  '10,000 links': times(10_000, (at) => `[${at}](https://example.com/${at}) `),
  'emphasis in emphasis': `${'*a **b '.repeat(5_000)}${' b** a*'.repeat(5_000)}`,
  'a code block of 1 MB': `\`\`\`\n${'code and code\n'.repeat(75_000)}\`\`\`\n\n`,
  'a code block of one line of 1 MB': `\`\`\`\n${'x'.repeat(1_000_000)}\n\`\`\`\n\n`,
  '50,000 marks on one letter': `Z${'\u0301'.repeat(50_000)} `,
  '50,000 brackets': '['.repeat(50_000),
};
const end = 'the very end';

describe('An answer that somebody wrote to do harm', function () {
  this.timeout(60_000);
  const preview = PreviewBrowser.forSuite();

  async function answered(text: string): Promise<{ readonly shown: ShownPage; readonly answer: Locator }> {
    const shown = new ShownPage(await preview.newPage({ viewport: { width: 400, height: 800 } }));
    await shown.page.goto(`${preview.url}/?scene=first&theme=dark`);
    await shown.composer.waitFor();
    await shown.post({ type: 'messageAdded', message: { id: 'h', role: 'assistant', text, atMs: 0, state: 'done' } });
    await shown.drawn();
    return { shown, answer: shown.log.getByRole('article', { name: /^Nemo/ }) };
  }

  /** What is drawn: how many elements, how deep, how many characters. */
  const drawn = (answer: Locator) =>
    answer.locator('nemo-markdown').evaluate((view) => {
      const depth = (element: Element): number => 1 + Math.max(0, ...[...element.children].map(depth));
      const deepest = [...view.children].reduce((most, child) => Math.max(most, depth(child)), 0);
      return { elements: view.querySelectorAll('*').length, depth: deepest, characters: view.textContent.length };
    });

  for (const [name, text] of Object.entries(answers)) {
    it(`is drawn in part, and whole when that is asked for: ${name}`, async () => {
      const { shown, answer } = await answered(text + end);
      const first = await drawn(answer);
      assert.ok(first.characters > 0, 'nothing is drawn');
      assert.ok(first.elements <= 12_000, `${first.elements} elements`);
      assert.ok(first.depth <= 40, `${first.depth} deep`);
      assert.ok(first.characters <= 20_000, `${first.characters} characters`);
      const all = answer.getByRole('button', { name: 'Show all' });
      if (text.length > 16_000) {
        assert.ok(!(await answer.innerText()).includes(end));
        await all.click();
      }
      await answer.getByText(end).waitFor({ state: 'attached' });
      assert.equal(await all.count(), 0);
      const whole = await drawn(answer);
      assert.ok(whole.elements <= 100_000, `${whole.elements} elements`);
      assert.ok(whole.depth <= 40, `${whole.depth} deep`);
      await shown.button('Copy the answer').click();
      assert.equal((await shown.intent('copy')).text, text + end);
      assert.deepEqual(shown.complaints, []);
    });
  }

  it('is drawn in part while it streams in, and goes on after it was asked for whole', async () => {
    const { shown, answer } = await answered('x');
    const message = { id: 's', role: 'assistant', atMs: 0 } as const;
    await shown.post({ type: 'messageAdded', message: { ...message, text: '', state: 'running' } });
    const streaming = answer.last();
    const part = times(2_000, (at) => `- item ${at}\n`);
    await shown.post({ type: 'textAppended', id: 's', at: 0, text: part });
    await streaming.getByRole('button', { name: 'Show all' }).click();
    await streaming.getByText('item 1999').waitFor();
    await shown.post({ type: 'textAppended', id: 's', at: part.length, text: end });
    await streaming.getByText(end).waitFor();
    await shown.post({ type: 'messageChanged', id: 's', message: { ...message, state: 'done' } });
    await streaming.locator('li', { hasText: 'item 1999' }).waitFor();
    assert.equal(await streaming.getByRole('button', { name: 'Show all' }).count(), 0);
  });

  it('has its items’ directions told for each by itself, and their marks where they begin', async () => {
    const { answer } = await answered('- first\n- שלום\n  - inner\n\n> 1. quoted\n');
    const told = await answer.locator('nemo-markdown').evaluate((view) => ({
      around: view.querySelectorAll(':is(ul, ol, blockquote)[dir]').length,
      items: [...view.querySelectorAll('li')].map((item) => {
        const { direction, marginLeft, marginRight } = getComputedStyle(item);
        return [
          item.getAttribute('dir'),
          direction,
          Number.parseFloat(marginLeft) > 10,
          Number.parseFloat(marginRight) > 10,
        ];
      }),
    }));
    assert.deepEqual(told, {
      around: 0,
      items: [
        ['auto', 'ltr', true, false],
        ['auto', 'rtl', false, true],
        ['auto', 'ltr', true, false],
        ['auto', 'ltr', true, false],
      ],
    });
  });

  it('is shown whole by keyboard, and the keyboard goes on where the text ended', async () => {
    const { shown, answer } = await answered(times(1_000, (at) => `Paragraph ${at} of a long answer.\n\n`));
    const all = answer.getByRole('button', { name: 'Show all' });
    const before = await answer.locator('nemo-markdown > p').count();
    await all.focus();
    await shown.page.keyboard.press('Enter');
    await all.waitFor({ state: 'detached' });
    const focused = answer.locator('nemo-markdown > p:focus');
    assert.equal(await focused.innerText(), `Paragraph ${before} of a long answer.`);
  });

  it('gives all of a cut code block and of a cut table to their buttons', async () => {
    const code = times(2_000, (at) => `line ${at}\n`).trimEnd();
    const first = await answered(`\`\`\`ts\n${code}\n\`\`\`\n\nBehind it.`);
    await first.shown.button('Copy code').click();
    assert.equal((await first.shown.intent('copy')).text, code);
    await first.shown.button('Insert code at the cursor').click();
    assert.equal((await first.shown.intent('insertAtCursor')).text, code);

    const table = `|a|b|\n|-|-|\n${times(3_000, (at) => `|${at}|x|\n`)}`.trimEnd();
    const second = await answered(`${table}\n\nBehind it.`);
    await second.answer.getByText('3000 rows').or(second.answer.getByText('3,000 rows')).waitFor();
    await second.shown.button('Open table as a document').click();
    assert.equal((await second.shown.intent('openAsDocument')).text, table);
  });
});
