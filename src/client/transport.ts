import type { Readable } from 'node:stream';

import * as l10n from '@vscode/l10n';
import { request } from 'undici';

import { misfitWords, readText, retryAfter } from './answer-text.ts';
import type { Call, Exchange, RawAnswer } from './call.ts';
import { AnswerMisfit, openAnswer, type OpenedAnswer, refusalInErrorBody } from './answers.ts';
import { NemoError } from './errors.ts';
import { mayConnect } from './fetchable-address.ts';
import { Network, usualPatience } from './network.ts';
import { leastDownloadBytes, type NemoClientOptions, type Patience } from './client-options.ts';
import {
  badAnswerError,
  cancelledError,
  connectionError,
  type FailureContext,
  refusalError,
} from './service-failures.ts';
import { withoutTrailing } from './without-trailing.ts';
import { unlessAborted } from './unless-aborted.ts';
import { LowestPace, passedTimeLimit, TimeLimit, TimeLimitPassed, withinTime } from './time-limit.ts';

const usualMaxBytes = 4 * 1024 * 1024;
const maxErrorBytes = 64 * 1024;
/** How long the words of an error are waited for, in ms: that it is one is known already. */
const longestErrorMs = 5000;
const maxRepeats = 3;
const firstBackoffMs = 500;
const rateLimitWaitMs = 30_000;
/** Nobody waits longer than this for a permission to try again, in ms. */
const longestRetryAfterMs = 5 * 60_000;

/**
 * HTTP beneath the endpoints: token, attribution, time limits, caps, repetitions, and every failure made a
 * {@link NemoError}.
 */
export class Transport {
  readonly patience: Patience;
  readonly #options: NemoClientOptions;
  readonly #network: Network;
  readonly #closing = new AbortController();
  readonly #renewals = new Map<string, Promise<string>>();

  constructor(options: NemoClientOptions) {
    this.#options = options;
    this.patience = { ...usualPatience, ...options.patience };
    this.#network = new Network(options.network, this.patience, (address) => mayConnect(address, options.apiUrl));
  }

  /** Does a call with all its permitted repetitions and reads its answer. `read` throws AnswerMisfit on what it cannot use. */
  async json<T>(call: Call, read: (answer: OpenedAnswer) => T, signal: AbortSignal | undefined): Promise<T> {
    return this.repeating(call, signal, async (token, outer) =>
      this.withinAnswerTime(outer, async (ending) => {
        const answer = await this.open(call, token, ending);
        const text = await this.text(call, answer, ending);
        return this.understand(call, answer.status, text, read);
      }),
    );
  }

