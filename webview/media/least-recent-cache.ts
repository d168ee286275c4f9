/** Keeps what was used last, up to so many bytes; what has to go is handed to `onGone`. */
export class LeastRecentCache<Value> {
  readonly #mostBytes: number;
  readonly #onGone: (value: Value) => void;
  /** In the order of use, the least recent first. */
  readonly #entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  #bytes = 0;

  constructor(mostBytes: number, onGone: (value: Value) => void = () => undefined) {
    this.#mostBytes = mostBytes;
    this.#onGone = onGone;
  }

  /** Bytes of all that is kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Counts as a use. Undefined where nothing is kept. */
  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: Value, bytes: number): void {
    this.#drop(key);
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#mostBytes || oldest === key) break;
      this.#drop(oldest);
    }
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.#drop(key);
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    this.#onGone(entry.value);
  }
}
