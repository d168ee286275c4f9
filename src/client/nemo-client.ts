import * as l10n from '@vscode/l10n';

import {
  type OpenedAnswer,
  readAnonymousToken,
  readClaim,
  readCredits,
  readRender,
  readSession,
  readState,
  readUploaded,
} from './answers.ts';
import { downloadRender } from './download.ts';
import { renderBody } from './draft-text.ts';
import { NemoError } from './errors.ts';
import { streamTurn } from './event-stream.ts';
import { mediaFormatOf } from './media-formats.ts';
import { uploadMultipart } from './multipart-upload.ts';
import { lookAtMedia, readRemoteMedia, type RemoteMedia, saveRemoteMedia } from './remote-media.ts';
import type { TokenScope } from './service-failures.ts';
import type { StreamEvent } from './stream-event.ts';
import type { NemoClientOptions } from './client-options.ts';
import type {
  SessionAnswer,
  CreditsAnswer,
  AnonymousToken,
  StateAnswer,
  UploadedFile,
  UploadSource,
  TransferOptions,
  RenderAnswer,
  RenderRequest,
  DownloadRequest,
  ClaimAnswer,
} from './service-values.ts';
import type { Call } from './call.ts';
import { Transport } from './transport.ts';

/** The Nemo service: one method for each endpoint. Every failure is a {@link NemoError}. */
export class NemoClient {
  readonly #options: NemoClientOptions;
  readonly #transport: Transport;
  #clientId: string;

  /** @throws NemoError `badSetting` where the service's address is neither https nor on this machine. */
  constructor(options: NemoClientOptions) {
    if (!isTrustworthy(options.apiUrl)) {
      throw new NemoError(
        'badSetting',
        l10n.t(
          'The address of the service must begin with https:// (http:// only on this machine). Correct the setting.',
        ),
        {
          steps: [{ kind: 'openSettings', label: l10n.t('Open Setting {0}', 'nemo.apiUrl'), argument: 'nemo.apiUrl' }],
        },
      );
    }
    this.#options = options;
    this.#clientId = options.clientId;
    this.#transport = new Transport(options);
  }

  /**
   * Takes an anonymous token for the client id. A service that cannot use the id (400) is given a new one, once.
   * @throws NemoError `rateLimited` and the general ones.
   */
  async anonymousToken(signal?: AbortSignal): Promise<AnonymousToken> {
    try {
      return await this.#anonymousToken(this.#clientId, signal);
    } catch (error) {
      const { newClientId } = this.#options;
      if (!newClientId || !isBadRequest(error)) throw error;
      this.#clientId = await newClientId(this.#clientId);
      return this.#anonymousToken(this.#clientId, signal);
    }
  }

