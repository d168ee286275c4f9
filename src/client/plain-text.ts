declare const plain: unique symbol;

/**
 * One line of text in which nothing acts or misleads, whoever wrote it: what every surface of the editor takes. Only
 * {@link plainText} and its neighbours make it.
 */
export type PlainText = string & { readonly [plain]: true };

/** Characters that a person sees as one, at most, in a sentence. */
const longestSentence = 500;
/** The same in the name of a file or a session that stands in a sentence. */
const longestName = 80;
/** UTF-16 units of one such character: a family of four with skin tones has fifteen. */
const unitsOfCharacter = 16;
/** Of these no more than this many are looked at, so that a name of megabytes costs what a short one does. */
const longestNameRead = 4_096;
/** Lines of a tooltip, or places of a trace. */
const mostLines = 40;
const longestTraceLine = 2_000;

/** Controls of both ranges, and what ends a line elsewhere. */
const breaks = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

/** Scripts whose letters a zero-width joiner or non-joiner joins or parts. */
const joiningScripts = [
  ...['Arabic', 'Syriac', 'Nko', 'Mongolian', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil'],
  ...['Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar', 'Tibetan'],
];
const joining = `[${joiningScripts.map((script) => `\\p{Script=${script}}`).join('')}]`;

/**
 * What is not seen: marks that turn the direction of writing, spaces without a width, tags, annotations. Left where they
 * are part of what is seen: joiners within an emoji and between letters that join, variation selectors behind what
 * varies, and signs of the same class that have a shape.
 */
const hidden = new RegExp(
  [
    '(?!(?<=\\p{Extended_Pictographic}[\\p{Emoji_Modifier}\\ufe0f]?)\\u200d(?=\\p{Extended_Pictographic}))',
    `(?!(?<=${joining})[\\u200c\\u200d](?=${joining}))`,
    '(?!(?<=[\\p{Emoji}\\p{Extended_Pictographic}\\p{Script=Han}])[\\ufe00-\\ufe0f]|(?<=\\p{Script=Han})[\\u{e0100}-\\u{e01ef}])',
    '(?![\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}])',
    '[\\p{Default_Ignorable_Code_Point}\\p{Cf}]',
  ].join(''),
  'gu',
);

/** Half a character, and what looks like whatever the font likes. */
const shapeless = /[\p{Cs}\p{Co}]/gu;
/** No script puts more marks on one letter. */
const heapedMarks = /(\p{M}{6})\p{M}+/gu;
const spaces = /\s{2,}/gu;
/** `](command:`, `](https:`: the middle of a link, whatever its scheme. */
const linkMiddle = /\](?=\(\s?<?[^\s()]{0,40}:)/g;
/** `$(name)` and `$(name~spin)`, which become icons. */
const iconBegin = /\$(?=\([a-z\d~-]+\))/gi;

/**
 * Makes a text from anywhere (a service, a file's name, another extension) fit for every surface of the editor, where
 * `[x](command:…)` becomes a link and `$(x)` an icon: one line, without either, without control, invisible and
 * direction-turning characters, and not too long. What is left reads as before: a link's and an icon's signs are moved
 * apart by a space. The same again changes nothing.
 * @param most characters as people count them.
 */
export function plainText(text: string, most: number = longestSentence): PlainText {
  const read = text.slice(0, most * unitsOfCharacter);
  const clean = withoutSyntax(cleaned(read));
  // Where not all was read, the end of what was may be half a character.
  const whole = read.length < text.length ? `${clean.replace(/\ufffd$/u, '')}…` : clean;
  return shortened(
    whole,
    most,
    (characters) =>
      `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`,
  ) as PlainText;
}

/** {@link plainText} of a name that stands in a sentence: too long a one loses its middle, since its end says what it is. */
export function plainName(name: string, most: number = longestName): PlainText {
  const ends = longestNameRead / 2;
  const read = name.length > longestNameRead ? `${name.slice(0, ends)}…${name.slice(-ends)}` : name;
  const tail = Math.floor(most / 4);
  const middleOut = (characters: readonly string[]) =>
    `${characters.slice(0, most - tail - 1).join('')}…${characters.slice(-tail).join('')}`;
  return shortened(withoutSyntax(cleaned(read)), most, middleOut) as PlainText;
}

/** Several plain lines, as a tooltip shows them. */
export function plainLines(lines: readonly string[]): PlainText {
  return lines
    .slice(0, mostLines)
    .map((line) => plainText(line))
    .join('\n') as PlainText;
}

/**
 * An error for the log: its name and message on one line, whatever they hold, and where it was thrown, a line each. What
 * is no error is one line.
 */
export function plainTrace(reason: unknown): PlainText {
  if (!(reason instanceof Error)) return plainText(String(reason), longestTraceLine);
  const head = plainText(`${reason.name}: ${reason.message}`, longestTraceLine);
  const { stack = '', message } = reason;
  const frames = stack.slice(stack.indexOf(message) + message.length).split('\n');
  const places = frames.filter((line) => /^ {4}at /.test(line)).slice(0, mostLines);
  return [head, ...places.map((line) => `    ${plainText(line)}`)].join('\n') as PlainText;
}

/**
 * A text of many lines, for whoever calls a command and shows what it came to: nothing in it acts, and its lines, blanks
 * and length stay as they are.
 */
export function plainParagraphs(text: string): PlainText {
  const plainLine = (line: string) => withoutSyntax(line.split('\t').map(visible).join('\t'));
  return text
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .map(plainLine)
    .join('\n') as PlainText;
}

/**
 * A text from anywhere for the extension's own pages, which read no syntax in it: whole, on one line, without control,
 * invisible and direction-turning characters. The same again changes nothing.
 */
export function visibleLine(text: string): string {
  return cleaned(text);
}

/** What of a text can be seen. */
function visible(text: string): string {
  return text.replace(breaks, ' ').replace(hidden, '').replace(shapeless, '\ufffd').replace(heapedMarks, '$1');
}

function cleaned(text: string): string {
  return visible(text).replace(spaces, ' ').trim();
}

/** Comes last: nothing that is taken out afterwards may join what stands apart. */
function withoutSyntax(text: string): string {
  return text.replace(linkMiddle, '] ').replace(iconBegin, '$ ');
}

function shortened(text: string, most: number, cut: (characters: readonly string[]) => string): string {
  if (text.length <= most) return text;
  const characters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  return characters.length > most ? cut(characters) : text;
}
