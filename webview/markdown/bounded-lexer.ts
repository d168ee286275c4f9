import { Lexer, type Token, type TokensList } from 'marked';

import { closingLine } from './closing-line.ts';
import { cutBefore } from './cut-text.ts';

/** So many lists and quotes may stand within each other; what is deeper is plain text. */
export const mostNestedBlocks = 6;
/** So many emphases and links. */
export const mostNestedInline = 5;
/** A paragraph is searched for emphasis and links so many characters at a time: its rules take more than linear time. */
const mostInlineAtOnce = 1_000;
/** Blocks are looked for in so many characters at a time, for the same reason. */
const mostAtOnce = 16_000;

/** The parser, for text that anybody may have written: its work grows with the text's length alone, and so does its stack. */
export class BoundedLexer extends Lexer {
  #blocksAround = 0;
  #inlinesAround = 0;

  /**
   * The tokens of a text of any length with plain line ends, piece by piece: a piece ends where a block ends, unless the block
   * is longer than a piece may be and is no code.
   */
  lexInPieces(source: string): Token[] {
    const all: Token[] = [];
    for (let at = 0; at < source.length;) {
      const end = pieceEnd(source, at);
      const tokens = this.blockTokens(source.slice(at, end), []);
      const done = end === source.length ? tokens : beforeLast(tokens);
      const raw = done.map((token) => token.raw).join('');
      // The parser may leave characters out of a token's raw text; then nothing can be counted off.
      const isPart = done.length < tokens.length && source.startsWith(raw, at);
      all.push(...(isPart ? done : tokens));
      at = isPart ? at + raw.length : end;
    }
    for (const { src, tokens } of this.inlineQueue) {
      this.state.inRawBlock = false;
      this.inlineTokens(src, tokens);
    }
    this.inlineQueue = [];
    return all;
  }

  override blockTokens(source: string, tokens?: Token[], lastParagraphClipped?: boolean): Token[];
  override blockTokens(source: string, tokens?: TokensList, lastParagraphClipped?: boolean): TokensList;
  override blockTokens(source: string, tokens: Token[] = [], lastParagraphClipped?: boolean): Token[] {
    if (this.#blocksAround > mostNestedBlocks) {
      tokens.push({ type: 'text', raw: source, text: source });
      return tokens;
    }
    this.#blocksAround += 1;
    try {
      return super.blockTokens(source, tokens, lastParagraphClipped);
    } finally {
      this.#blocksAround -= 1;
    }
  }

  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    if (this.#inlinesAround >= mostNestedInline) {
      tokens.push({ type: 'text', raw: source, text: source });
      return tokens;
    }
    this.#inlinesAround += 1;
    try {
      for (let at = 0; at < source.length;) {
        const end = cutBefore(source, at + mostInlineAtOnce, at);
        super.inlineTokens(at === 0 && end === source.length ? source : source.slice(at, end), tokens);
        at = end;
      }
      return tokens;
    } finally {
      this.#inlinesAround -= 1;
    }
  }
}

/** The tokens but for the last block, which may go on behind them; all of them where there is no other. */
function beforeLast(tokens: readonly Token[]): readonly Token[] {
  const last = tokens.findLastIndex(({ type }) => type !== 'space');
  return last < 1 ? tokens : tokens.slice(0, last);
}

function pieceEnd(source: string, at: number): number {
  const end = cutBefore(source, at + mostAtOnce, at);
  if (end === source.length) return end;
  const lineEnd = source.indexOf('\n', at);
  const marks = /^ {0,3}(`{3,}|~{3,})/.exec(source.slice(at, lineEnd))?.[1];
  if (lineEnd < 0 || lineEnd >= end || marks === undefined) return end;
  const contentsAt = lineEnd + 1;
  const closing = closingLine(source.slice(contentsAt), marks);
  return closing ? Math.max(end, contentsAt + closing.end) : source.length;
}
