import { CanvasSink, EncodedPacketSink, type InputVideoTrack } from 'mediabunny';

import { OpenedFile, type AskHost } from './media-source.ts';
import { pictureHeightPx, type PictureMaker } from './picture-maker.ts';
import { SoundReader } from './sound-reader.ts';

/** No picture is wider than this many times its height. */
const mostAspect = 4;
/** A picture file with more bytes is not worth its reading for so small a drawing. */
const mostImageBytes = 40 * 1024 * 1024;
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
  const [pictures, sound] = await Promise.all([input.getPrimaryVideoTrack(), SoundReader.open(input, file.info.bytes)]);
  const seen = pictures && (await pictures.canDecode()) ? pictures : undefined;
  if (!seen && !sound) return undefined;
  const aspect = seen && moderate((await seen.getDisplayWidth()) / (await seen.getDisplayHeight()));
  return filmMaker(file, seen, aspect, sound);
}

function moderate(aspect: number): number {
  return Number.isFinite(aspect) ? Math.min(mostAspect, Math.max(1 / mostAspect, aspect)) : 1;
}

function filmMaker(
  file: OpenedFile,
  seen: InputVideoTrack | undefined,
  aspect: number | undefined,
  sound: SoundReader | undefined,
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
  return {
    fingerprint: file.info.fingerprint,
    aspect,
    isStill: false,
    hasSound: sound !== undefined,
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
    peaks: async (level, piece, signal) => sound?.peaks(level, piece, signal),
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
