import { createReadStream } from 'node:fs';

/** What a handler answers; sent by `send-answer.ts`, whole or faulty. */
export type Answer =
  | { readonly kind: 'bytes'; readonly status: number; readonly headers: Headers; readonly body: Buffer }
  | {
      readonly kind: 'file';
      readonly status: number;
      readonly headers: Headers;
      readonly path: string;
      /** First byte. */
      readonly start: number;
      /** The byte after the last. */
      readonly end: number;
    }
  | {
      readonly kind: 'stream';
      readonly status: number;
      readonly headers: Headers;
      /** Called once, with a signal that aborts when nobody listens any more. */
      readonly chunks: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
    };

type Headers = Readonly<Record<string, string>>;

export function jsonAnswer(status: number, text: string, headers: Headers = {}): Answer {
  return {
    kind: 'bytes',
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: Buffer.from(text),
  };
}

export function htmlAnswer(status: number, html: string): Answer {
  return {
    kind: 'bytes',
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
    body: Buffer.from(html),
  };
}

/** The body's length in bytes, where it is known beforehand. */
export function answerLength(answer: Answer): number | undefined {
  switch (answer.kind) {
    case 'bytes':
      return answer.body.length;
    case 'file':
      return answer.end - answer.start;
    case 'stream':
      return undefined;
  }
}

/** The body in pieces. */
export async function* answerChunks(answer: Answer, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  switch (answer.kind) {
    case 'bytes':
      if (answer.body.length > 0) yield answer.body;
      return;
    case 'file':
      if (answer.end > answer.start) {
        const file = createReadStream(answer.path, {
          start: answer.start,
          end: answer.end - 1,
          highWaterMark: 1 << 20,
        });
        try {
          for await (const chunk of file) yield chunk as Buffer;
        } finally {
          file.destroy();
        }
      }
      return;
    case 'stream':
      yield* answer.chunks(signal);
  }
}
