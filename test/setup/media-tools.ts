import { execFile } from 'node:child_process';
import { accessSync, chmodSync, constants } from 'node:fs';
import { createRequire } from 'node:module';

/** Paths of the programs that do the media work. */
export interface MediaTools {
  readonly ffmpeg: string;
  readonly ffprobe: string;
}

let found: { readonly key: string; readonly tools: Promise<MediaTools> } | undefined;

/**
 * Finds ffmpeg and ffprobe: `FFMPEG_PATH` and `FFPROBE_PATH` where they are set, else the machine's own, else the static
 * builds that npm packages carry (old ones, without the newest filters).
 * @throws Error with the one line that says what to install, where there is none.
 */
export function findMediaTools(): Promise<MediaTools> {
  const key = `${process.env['FFMPEG_PATH'] ?? ''} ${process.env['FFPROBE_PATH'] ?? ''}`;
  if (found?.key !== key) found = { key, tools: lookForMediaTools() };
  return found.tools;
}

async function lookForMediaTools(): Promise<MediaTools> {
  const [ffmpeg, ffprobe] = await Promise.all([
    firstThatRuns([process.env['FFMPEG_PATH'], 'ffmpeg', packagedPath('@ffmpeg-installer/ffmpeg')]),
    firstThatRuns([process.env['FFPROBE_PATH'], 'ffprobe', packagedPath('@ffprobe-installer/ffprobe')]),
  ]);
  if (ffmpeg === undefined || ffprobe === undefined) {
    throw new Error('ffmpeg and ffprobe are missing: install the package «ffmpeg» (Debian: apt-get install ffmpeg).');
  }
  return { ffmpeg, ffprobe };
}

function packagedPath(name: string): string | undefined {
  try {
    const found: unknown = createRequire(import.meta.url)(name);
    return typeof found === 'object' && found !== null && 'path' in found && typeof found.path === 'string'
      ? executable(found.path)
      : undefined;
  } catch {
    // The installers throw on platforms that they carry no program for.
    return undefined;
  }
}

/** The packages carry programs that are not marked as such: an install script would do that, and none is run. */
function executable(path: string): string {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    chmodSync(path, 0o755);
  }
  return path;
}

async function firstThatRuns(candidates: readonly (string | undefined)[]): Promise<string | undefined> {
  for (const candidate of candidates) {
    if (candidate !== undefined && (await runs(candidate))) return candidate;
  }
  return undefined;
}

function runs(program: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, ['-hide_banner', '-version'], { timeout: 20_000 }, (error) => resolve(error === null));
  });
}
