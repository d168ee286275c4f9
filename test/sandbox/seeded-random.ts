/** Dice that fall the same way for the same seed. */
export class SeededRandom {
  #state: number;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#state = this.#seed;
  }

  /** 0 (inclusive) to 1 (exclusive). */
  next(): number {
    // Mulberry32.
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** 0 (inclusive) to `limit` (exclusive). */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0];
  }

  /** A 19-digit number beyond 2^53, as the service's ids are. */
  longId(): bigint {
    let digits = '7';
    for (let index = 0; index < 18; index++) digits += String(this.below(10));
    return BigInt(digits);
  }

  /** Dice of their own for `label`, whatever has been thrown before. */
  fork(label: string): SeededRandom {
    let hash = 2_166_136_261 ^ this.#seed;
    for (const character of label) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
    return new SeededRandom(hash);
  }
}