  /**
   * Does `work` with a signal that ends it when the time for a short answer, or for a file to begin, is over.
   * @throws TimeLimitPassed, and what `work` throws.
   */
  withinAnswerTime<T>(outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withinTime(this.#options.clock, this.patience.wholeAnswerMs, outer, work);
  }

  /** Reads a JSON text that came under a status of success. */
  understand<T>(call: Call, status: number, text: string, read: (answer: OpenedAnswer) => T): T {
    const context = this.context(call);
    try {
      const opened = openAnswer(call.mayBeEmpty && /^\s*(?:null\s*)?$/.test(text) ? '{}' : text);
      if ('refusal' in opened) throw refusalError(context, { status: 200, ...opened.refusal });
      return read(opened.answer);
    } catch (error) {
      if (!(error instanceof AnswerMisfit)) throw error;
      const garbled = error.message === 'JSON';
      throw badAnswerError(context, misfitWords(error.message, text), { status, transient: garbled });
    }
  }

  /** The time that a turn may take, or the answer to an upload. */
  limitLongAnswer(outer: AbortSignal): TimeLimit {
    return new TimeLimit(this.#options.clock, this.patience.wholeLongAnswerMs, outer);
  }

  /**
   * Runs `attempt` with the token to use, again where the call permits it: with a renewed token after its rejection,
   * later after 429, and after network failures and faults of the service. What took longer than it may as a whole is not
   * tried again: the caller has waited long enough.
   */
  async repeating<T>(
    call: Call,
    signal: AbortSignal | undefined,
    attempt: (token: string | undefined, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const ending = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    const context = () => this.context(call);
    let token: string | undefined;
    let renewed = false;
    let waitedForRate = false;
    let repeats = 0;
    for (;;) {
      try {
        if (ending.aborted) throw cancelledError(context().endpoint);
        if (call.scope !== 'none')
          token ??= this.#usable(await unlessAborted(this.#options.tokens.token(ending), ending));
        return await attempt(token, ending);
      } catch (cause) {
        if (ending.aborted) throw cancelledError(context().endpoint);
        const error = connectionError(context(), cause);
        if (error.code === 'tokenRejected' && isRejection(error) && token !== undefined && !renewed) {
          renewed = true;
          token = await this.#renew(token, ending, context().endpoint);
        } else if (error.code === 'rateLimited' && !waitedForRate) {
          // What the service does not want yet it has not taken, whatever it is.
          waitedForRate = true;
          await this.waitForRate(call, error, ending);
        } else if (error.transient && repeats < maxRepeats && mayRepeat(call, error) && !passedTimeLimit(error)) {
          await this.pause(error.retryAfterMs ?? this.backoffMs(repeats), error, ending);
          repeats++;
        } else {
          throw error;
        }
      }
    }
  }

  /** Waits; where the wait is longer than anybody should sit through, `error` is thrown in its place. */
  async pause(ms: number, error: NemoError, signal: AbortSignal): Promise<void> {
    refuseLongWait(ms, error);
    try {
      await this.#options.clock.sleep(ms, signal);
    } catch {
      throw cancelledError(error.endpoint);
    }
  }

  /**
   * Waits as long as a service that gets too many requests asks for, and tells of it every second.
   * @throws `error` where that is too long; NemoError `cancelled`.
   */
  async waitForRate(call: Call, error: NemoError, signal: AbortSignal): Promise<void> {
    const { clock, onRateWait } = this.#options;
    const waitMs = error.retryAfterMs ?? rateLimitWaitMs;
    refuseLongWait(waitMs, error);
    const stop = new AbortController();
    const tell = call.onRateWait ?? onRateWait?.(() => stop.abort());
    const untilMs = clock.now() + waitMs;
    let endTicking: (() => void) | undefined;
    const tick = () => {
      tell?.(Math.max(0, untilMs - clock.now()));
      endTicking = clock.limit(1000, tick);
    };
    tick();
    try {
      await this.pause(waitMs, error, AbortSignal.any([signal, stop.signal]));
    } finally {
      endTicking?.();
      tell?.(0);
    }
  }

  /** Twice as long each time, and a different time for each client, so that they do not all come back at once. */
  backoffMs(repeats: number): number {
    return firstBackoffMs * 2 ** repeats * (0.5 + Math.random() / 2);
  }

  /**
   * Sends one request to the service and resolves when a success begins to be answered.
   * @throws NemoError for every other status.
   */
  async open(call: Call, token: string | undefined, signal: AbortSignal): Promise<RawAnswer> {
    const answer = await this.exchange(
      {
        method: call.method,
        url: this.address(call.path),
        label: call.label,
        headers: { 'accept-encoding': 'identity', ...this.#identity(token), ...call.headers },
        ...(call.body === undefined ? {} : { body: typeof call.body === 'string' ? call.body : call.body() }),
        fresh: call.repeat !== 'safe',
        waitMs: call.long ? this.patience.longAnswerMs : this.patience.answerMs,
      },
      signal,
    );
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw await this.refusal(this.context(call), answer);
  }

  /** The error that an HTTP status other than success means; ends the answer. */
  async refusal(context: FailureContext, answer: RawAnswer): Promise<NemoError> {
    const { status, headers } = answer;
    if (status < 400) {
      answer.body.destroy();
      return badAnswerError(context, `HTTP ${status}`, { status });
    }
    // What the body says is welcome; that it breaks off or never ends does not matter.
    const enough = this.#options.clock.limit(longestErrorMs, () => answer.body.destroy());
    const text = await readText(answer.body, maxErrorBytes, false).catch(() => undefined);
    enough();
    const retryAfterMs = retryAfter(headers['retry-after'], this.#options.clock.now());
    return refusalError(context, {
      status,
      ...refusalInErrorBody(text ?? ''),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }

  /** The whole body as text, up to the call's cap. */
  async text(
    call: Call,
    answer: { readonly status: number; readonly body: AsyncIterable<Uint8Array> },
    signal: AbortSignal,
  ): Promise<string> {
    const context = this.context(call);
    const maxBytes = call.maxBytes ?? usualMaxBytes;
    try {
      const text = await readText(answer.body, maxBytes, true);
      if (text !== undefined) return text;
    } catch (error) {
      if (error instanceof TypeError && !signal.aborted) {
        throw badAnswerError(context, l10n.t('it is not UTF-8'), { status: answer.status, transient: true });
      }
      throw error;
    }
    throw badAnswerError(context, l10n.t('it has more than {0} MB', maxBytes / 1024 / 1024), { status: answer.status });
  }

  /** One HTTP exchange, whatever its status. Rejects with what undici or the signal rejects with. */
  async exchange(exchange: Exchange, signal: AbortSignal): Promise<RawAnswer> {
    const { clock, log } = this.#options;
    const startMs = clock.now();
    const tell = (outcome: string | number) =>
      log?.(`${exchange.method} ${exchange.label} ${outcome} ${clock.now() - startMs} ms`);
    const isService = exchange.url.origin === this.#options.apiUrl.origin;
    let isAnswered = false;
    const way = this.#network.way(exchange.url, { fresh: exchange.fresh, checked: !isService });
    try {
      const answering = request(exchange.url, {
        method: exchange.method,
        headers: exchange.headers,
        body: (exchange.body ?? null) as Readable | string | null,
        dispatcher: way.dispatcher,
        reset: exchange.fresh,
        headersTimeout: exchange.waitMs,
        bodyTimeout: exchange.waitMs,
        signal,
        ...(exchange.bufferBytes === undefined ? {} : { highWaterMark: exchange.bufferBytes }),
      });
      // While a connection is being made undici hears of no signal; when it is there, the request is not sent.
      const { statusCode, headers, body } = await unlessAborted(answering, signal);
      isAnswered = true;
      // A body that is given up breaks with an error that nobody waits for.
      body.on('error', ignore);
      tell(statusCode);
      return { status: statusCode, headers, body };
    } catch (error) {
      tell(signal.aborted ? 'cancelled' : `failed (${nameOf(error)})`);
      throw error;
    } finally {
      way.end(isAnswered);
    }
  }

  /** The pieces of a file's body, as long as they come at the lowest pace. @throws TimeLimitPassed, and what the body throws. */
  async *atPace(body: RawAnswer['body']): AsyncGenerator<Uint8Array, void, void> {
    const tooSlow = () => body.destroy(new TimeLimitPassed());
    const pace = new LowestPace(this.#options.clock, this.patience.paceMs, leastDownloadBytes, tooSlow);
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        pace.add(chunk.length);
        yield chunk;
      }
    } finally {
      pace.end();
    }
  }

  /** Address of a path below the service's own, which may have a path itself. */
  address(path: string): URL {
    const { apiUrl } = this.#options;
    return new URL(withoutTrailing(apiUrl.pathname, '/') + path, apiUrl);
  }

  /** Who asks: the headers that only the service may see. */
  identityFor(token: string): Readonly<Record<string, string>> {
    return this.#identity(token);
  }

  context(call: Call): FailureContext {
    return {
      endpoint: `${call.method} ${call.label}`,
      scope: call.scope === 'none' ? 'read' : call.scope,
      mayRepeat: call.charged !== true,
      webUrl: this.#options.webUrl,
      userId: this.#options.userId?.(),
      isSignedIn: this.#options.isSignedIn?.() ?? false,
    };
  }

  /** Ends every connection; what is under way fails with `cancelled`. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#network.close();
  }

  #identity(token: string | undefined): Record<string, string> {
    if (token === undefined) return {};
    const { source, version, platform } = this.#options.attribution();
    return {
      authorization: `Bearer ${token}`,
      'x-skill-source': headerText(source),
      'x-skill-version': headerText(version),
      'x-skill-platform': headerText(platform),
    };
  }

  #usable(token: string): string {
    if (/^[\x21-\x7e]+$/.test(token)) return token;
    throw new NemoError(
      'tokenRejected',
      l10n.t('The API token has characters that no token has. Sign in again and paste it whole.'),
      { steps: [{ kind: 'signIn', label: l10n.t('Sign In with an API Token…') }], notSent: true },
    );
  }

  /** Another token than the one that was rejected; all who come with the same one share one renewal. */
  async #renew(rejected: string, signal: AbortSignal, endpoint: string): Promise<string> {
    let renewal = this.#renewals.get(rejected);
    if (!renewal) {
      // Not with the signal of the one who came first: the others wait for it too.
      const ending = this.#closing.signal;
      const { tokens } = this.#options;
      renewal = tokens
        .token(ending)
        .then((present) => (present === rejected ? tokens.renew(rejected, ending) : present))
        .finally(() => this.#renewals.delete(rejected));
      this.#renewals.set(rejected, renewal);
    }
    try {
      // It may be the same again: then the service rejected it for a while only.
      return this.#usable(await unlessAborted(renewal, signal));
    } catch (error) {
      if (signal.aborted) throw cancelledError(endpoint);
      throw error;
    }
  }
}

/** True where the service itself refused the token, in answer to this request. */
function isRejection(error: NemoError): boolean {
  return error.status !== undefined || error.serviceCode !== undefined;
}

function mayRepeat(call: Call, error: NemoError): boolean {
  return call.repeat === 'safe' || (call.repeat === 'unsent' && error.notSent);
}

/** @throws `error` where its service asks for a longer wait than anybody sits through. */
function refuseLongWait(ms: number, error: NemoError): void {
  if (ms > longestRetryAfterMs) throw error;
}

/** What a header can carry. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, '').trim();
}

function nameOf(error: unknown): string {
  if (error instanceof NemoError) return error.code;
  if (error instanceof Error) return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return 'unknown';
}

function ignore(): void {
  // Nothing to be done.
}
