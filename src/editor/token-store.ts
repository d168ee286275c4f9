import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import * as z from 'zod';

import type { Clock } from '../client/clock.ts';
import { NemoError } from '../client/errors.ts';
import type { TokenSource } from '../client/client-options.ts';
import type { NextStep } from '../client/next-step.ts';
import type { AnonymousToken } from '../client/service-values.ts';
import { waitWithSignal } from './with-signal.ts';

const hour = 3_600_000;

const storedToken = z.object({
  token: z.string().min(1),
  userId: z.string().optional(),
  /** ms since the epoch. */
  takenAtMs: z.number(),
  expiresAtMs: z.number().optional(),
});
type StoredToken = z.infer<typeof storedToken>;

/** What the secret storage should hold. */
const storedMarks = z.object({
  given: z.boolean().catch(false),
  /** When the anonymous token ends, in ms since the epoch; 0 where there is none. */
  anonymousUntilMs: z.number().catch(0),
});
type Marks = z.infer<typeof storedMarks>;

/** Whose token is in use; never the token. */
export interface Identity {
  readonly kind: 'environment' | 'signedIn' | 'anonymous' | 'none';
  /** `anon_…`, or what the service said of a user who signed in. */
  readonly userId?: string;
}

export interface TokenStoreOptions {
  readonly secrets: vscode.SecretStorage;
  /** Remembers what the secret storage was given, never the token: so that it is noticed when that did not last. */
  readonly memento: vscode.Memento;
  /** Origin of the service: a token is only ever sent to where it came from. */
  readonly origin: string;
  readonly clock: Clock;
  /** Takes an anonymous token from the service. */
  readonly takeAnonymous: () => Promise<AnonymousToken>;
  /** Called once where a token could not be kept for the next start, or turns out not to have been. */
  readonly onNotKept: () => void;
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * `NEMO_TOKEN`, before the token that the user signed in with, before an anonymous one. The last two live in the editor's
 * secret storage and nowhere else.
 */
export class TokenStore implements TokenSource, vscode.Disposable {
  readonly #options: TokenStoreOptions;
  readonly #cache = new Map<'given' | 'anonymous', Promise<StoredToken | undefined>>();
  readonly #listener: vscode.Disposable;
  #renewal: Promise<StoredToken> | undefined;
  #lastEarlyTryMs = Number.NEGATIVE_INFINITY;
  #saidNotKept = false;
  /** Counts what was forgotten: a token that arrives after that is not kept. */
  #epoch = 0;
  /** Tokens that the secret storage would not take: for this window's life. */
  readonly #unkept = new Map<'given' | 'anonymous', StoredToken>();
  #marks: Marks;
  /** What was stored or deleted since it was read last, by whatever window. */
  readonly #changed = new Set<'given' | 'anonymous'>();

  constructor(options: TokenStoreOptions) {
    this.#options = options;
    this.#marks = storedMarks.catch(noMarks).parse(options.memento.get<unknown>(this.#marksKey) ?? noMarks);
    // Another window signed in or out, or renewed.
    this.#listener = options.secrets.onDidChange(({ key }) => {
      for (const kind of ['given', 'anonymous'] as const) {
        if (key !== this.#key(kind)) continue;
        this.#cache.delete(kind);
        this.#changed.add(kind);
      }
    });
  }

  dispose(): void {
    this.#listener.dispose();
  }

  /** True where `NEMO_TOKEN` says which token to use. */
  get isFromEnvironment(): boolean {
    return this.#fromEnvironment() !== undefined;
  }

  /** @throws NemoError as {@link token} does where the token that the user gave is not there any more. */
  async identity(): Promise<Identity> {
    if (this.isFromEnvironment) return { kind: 'environment' };
    const given = await this.#read('given');
    if (given) return { kind: 'signedIn', ...(given.userId === undefined ? {} : { userId: given.userId }) };
    const anonymous = await this.#read('anonymous');
    if (anonymous)
      return { kind: 'anonymous', ...(anonymous.userId === undefined ? {} : { userId: anonymous.userId }) };
    return { kind: 'none' };
  }

