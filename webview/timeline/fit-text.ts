const segmenter = new Intl.Segmenter();
const plain = /^[\x20-\x7e]*$/;

/**
 * Cuts texts to a width. A character is measured once and a text is as wide as its characters: a frame with hundreds of
 * names on it must not ask the canvas for each of them.
 */
export class TextFitter {
  readonly #measure: (text: string) => number;
  readonly #characters = new Map<string, number>();
  readonly #texts = new Map<string, number>();
  static readonly #most = 20_000;

  /** @param measure width of a text in px, in the font that it is drawn with. */
  constructor(measure: (text: string) => number) {
    this.#measure = measure;
  }

  /** Width of a text in px, but for what the font does between two letters. */
  width(text: string): number {
    let width = this.#texts.get(text);
    if (width === undefined) {
      if (this.#texts.size >= TextFitter.#most) this.#texts.clear();
      width = 0;
      for (const character of text) width += this.#characterWidth(character);
      this.#texts.set(text, width);
    }
    return width;
  }

  /** The text, or as much of its beginning as fits with «…» behind it, or nothing. */
  fit(text: string, widthPx: number): string {
    if (this.width(text) <= widthPx) return text;
    const room = widthPx - this.#characterWidth('…');
    let used = 0;
    let end = 0;
    for (const part of plain.test(text) ? text : graphemes(text)) {
      for (const character of part) used += this.#characterWidth(character);
      if (used > room) break;
      end += part.length;
    }
    return end === 0 ? '' : `${text.slice(0, end).trimEnd()}…`;
  }

  #characterWidth(character: string): number {
    let width = this.#characters.get(character);
    if (width === undefined) {
      width = this.#measure(character);
      this.#characters.set(character, width);
    }
    return width;
  }
}

/** Characters as people count them, so that none is cut in two. */
function* graphemes(text: string): Generator<string> {
  for (const { segment } of segmenter.segment(text)) yield segment;
}
