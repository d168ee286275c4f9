import { createHash, randomBytes } from 'node:crypto';
import type { Plan, SandboxSettings, Scope } from './sandbox-options.ts';
import { badRequest, invalidToken, noCredits, ServiceError } from './service-error.ts';

/** Somebody with credits. */
export interface User {
  /** `anon_…`, or `usr_…` for those who registered. */
  readonly id: string;
  readonly anonymous: boolean;
  /** Credits that can be spent. */
  available: number;
  /** Credits reserved for work that goes on. */
  frozen: number;
}

interface IssuedToken {
  readonly token: string;
  readonly user: User;
  expiresAtMs: number;
}

const weekMs = 7 * 24 * 3600 * 1000;

/**
 * Users, tokens and credits. A client that asks again within its token's life gets the same token; afterwards a new one
 * for the same user.
 */
export class Accounts {
  readonly #settings: Readonly<SandboxSettings>;
  readonly #tokens = new Map<string, IssuedToken>();
  readonly #clients = new Map<string, IssuedToken>();
  readonly #firstTokens: { ip: string; atMs: number }[] = [];
  readonly #users = new Map<string, User>();
  #startCredits: number;
  plan: Plan = 'free-export';

  constructor(settings: Readonly<SandboxSettings>, startCredits: number, registered: readonly string[]) {
    this.#settings = settings;
    this.#startCredits = startCredits;
    for (const token of registered) {
      // Ids must not give the token away, and two sandboxes should agree on them.
      const id = `usr_${createHash('sha256').update(token).digest('hex').slice(0, 12)}`;
      const user = this.#addUser({ id, anonymous: false, available: startCredits, frozen: 0 });
      this.#tokens.set(token, { token, user, expiresAtMs: Number.POSITIVE_INFINITY });
    }
  }

  /** @throws ServiceError 400 without a usable client id, 429 for too many clients from one address. */
  anonymousToken(clientId: string | undefined, ip: string): IssuedToken {
    if (clientId === undefined || clientId === '') throw badRequest('Missing X-Client-Id header');
    if (clientId.length > 64) throw badRequest('X-Client-Id is longer than 64 characters');
    const now = Date.now();
    const known = this.#clients.get(clientId);
    if (known !== undefined && known.expiresAtMs > now) return known;
    if (known === undefined) {
      const recent = this.#firstTokens.filter((entry) => entry.ip === ip && entry.atMs > now - weekMs).length;
      if (recent >= this.#settings.anonymousPerIp) {
        throw new ServiceError(429, 429, 'Too many anonymous users from this address', { retry_after: 30 });
      }
      this.#firstTokens.push({ ip, atMs: now });
    }
    const user =
      known?.user ??
      this.#addUser({
        id: `anon_${randomBytes(8).toString('hex')}`,
        anonymous: true,
        available: this.#startCredits,
        frozen: 0,
      });
    const token = `nmv_usr_${randomBytes(24).toString('base64url')}`;
    const issued = { token, user, expiresAtMs: now + this.#settings.tokenLifeMs };
    this.#tokens.set(token, issued);
    this.#clients.set(clientId, issued);
    return issued;
  }

  /** Who sends this `Authorization` header; undefined for nobody we know. */
  find(authorization: string | undefined): User | undefined {
    const issued = this.#tokens.get(/^Bearer (\S+)$/.exec(authorization ?? '')?.[1] ?? '');
    return issued !== undefined && issued.expiresAtMs > Date.now() ? issued.user : undefined;
  }

  /** @throws ServiceError 1001 for a bad token, 403 for a missing scope. */
  require(authorization: string | undefined, scope: Scope): User {
    const user = this.find(authorization);
    if (user === undefined) throw invalidToken();
    if (!this.#settings.scopes.includes(scope)) {
      throw new ServiceError(403, 403, `Token lacks the required scope: ${scope}`, { required_scope: scope });
    }
    return user;
  }

  /**
   * Reserves credits for work that begins.
   * @returns what ends the reservation: spent or given back.
   * @throws ServiceError 2001 when there are too few, or none at all.
   */
  freeze(user: User, cost: number): { spend(): void; giveBack(): void } {
    if (user.available <= 0 || user.available < cost) throw noCredits();
    user.available -= cost;
    user.frozen += cost;
    let open = true;
    const end = (back: number) => {
      if (!open) return;
      open = false;
      user.frozen -= cost;
      user.available += back;
    };
    return { spend: () => end(0), giveBack: () => end(cost) };
  }

  expireAll(): void {
    this.#tokens.clear();
    for (const issued of this.#clients.values()) issued.expiresAtMs = 0;
  }

  setCredits(userId: string, credits: number): void {
    if (userId === '*') {
      this.#startCredits = credits;
      for (const user of this.#users.values()) user.available = credits;
      return;
    }
    const user = this.#users.get(userId);
    if (user === undefined) throw new Error(`There is no user ${userId}.`);
    user.available = credits;
  }

  #addUser(user: User): User {
    this.#users.set(user.id, user);
    return user;
  }
}
