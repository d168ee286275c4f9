const segmenter = new Intl.Segmenter();

/** Cuts texts to a width, remembering what was measured: a frame must not measure the same name again and again. */
export class TextFitter {
  readonly #measure: (text: string) => number;
  readonly #widths = new Map<string, number>();
  static readonly #most = 20_000;

  /** @param measure width of a text in px, in the font that it is drawn with. */
  constructor(measure: (text: string) => number) {
    this.#measure = measure;
  }

  width(text: string): number {
    let width = this.#widths.get(text);
    if (width === undefined) {
      if (this.#widths.size >= TextFitter.#most) this.#widths.clear();
      width = this.#measure(text);
      this.#widths.set(text, width);
    }
    return width;
  }

  /** The text, or as much of its beginning as fits with «…» behind it, or nothing. */
  fit(text: string, widthPx: number): string {
    const whole = this.width(text);
    if (whole <= widthPx) return text;
    // Characters as people count them, so that none is cut in two.
    const characters = Array.from(segmenter.segment(text), ({ segment }) => segment);
    let count = Math.floor((characters.length * widthPx) / whole);
    while (count > 0) {
      const cut = `${characters.slice(0, count).join('').trimEnd()}…`;
      if (this.width(cut) <= widthPx) return cut;
      count -= 1;
    }
    return '';
  }
}
