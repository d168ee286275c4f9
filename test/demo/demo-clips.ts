import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { cached } from '../setup/cache-folder.ts';
import { runProcess } from '../setup/child-process.ts';
import { findMediaTools } from '../setup/media-tools.ts';
import { type Colour, Picture, mix } from './picture.ts';
import { type Stretch, sampleRate, speechLoudness, tune, voice, wind } from './sound.ts';

/** Paths of the clips of the demo. */
export interface DemoClips {
  readonly folder: string;
  /** 12 s, 640 × 360, 25 frames a second, H.264 and AAC: somebody talks, with two pauses: see {@link talkSpeech}. */
  readonly talk: string;
  /** 6 s, held upright: 640 × 360 in the file, to be turned by 90° into 360 × 640. */
  readonly portrait: string;
  /** 8 s, 800 × 450, with a variable frame rate: a frame lasts between 33 and 167 ms. */
  readonly screenRecording: string;
  /** 5 s, 640 × 360, H.265; absent where this ffmpeg cannot make it. */
  readonly hevc?: string;
  /** 10 s of a tune, MP3. */
  readonly music: string;
  /** A text file, which is no clip. */
  readonly notes: string;
}

/** When the talk talks, in seconds; all the rest is silence. */
export const talkSpeech: readonly Stretch[] = [
  { from: 0.2, to: 3.4 },
  { from: 5.2, to: 8 },
  { from: 9.6, to: 11.8 },
];

const names = {
  talk: 'talk.mp4',
  portrait: 'phone-portrait.mp4',
  screenRecording: 'screen-recording.mp4',
  hevc: 'drone-hevc.mp4',
  music: 'music.mp3',
  notes: 'notes.txt',
};

/**
 * Puts the demo's clips into `folder`. They are made by ffmpeg once and kept in the cache.
 * @throws Error that says what to install, where there is no ffmpeg, or where it cannot make H.264.
 */
export async function makeDemoClips(folder: string): Promise<DemoClips> {
  const { ffmpeg } = await findMediaTools();
  const made = await cached(`demo-clips-${await fingerprint(ffmpeg)}`, (building) => makeAll(ffmpeg, building));
  await mkdir(folder, { recursive: true });
  const files = await readdir(made);
  for (const file of files) await copyFile(join(made, file), join(folder, file));
  return {
    folder,
    talk: join(folder, names.talk),
    portrait: join(folder, names.portrait),
    screenRecording: join(folder, names.screenRecording),
    ...(files.includes(names.hevc) ? { hevc: join(folder, names.hevc) } : {}),
    music: join(folder, names.music),
    notes: join(folder, names.notes),
  };
}

/** Other clips, or another ffmpeg, are other things in the cache. */
async function fingerprint(ffmpeg: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['demo-clips.ts', 'picture.ts', 'sound.ts'])
    hash.update(await readFile(join(import.meta.dirname, file)));
  hash.update(await runProcess(ffmpeg, ['-hide_banner', '-version']));
  return hash.digest('hex').slice(0, 12);
}

async function makeAll(ffmpeg: string, folder: string): Promise<void> {
  const encode = (job: Omit<EncodeJob, 'ffmpeg' | 'folder'>) => encodeClip({ ffmpeg, folder, ...job });
  const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-movflags', '+faststart'];
  const aac = ['-c:a', 'aac', '-b:a', '96k'];

  await encode({
    name: names.talk,
    seconds: 12,
    rate: 25,
    draw: drawTalk(640, 360),
    sound: voice(12, talkSpeech),
    output: [...h264, ...aac],
  });
  await encode({
    name: names.portrait,
    seconds: 6,
    rate: 30,
    draw: drawBalloon(360, 640),
    sound: wind(6),
    // The camera's sensor lies on its side; the file says how to hold it.
    output: ['-vf', 'transpose=2', ...h264, ...aac],
  });
  await turnUpright(join(folder, names.portrait), 640);
  await encodeScreenRecording(encode, [...h264, ...aac]);
  await encode({
    name: names.hevc,
    seconds: 5,
    rate: 24,
    draw: drawBalloon(640, 360),
    sound: wind(5),
    output: [
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-x265-params',
      'log-level=error',
      '-pix_fmt',
      'yuv420p',
      '-tag:v',
      'hvc1',
      ...aac,
    ],
  }).catch(async () => {
    console.log('This ffmpeg has no libx265: the demo goes without its H.265 clip.');
    await rm(join(folder, names.hevc), { force: true });
  });
  await encode({ name: names.music, seconds: 10, sound: tune(10), output: ['-c:a', 'libmp3lame', '-b:a', '128k'] });
  await writeFile(join(folder, names.notes), 'Cut the pauses, then a title for the first three seconds.\n');
}

