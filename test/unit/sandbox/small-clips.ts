import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findMediaTools } from '../../setup/media-tools.ts';

const run = promisify(execFile);

/** Paths of tiny files of every awkward kind. */
export interface SmallClips {
  readonly folder: string;
  /** 6 s, 320×180, 25 fps: a tone with pauses from 1.5 to 2.5 s and from 4 to 5 s; another picture from 3 s on. */
  readonly talk: string;
  /** 2 s, stored 160×90 and turned by 90°: seen as 90×160; no sound. */
  readonly turned: string;
  /** 2 s of HEVC, 192×108. */
  readonly hevc: string;
  /** 3 s, 200×120, with a variable frame rate; no sound. */
  readonly variable: string;
  readonly picture: string;
  readonly animation: string;
  /** 4 s. */
  readonly song: string;
  /** Text with a video's name. */
  readonly fake: string;
  readonly document: string;
  readonly empty: string;
}

let made: Promise<SmallClips> | undefined;

/** Makes the clips, once a process; they go with it. */
export function smallClips(): Promise<SmallClips> {
  made ??= makeClips();
  return made;
}

async function makeClips(): Promise<SmallClips> {
  const { ffmpeg } = await findMediaTools();
  const folder = await mkdtemp(join(tmpdir(), 'nemo-small-clips-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  const make = (name: string, ...args: string[]) =>
    run(ffmpeg, ['-v', 'error', '-nostdin', '-y', ...args, at(name)]).then(() => at(name));
  const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-threads', '2'];
  const source = (filter: string) => ['-f', 'lavfi', '-i', filter];

  const talk = await make(
    'city_talk.mp4',
    ...source('testsrc=s=320x180:r=25:d=3[one];smptebars=s=320x180:r=25:d=3[two];[one][two]concat'),
    ...source("aevalsrc='0.5*sin(2*PI*300*t)*(1-between(t,1.5,2.5))*(1-between(t,4,5))':d=6"),
    ...x264,
    ...['-c:a', 'aac', '-shortest'],
  );
  const upright = await make('upright.mp4', ...source('testsrc=s=160x90:r=25:d=2'), ...x264);
  const turned = await make('turned.mp4', '-i', upright, '-c', 'copy', '-metadata:s:v:0', 'rotate=90');
  const hevc = await make(
    'hevc.mp4',
    ...source('testsrc2=s=192x108:r=25:d=2'),
    ...source('sine=d=2'),
    ...['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac'],
  );
  const variable = await make(
    'variable.mkv',
    ...source("testsrc2=s=200x120:r=30:d=3,select='not(mod(n,7))+lt(t,1)'"),
    ...['-vsync', 'vfr', ...x264],
  );
  const picture = await make('picture.png', ...source('smptebars=s=300x200:d=1'), '-frames:v', '1');
  const animation = await make('animation.gif', ...source('testsrc=s=64x64:r=5:d=1'));
  const song = await make('my song.m4a', ...source('sine=frequency=220:d=4'), '-c:a', 'aac');
  await writeFile(at('fake.mp4'), 'This is no video at all, whatever its name says.');
  await writeFile(at('notes.txt'), 'Remember the milk.');
  await writeFile(at('empty.mp4'), '');
  return {
    folder,
    talk,
    turned,
    hevc,
    variable,
    picture,
    animation,
    song,
    fake: at('fake.mp4'),
    document: at('notes.txt'),
    empty: at('empty.mp4'),
  };
}

/** What ffprobe finds in a file. */
export async function probeFile(path: string): Promise<{
  readonly durationSeconds: number;
  readonly streams: readonly { readonly codec: string; readonly width?: number; readonly height?: number }[];
}> {
  const { ffprobe } = await findMediaTools();
  const { stdout } = await run(ffprobe, ['-v', 'error', '-of', 'json', '-show_format', '-show_streams', path]);
  const found = JSON.parse(stdout) as {
    format: { duration: string };
    streams: { codec_name: string; width?: number; height?: number }[];
  };
  return {
    durationSeconds: Number(found.format.duration),
    streams: found.streams.map(({ codec_name: codec, ...rest }) => ({ codec, ...rest })),
  };
}

/** Mean colour of one picture of a film: red, green, blue, 0 to 255. */
export async function colourAt(path: string, seconds: number): Promise<readonly [number, number, number]> {
  const { ffmpeg } = await findMediaTools();
  const { stdout } = await run(
    ffmpeg,
    [
      ...['-v', 'error', '-nostdin', '-ss', String(seconds), '-i', path, '-frames:v', '1'],
      ...['-vf', 'scale=1:1:flags=area', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
    ],
    { encoding: 'buffer' },
  );
  return [stdout[0] ?? 0, stdout[1] ?? 0, stdout[2] ?? 0];
}

/** Mean volume of a part of a film, in dB. */
export async function loudnessOf(path: string, from: number, length: number): Promise<number> {
  const { ffmpeg } = await findMediaTools();
  const { stderr } = await run(ffmpeg, [
    ...['-nostdin', '-ss', String(from), '-t', String(length), '-i', path, '-af', 'volumedetect', '-f', 'null', '-'],
  ]);
  return Number(/mean_volume: (-?[\d.]+) dB/.exec(stderr)?.[1]);
}
