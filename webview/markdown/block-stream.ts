import type { Token, Tokens } from 'marked';

import { BoundedLexer } from './bounded-lexer.ts';
import { closingLine } from './closing-line.ts';
import { cutBefore } from './cut-text.ts';

/** One block of an answer. A block whose text did not change is the very same object from update to update. */
export interface MarkdownBlock {
  readonly token: Token;
  /** Where `token` may be only the begin of a block: all of it, as far as it has come. */
  readonly whole?: () => Token;
}

/** At most so many characters of an answer that still grows are parsed. */
export const mostGrowing = 16_000;

/** A code fence at the end of the text that has not been closed yet. */
interface OpenFence {
  readonly token: Tokens.Code;
  /** What opens it: backquotes or tildes. */
  readonly marks: string;
  /** Where its contents begin, in the source. */
  readonly contentsAt: number;
  /** Where it begins, in the source. */
  readonly at: number;
}

/**
 * Parses markdown that grows at its end, a block at a time: what can no longer change is parsed once and kept, only the
 * rest is parsed again. When the text is complete, everything is parsed once more, since a late link definition can
 * change an early block; what comes out is what parsing the whole text at once gives. Of a very long text only the begin
 * is parsed: {@link rest} is what is left of it.
 */
export class BlockStream {
  #raw = '';
  /** The text with plain line ends, as the parser counts. */
  #text = '';
  /** As much of it as is parsed. */
  #source = '';
  #frozen: MarkdownBlock[] = [];
  #frozenLength = 0;
  #blocks: readonly MarkdownBlock[] = [];
  /** The last of them, where text is left behind it. */
  #cut: MarkdownBlock | undefined;
  #fence: OpenFence | undefined;
  #links: Tokens.Def[] = [];
  /** Some parse has met the definition of a link. */
  #defined = false;
  #complete = false;

