/** What several sources post and one reader takes, in the order in which it came. */
export class Mailbox<T> {
  readonly #letters: T[] = [];
  #reader: ((letter: T) => void) | undefined;

  post(letter: T): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader) reader(letter);
    else this.#letters.push(letter);
  }

  /** The next letter. One reader at a time. */
  take(): Promise<T> {
    const letter = this.#letters.shift();
    if (letter !== undefined) return Promise.resolve(letter);
    return new Promise((resolve) => (this.#reader = resolve));
  }
}
