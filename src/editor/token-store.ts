import { createHash } from 'node:crypto';

import type * as vscode from 'vscode';

import type { TokenSource } from '../client/client-options.ts';
import type { AnonymousToken } from '../client/service-values.ts';
import { KeptTokens, type KeptToken, type KeptTokensOptions } from './kept-tokens.ts';
import { rejectedEnvironmentToken, rejectedToken } from './token-errors.ts';
import { waitWithSignal } from './with-signal.ts';

const hour = 3_600_000;

/** {@link TokenStore.owner} of anonymous tokens. */
export const anonymousOwner = 'anonymous';

/** Whose token is in use; never the token. */
export interface Identity {
  readonly kind: 'environment' | 'signedIn' | 'anonymous' | 'none';
  /** `anon_…`, or what the service said of a user who signed in. */
  readonly userId?: string;
}

export interface TokenStoreOptions extends KeptTokensOptions {
  /** Takes an anonymous token from the service. */
  readonly takeAnonymous: () => Promise<AnonymousToken>;
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * `NEMO_TOKEN`, before the token that the user signed in with, before an anonymous one. The last two are
 * {@link KeptTokens}.
 */
export class TokenStore implements TokenSource, vscode.Disposable {
  readonly #options: TokenStoreOptions;
  readonly #kept: KeptTokens;
  #renewal: Promise<KeptToken> | undefined;
  #lastEarlyTryMs = Number.NEGATIVE_INFINITY;
  /** Counts what was forgotten: a token that arrives after that is not kept. */
  #epoch = 0;
  #owner: string | undefined;

  constructor(options: TokenStoreOptions) {
    this.#options = options;
    this.#kept = new KeptTokens(options);
  }

  dispose(): void {
    this.#kept.dispose();
  }

  /** True where `NEMO_TOKEN` says which token to use. */
  get isFromEnvironment(): boolean {
    return this.#fromEnvironment() !== undefined;
  }

  /**
   * Tells apart whose tokens are in use: what is known of an owner does not hold for another one. `undefined` before the
   * first token. Nothing of a token can be had from it.
   */
  get owner(): string | undefined {
    return this.#owner;
  }

  /** The token in use is one that the user signed in with. */
  get isGiven(): boolean {
    return this.#owner?.startsWith('given ') ?? false;
  }

  /** @throws NemoError as {@link token} does where the token that the user gave is not there any more. */
  async identity(): Promise<Identity> {
    if (this.isFromEnvironment) return { kind: 'environment' };
    const given = await this.#kept.read('given');
    if (given) return { kind: 'signedIn', ...(given.userId === undefined ? {} : { userId: given.userId }) };
    const anonymous = await this.#kept.read('anonymous');
    if (anonymous)
      return { kind: 'anonymous', ...(anonymous.userId === undefined ? {} : { userId: anonymous.userId }) };
    return { kind: 'none' };
  }

  async token(signal?: AbortSignal): Promise<string> {
    const fromEnvironment = this.#fromEnvironment();
    if (fromEnvironment) return this.#use(fromEnvironment, 'environment');
    const given = await this.#kept.read('given');
    if (given) return this.#use(given.token, 'given');
    return this.#use(await this.#anonymousToken(signal), 'anonymous');
  }

