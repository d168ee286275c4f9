/** Media that the service makes itself: raw clips, music, title cards. All of it by ffmpeg, none of it shipped. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileShelf, MediaItem } from './media-shelf.ts';
import { shelveMedia } from './media-shelf.ts';
import type { MediaWorkshop } from './media-workshop.ts';
import { SeededRandom } from './seeded-random.ts';

/** Where media are made, and where they go. */
export interface MediaMaker {
  readonly workshop: MediaWorkshop;
  readonly shelf: FileShelf;
}

/** Longest piece that is really computed, in s; what is longer repeats it. */
const loopSeconds = 10;

const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '24', '-pix_fmt', 'yuv420p', '-threads', '2'];

/**
 * A raw clip: colours that drift, seeded by what it is to show, with a quiet room tone, so that it is as unfinished as a
 * raw clip is.
 */
export async function makeRawClip(
  maker: MediaMaker,
  subject: string,
  clip: { readonly seconds: number; readonly width: number; readonly height: number; readonly fps: number },
): Promise<MediaItem> {
  const dice = new SeededRandom(7).fork(subject);
  const phase = () => (dice.next() * 6.28).toFixed(2);
  const wave = () => (0.02 + dice.next() * 0.05).toFixed(3);
  const speed = () => (0.6 + dice.next() * 0.8).toFixed(2);
  const plane = (base: number, height: number) =>
    `${base}+${height}*sin(X*${wave()}+T*${speed()}+${phase()})*cos(Y*${wave()}-T*${speed()}+${phase()})`;
  // Tiny and then enlarged: an expression for each pixel is slow, and soft colours lose nothing.
  const picture =
    `color=c=gray:s=96x54:r=${clip.fps},format=yuv420p,` +
    `geq=lum='${plane(120, 60)}':cb='${plane(128, 50)}':cr='${plane(128, 50)}',` +
    `scale=${clip.width}:${clip.height}:flags=bicubic,setsar=1`;
  const folder = await newFolder(maker);
  const whole = join(folder, 'clip.mp4');
  const looped = clip.seconds > loopSeconds;
  const piece = looped ? join(folder, 'piece.mp4') : whole;
  const audio = ['-c:a', 'aac', '-b:a', '96k'];
  await maker.workshop.ffmpeg([
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', picture],
    ...['-f', 'lavfi', '-i', 'anoisesrc=color=brown:amplitude=0.02:r=44100'],
    ...['-t', String(looped ? loopSeconds : clip.seconds), ...encode, ...audio, '-movflags', '+faststart', piece],
  ]);
  if (looped) {
    await maker.workshop.ffmpeg([
      ...['-v', 'error', '-y', '-stream_loop', '-1', '-i', piece, '-t', String(clip.seconds)],
      ...['-c', 'copy', '-movflags', '+faststart', whole],
    ]);
  }
  return shelve(maker, whole, `${fileName(subject)}.mp4`);
}

/** What music can sound like: chords in Hz, seconds a chord, and how much of the high tones is left. */
const moods: Readonly<Record<string, { chords: readonly (readonly number[])[]; beat: number; lowpass: number }>> = {
  'Lo-fi': { chords: [[220, 261.6, 329.6], [174.6, 220, 261.6], [196, 246.9, 293.7], [164.8, 196, 246.9]], beat: 2, lowpass: 1200 }, // prettier-ignore
  Upbeat: { chords: [[261.6, 329.6, 392], [293.7, 370, 440], [246.9, 311.1, 370], [329.6, 415.3, 493.9]], beat: 0.5, lowpass: 4000 }, // prettier-ignore
  Calm: {
    chords: [
      [196, 246.9, 293.7],
      [220, 277.2, 329.6],
    ],
    beat: 4,
    lowpass: 900,
  },
  Cinematic: { chords: [[110, 164.8, 220], [98, 146.8, 196], [87.3, 130.8, 174.6], [103.8, 155.6, 207.7]], beat: 3, lowpass: 1500 }, // prettier-ignore
};

