import { exactClockText } from '../../src/timeline/clock-text.ts';
import type { TrackKind } from '../../src/timeline/timeline-model.ts';
import { seen } from '../seen-text.ts';
import { drawMarks, drawRemoved, signPx } from './draw-marks.ts';
import { drawPictures } from './draw-pictures.ts';
import { rulerTicks } from './ruler-ticks.ts';
import type { TimelineColors } from './theme-colors.ts';
import { pxAt, timeAt, type TimeWindow } from './time-window.ts';
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
import type { ClipPlace, TimelineIndex } from './track-index.ts';

/** Words of a clip that stand in one line are this far apart at least, in px, and where they stand on plates. */
const wordsApartPx = 8;
const platesApartPx = 14;
/** Half the width of the playhead's head, and where in the ruler it begins: below the times; in px. */
const headHalfPx = 5;
const headTopPx = 13;

const kinds: readonly TrackKind[] = ['video', 'audio', 'text', 'other'];

/**
 * Draws the whole picture. What is out of sight is not visited, clips thinner than a px are drawn as one bar with their
 * neighbours, and everything of one colour goes to the canvas in one path.
 */
export function drawTimeline(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { colors, widthPx, heightPx, pixelRatio } = scene;
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  context.fillStyle = colors.background;
  context.fillRect(0, 0, widthPx, heightPx);
  context.font = `11px ${colors.fontFamily}`;
  context.textBaseline = 'middle';

  const ticks = rulerTicks(scene.window, widthPx, (label) => scene.text.width(label) + 18);
  drawGrid(context, scene, ticks);
  context.save();
  context.beginPath();
  context.rect(0, rulerHeightPx, widthPx, Math.max(0, heightPx - rulerHeightPx));
  context.clip();
  const boxes = drawClips(context, scene);
  const pictured = drawPictures(context, scene, boxes);
  drawNames(context, scene, boxes, pictured);
  drawRemoved(context, scene);
  drawMarks(context, scene, boxes);
  drawOutline(context, scene, scene.hovered, colors.foreground, 1);
  drawOutline(context, scene, scene.selected, colors.focus, 2);
  drawDragged(context, scene);
  context.restore();
  drawRuler(context, scene, ticks);
  drawPlayhead(context, scene);
}

/** Draws all tracks as thin stripes, for the overview below the timeline. */
export function drawOverview(
  context: CanvasRenderingContext2D,
  index: TimelineIndex,
  size: {
    readonly widthPx: number;
    readonly heightPx: number;
    readonly pixelRatio: number;
    readonly durationMs: number;
  },
  colors: TimelineColors,
): void {
  const { widthPx, heightPx, pixelRatio, durationMs } = size;
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  context.clearRect(0, 0, widthPx, heightPx);
  if (index.rows.length === 0 || durationMs <= 0) return;
  const stripe = heightPx / index.rows.length;
  const thickness = Math.max(1 / pixelRatio, stripe * 0.7);
  const window: TimeWindow = { startMs: 0, msPerPx: durationMs / widthPx };
  context.globalAlpha = colors.highContrast ? 1 : 0.75;
  for (const kind of kinds) {
    context.beginPath();
    for (const [row, { track, starts, ends }] of index.rows.entries()) {
      if (track.kind !== kind) continue;
      let from = 0;
      let to = -1;
      const y = row * stripe;
      for (let at = 0; at < starts.length; at += 1) {
        const x = pxAt(window, starts[at] ?? 0);
        const end = Math.max(pxAt(window, ends[at] ?? 0), x + 1);
        if (to >= x) {
          to = Math.max(to, end);
        } else {
          if (to > from) context.rect(from, y, to - from, thickness);
          from = x;
          to = end;
        }
      }
      if (to > from) context.rect(from, y, to - from, thickness);
    }
    context.fillStyle = colors.clip[kind];
    context.fill();
  }
  context.globalAlpha = 1;
}

function drawGrid(context: CanvasRenderingContext2D, scene: TimelineScene, ticks: ReturnType<typeof rulerTicks>): void {
  const { colors, heightPx, widthPx, window, index, pixelRatio } = scene;
  const hair = 1 / pixelRatio;
  context.beginPath();
  for (const { atMs, label } of ticks) {
    if (label === undefined) continue;
    context.rect(snap(pxAt(window, atMs), pixelRatio), rulerHeightPx, hair, heightPx);
  }
  for (let row = 0; row <= index.rows.length; row += 1) {
    const y = rowTop(row, scene);
    if (y >= rulerHeightPx && y <= heightPx) context.rect(0, snap(y, pixelRatio), widthPx, hair);
  }
  context.fillStyle = colors.line;
  context.globalAlpha = colors.highContrast ? 0.35 : 0.7;
  context.fill();
  context.globalAlpha = 1;
}

