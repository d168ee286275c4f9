import { randomUUID } from 'node:crypto';

import type * as vscode from 'vscode';

import type { Clock } from '../client/clock.ts';
import type { NemoError } from '../client/errors.ts';
import type { NemoClient } from '../client/nemo-client.ts';
import type { TransferProgress, UploadedFile, UploadSource } from '../client/service-values.ts';
import { asNemoError, cancelled } from './as-nemo-error.ts';
import { waitWithSignal } from './with-signal.ts';
import { uploadSourceOf, uriName } from './workspace-source.ts';

/** Sessions that files are sent to at a time. */
const sessionsAtOnce = 3;

/** What is uploaded: a file of any file system, or a web address that the service fetches itself. */
export type UploadTarget = vscode.Uri | string;

/** A file that has arrived, and what it was on this side: its length in bytes, and when it was last changed, in ms. */
export type ArrivedFile = UploadedFile & { readonly localBytes?: number; readonly localModifiedMs?: number };

/** One upload, from the moment it was asked for. */
export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly target: UploadTarget;
  readonly phase: 'waiting' | 'sending' | 'done' | 'failed' | 'cancelled';
  readonly progress?: TransferProgress;
  /** The service gets too many requests; the file goes once more in so many ms. */
  readonly retryInMs?: number;
  readonly files?: readonly ArrivedFile[];
  readonly error?: NemoError;
}

/** Into which session, and whom to tell. */
export interface UploadOrder {
  /** Our id of the session: the files of one go one after the other. */
  readonly session: string;
  /** Called when the upload's turn has come. */
  readonly destination: (signal: AbortSignal) => Promise<{ client: NemoClient; sessionId: string }>;
  readonly onChange: (upload: Upload) => void;
  readonly signal?: AbortSignal;
}

/** An upload that waits until it may be sent. */
interface Place {
  readonly session: string;
  readonly take: () => void;
}

/**
 * Uploads of this window, each on its own; none is ever sent a second time by itself.
 *
 * The service puts clips on the timeline in the order in which they arrive whole, and the first one gives the canvas its
 * shape. So a file is sent only when the one before it in its session has arrived or failed: the clips then lie in the
 * order in which they were chosen, however long each takes. To send several at once and hold back only the last bytes of
 * each is not certain: servers end a request whose body stands still. Several files in one request would fail as one.
 */
export class Uploads implements vscode.Disposable {
  readonly #clock: Clock;
  readonly #stops = new Map<string, AbortController>();
  readonly #waiting: Place[] = [];
  /** Sessions that a file is sent to. */
  readonly #sending = new Set<string>();
  #disposed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Uploads them all, in their order; resolves when each has arrived or failed. */
  async upload(targets: readonly UploadTarget[], order: UploadOrder): Promise<Upload[]> {
    const unique = [...new Map(targets.map((target) => [target.toString(), target])).values()];
    const waiting = unique.map((target): Upload => ({
      id: randomUUID(),
      name: targetName(target),
      target,
      phase: 'waiting',
    }));
    for (const upload of waiting) order.onChange(upload);
    return Promise.all(waiting.map((upload) => this.#run(upload, order)));
  }

  /** Stops one; false where it is not under way. */
  cancel(id: string): boolean {
    const stop = this.#stops.get(id);
    stop?.abort(cancelled());
    return stop !== undefined;
  }

  /** The window closes: nobody is told of it, so that the next one finds what was cut off. */
  dispose(): void {
    this.#disposed = true;
    for (const stop of this.#stops.values()) stop.abort(cancelled());
  }

  async #run(upload: Upload, order: UploadOrder): Promise<Upload> {
    const stop = new AbortController();
    this.#stops.set(upload.id, stop);
    const signal = order.signal ? AbortSignal.any([stop.signal, order.signal]) : stop.signal;
    let now = upload;
    const tell = (change: Partial<Upload>): Upload => {
      now = { ...now, ...change };
      order.onChange(now);
      return now;
    };
    try {
      const leave = await this.#enter(order.session, signal);
      try {
        const files = await this.#send(now, order, signal, tell);
        return tell({ phase: 'done', files });
      } finally {
        leave();
      }
    } catch (reason) {
      const error = signal.aborted ? cancelled() : asNemoError(reason);
      if (this.#disposed) return { ...now, error };
      return tell({ phase: error.code === 'cancelled' ? 'cancelled' : 'failed', error });
    } finally {
      this.#stops.delete(upload.id);
    }
  }

  async #send(
    upload: Upload,
    order: UploadOrder,
    signal: AbortSignal,
    tell: (change: Partial<Upload>) => void,
  ): Promise<readonly ArrivedFile[]> {
    const onRateWait = (ms: number) => tell({ retryInMs: ms });
    if (typeof upload.target === 'string') {
      tell({ phase: 'sending' });
      const { client, sessionId } = await order.destination(signal);
      return client.uploadUrl(sessionId, upload.target, { signal, onRateWait });
    }
    // Looked at before anything else: what cannot be uploaded needs neither a session nor a byte of the network.
    const source = await openUnlessStopped(upload.target, signal);
    let handedOver = false;
    try {
      tell({ phase: 'sending' });
      const { client, sessionId } = await order.destination(signal);
      signal.throwIfAborted();
      let shownAtMs = 0;
      handedOver = true;
      const files = await client.uploadFile(sessionId, source, {
        signal,
        onRateWait,
        onProgress: (progress) => {
          const atMs = this.#clock.now();
          if (atMs - shownAtMs < 150 && progress.bytes !== progress.totalBytes) return;
          shownAtMs = atMs;
          tell({ progress });
        },
      });
      const { size, modifiedAtMs } = source;
      // Of several that one file became, none is that file.
      if (files.length !== 1) return files;
      return files.map((file) => ({
        ...file,
        localBytes: size,
        ...(modifiedAtMs === undefined ? {} : { localModifiedMs: modifiedAtMs }),
      }));
    } finally {
      if (!handedOver) await source.close();
    }
  }

  /** Waits until a file may be sent to the session; the result lets the next one go. */
  #enter(session: string, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const abort = () => {
        this.#waiting.splice(this.#waiting.indexOf(place), 1);
        reject(signal.reason as Error);
      };
      const place: Place = {
        session,
        take: () => {
          signal.removeEventListener('abort', abort);
          resolve(() => {
            this.#sending.delete(session);
            this.#admit();
          });
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(place);
      this.#admit();
    });
  }

  /** Lets those go that need not wait any more, in the order in which they came. */
  #admit(): void {
    for (const place of [...this.#waiting]) {
      if (this.#sending.size >= sessionsAtOnce) return;
      if (this.#sending.has(place.session)) continue;
      this.#waiting.splice(this.#waiting.indexOf(place), 1);
      this.#sending.add(place.session);
      place.take();
    }
  }
}

/** A file that takes its time, as one of a remote file system may, is not waited for after the stop; it is closed then. */
async function openUnlessStopped(uri: vscode.Uri, signal: AbortSignal): Promise<UploadSource> {
  const opening = uploadSourceOf(uri);
  try {
    return await waitWithSignal(opening, signal);
  } catch (reason) {
    opening.then((late) => late.close()).catch(() => undefined);
    throw reason;
  }
}

function targetName(target: UploadTarget): string {
  if (typeof target !== 'string') return uriName(target);
  const path = URL.canParse(target) ? new URL(target).pathname : '';
  const last = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last) || target;
  } catch {
    return last;
  }
}