  async token(signal?: AbortSignal): Promise<string> {
    const fromEnvironment = this.#fromEnvironment();
    if (fromEnvironment) return fromEnvironment;
    const given = await this.#read('given');
    if (given) return given.token;
    const anonymous = await this.#read('anonymous');
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
      if (fromEnvironment !== rejected) return fromEnvironment;
      throw new NemoError(
        'tokenRejected',
        l10n.t(
          'The service rejected the token in NEMO_TOKEN. Set a valid one, or unset it to go on without an account.',
        ),
      );
    }
    this.#cache.clear();
    const given = await this.#read('given');
    if (given) {
      if (given.token !== rejected) return given.token;
      throw rejectedToken();
    }
    const anonymous = await this.#read('anonymous');
    if (anonymous && anonymous.token !== rejected) return anonymous.token;
    return (await waitWithSignal(this.#takeAnonymous(rejected), signal)).token;
  }

  /** Keeps a token that the user gave; from now on it is the one in use. */
  async keepGiven(token: string, userId: string | undefined): Promise<void> {
    await this.#write('given', {
      token,
      takenAtMs: this.#options.clock.now(),
      ...(userId === undefined ? {} : { userId }),
    });
  }

  /** Forgets every token but the environment's. */
  async forget(): Promise<void> {
    this.#epoch++;
    this.#renewal = undefined;
    this.#unkept.clear();
    await this.#mark(noMarks);
    for (const kind of ['given', 'anonymous'] as const) {
      this.#cache.set(kind, Promise.resolve(undefined));
      try {
        await this.#options.secrets.delete(this.#key(kind));
      } catch {
        // What could not be kept need not be removed.
      }
    }
  }

  /** One request for everybody who waits. `old` is the token that will not do any more. */
  #takeAnonymous(old: string | undefined): Promise<StoredToken> {
    if (!this.#renewal) {
      const renewal = this.#takeOnce(old).finally(() => {
        if (this.#renewal === renewal) this.#renewal = undefined;
      });
      this.#renewal = renewal;
    }
    return this.#renewal;
  }

  async #takeOnce(old: string | undefined): Promise<StoredToken> {
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
    const fresh: StoredToken = {
      token: taken.token,
      userId: taken.userId,
      takenAtMs: this.#options.clock.now(),
      ...(taken.expiresAtMs === undefined ? {} : { expiresAtMs: taken.expiresAtMs }),
    };
    if (epoch === this.#epoch) await this.#write('anonymous', fresh);
    return fresh;
  }

  /** An anonymous token in the secret storage that is good and not the `old` one. */
  async #takenElsewhere(old: string | undefined): Promise<StoredToken | undefined> {
    this.#cache.delete('anonymous');
    const theirs = await this.#read('anonymous');
    const isGood = theirs && theirs.token !== old && (theirs.expiresAtMs ?? Infinity) > this.#options.clock.now();
    return isGood ? theirs : undefined;
  }

  #fromEnvironment(): string | undefined {
    const token = (this.#options.environment ?? process.env)['NEMO_TOKEN']?.trim();
    return token === '' ? undefined : token;
  }

  #key(kind: 'given' | 'anonymous'): string {
    return `nemo.token.${kind} ${this.#options.origin}`;
  }

  #read(kind: 'given' | 'anonymous'): Promise<StoredToken | undefined> {
    let found = this.#cache.get(kind);
    if (!found) {
      found = this.#load(kind);
      this.#cache.set(kind, found);
    }
    return found;
  }

  async #load(kind: 'given' | 'anonymous'): Promise<StoredToken | undefined> {
    const kept = await this.#loadKept(kind);
    if (typeof kept === 'object') {
      this.#changed.delete(kind);
      this.#marks = { ...this.#marks, ...markOf(kind, kept) };
      return kept;
    }
    const unkept = this.#unkept.get(kind);
    if (unkept) return unkept;
    // It was deleted on purpose.
    if (kept === 'missing' && this.#changed.delete(kind)) this.#marks = { ...this.#marks, ...markOf(kind, undefined) };
    if (kind === 'given' && this.#marks.given) {
      // Asked again at the next request: a locked keyring may be open by then.
      this.#cache.delete(kind);
      throw lostToken();
    }
    if (kind === 'anonymous' && this.#marks.anonymousUntilMs > this.#options.clock.now()) this.#sayNotKept();
    return undefined;
  }

  async #loadKept(kind: 'given' | 'anonymous'): Promise<StoredToken | 'missing' | 'unreadable'> {
    try {
      const text = await this.#options.secrets.get(this.#key(kind));
      return text === undefined ? 'missing' : storedToken.parse(JSON.parse(text));
    } catch {
      return 'unreadable';
    }
  }

  async #write(kind: 'given' | 'anonymous', value: StoredToken): Promise<void> {
    this.#unkept.delete(kind);
    try {
      await this.#options.secrets.store(this.#key(kind), JSON.stringify(value));
    } catch {
      this.#unkept.set(kind, value);
      this.#sayNotKept();
    }
    this.#cache.set(kind, Promise.resolve(value));
    await this.#mark({ ...this.#marks, ...markOf(kind, value) });
  }

  #sayNotKept(): void {
    if (!this.#saidNotKept) this.#options.onNotKept();
    this.#saidNotKept = true;
  }

  get #marksKey(): string {
    return `nemo.tokensKept ${this.#options.origin}`;
  }

  async #mark(marks: Marks): Promise<void> {
    this.#marks = marks;
    try {
      await this.#options.memento.update(this.#marksKey, marks);
    } catch {
      // Then a loss of the token would be noticed by nobody; the token itself is what counts now.
    }
  }
}

const noMarks: Marks = { given: false, anonymousUntilMs: 0 };

function markOf(kind: 'given' | 'anonymous', token: StoredToken | undefined): Partial<Marks> {
  if (kind === 'given') return { given: token !== undefined };
  return { anonymousUntilMs: token ? (token.expiresAtMs ?? Number.MAX_SAFE_INTEGER) : 0 };
}

/** A day before it expires, or when a tenth of its life is left, if it lives for less than ten days. */
function renewAtMs({ takenAtMs, expiresAtMs }: StoredToken): number {
  if (expiresAtMs === undefined) return Infinity;
  return expiresAtMs - Math.min(24 * hour, (expiresAtMs - takenAtMs) / 10);
}

/** The user's own token was refused: it is theirs to decide what follows. */
export function rejectedToken(): NemoError {
  return new NemoError(
    'tokenRejected',
    l10n.t('The service rejected your API token. Sign in with another one, or go on without an account.'),
    { steps: ownTokenSteps() },
  );
}

/** The user's own token was kept, and cannot be read back: that is no reason to go on as somebody else. */
function lostToken(): NemoError {
  return new NemoError(
    'tokenRejected',
    l10n.t(
      'This machine did not keep the API token that you signed in with. Sign in again, or go on without an account.',
    ),
    { steps: ownTokenSteps(), notSent: true },
  );
}

function ownTokenSteps(): readonly NextStep[] {
  return [
    { kind: 'signIn', label: l10n.t('Sign In…') },
    { kind: 'signOut', label: l10n.t('Go On Without an Account') },
  ];
}
