import * as z from 'zod';

import { runProcess } from './child-process.ts';
import { findMediaTools } from './media-tools.ts';

/** What ffprobe says of a video file. */
export interface VideoFacts {
  readonly durationSeconds: number;
  /** Px, as stored. */
  readonly width: number;
  readonly height: number;
  /** «h264» and so on. */
  readonly codec: string;
  readonly hasSound: boolean;
}

const probed = z.object({
  format: z.object({ duration: z.coerce.number() }),
  streams: z.array(
    z.object({
      codec_type: z.string(),
      codec_name: z.string().optional(),
      width: z.number().optional(),
      height: z.number().optional(),
    }),
  ),
});

/**
 * Looks into a video file with ffprobe.
 * @throws Error where it is no video.
 */
export async function probeVideo(path: string): Promise<VideoFacts> {
  const { ffprobe } = await findMediaTools();
  const args = ['-v', 'error', '-print_format', 'json', '-show_format', '-show_streams', path];
  const { format, streams } = probed.parse(JSON.parse(await runProcess(ffprobe, args)));
  const picture = streams.find(({ codec_type: type }) => type === 'video');
  if (picture?.width === undefined || picture.height === undefined) throw new Error(`${path} holds no picture.`);
  return {
    durationSeconds: format.duration,
    width: picture.width,
    height: picture.height,
    codec: picture.codec_name ?? 'unknown',
    hasSound: streams.some(({ codec_type: type }) => type === 'audio'),
  };
}
