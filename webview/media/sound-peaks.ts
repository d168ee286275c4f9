/** Peaks in one piece. */
export const peaksPerPiece = 512;
/** Length of the finest peak in ms; each level is four times as coarse as the one below. */
const finestMs = 20;
const levels = 6;

/** Ms of the source that one peak of a level stands for. */
export function peakMs(level: number): number {
  return finestMs * 4 ** level;
}

/** Ms of the source in a piece of a level. */
export function pieceMs(level: number): number {
  return peakMs(level) * peaksPerPiece;
}

/** The coarsest level whose peaks are not wider than a px, or nearly. */
export function levelFor(sourceMsPerPx: number): number {
  let level = 0;
  while (level + 1 < levels && peakMs(level + 1) <= sourceMsPerPx * 1.5) level += 1;
  return level;
}

/**
 * The loudest that is heard between two moments, from 0 to 255; undefined where no peaks of it are there.
 *
 * @param fromMs of the source, as `toMs`.
 * @param pieceOf gives the peaks of a piece of the level.
 */
export function loudestBetween(
  level: number,
  fromMs: number,
  toMs: number,
  pieceOf: (piece: number) => Uint8Array | undefined,
): number | undefined {
  const stepMs = peakMs(level);
  const first = Math.floor(Math.max(0, fromMs) / stepMs);
  const past = Math.max(first + 1, Math.ceil(toMs / stepMs));
  let loudest: number | undefined;
  for (let at = first; at < past; at += 1) {
    const peak = pieceOf(Math.floor(at / peaksPerPiece))?.[at % peaksPerPiece];
    if (peak !== undefined) loudest = Math.max(loudest ?? 0, peak);
  }
  return loudest;
}

/** Gathers the loudest moments of a stretch from sound that comes piece by piece; keeps nothing of the sound. */
export class PeakCollector {
  readonly peaks = new Uint8Array(peaksPerPiece);
  readonly #startMs: number;
  readonly #peakMs: number;

  constructor(level: number, piece: number) {
    this.#peakMs = peakMs(level);
    this.#startMs = piece * pieceMs(level);
  }

  /**
   * Takes sound of one channel.
   *
   * @param samples from -1 to 1.
   * @param atMs when the first one sounds, in ms of the source.
   */
  add(samples: Float32Array, atMs: number, sampleRate: number): void {
    const perPeak = (this.#peakMs * sampleRate) / 1_000;
    const first = ((atMs - this.#startMs) * sampleRate) / 1_000;
    let at = 0;
    while (at < samples.length) {
      const peak = Math.floor((first + at) / perPeak + 1e-9);
      const end = Math.min(samples.length, Math.max(at + 1, Math.ceil((peak + 1) * perPeak - first - 1e-6)));
      if (peak >= 0 && peak < peaksPerPiece) {
        let loudest = 0;
        for (let sample = at; sample < end; sample += 1) {
          const value = Math.abs(samples[sample] ?? 0);
          if (value > loudest) loudest = value;
        }
        this.#raise(peak, loudest);
      }
      if (peak >= peaksPerPiece) return;
      at = end;
    }
  }

  /** Lets what was heard at one moment stand for the whole stretch `[fromMs, toMs)` of the source. */
  spread(fromMs: number, toMs: number): void {
    const from = Math.max(0, Math.floor((fromMs - this.#startMs) / this.#peakMs));
    const to = Math.min(peaksPerPiece, Math.ceil((toMs - this.#startMs) / this.#peakMs));
    const loudest = this.peaks.subarray(from, to).reduce((most, value) => Math.max(most, value), 0);
    if (to > from) this.peaks.fill(loudest, from, to);
  }

  #raise(peak: number, loudest: number): void {
    const value = Math.min(255, Math.round(loudest * 255));
    if (value > (this.peaks[peak] ?? 0)) this.peaks[peak] = value;
  }
}
