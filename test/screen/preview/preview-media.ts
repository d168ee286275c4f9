import { open, stat } from 'node:fs/promises';

import type { Page } from 'playwright-core';

import type { OpenedMedia } from '../../../src/protocol/messages.ts';
import { decodeAac } from '../../../src/editor/media/decode-aac.ts';

/** A file that the stand-in for the host opens, by what the page asks for: a clip's id, an address, a job. */
export interface MediaFile {
  readonly path: string;
  readonly kind: OpenedMedia['kind'];
}

/** How the stand-in answers. */
export interface ServedMedia {
  /** Decodes what the page cannot; absent on a machine without it. */
  readonly ffmpeg?: string;
  readonly lacks?: MediaLacks;
  /** Opens files for the clips' pictures, too; else for previews only. */
  readonly pictures?: boolean;
}

/** What the page may do without. */
export interface MediaLacks {
  /** The page has no decoder for AAC, as in desktop editors. */
  readonly aac?: boolean;
  /** The page has no decoder for pictures. */
  readonly pictures?: boolean;
}

declare global {
  interface Window {
    /** The moment of the picture that was put onto the preview last, in seconds of the file. */
    shownSeconds: number | undefined;
    /** The loudest that goes to the sound card right now, 0 to 1. */
    loudness(): number;
    /** What is open on the host's side. */
    openMedia: Map<string, string>;
    /** How many bytes were read so far. */
    bytesRead: number;
    /** Whether files are opened for the clips' pictures. */
    opensForPictures: boolean;
    /** Set, nothing is read until it is resolved. */
    readGate: Promise<void> | undefined;
    readClip(key: string, start: number, end: number): Promise<string>;
    findClip(key: string): Promise<{ kind: OpenedMedia['kind']; bytes: number } | null>;
    decodeClipSound(adts: string): Promise<{ bytes: string; sampleRate: number; channels: number } | null>;
  }
}

/** Answers the page's questions about media with real files; must be called before the page is opened. */
export async function serveMedia(
  page: Page,
  files: ReadonlyMap<string, MediaFile>,
  { ffmpeg, lacks = {}, pictures = false }: ServedMedia = {},
): Promise<void> {
  await page.exposeFunction('findClip', async (key: string) => {
    const file = files.get(key);
    return file ? { kind: file.kind, bytes: (await stat(file.path)).size } : null;
  });
  await page.exposeFunction('readClip', async (key: string, start: number, end: number) => {
    const file = await open(files.get(key)?.path ?? '');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    await file.close();
    return buffer.subarray(0, bytesRead).toString('base64');
  });
  await page.exposeFunction('decodeClipSound', async (adts: string) => {
    if (ffmpeg === undefined) return null;
    const sound = await decodeAac(ffmpeg, Buffer.from(adts, 'base64'), new AbortController().signal);
    return sound ? { ...sound, bytes: Buffer.from(sound.bytes).toString('base64') } : null;
  });
  await page.addInitScript(standIn);
  await page.addInitScript((opens: boolean) => {
    window.opensForPictures = opens;
  }, pictures);
  await page.addInitScript((without: MediaLacks) => {
    const { AudioDecoder: sound, VideoDecoder: picture } = window;
    const ask = sound.isConfigSupported.bind(sound);
    if (without.aac) {
      sound.isConfigSupported = (config) =>
        config.codec.startsWith('mp4a') ? Promise.resolve({ supported: false, config }) : ask(config);
    }
    if (without.pictures) picture.isConfigSupported = (config) => Promise.resolve({ supported: false, config });
  }, lacks);
}

