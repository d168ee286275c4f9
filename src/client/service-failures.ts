import * as l10n from '@vscode/l10n';

import { type Explained, noCredits, planForbids } from './account-failures.ts';
import { NemoError, type NemoErrorCode, type NemoErrorDetail } from './errors.ts';
import { formatNames, maxUploadBytes } from './media-formats.ts';
import type { NextStep } from './next-step.ts';

/** What a token may be allowed to do. */
export type TokenScope = 'read' | 'write' | 'upload' | 'render';

/** What must be known about a request to say in plain words how it failed. */
export interface FailureContext {
  /** «GET /api/state/…», without ids. */
  readonly endpoint: string;
  /** What the token needs for it. */
  readonly scope: TokenScope;
  /** False where doing it again could charge twice. */
  readonly mayRepeat: boolean;
  readonly webUrl: URL;
  /** Whom the token in use belongs to; absent where the service did not say. */
  readonly userId: string | undefined;
  /** The user signed in with the token. */
  readonly isSignedIn: boolean;
}

/** How the service refused: by HTTP status, by the envelope's code, or by both. */
export interface Refusal {
  /** 200 where only the envelope refuses. */
  readonly status: number;
  readonly serviceCode?: number;
  /** The service's own words, as they came. */
  readonly message?: string;
  readonly retryAfterMs?: number;
}

const byServiceCode: ReadonlyMap<number, NemoErrorCode> = new Map([
  [1001, 'tokenRejected'],
  [1010, 'tokenRejected'],
  [1011, 'tokenRejected'],
  [1002, 'sessionGone'],
  [2001, 'noCredits'],
  [4001, 'unsupportedFile'],
  [4002, 'fileTooLarge'],
]);

const byStatus: ReadonlyMap<number, NemoErrorCode> = new Map([
  [401, 'tokenRejected'],
  [402, 'planForbidsExport'],
  [403, 'scopeMissing'],
  [408, 'timedOut'],
  [413, 'fileTooLarge'],
  [415, 'unsupportedFile'],
  [429, 'rateLimited'],
]);

/** The service's refusal as an error for people, with the steps that help. */
export function refusalError(context: FailureContext, told: Refusal): NemoError {
  const refusal = told.message === undefined ? told : { ...told, message: readable(told.message) };
  const code = codeOf(refusal);
  const { sentence, steps } = explain(code, context, refusal);
  return new NemoError(code, sentence, {
    steps,
    endpoint: context.endpoint,
    ...(refusal.status === 200 ? {} : { status: refusal.status }),
    ...(refusal.serviceCode === undefined ? {} : { serviceCode: refusal.serviceCode }),
    ...(refusal.retryAfterMs === undefined ? {} : { retryAfterMs: refusal.retryAfterMs }),
    notSent: code !== 'serverFault' && code !== 'timedOut',
    transient: code === 'serverFault' || code === 'timedOut',
  });
}

/** An answer that fits none of the known forms; `what` says what is wrong with it, in words without payload. */
export function badAnswerError(
  context: FailureContext,
  what: string,
  detail: Pick<NemoErrorDetail, 'status' | 'transient'> = {},
): NemoError {
  return new NemoError(
    'badAnswer',
    l10n.t(
      'Nemo gave an answer that cannot be understood ({0}: {1}). Try again; the log says more.',
      context.endpoint,
      what,
    ),
    { steps: [...retryStep(context), showLogStep()], endpoint: context.endpoint, ...detail },
  );
}

/** The person stopped it. */
export function cancelledError(endpoint?: string): NemoError {
  return new NemoError('cancelled', l10n.t('Stopped.'), endpoint === undefined ? {} : { endpoint });
}

/**
 * A failure below HTTP (no connection, reset, time-out, certificate, proxy) as an error for people. A {@link NemoError}
 * stays what it is.
 */
