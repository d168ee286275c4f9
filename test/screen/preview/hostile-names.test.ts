import assert from 'node:assert/strict';

import type { ChatMessage, ChatState } from '../../../src/conversation/chat-state.ts';
import type { TimelineChange } from '../../../src/timeline/timeline-model.ts';
import { PreviewBrowser } from './preview-browser.ts';
import { scene } from './scenes.ts';
import { ShownPage } from './shown-page.ts';

/** A name that turns all that follows it around, and hides a letter, a bell and an open isolate. */
const hostile = (name: string) => `\u202e${name}\u200b\u0007\u2066`;
const hebrew = 'שלום';

const clipChange = (clipId: string, title: string, sentence: string): TimelineChange => ({
  kind: 'changed',
  trackIndex: 1,
  trackKind: 'video',
  clipId,
  title,
  startMs: 0,
  endMs: 5_000,
  sentence,
});

const changes = [
  clipChange('a', hostile('gpm.piz'), `Clip "${hostile('gpm.piz')}": 0:05 → 0:03`),
  clipChange('b', hebrew, `Clip "${hebrew}" 0:05 → 0:03`),
];

const entry = (id: string, role: ChatMessage['role'], rest: Partial<ChatMessage>): ChatMessage => ({
  id,
  role,
  text: '',
  atMs: 0,
  state: role === 'user' ? 'sent' : 'done',
  ...rest,
});

/** Every name that a stranger can choose, chosen to do harm. */
function hostileState(): ChatState {
  const steps = [{ kind: 'showLog', label: hostile('Show Log') }] as const;
  return {
    ...scene('first'),
    connection: { kind: 'failed', message: `No word from "${hostile('host')}".`, steps },
    sessionName: hostile('Summer film'),
    timeline: {
      tracks: [
        {
          index: 1,
          kind: 'video',
          title: hostile('Main'),
          clips: [
            { id: 'a', title: hostile('gpm.piz'), startMs: 0, durationMs: 5_000, effects: [hostile('Warm')] },
            { id: 'b', title: hebrew, startMs: 5_000, durationMs: 5_000 },
          ],
        },
        {
          index: 2,
          kind: 'text',
          title: 'Title',
          clips: [{ id: 't', title: 'Title', text: hostile('a title'), startMs: 0, durationMs: 5_000 }],
        },
      ],
      durationMs: 10_000,
    },
    messages: [
      entry('n', 'notice', { text: `${hostile('talk.mp4')} is uploaded: 0:42` }),
      entry('u', 'user', { text: hostile('my words'), attachments: [hostile('talk.mp4'), hebrew] }),
      entry('c', 'assistant', { changes, finding: { text: `“${hostile('gpm.piz')}” is not 3 s long.`, actions: [] } }),
      entry('f', 'assistant', {
        state: 'failed',
        error: { code: 'x', message: `"${hostile('talk.mp4')}" is gone.` },
        actions: steps,
      }),
      entry('q', 'assistant', {
        question: {
          questions: [
            {
              id: 'which',
              prompt: `Which one?\n${hostile('talk.mp4')}`,
              options: [{ id: 'it', label: hostile('talk.mp4') }],
              allowMultiple: false,
            },
          ],
        },
      }),
      entry('r', 'assistant', {
        state: 'running',
        activity: { label: `Reading ${hostile('talk.mp4')}`, sinceMs: 0 },
      }),
    ],
    transfers: [
      {
        id: 'u1',
        kind: 'upload',
        name: hostile('talk.mp4'),
        phase: 'sending',
        percent: 71,
        bytesPerSecond: 3e6,
        message: `"${hostile('talk.mp4')}" waits`,
        actions: [{ kind: 'cancelTransfer', label: hostile('Cancel'), argument: 'u1' }],
      },
    ],
    attachments: [
      { id: 'a1', name: hostile('talk.mp4'), state: 'ready' },
      { id: 'a2', name: hebrew, state: 'ready' },
    ],
  };
}

