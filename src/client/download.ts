import * as l10n from '@vscode/l10n';

import { AnswerMisfit, openAnswer } from './answers.ts';
import type { Clock } from './clock.ts';
import { askForFile } from './ask-for-file.ts';
import { contentLength, contentRange, one } from './download-headers.ts';
import { NemoError, type NemoErrorCode } from './errors.ts';
import { isFetchable } from './fetchable-address.ts';
import { maxFileBytes, mostFileBytes } from './most-file-bytes.ts';
import type { DownloadRequest, TransferOptions } from './service-values.ts';
import { PartFile } from './part-file.ts';
import { badAnswerError, connectionError, type FailureContext, refusalError, showLogStep } from './service-failures.ts';
import { passedTimeLimit } from './time-limit.ts';
import { TransferMeter } from './transfer-meter.ts';
import type { Call, RawAnswer } from './call.ts';
import type { Transport } from './transport.ts';

/** Attempts in a row that bring nothing new, on one address. */
const maxBarren = 4;
/** Attempts on one address in all. */
const maxAttempts = 40;

/** Refusals that no other attempt mends. */
const ownWords = new Set<NemoErrorCode>(['scopeMissing', 'planForbidsExport', 'noCredits', 'rateLimited']);

/** Where the file can be had. */
interface Address {
  readonly url: URL;
  readonly call: Call;
}

/** How one attempt ended. */
type Ending =
  /** The file is whole. */
  | { readonly kind: 'whole' }
  /** All that this answer held is here; another answer has to confirm that there is no more. */
  | { readonly kind: 'ended' }
  /** It broke off, or must begin anew: the same address may bring more. */
  | { readonly kind: 'again'; readonly error: NemoError }
  /** This address has nothing for us. */
  | { readonly kind: 'useless'; readonly error: NemoError };

/**
 * Brings a finished render to the disk, through cuts, wrong lengths and addresses that fail.
 * @returns the file's size in bytes.
 * @throws NemoError `downloadFailed`, `diskFailed`, `cancelled`, `tokenRejected`, or another refusal that the user must mend.
 */
export async function downloadRender(
  transport: Transport,
  clock: Clock,
  fallback: Call,
  request: DownloadRequest,
  options: TransferOptions,
): Promise<{ readonly bytes: number }> {
  const part = await PartFile.open(request.partPath);
  try {
    await new Download(transport, clock, part, request.expectedSize, options).from(
      addresses(transport, fallback, request),
    );
    await part.settle();
    return { bytes: part.size };
  } finally {
    await part.close();
  }
}

/** The file's own address where there is one that can be used, then the service's. */
function addresses(transport: Transport, fallback: Call, request: DownloadRequest): Address[] {
  const service = { url: transport.address(fallback.path), call: fallback };
  const { url: text } = request;
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !isFetchable(url, service.url)) return [service];
  // Only the service itself may see the token.
  const scope = url.origin === service.url.origin ? fallback.scope : 'none';
  return [{ url, call: { ...fallback, label: '(finished file)', scope } }, service];
}

/** True where an answer to the question what comes behind `size` bytes says that the file has another length. */
function saysMore({ status, headers }: RawAnswer, size: number): boolean {
  const totalBytes = status === 206 ? contentRange(headers)?.totalBytes : contentLength(headers);
  return totalBytes !== undefined && totalBytes !== size;
}

class Download {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #part: PartFile;
  readonly #expectedSize: number | undefined;
  readonly #options: TransferOptions;
  /** What the last answer said about the file: its size in bytes, and its entity tag at the present address. */
  #totalBytes: number | undefined;
  #etag: string | undefined;
  /** True once an answer ended where it said it would, and nothing was thrown away since. */
  #ended = false;
  /** Lengths of files that nobody announced, and that were not as long as the render said, in bytes. */
  readonly #sizes = new Set<number>();
  /** The most that ever was here: only more than that is progress. */
  #most: number;

  constructor(
    transport: Transport,
    clock: Clock,
    part: PartFile,
    expectedSize: number | undefined,
    options: TransferOptions,
  ) {
    this.#transport = transport;
    this.#clock = clock;
    this.#part = part;
    this.#expectedSize = expectedSize;
    this.#options = options;
    this.#most = part.size;
  }

