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

/** «"my clip.mp4"» has blanks in it. */
const quotedName =
  /"([^"\n]{1,300})"|“([^“”\n]{1,300})”|「([^「」\n]{1,300})」|『([^『』\n]{1,300})』|«([^«»\n]{1,300})»|`([^`\n]{1,300})`/g;
const singleQuoted = /(?<![\p{L}\p{N}])(?:'([^'\n]{1,300})'|‘([^‘’\n]{1,300})’)(?![\p{L}\p{N}])/gu;
/** «a.mp4和b.mp4» are two. */
const joint = /[和与與跟及、]/u;

/** The web addresses in a text, and the paths and names that end like one of the formats, in order. */
export function* mediaNames(text: string): Generator<MediaName, void, void> {
  let from = 0;
  for (const quoted of quotedNames(text)) {
    if (quoted.index < from) continue;
    yield* bareNames(text.slice(from, quoted.index), from);
    yield quoted;
    from = quoted.index + quoted.name.length;
  }
  yield* bareNames(text.slice(from), from);
}

function quotedNames(text: string): readonly MediaName[] {
  return [quotedName, singleQuoted]
    .flatMap((quotes) => [...text.matchAll(quotes)])
    .flatMap(({ 0: whole, index }) => {
      const name = whole.slice(1, -1);
      const isName =
        !address.test(name) && [...name.matchAll(extension)].some((one) => one.index + one[0].length === name.length);
      return isName ? [{ name, index: index + 1 }] : [];
    })
    .sort((a, b) => a.index - b.index);
}

function* bareNames(text: string, offset: number): Generator<MediaName, void, void> {
  for (const { 0: whole, index } of text.matchAll(run)) {
    const at = whole.search(address);
    yield* namesOfFiles(at < 0 ? whole : whole.slice(0, at), offset + index);
    // A full stop after an address is the sentence's.
    if (at >= 0) yield { name: withoutTrailing(whole.slice(at), '.,;!?)'), index: offset + index + at };
  }
}

function* namesOfFiles(words: string, offset: number): Generator<MediaName, void, void> {
  for (const { 0: found, index } of words.matchAll(piece)) {
    const ends = [...found.matchAll(extension)].map((one) => one.index + one[0].length);
    // «C:\», and what editors write before a file of theirs: «#file:».
    const lead = /(?:^[a-z]|#file):$/i.exec(words.slice(Math.max(0, index - 6), index))?.[0] ?? '';
    const isLead = lead.length === 2 ? /^[\\/]/.test(found) : lead !== '';
    let from = 0;
    for (const [at, end] of ends.entries()) {
      if (at < ends.length - 1 && !joint.test(found.charAt(end))) continue;
      const start = from === 0 && isLead ? index - lead.length : index + from;
      if (index + end - start <= longestName) yield { name: words.slice(start, index + end), index: offset + start };
      from = end + 1;
    }
  }
}
