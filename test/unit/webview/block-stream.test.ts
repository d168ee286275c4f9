import assert from 'node:assert/strict';

import fc from 'fast-check';
import { Lexer, type Token } from 'marked';

import { BlockStream } from '../../../webview/markdown/block-stream.ts';

const whole = (text: string): Token[] => new Lexer().lex(text).filter(({ type }) => type !== 'space' && type !== 'def');
const plain = (tokens: readonly Token[]): unknown => JSON.parse(JSON.stringify(tokens));
const shape = (tokens: readonly Token[]) => tokens.map(({ type, raw }) => ({ type, raw: raw.trimEnd() }));

/** Pieces that meet in ways that are easy to get wrong. */
const pieces = [
  'plain words',
  ' ',
  '\n',
  '\n\n',
  '\r\n',
  '- item',
  '  - nested',
  '1. first',
  '> quote',
  '# Title',
  '===',
  '---',
  '```',
  '```ts\n',
  '~~~',
  '    indented',
  '| a | b |',
  '|---|:-:|',
  '**bold**',
  '*',
  '`code`',
  '<b>html</b>',
  '<!-- note',
  '-->',
  '[link](https://example.com)',
  '[late]',
  '[late]: https://example.com/late',
  '中文,标点。',
  '😀',
  '\t',
];
const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 24 }).map((parts) => parts.join(''));

/** Cuts a text at random places. */
const chunked = fc.tuple(texts, fc.array(fc.nat(), { maxLength: 12 })).map(([text, cuts]) => {
  const at = [...new Set(cuts.map((cut) => (text.length === 0 ? 0 : cut % text.length)))].sort((a, b) => a - b);
  return { text, ends: [...at, text.length] };
});

describe('An answer that streams in', () => {
  it('ends as the very blocks that the whole text has, however it was cut', () => {
    fc.assert(
      fc.property(chunked, ({ text, ends }) => {
        const stream = new BlockStream();
        for (const end of ends) stream.update(text.slice(0, end), false);
        const blocks = stream.update(text, true);
        assert.deepEqual(plain(blocks.map(({ token }) => token)), plain(whole(text)));
      }),
      { numRuns: 1000 },
    );
  });

  it('shows at every moment the blocks that the text so far has', () => {
    fc.assert(
      fc.property(chunked, ({ text, ends }) => {
        // A definition that comes late changes blocks that were put away; that is set right at the end.
        fc.pre(!text.includes(']:'));
        const stream = new BlockStream();
        for (const end of ends) {
          const blocks = stream.update(text.slice(0, end), false);
          assert.deepEqual(shape(blocks.map(({ token }) => token)), shape(whole(text.slice(0, end))));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps the blocks that are done, so that only the last one is drawn again', () => {
    const stream = new BlockStream();
    const first = stream.update('One.\n\nTwo.\n\nThr', false);
    const second = stream.update('One.\n\nTwo.\n\nThree.\nAnd', false);
    const third = stream.update('One.\n\nTwo.\n\nThree.\nAnd more', true);
    assert.equal(second.length, 3);
    assert.equal(second[0], third[0]);
    assert.equal(second[1], third[1]);
    assert.notEqual(first[2], third[2]);
  });

  it('grows an open code fence without ending it early', () => {
    const lines = Array.from({ length: 200 }, (_, at) => `line ${at} \`\`\` not the end`).join('\n');
    const text = `Before\n\n\`\`\`ts\n${lines}\n\`\`\`\nafter`;
    const stream = new BlockStream();
    for (let end = 0; end <= text.length; end += 7) {
      const blocks = stream.update(text.slice(0, end), false);
      assert.deepEqual(
        shape(blocks.map(({ token }) => token)),
        shape(whole(text.slice(0, end))),
        `after ${end} characters`,
      );
    }
    assert.deepEqual(plain(stream.update(text, true).map(({ token }) => token)), plain(whole(text)));
  });

  it('resolves a link whose definition comes last', () => {
    const stream = new BlockStream();
    stream.update('See [the docs][d].\n\nMore.\n\n', false);
    const [first] = stream.update('See [the docs][d].\n\nMore.\n\n[d]: https://example.com\n', true);
    assert.match(JSON.stringify(first?.token), /"type":"link"/);
  });

  it('starts anew when the text is another one', () => {
    const stream = new BlockStream();
    stream.update('# One\n\nTwo', false);
    const blocks = stream.update('Something else', true);
    assert.deepEqual(plain(blocks.map(({ token }) => token)), plain(whole('Something else')));
  });
});