  async from(addresses: readonly Address[]): Promise<void> {
    if (this.#isExpected()) return;
    if (this.#expectedSize !== undefined && this.#part.size > this.#expectedSize) await this.#part.empty();
    let error: NemoError | undefined;
    for (const address of addresses) {
      this.#etag = undefined;
      error = await this.#fromOne(address);
      if (!error) return;
    }
    // Its own sentence and steps say best what to do.
    if (error && ownWords.has(error.code)) throw error;
    throw new NemoError(
      'downloadFailed',
      l10n.t(
        'The finished video could not be downloaded whole. What has arrived is kept: try again to go on from there.',
      ),
      {
        steps: [{ kind: 'retry', label: l10n.t('Try Again') }, showLogStep()],
        cause: error,
        transient: error?.transient ?? false,
        ...(error?.endpoint === undefined ? {} : { endpoint: error.endpoint }),
        ...(error?.status === undefined ? {} : { status: error.status }),
      },
    );
  }

  /** Asks one address until the file is whole; else resolves with the reason. */
  async #fromOne(address: Address): Promise<NemoError | undefined> {
    const { call } = address;
    const { signal = new AbortController().signal } = this.#options;
    let waitedForRate = false;
    let barren = 0;
    for (let attempts = 1; ; attempts++) {
      const ending = await this.#transport.repeating(call, this.#options.signal, (token, signal) =>
        this.#attempt(address, token, signal),
      );
      if (ending.kind === 'whole' || this.#isExpected()) return undefined;
      // It only had to say whether there is more than what ended by itself; that it does not takes nothing away.
      const mayBeWhole =
        this.#ended && (this.#totalBytes !== undefined || this.#part.size >= (this.#expectedSize ?? 0));
      if (ending.kind === 'useless') return mayBeWhole ? undefined : ending.error;
      if (ending.kind === 'again' && ending.error.code === 'rateLimited') {
        if (waitedForRate) return mayBeWhole ? undefined : ending.error;
        waitedForRate = true;
        await this.#transport.waitForRate(call, ending.error, signal);
        continue;
      }

      // What comes too slowly brings nothing: it would last for hours.
      const isTooSlow = ending.kind === 'again' && passedTimeLimit(ending.error);
      barren = this.#part.size > this.#most && !isTooSlow ? 0 : barren + 1;
      this.#most = Math.max(this.#most, this.#part.size);
      const error =
        ending.kind === 'again'
          ? ending.error
          : badAnswerError(this.#transport.context(call), l10n.t('the file is too short'));
      if (barren >= maxBarren || attempts >= maxAttempts) return mayBeWhole ? undefined : error;
      if (ending.kind === 'again') {
        await this.#transport.pause(error.retryAfterMs ?? this.#transport.backoffMs(barren), error, signal);
      }
    }
  }

  /** One request for what is missing. Throws what has to do with the token, the disk or the user. */
  async #attempt(address: Address, token: string | undefined, signal: AbortSignal): Promise<Ending> {
    const context = this.#transport.context(address.call);
    const start = this.#part.size;
    let answer: RawAnswer;
    try {
      answer = await this.#ask(address, start, token, signal);
    } catch (cause) {
      if (signal.aborted) throw cause;
      const error = connectionError(context, cause);
      return { kind: error.transient ? 'again' : 'useless', error };
    }
    const { status, headers, body } = answer;

    if (status === 416) {
      body.destroy();
      const total = contentRange(headers)?.totalBytes;
      if (total === start) return { kind: 'whole' };
      if (!total && this.#ended) return this.#wholeIfLikely(context);
      return this.#anew(badAnswerError(context, 'HTTP 416', { status }));
    }
    if (status !== 200 && status !== 206) {
      const error = await this.#transport.refusal(context, answer);
      // With another token it may work; whoever asks without one is refused for good.
      if (error.code === 'tokenRejected' && token !== undefined) throw error;
      return { kind: error.transient || error.code === 'rateLimited' ? 'again' : 'useless', error };
    }
    const notAFile = await this.#notAFile(address, answer, signal);
    if (notAFile?.code === 'tokenRejected' && token !== undefined) throw notAFile;
    if (notAFile) return { kind: 'useless', error: notAFile };
    return this.#receive(address, answer, start, signal);
  }

  /** Asks for what is missing. The token goes to the service alone, and never along a redirect. */
  #ask({ call, url }: Address, start: number, token: string | undefined, signal: AbortSignal): Promise<RawAnswer> {
    const headers = {
      ...(start > 0 ? { range: `bytes=${start}-` } : {}),
      ...(start > 0 && this.#etag && !this.#etag.startsWith('W/') ? { 'if-range': this.#etag } : {}),
    };
    const identity = token === undefined ? {} : this.#transport.identityFor(token);
    return askForFile(this.#transport, call, url, headers, signal, identity);
  }

  /** What is wrong with an answer that is a page or an error in the file's place; `undefined` for a file. */
  async #notAFile({ call }: Address, answer: RawAnswer, signal: AbortSignal): Promise<NemoError | undefined> {
    const type = one(answer.headers['content-type']) ?? '';
    const context = this.#transport.context(call);
    if (/\bjson\b/i.test(type)) {
      const refusal = await this.#refusalIn(call, answer, signal);
      return refusal ?? badAnswerError(context, l10n.t('it is JSON in place of a file'));
    }
    if (/^text\//i.test(type)) {
      answer.body.destroy();
      return badAnswerError(context, l10n.t('it is a web page'));
    }
    if (!/^(?:identity)?$/i.test(one(answer.headers['content-encoding']) ?? '')) {
      answer.body.destroy();
      return badAnswerError(context, l10n.t('it is compressed'));
    }
    return undefined;
  }

  /** The refusal that a JSON answer holds, if it holds one and can be read. */
  async #refusalIn(call: Call, answer: RawAnswer, signal: AbortSignal): Promise<NemoError | undefined> {
    const context = this.#transport.context(call);
    try {
      const text = await this.#transport.withinAnswerTime(signal, (ending) =>
        this.#transport.text(call, answer, ending),
      );
      const opened = openAnswer(text);
      return 'refusal' in opened ? refusalError(context, { status: 200, ...opened.refusal }) : undefined;
    } catch (cause) {
      if (signal.aborted) throw cause;
      return cause instanceof AnswerMisfit ? undefined : connectionError(context, cause);
    }
  }

