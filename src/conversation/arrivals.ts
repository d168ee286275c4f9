/** What several sources add and one reader takes, in the order in which it came. */
export class Arrivals<T> {
  readonly #waiting: T[] = [];
  #reader: ((value: T) => void) | undefined;

  add(value: T): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader) reader(value);
    else this.#waiting.push(value);
  }

  /** The next one. One reader at a time. */
  take(): Promise<T> {
    const value = this.#waiting.shift();
    if (value !== undefined) return Promise.resolve(value);
    return new Promise((resolve) => (this.#reader = resolve));
  }
}
