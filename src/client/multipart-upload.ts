import { randomUUID } from 'node:crypto';

import { readUploaded } from './answers.ts';
import type { Clock } from './clock.ts';
import { NemoError } from './errors.ts';
import { fileChangedError, fileUnreadableError } from './file-source.ts';
import type { TransferOptions, UploadedFile, UploadSource } from './service-values.ts';
import { TransferMeter } from './transfer-meter.ts';
import type { Call } from './call.ts';
import type { Transport } from './transport.ts';

const slabBytes = 512 * 1024;
const slabCount = 4;

/**
 * Sends one file, once; only a rejected token and a service that gets too many requests, which have no effect, make it go
 * again from the start.
 * @throws NemoError `fileChanged`, what `source` throws, and the general ones.
 */
export async function uploadMultipart(
  transport: Transport,
  clock: Clock,
  call: Call,
  source: UploadSource,
  { signal, onProgress, onRateWait }: TransferOptions,
): Promise<readonly UploadedFile[]> {
  const form = multipartBody(source);
  let sourceError: NemoError | undefined;
  const telling: Call = onRateWait ? { ...call, onRateWait } : call;
  return transport.repeating(telling, signal, async (token, ending) => {
    // Reading stops with the request, however that ends: the source is closed after it.
    const done = new AbortController();
    const reading = AbortSignal.any([ending, done.signal]);
    // From the last piece that was sent on, however long all of them take.
    const limit = transport.limitLongAnswer(ending);
    const meter = new TransferMeter(clock, source.size, onProgress);
    const body = form.chunks(meter, reading);
    const attempt: Call = {
      ...call,
      headers: { 'content-type': form.contentType, 'content-length': String(form.contentLength) },
      body: () =>
        noting(
          body,
          () => limit.restart(),
          (error) => (sourceError ??= error),
        ),
    };
    try {
      const answer = await transport.open(attempt, token, limit.signal);
      meter.end();
      const text = await transport.text(call, answer, limit.signal);
      return transport.understand(call, answer.status, text, (opened) => readUploaded(opened, source));
    } catch (error) {
      // A request that ended because its body failed says less than the body's own failure.
      throw sourceError ?? error;
    } finally {
      limit.end();
      done.abort();
    }
  });
}

/** Passes the chunks on, tells of each, and remembers why they ended too soon. */
async function* noting(
  chunks: AsyncIterable<Uint8Array>,
  onChunk: () => void,
  note: (error: NemoError) => void,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    for await (const chunk of chunks) {
      onChunk();
      yield chunk;
    }
  } catch (error) {
    if (error instanceof NemoError) note(error);
    throw error;
  }
}

/** A form with one file, as the body of a request. */
export interface MultipartBody {
  readonly contentType: string;
  /** Bytes of the whole body, known beforehand. */
  readonly contentLength: number;
  /** The body's bytes, from the beginning. To be made anew for each attempt, and read once. */
  readonly chunks: (meter: TransferMeter, signal: AbortSignal) => AsyncGenerator<Uint8Array, void, void>;
}

/** The file as field `files` of a form. */
export function multipartBody(source: UploadSource): MultipartBody {
  const boundary = `nemo-${randomUUID()}`;
  const head = Buffer.from(
    `--${boundary}\r\n` +
      `Content-Disposition: form-data; name="files"; filename="${quotedFileName(source.name)}"\r\n` +
      `Content-Type: ${source.mime.replace(/[^\x20-\x7e]/g, '')}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    contentLength: head.length + source.size + tail.length,
    chunks: async function* (meter, signal) {
      yield head;
      yield* slabs(source, meter, signal);
      // Until here the service cannot take the file as whole: one that changed never becomes a clip.
      await refuseChange(source, signal);
      yield tail;
    },
  };
}

/**
 * A file's name for `Content-Disposition`, as the HTML standard quotes it: UTF-8 as it is, quotes and line ends
 * escaped. Never a path.
 */
export function quotedFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  return (
    last
      .toWellFormed()
      .replaceAll('\r', '%0D')
      .replaceAll('\n', '%0A')
      .replaceAll('"', '%22')
      // eslint-disable-next-line no-control-regex -- what no header can carry
      .replace(/[\0-\x1f\x7f]/g, '_')
  );
}

/**
 * The file in slabs, read ahead into a few buffers that are used again and again: fresh memory is what costs when much
 * is sent.
 *
 * A buffer may be filled again only once its own write has been taken. Whoever sends asks for the next chunk when the
 * socket said «drain», that is when all that was written is gone; and a full slab, far larger than what a socket
 * buffers, always makes it wait for that. So every slab but the last is full, and the last is not used again.
 */
async function* slabs(source: UploadSource, meter: TransferMeter, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const free = Array.from({ length: Math.min(slabCount, Math.ceil(source.size / slabBytes)) }, () =>
    Buffer.allocUnsafeSlow(Math.min(slabBytes, source.size)),
  );
  const ahead: Promise<Uint8Array>[] = [];
  let position = 0;
  // One read after the other: not every source can do several at a time.
  let last: Promise<unknown> = Promise.resolve();
  const readAhead = () => {
    while (position < source.size) {
      const buffer = free.pop();
      if (!buffer) return;
      const slab = buffer.subarray(0, Math.min(buffer.length, source.size - position));
      const from = position;
      position += slab.length;
      const reading = last.then(() => fill(slab, source, from, signal));
      reading.catch(() => undefined); // Whoever takes it from the queue handles it.
      last = reading;
      ahead.push(reading);
    }
  };

  readAhead();
  for (let reading = ahead.shift(); reading; reading = ahead.shift()) {
    const slab = await reading;
    yield slab;
    meter.add(slab.length);
    if (slab.length === slabBytes) free.push(slab as Buffer<ArrayBuffer>);
    readAhead();
  }
}

/** Fills the whole slab, however small the pieces that the source gives. */
async function fill(slab: Uint8Array, source: UploadSource, from: number, signal: AbortSignal): Promise<Uint8Array> {
  for (let filled = 0; filled < slab.length;) {
    const count = await readFrom(source, slab.subarray(filled), from + filled, signal);
    if (count <= 0) throw fileChangedError(source.name);
    filled += count;
  }
  return slab;
}

async function refuseChange(source: UploadSource, signal: AbortSignal): Promise<void> {
  const beyond = await readFrom(source, new Uint8Array(1), source.size, signal);
  if (beyond > 0) throw fileChangedError(source.name);
  await source.verify?.(signal);
}

async function readFrom(source: UploadSource, into: Uint8Array, from: number, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  try {
    return await source.read(into, from, signal);
  } catch (cause) {
    if (signal.aborted || cause instanceof NemoError) throw cause;
    throw fileUnreadableError(source.name, cause);
  }
}
