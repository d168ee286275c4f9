/** Finer than this, pictures of a film are hardly different from each other, in ms of the source. */
const leastStepMs = 64;

/** One picture of a filmstrip. */
export interface FilmTile {
  /** Which moment of the source it shows, in ms. */
  readonly sourceMs: number;
  /** Px of the drawing; the picture is cut to that width. */
  readonly x: number;
  readonly width: number;
}

/** A clip as a strip of pictures. */
export interface Filmstrip {
  /** Where the clip begins and ends on the drawing, in px, also outside of what is seen. */
  readonly x: number;
  readonly right: number;
  /** What is seen of the drawing, in px. */
  readonly seenFrom: number;
  readonly seenTo: number;
  /** Where in the source the clip begins, in ms. */
  readonly sourceStartMs: number;
  /** Ms of the source on one px. */
  readonly sourceMsPerPx: number;
  /** How wide a whole picture is, in px. */
  readonly pictureWidth: number;
}

/**
 * The pictures of a strip that are seen. Their times lie on a grid of the source in steps of powers of two, so that clips
 * of one source share their pictures, and half of them stay when the zoom goes to the next step. A picture has between
 * half and the whole of its width. The first one of a clip does not show what was cut away before it.
 */
export function filmTiles(strip: Filmstrip): FilmTile[] {
  const { x, right, seenFrom, seenTo, sourceStartMs, sourceMsPerPx, pictureWidth } = strip;
  const stepMs = Math.max(leastStepMs, 2 ** Math.floor(Math.log2(pictureWidth * sourceMsPerPx)));
  const from = Math.max(x, seenFrom);
  const to = Math.min(right, seenTo);
  if (!(to > from) || !Number.isFinite(stepMs)) return [];
  const sourceAt = (px: number) => sourceStartMs + (px - x) * sourceMsPerPx;
  const pxOf = (sourceMs: number) => x + (sourceMs - sourceStartMs) / sourceMsPerPx;
  const earliest = Math.ceil(sourceStartMs / leastStepMs) * leastStepMs;
  const tiles: FilmTile[] = [];
  for (let at = Math.floor(sourceAt(from) / stepMs) * stepMs; ; at += stepMs) {
    const left = Math.max(pxOf(at), x);
    if (left >= to) return tiles;
    const end = Math.min(pxOf(at + stepMs), right);
    if (end > left) tiles.push({ sourceMs: Math.max(at, earliest), x: left, width: end - left });
  }
}

/** Times at which a picture may stand in for one that is not there yet: those of coarser steps, the nearest first. */
export function standIns(sourceMs: number): number[] {
  const times: number[] = [];
  for (let step = leastStepMs * 2; step <= 2 ** 22 && times.length < 6; step *= 2) {
    const at = Math.floor(sourceMs / step) * step;
    if (at !== (times.at(-1) ?? sourceMs)) times.push(at);
  }
  return times;
}
