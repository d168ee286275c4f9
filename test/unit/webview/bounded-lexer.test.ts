import assert from 'node:assert/strict';

import fc from 'fast-check';
import { Lexer, type Token } from 'marked';

import { BlockStream } from '../../../webview/markdown/block-stream.ts';
import { BoundedLexer, mostNestedBlocks, mostNestedInline } from '../../../webview/markdown/bounded-lexer.ts';
import { cutBefore, cutIntoPieces, withoutTowers } from '../../../webview/markdown/cut-text.ts';

interface Parent {
  readonly tokens?: readonly Token[];
  readonly items?: readonly Token[];
}

const inside = (token: Token): readonly Token[] => {
  const { tokens, items } = token as Parent;
  return items ?? tokens ?? [];
};
const depth = (tokens: readonly Token[]): number =>
  tokens.reduce((deepest, token) => Math.max(deepest, 1 + depth(inside(token))), 0);
/** The text that is left when everything is taken for plain. */
const leaves = (tokens: readonly Token[]): string =>
  tokens.map((token) => (inside(token).length > 0 ? leaves(inside(token)) : token.raw)).join('');

const lines = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n');

describe('Markdown that somebody wrote to do harm', () => {
  /** A list is a token, and so are its item and the text of that. */
  const deepest = 2 * (mostNestedBlocks + 1) + mostNestedInline + 3;

  for (const [name, text] of Object.entries({
    'quotes in quotes': `${'>'.repeat(5_000)} the end`,
    'spaced quotes': `${'> '.repeat(5_000)}the end`,
    'lists in lists': `${'- '.repeat(5_000)}the end`,
    'numbered lists in lists': `${'1. '.repeat(5_000)}the end`,
    'lists by indentation': `${Array.from({ length: 150 }, (_, at) => `${'  '.repeat(at)}- a\n`).join('')}the end`,
    'quotes and lists by turns': `${'> - '.repeat(2_500)}the end`,
    emphasis: `${`${'*a **b '.repeat(30)}x${'b** a*'.repeat(30)} `.repeat(10)}the end`,
    'emphasis in links': `${'[*a '.repeat(1_000)}${'*](https://b.example)'.repeat(500)}the end`,
  })) {
    it(`is parsed to the end, and no deeper than may be: ${name}`, () => {
      const tokens = new BoundedLexer().lex(text);
      assert.ok(depth(tokens) <= deepest, `${depth(tokens)} deep`);
      assert.match(leaves(tokens), /the end\s*$/);
    });
  }

  it('is searched for emphasis and links a thousand characters at a time', () => {
    const lengths: number[] = [];
    const search = Object.getOwnPropertyDescriptor(Lexer.prototype, 'inlineTokens')!.value as Lexer['inlineTokens'];
    Lexer.prototype.inlineTokens = function (this: Lexer, source: string, tokens?: Token[]): Token[] {
      lengths.push(source.length);
      return search.call(this, source, tokens);
    };
    try {
      new BoundedLexer().lex('a_'.repeat(50_000));
    } finally {
      Lexer.prototype.inlineTokens = search;
    }
    assert.ok(lengths.length >= 100);
    assert.ok(Math.max(...lengths) <= 1_000, `${Math.max(...lengths)} at once`);
  });

  it('is looked through for blocks 16,000 characters at a time, however long it is', () => {
    const text = lines(20_000, (at) => `- item ${at}`);
    const blocks = new BoundedLexer().lexInPieces(text);
    assert.ok(Math.max(...blocks.map(({ raw }) => raw.length)) <= 16_000);
    assert.equal(blocks.map(({ raw }) => raw).join(''), text);
  });

  it('is read as anybody reads it where nobody means harm', () => {
    const text =
      '# A *title*\n\n> - One **bold _and `code`_ and [a link](https://example.com)**\n>   1. two\n>      - three\n\n|a|b|\n|-|-|\n|*1*|2|\n\nEnd.';
    assert.deepEqual(JSON.stringify(new BoundedLexer().lex(text)), JSON.stringify(new Lexer().lex(text)));
  });
});

