import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import * as z from 'zod';

import type { Clock } from '../client/clock.ts';
import { parseJson } from '../client/json-text.ts';
import type { StateAnswer } from '../client/service-values.ts';
import { chatMessage } from '../protocol/messages.ts';
import { isReadyToExport } from '../timeline/read-draft.ts';
import { readJsonFile, readTextFile, sweepCutOffWrites, writeTextFile } from './json-file.ts';

const mediaFile = z.object({
  name: z.string(),
  type: z.string(),
  url: z.string(),
  duration: z.exactOptional(z.number()),
  width: z.exactOptional(z.number()),
  height: z.exactOptional(z.number()),
  fps: z.exactOptional(z.number()),
  hash: z.exactOptional(z.string()),
  /** URI of the file that was uploaded, on this machine or in another file system of the editor; none for web addresses. */
  localUri: z.exactOptional(z.string()),
  /** What that file was then: its length in bytes, and when it was last changed, in ms since the Unix epoch. */
  localBytes: z.exactOptional(z.number()),
  localModifiedMs: z.exactOptional(z.number()),
});

/** A file that was uploaded into a session. */
export type SessionMedia = z.infer<typeof mediaFile>;

const versionSeen = z.object({
  number: z.number(),
  atMs: z.number(),
  /** The user's message after which it was seen; none where it was seen before the first. */
  messageId: z.exactOptional(z.string()),
});

/** When a draft was first seen, and after which message. */
export type VersionSeen = z.infer<typeof versionSeen>;

const sessionRecord = z.object({
  /** Ours; the service's is `sessionId`. */
  id: z.string(),
  name: z.string(),
  /** The user chose the name. */
  named: z.boolean(),
  /** Origin of the service that it lives on. */
  origin: z.string(),
  /** The service's names for it; absent until it was created there. */
  sessionId: z.exactOptional(z.string()),
  taskId: z.exactOptional(z.string()),
  userId: z.exactOptional(z.string()),
  /** The user signed out: the chat is kept to read. */
  closed: z.boolean(),
  createdAtMs: z.number(),
  usedAtMs: z.number(),
  messages: z.array(chatMessage),
  /** Uploads that were under way; what is still here after a start was cut off. */
  uploading: z.array(z.object({ id: z.string(), name: z.string(), target: z.string() })),
  /** Files that were uploaded into it. */
  media: z.array(mediaFile),
  /** What stood in the composer, and since when by the page's clock. */
  composer: z.exactOptional(z.object({ text: z.string(), atMs: z.number() })),
  /** Number of the newest draft that was seen; 0 where there was none. */
  version: z.number(),
  /** Each draft that was seen, the oldest first; the drafts themselves are files of their own. */
  versions: z.exactOptional(z.array(versionSeen)),
  /** A message that left and whose turn is not over. `beforeVersion` is the draft before it. */
  pendingTurn: z.exactOptional(
    z.object({ messageId: z.string(), answerId: z.string(), sentAtMs: z.number(), beforeVersion: z.number() }),
  ),
});

/** One session with its chat, as it is on disk. */
export type SessionRecord = z.infer<typeof sessionRecord>;

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
    return new SessionFile(join(this.#folder, record.id), record, this.#clock);
  }

  /** `undefined` where there is none of that id, or where its file cannot be read as one. */
  async open(id: string): Promise<SessionFile | undefined> {
    const file = await this.#read(id);
    if (file) await file.sweep();
    return file;
  }

  async #read(id: string): Promise<SessionFile | undefined> {
    if (!/^[\w-]+$/.test(id)) return undefined;
    const folder = join(this.#folder, id);
    const record = await readRecord(folder);
    return record && new SessionFile(folder, record, this.#clock);
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

/** One session's files. `record` is what is, or soon will be, on disk. */
export class SessionFile {
  record: SessionRecord;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #mark = randomUUID();
  #claimed = false;
  #lost = false;
  #removed = false;
  #dirty = false;
  #durable = false;
  #saving: Promise<void> | undefined;
  #newest: Pick<StateAnswer, 'draftText' | 'sessionId'> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string, record: SessionRecord, clock: Clock) {
    this.#folder = folder;
    this.record = record;
    this.#clock = clock;
  }

  /** True once another window opened this session, which is theirs to write from then on, and once it is removed. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Looks whether another window opened this session since. */
  async isLost(): Promise<boolean> {
    this.#lost ||= this.#claimed && (await readTextFile(this.#ownerPath())) !== this.#mark;
    return this.#lost;
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

  /** Makes this window the one that writes; an older window notices at its next save. */
  async claim(): Promise<void> {
    this.#claimed = true;
    await writeTextFile(this.#ownerPath(), this.#mark);
  }

  /**
   * Takes all of it off the disk; nothing of it is written any more.
   * @throws what the file system says.
   */
  async remove(): Promise<void> {
    this.#removed = this.#lost = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#saving?.catch(() => undefined);
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }

  /** Removes what a window that was killed in the middle of a write left behind. */
  async sweep(): Promise<void> {
    await sweepCutOffWrites(this.#folder, this.#clock);
    await sweepCutOffWrites(join(this.#folder, 'versions'), this.#clock);
  }

  /** Keeps a state that the service showed, if its draft is not the newest one already; returns its number. */
  async addVersion(state: StateAnswer, messageId?: string): Promise<number> {
    this.#newest ??= await this.version(this.record.version);
    const { draftText, sessionId } = this.#newest;
    if (draftText === state.draftText && sessionId === state.sessionId) return this.record.version;
    if (this.#removed) return this.record.version;
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
    await writeTextFile(this.#versionPath(number), JSON.stringify(kept));
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

  async #write(): Promise<void> {
    try {
      while (this.#dirty) {
        const durable = this.#durable;
        this.#dirty = this.#durable = false;
        if (!this.#claimed && !this.#removed) await this.claim();
        if (await this.isLost()) return;
        await writeTextFile(join(this.#folder, 'session.json'), JSON.stringify(this.record), { durable });
      }
    } finally {
      // In the same breath as the last look at #dirty: a save that comes later starts anew.
      this.#saving = undefined;
    }
  }
}

async function readRecord(folder: string): Promise<SessionRecord | undefined> {
  const json = await readJsonFile(join(folder, 'session.json'));
  const whole = sessionRecord.safeParse(json);
  if (whole.success) return whole.data;
  // One entry that cannot be read (written by another version) must not take the chat with it.
  const rest = sessionRecord.extend({ messages: z.array(z.unknown()), media: z.array(z.unknown()) }).safeParse(json);
  if (!rest.success) return undefined;
  return {
    ...rest.data,
    messages: rest.data.messages.flatMap((entry) => {
      const read = chatMessage.safeParse(entry);
      return read.success ? [read.data] : [];
    }),
    media: rest.data.media.flatMap((entry) => {
      const read = mediaFile.safeParse(entry);
      return read.success ? [read.data] : [];
    }),
  };
}

function parseDraft(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
