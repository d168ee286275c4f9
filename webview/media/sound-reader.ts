import { AudioSampleSink, type Input } from 'mediabunny';

import { PeakCollector, peakMs, peaksPerPiece, pieceMs } from './sound-peaks.ts';

/** Longer pieces are listened to here and there only, in ms: all of an hour is not decoded for a few px. */
const heardWholeMs = 180_000;
/** Nor is so much read for a piece, in bytes: sound lies in between the pictures of a film. */
const mostPieceBytes = 24 * 1024 * 1024;
/** Where a piece is not heard whole, one moment stands for so many peaks. */
const peaksPerMoment = 4;

/** Listens to a file for how loud it is. */
export class SoundReader {
  readonly #samples: AudioSampleSink;
  /** Of the file as a whole. */
  readonly #bytesPerMs: number;

  private constructor(samples: AudioSampleSink, bytesPerMs: number) {
    this.#samples = samples;
    this.#bytesPerMs = bytesPerMs;
  }

  /**
   * Resolves with undefined where there is no sound, or none that is decoded here.
   *
   * @param bytes of the file.
   */
  static async open(input: Input, bytes: number): Promise<SoundReader | undefined> {
    const track = await input.getPrimaryAudioTrack();
    if (!track || !(await track.canDecode())) return undefined;
    const seconds = await input.getDurationFromMetadata();
    return new SoundReader(new AudioSampleSink(track), seconds !== null && seconds > 0 ? bytes / seconds / 1_000 : 0);
  }

  /** Peaks of a piece of a level (see sound-peaks.ts); of an aborted one only a part. */
  async peaks(level: number, piece: number, signal: AbortSignal): Promise<Uint8Array> {
    const collector = new PeakCollector(level, piece);
    const startMs = piece * pieceMs(level);
    const isHeardWhole = pieceMs(level) <= heardWholeMs && pieceMs(level) * this.#bytesPerMs <= mostPieceBytes;
    if (isHeardWhole || level === 0) await this.#hearAll(collector, startMs, startMs + pieceMs(level), signal);
    else await this.#hearHereAndThere(collector, startMs, peakMs(level), signal);
    return collector.peaks;
  }

  async #hearAll(collector: PeakCollector, fromMs: number, toMs: number, signal: AbortSignal): Promise<void> {
    for await (const sample of this.#samples.samples(fromMs / 1_000, toMs / 1_000)) {
      hear(sample, collector);
      if (signal.aborted) return;
    }
  }

  /** One moment stands for the whole stretch of some peaks. */
  async #hearHereAndThere(
    collector: PeakCollector,
    fromMs: number,
    peakLengthMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const stepMs = peakLengthMs * peaksPerMoment;
    const moments = Array.from({ length: peaksPerPiece / peaksPerMoment }, (_, at) => fromMs + (at + 0.5) * stepMs);
    let at = 0;
    for await (const sample of this.#samples.samplesAtTimestamps(moments.map((ms) => ms / 1_000))) {
      const ms = moments[at++] ?? 0;
      // Past the end the last sample comes again and again.
      if (sample && sample.timestamp * 1_000 + sample.duration * 1_000 + stepMs < ms) {
        sample.close();
        return;
      }
      if (sample) hear(sample, collector);
      collector.spread(ms - stepMs / 2, ms + stepMs / 2);
      if (signal.aborted) return;
    }
  }
}

type Sample = Awaited<ReturnType<AudioSampleSink['getSample']>> & object;

function hear(sample: Sample, collector: PeakCollector): void {
  // Two channels are enough to tell loud from quiet.
  for (let channel = 0; channel < Math.min(2, sample.numberOfChannels); channel += 1) {
    const plane = new Float32Array(sample.numberOfFrames);
    sample.copyTo(plane, { planeIndex: channel, format: 'f32-planar' });
    collector.add(plane, sample.timestamp * 1_000, sample.sampleRate);
  }
  sample.close();
}
