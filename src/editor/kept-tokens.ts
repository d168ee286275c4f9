import type * as vscode from 'vscode';
import * as z from 'zod';

import type { Clock } from '../client/clock.ts';
import type { NemoError } from '../client/errors.ts';
import { lostToken, stuckToken } from './token-errors.ts';

/** Those that the user gave, and those that the service gives to anybody. */
export type TokenKind = 'given' | 'anonymous';

const tokenKinds = ['given', 'anonymous'] as const;

const storedToken = z.object({
  token: z.string().min(1),
  userId: z.string().optional(),
  /** ms since the epoch. */
  takenAtMs: z.number(),
  expiresAtMs: z.number().optional(),
});
/** A token as the secret storage holds it. */
export type KeptToken = z.infer<typeof storedToken>;

/** What the secret storage should hold. */
const storedMarks = z.object({
  given: z.boolean().catch(false),
  /** When the anonymous token ends, in ms since the epoch; 0 where there is none. */
  anonymousUntilMs: z.number().catch(0),
});
type Marks = z.infer<typeof storedMarks>;

export interface KeptTokensOptions {
  readonly secrets: vscode.SecretStorage;
  /** Remembers what the secret storage was given, never the token: so that it is noticed when that did not last. */
  readonly memento: vscode.Memento;
  /** Origin of the service: a token is only ever sent to where it came from. */
  readonly origin: string;
  readonly clock: Clock;
  /** Called once where a token could not be kept for the next start, or turns out not to have been. */
  readonly onNotKept: () => void;
}

/** The tokens in the editor's secret storage, and nowhere else. Where that does not last, it is noticed and said. */
export class KeptTokens implements vscode.Disposable {
  readonly #options: KeptTokensOptions;
  readonly #cache = new Map<TokenKind, Promise<KeptToken | undefined>>();
  readonly #listener: vscode.Disposable;
  /** Tokens that the secret storage would not take: for this window's life. */
  readonly #unkept = new Map<TokenKind, KeptToken>();
  /** What was stored or deleted since it was read last, by whatever window. */
  readonly #changed = new Set<TokenKind>();
  #marks: Marks;
  #saidNotKept = false;

  constructor(options: KeptTokensOptions) {
    this.#options = options;
    this.#marks = storedMarks.catch(noMarks).parse(options.memento.get<unknown>(this.#marksKey) ?? noMarks);
    // Another window signed in or out, or renewed.
    this.#listener = options.secrets.onDidChange(({ key }) => {
      for (const kind of tokenKinds) {
        if (key !== this.#key(kind)) continue;
        this.#cache.delete(kind);
        this.#changed.add(kind);
      }
    });
  }

  dispose(): void {
    this.#listener.dispose();
  }

  /**
   * The token of that kind, as far as is known; `undefined` where there is none.
   * @throws NemoError `tokenRejected` where the token that the user gave is not there any more.
   */
  read(kind: TokenKind): Promise<KeptToken | undefined> {
    let found = this.#cache.get(kind);
    if (!found) {
      found = this.#load(kind);
      this.#cache.set(kind, found);
    }
    return found;
  }

  /** Keeps a token; where the storage will not take it, for this window's life. */
  async write(kind: TokenKind, value: KeptToken): Promise<void> {
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

  /** Another look at the storage, which may hold something newer: at the tokens of that kind, or at all. */
  lookAgain(kind?: TokenKind): void {
    if (kind === undefined) this.#cache.clear();
    else this.#cache.delete(kind);
  }

  /**
   * Removes all of them.
   * @throws NemoError `diskFailed` where the storage may still hold the one that the user gave.
   */
  async clear(): Promise<void> {
    const mayBeKept = this.#marks.given && !this.#unkept.has('given');
    this.#unkept.clear();
    await this.#mark(noMarks);
    let stuck: NemoError | undefined;
    for (const kind of tokenKinds) {
      this.#cache.set(kind, Promise.resolve(undefined));
      try {
        await this.#options.secrets.delete(this.#key(kind));
      } catch (cause) {
        // What could not be kept need not be removed; an anonymous one is nobody's secret.
        if (kind === 'given' && mayBeKept) stuck = stuckToken(cause);
      }
    }
    if (stuck) throw stuck;
  }

  async #load(kind: TokenKind): Promise<KeptToken | undefined> {
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

  async #loadKept(kind: TokenKind): Promise<KeptToken | 'missing' | 'unreadable'> {
    try {
      const text = await this.#options.secrets.get(this.#key(kind));
      return text === undefined ? 'missing' : storedToken.parse(JSON.parse(text));
    } catch {
      return 'unreadable';
    }
  }

  #sayNotKept(): void {
    if (!this.#saidNotKept) this.#options.onNotKept();
    this.#saidNotKept = true;
  }

  #key(kind: TokenKind): string {
    return `nemo.token.${kind} ${this.#options.origin}`;
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

function markOf(kind: TokenKind, token: KeptToken | undefined): Partial<Marks> {
  if (kind === 'given') return { given: token !== undefined };
  return { anonymousUntilMs: token ? (token.expiresAtMs ?? Number.MAX_SAFE_INTEGER) : 0 };
}
