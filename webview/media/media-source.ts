import {
  ADTS,
  CustomSource,
  FLAC,
  Input,
  MATROSKA,
  MP3,
  MP4,
  MPEG_TS,
  OGG,
  QTFF,
  WAVE,
  WEBM,
  type CustomSourceOptions,
} from 'mediabunny';

import { mostMediaBytes, type Intent, type MediaPlace, type OpenedMedia } from '../../src/protocol/messages.ts';
import type { Answer, Refusal } from '../host-link.ts';

/** Puts a question to the host whose refusal is told to nobody but the asker. */
export type AskHost = (intent: Intent) => Promise<Answer>;

/** How the bytes behind {@link OpenedFile.input} are read. */
export interface ReadingHabits {
  /** Bytes that were read and are kept, at most; 8 MiB unless told. */
  readonly cacheBytes?: number;
  /** `sparse` for a look here and there, `onward` for reading on and on, well ahead. */
  readonly ahead?: 'sparse' | 'onward';
}

/** The bytes could not be had; `code` is the host's. */
export class MediaUnreadable extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'MediaUnreadable';
    this.code = code;
  }
}

/** Media that the host holds open for the page; its bytes come over the wire, piece by piece. Close it after use. */
export class OpenedFile {
  readonly info: OpenedMedia;
  readonly #ask: AskHost;
  readonly #inputs = new Map<ReadingHabits['ahead'], Input<CustomSource>>();
  #closed = false;

  private constructor(ask: AskHost, info: OpenedMedia) {
    this.#ask = ask;
    this.info = info;
  }

  /**
   * Resolves with the opened media, or with the reason why there is none. Never rejects.
   * @param fileOnly leaves alone what would have to be fetched from the service.
   */
  static async open(ask: AskHost, place: MediaPlace, fileOnly = false): Promise<OpenedFile | Refusal> {
    const answer = await ask({ type: 'openMedia', place, ...(fileOnly ? { fileOnly } : {}) });
    if (!answer.ok) return answer;
    if (answer.media) return new OpenedFile(ask, answer.media);
    return { ok: false, code: 'unexpected', message: '', steps: [] };
  }

  /**
   * Bytes from `start` up to `end`; asks as often as the size of a message makes it necessary.
   *
   * @throws MediaUnreadable when the host refuses or the file has become shorter.
   */
  async read(start: number, end: number): Promise<Uint8Array> {
    const whole = new Uint8Array(Math.max(0, end - start));
    let at = start;
    while (at < end) {
      if (this.#closed) throw new MediaUnreadable('closed', 'The media was closed');
      const until = Math.min(end, at + mostMediaBytes);
      const answer = await this.#ask({ type: 'readMedia', id: this.info.id, start: at, end: until });
      if (!answer.ok) throw new MediaUnreadable(answer.code, answer.message);
      const { bytes } = answer;
      if (!bytes || bytes.byteLength === 0 || bytes.byteLength > until - at) {
        throw new MediaUnreadable('changed', 'The media is not as long as it was');
      }
      // The usual case needs no copy.
      if (at === start && bytes.byteLength === whole.byteLength) return bytes;
      whole.set(bytes, at - start);
      at += bytes.byteLength;
    }
    return whole;
  }

  /** The file for the demuxer: one for reading here and there, and one for reading on. Ends with {@link close}. */
  input(habits: ReadingHabits = {}): Input<CustomSource> {
    const { ahead = 'sparse' } = habits;
    let input = this.#inputs.get(ahead);
    if (!input) {
      input = new Input({ source: this.#source(habits), formats: readableFormats() });
      this.#inputs.set(ahead, input);
    }
    return input;
  }

  /** Ends all reading; what is under way fails. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const input of this.#inputs.values()) input.dispose();
    void this.#ask({ type: 'closeMedia', id: this.info.id });
  }

  #source({ cacheBytes = 8 * 1024 * 1024, ahead = 'sparse' }: ReadingHabits): CustomSource {
    const options: CustomSourceOptions = {
      getSize: () => this.info.bytes,
      read: (start, end) => (end - start <= mostMediaBytes ? this.read(start, end) : this.#stream(start, end)),
      maxCacheSize: cacheBytes,
      prefetchProfile: ahead === 'onward' ? 'network' : 'fileSystem',
      // What was only read ahead is asked for again when it is needed, and fails there.
      handleUnhandledError: () => undefined,
    };
    return new CustomSource(options);
  }

  /** A long stretch in pieces, so that its first part is there before its last and the rest can be left unread. */
  #stream(start: number, end: number): ReadableStream<Uint8Array> {
    let at = start;
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const until = Math.min(end, at + mostMediaBytes);
          controller.enqueue(await this.read(at, until));
          at = until;
          if (at >= end) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
  }
}

/** The containers that people's clips come in; each costs code, so this is not simply all that there are. */
function readableFormats() {
  return [MP4, QTFF, MATROSKA, WEBM, MP3, WAVE, OGG, FLAC, ADTS, MPEG_TS];
}
