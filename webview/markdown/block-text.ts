import type { MarkedToken, Token, Tokens } from 'marked';

/** A block of an answer as text to take away. */
export interface BlockText {
  readonly text: string;
  /** The editor's id for its language, as far as the answer says. */
  readonly language: string;
}

/** The language that a code block names, undefined where it names none. */
export const namedLanguage = ({ lang }: Tokens.Code): string | undefined => /^[\w+#.-]+/.exec(lang ?? '')?.[0];

/** The contents of a code block in the language that it names; of any other block the markdown that it was written in. */
export function blockText(token: Token): BlockText {
  const known = token as MarkedToken;
  return known.type === 'code'
    ? { text: known.text, language: namedLanguage(known) ?? 'plaintext' }
    : { text: token.raw.trimEnd(), language: 'markdown' };
}
