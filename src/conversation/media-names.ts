import { mediaFormats } from '../client/media-formats.ts';
import { withoutTrailing } from '../client/without-trailing.ts';
import { expression } from './pattern.ts';

/** An address, or a path or name of a media file, as it stands in a text. */
export interface MediaName {
  readonly name: string;
  /** Where it begins in the text. UTF-16 units. */
  readonly index: number;
}

/** No name of a file is longer. UTF-16 units. */
const longestName = 1000;

/** An address or a path has none of these in it. */
const run = /[^\s"'<>，。！？]+/g;
const piece = /[^|?*:]+/g;
const address = /(?:https?|file):\/\//i;
const extension = expression(
  String.raw`(?<=[^.])\.(?:${['jpeg', ...mediaFormats.map((format) => format.extension)].join('|')})(?![a-z0-9])`,
  'giu',
);

/** The web addresses in a text, and the paths and names that end like one of the formats, in order. */
export function* mediaNames(text: string): Generator<MediaName, void, void> {
  for (const { 0: whole, index } of text.matchAll(run)) {
    const at = whole.search(address);
    yield* namesOfFiles(at < 0 ? whole : whole.slice(0, at), index);
    // A full stop after an address is the sentence's.
    if (at >= 0) yield { name: withoutTrailing(whole.slice(at), '.,;!?)'), index: index + at };
  }
}

function* namesOfFiles(words: string, offset: number): Generator<MediaName, void, void> {
  for (const { 0: found, index } of words.matchAll(piece)) {
    const last = [...found.matchAll(extension)].at(-1);
    if (!last || last.index > longestName) continue;
    // «C:\»
    const hasDrive = /^[\\/]/.test(found) && /^[a-z]:$/i.test(words.slice(Math.max(0, index - 2), index));
    const start = hasDrive ? index - 2 : index;
    yield { name: words.slice(start, index + last.index + last[0].length), index: offset + start };
  }
}