export function connectionError(context: FailureContext, cause: unknown): NemoError {
  if (cause instanceof NemoError) return cause;
  const codes = codesOf(cause);
  const detail = { endpoint: context.endpoint, cause };

  if (codes.some((code) => code.startsWith('UND_ERR_DESTROYED') || code.startsWith('UND_ERR_CLOSED'))) {
    return cancelledError(context.endpoint);
  }
  if (codes.some((code) => certificateCodes.test(code))) {
    return new NemoError(
      'unreachable',
      l10n.t('A secure connection to Nemo could not be made. Check your certificate and proxy settings.'),
      {
        ...detail,
        steps: [settingsStep('http.systemCertificates'), settingsStep('http.proxyStrictSSL'), showLogStep()],
        notSent: true,
      },
    );
  }
  if (isProxyRefusal(cause)) {
    return new NemoError(
      'unreachable',
      wantsPassword(cause)
        ? l10n.t(
            'The proxy asks for a user name and password. Give its address as http://name:password@host:port, then try again.',
          )
        : l10n.t('The proxy refused the connection to Nemo. Check your proxy settings.'),
      {
        ...detail,
        steps: [settingsStep('http.proxy'), ...retryStep({ mayRepeat: true }), showLogStep()],
        notSent: true,
      },
    );
  }
  if (cause instanceof Error && cause.name === 'AbortError') return cancelledError(context.endpoint);
  if (codes.includes('NEMO_ADDRESS_REFUSED')) return refusedAddressError(context.endpoint);
  if (codes.some((code) => timeLimitCodes.has(code))) {
    return new NemoError('timedOut', l10n.t('Nemo did not answer in time. Check your connection and try again.'), {
      ...detail,
      steps: [...retryStep(context), showLogStep()],
      transient: true,
    });
  }
  const isParserError = cause instanceof Error && cause.name === 'HTTPParserError';
  // An end in the middle is a cut like any other.
  const isCut = isParserError && cause.message.includes('EOF');
  if (isParserError && !isCut) {
    return badAnswerError(context, l10n.t('it is not HTTP'), { transient: true });
  }
  if (codes.includes('UND_ERR_INVALID_ARG') || (codes.length === 0 && !isCut)) {
    return new NemoError('internal', l10n.t('Something went wrong inside the extension. The log says more.'), {
      ...detail,
      steps: [showLogStep()],
    });
  }
  const notSent = neverConnected(cause);
  return new NemoError(
    'unreachable',
    l10n.t('Nemo cannot be reached. Check your internet connection and proxy settings, then try again.'),
    {
      ...detail,
      steps: [...retryStep({ mayRepeat: context.mayRepeat || notSent }), settingsStep('http.proxy'), showLogStep()],
      notSent,
      transient: true,
    },
  );
}

/** A file lies at an address that nothing is fetched from. */
export function refusedAddressError(endpoint?: string): NemoError {
  return new NemoError(
    'refused',
    l10n.t('This file lies at an address that cannot be trusted. Upload the file to see it here.'),
    {
      steps: [{ kind: 'upload', label: l10n.t('Choose Files…') }],
      notSent: true,
      ...(endpoint === undefined ? {} : { endpoint }),
    },
  );
}

/**
 * The service's words, fit to be shown: one short line of plain text without anything that looks like a token.
 * `undefined` where nothing is left that a person could read (HTML, JSON, nothing).
 */
