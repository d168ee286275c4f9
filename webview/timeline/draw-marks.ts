import type { TimelineChange } from '../../src/timeline/timeline-model.ts';
import { seen } from '../seen-text.ts';
import {
  cornerPx,
  namedFromPx,
  plainBelowPx,
  rowInsetPx,
  rowTop,
  rulerHeightPx,
  type ClipBox,
  type TimelineScene,
} from './timeline-scene.ts';
import { pxAt, timeAt } from './time-window.ts';
import type { TrackIndex } from './track-index.ts';

/** What the sign of a change takes of a clip's width, before its name. */
export const signPx = 15;
/** Height of what is gone where other clips lie now: a strip at the foot of the row. */
const stripPx = 8;
const hatchPx = 5;
/** Told apart without colours too. */
const dashes: Readonly<Record<TimelineChange['kind'], number[]>> = {
  added: [],
  changed: [1.5, 2],
  moved: [5, 2],
  removed: [3, 3],
};

interface Ghost {
  readonly x: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
  readonly title: string;
}

/** Height of the strip in which clips that are gone are shown over others, in px from the row's foot. */
export const removedStripPx = stripPx + rowInsetPx;

/** Hatched places of clips that are gone: as high as a clip where nothing lies now, else a strip at the row's foot. */
export function drawRemoved(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { marks, colors, text, pixelRatio } = scene;
  if (marks.removed.size === 0) return;
  const ghosts = [...marks.removed].flatMap(([row, line]) => ghostsOf(row, line, scene));
  if (ghosts.length === 0) return;
  const bodies = new Path2D();
  const frames = new Path2D();
  for (const { x, width, top, height } of ghosts) {
    bodies.rect(x, top, width, height);
    if (width >= plainBelowPx)
      frames.roundRect(x + 0.5, top + 0.5, width - 1, height - 1, Math.min(cornerPx, height / 3));
  }
  context.fillStyle = colors.background;
  context.fill(bodies);
  context.fillStyle = hatching(context, colors.change.removed, pixelRatio) ?? colors.change.removed;
  context.fill(bodies);
  context.strokeStyle = colors.change.removed;
  context.lineWidth = 1;
  context.setLineDash(dashes.removed);
  context.stroke(frames);
  context.setLineDash([]);
  for (const { x, width, top, height, title } of ghosts) {
    if (width < namedFromPx || height <= stripPx) continue;

    const left = Math.max(x, 0) + 6;
    const name = text.fit(title, Math.min(x + width, scene.widthPx) - left - signPx - 6);
    // The hatching stays clear of the letters.
    context.fillStyle = colors.background;
    context.fillRect(left - 2, top + height / 2 - 7, signPx + text.width(name) + 2, 14);
    drawSign(context, 'removed', left + 5, top + height / 2, scene);
    context.fillStyle = colors.foreground;
    context.fillText(name, left + signPx, top + height / 2 + 0.5);
  }
}

/** What is in sight of the clips that are gone from a row; many thin ones are one. */
function ghostsOf(row: number, line: TrackIndex, scene: TimelineScene): Ghost[] {
  const { index, window, widthPx, heightPx, rowHeightPx } = scene;
  const rowStart = rowTop(row, scene) + rowInsetPx;
  const full = rowHeightPx - 2 * rowInsetPx;
  if (rowStart > heightPx || rowStart + full < rulerHeightPx) return [];
  const now = index.rows[row];
  const ghosts: Ghost[] = [];
  const [first, past] = line.touching(timeAt(window, 0), timeAt(window, widthPx));
  for (let at = first; at < past; at += 1) {
    const startMs = line.starts[at] ?? 0;
    const endMs = line.ends[at] ?? 0;
    const x = Math.max(pxAt(window, startMs), -4);
    const right = Math.min(pxAt(window, endMs), widthPx + 4);
    const last = ghosts.at(-1);
    if (last && last.width < plainBelowPx && right - last.x < plainBelowPx) continue;
    const isFree = now === undefined || isEmptyBetween(now, startMs, endMs);
    const height = isFree ? full : stripPx;
    const title = seen(line.clips[at]?.title ?? '');
    ghosts.push({ x, width: Math.max(right - x, 2), top: rowStart + full - height, height, title });
  }
  return ghosts;
}

/** No clip lies there, but for a touch. */
function isEmptyBetween(line: TrackIndex, startMs: number, endMs: number): boolean {
  const [first, past] = line.touching(startMs, endMs);
  for (let at = first; at < past; at += 1) {
    const common = Math.min(line.ends[at] ?? 0, endMs) - Math.max(line.starts[at] ?? 0, startMs);
    if (common > 1) return false;
  }
  return true;
}

/** Frames and signs on what came or is not what it was, and arrows from where clips were. */
export function drawMarks(context: CanvasRenderingContext2D, scene: TimelineScene, boxes: readonly ClipBox[]): void {
  const { marks, index, colors, rowHeightPx } = scene;
  if (marks.clips.size === 0) return;
  drawMoves(context, scene);
  drawThinMarks(context, scene);
  const height = rowHeightPx - 2 * rowInsetPx;
  context.lineWidth = 1.5;
  for (const { row, position, x, width } of boxes) {
    const kind = marks.clips.get(index.clip({ row, position })?.id ?? '')?.kind;
    if (!kind) continue;
    const top = rowTop(row, scene) + rowInsetPx;
    context.strokeStyle = colors.change[kind];
    context.setLineDash(dashes[kind]);
    context.beginPath();
    context.roundRect(x + 0.75, top + 0.75, Math.max(width - 1.5, 1), height - 1.5, cornerPx);
    context.stroke();
    context.setLineDash([]);
    if (width >= signPx + 6) drawSign(context, kind, Math.max(x, 0) + 11, top + height / 2, scene);
  }
}

