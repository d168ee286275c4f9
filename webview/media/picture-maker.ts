/** Pictures are made in this height, in device px: the highest row of a timeline on a dense screen needs little more. */
export const pictureHeightPx = 96;

/** Makes pictures of one source. Every member may reject; then there is nothing to be shown of it. */
export interface PictureMaker {
  /** The same while the content is the same. */
  readonly fingerprint: string;
  /** Width of a picture for a height of 1; undefined where there is nothing to be seen. */
  readonly aspect: number | undefined;
  /** Whether it looks the same all the time. */
  readonly isStill: boolean;
  /** Whether it can be heard, and decoded here. */
  readonly hasSound: boolean;
  /** Pictures at these moments of the source, in ms and in order of time; null where there is none. */
  pictures(
    sourceMs: readonly number[],
    signal: AbortSignal,
  ): AsyncGenerator<{ readonly sourceMs: number; readonly image: ImageBitmap | null }, void, unknown>;
  /** Peaks of a piece of a level (see sound-peaks.ts); undefined where the effort is out of proportion. */
  peaks(level: number, piece: number, signal: AbortSignal): Promise<Uint8Array | undefined>;
  close(): void;
}

/** Opens what a clip shows; undefined where no pictures are to be made of it. */
export type OpenPictures = (clipId: string) => Promise<PictureMaker | undefined>;
