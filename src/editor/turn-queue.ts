import * as vscode from 'vscode';

/** Does one thing after the other, in the order in which they came; what waits can be held. */
export class TurnQueue<Item> implements vscode.Disposable {
  readonly #answer: (item: Item) => Promise<void>;
  readonly #waiting: Item[] = [];
  readonly #busyChanged = new vscode.EventEmitter<void>();
  #running: Promise<void> | undefined;
  #held = false;
  #disposed = false;

  /** Fires when {@link busy} may have changed. */
  readonly onDidChangeBusy = this.#busyChanged.event;

  /** @param answer does one of them; never rejects. */
  constructor(answer: (item: Item) => Promise<void>) {
    this.#answer = answer;
  }

  /** Something is being done, or waits and is not held. */
  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** What waits is not begun until {@link release}. */
  get held(): boolean {
    return this.#held;
  }

  /** Begins nothing more; what is being done goes on. */
  hold(): void {
    this.#held = true;
  }

  /** Goes on with what waits. */
  release(): void {
    this.#held = false;
    this.#run();
  }

  add(item: Item): void {
    this.#waiting.push(item);
    this.#run();
  }

  /** Gives back what was begun and has had no effect: it is the next again. */
  putBack(item: Item): void {
    this.#waiting.unshift(item);
  }

  /** Takes up what another window left: `first`, which never rejects, and then what waited. */
  takeUp(waiting: readonly Item[], first?: () => Promise<void>): void {
    this.#waiting.push(...waiting);
    this.#run(first);
  }

  /** Takes out what waits; what is being done goes on. */
  clear(): Item[] {
    return this.#waiting.splice(0);
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** What waits is not begun any more. */
  dispose(): void {
    this.#disposed = true;
    this.#busyChanged.dispose();
  }

  #run(first?: () => Promise<void>): void {
    if (this.#running || this.#disposed || (!first && (this.#held || this.#waiting.length === 0))) return;
    this.#running = this.#runAll(first).finally(() => {
      this.#running = undefined;
      this.#busyChanged.fire();
      this.#run();
    });
    this.#busyChanged.fire();
  }

  async #runAll(first: (() => Promise<void>) | undefined): Promise<void> {
    await first?.();
    while (!this.#held && !this.#disposed) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      await this.#answer(next);
    }
  }
}
