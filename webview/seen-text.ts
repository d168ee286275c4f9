import { html, type TemplateResult } from 'lit';

import { visibleLine } from '../src/client/plain-text.ts';
import { withUnbrokenNumbers } from './unbroken-numbers.ts';

/** Of such a text all is seen already. */
const plain = /^(?:[\x21-\x7e]+ )*[\x21-\x7e]+$/;
/** What stands in quotation marks in a sentence: a name, mostly. */
const quoted = /"[^"\n]*"|“[^“”\n]*”|「[^「」\n]*」|《[^《》\n]*》/g;
const lineBreaks = /\r\n|[\r\n\u2028\u2029]/;

/** Frames with hundreds of names are drawn many times a second. */
const known = new Map<string, string>();
const mostKnown = 20_000;
const longestKnown = 200;

/**
 * A name, or a sentence with names, as it is drawn: on one line, without what turns the text around it or hides. What is
 * sent, copied or put into the composer stays what it was.
 */
export function seen(text: string): string {
  if (text === '' || plain.test(text)) return text;
  const before = known.get(text);
  if (before !== undefined) return before;
  const line = visibleLine(text);
  if (text.length > longestKnown) return line;
  if (known.size >= mostKnown) known.clear();
  known.set(text, line);
  return line;
}

/** {@link seen} of a text whose line breaks mean something. */
export function seenLines(text: string): string {
  return text.split(lineBreaks).map(seen).join('\n');
}

/**
 * A sentence for people as it is drawn: its lines are {@link seen}, names in quotation marks have their own direction of
 * writing and leave that around them alone, and numbers stay with their units.
 */
export function seenSentence(text: string): readonly (string | TemplateResult | (string | TemplateResult)[])[] {
  const lines = seenLines(text);
  const parts: (string | TemplateResult | (string | TemplateResult)[])[] = [];
  let from = 0;
  for (const { 0: name, index } of lines.matchAll(quoted)) {
    const [open, close] = [name.slice(0, 1), name.slice(-1)];
    parts.push(withUnbrokenNumbers(lines.slice(from, index) + open));
    parts.push(html`<bdi>${withUnbrokenNumbers(seen(name.slice(1, -1)))}</bdi>`);
    parts.push(close);
    from = index + name.length;
  }
  parts.push(withUnbrokenNumbers(lines.slice(from)));
  return parts;
}
