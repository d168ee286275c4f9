import type { NextStep } from './next-step.ts';
import { plainText } from './plain-text.ts';

/** Every way in which the product can fail, as a word for programs. */
export type NemoErrorCode =
  /** The backend cannot be reached: refused, reset, timed out, no such host. */
  | 'unreachable'
  /** The backend answered with something that fits none of the known forms. */
  | 'badAnswer'
  /** 5xx. */
  | 'serverFault'
  /** 1001, 401, 1010, 1011 on a token that cannot be renewed. */
  | 'tokenRejected'
  /** 403. */
  | 'scopeMissing'
  /** 1002. */
  | 'sessionGone'
  /** 2001. */
  | 'noCredits'
  /** 402. */
  | 'planForbidsExport'
  /** 4001, or found before a byte was sent. */
  | 'unsupportedFile'
  /** 4002, or found before a byte was sent. */
  | 'fileTooLarge'
  | 'fileEmpty'
  | 'fileMissing'
  | 'fileIsFolder'
  /** The file changed while it was read. */
  | 'fileChanged'
  /** 429, after the one retry. */
  | 'rateLimited'
  /** Any other refusal of the backend. */
  | 'refused'
  | 'cancelled'
  | 'timedOut'
  /** The event stream broke and the state did not change. */
  | 'turnLost'
  | 'nothingToExport'
  | 'renderFailed'
  | 'downloadFailed'
  | 'diskFailed'
  /** A command was called with an argument that it cannot use, or a setting has a value that cannot be used. */
  | 'badArgument'
  | 'badSetting'
  /** A bug of ours. */
  | 'internal';

/** Characters of an error's sentence at most, as people count them. */
const longestMessage = 800;

/** What a {@link NemoError} may carry beside its code and sentence. */
export interface NemoErrorDetail {
  /** Buttons that help; the first is the best. */
  readonly steps?: readonly NextStep[];
  readonly cause?: unknown;
  /** «GET /api/state/…», without ids, tokens or payload. */
  readonly endpoint?: string;
  /** HTTP status. */
  readonly status?: number;
  /** The envelope's `code`. */
  readonly serviceCode?: number;
  /** True where the request certainly had no effect, so that sending it again cannot charge twice. */
  readonly notSent?: boolean;
  /** True where the very same request may well work a little later: network, 5xx, a garbled answer. */
  readonly transient?: boolean;
  /** How long the service asked to wait before the next request, in ms. */
  readonly retryAfterMs?: number;
}

/**
 * The one root of the product's errors. `message` is a sentence for people, in their language, that says what to do next.
 * It is plain, whatever names and words of others it holds: programs that call our commands show it where they like.
 */
export class NemoError extends Error {
  readonly code: NemoErrorCode;
  readonly steps: readonly NextStep[];
  readonly endpoint: string | undefined;
  readonly status: number | undefined;
  readonly serviceCode: number | undefined;
  readonly notSent: boolean;
  readonly transient: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: NemoErrorCode, message: string, detail: NemoErrorDetail = {}) {
    super(plainText(message, longestMessage), detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'NemoError';
    this.code = code;
    this.steps = detail.steps ?? [];
    this.endpoint = detail.endpoint;
    this.status = detail.status;
    this.serviceCode = detail.serviceCode;
    this.notSent = detail.notSent ?? false;
    this.transient = detail.transient ?? false;
    this.retryAfterMs = detail.retryAfterMs;
  }
}