describe('Names that somebody chose to do harm', function () {
  this.timeout(60_000);
  const preview = PreviewBrowser.forSuite();

  async function show(): Promise<ShownPage> {
    const shown = new ShownPage(await preview.newPage({ viewport: { width: 700, height: 1_400 } }));
    await shown.page.addInitScript(() => {
      const drawn: string[] = [];
      Object.assign(window, { drawnWords: drawn });
      type Words = [text: string, x: number, y: number, most?: number];
      const canvas = CanvasRenderingContext2D.prototype as unknown as {
        fillText: (this: CanvasRenderingContext2D, ...words: Words) => void;
      };
      const { fillText } = canvas;
      canvas.fillText = function (...words) {
        drawn.push(words[0]);
        fillText.apply(this, words);
      };
    });
    await shown.page.goto(`${preview.url}/?scene=first&theme=dark`);
    await shown.composer.waitFor();
    await shown.post({ type: 'snapshot', state: hostileState() as never, session: 'hostile' });
    await shown.page.getByRole('treeitem', { name: /gpm\.piz/ }).waitFor({ state: 'attached' });
    await shown.drawn();
    return shown;
  }

  const select = async (shown: ShownPage) => {
    await shown.page.locator('.clip-tree').focus();
    await shown.page.keyboard.press('ArrowRight');
    await shown.page.locator('.details-name').waitFor();
  };

  it('leave nothing in the page that turns the text around it or hides, seen or read aloud', async () => {
    const shown = await show();
    await select(shown);
    await shown.post({ type: 'preview', place: { kind: 'clip', clipId: 'a' } });
    await shown.page.locator('.preview-name').waitFor();
    const found = await shown.page.evaluate(() => {
      const harmful = /[\p{Cf}\p{Cc}]/u;
      const escaped = (text: string) => text.replace(/[^ -~]/gu, (one) => `\\u{${one.codePointAt(0)!.toString(16)}}`);
      const places: string[] = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node instanceof Element ? node : node.parentElement;
        // What the user wrote is shown as it was written, in a paragraph of its own.
        if (!element || element.closest('script, style, .bubble-text')) continue;
        const texts = node instanceof Element ? [...node.attributes].map(({ value }) => value) : [node.nodeValue ?? ''];
        for (const text of texts) {
          // The page's own templates have line breaks in them.
          if (harmful.test(text.replaceAll('\n', '')))
            places.push(`${element.localName}.${element.className}: ${escaped(text)}`);
        }
      }
      return places;
    });
    assert.deepEqual(found, []);
    const said = await shown.page.locator('#clip-0-0').getAttribute('aria-label');
    assert.match(said ?? '', /^gpm\.piz, 0:00–0:05, 5 s, Warm/);
    assert.deepEqual(shown.complaints, []);
  });

  it('have a direction of their own, and leave that of their neighbours alone', async () => {
    const shown = await show();
    await select(shown);
    const isolated = {
      session: '.session',
      track: '.gutter-row > span:last-child',
      details: '.details-name',
      notice: '.notice-line > span:last-child',
      sent: '.sent-files li > span:last-child',
      change: '.change-text bdi',
      finding: '.finding bdi',
      error: '.error-box bdi',
      prompt: '.question legend',
      option: '.choice:nth-of-type(1) > span',
      transfer: '.transfer-name',
      transferMessage: '.transfer-message bdi',
      chip: '.chip-name',
    };
    for (const [what, selector] of Object.entries(isolated)) {
      const all = await shown.page
        .locator(selector)
        .evaluateAll((elements) => elements.map((one) => getComputedStyle(one).unicodeBidi));
      assert.ok(all.length > 0, `${what} is not shown`);
      assert.deepEqual(new Set(all), new Set(['isolate']), what);
    }
    const sentence = shown.page.locator('.change-text', { hasText: hebrew });
    assert.equal(await sentence.textContent(), `Clip "${hebrew}" 0:05 → 0:03`);
    // Where the words stand that come before, in and behind the name, from left to right.
    const edges = await sentence.evaluate(
      (line, words) => {
        const texts: Text[] = [];
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) texts.push(walker.currentNode as Text);
        return words.map((word) => {
          const text = texts.find(({ data }) => data.includes(word))!;
          const range = new Range();
          range.setStart(text, text.data.indexOf(word));
          range.setEnd(text, text.data.indexOf(word) + word.length);
          return range.getBoundingClientRect().left;
        });
      },
      ['Clip', hebrew, '0:05', '0:03'],
    );
    assert.deepEqual(
      edges.toSorted((a, b) => a - b),
      edges,
    );
  });

  it('are drawn on the timeline without what turns or hides', async () => {
    const shown = await show();
    const words = await shown.page.evaluate(() => (window as unknown as { drawnWords: string[] }).drawnWords);
    assert.ok(words.includes('gpm.piz'), 'the clip’s name is drawn');
    assert.ok(words.includes('a title'), 'the title’s words are drawn');
    assert.deepEqual(
      words.filter((text) => /[\p{Cf}\p{Cc}]/u.test(text)),
      [],
    );
  });

  it('are copied, and put into the message, as they are', async () => {
    const shown = await show();
    const answer = shown.log.getByRole('article').filter({ has: shown.page.locator('nemo-change-card') });
    await answer.getByRole('button', { name: 'Copy the answer' }).click();
    assert.equal((await shown.intent('copy')).text, changes.map(({ sentence }) => `- ${sentence}`).join('\n'));
    await select(shown);
    await shown.button('Ask Nemo about this clip').click();
    assert.ok((await shown.composer.inputValue()).includes(hostile('gpm.piz')));
  });
});
