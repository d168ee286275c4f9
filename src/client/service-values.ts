/** A session that the service has made. */
export interface SessionAnswer {
  readonly sessionId: string;
  /** Not every service says it here; a state may. */
  readonly taskId?: string;
  readonly userId?: string;
}

/** Credits; total = available + frozen, and frozen is held for work that runs. */
export interface CreditsAnswer {
  readonly available: number;
  readonly frozen: number;
  readonly total: number;
}

/** A token that nobody signed in for, and whose it is. */
export interface AnonymousToken {
  readonly token: string;
  /** `anon_…`, where the service says so here; a session or a state may. */
  readonly userId?: string;
  /** ms since the Unix epoch. */
  readonly expiresAtMs: number | undefined;
  readonly credits?: number;
}

/** What the service knows of a session. */
export interface StateAnswer {
  readonly sessionId: string;
  readonly taskId?: string;
  readonly taskName?: string;
  readonly userId?: string;
  /** The draft's very text as the answer held it, byte for byte; undefined where there is none. */
  readonly draftText: string | undefined;
  /** The same, parsed: for reading only. */
  readonly draft: unknown;
  readonly videoInfos: readonly unknown[];
  readonly generatedMedia: readonly unknown[];
  readonly canvasConfig: unknown;
}

/** A file that has arrived at the service. */
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
  /** When the file was last changed, in whole ms since the Unix epoch; where it is a file that says so. */
  readonly modifiedAtMs?: number;
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

/** How far an upload or a download is. */
export interface TransferProgress {
  readonly bytes: number;
  readonly totalBytes: number | undefined;
  /** Smoothed. */
  readonly bytesPerSecond: number;
}

/** What every transfer may be told. */
export interface TransferOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
  /** See {@link RateWait}. */
  readonly onRateWait?: RateWait;
}

/**
 * The service is getting too many requests, and this one, which it did not take, goes once more in `ms`. Called every
 * second, and with 0 when the wait is over.
 */
export type RateWait = (ms: number) => void;

/** How far a render is. */
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

/** What a render is to make. */
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

/** What to download, and where to. */
export interface DownloadRequest {
  readonly renderId: string;
  /** Where the finished file is; without it, or where it fails, the fallback endpoint is asked. */
  readonly url?: string;
  /** File to write to. What it already holds is taken as the beginning of the download. */
  readonly partPath: string;
  /** Bytes. */
  readonly expectedSize?: number;
}

/** The secret of a link that opens a session in the web app, once. */
export interface ClaimAnswer {
  readonly claimToken: string;
  readonly expiresInSeconds: number | undefined;
}
