import type { Clock } from './clock.ts';
import { NemoError } from './errors.ts';
import type { StreamEvent } from './stream-event.ts';

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
  /** Address of the proxy; where it is absent or empty, the environment's HTTPS_PROXY and HTTP_PROXY say. */
  readonly proxy?: string;
  /** Hosts that are reached without it; where it is absent or empty, the environment's NO_PROXY says. */
  readonly noProxy?: readonly string[];
  /** False accepts any certificate. */
  readonly strictSsl: boolean;
  /** Certificates of authorities to trust beside the built-in ones, PEM. */
  readonly certificates?: readonly string[];
  /** Trust the operating system's authorities too. Default: false. */
  readonly systemCertificates?: boolean;
  /** Where the proxy variables are read from. Default: the process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** How long the client waits for the service, in ms. */
export interface Patience {
  /** For a connection. */
  readonly connectMs: number;
  /** For a short answer: until it begins, and from one piece of it to the next. */
  readonly answerMs: number;
  /** The same for turns and uploads, whose silences are long. */
  readonly longAnswerMs: number;
  /** From one piece of a download to the next. */
  readonly downloadMs: number;
}

export interface NemoClientOptions {
  readonly apiUrl: URL;
  /** The web app, for the addresses that errors offer. */
  readonly webUrl: URL;
  readonly clientId: string;
  readonly tokens: TokenSource;
  /** Read at every request. */
  readonly attribution: () => Attribution;
  readonly clock: Clock;
  readonly network: NetworkSettings;
  /** Who the present token belongs to (`anon_…`), where that is known; what the service last said counts otherwise. */
  readonly userId?: () => string | undefined;
  /** Takes one line a request: method, path with ids replaced, status, ms; never a header, a body or a token. */
  readonly log?: (line: string) => void;
  /** Other time limits than the usual ones. */
  readonly patience?: Partial<Patience>;
}

export interface SessionAnswer {
  readonly sessionId: string;
  readonly taskId: string;
  readonly userId?: string;
}

/** Credits; total = available + frozen, and frozen is held for work that runs. */
export interface CreditsAnswer {
  readonly available: number;
  readonly frozen: number;
  readonly total: number;
}

export interface AnonymousToken {
  readonly token: string;
  readonly userId: string;
  /** ms since the Unix epoch. */
  readonly expiresAtMs: number | undefined;
  readonly credits?: number;
}

export interface StateAnswer {
  readonly sessionId: string;
  readonly taskId?: string;
  readonly taskName?: string;
  /** The draft's very text as the answer held it, byte for byte; undefined where there is none. */
  readonly draftText: string | undefined;
  /** The same, parsed: for reading only. */
  readonly draft: unknown;
  readonly videoInfos: readonly unknown[];
  readonly generatedMedia: readonly unknown[];
  readonly canvasConfig: unknown;
}

export interface UploadedFile {
  readonly name: string;
  readonly type: string;
  readonly url: string;
  /** Seconds. */
  readonly duration?: number;
  /** Px. */
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  readonly hash?: string;
}

/** Something to upload: where bytes come from. */
export interface UploadSource {
  readonly name: string;
  /** Bytes, known beforehand. */
  readonly size: number;
  readonly mime: string;
  /** Fills `into` from `position`; resolves with the bytes read, 0 at the end. */
  read(into: Uint8Array, position: number, signal: AbortSignal): Promise<number>;
  /**
   * Called after the last byte was read, before the service can take the file as whole.
   * @throws NemoError `fileChanged` where what was read is not one and the same file.
   */
  verify?(signal: AbortSignal): Promise<void>;
  /** Called once, at the end or on failure. */
  close(): Promise<void>;
}

export interface TransferProgress {
  readonly bytes: number;
  readonly totalBytes: number | undefined;
  /** Smoothed. */
  readonly bytesPerSecond: number;
}

export interface TransferOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
}

export interface RenderAnswer {
  readonly id: string;
  readonly status: 'pending' | 'processing' | 'completed' | 'failed';
  /** 0–100. */
  readonly progress: number;
  readonly url?: string;
  readonly durationSeconds?: number;
  /** Bytes. */
  readonly size?: number;
  /** The backend's own word on why it failed. */
  readonly error?: string;
}

export interface RenderOutput {
  readonly format: string;
  readonly quality: string;
}

/** A render to submit; `id` is the client's, unique, and the same when the submit is repeated. */
export interface RenderRequest {
  readonly id: string;
  readonly sessionId: string;
  /** The state answer's {@link StateAnswer.draftText}, passed on byte for byte. */
  readonly draftText: string;
  readonly output: RenderOutput;
}

export interface DownloadRequest {
  readonly renderId: string;
  /** Where the finished file is; without it, or where it fails, the fallback endpoint is asked. */
  readonly url?: string;
  /** File to write to. What it already holds is taken as the beginning of the download. */
  readonly partPath: string;
  /** Bytes. */
  readonly expectedSize?: number;
}

export interface ClaimAnswer {
  readonly claimToken: string;
  readonly expiresInSeconds: number | undefined;
}

/** The Nemo service: one method for each endpoint. Every failure is a {@link NemoError}. */
export class NemoClient {
  readonly options: NemoClientOptions;

  constructor(options: NemoClientOptions) {
    this.options = options;
  }

  /** Takes an anonymous token for the client id. After 429 it asks once more, after 30 s or what `Retry-After` says. */
  anonymousToken(signal?: AbortSignal): Promise<AnonymousToken> {
    void signal;
    return notYet();
  }

  /** Starts a session and its task. */
  createSession(language: string, signal?: AbortSignal): Promise<SessionAnswer> {
    void [language, signal];
    return notYet();
  }

  /** Sends the message, once and only once, on the first pull. Breaking out of the loop aborts the request. */
  sendMessage(sessionId: string, text: string, signal?: AbortSignal): AsyncIterable<StreamEvent> {
    void [sessionId, text, signal];
    return { [Symbol.asyncIterator]: () => ({ next: notYet }) };
  }

  uploadFile(sessionId: string, source: UploadSource, options: TransferOptions = {}): Promise<readonly UploadedFile[]> {
    void [sessionId, source, options];
    return notYet();
  }

  uploadUrl(sessionId: string, url: string, signal?: AbortSignal): Promise<readonly UploadedFile[]> {
    void [sessionId, url, signal];
    return notYet();
  }

  credits(signal?: AbortSignal): Promise<CreditsAnswer> {
    void signal;
    return notYet();
  }

  state(sessionId: string, signal?: AbortSignal): Promise<StateAnswer> {
    void [sessionId, signal];
    return notYet();
  }

  submitRender(request: RenderRequest, signal?: AbortSignal): Promise<RenderAnswer> {
    void [request, signal];
    return notYet();
  }

  pollRender(id: string, signal?: AbortSignal): Promise<RenderAnswer> {
    void [id, signal];
    return notYet();
  }

  cancelRender(id: string, signal?: AbortSignal): Promise<'cancelled' | 'tooLate' | 'unsupported'> {
    void [id, signal];
    return notYet();
  }

  /** Streams the finished file to `partPath`, resuming from its present size; checks the size. */
  download(request: DownloadRequest, options: TransferOptions = {}): Promise<{ readonly bytes: number }> {
    void [request, options];
    return notYet();
  }

  claimToken(taskId: string, sessionId: string, signal?: AbortSignal): Promise<ClaimAnswer> {
    void [taskId, sessionId, signal];
    return notYet();
  }

  /** Ends every connection; what is under way fails with `cancelled`. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

function notYet(): Promise<never> {
  return Promise.reject(new NemoError('internal', 'Not built yet.'));
}
