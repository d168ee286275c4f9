import { execFile } from 'node:child_process';
import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { findMediaTools } from '../../setup/media-tools.ts';

/** A real, tiny video file in a folder of its own, to be removed by who asked for it. */
export interface Clip {
  readonly folder: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** Makes one with ffmpeg: one second, 64×48 px. */
export async function makeClip(): Promise<Clip> {
  const { ffmpeg } = await findMediaTools();
  const folder = await mkdtemp(join(tmpdir(), 'nemo-clip-'));
  const path = join(folder, 'clip.mp4');
  await promisify(execFile)(ffmpeg, [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=10:duration=1'],
    ...['-pix_fmt', 'yuv420p', '-y', path],
  ]);
  return { folder, path, size: (await stat(path)).size };
}
