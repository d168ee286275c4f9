import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import * as z from 'zod';

import type { Clock } from '../client/clock.ts';
import { parseJson } from '../client/json-text.ts';
import type { StateAnswer } from '../client/service-values.ts';
import { isReadyToExport } from '../timeline/read-draft.ts';
import { readJsonFile, readTextFile, sweepCutOffWrites, writeTextFile } from './json-file.ts';
import { privateFolderMode } from './private-files.ts';
import type { NemoError } from '../client/errors.ts';
import { deleted, openedElsewhere, signedOut } from './session-errors.ts';
import { readSessionRecord, type SessionRecord, type VersionSeen } from './session-record.ts';

const draftVersion = z.object({
  sessionId: z.string(),
  atMs: z.number(),
  /** The user's message after which it was seen. */
  messageId: z.exactOptional(z.string()),
  /** The draft's very text. */
  draftText: z.exactOptional(z.string()),
  videoInfos: z.array(z.unknown()),
  generatedMedia: z.array(z.unknown()),
  canvasConfig: z.exactOptional(z.unknown()),
});

/** One session's files. `record` is what is, or soon will be, on disk. */
export class SessionFile {
  record: SessionRecord;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #mark = randomUUID();
  /** There is a folder of it, which must not come back once it is gone. */
  #isOnDisk: boolean;
  #claimed = false;
  /** Why nothing of it is written here any more. */
  #loss: (() => NemoError) | undefined;
  #dirty = false;
  #durable = false;
  #saving: Promise<void> | undefined;
  #newest: Pick<StateAnswer, 'draftText' | 'sessionId'> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #adding: Promise<unknown> = Promise.resolve();

  constructor(folder: string, record: SessionRecord, clock: Clock, isOnDisk: boolean) {
    this.#folder = folder;
    this.#isOnDisk = isOnDisk;
    this.record = record;
    this.#clock = clock;
  }

  /** True once another window opened this session, which is theirs to write from then on, and once it is deleted. */
  get lost(): boolean {
    return this.#loss !== undefined;
  }

