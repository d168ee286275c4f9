import assert from 'node:assert/strict';

import { systemClock } from '../../../src/client/clock.ts';
import { NemoError, type NemoErrorCode } from '../../../src/client/errors.ts';
import { NemoClient } from '../../../src/client/nemo-client.ts';
import type { NemoClientOptions, TokenSource } from '../../../src/client/client-options.ts';
import type { TurnedClock } from '../turned-clock.ts';

/** The options that most tests want; `url` is the service's address. */
export function clientOptions(url: URL, changes: Partial<NemoClientOptions> = {}): NemoClientOptions {
  return {
    apiUrl: url,
    webUrl: new URL('https://nemovideo.example/'),
    clientId: '5f3a2c9e-0000-4000-8000-000000000001',
    tokens: fixedTokens('nmv_usr_fixed'),
    attribution: () => ({ source: 'video-writer', version: '1.0.0', platform: 'unknown' }),
    clock: systemClock,
    network: { strictSsl: true, environment: {} },
    ...changes,
  };
}

/** A token that the user gave: it is never replaced. */
export function fixedTokens(token: string): TokenSource {
  return {
    token: () => Promise.resolve(token),
    renew: () => Promise.reject(new NemoError('tokenRejected', 'Your token was rejected.')),
  };
}

/** Anonymous tokens as the product takes them: asked for when needed, kept, and asked for again after a rejection. */
export class AnonymousTokens implements TokenSource {
  /** How often a token was asked for. */
  taken = 0;
  readonly #client: () => NemoClient;
  #token: Promise<string> | undefined;

  constructor(client: () => NemoClient) {
    this.#client = client;
  }

  token(): Promise<string> {
    return (this.#token ??= this.#take());
  }

  renew(): Promise<string> {
    return (this.#token = this.#take());
  }

  /** The next request asks anew. */
  forget(): void {
    this.#token = undefined;
  }

  async #take(): Promise<string> {
    this.taken++;
    return (await this.#client().anonymousToken()).token;
  }
}

/** A client that takes anonymous tokens for itself. */
export function anonymousClient(
  url: URL,
  changes: Partial<NemoClientOptions> = {},
): { readonly client: NemoClient; readonly tokens: AnonymousTokens } {
  const tokens: AnonymousTokens = new AnonymousTokens(() => client);
  const client: NemoClient = new NemoClient(clientOptions(url, { tokens, ...changes }));
  return { client, tokens };
}

/** Turns the clock on whenever somebody sleeps, until `work` is done. */
export async function whileTurning<T>(clock: TurnedClock, work: Promise<T>): Promise<T> {
  const settled = work.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([settled, clock.untilSleeping().then(() => false)]))) {
    await clock.advance(clock.asked.at(-1) ?? 0);
  }
  return work;
}

/** The error that `work` ends with, which must be a {@link NemoError} with this code. */
export async function failing(work: Promise<unknown>, code: NemoErrorCode): Promise<NemoError> {
  const error = await work.then(
    () => assert.fail(`succeeded where «${code}» was due`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof NemoError, `not a NemoError: ${String(error)}`);
  assert.equal(error.code, code, `${error.code}: ${error.message}`);
  return error;
}

/** All that an iterable yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
