import type { LookupFunction } from 'node:net';

import type { Clock } from './clock.ts';
import type { RateWait } from './service-values.ts';

/** Names the active skill in the attribution headers. */
export interface Attribution {
  readonly source: string;
  readonly version: string;
  readonly platform: string;
}

/** Where the bearer token comes from. The client asks before each request and reports a rejection once. */
export interface TokenSource {
  /** The token to use now; takes an anonymous one when there is none. */
  token(signal?: AbortSignal): Promise<string>;
  /**
   * `rejected` was answered with 1001 or 401: resolves with another token, or rejects with NemoError `tokenRejected`
   * where the user gave it. Concurrent calls share one renewal.
   */
  renew(rejected: string, signal?: AbortSignal): Promise<string>;
}

/** Network settings, as the editor or the environment has them. */
export interface NetworkSettings {
  /** Address of the proxy; where it is absent or empty, the environment's HTTPS_PROXY, HTTP_PROXY and ALL_PROXY say. */
  readonly proxy?: string;
  /** What the proxy is told as `Proxy-Authorization`, in place of the name and password in its address. */
  readonly proxyAuthorization?: string;
  /**
   * Hosts that are reached without it: names with their subdomains, with or without a leading dot or a port, addresses,
   * ranges of addresses (`10.0.0.0/8`), or `*` for all; where it is absent or empty, the environment's NO_PROXY says.
   */
  readonly noProxy?: readonly string[];
  /** False accepts any certificate. */
  readonly strictSsl: boolean;
  /** Certificates of authorities to trust beside the built-in ones, PEM. */
  readonly certificates?: readonly string[];
  /** Trust the operating system's authorities too. Default: false. */
  readonly systemCertificates?: boolean;
  /** Where the proxy variables are read from. Default: the process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Finds the addresses behind a name. Default: the system does. */
  readonly lookup?: LookupFunction;
}

/**
 * How long the client waits for the service, in ms. Silence is measured by the machine's own time, what an answer may
 * take as a whole by the {@link Clock}.
 */
export interface Patience {
  /** For a connection. */
  readonly connectMs: number;
  /** For a short answer: until it begins, and from one piece of it to the next. */
  readonly answerMs: number;
  /** The same for turns and uploads, whose silences are long. */
  readonly longAnswerMs: number;
  /** From one piece of a download to the next. */
  readonly downloadMs: number;
  /** For the whole of a short answer, and for that of a download to begin, however steadily bytes arrive. */
  readonly wholeAnswerMs: number;
  /** For the whole of a turn, and for the answer to an upload from its last byte on. */
  readonly wholeLongAnswerMs: number;
  /** For the next {@link leastDownloadBytes} of a download. */
  readonly paceMs: number;
}

/** What has to arrive of a download in each `paceMs`, in bytes: 1 KB a second. */
export const leastDownloadBytes = 60_000;

export interface NemoClientOptions {
  readonly apiUrl: URL;
  /** The web app, for the addresses that errors offer. */
  readonly webUrl: URL;
  readonly clientId: string;
  /** Makes another id where the service cannot use this one, and keeps it. */
  readonly newClientId?: (rejected: string) => Promise<string>;
  readonly tokens: TokenSource;
  /** Read at every request. */
  readonly attribution: () => Attribution;
  readonly clock: Clock;
  readonly network: NetworkSettings;
  /** Who the token in use belongs to (`anon_…`), where that is known: errors lead an anonymous user to the registration. */
  readonly userId?: () => string | undefined;
  /** Whether somebody signed in with the token in use: they have an account, also where nobody says whose. */
  readonly isSignedIn?: () => boolean;
  /** Called with whom an answer (of a session or a state) names as the owner of the token in use. */
  readonly onUser?: (userId: string) => void;
  /** Takes one line a request: method, path with ids replaced, status, ms; never a header, a body or a token. */
  readonly log?: (line: string) => void;
  /**
   * Called when a request that nobody else tells about waits because the service gets too many; see {@link RateWait} for
   * what it returns. `stop` ends the wait and the request.
   */
  readonly onRateWait?: (stop: () => void) => RateWait;
  /** Other time limits than the usual ones. */
  readonly patience?: Partial<Patience>;
}
