/**
 * Uploads, as multipart to disk or by address. Videos and pictures go onto the timeline's video track, one behind the
 * other in the order in which they came, so that an export is possible at once; the first of them sets the canvas.
 * Audio goes into the media only, until a message asks for it.
 */
import { Busboy } from '@fastify/busboy';
import type { BusboyHeaders } from '@fastify/busboy';
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { request as httpRequest } from 'undici';
import * as z from 'zod';
import { segmentsOf, videoDurationMs, withSegments } from './draft-model.ts';
import type { Draft, Segment } from './draft-model.ts';
import type { HttpExchange } from './http-exchange.ts';
import { parseJson } from './http-exchange.ts';
import { formatOf, looksLikeMedia } from './media-probe.ts';
import { shelveMedia } from './media-shelf.ts';
import type { FileShelf, MediaItem } from './media-shelf.ts';
import type { MediaWorkshop } from './media-workshop.ts';
import type { Session } from './sessions.ts';
import { badRequest, fileTooLarge, ServiceError, unsupportedFile } from './service-error.ts';

/** Bytes. */
export const maxUploadBytes = 500 * 1024 * 1024;

/** How long a picture stays on the timeline, in ms. */
const pictureMs = 3000;

interface ReceivedFile {
  readonly name: string;
  readonly path: string;
  readonly hash: string;
  readonly size: number;
}

/**
 * Takes the files of one request. All of them or none.
 * @param uploadName what they are called, if not as they came.
 * @throws ServiceError 4001, 4002, or 400 for what is no upload.
 */