describe('An answer that is very long', () => {
  it('is parsed at its begin alone, and is the same text with what is left of it', () => {
    const text = lines(5_000, (at) => `- item ${at}`);
    const stream = new BlockStream();
    for (let end = 0; end < text.length; end += 5_000) stream.update(text.slice(0, end), false);
    const blocks = stream.update(text, true);
    const parsed = blocks.map(({ token }) => token.raw).join('');
    assert.ok(parsed.length <= 16_000 && parsed.length > 8_000, `${parsed.length} are parsed`);
    assert.equal(`${parsed.trimEnd()}\n${stream.rest}`, text);
    stream.update(text, true, 40_000);
    assert.ok(text.length - stream.rest.length > 30_000, 'more is parsed where more may be');
    stream.update('short', true);
    assert.equal(stream.rest, '');
  });

  it('keeps the whole of a code block that is cut, up to the line that closes it', () => {
    const code = lines(5_000, (at) => `line ${at}`);
    for (const [after, told] of [
      ['\n```\n\nBehind it.\n', code],
      ['', code],
    ] as const) {
      const stream = new BlockStream();
      const last = stream.update(`Before.\n\n\`\`\`ts\n${code}${after}`, true).at(-1);
      assert.equal(last?.token.type, 'code');
      assert.ok((last.token as { text?: string }).text!.length <= 16_000);
      assert.equal((last.whole?.() as { text?: string } | undefined)?.text, told);
    }
  });

  it('leaves a block that is cut as it is while the rest of it streams in, and has all of it for whoever asks', () => {
    const code = lines(5_000, (at) => `line ${at}`);
    const stream = new BlockStream();
    const last = stream.update(`\`\`\`ts\n${code.slice(0, 20_000)}`, false).at(-1);
    for (let end = 20_000; end < code.length; end += 1_000) {
      assert.equal(stream.update(`\`\`\`ts\n${code.slice(0, end)}`, false).at(-1), last);
    }
    stream.update(`\`\`\`ts\n${code}`, false);
    assert.equal((last?.whole?.() as { text?: string } | undefined)?.text, code);
  });

  it('keeps the whole of a code block of one line', () => {
    const stream = new BlockStream();
    const last = stream.update(`\`\`\`\n${'x'.repeat(50_000)}\n\`\`\`\nBehind it.`, true).at(-1);
    assert.equal((last?.whole?.() as { text?: string } | undefined)?.text, 'x'.repeat(50_000));
  });

  it('keeps the whole of a table that is cut', () => {
    const table = `|a|b|\n|-|-|\n${lines(5_000, (at) => `|${at}|x|`)}`;
    const last = new BlockStream().update(`${table}\n\nBehind it.`, true).at(-1);
    assert.equal(last?.token.type, 'table');
    assert.equal(last.whole?.().raw.trimEnd(), table);
  });

  it('is the same in pieces as in one, where no block is longer than a piece', () => {
    const code = `\`\`\`ts\n${lines(2_000, (at) => `let line${at} = ${at};`)}\n\`\`\``;
    const parts = [
      '# Title',
      'Some *words* and [late].',
      '- one\n- two\n\n  more',
      '| a | b |\n|---|---|\n| 1 | 2 |',
      '> quote',
      code,
    ];
    const text = `${lines(6_000, (at) => `${parts[at % 5] ?? ''}\n`)}\n${parts.join('\n\n')}\n\n[late]: https://example.com\n`;
    const shape = (tokens: readonly Token[]) => JSON.stringify(tokens.filter(({ type }) => type !== 'space'));
    assert.ok(text.length > 80_000);
    assert.equal(shape(new BoundedLexer().lexInPieces(text)), shape(new BoundedLexer().lex(text)));
  });

  it('is cut where nothing is torn, and at the same place while it grows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('word', ' ', '\n', '\n\n', '😀', '中文'), { maxLength: 200 }),
        fc.integer({ min: 2, max: 60 }),
        (parts, limit) => {
          const text = parts.join('');
          const end = cutBefore(text, limit);
          assert.ok(end <= Math.max(limit, 0) && (end > 0 || text === ''));
          assert.ok(text.slice(0, end).isWellFormed());
          if (text.length > limit) assert.equal(cutBefore(`${text.slice(0, limit)}other`, limit), end);
          const pieces = cutIntoPieces(text, limit);
          assert.equal(pieces.join(''), text);
          assert.ok(pieces.every((piece) => piece.length <= limit && piece.isWellFormed()));
        },
      ),
    );
  });

  it('piles no tower of marks on a character, and leaves what writing needs', () => {
    assert.equal(withoutTowers(`Z${'\u0301'.repeat(50_000)}algo`), `Z${'\u0301'.repeat(8)}algo`);
    for (const text of ['Việt Nam', 'שָׁלוֹם', 'ภาษาไทย', 'བསྒྲུབས', '👩‍👩‍👧‍👦❤️']) assert.equal(withoutTowers(text), text);
  });
});
