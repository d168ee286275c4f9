import { chineseIntent } from './chinese-intents.ts';
import { englishIntent } from './english-intents.ts';
import { mediaNames } from './media-names.ts';
import { toSimplified } from './spelling.ts';
import type { Route } from './turn-update.ts';

/** Longer sentences, and longer texts, are always about the video. UTF-16 units. */
const longest = { sentence: 100, text: 300 } as const;

/**
 * Where a message goes. It is the intent that counts, not a word in it: «export it» starts an export, «add closing
 * credits» is an edit. What is not an intent from beginning to end goes to the backend.
 */
export function routeMessage(text: string): Route {
  // Of a long text only what it hands over could be an intent, and addresses are seldom that long.
  if (text.length > 20 * longest.text) return 'message';
  const sentences = withFileMarks(text)
    .normalize('NFKC')
    .replace(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|["“”「」«»*_`~]/gu, '')
    .replace(/[‘’]/g, "'")
    // «A、B» is «A and B».
    .replaceAll('、', '和')
    .toLowerCase()
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

/** What a message says about the export that it asks for. */
export interface ExportWishes {
  /** `mp4`, `mov`, … as a file name's extension. */
  readonly format?: string;
  readonly quality?: 'high' | 'medium' | 'low';
}

/** Format and quality that a message routed to `export` asks for: «export 1080p MP4», «导出高清视频». */
export function exportWishes(text: string): ExportWishes {
  const words = toSimplified(text.normalize('NFKC').toLowerCase());
  const format = /(?:mp4|mov|webm|mkv|avi|gif)(?![a-z])/.exec(words)?.[0];
  const lines = /(\d{3,4}) ?p(?![a-z0-9])/.exec(words)?.[1];
  const quality =
    /\b(?:high|higher|highest|best|max|maximum|4k|2k|uhd|full[ -]?hd|original)\b|最高|最好|最大|高清|超清|蓝光|高质量|高画质|原画|4k/.test(
      words,
    )
      ? 'high'
      : /\b(?:medium|normal|standard)\b|中等|标清/.test(words)
        ? 'medium'
        : /\b(?:low|lower|lowest|small)\b|低/.test(words)
          ? 'low'
          : lines === undefined
            ? undefined
            : Number(lines) >= 1080
              ? 'high'
              : Number(lines) >= 720
                ? 'medium'
                : 'low';
  return { ...(format === undefined ? {} : { format }), ...(quality === undefined ? {} : { quality }) };
}

/** The text with one mark in each place where a file or an address stands. */
function withFileMarks(text: string): string {
  let marked = '';
  let from = 0;
  for (const { name, index } of mediaNames(text)) {
    marked += `${text.slice(from, index)}⟨⟩`;
    from = index + name.length;
  }
  return marked + text.slice(from);
}
