import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import * as z from 'zod';
import type { MediaWorkshop } from './media-workshop.ts';

/** The files that the service takes. */
const formats: Readonly<Record<string, { kind: 'video' | 'audio' | 'image'; mime: string }>> = {
  '.mp4': { kind: 'video', mime: 'video/mp4' },
  '.mov': { kind: 'video', mime: 'video/quicktime' },
  '.avi': { kind: 'video', mime: 'video/x-msvideo' },
  '.webm': { kind: 'video', mime: 'video/webm' },
  '.mkv': { kind: 'video', mime: 'video/x-matroska' },
  '.jpg': { kind: 'image', mime: 'image/jpeg' },
  '.jpeg': { kind: 'image', mime: 'image/jpeg' },
  '.png': { kind: 'image', mime: 'image/png' },
  '.gif': { kind: 'image', mime: 'image/gif' },
  '.webp': { kind: 'image', mime: 'image/webp' },
  '.mp3': { kind: 'audio', mime: 'audio/mpeg' },
  '.wav': { kind: 'audio', mime: 'audio/wav' },
  '.m4a': { kind: 'audio', mime: 'audio/mp4' },
  '.aac': { kind: 'audio', mime: 'audio/aac' },
};

export function formatOf(name: string): { kind: 'video' | 'audio' | 'image'; mime: string } | undefined {
  return formats[extname(name).toLowerCase()];
}

/** What a file turned out to be. */
export interface Probe {
  readonly kind: 'video' | 'audio' | 'image';
  /** Seconds; 0 for a still picture. */
  readonly durationSeconds: number;
  /** Px, as seen: after rotation. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly fps: number | undefined;
  readonly hasAudio: boolean;
}

const tolerantNumber = z
  .union([z.number(), z.string()])
  .transform(Number)
  .refine(Number.isFinite)
  .optional()
  .catch(undefined);

const probeSchema = z.object({
  format: z
    .object({ format_name: z.string().default(''), duration: tolerantNumber })
    .default({ format_name: '', duration: undefined }),
  streams: z
    .array(
      z.object({
        codec_type: z.string().default(''),
        codec_name: z.string().default(''),
        width: tolerantNumber,
        height: tolerantNumber,
        duration: tolerantNumber,
        nb_frames: tolerantNumber,
        avg_frame_rate: z.string().default(''),
        r_frame_rate: z.string().default(''),
        tags: z.record(z.string(), z.unknown()).default({}),
        side_data_list: z.array(z.looseObject({ rotation: tolerantNumber })).default([]),
        disposition: z.object({ attached_pic: z.number().default(0) }).default({ attached_pic: 0 }),
      }),
    )
    .default([]),
});

/** Looks at a file's content. Undefined where it is none of the accepted kinds. */
export async function probeMedia(workshop: MediaWorkshop, path: string): Promise<Probe | undefined> {
  let answer: z.output<typeof probeSchema>;
  try {
    const args = ['-v', 'error', '-print_format', 'json', '-show_format', '-show_streams', path];
    answer = probeSchema.parse(JSON.parse((await workshop.ffprobe(args)).stdout));
  } catch {
    return undefined;
  }
  const format = answer.format.format_name;
  // ffprobe reads subtitles, playlists and text art too.
  if (!/mp4|mov|matroska|webm|avi|image2|png|jpeg|gif|webp|mp3|wav|aac|m4a/.test(format)) return undefined;
  // A cover picture in a song is no video.
  const video = answer.streams.find((stream) => stream.codec_type === 'video' && stream.disposition.attached_pic === 0);
  const audio = answer.streams.find((stream) => stream.codec_type === 'audio');
  const durationSeconds = answer.format.duration ?? video?.duration ?? audio?.duration ?? 0;
  if (video === undefined) {
    if (audio === undefined) return undefined;
    return { kind: 'audio', durationSeconds, width: undefined, height: undefined, fps: undefined, hasAudio: true };
  }
  const tagged = Number(video.tags['rotate'] ?? 0);
  const rotation = video.side_data_list.find((data) => data.rotation !== undefined)?.rotation ?? tagged;
  const turned = Math.abs(rotation) % 180 === 90;
  const size = { width: turned ? video.height : video.width, height: turned ? video.width : video.height };
  const still =
    /image2|png_pipe|jpeg_pipe|webp_pipe|jpegxl/.test(format) || ['png', 'mjpeg', 'webp'].includes(video.codec_name);
  if (format === 'gif' || (still && audio === undefined && (durationSeconds < 0.1 || /image2|_pipe/.test(format)))) {
    return {
      kind: 'image',
      durationSeconds: format === 'gif' ? durationSeconds : 0,
      ...size,
      fps: undefined,
      hasAudio: false,
    };
  }
  return {
    kind: 'video',
    durationSeconds,
    ...size,
    fps: frameRate(video.avg_frame_rate) ?? frameRate(video.r_frame_rate),
    hasAudio: audio !== undefined,
  };
}

/** `30000/1001` as frames a second, to three digits. */
function frameRate(text: string): number | undefined {
  const [frames, seconds] = text.split('/').map(Number);
  if (frames === undefined || seconds === undefined || !(frames > 0) || !(seconds > 0)) return undefined;
  return Math.round((frames / seconds) * 1000) / 1000;
}

/** Whether a file begins like one of the accepted formats; the rest is for ffprobe. */
export async function looksLikeMedia(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    const head = buffer.subarray(0, bytesRead);
    const ascii = head.toString('latin1');
    return (
      ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'].includes(ascii.slice(4, 8)) ||
      ascii.startsWith('RIFF') ||
      ascii.startsWith('\u001aE\u00df\u00a3') ||
      ascii.startsWith('\u00ff\u00d8\u00ff') ||
      ascii.startsWith('\u0089PNG') ||
      ascii.startsWith('GIF8') ||
      ascii.startsWith('ID3') ||
      ascii.startsWith('ADIF') ||
      (head.length > 1 && head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0)
    );
  } finally {
    await file.close();
  }
}
