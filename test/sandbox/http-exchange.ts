import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { badRequest } from './service-error.ts';
import { FaultStruck } from './faults.ts';
import type { EndpointName, Fault } from './sandbox-options.ts';

const maxJsonBytes = 64 << 20;

/** One request with its answer to be: the body is read through here, so that faults can strike amid it. */
export class HttpExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly endpoint: EndpointName | 'web' | 'unknown';
  readonly url: URL;
  readonly fault: Fault | undefined;
  /** Aborts when the connection is gone or the sandbox closes. */
  readonly gone: AbortSignal;
  bodyBytes = 0;
  sha256: string | undefined;
  /** Set where a fault in the request's body has to be answered in the handler's stead. */
  readonly onBodyFault: (exchange: HttpExchange, fault: Fault) => Promise<void>;
  /** Called where a fault strikes not only this request but the whole service. */
  readonly onServiceFault: (fault: Fault) => void;

  constructor(values: {
    request: IncomingMessage;
    response: ServerResponse;
    endpoint: EndpointName | 'web' | 'unknown';
    url: URL;
    fault: Fault | undefined;
    closing: AbortSignal;
    onBodyFault: (exchange: HttpExchange, fault: Fault) => Promise<void>;
    onServiceFault: (fault: Fault) => void;
  }) {
    this.request = values.request;
    this.response = values.response;
    this.endpoint = values.endpoint;
    this.url = values.url;
    this.fault = values.fault;
    this.onBodyFault = values.onBodyFault;
    this.onServiceFault = values.onServiceFault;
    const ended = new AbortController();
    values.response.once('close', () => ended.abort());
    this.gone = AbortSignal.any([ended.signal, values.closing]);
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** The request's body in pieces. Ends early, or throws {@link FaultStruck}, where a fault says so. */
  async *body(): AsyncGenerator<Buffer, void, void> {
    const fault = this.fault?.moment === 'duringBody' ? this.fault : undefined;
    const expected = Number(this.header('content-length') ?? 0);
    const strikeAt = fault?.afterBytes ?? Math.floor(expected / 2);
    const hash = createHash('sha256');
    let struck = false;
    // The iterator must not destroy the request when the loop is left: its socket still carries the answer.
    const pieces = this.request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const chunk of pieces) {
      this.bodyBytes += chunk.length;
      hash.update(chunk);
      if (fault !== undefined && !struck && this.bodyBytes >= strikeAt) {
        struck = true;
        if (fault.kind === 'truncate') return;
        await this.onBodyFault(this, fault);
      } else if (fault?.kind === 'slow') {
        await delay(fault.ms ?? 5, undefined, { signal: this.gone }).catch(() => {
          throw new FaultStruck();
        });
      }
      yield chunk;
    }
    this.sha256 = hash.digest('hex');
  }

  /** @throws ServiceError 400 where the body is not JSON text. */
  async bodyText(): Promise<string> {
    const pieces: Buffer[] = [];
    for await (const piece of this.body()) {
      pieces.push(piece);
      if (this.bodyBytes > maxJsonBytes) throw badRequest('The body is too large');
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  /** @throws ServiceError 400 where the body is not what the schema says. */
  async bodyJson<Schema extends z.ZodType>(schema: Schema): Promise<z.output<Schema>> {
    return parseJson(await this.bodyText(), schema);
  }
}

/** @throws ServiceError 400 where the text is not what the schema says. */
export function parseJson<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('The body is not JSON');
  }
  const result = schema.safeParse(value);
  if (!result.success) throw badRequest(z.prettifyError(result.error));
  return result.data;
}
