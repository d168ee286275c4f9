import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

import * as l10n from '@vscode/l10n';

import { NemoError } from '../../client/errors.ts';

/** Sound as 16-bit samples, interleaved. */
export interface DecodedSound {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
}

/** A piece is a second or two; what takes longer hangs, in ms. */
const longestMs = 10_000;
/** 64 packets of two channels come to 256 KB, or to twice that where the stream says half of it only. */
const mostSoundBytes = 1024 * 1024;
/** What goes in is a fraction of that. */
const mostPacketBytes = 512 * 1024;
/** Of all pages together; the others wait. */
const mostAtOnce = 2;

/**
 * Finds a program where the system looks for programs. Folders that are relative to where the editor happens to stand
 * are left out, so that nothing in a workspace is ever run.
 */
export async function findProgram(
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  // Windows spells the variable in its own way.
  const variable = Object.keys(environment).find((key) => key.toUpperCase() === 'PATH');
  const folders = (variable === undefined ? undefined : environment[variable])?.split(delimiter).filter(isAbsolute);
  for (const folder of folders ?? []) {
    const path = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Perhaps in the next one.
    }
  }
  return undefined;
}

let found: string | undefined;
let underWay = 0;
const waiting: (() => void)[] = [];

/**
 * Decodes a piece of AAC with whatever decoder is installed on this machine, two pieces at a time.
 *
 * @throws NemoError `refused` where there is none, or where it cannot decode this; the signal's reason.
 */
export async function decodeSound(adts: Uint8Array, signal: AbortSignal): Promise<DecodedSound> {
  if (underWay < mostAtOnce) underWay++;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    signal.throwIfAborted();
    found ??= await findProgram('ffmpeg');
    const isPiece = adts.byteLength > 0 && adts.byteLength <= mostPacketBytes;
    const sound = found === undefined || !isPiece ? undefined : await decodeAac(found, adts, signal);
    if (!sound) throw new NemoError('refused', l10n.t('Nothing on this machine decodes this sound.'));
    return sound;
  } finally {
    // The place goes to who waits, or is free.
    const next = waiting.shift();
    if (next) next();
    else underWay--;
  }
}

/**
 * Decodes a piece of AAC with the ffmpeg that a person has installed. It gets the piece on its standard input and
 * nothing else: no file, no address.
 *
 * @param adts packets with ADTS headers.
 * @returns undefined where it cannot be decoded.
 * @throws the signal's reason.
 */
export async function decodeAac(
  ffmpeg: string,
  adts: Uint8Array,
  signal: AbortSignal,
): Promise<DecodedSound | undefined> {
  signal.throwIfAborted();
  const wave = await new Promise<Buffer | undefined>((resolve) => {
    const output = ['-ac', '2', '-c:a', 'pcm_s16le', '-bitexact', '-f', 'wav', 'pipe:1'];
    const input = ['-protocol_whitelist', 'pipe', '-f', 'aac', '-i', 'pipe:0'];
    const child = spawn(ffmpeg, ['-v', 'quiet', '-nostdin', ...input, ...output], {
      stdio: ['pipe', 'pipe', 'ignore'],
      // Where it lies itself: it looks for nothing where the editor happens to stand.
      cwd: dirname(ffmpeg),
      env: withoutOurs(process.env),
      timeout: longestMs,
      windowsHide: true,
      signal,
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes <= mostSoundBytes) chunks.push(chunk);
      else child.kill();
    });
    // It may end before it has read everything; how it ended says what came of it.
    child.stdin.on('error', () => undefined);
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve(code === 0 ? Buffer.concat(chunks) : undefined));
    child.stdin.end(adts);
  });
  signal.throwIfAborted();
  return wave && readWave(wave);
}

/** What the variables of ours say, a token among it, is no other program's business. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^NEMO_/i.test(name)));
}

/** The samples of a WAVE file that was written to a pipe: its sizes are not to be relied on. */
function readWave(wave: Buffer): DecodedSound | undefined {
  const [format, data] = [wave.indexOf('fmt ', 0, 'latin1'), wave.indexOf('data', 0, 'latin1')];
  if (format < 0 || data < format + 24 || wave.byteLength <= data + 8) return undefined;
  return {
    bytes: new Uint8Array(wave.subarray(data + 8)),
    sampleRate: wave.readUInt32LE(format + 12),
    channels: wave.readUInt16LE(format + 10),
  };
}