  /** Writes the body of a 200 or 206 to where it belongs. */
  async #receive({ call }: Address, answer: RawAnswer, start: number, signal: AbortSignal): Promise<Ending> {
    const { status, headers, body } = answer;
    const context = this.#transport.context(call);
    const range = contentRange(headers);
    const length = contentLength(headers);
    const totalBytes = status === 206 ? range?.totalBytes : length;
    const etag = one(headers.etag);

    if (this.#ended && !saysMore(answer, start)) {
      body.destroy();
      return totalBytes === undefined ? this.#wholeIfLikely(context) : { kind: 'whole' };
    }
    if (status === 206) {
      const isOther =
        range?.start !== start ||
        // More, behind what ended as if it were whole: nobody knows what its last bytes were.
        this.#ended ||
        (this.#etag !== undefined && etag !== undefined && etag !== this.#etag) ||
        (this.#totalBytes !== undefined && totalBytes !== undefined && totalBytes !== this.#totalBytes);
      if (isOther) {
        body.destroy();
        return this.#anew(badAnswerError(context, l10n.t('it is another piece than was asked for'), { status }));
      }
    } else if (start > 0) {
      // It does not know of pieces, or the file is another now.
      await this.#part.empty();
    }
    if ((totalBytes ?? 0) > maxFileBytes) {
      body.destroy();
      return { kind: 'useless', error: badAnswerError(context, l10n.t('the file is too large'), { status }) };
    }
    this.#ended = false;
    this.#etag = etag;
    this.#totalBytes = totalBytes;

    const meter = new TransferMeter(
      this.#clock,
      totalBytes ?? this.#expectedSize,
      this.#options.onProgress,
      this.#part.size,
    );
    try {
      // Leaving the loop ends the body.
      for await (const chunk of this.#transport.atPace(body)) {
        const size = this.#part.size + chunk.length;
        if (size > maxFileBytes) {
          await this.#forget();
          return { kind: 'useless', error: badAnswerError(context, l10n.t('the file is too large'), { status }) };
        }
        if (size > mostFileBytes(totalBytes, this.#expectedSize)) {
          return await this.#anew(badAnswerError(context, l10n.t('the file is longer than announced'), { status }));
        }
        await this.#part.append(chunk);
        meter.add(chunk.length);
      }
    } catch (cause) {
      // What came before the cut stays.
      await this.#part.flush();
      if (signal.aborted || (cause instanceof NemoError && cause.code === 'diskFailed')) throw cause;
      return { kind: 'again', error: connectionError(context, cause) };
    } finally {
      meter.end();
    }
    await this.#part.flush();
    if (totalBytes !== undefined && this.#part.size < totalBytes) {
      return this.#anew(badAnswerError(context, l10n.t('the file is too short'), { status }));
    }
    // As long as the answer said: nobody has to be asked whether that is all, unless the render said something else.
    const isAsSaid = totalBytes !== undefined && totalBytes > 0;
    if (isAsSaid && (this.#expectedSize ?? totalBytes) === totalBytes) return { kind: 'whole' };
    this.#ended = this.#part.size > 0;
    return this.#ended
      ? { kind: 'ended' }
      : { kind: 'useless', error: badAnswerError(context, l10n.t('the file is empty'), { status }) };
  }

  /**
   * Nobody announced how long the file is. Where it is not as long as its render said, it is believed when it comes with
   * that length a second time: the unit of what a render says is not known, and a body can be too long.
   */
  async #wholeIfLikely(context: FailureContext): Promise<Ending> {
    const { size } = this.#part;
    const isDoubtful = this.#expectedSize !== undefined && size !== this.#expectedSize && !this.#sizes.has(size);
    if (!isDoubtful || this.#totalBytes !== undefined) return { kind: 'whole' };
    this.#sizes.add(size);
    return this.#anew(badAnswerError(context, l10n.t('the file is longer than announced')));
  }

  async #anew(error: NemoError): Promise<Ending> {
    await this.#forget();
    return { kind: 'again', error };
  }

  async #forget(): Promise<void> {
    await this.#part.empty();
    this.#ended = false;
    this.#etag = undefined;
    this.#totalBytes = undefined;
  }

  #isExpected(): boolean {
    return this.#expectedSize !== undefined && this.#expectedSize > 0 && this.#part.size === this.#expectedSize;
  }
}
