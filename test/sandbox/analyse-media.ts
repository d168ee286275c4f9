/** What is heard and seen in a file: pauses and scene changes, measured by ffmpeg. */
import type { MediaWorkshop } from './media-workshop.ts';

/** From and to, in ms. */
export type Span = readonly [number, number];

/** Shortest silence that counts as a pause, in ms. */
const pauseMs = 450;

/** Silences within a part of a file, in ms of the file. */
export async function findSilences(workshop: MediaWorkshop, path: string, part: Span): Promise<Span[]> {
  const [from, to] = part;
  const { stderr } = await workshop.ffmpeg([
    ...['-ss', (from / 1000).toFixed(3), '-t', ((to - from) / 1000).toFixed(3), '-vn', '-i', path],
    ...['-af', `silencedetect=noise=-35dB:d=${pauseMs / 1000}`, '-f', 'null', '-'],
  ]);
  const spans: Span[] = [];
  let start: number | undefined;
  for (const match of stderr.matchAll(/silence_(start|end): (-?[\d.]+)/g)) {
    const at = from + Math.max(0, Math.round(Number(match[2]) * 1000));
    if (match[1] === 'start') {
      start = at;
    } else if (start !== undefined) {
      spans.push([start, Math.min(at, to)]);
      start = undefined;
    }
  }
  // A silence that lasts to the end has no end in older versions.
  if (start !== undefined && to - start >= pauseMs) spans.push([start, to]);
  return spans;
}

/** Times of scene changes within a part of a file, in ms of the file. */
export async function findScenes(workshop: MediaWorkshop, path: string, part: Span): Promise<number[]> {
  const [from, to] = part;
  const { stderr } = await workshop.ffmpeg([
    ...['-threads', '2', '-ss', (from / 1000).toFixed(3), '-t', ((to - from) / 1000).toFixed(3), '-an', '-i', path],
    ...['-vf', "fps=10,scale=160:90,select='gt(scene,0.25)',showinfo", '-f', 'null', '-'],
  ]);
  return [...stderr.matchAll(/pts_time:\s*([\d.]+)/g)]
    .map((match) => from + Math.round(Number(match[1]) * 1000))
    .filter((at) => at > from && at < to);
}

/** Mean volume of a file's sound, in dB (below 0); undefined where it cannot be measured. */
export async function meanVolume(workshop: MediaWorkshop, path: string): Promise<number | undefined> {
  const { stderr } = await workshop.ffmpeg(['-vn', '-i', path, '-af', 'volumedetect', '-f', 'null', '-']);
  const found = /mean_volume: (-?[\d.]+) dB/.exec(stderr)?.[1];
  return found === undefined ? undefined : Number(found);
}
