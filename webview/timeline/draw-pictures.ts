import type { Clip } from '../../src/timeline/timeline-model.ts';
import { filmTiles } from '../media/filmstrip.ts';
import { levelFor, loudestBetween } from '../media/sound-peaks.ts';
import type { ClipPictures } from './clip-pictures.ts';
import { pxAt } from './time-window.ts';
import { cornerPx, rowInsetPx, rowTop, rulerHeightPx, type ClipBox, type TimelineScene } from './timeline-scene.ts';

/** A narrower clip has no room for a picture, in px. */
const picturedFromPx = 18;

/** Draws what clips show and sound like into their bodies; returns the ids of those that got pictures. */
export function drawPictures(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  boxes: readonly ClipBox[],
): ReadonlySet<string> {
  const pictured = new Set<string>();
  const { pictures, index, rowHeightPx, heightPx } = scene;
  if (!pictures) return pictured;
  for (const box of boxes) {
    if (box.width < picturedFromPx) continue;
    const track = index.rows[box.row]?.track;
    const clip = index.clip(box);
    const top = rowTop(box.row, scene);
    if (!track || !clip || top > heightPx || top + rowHeightPx < rulerHeightPx) continue;
    if (track.kind !== 'video' && track.kind !== 'audio') continue;
    const source = pictures.source(clip);
    if (!source) continue;
    if (track.kind === 'video' && source.aspect !== undefined) {
      if (drawFilm(context, scene, pictures, clip, box, source.aspect)) pictured.add(clip.id);
    } else if (source.hasSound) {
      if (drawSound(context, scene, pictures, clip, box, scene.colors.clip[track.kind])) pictured.add(clip.id);
    }
  }
  return pictured;
}

/** Px and times of a clip's body, the body reaching beyond the drawing where the clip does. */
function bodyOf(scene: TimelineScene, clip: Clip, { row, x, width }: ClipBox) {
  const speed = clip.speed !== undefined && clip.speed > 0 ? clip.speed : 1;
  return {
    top: rowTop(row, scene) + rowInsetPx,
    height: scene.rowHeightPx - 2 * rowInsetPx,
    startX: pxAt(scene.window, clip.startMs),
    seenFrom: Math.max(x, 0),
    seenTo: Math.min(x + width, scene.widthPx),
    sourceStartMs: clip.sourceStartMs ?? 0,
    sourceMsPerPx: scene.window.msPerPx * speed,
  };
}

function drawFilm(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  pictures: ClipPictures,
  clip: Clip,
  box: ClipBox,
  aspect: number,
): boolean {
  const { top, height, startX, seenFrom, seenTo, sourceStartMs, sourceMsPerPx } = bodyOf(scene, clip, box);
  const tiles = filmTiles({
    x: startX,
    right: box.x + box.width,
    seenFrom,
    seenTo,
    sourceStartMs,
    sourceMsPerPx,
    pictureWidth: height * aspect,
  });
  let drawn = false;
  context.save();
  context.beginPath();
  // The coloured edge at the beginning stays in sight.
  context.roundRect(box.x + 2, top, box.width - 2, height, [0, cornerPx, cornerPx, 0]);
  context.clip();
  for (const { sourceMs, x, width } of tiles) {
    const image = pictures.picture(clip, sourceMs);
    if (!image) continue;
    const whole = (image.width / image.height) * height;
    // A tile is narrower than its picture: its middle is what counts.
    const shown = Math.min(width, whole);
    const cut = ((whole - shown) / 2) * (image.height / height);
    context.drawImage(
      image,
      cut,
      0,
      shown * (image.height / height),
      image.height,
      x,
      top,
      Math.max(width, shown),
      height,
    );
    drawn = true;
  }
  context.restore();
  return drawn;
}

function drawSound(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  pictures: ClipPictures,
  clip: Clip,
  box: ClipBox,
  color: string,
): boolean {
  const { top, height, startX, seenFrom, seenTo, sourceStartMs, sourceMsPerPx } = bodyOf(scene, clip, box);
  const level = levelFor(sourceMsPerPx);
  const loudness = Math.min(Math.max(clip.volume ?? 100, 0), 100) / 100;
  const middle = top + height / 2;
  const most = (height / 2 - 1) * loudness;
  const sourceAt = (px: number) => sourceStartMs + (px - startX) * sourceMsPerPx;
  context.beginPath();
  let piece: Uint8Array | undefined;
  let pieceNumber = -1;
  // Neighbours are in the same piece, and asking costs more than looking.
  const pieceOf = (number: number) => {
    if (number !== pieceNumber) {
      pieceNumber = number;
      piece = pictures.peaks(clip, level, number);
    }
    return piece;
  };
  let drawn = false;
  for (let px = Math.ceil(seenFrom); px < seenTo - 1; px += 1) {
    const loudest = loudestBetween(level, sourceAt(px), sourceAt(px + 1), pieceOf);
    if (loudest === undefined) continue;
    drawn = true;
    // The ear hears by ratios: what is quiet is not nothing.
    const reach = Math.sqrt(loudest / 255) * most;
    if (reach > 0) context.rect(px, middle - Math.max(0.5, reach), 1, Math.max(1, 2 * reach));
  }
  context.fillStyle = color;
  context.globalAlpha = scene.colors.highContrast ? 0.9 : 0.55;
  context.fill();
  context.globalAlpha = 1;
  return drawn;
}
