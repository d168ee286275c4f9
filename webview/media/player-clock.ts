import type { CardSwitch } from './card-switch.ts';

/** What time it is in the file that plays, in seconds. It stands still until it is started. */
export interface PlayerClock {
  readonly seconds: number;
  readonly runs: boolean;
  start(): void;
  /** Stands still; what was scheduled waits with it. */
  hold(): void;
}

/** Ticks with the sound card, so that pictures keep to the sound and never the other way round. */
export class SoundClock implements PlayerClock {
  readonly #card: CardSwitch;
  readonly #fromContext: number;
  readonly #fromSeconds: number;
  readonly #rate: number;
  #runs = false;

  /** `seconds` of the file are put out at `contextTime` of the context. */
  constructor(card: CardSwitch, contextTime: number, seconds: number, rate: number) {
    this.#card = card;
    this.#fromContext = contextTime;
    this.#fromSeconds = seconds;
    this.#rate = rate;
  }

  get seconds(): number {
    return this.#fromSeconds + Math.max(0, this.#card.context.currentTime - this.#fromContext) * this.#rate;
  }

  get runs(): boolean {
    return this.#runs;
  }

  /** When a moment of the file is put out, in the context's time. */
  contextTimeOf(seconds: number): number {
    return this.#fromContext + (seconds - this.#fromSeconds) / this.#rate;
  }

  start(): void {
    this.#runs = true;
    void this.#card.on();
  }

  hold(): void {
    this.#runs = false;
    void this.#card.off();
  }
}

/** For what has no sound. */
export class PlainClock implements PlayerClock {
  readonly #rate: number;
  #fromSeconds: number;
  #sinceMs: number | undefined;

  constructor(seconds: number, rate: number) {
    this.#fromSeconds = seconds;
    this.#rate = rate;
  }

  get seconds(): number {
    if (this.#sinceMs === undefined) return this.#fromSeconds;
    return this.#fromSeconds + ((performance.now() - this.#sinceMs) / 1_000) * this.#rate;
  }

  get runs(): boolean {
    return this.#sinceMs !== undefined;
  }

  start(): void {
    this.#sinceMs ??= performance.now();
  }

  hold(): void {
    this.#fromSeconds = this.seconds;
    this.#sinceMs = undefined;
  }
}