/** Runs in the page, before anything of it. */
function standIn(): void {
  interface Question {
    request: number;
    intent: { type: string; [key: string]: unknown };
  }
  interface Api {
    postMessage(data: unknown): void;
  }
  window.openMedia = new Map();
  window.bytesRead = 0;
  window.readGate = undefined;
  window.shownSeconds = undefined;
  let count = 0;
  const fromText = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const toText = (bytes: Uint8Array) => {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  };
  const answer = async ({ intent }: Question): Promise<object | string> => {
    const id = String(intent['id']);
    switch (intent.type) {
      case 'openMedia': {
        const place = intent['place'] as { clipId?: string; url?: string; jobId?: string };
        const key = place.clipId ?? place.url ?? place.jobId ?? '';
        const file = await window.findClip(key);
        if (!file) return 'The clip’s file is not there any more. Upload it again.';
        count += 1;
        window.openMedia.set(`o${count}`, key);
        return { media: { id: `o${count}`, name: `${key}.mp4`, isFile: true, fingerprint: key, ...file } };
      }
      case 'readMedia': {
        const key = window.openMedia.get(id);
        if (key === undefined) return 'That was closed.';
        const bytes = fromText(await window.readClip(key, Number(intent['start']), Number(intent['end'])));
        await window.readGate;
        window.bytesRead += bytes.byteLength;
        return { bytes };
      }
      case 'closeMedia':
        window.openMedia.delete(id);
        return {};
      case 'decodeSound': {
        const sound = await window.decodeClipSound(toText(intent['bytes'] as Uint8Array));
        if (!sound) return 'Nothing on this machine decodes this sound.';
        const { bytes, ...facts } = sound;
        return { bytes: fromText(bytes), sound: facts };
      }
      default:
        return {};
    }
  };
  const mine = new Set(['openMedia', 'readMedia', 'closeMedia', 'decodeSound', 'openMediaOutside']);
  let given: () => unknown = () => undefined;
  Object.defineProperty(window, 'acquireVsCodeApi', {
    configurable: true,
    get: () => () => {
      const api = given() as Api;
      const pass = api.postMessage.bind(api);
      api.postMessage = (data) => {
        const question = data as Question;
        if (!mine.has(question.intent.type)) {
          pass(data);
          return;
        }
        const to = question.request;
        const isUnheard = question.intent['fileOnly'] === true && !window.opensForPictures;
        if (!isUnheard) window.preview.intents.push(structuredClone(question.intent) as never);
        void (isUnheard ? Promise.resolve('No pictures here.') : answer(question)).then((value) =>
          window.postMessage(
            typeof value === 'string'
              ? { type: 'refusal', to, code: 'refused', message: value, steps: [] }
              : { type: 'reply', to, ok: true, ...value },
            '*',
          ),
        );
      };
      return api;
    },
    set: (value: () => unknown) => {
      given = value;
    },
  });

  const paint = Object.getOwnPropertyDescriptor(CanvasRenderingContext2D.prototype, 'drawImage')?.value as (
    ...args: unknown[]
  ) => void;
  CanvasRenderingContext2D.prototype.drawImage = function (this: CanvasRenderingContext2D, ...args: unknown[]) {
    paint.apply(this, args);
    const [source] = args;
    if (source instanceof VideoFrame && this.canvas.closest('.preview')) {
      window.shownSeconds = source.timestamp / 1_000_000;
    }
  };

  let ear: AnalyserNode | undefined;
  const connect = Object.getOwnPropertyDescriptor(AudioNode.prototype, 'connect')?.value as (
    to: AudioNode,
  ) => AudioNode;
  AudioNode.prototype.connect = function (this: AudioNode, to: AudioNode) {
    if (to instanceof AudioDestinationNode) {
      ear = new AnalyserNode(this.context, { fftSize: 2_048 });
      connect.call(this, ear);
    }
    return connect.call(this, to);
  } as typeof AudioNode.prototype.connect;
  window.loudness = () => {
    // A context that stands still puts nothing out, whatever it had last.
    if (ear?.context.state !== 'running') return 0;
    const samples = new Float32Array(ear.fftSize);
    ear.getFloatTimeDomainData(samples);
    return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  };
}