export async function receiveUpload(
  exchange: HttpExchange,
  session: Session,
  workshop: MediaWorkshop,
  shelf: FileShelf,
  uploadName: string | undefined,
): Promise<MediaItem[]> {
  const folder = join(shelf.folder, randomUUID());
  await mkdir(folder, { recursive: true });
  try {
    const isMultipart = /^multipart\/form-data\b/i.test(exchange.header('content-type') ?? '');
    const received = isMultipart ? await receiveMultipart(exchange, folder) : await receiveUrls(exchange, folder);
    if (received.length === 0) throw badRequest('No file in the field «files»');
    const items: MediaItem[] = [];
    for (const file of received) {
      const item = await inspect(file, workshop, shelf);
      items.push(uploadName === undefined ? item : { ...item, name: uploadName });
    }
    await session.alone(() => {
      session.uploads.push(...items);
      const draft = items.reduce((before, item) => placeOnTimeline(before, item, session.newId), session.draft);
      if (draft !== session.draft) session.change(draft);
      return Promise.resolve();
    });
    return items;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The draft with a clip at the end of its video track; the same draft for what is not to be seen. */
export function placeOnTimeline(draft: Draft, item: MediaItem, newId: () => bigint): Draft {
  if (item.kind === 'audio') return draft;
  const clip = wholeClip(item, videoDurationMs(draft), newId());
  const before = segmentsOf(draft, 'video');
  const canvas = before.length === 0 && !draft.canvasChosen ? canvasFor(item) : {};
  return withSegments({ ...draft, ...canvas }, 'video', [...before, clip], newId);
}

/** All of a medium as a clip. */
export function wholeClip(item: MediaItem, startMs: number, id: bigint): Segment {
  const durationMs = item.durationSeconds > 0 ? Math.round(item.durationSeconds * 1000) : pictureMs;
  return {
    id,
    title: basename(item.name, extname(item.name)),
    startMs,
    durationMs,
    sourceStartMs: 0,
    speed: 1,
    volume: 1,
    source: item.url,
    effects: [],
    ...(item.width !== undefined && item.height !== undefined ? { width: item.width, height: item.height } : {}),
  };
}

/** The canvas for a first clip: its size, brought down to Full HD, in even numbers; 30 frames a second at most. */
function canvasFor(item: MediaItem): Partial<Draft> {
  if (item.width === undefined || item.height === undefined || item.width < 2 || item.height < 2) return {};
  const [maxWidth, maxHeight] = item.height > item.width ? [1080, 1920] : [1920, 1080];
  const scale = Math.min(1, maxWidth / item.width, maxHeight / item.height);
  const even = (value: number) => Math.max(2, Math.round((value * scale) / 2) * 2);
  const fps = item.fps === undefined ? 30 : Math.min(30, Math.max(10, Math.round(item.fps)));
  return { width: even(item.width), height: even(item.height), fps };
}

async function receiveMultipart(exchange: HttpExchange, folder: string): Promise<ReceivedFile[]> {
  const parser = new Busboy({
    headers: exchange.request.headers as BusboyHeaders,
    limits: { fileSize: maxUploadBytes, files: 50 },
    highWaterMark: 1 << 20,
    fileHwm: 1 << 20,
  });
  const files: Promise<ReceivedFile>[] = [];
  const streams: Readable[] = [];
  let refusal: ServiceError | undefined;
  const refuse = (error: ServiceError) => {
    refusal ??= error;
  };
  parser.on('file', (field, stream, name) => {
    const safeName = basename(name.replaceAll('\\', '/'));
    if (field !== 'files' || safeName === '') {
      refuse(badRequest(field === 'files' ? 'A file has no name' : `Unexpected field: ${field}`));
      stream.resume();
      return;
    }
    if (formatOf(safeName) === undefined) {
      refuse(unsupportedFile(safeName));
      stream.resume();
      return;
    }
    streams.push(stream);
    stream.on('limit', () => refuse(fileTooLarge()));
    const file = store(stream, folder, safeName, files.length);
    // Refusals are collected below; until then nobody awaits this one.
    file.catch(() => undefined);
    files.push(file);
  });
  // The rest is read even after a refusal: an answer in the midst of an upload gets lost on its way.
  try {
    await pipeline(Readable.from(exchange.body(), { objectMode: false }), parser);
  } catch (error) {
    // A file that will never end must not stay open.
    for (const stream of streams) stream.destroy();
    await Promise.allSettled(files);
    throw error instanceof ServiceError || refusal === undefined ? asBadRequest(error) : refusal;
  }
  const received = await Promise.all(files);
  if (refusal !== undefined) throw refusal;
  return received;
}

/** What the parser has against a body is the sender's fault; all else goes on as it is. */
function asBadRequest(error: unknown): unknown {
  return error instanceof Error && /multipart|boundary|end of|Part terminated|malformed/i.test(error.message)
    ? badRequest('The multipart body is broken')
    : error;
}

async function store(stream: Readable, folder: string, name: string, index: number): Promise<ReceivedFile> {
  const path = join(folder, `${index}${extname(name).toLowerCase()}`);
  const hash = createHash('sha256');
  let size = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(stream, meter, createWriteStream(path));
  return { name, path, hash: hash.digest('hex'), size };
}

const urlsSchema = z.looseObject({ urls: z.array(z.string()).min(1).max(20), source_type: z.literal('url') });

async function receiveUrls(exchange: HttpExchange, folder: string): Promise<ReceivedFile[]> {
  const { urls } = parseJson(await exchange.bodyText(), urlsSchema);
  const received: ReceivedFile[] = [];
  for (const text of urls) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) throw badRequest('Not an address of a file');
    // This machine only: a sandbox does not go out into the world.
    if (!['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) throw badRequest('The address cannot be reached');
    const name = basename(decodeURIComponent(url.pathname)) || 'download';
    if (formatOf(name) === undefined) throw unsupportedFile(name);
    const response = await httpRequest(url, { signal: exchange.gone }).catch(() => {
      throw badRequest('The address cannot be reached');
    });
    if (response.statusCode !== 200) {
      await response.body.dump();
      throw badRequest(`The address answers with ${response.statusCode}`);
    }
    let bytes = 0;
    const limited = async function* () {
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > maxUploadBytes) throw fileTooLarge();
        yield chunk;
      }
    };
    received.push(await store(Readable.from(limited(), { objectMode: false }), folder, name, received.length));
  }
  return received;
}

async function inspect(file: ReceivedFile, workshop: MediaWorkshop, shelf: FileShelf): Promise<MediaItem> {
  const readable = file.size > 0 && (await looksLikeMedia(file.path));
  const item = readable ? await shelveMedia(workshop, shelf, file) : undefined;
  if (item === undefined) throw unsupportedFile(file.name);
  return item;
}

/** A medium as the upload's and the state's answers show it. */
export function mediaAnswer(item: MediaItem): Record<string, unknown> {
  return {
    filename: item.name,
    file_type: item.fileType,
    cdn_url: item.url,
    duration: item.durationSeconds,
    width: item.width ?? null,
    height: item.height ?? null,
    fps: item.fps ?? null,
    hash: item.hash,
  };
}