/** Clips too thin for a frame have a line of their colour at the foot of the row. */
function drawThinMarks(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { index, marks, colors, window, widthPx, heightPx, rowHeightPx } = scene;
  const [leftMs, rightMs] = [timeAt(window, 0), timeAt(window, widthPx)];
  const paths = new Map<TimelineChange['kind'], Path2D>();
  for (const [row, line] of index.rows.entries()) {
    const top = rowTop(row, scene);
    if (top > heightPx || top + rowHeightPx < rulerHeightPx) continue;
    const [first, past] = line.touching(leftMs, rightMs);
    for (let at = first; at < past; at += 1) {
      const width = ((line.ends[at] ?? 0) - (line.starts[at] ?? 0)) / window.msPerPx;
      if (width >= plainBelowPx) continue;
      const kind = marks.clips.get(line.clips[at]?.id ?? '')?.kind;
      if (!kind) continue;
      const path = paths.get(kind) ?? new Path2D();
      paths.set(kind, path);
      path.rect(pxAt(window, line.starts[at] ?? 0), top + rowHeightPx - 4, Math.max(width, 1), 3);
    }
  }
  for (const [kind, path] of paths) {
    context.fillStyle = colors.change[kind];
    context.fill(path);
  }
}

/** Dashed places where clips were, with an arrow to where they are: of those that moved alone, and of the one in focus. */
function drawMoves(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { marks, index, colors, window, widthPx, rowHeightPx, hovered, selected } = scene;
  const inFocus = new Set([hovered, selected].map((place) => place && index.clip(place)?.id));
  const height = rowHeightPx - 2 * rowInsetPx;
  context.strokeStyle = colors.change.moved;
  context.fillStyle = colors.change.moved;
  for (const [id, { row, startMs, endMs, isAlone }] of marks.movedFrom) {
    if (!isAlone && !inFocus.has(id)) continue;
    const place = index.placeOf(id);
    const clip = place && index.clip(place);
    if (!clip) continue;
    const [x, right] = [pxAt(window, startMs), pxAt(window, endMs)];
    const to = pxAt(window, clip.startMs);
    if (Math.max(right, to) < 0 || Math.min(x, to) > widthPx) continue;
    const top = rowTop(row, scene) + rowInsetPx;
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    context.beginPath();
    context.roundRect(
      Math.max(x, -4) + 0.5,
      top + 0.5,
      Math.max(Math.min(right, widthPx + 4) - Math.max(x, -4) - 1, 2),
      height - 1,
      cornerPx,
    );
    context.stroke();
    context.setLineDash([]);
    const fromY = top + height - 3;
    const toY = rowTop(place.row, scene) + rowInsetPx + height - 3;
    drawArrow(context, { x, y: fromY }, { x: to, y: toY });
  }
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function drawArrow(context: CanvasRenderingContext2D, from: Point, to: Point): void {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  if (Math.hypot(to.x - from.x, to.y - from.y) < 8) return;
  const at = (px: number, turn: number): [number, number] => [
    to.x - px * Math.cos(angle + turn),
    to.y - px * Math.sin(angle + turn),
  ];
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(...at(5, 0));
  context.stroke();
  context.beginPath();
  context.moveTo(to.x, to.y);
  context.lineTo(...at(7, 0.5));
  context.lineTo(...at(7, -0.5));
  context.fill();
}

/** Plus, minus, dot or arrow in a small square, as the cards in the chat have it. */
function drawSign(
  context: CanvasRenderingContext2D,
  kind: TimelineChange['kind'],
  x: number,
  y: number,
  { colors, pixelRatio }: TimelineScene,
): void {
  const half = 5.5;
  const [left, top] = [
    Math.round((x - half) * pixelRatio) / pixelRatio,
    Math.round((y - half) * pixelRatio) / pixelRatio,
  ];
  const [middleX, middleY] = [left + half, top + half];
  context.fillStyle = colors.change[kind];
  context.beginPath();
  context.roundRect(left, top, 2 * half, 2 * half, 2);
  context.fill();
  context.strokeStyle = colors.background;
  context.fillStyle = colors.background;
  context.lineWidth = 1.5;
  context.beginPath();
  if (kind === 'changed') {
    context.arc(middleX, middleY, 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.moveTo(middleX - 3, middleY);
  context.lineTo(middleX + 3, middleY);
  if (kind === 'added') {
    context.moveTo(middleX, middleY - 3);
    context.lineTo(middleX, middleY + 3);
  } else if (kind === 'moved') {
    context.moveTo(middleX + 0.5, middleY - 2.5);
    context.lineTo(middleX + 3, middleY);
    context.lineTo(middleX + 0.5, middleY + 2.5);
  }
  context.stroke();
}

/** Slanted lines; undefined where there is no canvas to draw them on. */
function hatching(context: CanvasRenderingContext2D, color: string, pixelRatio: number): CanvasPattern | null {
  const size = Math.max(1, Math.round(hatchPx * pixelRatio));
  const tile = new OffscreenCanvas(size, size);
  const lines = tile.getContext('2d');
  if (!lines) return null;
  lines.strokeStyle = color;
  lines.globalAlpha = 0.7;
  lines.lineWidth = Math.max(1, pixelRatio);
  lines.beginPath();
  // Three, so that the corners meet.
  for (const from of [-size, 0, size]) {
    lines.moveTo(from - 1, size + 1);
    lines.lineTo(from + size + 1, -1);
  }
  lines.stroke();
  const pattern = context.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(1 / pixelRatio));
  return pattern;
}
