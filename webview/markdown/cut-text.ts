/**
 * Where to cut a text so that what stands from `from` up to there ends by `limit` at the latest: between two blocks where
 * that is possible, else between two lines, else between two words, else between two characters. Looks at nothing behind
 * `limit`: the place stays while the text grows. Offsets are in UTF-16 units.
 */
export function cutBefore(text: string, limit: number, from = 0): number {
  if (text.length <= limit) return text.length;
  const middle = from + Math.floor((limit - from) / 2);
  for (const between of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(between, limit - between.length);
    if (at >= middle) return at + between.length;
  }
  const last = text.charCodeAt(limit - 1);
  return last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit;
}

/** The text in pieces of at most `most` characters. */
export function cutIntoPieces(text: string, most: number): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = cutBefore(text, at + most, at);
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

/** Marks above and below one character, as it is drawn: no writing needs more, and a tower of them covers other text. */
const towers = /(\p{M}{8})\p{M}+/gu;

/** The text without the marks that would pile up high on one character. */
export function withoutTowers(text: string): string {
  return text.replace(towers, '$1');
}
