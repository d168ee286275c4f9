import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import type { Clock } from '../client/clock.ts';
import { NemoError } from '../client/errors.ts';
import { NemoClient } from '../client/nemo-client.ts';
import type { NemoClientOptions, Patience } from '../client/client-options.ts';
import type { CreditsAnswer } from '../client/service-values.ts';
import type { Connection as ConnectionView } from '../conversation/chat-state.ts';
import { asNemoError, cancelled } from './as-nemo-error.ts';
import { readClientId, replaceClientId } from './client-id.ts';
import { unlessUnreadable } from './passing-failures.ts';
import { RateWaitNotice } from './rate-wait-notice.ts';
import type { Settings } from './settings.ts';
import type { Skills } from './skills.ts';
import { warn } from './surfaces/notifications.ts';
import type { SessionRecord } from './session-record.ts';
import { rejectedToken } from './token-errors.ts';
import { anonymousOwner, TokenStore, type Identity } from './token-store.ts';
import { waitWithSignal } from './with-signal.ts';

export interface ConnectionOptions {
  readonly memento: vscode.Memento;
  readonly secrets: vscode.SecretStorage;
  /** File that holds the client id. */
  readonly clientIdPath: string;
  readonly settings: Settings;
  readonly skills: Skills;
  readonly clock: Clock;
  /** Other time limits than the client's usual ones. */
  readonly patience?: Partial<Patience>;
  readonly log: (line: string) => void;
}

/** A client together with what it was made of. */
interface Line {
  readonly key: string;
  readonly origin: string;
  readonly client: NemoClient;
  readonly options: NemoClientOptions;
  readonly tokens: TokenStore;
}

/** The way to the service: one client for the present settings, whose token it is, and the credits. */
export class Connection implements vscode.Disposable {
  readonly #options: ConnectionOptions;
  readonly #changed = new vscode.EventEmitter<ConnectionView>();
  readonly #retired: Line[] = [];
  #line: Promise<Line> | undefined;
  #lineKey: string | undefined;
  #view: ConnectionView = { kind: 'notConnected' };
  #connecting: Promise<Identity> | undefined;
  /** Whom the service named, by the owner of the token that was in use then. */
  readonly #users = new Map<string, string>();
  #tokens: TokenStore | undefined;
  readonly #rateWaits = new RateWaitNotice();
  #anonymous = true;
  /** Counts accounts, and services: what was asked for one of them is not shown as another's. */
  #account = 0;

