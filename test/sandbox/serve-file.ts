import { stat } from 'node:fs/promises';
import type { Answer } from './answer.ts';
import { answerChunks, jsonAnswer } from './answer.ts';
import type { HttpExchange } from './http-exchange.ts';

/** A file with `Range`, `If-Range`, `If-None-Match`, `ETag` and `Content-Length`, as a CDN serves it. */
export async function serveFile(
  exchange: HttpExchange,
  file: { readonly path: string; readonly mime: string; readonly name: string },
  isOdd: (kind: 'noLength' | 'emptyRange') => boolean,
): Promise<Answer> {
  let size: number;
  let etag: string;
  try {
    const facts = await stat(file.path);
    size = facts.size;
    etag = `"${facts.size.toString(16)}-${Math.round(facts.mtimeMs).toString(16)}"`;
  } catch {
    return jsonAnswer(404, '{"code":404,"message":"File not found"}');
  }
  const headers = {
    'Content-Type': file.mime,
    'Accept-Ranges': 'bytes',
    ETag: etag,
    'Access-Control-Allow-Origin': '*',
    'Content-Disposition': `inline; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  };
  if (exchange.header('if-none-match') === etag) {
    return { kind: 'bytes', status: 304, headers, body: Buffer.alloc(0) };
  }
  const ifRange = exchange.header('if-range');
  const range = ifRange === undefined || ifRange === etag ? parseRange(exchange.header('range'), size) : undefined;
  if (range === 'unsatisfiable' && isOdd('emptyRange')) {
    return { kind: 'bytes', status: 206, headers, body: Buffer.alloc(0) };
  }
  if (range === 'unsatisfiable') {
    return {
      kind: 'bytes',
      status: 416,
      headers: { ...headers, 'Content-Range': `bytes */${size}` },
      body: Buffer.alloc(0),
    };
  }
  const whole: Answer =
    range === undefined
      ? { kind: 'file', status: 200, headers, path: file.path, start: 0, end: size }
      : {
          kind: 'file',
          status: 206,
          headers: { ...headers, 'Content-Range': `bytes ${range.start}-${range.end - 1}/${size}` },
          path: file.path,
          ...range,
        };
  if (range !== undefined || !isOdd('noLength')) return whole;
  // A stream is sent without its length.
  return { kind: 'stream', status: 200, headers, chunks: (signal) => answerChunks(whole, signal) };
}

/** One range of bytes, `end` exclusive; undefined where the whole file is to be sent. */
function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size };
  }
  const start = Number(first);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  return start >= size || end <= start ? 'unsatisfiable' : { start, end };
}