  async #anonymousToken(clientId: string, signal: AbortSignal | undefined): Promise<AnonymousToken> {
    const call: Call = {
      method: 'POST',
      path: '/api/auth/anonymous-token',
      label: '/api/auth/anonymous-token',
      scope: 'none',
      // The same client gets the same user, however often it asks.
      repeat: 'safe',
      headers: { 'x-client-id': clientId },
    };
    return this.#transport.json(call, readAnonymousToken, signal);
  }

  /** Starts a session and its task. `language` is the user's, as `en` or `zh`. */
  async createSession(language: string, signal?: AbortSignal): Promise<SessionAnswer> {
    const session = await this.#transport.json(
      {
        ...post('/api/tasks/me/with-session/nemo_agent', 'write'),
        ...jsonBody({ task_name: 'project', language }),
      },
      readSession,
      signal,
    );
    this.#sawUser(session.userId);
    return session;
  }

  /**
   * Sends the message, once and only once, on the first pull: only a rejected token, which has no effect, makes it go
   * again. Breaking out of the loop aborts the request.
   * @throws NemoError while it is iterated: `cancelled`, `sessionGone`, `noCredits`, …; `unreachable` or `timedOut`
   * where the stream broke (with `notSent` where the message certainly never arrived).
   */
  async *sendMessage(sessionId: string, text: string, signal?: AbortSignal): AsyncGenerator<StreamEvent, void, void> {
    const { headers, body } = jsonBody({
      app_name: 'nemo_agent',
      user_id: 'me',
      session_id: sessionId,
      new_message: { parts: [{ text }] },
    });
    const call: Call = {
      ...post('/run_sse', 'write'),
      headers: { ...headers, accept: 'text/event-stream' },
      body,
      repeat: 'never',
      long: true,
      charged: true,
    };
    yield* streamTurn(this.#transport, call, signal);
  }

  /**
   * Uploads one file, streamed, once. `source` is closed at the end, however it ends.
   * @throws NemoError `fileChanged`, `unsupportedFile`, `fileTooLarge`, `sessionGone` and the general ones.
   */
  async uploadFile(
    sessionId: string,
    source: UploadSource,
    options: TransferOptions = {},
  ): Promise<readonly UploadedFile[]> {
    try {
      return await uploadMultipart(this.#transport, this.#options.clock, uploadCall(sessionId), source, options);
    } finally {
      // The upload is what it is by now, whatever the file says to its closing.
      await source.close().catch(() => undefined);
    }
  }

  /** Has the service fetch a file from a web address. */
  async uploadUrl(
    sessionId: string,
    url: string,
    { signal, onRateWait }: TransferOptions = {},
  ): Promise<readonly UploadedFile[]> {
    const name = URL.canParse(url) ? decodedName(new URL(url)) : url;
    return this.#transport.json(
      {
        ...uploadCall(sessionId),
        ...jsonBody({ urls: [url], source_type: 'url' }),
        ...(onRateWait ? { onRateWait } : {}),
      },
      (answer) => readUploaded(answer, { name, mime: mediaFormatOf(name)?.mime ?? '' }),
      signal,
    );
  }

  async credits(signal?: AbortSignal): Promise<CreditsAnswer> {
    return this.#transport.json(get('/api/credits/balance/simple', 'read'), readCredits, signal);
  }

  /** The session's latest state, with the draft as it is. */
  async state(sessionId: string, signal?: AbortSignal): Promise<StateAnswer> {
    const state = await this.#transport.json(
      {
        ...get(
          `/api/state/nemo_agent/me/${encodeURIComponent(sessionId)}/latest`,
          'read',
          '/api/state/nemo_agent/me/…/latest',
        ),
        maxBytes: 64 * 1024 * 1024,
        mayBeEmpty: true,
      },
      (answer) => readState(answer, sessionId),
      signal,
    );
    this.#sawUser(state.userId);
    return state;
  }

  /**
   * Submits a render. It may be repeated with the same id, and is so after network failures.
   * @throws NemoError `nothingToExport`, `planForbidsExport` and the general ones.
   */
  async submitRender(request: RenderRequest, signal?: AbortSignal): Promise<RenderAnswer> {
    return this.#transport.json(
      {
        ...post('/api/render/proxy/lambda', 'render'),
        headers: { 'content-type': 'application/json' },
        body: renderBody(request),
        repeat: 'safe',
        mayBeEmpty: true,
      },
      (answer) => readRender(answer, request.id, this.#options.apiUrl),
      signal,
    );
  }

  async pollRender(id: string, signal?: AbortSignal): Promise<RenderAnswer> {
    return this.#transport.json(
      get(`/api/render/proxy/lambda/${encodeURIComponent(id)}`, 'render', '/api/render/proxy/lambda/…'),
      (answer) => readRender(answer, id, this.#options.apiUrl),
      signal,
    );
  }

  /** Asks the service to forget a render that has not begun. `unsupported`: the service cannot do that. */
  async cancelRender(id: string, signal?: AbortSignal): Promise<'cancelled' | 'tooLate' | 'unsupported'> {
    const call = post(
      `/api/render/proxy/lambda/${encodeURIComponent(id)}/cancel`,
      'render',
      '/api/render/proxy/lambda/…/cancel',
    );
    try {
      return await this.#transport.json(call, (answer) => (goesOn(answer) ? 'tooLate' : 'cancelled'), signal);
    } catch (error) {
      if (!(error instanceof NemoError) || error.code !== 'refused') throw error;
      return error.status === 404 || error.status === 405 || error.status === 501 ? 'unsupported' : 'tooLate';
    }
  }

  /**
   * Streams the finished file to `partPath`, going on from what it holds, through cuts and, where its address fails, by
   * the service's own; checks the size. Moving the whole file to its name is the caller's.
   * @throws NemoError `downloadFailed`, `diskFailed` and the general ones; what has arrived stays in the file.
   */
  async download(request: DownloadRequest, options: TransferOptions = {}): Promise<{ readonly bytes: number }> {
    const fallback = get(
      `/api/render/proxy/${encodeURIComponent(request.renderId)}/download`,
      'render',
      '/api/render/proxy/…/download',
    );
    return downloadRender(this.#transport, this.#options.clock, { ...fallback, repeat: 'never' }, request, options);
  }

  /**
   * Looks at media at a web address. No token goes there.
   * @throws NemoError `fileMissing`, `refused` and the general ones.
   */
  async lookAtMedia(url: string, signal: AbortSignal): Promise<RemoteMedia> {
    return lookAtMedia(this.#transport, url, signal);
  }

  /**
   * Reads the bytes from `start` up to `end` of media that can be had in pieces.
   * @throws NemoError `fileChanged` where the file is another one by now, and the general ones.
   */
  async readMedia(
    media: RemoteMedia,
    start: number,
    end: number,
    signal: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    return readRemoteMedia(this.#transport, media, start, end, signal);
  }

  /**
   * Brings media that can only be had as a whole to the disk; resolves with the length in bytes.
   * @throws NemoError `fileTooLarge` beyond `maxBytes`, `diskFailed` and the general ones.
   */
  async saveMedia(media: RemoteMedia, path: string, maxBytes: number, signal: AbortSignal): Promise<number> {
    return saveRemoteMedia(this.#transport, media, path, maxBytes, signal);
  }

  /** Takes what opens the project in the web app, once. */
  async claimToken(taskId: string, sessionId: string, signal?: AbortSignal): Promise<ClaimAnswer> {
    return this.#transport.json(
      { ...post('/api/auth/claim-token', 'write'), ...jsonBody({ task_id: taskId, session_id: sessionId }) },
      readClaim,
      signal,
    );
  }

  /** Ends every connection; what is under way fails with `cancelled`. */
  async close(): Promise<void> {
    await this.#transport.close();
  }

  #sawUser(userId: string | undefined): void {
    if (userId !== undefined) this.#options.onUser?.(userId);
  }
}

function get(path: string, scope: TokenScope, label = path): Call {
  return { method: 'GET', path, label, scope, repeat: 'safe' };
}

function post(path: string, scope: TokenScope, label = path): Call {
  return { method: 'POST', path, label, scope, repeat: 'unsent' };
}

function jsonBody(value: unknown): { readonly headers: { readonly 'content-type': string }; readonly body: string } {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

function uploadCall(sessionId: string): Call {
  return {
    ...post(
      `/api/upload-video/nemo_agent/me/${encodeURIComponent(sessionId)}`,
      'upload',
      '/api/upload-video/nemo_agent/me/…',
    ),
    repeat: 'never',
    long: true,
  };
}

function isBadRequest(error: unknown): boolean {
  return error instanceof NemoError && (error.status === 400 || error.serviceCode === 400);
}

/** A cancelled render that is said to go on was not cancelled. */
function goesOn({ fields }: OpenedAnswer): boolean {
  return fields['status'] === 'processing' || fields['status'] === 'completed';
}

/** The last part of an address, as a file's name. */
function decodedName(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last) || url.host;
  } catch {
    return last;
  }
}

/** A token must not travel in the clear, except within this machine. */
function isTrustworthy(url: URL): boolean {
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}
