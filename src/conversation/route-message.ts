import { chineseIntent } from './chinese-intents.ts';
import { englishIntent } from './english-intents.ts';
import { namedPlaces } from './export-place.ts';
import { mediaNames } from './media-names.ts';
import type { Route } from './turn-update.ts';

/** Longer sentences, and longer texts, are always about the video. UTF-16 units. */
const longest = { sentence: 100, text: 300 } as const;

/** A comma before the name or the place of what was spoken of before it. */
const furtherWords =
  /[,，]\s{0,4}(?=(?:(?:and|then)\s{1,4})?(?:as|to|in|into|at|(?:name|call)\s{1,4}it|named|called)\s|\d{1,4}\s{0,4}(?:fps|p|k|帧)(?![\p{L}\p{N}])|(?:并|然后)?(?:命名为|取名|名为|叫做|文件名|另存为))/gu;

/**
 * Where a message goes. It is the intent that counts, not a word in it: «export it» starts an export, «add closing
 * credits» is an edit. What is not an intent from beginning to end goes to the backend.
 */
export function routeMessage(text: string): Route {
  // Of a long text only what it hands over could be an intent, and addresses are seldom that long.
  if (text.length > 20 * longest.text) return 'message';
  const sentences = withMarks(text)
    .normalize('NFKC')
    .replace(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|["“”「」«»*_`~]/gu, '')
    .replace(/[‘’]/g, "'")
    // «A、B» is «A and B».
    .replaceAll('、', '和')
    .toLowerCase()
    // «export it, as holiday.mp4» is one sentence.
    .replace(furtherWords, ' ')
    .split(/[.!?;…。！？；]{1,40}(?=[\s\p{Script=Han}]|$)|[\n,，]/u)
    .map((sentence) => sentence.trim().replace(/\s+/g, ' '));
  if (sentences.some(({ length }) => length > longest.sentence)) return 'message';
  if (sentences.reduce((length, sentence) => length + sentence.length, 0) > longest.text) return 'message';
  let route: Route | undefined;
  for (const sentence of sentences) {
    const intent = /\p{Script=Han}/u.test(sentence)
      ? chineseIntent(sentence.replaceAll(' ', ''))
      : englishIntent(sentence);
    if (intent === undefined) return 'message';
    // Of several intents the first is followed; the others are free to ask for again.
    if (intent !== '') route ??= intent;
  }
  return route ?? 'message';
}

/** Addresses and paths of media that a message hands over, as they were written. */
export function filesHandedOver(text: string): readonly string[] {
  return [...mediaNames(text)].map(({ name }) => name);
}

/** The text with one mark in each place where a file, an address or the place of an export stands. */
function withMarks(text: string): string {
  const files = [...mediaNames(text)].map(({ name, index }) => ({ start: index, end: index + name.length }));
  const places = namedPlaces(text).filter(
    ({ start, end }) => !files.some((one) => one.start === start && one.end === end),
  );
  const marks = [
    ...places.map((place) => ({ ...place, mark: '⟦⟧' })),
    // «导出为假期.mp4» is written as one word.
    ...files
      .filter(({ start, end }) => !places.some((place) => place.start < end && start < place.end))
      .map((file) => ({ ...file, mark: '⟨⟩' })),
  ].sort((a, b) => a.start - b.start);
  let marked = '';
  let from = 0;
  for (const { start, end, mark } of marks) {
    marked += text.slice(from, start) + mark;
    from = end;
  }
  return marked + text.slice(from);
}