/** Background music, in s of the wanted length. */
export async function makeMusic(maker: MediaMaker, mood: string, seconds: number): Promise<MediaItem> {
  const { chords, beat, lowpass } = moods[mood] ?? { chords: [[220, 261.6, 329.6]], beat: 2, lowpass: 1200 };
  const round = chords.length * beat;
  const tones = chords.map((chord, index) => {
    const sum = chord.map((hertz) => `sin(2*PI*${hertz}*t)`).join('+');
    return `between(mod(t\\,${round})\\,${index * beat}\\,${(index + 1) * beat - 0.0001})*(${sum})`;
  });
  // Each chord is struck and dies away.
  const expression = `0.12*exp(-1.5*mod(t\\,${beat})/${beat})*(${tones.join('+')})`;
  const folder = await newFolder(maker);
  const path = join(folder, 'music.m4a');
  const piece = join(folder, 'piece.m4a');
  const looped = seconds > round * 4;
  await maker.workshop.ffmpeg([
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', `aevalsrc=${expression}:s=44100:c=mono`],
    ...['-af', `lowpass=f=${lowpass},aformat=channel_layouts=stereo`, '-t', String(looped ? round * 4 : seconds)],
    ...['-c:a', 'aac', '-b:a', '128k', looped ? piece : path],
  ]);
  if (looped) {
    const args = ['-v', 'error', '-y', '-stream_loop', '-1', '-i', piece, '-t', String(seconds), '-c', 'copy', path];
    await maker.workshop.ffmpeg(args);
  }
  return shelve(maker, path, `${fileName(mood)}.m4a`);
}

/** The picture of a cinematic intro: the film's own first picture, dark and blurred between black bars, or a dark vignette. */
export async function makeIntro(
  maker: MediaMaker,
  card: {
    readonly seconds: number;
    readonly width: number;
    readonly height: number;
    readonly fps: number;
    readonly backdrop: MediaItem | undefined;
  },
): Promise<MediaItem> {
  const { width, height, fps, seconds, backdrop } = card;
  const folder = await newFolder(maker);
  const path = join(folder, 'intro.mp4');
  const bar = Math.round(height * 0.11);
  const source =
    backdrop?.kind === 'video'
      ? ['-t', '0.5', '-i', backdrop.path]
      : ['-f', 'lavfi', '-i', `color=c=0x1b2a41:s=${width}x${height}:r=${fps}:d=0.2`];
  const still =
    `[0:v]scale=${width}:${height}:force_original_aspect_ratio=increase,crop=${width}:${height},setsar=1,` +
    `boxblur=${Math.max(1, Math.round(Math.min(width, height) / 60))}:1,eq=brightness=-0.15:saturation=0.7,vignette,format=yuv420p[still]`;
  // One picture, held: the blur is computed once.
  const held = `color=c=black:s=${width}x${height}:r=${fps}[base];[base][still]overlay=eof_action=repeat`;
  const bars = `drawbox=y=0:w=iw:h=${bar}:color=black:t=fill,drawbox=y=ih-${bar}:w=iw:h=${bar}:color=black:t=fill`;
  const fades = `fade=t=in:st=0:d=0.6,fade=t=out:st=${(seconds - 0.6).toFixed(2)}:d=0.6`;
  await maker.workshop.ffmpeg([
    ...['-v', 'error', '-y', ...source, '-f', 'lavfi', '-i', 'sine=frequency=55:r=44100'],
    ...['-filter_complex', `${still};${held},${bars},${fades}[v]`],
    ...['-map', '[v]', '-map', '1:a', '-af', `volume=0.5,afade=t=in:d=1,afade=t=out:st=${seconds - 1}:d=1`],
    ...[
      '-t',
      String(seconds),
      ...encode,
      '-r',
      String(fps),
      '-c:a',
      'aac',
      '-b:a',
      '96k',
      '-movflags',
      '+faststart',
      path,
    ],
  ]);
  return shelve(maker, path, 'cinematic-intro.mp4');
}

async function newFolder(maker: MediaMaker): Promise<string> {
  const folder = join(maker.shelf.folder, randomUUID());
  await mkdir(folder, { recursive: true });
  return folder;
}

async function shelve(maker: MediaMaker, path: string, name: string): Promise<MediaItem> {
  const item = await shelveMedia(maker.workshop, maker.shelf, { path, name });
  if (item === undefined) throw new Error(`ffmpeg made no usable ${name}`);
  return item;
}

function fileName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return name.slice(0, 40) || 'clip';
}