  async #anonymousToken(signal: AbortSignal | undefined): Promise<string> {
    const anonymous = await this.#kept.read('anonymous');
    const now = this.#options.clock.now();
    if (!anonymous || (anonymous.expiresAtMs ?? Infinity) <= now) {
      return (await waitWithSignal(this.#takeAnonymous(anonymous?.token), signal)).token;
    }
    if (now >= renewAtMs(anonymous) && now - this.#lastEarlyTryMs > hour / 6) {
      this.#lastEarlyTryMs = now;
      // Ahead of time, so nobody waits for it; should it fail, the old one is still good.
      this.#takeAnonymous(anonymous.token).catch(() => undefined);
    }
    return anonymous.token;
  }

  async renew(rejected: string, signal?: AbortSignal): Promise<string> {
    const fromEnvironment = this.#fromEnvironment();
    if (fromEnvironment) {
      if (fromEnvironment !== rejected) return this.#use(fromEnvironment, 'environment');
      throw rejectedEnvironmentToken();
    }
    this.#kept.lookAgain();
    const given = await this.#kept.read('given');
    if (given) {
      if (given.token !== rejected) return this.#use(given.token, 'given');
      throw rejectedToken();
    }
    const anonymous = await this.#kept.read('anonymous');
    if (anonymous && anonymous.token !== rejected) return this.#use(anonymous.token, 'anonymous');
    return this.#use((await waitWithSignal(this.#takeAnonymous(rejected), signal)).token, 'anonymous');
  }

  /** Notes whose token is about to be used. A client's anonymous tokens are all one user's, the others each their own. */
  #use(token: string, kind: 'environment' | 'given' | 'anonymous'): string {
    const mark = createHash('sha256').update(token).digest('hex').slice(0, 8);
    this.#owner = kind === 'anonymous' ? anonymousOwner : `${kind} ${mark}`;
    return token;
  }

  /** Keeps a token that the user gave; from now on it is the one in use. */
  async keepGiven(token: string, userId: string | undefined): Promise<void> {
    await this.#kept.write('given', {
      token,
      takenAtMs: this.#options.clock.now(),
      ...(userId === undefined ? {} : { userId }),
    });
  }

  /**
   * Forgets every token but the environment's.
   * @throws NemoError `diskFailed` where the secret storage may still hold the one that the user gave.
   */
  async forget(): Promise<void> {
    this.#epoch++;
    this.#renewal = undefined;
    await this.#kept.clear();
  }

  /** One request for everybody who waits. `old` is the token that will not do any more. */
  #takeAnonymous(old: string | undefined): Promise<KeptToken> {
    if (!this.#renewal) {
      const renewal = this.#takeOnce(old).finally(() => {
        if (this.#renewal === renewal) this.#renewal = undefined;
      });
      this.#renewal = renewal;
    }
    return this.#renewal;
  }

  async #takeOnce(old: string | undefined): Promise<KeptToken> {
    // Another window may have been faster.
    const theirs = await this.#takenElsewhere(old);
    if (theirs) return theirs;
    const epoch = this.#epoch;
    let taken: AnonymousToken;
    try {
      taken = await this.#options.takeAnonymous();
    } catch (error) {
      // Windows that start together may ask together; one of them gets the token.
      const shared = await this.#takenElsewhere(old);
      if (shared) return shared;
      throw error;
    }
    const takenAtMs = this.#options.clock.now();
    // By a machine's clock that is far ahead it is over already: then the service itself says when it is.
    const { expiresAtMs } = taken;
    const fresh: KeptToken = {
      token: taken.token,
      ...(taken.userId === undefined ? {} : { userId: taken.userId }),
      takenAtMs,
      ...(expiresAtMs === undefined || expiresAtMs <= takenAtMs ? {} : { expiresAtMs }),
    };
    if (epoch === this.#epoch) await this.#kept.write('anonymous', fresh);
    return fresh;
  }

  /** An anonymous token in the secret storage that is good and not the `old` one. */
  async #takenElsewhere(old: string | undefined): Promise<KeptToken | undefined> {
    this.#kept.lookAgain('anonymous');
    const theirs = await this.#kept.read('anonymous');
    const isGood = theirs && theirs.token !== old && (theirs.expiresAtMs ?? Infinity) > this.#options.clock.now();
    return isGood ? theirs : undefined;
  }

  #fromEnvironment(): string | undefined {
    const token = (this.#options.environment ?? process.env)['NEMO_TOKEN']?.trim();
    return token === '' ? undefined : token;
  }
}

/** A day before it expires, or when a tenth of its life is left, if it lives for less than ten days. */
function renewAtMs({ takenAtMs, expiresAtMs }: KeptToken): number {
  if (expiresAtMs === undefined) return Infinity;
  return expiresAtMs - Math.min(24 * hour, (expiresAtMs - takenAtMs) / 10);
}