/** Newer versions of ffmpeg name the option for a variable frame rate otherwise than older ones. */
async function encodeScreenRecording(
  encode: (job: Omit<EncodeJob, 'ffmpeg' | 'folder'>) => Promise<void>,
  output: readonly string[],
): Promise<void> {
  const job = {
    name: names.screenRecording,
    seconds: 8,
    rate: 30,
    draw: drawScreen(800, 450),
    sound: voice(8, [
      { from: 0.5, to: 3 },
      { from: 4.5, to: 7.5 },
    ]),
  };
  const uneven = ['-vf', "select='lt(mod(n,7),2)+not(mod(n,11))'"];
  try {
    await encode({ ...job, output: [...uneven, '-fps_mode', 'vfr', ...output] });
  } catch {
    await encode({ ...job, output: [...uneven, '-vsync', 'vfr', ...output] });
  }
}

interface EncodeJob {
  readonly ffmpeg: string;
  readonly folder: string;
  readonly name: string;
  readonly seconds: number;
  /** Frames a second. */
  readonly rate?: number;
  /** Draws the frame at `time` (s); sound alone where absent. */
  readonly draw?: (time: number) => Picture;
  readonly sound: Int16Array<ArrayBuffer>;
  readonly output: readonly string[];
}

async function encodeClip({ ffmpeg, folder, name, seconds, rate = 25, draw, sound, output }: EncodeJob): Promise<void> {
  const soundFile = join(folder, `${name}.pcm`);
  await writeFile(soundFile, new Uint8Array(sound.buffer));
  const soundInput = ['-f', 's16le', '-ar', String(sampleRate), '-ac', '1', '-i', soundFile];
  const first = draw?.(0);
  const pictureInput = first
    ? [
        '-f',
        'rawvideo',
        '-pix_fmt',
        'rgb24',
        '-s',
        `${first.width}x${first.height}`,
        '-r',
        String(rate),
        '-i',
        'pipe:0',
      ]
    : [];
  const args = ['-v', 'error', '-y', ...pictureInput, ...soundInput, ...output, '-shortest', join(folder, name)];
  const child = spawn(ffmpeg, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  function* frames() {
    if (!draw) return;
    for (let frame = 0; frame < seconds * rate; frame++) yield Buffer.from(draw(frame / rate).pixels);
  }
  // Where ffmpeg gives up, it closes the pipe early: its own words are the better ones.
  await pipeline(Readable.from(frames()), child.stdin).catch(() => undefined);
  const code = await ended;
  await rm(soundFile, { force: true });
  if (code !== 0) throw new Error(`ffmpeg could not make ${basename(name)}: ${complaint.trim()}`);
}

/** Writes into the first video track that it is to be turned clockwise by 90°; `height` is that of the turned picture. */
async function turnUpright(path: string, height: number): Promise<void> {
  const bytes = await readFile(path);
  const turned = [0, 0x10000, 0, -0x10000, 0, 0, height << 16, 0, 0x40000000];
  for (let at = bytes.indexOf('tkhd'); at >= 0; at = bytes.indexOf('tkhd', at + 4)) {
    const matrix = at + (bytes[at + 4] === 1 ? 56 : 44);
    // The width after the matrix is 0 for sound.
    if (bytes.readUInt32BE(matrix + 36) === 0) continue;
    turned.forEach((value, index) => bytes.writeInt32BE(value | 0, matrix + index * 4));
    await writeFile(path, bytes);
    return;
  }
  throw new Error(`${path} has no video track.`);
}

const night: Colour = [24, 28, 48];
const skin: Colour = [226, 178, 148];
const ink: Colour = [40, 30, 36];

/** Somebody before a window; the mouth follows the voice. */
function drawTalk(width: number, height: number): (time: number) => Picture {
  const picture = new Picture(width, height);
  return (time) => {
    const loud = speechLoudness(talkSpeech, time);
    picture.gradient(mix([58, 84, 130], [92, 70, 120], 0.5 + 0.5 * Math.sin(time * 0.6)), night);
    // The window, with a cloud that passes.
    picture.rectangle(width * 0.64, height * 0.1, width * 0.28, height * 0.46, [150, 190, 224]);
    const cloud = width * (0.68 + ((time * 0.02) % 0.2));
    picture.ellipse(cloud, height * 0.26, width * 0.05, height * 0.05, [236, 242, 248]);
    picture.ellipse(cloud + width * 0.035, height * 0.28, width * 0.04, height * 0.04, [236, 242, 248]);
    picture.rectangle(width * 0.775, height * 0.1, width * 0.01, height * 0.46, night);
    // Shoulders, head, face.
    const x = width * (0.36 + 0.012 * Math.sin(time * 1.3));
    const y = height * (0.42 + 0.012 * Math.sin(time * 2.1) - 0.01 * loud);
    picture.ellipse(x, height * 1.06, width * 0.24, height * 0.42, [54, 130, 118]);
    picture.rectangle(x - width * 0.035, y + height * 0.16, width * 0.07, height * 0.14, mix(skin, ink, 0.15));
    picture.ellipse(x, y - height * 0.05, width * 0.112, height * 0.23, ink);
    picture.ellipse(x, y, width * 0.1, height * 0.21, skin);
    const blink = time % 3.1 < 0.12 ? 0.15 : 1;
    for (const side of [-1, 1]) {
      picture.ellipse(x + side * width * 0.038, y - height * 0.03, width * 0.012, height * 0.02 * blink, ink);
    }
    picture.ellipse(x, y + height * 0.1, width * 0.03, height * (0.008 + 0.04 * loud), [120, 40, 50]);
    return picture;
  };
}

/** A balloon over hills. */
function drawBalloon(width: number, height: number): (time: number) => Picture {
  const picture = new Picture(width, height);
  const size = Math.min(width, height);
  return (time) => {
    picture.gradient([86, 150, 214], [248, 214, 170]);
    for (const [share, colour] of [
      [0.1, [96, 140, 120]],
      [0.55, [70, 118, 92]],
      [0.95, [50, 92, 72]],
    ] as const) {
      picture.ellipse(width * (share + 0.02 * Math.sin(time * 0.4)), height * 1.02, width * 0.5, height * 0.22, colour);
    }
    const x = width * (0.42 + 0.08 * Math.sin(time * 0.7));
    const y = height * (0.46 - 0.03 * time);
    picture.ellipse(x, y, size * 0.17, size * 0.2, [214, 72, 60]);
    picture.ellipse(x, y, size * 0.09, size * 0.2, [244, 190, 70]);
    picture.rectangle(x - size * 0.035, y + size * 0.24, size * 0.07, size * 0.055, [96, 62, 40]);
    return picture;
  };
}

/** An editor's window in which lines are typed. */
function drawScreen(width: number, height: number): (time: number) => Picture {
  const picture = new Picture(width, height);
  const lines = [0.5, 0.32, 0.62, 0.44, 0.7, 0.26, 0.54, 0.38, 0.66, 0.3];
  const colours: readonly Colour[] = [
    [120, 180, 240],
    [206, 145, 120],
    [180, 205, 168],
    [197, 134, 192],
  ];
  return (time) => {
    picture.gradient([30, 30, 34], [30, 30, 34]);
    picture.rectangle(0, 0, width, height * 0.06, [60, 60, 66]);
    picture.rectangle(0, height * 0.06, width * 0.18, height, [40, 40, 46]);
    let typed = time * 0.85;
    lines.forEach((length, index) => {
      const share = Math.max(0, Math.min(length, typed * 0.8));
      const y = height * (0.14 + index * 0.078);
      picture.rectangle(width * 0.22, y, width * share, height * 0.03, colours[index % colours.length] ?? night);
      if (share > 0 && share < length)
        picture.rectangle(width * (0.225 + share), y - 3, 3, height * 0.045, [230, 230, 230]);
      typed -= length / 0.8;
    });
    return picture;
  };
}