  /**
   * @param text the whole text so far; where it does not go on from the text before, everything starts anew.
   * @param complete no more text will come.
   * @param most so many characters are parsed at most; never fewer than the time before.
   */
  update(text: string, complete: boolean, most = mostGrowing): readonly MarkdownBlock[] {
    // `startsWith` compares letter by letter, which takes a hundred times as long.
    const begin = text.slice(0, this.#raw.length);
    if (begin !== this.#raw) this.#reset();
    const grown = text.slice(this.#raw.length);
    // A line end that was cut in two has been counted when its first half came.
    const added = this.#raw.endsWith('\r') && grown.startsWith('\n') ? grown.slice(1) : grown;
    this.#raw = text;
    this.#text += added.replace(/\r\n?/g, '\n');
    const source = this.#text.slice(0, cutBefore(this.#text, most));
    if (source !== this.#source || complete !== this.#complete) {
      this.#source = source;
      this.#complete = complete;
      this.#blocks = complete ? this.#parseAll() : this.#parseTail();
      this.#cut = undefined;
    }
    return this.rest === '' ? this.#blocks : this.#withWhole();
  }

  /** What comes behind the last block and was not parsed. */
  get rest(): string {
    return this.#text.slice(this.#source.length);
  }

  /**
   * The blocks, the last one with what the rest has of it: whoever takes it away wants all of it. It is looked for only then,
   * since the rest grows with every piece of text.
   */
  #withWhole(): readonly MarkdownBlock[] {
    const token = this.#blocks.at(-1)?.token;
    if (!token) return this.#blocks;
    this.#cut ??= { token, whole: () => this.#wholeCode(token) ?? this.#wholeTable(token) ?? token };
    return [...this.#blocks.slice(0, -1), this.#cut];
  }

  #wholeCode(last: Token): Token | undefined {
    const fence = this.#openFence(last);
    if (!fence) return undefined;
    const { rest } = this;
    // A closing line is a whole line.
    const line = this.#source.endsWith('\n') ? 0 : rest.indexOf('\n') + 1;
    const closed = closingLine(rest.slice(line), fence.marks)?.at;
    const contents =
      this.#source.slice(fence.contentsAt) + rest.slice(0, closed === undefined ? undefined : line + closed);
    return { ...fence.token, text: contents.endsWith('\n') ? contents.slice(0, -1) : contents };
  }

  #wholeTable(last: Token): Token | undefined {
    if (last.type !== 'table' || !this.#source.endsWith(last.raw) || last.raw.endsWith('\n\n')) return undefined;
    const { rest } = this;
    const end = /\n[ \t]*\n/.exec(rest)?.index;
    return { ...last, raw: last.raw + rest.slice(0, end) };
  }

  #reset(): void {
    this.#raw = '';
    this.#text = '';
    this.#source = '';
    this.#frozen = [];
    this.#frozenLength = 0;
    this.#fence = undefined;
    this.#links = [];
    this.#defined = false;
    this.#blocks = [];
  }

  #parseAll(): readonly MarkdownBlock[] {
    const grown = this.#fence?.token;
    this.#fence = undefined;
    const lexer = new BoundedLexer();
    const tokens = visible(lexer.lexInPieces(this.#source));
    // Without definitions, now or half-written on the way here, a block depends on its own text alone.
    const alone = !this.#defined && Object.keys(lexer.tokens.links).length === 0;
    return tokens.map((token, at) => {
      const old = this.#blocks[at];
      const same = alone && old?.token.type === token.type && old.token.raw === token.raw && old.token !== grown;
      return same ? old : { token };
    });
  }

  #parseTail(): readonly MarkdownBlock[] {
    const longer = this.#fence && this.#growFence(this.#fence);
    if (longer) {
      this.#fence = longer;
      return [...this.#blocks.slice(0, -1), { token: longer.token }];
    }
    this.#fence = undefined;
    const tail = this.#source.slice(this.#frozenLength);
    const lexer = new BoundedLexer();
    for (const definition of this.#links) lexer.tokens.links[definition.tag] = definition;
    const tokens = lexer.lex(tail);
    this.#defined ||= Object.keys(lexer.tokens.links).length > 0;
    this.#freeze(tokens, tail);
    const rest = visible(tokens.slice(this.#firstKept));
    this.#fence = this.#openFence(tokens.at(-1));
    return [...this.#frozen, ...rest.map((token) => ({ token }))];
  }

  /** Position of the first token that was not frozen by the last call of `#freeze`. */
  #firstKept = 0;

  /**
   * Puts away all blocks before the last one, once that one has begun for certain: its first line is complete, and where
   * no blank line parts it from the block above, the second too (half a line of dashes can take a line away from the
   * paragraph above, and the other half give it back).
   */
  #freeze(tokens: readonly Token[], tail: string): void {
    this.#firstKept = 0;
    const last = tokens.findLastIndex(({ type }) => type !== 'space');
    if (last < 1) return;
    const parted = /\n[ \t]*\n$/.test(tokens[last - 1]?.raw ?? '');
    if (!(parted ? /\n/ : /\n.*\n/).test(tokens[last]?.raw ?? '')) return;
    const done = tokens.slice(0, last);
    const length = done.reduce((sum, { raw }) => sum + raw.length, 0);
    // The parser may leave characters out of a token's raw text; then nothing can be counted off.
    if (!tail.startsWith(done.map(({ raw }) => raw).join(''))) return;
    const fresh = visible(done);
    const offset = this.#frozen.length;
    this.#frozen.push(
      ...fresh.map((token, at) => {
        const old = this.#blocks[offset + at];
        return old?.token.type === token.type && old.token.raw === token.raw ? old : { token };
      }),
    );
    for (const token of done) if (isDefinition(token)) this.#links.push(token);
    this.#frozenLength += length;
    this.#firstKept = last;
  }

  #openFence(last: Token | undefined): OpenFence | undefined {
    if (!last || !isCode(last) || last.codeBlockStyle === 'indented') return undefined;
    const at = this.#source.length - last.raw.length;
    const firstLine = last.raw.slice(0, last.raw.indexOf('\n') + 1);
    const [marks] = /^(?:`{3,}|~{3,})/.exec(firstLine) ?? [];
    // Where the parser shifted the contents to the left it must go on doing so.
    if (marks === undefined || !this.#source.endsWith(last.raw)) return undefined;
    const contentsAt = at + firstLine.length;
    if (closingLine(this.#source.slice(contentsAt), marks) !== undefined) return undefined;
    return { token: last, marks, contentsAt, at };
  }

  /** The fence with the text that came since, or undefined where it may have been closed. */
  #growFence(fence: OpenFence): OpenFence | undefined {
    const seen = fence.at + fence.token.raw.length;
    const lineStart = this.#source.lastIndexOf('\n', seen - 1) + 1;
    const lines = this.#source.slice(Math.max(lineStart, fence.contentsAt));
    if (closingLine(lines, fence.marks) !== undefined) return undefined;
    const raw = this.#source.slice(fence.at);
    const contents = this.#source.slice(fence.contentsAt);
    const text = contents.endsWith('\n') ? contents.slice(0, -1) : contents;
    return { ...fence, token: { ...fence.token, raw, text } };
  }
}

const isDefinition = (token: Token): token is Tokens.Def => token.type === 'def';
const isCode = (token: Token): token is Tokens.Code => token.type === 'code';

/** What can be seen: not the blank lines between blocks, nor the definitions of links. */
function visible(tokens: readonly Token[]): Token[] {
  return tokens.filter(({ type }) => type !== 'space' && type !== 'def');
}
