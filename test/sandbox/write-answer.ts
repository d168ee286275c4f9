import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import { answerChunks } from './answer.ts';
import { FaultStruck } from './faults.ts';
import type { HttpExchange } from './http-exchange.ts';

/** Calls `send` with the body's pieces, as long as anybody listens. */
export async function sendPieces(
  exchange: HttpExchange,
  answer: Answer,
  send: (piece: Uint8Array) => Promise<void>,
): Promise<void> {
  const { response } = exchange;
  for await (const piece of answerChunks(answer, exchange.gone)) {
    if (response.destroyed || exchange.gone.aborted) return;
    if (exchange.request.method !== 'HEAD') await send(piece);
  }
}

/** Sends status and headers; with `length`, in bytes, as Content-Length. */
export function writeHead(exchange: HttpExchange, answer: Answer, length: number | undefined): void {
  if (exchange.response.destroyed) return;
  const headers: Record<string, string> = { ...answer.headers };
  if (length !== undefined) headers['Content-Length'] = String(length);
  // A body that nobody read would be taken for the next request.
  if (!exchange.request.complete) headers['Connection'] = 'close';
  exchange.response.writeHead(answer.status, headers);
  if (answer.kind === 'stream') exchange.response.flushHeaders();
}

/** Sends a piece of the body; resolves when there is room for the next. */
export async function write(exchange: HttpExchange, piece: Uint8Array): Promise<void> {
  const { response } = exchange;
  if (piece.length === 0 || response.destroyed || response.write(piece)) return;
  await Promise.race([once(response, 'drain', { signal: exchange.gone }), once(response, 'close')]).catch(() => {
    // Nobody listens any more: the loop above sees it.
  });
}

/** Waits until what was written has left, so that a reset does not take it back. */
export async function flushed(exchange: HttpExchange): Promise<void> {
  const { socket } = exchange.request;
  if (socket.writableLength > 0) {
    // Not «drain»: that comes only to a socket which was too full to write to.
    await new Promise<void>((resolve) => socket.write('', () => resolve()));
  }
  await waitOrGone(exchange, 30);
}

/** Waits `ms` milliseconds. @throws FaultStruck where the client goes meanwhile. */
export async function waitOrGone(exchange: HttpExchange, ms: number): Promise<void> {
  await delay(ms, undefined, { signal: exchange.gone }).catch(() => {
    throw new FaultStruck();
  });
}
