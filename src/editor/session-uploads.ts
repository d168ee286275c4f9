import * as vscode from 'vscode';

import { setAttachments } from '../conversation/chat-reducer.ts';
import type { Attachment } from '../conversation/chat-state.ts';
import { asNemoError, cancelled } from './as-nemo-error.ts';
import type { Connection } from './connection.ts';
import type { ServiceSession } from './service-session.ts';
import { arrivedInNoSession, notArrived, uploadCutOff } from './session-errors.ts';
import type { SessionFile } from './session-file.ts';
import type { SessionTimeline } from './session-timeline.ts';
import type { ShownChat } from './shown-chat.ts';
import { isAboutFile } from './transfer-rows.ts';
import type { Upload, Uploads, UploadTarget } from './uploads.ts';
import { waitWithSignal } from './with-signal.ts';

export interface SessionUploadsOptions {
  readonly file: SessionFile;
  readonly shown: ShownChat;
  readonly timeline: SessionTimeline;
  readonly session: ServiceSession;
  readonly connection: Connection;
  readonly uploads: Uploads;
  readonly log: (line: string) => void;
  /** {@link SessionUploads.rows} changed. */
  readonly onRows: () => void;
  /** Files arrived, which changes the project; the state has not been read since. */
  readonly onArrived: () => Promise<void>;
}

/** Files that a session was handed: the upload of each as a row, and each as a chip for the next message. */
export class SessionUploads {
  readonly #options: SessionUploadsOptions;
  readonly #rows = new Map<string, Upload>();
  /** Uploads under way, by id; each promise resolves when its whole batch is over. */
  readonly #arrivals = new Map<string, Promise<unknown>>();
  /** Batches under way, with what is done after them. */
  readonly #batches = new Set<Promise<unknown>>();
  /** Uploads that were tried again, by the id of the first try; and those that failed, by name, once they have no row. */
  readonly #tries = new Map<string, string>();
  readonly #failures = new Map<string, string>();
  #chips: readonly Attachment[] = [];
  /** Ends what is asked of the service after an upload. */
  #stop = new AbortController();
  #disposed = false;

  constructor(options: SessionUploadsOptions) {
    this.#options = options;
  }

