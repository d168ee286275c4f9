import type { Clock } from './clock.ts';
import type { TransferProgress } from './service-values.ts';

/** Smoothing: how far back the speed remembers, in ms. */
const memoryMs = 2000;
/** A person cannot read faster, and every report is a message to a page. */
const reportEveryMs = 100;

/** Counts the bytes of one transfer and tells how fast it goes. */
export class TransferMeter {
  readonly #clock: Clock;
  readonly #totalBytes: number | undefined;
  readonly #report: ((progress: TransferProgress) => void) | undefined;
  #bytes: number;
  #reportedBytes: number;
  #reportedAtMs: number;
  #bytesPerSecond: number | undefined;

  /** `startBytes` are already there and count as progress, not as speed. */
  constructor(
    clock: Clock,
    totalBytes: number | undefined,
    report: ((progress: TransferProgress) => void) | undefined,
    startBytes = 0,
  ) {
    this.#clock = clock;
    this.#totalBytes = totalBytes;
    this.#report = report;
    this.#bytes = startBytes;
    this.#reportedBytes = startBytes;
    this.#reportedAtMs = clock.now();
  }

  /** `count` more bytes went over. */
  add(count: number): void {
    this.#bytes += count;
    if (this.#clock.now() - this.#reportedAtMs >= reportEveryMs) this.#tell();
  }

  /** Reports the last state, however soon after the one before. */
  end(): void {
    if (this.#bytes !== this.#reportedBytes) this.#tell();
  }

  #tell(): void {
    const nowMs = this.#clock.now();
    const spanMs = Math.max(1, nowMs - this.#reportedAtMs);
    const speed = ((this.#bytes - this.#reportedBytes) * 1000) / spanMs;
    const weight = 1 - Math.exp(-spanMs / memoryMs);
    this.#bytesPerSecond =
      this.#bytesPerSecond === undefined ? speed : this.#bytesPerSecond + (speed - this.#bytesPerSecond) * weight;
    this.#reportedBytes = this.#bytes;
    this.#reportedAtMs = nowMs;
    this.#report?.({ bytes: this.#bytes, totalBytes: this.#totalBytes, bytesPerSecond: this.#bytesPerSecond });
  }
}
