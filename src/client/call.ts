import type { IncomingHttpHeaders } from 'node:http';

import type { Dispatcher } from 'undici';

import type { TokenScope } from './service-failures.ts';
import type { RateWait } from './service-values.ts';

/** One request to the service, as an endpoint describes it. */
export interface Call {
  readonly method: 'GET' | 'POST';
  /** Below the service's address, ids encoded. */
  readonly path: string;
  /** The path with its ids replaced by «…»: for logs and errors. */
  readonly label: string;
  /** What the token must be allowed to do; `none`: the request goes without a token. */
  readonly scope: TokenScope | 'none';
  /**
   * What may be done again by itself. `safe`: everything. `unsent`: what certainly never reached the service.
   * `never`: nothing, beyond the one repetition with a new token.
   */
  readonly repeat: 'safe' | 'unsent' | 'never';
  /** True where doing it twice costs twice. */
  readonly charged?: boolean;
  /** True where the answer may be silent for very long. */
  readonly long?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text, or what makes the bytes, anew for each attempt. Streams say their length in `headers`. */
  readonly body?: string | (() => AsyncIterable<Uint8Array>);
  /** The answer's largest size, in bytes. */
  readonly maxBytes?: number;
  /** True where a success may be answered with nothing at all. */
  readonly mayBeEmpty?: boolean;
  /** Tells of the wait after 429, in place of the client's own. */
  readonly onRateWait?: RateWait;
}

/** An HTTP answer whose body is still to come. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Dispatcher.ResponseData['body'];
}

/** How one HTTP exchange is done. */
export interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  /** For the log: never the address itself, which may hold ids or secrets. */
  readonly label: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
  /** On a connection of its own. */
  readonly fresh: boolean;
  /** How long to wait for the answer to begin, and from one piece of it to the next, in ms. */
  readonly waitMs: number;
  /** How much of the answer may be buffered, in bytes. */
  readonly bufferBytes?: number;
}
