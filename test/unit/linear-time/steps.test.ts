import assert from 'node:assert/strict';

import fc from 'fast-check';

import { plainWords, refusalError, type FailureContext } from '../../../src/client/service-failures.ts';
import { readStreamMessage } from '../../../src/client/stream-event.ts';
import { translateSentence } from '../../../src/conversation/gui-sentence.ts';
import { exportWishes } from '../../../src/conversation/export-wishes.ts';
import { filesHandedOver, routeMessage } from '../../../src/conversation/route-message.ts';
import { toolLabel } from '../../../src/conversation/tool-label.ts';
import { GuiTranslator } from '../../../src/conversation/translate-gui.ts';
import { streamFailure } from '../../../src/conversation/turn-words.ts';
import { safeFileName } from '../../../src/editor/safe-file-name.ts';
import { BlockStream } from '../../../webview/markdown/block-stream.ts';
import { withUnbrokenNumbers } from '../../../webview/unbroken-numbers.ts';
import { countSteps } from './count-steps.ts';
import { everyRegexp, wordsOf } from './every-regexp.ts';

const context: FailureContext = {
  endpoint: 'POST /run_sse',
  scope: 'write',
  mayRepeat: false,
  webUrl: new URL('https://nemovideo.com'),
  userId: 'anon_1',
  isSignedIn: false,
};
const explain = (refusal: Parameters<typeof refusalError>[1]) => refusalError(context, refusal);

/** What is done with a text from outside, and the steps that each of its characters may cost: some three times the most. */
type Reader = readonly [what: string, stepsPerCharacter: number, read: (text: string) => unknown];

const languageReaders: readonly Reader[] = [
  ['where a message goes', 500, routeMessage],
  ['what a message says about its export', 400, exportWishes],
  ['a sentence of the backend', 800, translateSentence],
  ['an answer that comes at once', 800, (text) => new GuiTranslator().push(text)],
  [
    'an answer as it streams in',
    800,
    (text) => {
      const translator = new GuiTranslator();
      for (let at = 0; at < text.length; at += 40) {
        translator.push(text.slice(at, at + 40));
        translator.pause();
      }
      return translator.end();
    },
  ],
];

const readers: readonly Reader[] = [
  ...languageReaders,
  ['what a message hands over', 300, filesHandedOver],
  ['the words of a refusal', 60, plainWords],
  [
    'a refusal',
    250,
    (message) => [404, 403, 400, 200].map((status) => refusalError(context, { status, serviceCode: 77, message })),
  ],
  [
    'an error in the stream',
    300,
    (message) => [
      readStreamMessage({ data: JSON.stringify({ type: 'error', code: 'X', message }) }, explain),
      readStreamMessage({ data: JSON.stringify({ errorCode: '1002', errorMessage: message }) }, explain),
      readStreamMessage({ data: JSON.stringify({ error: message }) }, explain),
      readStreamMessage({ data: message }, explain),
      streamFailure({ kind: 'error', message }, false, false),
    ],
  ],
  ['the name of a tool', 250, toolLabel],
  ['the name of a file', 150, (text) => safeFileName(text, 'video')],
  ['a text with numbers', 150, withUnbrokenNumbers],
  [
    'an answer on the page',
    60,
    (text) => {
      const blocks = new BlockStream();
      for (let at = 0; at < text.length; at += 1000) blocks.update(text.slice(0, at + 1000), at + 1000 < text.length);
    },
  ],
];

/** The product's own expressions: of a library's that it calls it does not answer. */
const ours = new Set<string>();
const longest = 10_000;
function assertCheap(text: string, which: readonly Reader[]): void {
  for (const [what, stepsPerCharacter, read] of which) {
    const budget = stepsPerCharacter * (text.length + 100);
    const isOurs = ({ source, flags }: RegExp) => ours.has(`/${source}/${flags}`);
    const steps = countSteps(budget, () => void read(text), isOurs);
    assert.ok(steps <= budget, `${what}: more than ${budget} steps for ${JSON.stringify(text.slice(0, 200))}…`);
  }
}

describe('The steps that a text from outside can cost', () => {
  let words: readonly string[];
  before(async () => {
    const all = await everyRegexp();
    for (const { source, flags } of all) ours.add(`/${source}/${flags}`);
    const shown = all.flatMap(wordsOf);
    words = [...new Set(shown.map((word) => word.trim()).filter((word) => word !== ''))].sort();
  });

  it('are counted, and more than linear where an expression is', () => {
    const trailing = (length: number) => countSteps(1e9, () => void /\s+$/.test(`${' '.repeat(length)}x`));
    assert.ok(trailing(2000) > 10 * trailing(500));
    const nested = countSteps(1e6, () => void /^(?:a|aa)*b/.test('a'.repeat(100)));
    assert.ok(nested > 1e6);
    let found: unknown;
    const once = countSteps(1e6, () => (found = 'x 12 y'.replace(/(?<n>\d)(\d)/, '[$2$<n>]').split(/\s+/)));
    assert.deepEqual(found, ['x', '[21]', 'y']);
    assert.ok(once < 1000);
    assert.deepEqual('a b'.split(/ /), ['a', 'b']);
  });

  it('do not grow with the length of an error, of which only the beginning is shown', () => {
    for (const word of ['session ', '<a ', 'nmv_ ', ' ', '会话', 'a']) {
      const cost = (length: number) => {
        const message = word.repeat(length / word.length);
        return countSteps(1e8, () => {
          plainWords(message);
          refusalError(context, { status: 404, serviceCode: 77, message });
        });
      };
      assert.ok(cost(4_000_000) <= 2 * cost(4_000), word);
    }
  });

  it('stay within a budget for each word that the product knows, repeated', function () {
    this.timeout(300_000);
    for (const word of words) {
      for (const joint of /\p{Script=Han}/u.test(word) ? [''] : ['', ' ']) {
        // Only short messages can be intents.
        for (const length of [98, 2000]) {
          assertCheap(`${(word + joint).repeat(length).slice(0, length)}面板。`, languageReaders);
        }
      }
    }
  });

  it('stay within a budget for words that the product knows, joined', function () {
    this.timeout(300_000);
    const joint = fc.constantFrom('', ' ', ', ', '，', '. ', '。', '\n', '\n- ', '"', '[');
    const part = fc.tuple(fc.constantFrom(...words), joint);
    const end = fc.constantFrom(...words);
    const length = fc.oneof(fc.integer({ min: 1, max: 98 }), fc.integer({ min: 1, max: longest }));
    const text = fc.tuple(fc.array(part, { minLength: 1, maxLength: 5 }), length, end).map(([parts, length, end]) => {
      const once = parts.flat().join('');
      return once.repeat(Math.ceil(length / once.length)).slice(0, length) + end;
    });
    fc.assert(
      fc.property(text, (one) => assertCheap(one, readers)),
      { numRuns: 200 },
    );
  });
});
