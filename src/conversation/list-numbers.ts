/** The numbers of lists from which items were left out: those that follow are counted anew. */
export class ListNumbers {
  /** How many items are gone from the list that is indented so far. */
  readonly #lost = new Map<number, number>();
  #indent = 0;

  /**
   * A line begins.
   * @param marker of a list's item or a heading; empty where the line has none.
   * @param indent blanks before it.
   * @returns the marker with its number as it is now.
   */
  next(marker: string, indent: number): string {
    this.#indent = indent;
    for (const deeper of this.#lost.keys()) if (deeper > indent) this.#lost.delete(deeper);
    const [, number, rest] = /^(\d{1,4})([.)]\s+)$/.exec(marker) ?? [];
    if (number === undefined || rest === undefined) {
      if (marker !== '' || indent === 0) this.#lost.delete(indent);
      return marker;
    }
    const now = Number(number) - (this.#lost.get(indent) ?? 0);
    return now > 0 ? `${now}${rest}` : marker;
  }

  /** All of the item is left out. */
  lost(): void {
    this.#lost.set(this.#indent, (this.#lost.get(this.#indent) ?? 0) + 1);
  }
}
