/** A draft made into a film by ffmpeg, from the very JSON that was submitted. */
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { drawTextFilter } from './draw-text.ts';
import type { MediaItem } from './media-shelf.ts';
import type { MediaWorkshop } from './media-workshop.ts';

const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const segmentSchema = z.looseObject({
  st: lenient(z.number().min(0)),
  d: z.number().min(0).default(0),
  ss: lenient(z.number().min(0)),
  sp: lenient(z.number().positive()),
  vo: lenient(z.number().min(0)),
  src: lenient(z.string()),
  tx: lenient(z.string()),
  gr: lenient(z.object({ ex: z.number(), co: z.number(), sa: z.number(), wa: z.number() })),
  fi: lenient(z.number().min(0)),
  fo: lenient(z.number().min(0)),
  ft: lenient(z.string()),
  ps: lenient(z.enum(['top', 'centre', 'bottom'])),
});

const draftSchema = z.looseObject({
  t: z.array(z.looseObject({ tt: z.number().default(-1), sg: z.array(segmentSchema).default([]) })),
  w: lenient(z.number().min(2)),
  h: lenient(z.number().min(2)),
  fps: lenient(z.number().min(1).max(120)),
});

/** Times in ms. */
interface PlacedSegment extends z.output<typeof segmentSchema> {
  readonly start: number;
  readonly end: number;
}

interface RenderDraft {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly durationMs: number;
  readonly video: readonly (readonly PlacedSegment[])[];
  readonly audio: readonly (readonly PlacedSegment[])[];
  readonly texts: readonly PlacedSegment[];
}

/** What a draft asks for; undefined where it has no clip or is no draft. */
export function readRenderDraft(value: unknown): RenderDraft | undefined {
  const parsed = draftSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const tracks = parsed.data.t.map((track) => ({ type: track.tt, segments: place(track.sg) }));
  const ofType = (type: number) => tracks.filter((track) => track.type === type).map((track) => track.segments);
  const all = tracks.flatMap((track) => track.segments);
  const durationMs = Math.max(0, ...all.map((segment) => segment.end));
  if (durationMs === 0) return undefined;
  const even = (size: number) => Math.max(2, Math.round(size / 2) * 2);
  return {
    width: even(Math.min(parsed.data.w ?? 1920, 1920)),
    height: even(Math.min(parsed.data.h ?? 1080, 1920)),
    fps: Math.round(parsed.data.fps ?? 30),
    durationMs,
    video: ofType(0),
    audio: ofType(1),
    texts: ofType(7).flat(),
  };
}

/** Gives every segment its place: one without a start follows the one before it; none begins before the last one ended. */
function place(segments: readonly z.output<typeof segmentSchema>[]): PlacedSegment[] {
  let end = 0;
  const placed: PlacedSegment[] = [];
  for (const segment of segments) {
    const start = segment.st ?? end;
    if (segment.d > 0) placed.push({ ...segment, start, end: start + segment.d });
    end = start + segment.d;
  }
  return placed.toSorted((one, other) => one.start - other.start);
}

/** Equal for two drafts that come to the same film, whatever the ids and addresses in them. */
export function filmKey(value: unknown, mediaOf: RenderOrder['mediaOf']): string {
  const kept = [
    ...Object.keys(segmentSchema.shape),
    ...['width', 'height', 'fps', 'durationMs', 'video', 'audio', 'texts', 'start', 'end'],
    ...['ex', 'co', 'sa', 'wa'],
  ];
  const text = JSON.stringify(readRenderDraft(value), kept);
  return text.replaceAll(/"src":"([^"]*)"/g, (_, source: string) => `"src":"${mediaOf(source)?.hash ?? source}"`);
}

export interface RenderOrder {
  readonly workshop: MediaWorkshop;
  readonly draft: unknown;
  /** The medium at a segment's address. */
  readonly mediaOf: (source: string) => MediaItem | undefined;
  /** Where the film goes. */
  readonly path: string;
  readonly quality: string;
  /** Percent. */
  readonly onProgress: (progress: number) => void;
}

const sampleRate = 44_100;

/**
 * Renders a draft to H.264 and AAC of the draft's size and duration.
 * @returns the duration and what had to be left out.
 * @throws Error where a source is missing or ffmpeg fails.
 */
