/** Goes back and forth in what was written before, as a shell does. */
export class Recall {
  #at: number | undefined;
  #shown: string | undefined;
  /** What was being written when going back began: forth again leads to it. */
  #draft = '';

  /** True where `current` is what was recalled, untouched. */
  shows(current: string): boolean {
    return this.#at !== undefined && current === this.#shown;
  }

  /**
   * The text to show when ↑ (`-1`) or ↓ (`1`) is pressed, undefined where the key keeps its usual meaning.
   * @param history what was sent, oldest first.
   * @param current what stands in the composer.
   */
  step(direction: -1 | 1, history: readonly string[], current: string): string | undefined {
    if (!this.shows(current)) {
      if (direction === 1 || history.length === 0) return undefined;
      this.#draft = current;
      this.#at = history.length;
    }
    const next = (this.#at ?? history.length) + direction;
    if (next < 0) return current;
    const shown = history[next];
    this.#at = shown === undefined ? undefined : next;
    this.#shown = shown;
    return shown ?? this.#draft;
  }

  /** Something else was typed or sent. */
  reset(): void {
    this.#at = undefined;
    this.#shown = undefined;
  }
}
