import * as l10n from '@vscode/l10n';

import { mostMediaBytes, type Intent } from '../../src/protocol/messages.ts';
import type { Answer, Refusal } from '../host-link.ts';

/** What is read of a file; a browser's `File` is one. */
export interface OfferedFile {
  readonly name: string;
  /** Length in bytes. */
  readonly size: number;
  /** The bytes from `start` up to `end`, not read yet. */
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** A file on its way from the page to the host. */
export interface FileOnItsWay {
  /** Of the page alone. */
  readonly id: number;
  readonly name: string;
  /** 0–100; undefined while it waits behind others. */
  readonly percent: number | undefined;
}

/** Ends the sending of one file; nothing is to be said of it. */
class Withdrawn extends Error {}
/** The host did not take it. */
class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

interface Sending {
  readonly id: number;
  readonly file: OfferedFile;
  percent: number | undefined;
  withdrawn: boolean;
}

/** So many pieces are on the wire at a time: the host writes one while the next ones travel. */
const piecesUnderWay = 3;

/**
 * Hands files over that have no address, dropped from the system or pasted: their bytes, piece by piece. One file after
 * the other, and never more than a few pieces of it in memory.
 */
export class FileSender {
  readonly #send: (intent: Intent) => Promise<Answer>;
  readonly #onChanged: () => void;
  readonly #onRefused: (refusal: Refusal) => void;
  #sending: Sending[] = [];
  #refusals: Refusal[] = [];
  #lastId = 0;
  #busy = false;

  /**
   * @param send resolves with the host's answer; never rejects.
   * @param onChanged is called when {@link files} changed.
   * @param onRefused is told what could not be handed over, once for all files that came together.
   */
  constructor(send: (intent: Intent) => Promise<Answer>, onChanged: () => void, onRefused: (refusal: Refusal) => void) {
    this.#send = send;
    this.#onChanged = onChanged;
    this.#onRefused = onRefused;
  }

  /** What is under way, in the order in which it was handed over. */
  get files(): readonly FileOnItsWay[] {
    return this.#sending.map(({ id, file, percent }) => ({ id, name: file.name, percent }));
  }

  /** Takes files; resolves when there is nothing left to hand over. */
  async add(files: readonly OfferedFile[]): Promise<void> {
    for (const file of files) {
      this.#lastId += 1;
      this.#sending.push({ id: this.#lastId, file, percent: undefined, withdrawn: false });
    }
    this.#onChanged();
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#sending[0]; next; next = this.#sending[0]) {
      const { id } = next;
      await this.#handOver(next);
      this.#sending = this.#sending.filter((one) => one.id !== id);
      this.#onChanged();
    }
    this.#busy = false;
    const refusals = this.#refusals;
    this.#refusals = [];
    const [first] = refusals;
    if (first) this.#onRefused({ ...first, message: refusals.map(({ message }) => message).join('\n') });
  }

  /** Takes one back; what is there of it is thrown away. */
  withdraw(id: number): void {
    const found = this.#sending.find((one) => one.id === id);
    if (!found) return;
    found.withdrawn = true;
    // The first one is in the works and goes when these have stopped.
    if (found !== this.#sending[0]) this.#sending = this.#sending.filter((one) => one !== found);
    this.#onChanged();
  }

  async #handOver(sending: Sending): Promise<void> {
    const { name, size } = sending.file;
    let fileId: string | undefined;
    try {
      sending.percent = 0;
      this.#onChanged();
      ({ fileId } = await this.#ask({ type: 'offerFile', name, bytes: size }));
      if (fileId === undefined) throw unreadable(name);
      await this.#sendPieces(sending, fileId);
      if (sending.withdrawn) throw new Withdrawn();
      const whole = fileId;
      // From here on it is the host's: there is nothing to take back.
      fileId = undefined;
      await this.#ask({ type: 'fileComplete', fileId: whole });
    } catch (error) {
      if (fileId !== undefined) await this.#send({ type: 'fileWithdrawn', fileId });
      if (!(error instanceof Withdrawn)) this.#refusals.push(refusalOf(error, name));
    }
  }

  async #sendPieces(sending: Sending, fileId: string): Promise<void> {
    const { file } = sending;
    const { size } = file;
    const underWay: Promise<void>[] = [];
    let acknowledged = 0;
    try {
      for (let at = 0; at < size; at += mostMediaBytes) {
        if (underWay.length >= piecesUnderWay) await underWay.shift();
        if (sending.withdrawn) throw new Withdrawn();
        const end = Math.min(at + mostMediaBytes, size);
        const bytes = new Uint8Array(await file.slice(at, end).arrayBuffer());
        if (bytes.length !== end - at) throw unreadable(file.name);
        const piece = this.#ask({ type: 'fileBytes', fileId, at, bytes }).then(() => {
          acknowledged += bytes.length;
          const percent = Math.floor((acknowledged / size) * 100);
          if (percent === sending.percent) return;
          sending.percent = percent;
          this.#onChanged();
        });
        // What went wrong is seen when its turn comes.
        piece.catch(() => undefined);
        underWay.push(piece);
      }
      await Promise.all(underWay);
    } catch (error) {
      // What is still on the wire is of no interest any more.
      await Promise.allSettled(underWay);
      throw error;
    }
  }

  async #ask(intent: Intent): Promise<Extract<Answer, { ok: true }>> {
    const answer = await this.#send(intent);
    if (!answer.ok) throw new Refused(answer);
    return answer;
  }
}

function unreadable(name: string): Refused {
  return new Refused({
    ok: false,
    code: 'fileUnreadable',
    message: l10n.t('{0} cannot be read any more: it was changed, moved or taken away. Drop it once more.', name),
    steps: [],
  });
}

/** A refusal that names its file; of several files, one line each. */
function refusalOf(error: unknown, name: string): Refusal {
  // A browser's own words («NotFoundError…») help nobody.
  const { refusal } = error instanceof Refused ? error : unreadable(name);
  return refusal.message.includes(name) ? refusal : { ...refusal, message: `${name}: ${refusal.message}` };
}
