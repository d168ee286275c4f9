import { Lexer, type Token, type TokensList } from 'marked';

import { cutBefore } from './cut-text.ts';

/** So many lists and quotes may stand within each other; what is deeper is plain text. */
export const mostNestedBlocks = 6;
/** So many emphases and links. */
export const mostNestedInline = 5;
/** A paragraph is searched for emphasis and links so many characters at a time: its rules take more than linear time. */
const mostInlineAtOnce = 1_000;

/** The parser, for text that anybody may have written: its work grows with the text's length alone, and so does its stack. */
export class BoundedLexer extends Lexer {
  #blocksAround = 0;
  #inlinesAround = 0;

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