export async function renderDraft(order: RenderOrder): Promise<{ durationSeconds: number; notes: readonly string[] }> {
  const draft = readRenderDraft(order.draft);
  if (draft === undefined) throw new Error('The draft has no segments');
  const folder = await mkdtemp(join(dirname(order.path), 'texts-'));
  try {
    const graph = new FilterGraph();
    const notes: string[] = [];
    const totalFrames = Math.max(1, frameAt(draft.durationMs, draft.fps));
    let picture = baseTrack(graph, draft, order, totalFrames);
    for (const track of draft.video.slice(1)) picture = overlayTrack(graph, draft, order, picture, track);
    for (const [index, text] of draft.texts.entries()) {
      if (text.tx === undefined || text.tx.trim() === '') continue;
      const caption = text.ps === 'bottom';
      const { filter, note } = await drawTextFilter(order.workshop, folder, String(index), {
        text: text.tx,
        from: text.start / 1000,
        // The frame at the end already belongs to what follows.
        to: text.end / 1000 - 0.001,
        place: text.ps ?? 'centre',
        size: Math.round(Math.min(draft.width, draft.height) / (caption ? 18 : 10)),
        pictureWidth: draft.width,
        box: caption,
      });
      if (note !== undefined) notes.push(note);
      if (filter !== undefined) picture = graph.chain([picture], filter);
    }
    const sound = soundTracks(graph, draft, order);
    await order.workshop.ffmpeg(
      [
        ...['-v', 'error', '-nostats', '-progress', 'pipe:1', '-y'],
        ...graph.inputs.flat(),
        ...['-filter_complex_threads', '2', '-filter_complex', graph.text(), '-map', picture],
        ...(sound === undefined ? [] : ['-map', sound, '-c:a', 'aac', '-b:a', '128k']),
        ...['-c:v', 'libx264', '-preset', draft.width * draft.height > 1_000_000 ? 'ultrafast' : 'veryfast'],
        ...['-crf', crf(order.quality), '-pix_fmt', 'yuv420p', '-r', String(draft.fps)],
        ...['-threads', '2', '-t', (totalFrames / draft.fps).toFixed(6), '-movflags', '+faststart'],
        ...['-map_metadata', '-1', order.path],
      ],
      {
        onLine: (line) => {
          const microseconds = /^out_time_ms=(\d+)/.exec(line)?.[1];
          if (microseconds !== undefined) order.onProgress(Math.floor(Number(microseconds) / 10 / draft.durationMs));
        },
      },
    );
    return { durationSeconds: totalFrames / draft.fps, notes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A filter graph in the making, with its inputs. */
class FilterGraph {
  readonly inputs: string[][] = [];
  readonly #chains: string[] = [];
  #labels = 0;

  /** Adds an input; its number comes back. */
  input(args: readonly string[]): number {
    this.inputs.push([...args]);
    return this.inputs.length - 1;
  }

  /** Adds filters behind the given labels; the label of what comes out comes back. */
  chain(from: readonly string[], filters: string): string {
    const label = `[n${this.#labels}]`;
    this.#labels += 1;
    this.#chains.push(`${from.join('')}${filters}${label}`);
    return label;
  }

  text(): string {
    return this.#chains.join(';');
  }
}

const frameAt = (ms: number, fps: number): number => Math.round((ms * fps) / 1000);
const sampleAt = (ms: number): number => Math.round((ms * sampleRate) / 1000);
const seconds = (ms: number): string => (ms / 1000).toFixed(3);

function crf(quality: string): string {
  return { low: '30', medium: '26' }[quality.toLowerCase()] ?? '22';
}

/**
 * The first video track, frame by frame as long as the whole draft. Each clip is brought to its exact number of frames
 * (the last one stays), so that neither a source that ends early nor an odd frame rate moves what follows.
 */
function baseTrack(graph: FilterGraph, draft: RenderDraft, order: RenderOrder, totalFrames: number): string {
  const black = `color=c=black:s=${draft.width}x${draft.height}:r=${draft.fps}`;
  const parts: string[] = [];
  const gap = (frames: number) => {
    if (frames > 0) parts.push(graph.chain([], `${black},trim=end_frame=${frames},setsar=1,format=yuv420p`));
  };
  let at = 0;
  for (const clip of draft.video[0] ?? []) {
    const start = Math.max(at, frameAt(clip.start, draft.fps));
    const frames = Math.min(frameAt(clip.end, draft.fps), totalFrames) - start;
    if (frames <= 0) continue;
    gap(start - at);
    const source = pictureOf(graph, draft, order, clip);
    const length = frames / draft.fps;
    parts.push(
      graph.chain(
        [source],
        `pad=${draft.width}:${draft.height}:(ow-iw)/2:(oh-ih)/2,tpad=stop=-1:stop_mode=clone,trim=end_frame=${frames},` +
          `setpts=PTS-STARTPTS${fadeFilters(clip, length, false)},setsar=1,format=yuv420p`,
      ),
    );
    at = start + frames;
  }
  gap(totalFrames - at);
  return parts.length === 1 ? (parts[0] ?? '') : graph.chain(parts, `concat=n=${parts.length}:v=1:a=0`);
}

/** A further video track: its clips cover the picture while they last. */
function overlayTrack(
  graph: FilterGraph,
  draft: RenderDraft,
  order: RenderOrder,
  below: string,
  track: readonly PlacedSegment[],
): string {
  let picture = below;
  for (const clip of track) {
    const length = (clip.end - clip.start) / 1000;
    const source = graph.chain(
      [pictureOf(graph, draft, order, { ...clip, ft: 'cover' })],
      `format=yuva420p${fadeFilters(clip, length, true)},setpts=PTS+${seconds(clip.start)}/TB`,
    );
    const when = `between(t,${seconds(clip.start)},${seconds(clip.end - 1)})`;
    picture = graph.chain(
      [picture, source],
      `overlay=x=(W-w)/2:y=(H-h)/2:eof_action=pass:enable='${when}',format=yuv420p`,
    );
  }
  return picture;
}

/** A clip's moving picture from its own time 0: trimmed, sped, scaled, graded. */
function pictureOf(graph: FilterGraph, draft: RenderDraft, order: RenderOrder, clip: PlacedSegment): string {
  const media = sourceOf(order, clip);
  const speed = clip.sp ?? 1;
  const needed = ((clip.end - clip.start) * speed) / 1000;
  const args =
    media.kind === 'image'
      ? media.fileType === 'image/gif'
        ? ['-ignore_loop', '0', '-t', needed.toFixed(3)]
        : []
      : // A little more than needed: the frames are counted further on.
        ['-threads', '2', '-ss', seconds(clip.ss ?? 0), '-t', (needed + 0.25).toFixed(3)];
  const input = graph.input([...args, '-an', '-i', media.path]);
  return graph.chain(
    [`[${input}:v:0]`],
    `setpts=(PTS-STARTPTS)/${speed},fps=${draft.fps},${fitFilters(media, draft, clip.ft === 'cover')},setsar=1${gradeFilters(clip)}`,
  );
}

/** Brings a clip to a size that fits into the canvas, or crops it to fill the canvas. All in even px. */
function fitFilters(media: MediaItem, draft: RenderDraft, cover: boolean): string {
  const width = media.width ?? draft.width;
  const height = media.height ?? draft.height;
  const even = (size: number, most: number) => Math.max(2, Math.min(most, Math.round(size / 2) * 2));
  const scaled = (w: number, h: number) => `scale=${w}:${h}:flags=bilinear`;
  if (cover) {
    // Cropped first: what is not seen need not be scaled.
    const zoom = Math.max(draft.width / width, draft.height / height);
    const crop = `crop=${even(draft.width / zoom, width)}:${even(draft.height / zoom, height)}`;
    return `${crop},${scaled(draft.width, draft.height)}`;
  }
  const zoom = Math.min(draft.width / width, draft.height / height);
  return scaled(even(width * zoom, draft.width), even(height * zoom, draft.height));
}

function gradeFilters(clip: PlacedSegment): string {
  if (clip.gr === undefined) return '';
  const { ex, co, sa, wa } = clip.gr;
  // One table for each plane: brightness and contrast are the luma's, saturation and warmth the chroma's.
  const lift = ((ex - 1) * 110).toFixed(1);
  const tilt = (wa * 22).toFixed(1);
  const chroma = (sign: '+' | '-') => `'clip((val-128)*${sa.toFixed(3)}+128${sign}(${tilt}),16,240)'`;
  return `,format=yuv420p,lutyuv=y='clip((val-126)*${co.toFixed(3)}+126+(${lift}),16,235)':u=${chroma('-')}:v=${chroma('+')}`;
}

function fadeFilters(clip: PlacedSegment, lengthSeconds: number, alpha: boolean): string {
  const flag = alpha ? ':alpha=1' : '';
  const fade = (kind: 'in' | 'out', ms: number | undefined): string => {
    if (ms === undefined || ms === 0) return '';
    const length = Math.min(ms / 1000, lengthSeconds / 2);
    const start = kind === 'in' ? 0 : lengthSeconds - length;
    return `,fade=t=${kind}:st=${start.toFixed(3)}:d=${length.toFixed(3)}${flag}`;
  };
  return fade('in', clip.fi) + fade('out', clip.fo);
}

/** All that is heard, mixed; undefined where nothing is. */
function soundTracks(graph: FilterGraph, draft: RenderDraft, order: RenderOrder): string | undefined {
  const audible = (clip: PlacedSegment): boolean =>
    (clip.vo ?? 1) > 0 && clip.src !== undefined && sourceOf(order, clip).hasAudio;
  const tracks = [...draft.video, ...draft.audio].filter((track) => track.some(audible));
  const total = sampleAt(draft.durationMs);
  const format = `aformat=sample_fmts=fltp:sample_rates=${sampleRate}:channel_layouts=stereo`;
  const labels = tracks.map((track) => {
    const parts: string[] = [];
    let at = 0;
    const gap = (samples: number) => {
      if (samples > 0) {
        parts.push(graph.chain([], `anullsrc=r=${sampleRate}:cl=stereo,atrim=end_sample=${samples},${format}`));
      }
    };
    for (const clip of track.filter(audible)) {
      const start = Math.max(at, sampleAt(clip.start));
      const samples = Math.min(sampleAt(clip.end), total) - start;
      if (samples <= 0) continue;
      gap(start - at);
      parts.push(soundOf(graph, order, clip, samples, format));
      at = start + samples;
    }
    gap(total - at);
    return parts.length === 1 ? (parts[0] ?? '') : graph.chain(parts, `concat=n=${parts.length}:v=0:a=1`);
  });
  if (labels.length <= 1) return labels[0];
  // All are equally long, so that the mixer divides by their number all the time; that is taken back.
  return graph.chain(labels, `amix=inputs=${labels.length}:duration=longest,volume=${labels.length}`);
}

function soundOf(graph: FilterGraph, order: RenderOrder, clip: PlacedSegment, samples: number, format: string): string {
  const media = sourceOf(order, clip);
  const speed = clip.sp ?? 1;
  const needed = ((clip.end - clip.start) * speed) / 1000;
  const input = graph.input(['-vn', '-ss', seconds(clip.ss ?? 0), '-t', (needed + 0.1).toFixed(3), '-i', media.path]);
  const volume = clip.vo === undefined || clip.vo === 1 ? '' : `,volume=${clip.vo}`;
  const length = samples / sampleRate;
  // Cuts that do not click; music fades out at its end.
  const edge = Math.min(0.01, length / 2);
  const out = Math.min((clip.fo ?? 0) / 1000 || edge, length / 2);
  return graph.chain(
    [`[${input}:a:0]`],
    `asetpts=PTS-STARTPTS,aresample=${sampleRate},${format}${tempo(speed)}${volume},apad,atrim=end_sample=${samples},` +
      `afade=t=in:d=${edge.toFixed(4)},afade=t=out:st=${(length - out).toFixed(4)}:d=${out.toFixed(4)},asetpts=PTS-STARTPTS`,
  );
}

/** One `atempo` reaches from a half to the double. */
function tempo(speed: number): string {
  let rest = speed;
  let filters = '';
  while (rest > 2) {
    filters += ',atempo=2';
    rest /= 2;
  }
  while (rest < 0.5) {
    filters += ',atempo=0.5';
    rest /= 0.5;
  }
  return rest === 1 ? filters : `${filters},atempo=${rest.toFixed(4)}`;
}

function sourceOf(order: RenderOrder, clip: PlacedSegment): MediaItem {
  const media = clip.src === undefined ? undefined : order.mediaOf(clip.src);
  if (media === undefined) throw new Error('A source of the draft is missing');
  return media;
}
