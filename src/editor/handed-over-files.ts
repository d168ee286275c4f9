import * as vscode from 'vscode';

import type { Attachment } from '../conversation/chat-state.ts';
import { notArrived, uploadCutOff } from './session-errors.ts';
import type { SessionRecord } from './session-store.ts';
import { isAboutFile } from './transfer-rows.ts';
import type { Upload, UploadOrder, Uploads, UploadTarget } from './uploads.ts';
import { waitWithSignal } from './with-signal.ts';

export interface HandedOverFilesOptions {
  readonly uploads: Uploads;
  /** Where they go; asked for when an upload's turn has come. */
  readonly destination: UploadOrder['destination'];
  /** {@link HandedOverFiles.rows} changed. */
  readonly onRows: () => void;
  /** {@link HandedOverFiles.chips} changed. */
  readonly onChips: (chips: readonly Attachment[]) => void;
  /** One arrived; said before it is no longer under way. */
  readonly onArrived: (upload: Upload) => void;
  /** What would be cut off if the window closed now. */
  readonly onUnderWay: (uploading: SessionRecord['uploading']) => void;
}

/** Files that a session was handed: the upload of each as a row, and each as a chip for the next message. */
export class HandedOverFiles {
  readonly #options: HandedOverFilesOptions;
  readonly #rows = new Map<string, Upload>();
  /** Uploads under way, by id; each promise resolves when its whole batch is over. */
  readonly #arrivals = new Map<string, Promise<unknown>>();
  #chips: readonly Attachment[] = [];
  #disposed = false;

  constructor(options: HandedOverFilesOptions) {
    this.#options = options;
  }

  /** The oldest first. */
  get rows(): readonly Upload[] {
    return [...this.#rows.values()];
  }

  /** What goes with the next message. */
  get chips(): readonly Attachment[] {
    return this.#chips;
  }

  /** Shows what was under way when the last window closed, as failed. */
  showCutOff(uploading: SessionRecord['uploading']): void {
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

  /** Uploads them all; each becomes a row and a chip. Resolves when each has arrived or failed. */
  async upload(targets: readonly UploadTarget[], signal: AbortSignal | undefined): Promise<readonly Upload[]> {
    const work = this.#options.uploads.upload(targets, {
      ...(signal ? { signal } : {}),
      destination: this.#options.destination,
      onChange: (upload) => this.#show(upload, () => work),
    });
    const uploads = await work;
    this.#noteUnderWay();
    return uploads;
  }

  /** Takes an upload that did not arrive out of the list, to be tried again; `undefined` where there is none. */
  takeBack(id: string): UploadTarget | undefined {
    const upload = this.#rows.get(id);
    if (!upload || (upload.phase !== 'failed' && upload.phase !== 'cancelled')) return undefined;
    this.dismiss(id);
    return upload.target;
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
  }

  /** A message was sent: what was over by then needs no more room, and what goes with it leaves the composer. */
  putAway(takesFiles: boolean): void {
    if (takesFiles) this.#showChips([]);
    for (const [id, { phase, error }] of this.#rows) {
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
    const arrivals = ids.flatMap((id) => this.#arrivals.get(id) ?? []);
    if (arrivals.length > 0) {
      onWaiting();
      await waitWithSignal(Promise.allSettled(arrivals), signal);
    }
    const missing = ids.flatMap((id) => {
      const upload = this.#rows.get(id);
      return upload?.phase === 'failed' ? [upload.name] : [];
    });
    if (missing.length > 0) throw notArrived(missing);
  }

  /** The window closes: what is under way stays on disk as it is, for the next one to find. */
  dispose(): void {
    this.#disposed = true;
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
    if (upload.phase === 'done') this.#options.onArrived(upload);
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

  #noteUnderWay(): void {
    this.#options.onUnderWay(
      this.rows.filter(isUnderWay).map(({ id, name, target }) => ({ id, name, target: target.toString() })),
    );
  }

  #showChips(chips: readonly Attachment[]): void {
    this.#chips = chips;
    this.#options.onChips(chips);
  }
}

function isUnderWay({ phase }: Upload): boolean {
  return phase === 'waiting' || phase === 'sending';
}
