/** Goes back and forth in what was written before, as a shell does. */
export class Recall {
  #at: number | undefined;
  #shown: string | undefined;

  /**
   * The text to show when ↑ (`-1`) or ↓ (`1`) is pressed, undefined where the key keeps its usual meaning.
   * @param history what was sent, oldest first.
   * @param current what stands in the composer.
   */
  step(direction: -1 | 1, history: readonly string[], current: string): string | undefined {
    const browsing = this.#at !== undefined && current === this.#shown;
    if (!browsing) {
      if (direction === 1 || current !== '') return undefined;
      this.#at = history.length;
    }
    const next = (this.#at ?? history.length) + direction;
    if (next < 0) return current === '' ? undefined : current;
    this.#at = next >= history.length ? undefined : next;
    this.#shown = history[next] ?? '';
    return this.#shown === '' && direction === -1 ? undefined : this.#shown;
  }

  /** Something else was typed or sent. */
  reset(): void {
    this.#at = undefined;
    this.#shown = undefined;
  }
}