export function plainWords(message: string | undefined): string | undefined {
  const line = readable(message ?? '')
    .replace(/\b(?:nmv|clm)_[\w.-]+/gi, '…')
    .replace(/\bbearer\s+\S+/gi, '…')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  // What was cut off may have been the end of a tag.
  if (line === '' || /^[<{[]/.test(line) || /<\/?[a-z!][^<>]*(?:>|$)/i.test(line)) return undefined;
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

/** As much of a message as is looked at: several times what is shown. UTF-16 units. */
const longestRead = 1000;

/** The beginning of a message, whatever its length. It is cut before anything else is done with it. */
function readable(message: string): string {
  return message
    .slice(0, 100 * longestRead)
    .trimStart()
    .slice(0, longestRead);
}

/** «Try Again», where nothing is charged twice by it. */
export function retryStep(context: Pick<FailureContext, 'mayRepeat'>): NextStep[] {
  return context.mayRepeat ? [{ kind: 'retry', label: l10n.t('Try Again') }] : [];
}

export function showLogStep(): NextStep {
  return { kind: 'showLog', label: l10n.t('Show Log') };
}

/** «Choose Another File…» */
export function chooseFileStep(): NextStep {
  return { kind: 'upload', label: l10n.t('Choose Another File…') };
}

function settingsStep(key: string): NextStep {
  return { kind: 'openSettings', label: l10n.t('Open Setting {0}', key), argument: key };
}

function codeOf({ status, serviceCode, message }: Refusal): NemoErrorCode {
  const known = serviceCode === undefined ? undefined : byServiceCode.get(serviceCode);
  if (known) return known;
  // Some gateways put the HTTP status into a 200's envelope.
  const effective = status < 400 && serviceCode !== undefined ? serviceCode : status;
  if (effective === 404 && saysSessionIsGone(message ?? '')) return 'sessionGone';
  return byStatus.get(effective) ?? (effective >= 500 && effective <= 599 ? 'serverFault' : 'refused');
}

function saysSessionIsGone(message: string): boolean {
  const session = /\bsession\b/i.exec(message);
  return message.includes('会话') || (session !== null && /\bnot found\b/i.test(message.slice(session.index)));
}

function explain(code: NemoErrorCode, context: FailureContext, refusal: Refusal): Explained {
  const said = plainWords(refusal.message);
  switch (code) {
    case 'tokenRejected':
      return {
        sentence: l10n.t('Nemo did not accept the API token. Connect again, or sign in with another token.'),
        steps: [
          { kind: 'connect', label: l10n.t('Connect Again') },
          { kind: 'signIn', label: l10n.t('Sign In with an API Token…') },
        ],
      };
    case 'sessionGone':
      return {
        sentence: l10n.t(
          'This session no longer exists on Nemo’s side. Start a new one: its timeline starts anew, and this chat stays here to read.',
        ),
        steps: [{ kind: 'newSession', label: l10n.t('New Session') }],
      };
    case 'noCredits':
      return noCredits(context);
    case 'unsupportedFile':
      return {
        sentence: l10n.t('Nemo cannot use this kind of file. It accepts {0}.', formatNames()),
        steps: [chooseFileStep()],
      };
    case 'fileTooLarge':
      return {
        sentence: l10n.t(
          'The file is too large: Nemo takes at most {0} MB. Compress or trim it, then upload it again.',
          maxUploadBytes / 1024 / 1024,
        ),
        steps: [chooseFileStep()],
      };
    case 'planForbidsExport':
      return planForbids(context);
    case 'scopeMissing':
      return {
        sentence: l10n.t(
          'The API token lacks the permission “{0}”. Make a token that has it in your account at {1}, then sign in with it.',
          scopeIn(refusal.message) ?? context.scope,
          context.webUrl.host,
        ),
        steps: [
          { kind: 'openUrl', label: l10n.t('Open Nemo Account'), argument: context.webUrl.href },
          { kind: 'signIn', label: l10n.t('Sign In with an API Token…') },
        ],
      };
    case 'rateLimited': {
      const seconds = Math.ceil((refusal.retryAfterMs ?? 30_000) / 1000);
      return {
        sentence: l10n.t('Nemo is getting too many requests. Try again in {0} s.', seconds),
        steps: retryStep({ mayRepeat: true }),
      };
    }
    case 'timedOut':
      return {
        sentence: l10n.t('Nemo did not answer in time. Check your connection and try again.'),
        steps: [...retryStep(context), showLogStep()],
      };
    case 'serverFault':
      return {
        sentence: l10n.t('Nemo has a problem of its own right now ({0}). Try again in a moment.', problemOf(refusal)),
        steps: [...retryStep(context), showLogStep()],
      };
    default:
      return {
        sentence: said
          ? l10n.t('Nemo refused this: “{0}”. Change it and try again; the log says more.', said)
          : l10n.t('Nemo refused this ({0}). Try again; the log says more.', problemOf(refusal)),
        steps: [...retryStep({ mayRepeat: true }), showLogStep()],
      };
  }
}

function problemOf({ status, serviceCode }: Refusal): string {
  if (status >= 400) return `HTTP ${status}`;
  return serviceCode === undefined ? 'HTTP 200' : l10n.t('code {0}', serviceCode);
}

/** The scope that a 403 names, where it names one. */
function scopeIn(message: string | undefined): string | undefined {
  const found =
    /\bscopes?\b[^a-z]{0,4}(?:is |are |required |missing )?[^a-z]{0,4}(read|write|upload|render)\b/i.exec(
      message ?? '',
    ) ?? /\b(read|write|upload|render)\b[^a-z]{0,4}\bscope\b/i.exec(message ?? '');
  return found?.[1]?.toLowerCase();
}

const certificateCodes =
  /^(?:CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT|ERR_SSL_|EPROTO$|UND_ERR_PRX_TLS)/;

const timeLimitCodes = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'NEMO_TIME_LIMIT']);

/** The error's own code and those of what it wraps. */
function codesOf(error: unknown): string[] {
  const found: string[] = [];
  let rest: unknown[] = [error];
  for (let depth = 0; depth < 5 && rest.length > 0; depth++) {
    const next: unknown[] = [];
    for (const one of rest) {
      if (typeof one !== 'object' || one === null) continue;
      if ('code' in one && typeof one.code === 'string') found.push(one.code);
      if ('cause' in one) next.push(one.cause);
      if (one instanceof AggregateError) next.push(...(one.errors as unknown[]));
    }
    rest = next;
  }
  return found;
}

/** True where no connection came about, so that the service cannot have seen the request. */
function neverConnected(error: unknown): boolean {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.every((one) => neverConnected(one));
  }
  if (typeof error !== 'object' || error === null) return false;
  if ('syscall' in error && (error.syscall === 'connect' || error.syscall === 'getaddrinfo')) return true;
  return 'code' in error && error.code === 'UND_ERR_CONNECT_TIMEOUT';
}

/** The proxy said 407, or its SOCKS counterpart. */
function wantsPassword(error: unknown): boolean {
  return error instanceof Error && /\(407\)|authentication/i.test(error.message);
}

function isProxyRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    /^Proxy response \(\d+\)/.test(error.message) ||
    error.message.startsWith('Proxy Authentication Required') ||
    codesOf(error).some((code) => code.startsWith('UND_ERR_PRX') || code.startsWith('UND_ERR_SOCKS5'))
  );
}