  /** What was handed over in this window and not put away since, and what an earlier one was cut off in; the oldest first. */
  get rows(): readonly Upload[] {
    return [...this.#rows.values()];
  }

  /** What goes with the next message. */
  get chips(): readonly Attachment[] {
    return this.#chips;
  }

  /** Something is under way. */
  get busy(): boolean {
    return this.#batches.size > 0;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.busy) await Promise.allSettled(this.#batches);
  }

  /** Shows what was under way when the last window closed, as failed. */
  showCutOff(): void {
    const { uploading } = this.#options.file.record;
    for (const { id, name, target } of uploading) {
      const uri = vscode.Uri.parse(target);
      this.#rows.set(id, {
        id,
        name,
        target: /^https?$/.test(uri.scheme) ? target : uri,
        phase: 'failed',
        error: uploadCutOff(name),
      });
    }
    if (uploading.length > 0) this.#options.onRows();
  }

  /**
   * Uploads them all, one after the other in their order; each becomes a row and a chip. Resolves when each has arrived or failed.
   * @throws NemoError `refused` where the session is not this window's.
   */
  async upload(targets: readonly UploadTarget[], signal?: AbortSignal): Promise<readonly Upload[]> {
    if (targets.length === 0) return [];
    this.#options.file.refuseIfLost();
    const batch = this.#uploadAll(targets, signal);
    this.#batches.add(batch);
    try {
      return await batch;
    } finally {
      this.#batches.delete(batch);
    }
  }

  /** Tries a failed upload again, because the person asked for it; false where there is none of that id. */
  retry(id: string): boolean {
    const upload = this.#rows.get(id);
    if (!upload || (upload.phase !== 'failed' && upload.phase !== 'cancelled')) return false;
    this.dismiss(id);
    this.upload([upload.target]).catch((error: unknown) => this.#options.log(`An upload: ${asNemoError(error).code}`));
    const last = this.rows.at(-1);
    // A message that waits for the file waits for this one.
    if (last?.target === upload.target) this.#tries.set(id, last.id);
    return true;
  }

  /** Takes an upload that is over out of the list. */
  dismiss(id: string): boolean {
    const upload = this.#rows.get(id);
    if (!upload || isUnderWay(upload)) return false;
    this.#rows.delete(id);
    this.#noteUnderWay();
    this.#options.onRows();
    this.removeChip(id);
    return true;
  }

  /** Makes a file that the session has already a chip for the next message; once. */
  attach(id: string, name: string): void {
    if (this.#chips.some((chip) => chip.id === id)) return;
    this.#showChips([...this.#chips, { id, name, state: 'ready' }]);
  }

  /** Takes a chip away; an upload under way is stopped. The file stays in the session. */
  removeChip(id: string): void {
    this.#options.uploads.cancel(id);
    this.#showChips(this.#chips.filter((chip) => chip.id !== id));
  }

  /** Stops whatever is under way. */
  cancelAll(): void {
    for (const id of this.#rows.keys()) this.#options.uploads.cancel(id);
    this.#stop.abort(cancelled());
    this.#stop = new AbortController();
  }

  /** A message was sent: what was over by then needs no more room, and what goes with it leaves the composer. */
  putAway(takesFiles: boolean): void {
    if (takesFiles) this.#showChips([]);
    for (const [id, { phase, error, name }] of this.#rows) {
      if (phase === 'failed' && isAboutFile(error)) this.#failures.set(id, name);
      if (phase === 'done' || phase === 'cancelled' || isAboutFile(error)) this.#rows.delete(id);
    }
    this.#options.onRows();
  }

  /**
   * Waits for uploads: a message about a clip makes no sense before the clip has arrived. `onWaiting` is called where
   * there is something to wait for.
   * @throws NemoError `refused` where one failed; the signal's reason.
   */
  async requireArrival(ids: readonly string[], signal: AbortSignal, onWaiting: () => void): Promise<void> {
    let awaited: readonly string[];
    const heard = new Set<Promise<unknown>>();
    for (;;) {
      awaited = ids.map((id) => this.#lastTry(id));
      const arrivals = awaited.flatMap((id) => this.#arrivals.get(id) ?? []).filter((arrival) => !heard.has(arrival));
      if (arrivals.length === 0) break;
      onWaiting();
      await waitWithSignal(Promise.allSettled(arrivals), signal);
      for (const arrival of arrivals) heard.add(arrival);
    }
    const missing = awaited.flatMap((id) => {
      const upload = this.#rows.get(id);
      return upload?.phase === 'failed' ? [upload.name] : (this.#failures.get(id) ?? []);
    });
    if (missing.length > 0) throw notArrived(missing);
  }

  /** The window closes: what is under way stays on disk as it is, for the next one to find. */
  dispose(): void {
    this.#disposed = true;
    this.#stop.abort(cancelled());
  }

  #lastTry(id: string): string {
    const next = this.#tries.get(id);
    return next === undefined ? id : this.#lastTry(next);
  }

  #show(upload: Upload, work: () => Promise<unknown>): void {
    const before = this.#rows.get(upload.id);
    this.#rows.set(upload.id, upload);
    this.#options.onRows();
    if (!before) {
      // `work` exists only after the first call came back.
      this.#arrivals.set(upload.id, Promise.resolve().then(work));
      this.#showChips([
        ...this.#chips,
        { id: upload.id, name: upload.name, transferId: upload.id, state: 'uploading' },
      ]);
    }
    if (before?.phase === upload.phase) return;
    if (upload.phase === 'done') this.#takeMedia(upload);
    if (this.#disposed) return;
    this.#noteUnderWay();
    if (upload.phase === 'cancelled') {
      this.#arrivals.delete(upload.id);
      this.removeChip(upload.id);
    } else if (upload.phase === 'done' || upload.phase === 'failed') {
      this.#arrivals.delete(upload.id);
      const state = upload.phase === 'done' ? 'ready' : 'failed';
      this.#showChips(
        this.#chips.map((chip) => (chip.id === upload.id ? { id: chip.id, name: chip.name, state } : chip)),
      );
    }
  }

  async #uploadAll(targets: readonly UploadTarget[], signal: AbortSignal | undefined): Promise<readonly Upload[]> {
    const { file, shown, timeline, session, uploads, log } = this.#options;
    const ending = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal;
    let into: string | undefined;
    const work = uploads.upload(targets, {
      session: file.record.id,
      ...(signal ? { signal } : {}),
      destination: async (stop) => {
        const destination = await this.#destination(stop);
        into = destination.sessionId;
        return destination;
      },
      onChange: (upload) => this.#show(upload, () => work),
    });
    let ended: readonly Upload[] = await work;
    this.#noteUnderWay();
    await shown.save();
    const isGone = ended.some(({ error }) => error?.code === 'sessionGone');
    if (isGone && into !== undefined) {
      await session.replace(into, ending);
      ended = ended.map((upload) => this.#offerToNewSession(upload));
    }
    if (ended.some(({ phase }) => phase === 'done') && !this.#disposed) {
      await this.#options.onArrived();
      // The files are there; should this fail, the next look will show them.
      await timeline.refresh(ending).catch((error: unknown) => log(`After an upload: ${asNemoError(error).code}`));
    }
    return ended;
  }

  /** What the session that is gone did not take can go to the one in its place, once the person says so. */
  #offerToNewSession(upload: Upload): Upload {
    if (upload.error?.code !== 'sessionGone') return upload;
    const offered: Upload = { ...upload, error: arrivedInNoSession(upload.name, upload.error) };
    if (this.#rows.has(upload.id)) this.#rows.set(upload.id, offered);
    this.#options.onRows();
    return offered;
  }

  /** Where a file goes whose turn has come. */
  async #destination(signal: AbortSignal) {
    const { file, shown, session, connection } = this.#options;
    const sessionId = await session.ensure(signal);
    // On disk before it leaves: a window that dies now has the next one say what was cut off.
    await shown.save();
    file.refuseIfLost();
    return { client: await connection.client(), sessionId };
  }

  #takeMedia({ target, files = [] }: Upload): void {
    const { file, shown } = this.#options;
    const [first, ...more] = files;
    const media =
      first && more.length === 0 && typeof target !== 'string' ? [{ ...first, localUri: target.toString() }] : files;
    file.change({ media: [...file.record.media, ...media] });
    shown.projectChanged();
    // At once: a window that dies now must not say that it was cut off.
    void shown.save();
  }

  #noteUnderWay(): void {
    const { file, shown } = this.#options;
    file.change({
      uploading: this.rows.filter(isUnderWay).map(({ id, name, target }) => ({ id, name, target: target.toString() })),
    });
    shown.saveSoon();
  }

  #showChips(chips: readonly Attachment[]): void {
    this.#chips = chips;
    this.#options.shown.do((state) => setAttachments(state, chips));
  }
}

function isUnderWay({ phase }: Upload): boolean {
  return phase === 'waiting' || phase === 'sending';
}