/** Fills the clips kind by kind; returns those that are wide enough for more than a bar. */
function drawClips(context: CanvasRenderingContext2D, scene: TimelineScene): ClipBox[] {
  const { colors, index, window, widthPx, heightPx, rowHeightPx, pixelRatio } = scene;
  const leftMs = timeAt(window, 0);
  const rightMs = timeAt(window, widthPx);
  const height = rowHeightPx - 2 * rowInsetPx;
  const wide: ClipBox[] = [];
  for (const kind of kinds) {
    const bars = new Path2D();
    const bodies = new Path2D();
    const levels = new Path2D();
    const edges = new Path2D();
    for (const [row, line] of index.rows.entries()) {
      const top = rowTop(row, scene) + rowInsetPx;
      if (line.track.kind !== kind || top > heightPx || top + height < rulerHeightPx) continue;
      const [first, past] = line.touching(leftMs, rightMs);
      let from = 0;
      let to = -1;
      const flush = () => {
        if (to <= from) return;
        bars.rect(from, top, to - from, height);
        to = -1;
      };
      for (let at = first; at < past; at += 1) {
        const start = Math.max(pxAt(window, line.starts[at] ?? 0), -4);
        const end = Math.min(pxAt(window, line.ends[at] ?? 0), widthPx + 4);
        if (end < 0) continue;
        if (end - start < plainBelowPx) {
          const x = snap(start, pixelRatio);
          const right = Math.max(snap(end, pixelRatio), x + 1);
          if (to < from || x > to) {
            flush();
            from = x;
            to = right;
          } else {
            to = Math.max(to, right);
          }
          continue;
        }
        // A hair of background stays between neighbours.
        const x = snap(start, pixelRatio);
        const width = snap(end, pixelRatio) - x - 1;
        bodies.roundRect(x, top, width, height, cornerPx);
        const volume = line.clips[at]?.volume;
        // As recorded needs no telling; what is quieter fills its clip that far only.
        if (volume !== undefined && volume < 100 && kind !== 'text') {
          const level = (height * Math.max(volume, 0)) / 100;
          if (level > 0) levels.roundRect(x, top + height - level, width, level, [0, 0, cornerPx, cornerPx]);
        }
        edges.rect(x, top + 1, 2, height - 2);
        wide.push({ row, position: at, x, width });
      }
      flush();
    }
    const color = colors.clip[kind];
    context.globalAlpha = colors.highContrast ? 1 : 0.5;
    context.fillStyle = color;
    context.fill(bars);
    context.globalAlpha = 1;
    context.fillStyle = colors.background;
    context.fill(bodies);
    context.fillStyle = color;
    context.globalAlpha = colors.highContrast ? 0.12 : 0.24;
    context.fill(bodies);
    context.globalAlpha = colors.highContrast ? 0.14 : 0.16;
    context.fill(levels);
    context.globalAlpha = 1;
    context.fill(edges);
    if (colors.highContrast) {
      context.strokeStyle = color;
      context.lineWidth = 1;
      context.stroke(bodies);
    }
    context.globalAlpha = 1;
  }
  return wide;
}

function drawNames(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  boxes: readonly ClipBox[],
  pictured: ReadonlySet<string>,
): void {
  const { index, colors, text, marks, rowHeightPx, widthPx } = scene;
  const details: { readonly text: string; readonly x: number; readonly y: number }[] = [];
  // Over a picture words stand on a plate.
  const plate = (x: number, y: number, width: number) => {
    context.fillStyle = colors.background;
    context.globalAlpha = colors.highContrast ? 1 : 0.82;
    context.beginPath();
    context.roundRect(x - 3, y - 8.5, width + 6, 16, cornerPx);
    context.fill();
    context.globalAlpha = 1;
  };
  for (const { row, position, x, width } of boxes) {
    if (width < namedFromPx) continue;
    const clip = index.clip({ row, position });
    if (!clip) continue;
    // A clip that begins left of the picture keeps its name in sight.
    // What changed has its sign before it.
    const left = Math.max(x, 0) + 6 + (marks.clips.has(clip.id) ? signPx : 0);
    const room = Math.min(x + width, widthPx) - left - 4;
    const y = rowTop(row, scene) + rowHeightPx / 2 + 0.5;
    const fitted = text.fit(seen(clip.text ?? clip.title), room);
    // One letter of many says nothing; one Chinese character may be a word.
    const name = /^[\x20-\x7e]…$/.test(fitted) ? '' : fitted;
    const isPictured = pictured.has(clip.id);
    if (name !== '') {
      if (isPictured) plate(left, y, text.width(name));
      context.fillStyle = colors.foreground;
      context.fillText(name, left, y);
    }
    const detail = [
      clip.volume !== undefined && Math.round(clip.volume) !== 100 ? `${Math.round(clip.volume)} %` : '',
      scene.lengthText(clip.durationMs),
    ]
      .filter((part) => part !== '')
      .join(' · ');
    const detailWidth = text.width(detail);
    const at = Math.min(x + width, widthPx) - 6 - detailWidth;
    const isRoom = at - (left + text.width(name)) >= (isPictured ? platesApartPx : wordsApartPx);
    if (name !== '' && !name.endsWith('…') && isRoom) {
      if (isPictured) plate(at, y, detailWidth);
      details.push({ text: detail, x: at, y });
    }
  }
  context.fillStyle = colors.muted;
  for (const detail of details) context.fillText(detail.text, detail.x, detail.y);
}

