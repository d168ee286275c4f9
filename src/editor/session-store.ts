import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Clock } from '../client/clock.ts';
import { readRecord, SessionFile, sweepSession } from './session-file.ts';
import type { SessionRecord } from './session-record.ts';

/** What a list of sessions shows. */
export type SessionSummary = Pick<SessionRecord, 'id' | 'name' | 'origin' | 'closed' | 'usedAtMs'> & {
  readonly messageCount: number;
  /** Files that were uploaded into it. */
  readonly fileCount: number;
  /** Nobody did anything in it: no message, not even one that was begun, no file, no clip on its timeline. */
  readonly isEmpty: boolean;
};

/** Every session that this machine knows, each in a folder of its own: the chat, and each draft as a version. */
export class SessionStore {
  readonly #folder: string;
  readonly #clock: Clock;

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** A new one, not on disk before its first save. */
  create(origin: string, name: string): SessionFile {
    const now = this.#clock.now();
    const record: SessionRecord = {
      id: `${now.toString(36)}-${randomUUID().slice(0, 8)}`,
      name,
      named: false,
      origin,
      closed: false,
      createdAtMs: now,
      usedAtMs: now,
      messages: [],
      uploading: [],
      media: [],
      version: 0,
    };
    return new SessionFile(join(this.#folder, record.id), record, this.#clock, false);
  }

  /** To look at one. `undefined` where there is none of that id, or where its file cannot be read as one. */
  async open(id: string): Promise<SessionFile | undefined> {
    const file = await this.#read(id);
    if (file) await sweepSession(join(this.#folder, id));
    return file;
  }

  /** Opens one to work in it: this window writes it from then on, and any other that did so notices. */
  async take(id: string): Promise<SessionFile | undefined> {
    const file = await this.open(id);
    await file?.takeOver();
    return file?.lost ? undefined : file;
  }

  /** Removes what windows that were killed in the middle of a write left behind, whether its session is opened again or not. */
  async sweep(): Promise<void> {
    const ids = await readdir(this.#folder).catch(() => []);
    for (const id of ids) await sweepSession(join(this.#folder, id));
  }

  async #read(id: string): Promise<SessionFile | undefined> {
    if (!/^[\w-]+$/.test(id)) return undefined;
    const folder = join(this.#folder, id);
    const record = await readRecord(folder);
    return record && new SessionFile(folder, record, this.#clock, true);
  }

  /** All of them, the last used first. */
  async list(): Promise<SessionSummary[]> {
    let ids: string[];
    try {
      ids = await readdir(this.#folder);
    } catch {
      return [];
    }
    const found: SessionSummary[] = [];
    for (const id of ids) {
      const file = await this.#read(id);
      if (!file) continue;
      const { name, origin, closed, usedAtMs, messages, media, composer } = file.record;
      const isBegun =
        messages.length > 0 || media.length > 0 || (composer !== undefined && composer.text.trim() !== '');
      found.push({
        id,
        name,
        origin,
        closed,
        usedAtMs,
        messageCount: messages.length,
        fileCount: media.length,
        isEmpty: !isBegun && !(await file.hasClips()),
      });
    }
    return found.sort((a, b) => b.usedAtMs - a.usedAtMs);
  }
}
