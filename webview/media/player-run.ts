import type { PlayerClock } from './player-clock.ts';

/** One stretch of playing, from a beginning to a pause, a seek or the end. */
export class PlayerRun {
  clock: PlayerClock | undefined;
  frame = 0;
  readonly nodes = new Set<AudioBufferSourceNode>();
  /** Let go of the decoders. */
  readonly ends: (() => void)[] = [];
  lacksPicture = false;
  lacksSound = false;
  picturesUntil = 0;
  soundUntil = 0;
  #waiting: { readonly seconds: number; readonly go: () => void }[] = [];

  /** Resolves when the clock is there, or when the run is over. */
  until(seconds: number): Promise<void> {
    if (this.clock && this.clock.seconds >= seconds) return Promise.resolve();
    return new Promise((go) => this.#waiting.push({ seconds, go }));
  }

  /** The clock is at `seconds`. */
  wake(seconds: number): void {
    const due = this.#waiting.filter((wait) => wait.seconds <= seconds);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((wait) => wait.seconds > seconds);
    for (const { go } of due) go();
  }

  end(): void {
    cancelAnimationFrame(this.frame);
    for (const end of this.ends) end();
    for (const node of this.nodes) {
      node.stop();
      node.disconnect();
    }
    this.nodes.clear();
    this.wake(Infinity);
  }
}
