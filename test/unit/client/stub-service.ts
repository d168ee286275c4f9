import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

/** A request that the stub got. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** An answer of the stub: JSON for a value, or what the function does. */
export type StubAnswer =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly json: unknown }
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly text: string | Buffer }
  | ((request: SeenRequest, response: ServerResponse) => void);

/** A server for what the sandbox never says. */
export interface StubService {
  readonly url: URL;
  readonly seen: readonly SeenRequest[];
  /** Answers the next requests one by one; the last answer stays. */
  answer(...answers: readonly StubAnswer[]): void;
  close(): Promise<void>;
}

/** Starts one on 127.0.0.1. */
export async function startStubService(): Promise<StubService> {
  const seen: SeenRequest[] = [];
  let answers: StubAnswer[] = [{ json: {} }];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const record = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks),
      };
      seen.push(record);
      const next = answers.length > 1 ? answers.shift()! : answers[0]!;
      if (typeof next === 'function') return next(record, response);
      const isJson = 'json' in next;
      response.writeHead(next.status ?? 200, {
        ...(isJson ? { 'content-type': 'application/json' } : {}),
        ...next.headers,
      });
      response.end(isJson ? JSON.stringify(next.json) : next.text);
    });
  });
  await listening(server);
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    seen,
    answer: (...next) => {
      answers = [...next];
    },
    close: () => closed(server),
  };
}

/** Resolves when the server listens on a free port of 127.0.0.1. */
export function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
}

/** Ends a server with its connections. */
export function closed(server: Server & { closeAllConnections?: () => void }): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections?.();
  });
}
