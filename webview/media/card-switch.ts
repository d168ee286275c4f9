/**
 * Switches a sound card on and off, one after the other: where a browser is told to stop a card that is only just
 * starting, it is left with one that says it runs and stands still for ever.
 */
export class CardSwitch {
  readonly context: AudioContext;
  #wanted = false;
  readonly #starting = new Set<Promise<void>>();
  #stopping: Promise<void> | undefined;

  constructor(context: AudioContext) {
    this.context = context;
  }

  /** As it is now: it may change while a switch is waited for. */
  get #isWanted(): boolean {
    return this.#wanted;
  }

  /** Resolves when the card runs, or was switched off meanwhile; not where a page is denied it. */
  async on(): Promise<void> {
    this.#wanted = true;
    if (this.#stopping) await this.#stopping;
    if (!this.#isWanted) return;
    const starting = this.context.resume().catch(ignore);
    this.#starting.add(starting);
    await starting;
    this.#starting.delete(starting);
  }

  /** Resolves when the card stands still, or was switched on meanwhile. */
  async off(): Promise<void> {
    this.#wanted = false;
    if (this.#starting.size > 0) await Promise.all(this.#starting);
    if (this.#isWanted || this.#stopping) return;
    this.#stopping = this.context.suspend().catch(ignore);
    await this.#stopping;
    this.#stopping = undefined;
  }
}

function ignore(): void {
  // The card says itself whether it runs.
}
