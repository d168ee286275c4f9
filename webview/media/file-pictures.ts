import { AudioSampleSink, CanvasSink, EncodedPacketSink, type InputAudioTrack, type InputVideoTrack } from 'mediabunny';

import { OpenedFile, type AskHost } from './media-source.ts';
import { pictureHeightPx, type PictureMaker } from './picture-maker.ts';
import { PeakCollector, peakMs, peaksPerPiece, pieceMs } from './sound-peaks.ts';

/** No picture is wider than this many times its height. */
const mostAspect = 4;
/** A picture file with more bytes is not worth its reading for so small a drawing. */
const mostImageBytes = 40 * 1024 * 1024;
/** Longer pieces are listened to here and there only, in ms: all of an hour is not decoded for a few px. */
const heardWholeMs = 180_000;
/** Nor is so much read for a piece, in bytes: sound lies in between the pictures of a film. */
const mostPieceBytes = 24 * 1024 * 1024;
/** Where a piece is not heard whole, one moment stands for so many peaks. */
const peaksPerMoment = 4;
/** A picture is looked for this far behind the last one that stands for itself, in s: all in between must be decoded. */
const mostDecodedSeconds = 4;

/**
 * Opens what a clip shows; undefined where no pictures are to be made of it: it has none, its file is not on this
 * machine, or nothing here decodes it.
 */
export async function openFilePictures(ask: AskHost, clipId: string): Promise<PictureMaker | undefined> {
  const file = await OpenedFile.open(ask, { kind: 'clip', clipId }, true);
  if (!(file instanceof OpenedFile)) return undefined;
  try {
    const maker = await makerOf(file);
    if (!maker) file.close();
    return maker;
  } catch {
    // No media that anybody here can read; the clip stays plain.
    file.close();
    return undefined;
  }
}

async function makerOf(file: OpenedFile): Promise<PictureMaker | undefined> {
  if (file.info.kind === 'image') return file.info.bytes <= mostImageBytes ? imageMaker(file) : undefined;
  const input = file.input();
  const [pictures, sound] = await Promise.all([input.getPrimaryVideoTrack(), input.getPrimaryAudioTrack()]);
  const seen = pictures && (await pictures.canDecode()) ? pictures : undefined;
  const heard = sound && (await sound.canDecode()) ? sound : undefined;
  if (!seen && !heard) return undefined;
  const aspect = seen && moderate((await seen.getDisplayWidth()) / (await seen.getDisplayHeight()));
  const seconds = heard ? await input.getDurationFromMetadata() : null;
  return filmMaker(file, seen, aspect, heard, seconds !== null && seconds > 0 ? file.info.bytes / seconds / 1_000 : 0);
}

function moderate(aspect: number): number {
  return Number.isFinite(aspect) ? Math.min(mostAspect, Math.max(1 / mostAspect, aspect)) : 1;
}

/** @param bytesPerMs of the file as a whole. */
function filmMaker(
  file: OpenedFile,
  seen: InputVideoTrack | undefined,
  aspect: number | undefined,
  heard: InputAudioTrack | undefined,
  bytesPerMs: number,
): PictureMaker {
  const canvases =
    seen &&
    aspect !== undefined &&
    new CanvasSink(seen, {
      width: Math.max(1, Math.round(pictureHeightPx * aspect)),
      height: pictureHeightPx,
      fit: 'cover',
      poolSize: 1,
    });
  const samples = heard && new AudioSampleSink(heard);
  return {
    fingerprint: file.info.fingerprint,
    aspect,
    isStill: false,
    hasSound: samples !== undefined,
    async *pictures(sourceMs, signal) {
      if (!canvases) return;
      const moments = canvases.canvasesAtTimestamps(nearKeyPackets(seen, sourceMs));
      try {
        for (const ms of sourceMs) {
          const next = await moments.next();
          if (next.done === true || signal.aborted) return;
          yield { sourceMs: ms, image: next.value && (await createImageBitmap(next.value.canvas)) };
        }
      } finally {
        // Also where nobody wants the rest: a decoder is closed with it.
        await moments.return(undefined);
      }
    },
    async peaks(level, piece, signal) {
      if (!samples) return undefined;
      const collector = new PeakCollector(level, piece);
      const startMs = piece * pieceMs(level);
      const isHeardWhole = pieceMs(level) <= heardWholeMs && pieceMs(level) * bytesPerMs <= mostPieceBytes;
      if (isHeardWhole || level === 0) await hearAll(samples, collector, startMs, startMs + pieceMs(level), signal);
      else await hearHereAndThere(samples, collector, startMs, peakMs(level), signal);
      return collector.peaks;
    },
    close: () => file.close(),
  };
}

/** The moments in s, none further from a picture that stands for itself than is worth its decoding. */
async function* nearKeyPackets(track: InputVideoTrack, sourceMs: readonly number[]): AsyncGenerator<number> {
  const packets = new EncodedPacketSink(track);
  for (const ms of sourceMs) {
    const key = await packets.getKeyPacket(ms / 1_000, { metadataOnly: true });
    yield key ? Math.min(ms / 1_000, key.timestamp + mostDecodedSeconds) : ms / 1_000;
  }
}

async function hearAll(
  sink: AudioSampleSink,
  collector: PeakCollector,
  fromMs: number,
  toMs: number,
  signal: AbortSignal,
): Promise<void> {
  for await (const sample of sink.samples(fromMs / 1_000, toMs / 1_000)) {
    hear(sample, collector);
    if (signal.aborted) return;
  }
}

/** One moment stands for the whole stretch of some peaks. */
async function hearHereAndThere(
  sink: AudioSampleSink,
  collector: PeakCollector,
  fromMs: number,
  peakLengthMs: number,
  signal: AbortSignal,
): Promise<void> {
  const stepMs = peakLengthMs * peaksPerMoment;
  const moments = Array.from({ length: peaksPerPiece / peaksPerMoment }, (_, at) => fromMs + (at + 0.5) * stepMs);
  let at = 0;
  for await (const sample of sink.samplesAtTimestamps(moments.map((ms) => ms / 1_000))) {
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

async function imageMaker(file: OpenedFile): Promise<PictureMaker> {
  const bytes = await file.read(0, file.info.bytes);
  const whole = await createImageBitmap(new Blob([new Uint8Array(bytes)]), {
    resizeHeight: pictureHeightPx,
    resizeQuality: 'medium',
  });
  const aspect = moderate(whole.width / whole.height);
  return {
    fingerprint: file.info.fingerprint,
    aspect,
    isStill: true,
    hasSound: false,
    async *pictures(sourceMs) {
      // A copy each: who gets it may close it.
      for (const ms of sourceMs) yield { sourceMs: ms, image: await createImageBitmap(whole) };
    },
    peaks: () => Promise.resolve(undefined),
    close: () => file.close(),
  };
}