function drawOutline(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  place: ClipPlace | undefined,
  color: string,
  lineWidth: number,
): void {
  const { index, window, rowHeightPx, pixelRatio, widthPx } = scene;
  const clip = place && index.clip(place);
  if (!clip) return;
  const x = Math.max(snap(pxAt(window, clip.startMs), pixelRatio), -4);
  const right = Math.min(snap(pxAt(window, clip.startMs + clip.durationMs), pixelRatio), widthPx + 4);
  if (right < 0 || x > widthPx) return;
  const half = lineWidth / 2;
  const top = rowTop(place.row, scene) + rowInsetPx;
  context.strokeStyle = color;
  context.lineWidth = lineWidth;
  context.beginPath();
  context.roundRect(
    x - half,
    top - half,
    Math.max(right - x - 1, 2) + lineWidth,
    rowHeightPx - 2 * rowInsetPx + lineWidth,
    cornerPx + half,
  );
  context.stroke();
}

/** Where the clip in the hand would come to lie, with the times of its edges. */
function drawDragged(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { dragged, window, colors, rowHeightPx, text } = scene;
  if (!dragged) return;
  const x = pxAt(window, dragged.startMs);
  const right = pxAt(window, dragged.endMs);
  const top = rowTop(dragged.row, scene) + rowInsetPx;
  const height = rowHeightPx - 2 * rowInsetPx;
  context.beginPath();
  context.roundRect(x, top, Math.max(right - x, 2), height, cornerPx);
  context.fillStyle = colors.focus;
  context.globalAlpha = 0.28;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = colors.focus;
  context.lineWidth = 1.5;
  context.setLineDash([4, 3]);
  context.stroke();
  context.setLineDash([]);
  const words = `${exactClockText(dragged.startMs)}–${exactClockText(dragged.endMs)}`;
  const width = text.width(words) + 10;
  const left = Math.min(Math.max(x, 2), Math.max(2, scene.widthPx - width - 2));
  context.fillStyle = colors.background;
  context.fillRect(left, top + 3, width, height - 6);
  context.fillStyle = colors.foreground;
  context.fillText(words, left + 5, top + height / 2 + 0.5);
}

function drawRuler(
  context: CanvasRenderingContext2D,
  { colors, widthPx, window, pixelRatio, text }: TimelineScene,
  ticks: ReturnType<typeof rulerTicks>,
): void {
  const hair = 1 / pixelRatio;
  context.fillStyle = colors.line;
  context.fillRect(0, rulerHeightPx - hair, widthPx, hair);
  context.fillStyle = colors.muted;
  context.globalAlpha = 0.6;
  context.beginPath();
  for (const { atMs, label } of ticks) {
    const length = label === undefined ? 4 : 7;
    context.rect(snap(pxAt(window, atMs), pixelRatio), rulerHeightPx - length, hair, length);
  }
  context.fill();
  context.globalAlpha = 1;
  for (const { atMs, label } of ticks) {
    if (label === undefined) continue;
    const x = pxAt(window, atMs) + 4;
    if (x >= 0 && x + text.width(label) <= widthPx) context.fillText(label, x, 8);
  }
}

function drawPlayhead(
  context: CanvasRenderingContext2D,
  { colors, heightPx, widthPx, window, playheadMs, pixelRatio }: TimelineScene,
): void {
  const x = snap(pxAt(window, playheadMs), pixelRatio);
  if (x < -6 || x > widthPx + 6) return;
  context.fillStyle = colors.playhead;
  context.fillRect(x - 0.5, rulerHeightPx - 6, 1.5, heightPx);
  const tip = x + 0.25;
  // At either end the head leans inwards, so that all of it is in sight.
  const middle = Math.min(Math.max(tip, headHalfPx), widthPx - headHalfPx);
  context.beginPath();
  context.moveTo(middle - headHalfPx, headTopPx);
  context.lineTo(middle + headHalfPx, headTopPx);
  context.lineTo(middle + headHalfPx, rulerHeightPx - 6);
  context.lineTo(tip, rulerHeightPx);
  context.lineTo(middle - headHalfPx, rulerHeightPx - 6);
  context.closePath();
  context.fill();
}

/** To whole device px, so that edges are sharp. */
function snap(px: number, pixelRatio: number): number {
  return Math.round(px * pixelRatio) / pixelRatio;
}
