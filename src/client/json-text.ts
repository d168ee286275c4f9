import { createScanner, type JSONScanner } from 'jsonc-parser';

/** `source` is the text of a primitive; younger than the type library. */
type Reviver = (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/** No answer nests deeper; whoever walks a value may go down so far by calling itself. */
const maxDepth = 200;

/** The text nests deeper than anybody walks down. */
export class JsonTooDeep extends SyntaxError {
  constructor() {
    super(`JSON of more than ${maxDepth} levels`);
    this.name = 'JsonTooDeep';
  }
}

/**
 * JSON as a value for reading, at most 200 levels deep. Integers that a number cannot hold exactly come as strings of
 * their digits, so that an id stays the same id.
 * @throws JsonTooDeep before anything is walked; SyntaxError whose message quotes the text: never show or log it.
 */
export function parseJson(text: string): unknown {
  refuseDepth(text);
  if (!/\d{16}/.test(text)) return JSON.parse(text) as unknown;
  const keepDigits: Reviver = (_key, value, context) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? context?.source
      : value;
  return JSON.parse(text, keepDigits as Parameters<typeof JSON.parse>[1]) as unknown;
}

/** @throws JsonTooDeep where brackets outside of strings nest too deeply, whether the text is JSON or not. */
function refuseDepth(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // A quote: on to the one that ends the string.
        at = endOfString(text, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > maxDepth) throw new JsonTooDeep();
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
    }
  }
}

/** Where the string that begins at `start` has its last quote; the text's length where it has none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    // A quote behind an odd number of backslashes belongs to the string.
    let first = end;
    while (text.charCodeAt(first - 1) === 0x5c) first--;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}

/**
 * The very text of the value at `path` (keys of nested objects) within a valid JSON text; `undefined` where there is no
 * such key. Of a key that is there twice the last counts, as for `JSON.parse`.
 */
export function sliceJson(text: string, path: readonly string[]): string | undefined {
  const scanner = createScanner(text, true);
  let range: Range = { start: 0, end: text.length };
  for (const key of path) {
    const found = findProperty(scanner, text, range.start, key);
    if (!found) return undefined;
    range = found;
  }
  return text.slice(range.start, range.end);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where the value of the last property `key` stands in the object that begins at or after `start`. */
function findProperty(scanner: JSONScanner, text: string, start: number, key: string): Range | undefined {
  scanner.setPosition(start);
  if (nextToken(scanner, text) !== '{') return undefined;
  let found: Range | undefined;
  for (let token = nextToken(scanner, text); token === '"' || token === ','; token = nextToken(scanner, text)) {
    if (token === ',') continue;
    const name = scanner.getTokenValue();
    nextToken(scanner, text); // The colon.
    const value = readValue(scanner, text);
    if (name === key) found = value;
  }
  return found;
}

/** Reads one whole value, however deep, and says where it stood. */
function readValue(scanner: JSONScanner, text: string): Range {
  let token = nextToken(scanner, text);
  const start = scanner.getTokenOffset();
  for (let depth = 0; ; token = nextToken(scanner, text)) {
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    if (depth <= 0 || token === undefined) break;
  }
  return { start, end: scanner.getTokenOffset() + scanner.getTokenLength() };
}

/** The first character of the next token, which tells its kind in JSON; `undefined` at the end. */
function nextToken(scanner: JSONScanner, text: string): string | undefined {
  scanner.scan();
  return text[scanner.getTokenOffset()];
}