  /** Looks whether another window opened this session since, or deleted it. */
  async isLost(): Promise<boolean> {
    if (this.#claimed) this.#loss ??= await this.#lookForLoss();
    return this.lost;
  }

  /** @throws NemoError `refused` where nothing is taken or sent here any more, as far as is known. */
  refuseIfLost(): void {
    if (this.record.closed) throw signedOut();
    if (this.#loss) throw this.#loss();
  }

  /** Looks, and then does as {@link refuseIfLost}. @throws NemoError `refused`. */
  async lookAndRefuseIfLost(): Promise<void> {
    await this.isLost();
    this.refuseIfLost();
  }

  /** Changes the record; it is on disk after the next {@link save}. `undefined` takes an optional part away. */
  change(patch: { readonly [K in keyof SessionRecord]?: SessionRecord[K] | undefined }): void {
    const changed = Object.entries({ ...this.record, ...patch, usedAtMs: this.#clock.now() });
    this.record = Object.fromEntries(changed.filter(([, value]) => value !== undefined)) as SessionRecord;
    this.#dirty = true;
  }

  /**
   * Resolves when the record as it is now is on disk; with `durable` also through a power cut.
   * @throws what the file system says.
   */
  save(durable = false): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dirty = true;
    this.#durable ||= durable;
    this.#saving ??= this.#write();
    return this.#saving;
  }

  /** Saves within a second; for what comes in many small steps. `onError` hears of a disk that will not take it. */
  saveSoon(onError: (error: unknown) => void): void {
    this.#dirty = true;
    this.#timer ??= setTimeout(() => {
      this.save().catch(onError);
    }, 700);
  }

  /** Resolves when what waits, or is being written, is on disk. */
  async flush(): Promise<void> {
    await (this.#dirty || this.#timer ? this.save() : this.#saving);
  }

  /** Makes this window the one that writes, and reads what was written until then; an older window notices. */
  async takeOver(): Promise<void> {
    try {
      await this.#claim();
    } catch {
      // It can be read all the same; what is written claims it first.
    }
    this.record = (await readRecord(this.#folder)) ?? this.record;
  }

  /**
   * Takes all of it off the disk; nothing of it is written any more.
   * @throws what the file system says.
   */
  async remove(): Promise<void> {
    this.#loss = deleted;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#saving?.catch(() => undefined);
    // First: without it no other window writes.
    await rm(this.#ownerPath(), { force: true });
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }

  /** Keeps a state that the service showed, if its draft is not the newest one already; returns its number. */
  addVersion(state: StateAnswer, messageId?: string): Promise<number> {
    const added = this.#adding.then(() => this.#addVersion(state, messageId));
    // One after the other, whatever becomes of each: two must not get the same number.
    this.#adding = added.catch(() => undefined);
    return added;
  }

  async #addVersion(state: StateAnswer, messageId: string | undefined): Promise<number> {
    this.#newest ??= await this.version(this.record.version);
    const { draftText, sessionId } = this.#newest;
    if (draftText === state.draftText && sessionId === state.sessionId) return this.record.version;
    if (!(await this.#mayWrite())) return this.record.version;
    const number = this.record.version + 1;
    const seen: VersionSeen = {
      number,
      atMs: this.#clock.now(),
      ...(messageId === undefined ? {} : { messageId }),
    };
    const kept: z.infer<typeof draftVersion> = {
      sessionId: state.sessionId,
      atMs: seen.atMs,
      videoInfos: [...state.videoInfos],
      generatedMedia: [...state.generatedMedia],
      canvasConfig: state.canvasConfig,
      ...(state.draftText === undefined ? {} : { draftText: state.draftText }),
      ...(messageId === undefined ? {} : { messageId }),
    };
    await mkdir(join(this.#folder, 'versions'), { mode: privateFolderMode }).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
    await writeTextFile(this.#versionPath(number), JSON.stringify(kept), { makeFolder: false });
    this.#newest = state;
    this.change({ version: number, versions: [...(this.record.versions ?? []), seen] });
    return number;
  }

  /** Each draft that was seen, the newest first. */
  versions(): Promise<readonly VersionSeen[]> {
    return Promise.resolve((this.record.versions ?? []).toReversed());
  }

  /** A state as it was seen; an empty one where there is no such version. */
  async version(number: number): Promise<StateAnswer> {
    return (
      (await this.findVersion(number)) ?? {
        sessionId: this.record.sessionId ?? '',
        draftText: undefined,
        draft: undefined,
        videoInfos: [],
        generatedMedia: [],
        canvasConfig: undefined,
      }
    );
  }

  /** Whether the draft that was seen last has a clip. */
  async hasClips(): Promise<boolean> {
    return isReadyToExport((await this.version(this.record.version)).draft);
  }

  /** A state as it was seen; `undefined` where there is no such version, or where its file cannot be read as one. */
  async findVersion(number: number): Promise<StateAnswer | undefined> {
    if (!Number.isInteger(number) || number < 1 || number > this.record.version) return undefined;
    const read = draftVersion.safeParse(await readJsonFile(this.#versionPath(number)));
    if (!read.success) return undefined;
    const { sessionId, draftText, videoInfos, generatedMedia, canvasConfig } = read.data;
    return { sessionId, draftText, draft: parseDraft(draftText), videoInfos, generatedMedia, canvasConfig };
  }

  #versionPath(number: number): string {
    return join(this.#folder, 'versions', `${String(number).padStart(4, '0')}.json`);
  }

  #ownerPath(): string {
    return join(this.#folder, 'owner');
  }

  async #claim(): Promise<void> {
    try {
      await writeTextFile(this.#ownerPath(), this.#mark, { makeFolder: !this.#isOnDisk });
      this.#claimed = this.#isOnDisk = true;
    } catch (error) {
      if (!this.#isOnDisk || !hasCode(error, 'ENOENT')) throw error;
      this.#loss ??= deleted;
    }
  }

  async #mayWrite(): Promise<boolean> {
    if (!this.#claimed && !this.lost) await this.#claim();
    return !(await this.isLost());
  }

  async #lookForLoss(): Promise<(() => NemoError) | undefined> {
    const owner = await readTextFile(this.#ownerPath());
    if (owner === this.#mark) return undefined;
    if (owner === undefined) return deleted;
    return (await readRecord(this.#folder))?.closed ? signedOut : openedElsewhere;
  }

  async #write(): Promise<void> {
    try {
      while (this.#dirty) {
        const durable = this.#durable;
        this.#dirty = this.#durable = false;
        try {
          if (!(await this.#mayWrite())) return;
          await writeTextFile(recordPath(this.#folder), JSON.stringify(this.record), { durable, makeFolder: false });
        } catch (error) {
          // Not written: whoever asks next has it tried again.
          this.#dirty = true;
          this.#durable ||= durable;
          if (!(await this.isLost())) throw error;
        }
        // Who took it in the meantime may have read it before this was written.
        if (await this.isLost()) return;
      }
    } finally {
      // In the same breath as the last look at #dirty: a save that comes later starts anew.
      this.#saving = undefined;
    }
  }
}

/** What a session's folder holds of it; `undefined` where that is nothing that can be read. */
export async function readRecord(folder: string): Promise<SessionRecord | undefined> {
  return readSessionRecord(await readJsonFile(recordPath(folder)));
}

function recordPath(folder: string): string {
  return join(folder, 'session.json');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

/** Removes from a session's folder what a window that was killed in the middle of a write left behind. */
export async function sweepSession(folder: string): Promise<void> {
  await sweepCutOffWrites(folder);
  await sweepCutOffWrites(join(folder, 'versions'));
}

function parseDraft(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