  /** Fires when {@link view} changed. */
  readonly onDidChange = this.#changed.event;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get view(): ConnectionView {
    return this.#view;
  }

  /** The credits as they were last seen. */
  get credits(): CreditsAnswer | undefined {
    return this.#view.kind === 'connected' ? this.#view.credits : undefined;
  }

  /** Origin of the service; `undefined` where the setting cannot be used. */
  get origin(): string | undefined {
    try {
      return this.#options.settings.addresses().apiUrl.origin;
    } catch {
      return undefined;
    }
  }

  /**
   * The client for the settings as they are now.
   * @throws NemoError `badSetting`.
   */
  async client(): Promise<NemoClient> {
    return (await this.#open()).client;
  }

  /** Whose token is in use. */
  async identity(): Promise<Identity> {
    return (await this.#open()).tokens.identity();
  }

  /** Notes whose a session was that an earlier window worked in, where the service has not said anything newer. */
  recallUser({ userId, userOf = anonymousOwner }: Pick<SessionRecord, 'userId' | 'userOf'>): void {
    if (userId !== undefined && !this.#users.has(userOf)) this.#users.set(userOf, userId);
  }

  /** Whose the token in use is, where the service said it, or did so to an earlier window; and by what that is recalled. */
  get user(): { readonly userId?: string; readonly userOf?: string } {
    const userOf = this.#tokens?.owner;
    const userId = userOf === undefined ? undefined : this.#users.get(userOf);
    return userOf === undefined || userId === undefined ? {} : { userId, userOf };
  }

  /**
   * Makes sure that there is a token that works, and reads the credits. Callers at the same time share one attempt.
   * @throws NemoError what stood in the way; {@link view} says the same.
   */
  connect(signal?: AbortSignal): Promise<Identity> {
    if (!this.#connecting) {
      const attempt: Promise<Identity> = this.#connect(() => this.#connecting === attempt).finally(() => {
        if (this.#connecting === attempt) this.#connecting = undefined;
      });
      this.#connecting = attempt;
    }
    return waitWithSignal(this.#connecting, signal);
  }

  /** Reads the credits and shows them. */
  async readCredits(signal?: AbortSignal): Promise<CreditsAnswer> {
    const account = this.#account;
    const { client, tokens } = await this.#open();
    const credits = await client.credits(signal);
    const { kind } = await tokens.identity();
    if (account !== this.#account) throw cancelled();
    // It may have been another window that signed in or out.
    this.#anonymous = kind === 'anonymous' || kind === 'none';
    this.#show({ kind: 'connected', anonymous: this.#anonymous, credits });
    return credits;
  }

  /**
   * Tries a token that the user gave, and keeps it if the service takes it.
   * @param beforeSwitch is waited for once the service has taken it, while the token before is still in use.
   * @throws NemoError `badArgument`, `tokenRejected`, or what stood in the way; then nothing changes.
   */
  async signIn(token: string, beforeSwitch?: () => Promise<void>): Promise<void> {
    const { options, tokens } = await this.#openFor(token);
    const trimmed = token.trim();
    const trial = new NemoClient({
      ...options,
      userId: () => undefined,
      isSignedIn: () => true,
      onUser: () => undefined,
      tokens: { token: () => Promise.resolve(trimmed), renew: () => Promise.reject(rejectedToken()) },
    });
    try {
      await trial.credits();
    } finally {
      await trial.close();
    }
    await beforeSwitch?.();
    await tokens.keepGiven(trimmed, undefined);
    this.#beginAnew();
  }

  /**
   * Looks, without asking the service, whether a token can be signed in with.
   * @throws NemoError `badArgument` where it is none, or where the environment's goes before it.
   */
  async refuseSignIn(token: string): Promise<void> {
    await this.#openFor(token);
  }

  async #openFor(token: string): Promise<Line> {
    if (!/^[\x21-\x7e]{8,4096}$/.test(token.trim())) {
      throw new NemoError(
        'badArgument',
        l10n.t('That does not look like an API token. Copy the whole token and paste it here.'),
        {
          steps: [{ kind: 'signIn', label: l10n.t('Sign In…') }],
        },
      );
    }
    const line = await this.#open();
    if (line.tokens.isFromEnvironment) {
      throw new NemoError(
        'badArgument',
        l10n.t('The environment variable NEMO_TOKEN is set and goes before any other token. Unset it to sign in here.'),
      );
    }
    return line;
  }

  /**
   * Forgets every token and closes the line; the next use connects anew.
   * @throws NemoError `diskFailed` where the secret storage may still hold the token that the user gave.
   */
  async signOut(): Promise<void> {
    const line = await this.#open();
    // Who connects from now on does not wait for an attempt that ends with this line.
    this.#connecting = undefined;
    try {
      await line.tokens.forget();
    } finally {
      this.#beginAnew();
      this.#line = this.#lineKey = undefined;
      this.#retired.splice(0, Infinity, ...this.#retired.filter((other) => other !== line));
      line.tokens.dispose();
      await line.client.close();
    }
  }

  /** After a change of address: what we knew of the old service does not hold. True where it leads to another service. */
  async checkAddress(): Promise<boolean> {
    const line = await this.#line?.catch(() => undefined);
    if (!line || line.origin === this.origin) return false;
    this.#beginAnew();
    return true;
  }

  async dispose(): Promise<void> {
    const line = await this.#line?.catch(() => undefined);
    for (const each of line ? [...this.#retired, line] : this.#retired) {
      each.tokens.dispose();
      await each.client.close();
    }
    this.#changed.dispose();
  }

  /** `counts`: nobody has signed out since it began. */
  async #connect(counts: () => boolean): Promise<Identity> {
    if (this.#view.kind !== 'connected') this.#show({ kind: 'connecting' });
    try {
      const { client, tokens } = await this.#open();
      await tokens.token();
      const identity = await tokens.identity();
      if (!counts()) throw cancelled();
      this.#anonymous = identity.kind === 'anonymous' || identity.kind === 'none';
      this.#sawUser(tokens, identity.userId);
      // A token is enough to work with; what cannot be said of its credits is said when it can.
      const credits = await client.credits().catch((error: unknown) => {
        // A refusal is the service's word, and is told.
        if (error instanceof NemoError && error.code === 'refused') throw error;
        return unlessUnreadable(error);
      });
      if (!counts()) throw cancelled();
      this.#show({ kind: 'connected', anonymous: this.#anonymous, ...(credits ? { credits } : {}) });
      return identity;
    } catch (reason) {
      const error = asNemoError(reason);
      if (!counts()) throw error;
      const retry = { kind: 'connect', label: l10n.t('Try Again') } as const;
      const others = error.steps.filter(({ kind }) => kind !== 'connect' && kind !== 'retry');
      this.#show({ kind: 'failed', message: error.message, steps: [retry, ...others] });
      throw error;
    }
  }

  /** Another account or another service: nothing that was asked before says where we stand now. */
  #beginAnew(): void {
    this.#account++;
    this.#connecting = undefined;
    this.#users.clear();
    this.#show({ kind: 'notConnected' });
  }

  #sawUser({ owner }: TokenStore, userId: string | undefined): void {
    if (userId !== undefined && owner !== undefined) this.#users.set(owner, userId);
  }

  #show(view: ConnectionView): void {
    if (JSON.stringify(view) === JSON.stringify(this.#view)) return;
    this.#view = view;
    this.#changed.fire(view);
  }

  async #open(): Promise<Line> {
    const { settings, clock, log, skills } = this.#options;
    const { apiUrl, webUrl } = settings.addresses();
    const { network } = settings;
    const key = JSON.stringify([apiUrl, webUrl, network]);
    if (this.#line && this.#lineKey === key) return this.#line;
    const old = this.#line;
    this.#lineKey = key;
    const line = (async (): Promise<Line> => {
      // What is under way on the old line may end there.
      const retired = await old?.catch(() => undefined);
      if (retired) this.#retired.push(retired);
      const tokens: TokenStore = new TokenStore({
        secrets: this.#options.secrets,
        memento: this.#options.memento,
        origin: apiUrl.origin,
        clock,
        takeAnonymous: async () => {
          const taken = await client.anonymousToken();
          if (taken.userId !== undefined) this.#users.set(anonymousOwner, taken.userId);
          return taken;
        },
        onNotKept: () => this.#sayNotKept(),
      });
      const options: NemoClientOptions = {
        apiUrl,
        webUrl,
        clientId: await readClientId(this.#options.memento, this.#options.clientIdPath),
        newClientId: (rejected) => {
          // Another client is another user.
          this.#users.delete(anonymousOwner);
          return replaceClientId(this.#options.memento, this.#options.clientIdPath, rejected);
        },
        onRateWait: this.#rateWaits.begin,
        tokens,
        attribution: () => skills.attribution(settings.skill),
        clock,
        network,
        ...(this.#options.patience ? { patience: this.#options.patience } : {}),
        userId: () => this.user.userId,
        isSignedIn: () => tokens.isGiven,
        onUser: (userId) => this.#sawUser(tokens, userId),
        log,
      };
      const client = new NemoClient(options);
      this.#tokens = tokens;
      return { key, origin: apiUrl.origin, client, options, tokens };
    })();
    this.#line = line;
    line.catch(() => {
      if (this.#line === line) this.#line = this.#lineKey = undefined;
    });
    return line;
  }

  #sayNotKept(): void {
    warn(l10n.t('This machine has no safe place for tokens, so Nemo keeps yours only until the window closes.'));
  }
}
