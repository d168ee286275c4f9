import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as vscode from 'vscode';

import { systemClock, type Clock } from '../../src/client/clock.ts';
import { ChatController } from '../../src/editor/chat-controller.ts';
import { Connection } from '../../src/editor/connection.ts';
import { DroppedFiles } from '../../src/editor/dropped-files.ts';
import { OpenMedia } from '../../src/editor/media/open-media.ts';
import { RenderJobFolder, type RenderJob } from '../../src/editor/render-job.ts';
import { RenderJobs } from '../../src/editor/render-jobs.ts';
import type { SessionChatServices } from '../../src/editor/session-chat.ts';
import { SessionStore } from '../../src/editor/session-store.ts';
import { Settings } from '../../src/editor/settings.ts';
import { Skills } from '../../src/editor/skills.ts';
import { Uploads } from '../../src/editor/uploads.ts';
import { extension } from './extension-under-test.ts';

/** The editor side of one window, without its screen. */
export interface EditorWindow {
  readonly connection: Connection;
  readonly jobs: RenderJobs;
  readonly chats: ChatController;
  readonly uploads: Uploads;
  readonly media: OpenMedia;
  readonly droppedFiles: DroppedFiles;
  /** What would have been opened with the system's own programs. */
  readonly openedOutside: (vscode.Uri | string)[];
  /** As when a window is closed or reloaded. */
  readonly close: () => Promise<void>;
}

/** Time that passes fifty times as fast while somebody waits: the waits keep their order and their number. */
export const hastyClock: Clock = {
  now: () => systemClock.now(),
  sleep: (ms, signal) => systemClock.sleep(ms / 50, signal),
  limit: (ms, act) => systemClock.limit(ms, act),
};

/** A machine on which windows of the editor come and go. They share a disk, secrets and the memento. */
export class Machine {
  readonly storage: string;
  readonly exports: string;
  readonly #secrets = new MemorySecrets();
  readonly #memento = new MemoryMemento();
  readonly #open = new Set<EditorWindow>();

  private constructor(folder: string) {
    this.storage = join(folder, 'storage');
    this.exports = join(folder, 'exports');
  }

  static async start(): Promise<Machine> {
    return new Machine(await mkdtemp(join(tmpdir(), 'nemo-machine-')));
  }

  get sessions(): SessionStore {
    return new SessionStore(join(this.storage, 'sessions'), systemClock);
  }

  /** Where the windows keep what pages hand them as bytes. */
  get dropped(): string {
    return join(this.storage, 'dropped');
  }

  /** Where the windows keep their exports. */
  get renders(): string {
    return join(this.storage, 'renders');
  }

  openWindow({
    clock = hastyClock,
    renders = new RenderJobFolder(this.renders),
  }: { clock?: Clock; renders?: RenderJobFolder } = {}): EditorWindow {
    const log = () => undefined;
    const settings = new Settings();
    const skills = new Skills(extension().extensionPath, 'en');
    const connection = new Connection({
      memento: this.#memento,
      secrets: this.#secrets,
      clientIdPath: join(this.storage, 'client-id'),
      settings,
      skills,
      clock: systemClock,
      log,
    });
    const jobs = new RenderJobs({
      folder: renders,
      clock,
      client: () => connection.client(),
      origin: () => connection.origin,
      log,
      onOver: log,
    });
    const uploads = new Uploads(clock);
    const services: SessionChatServices = {
      connection,
      settings,
      skills,
      jobs,
      uploads,
      clock,
      log,
      pickFiles: () => Promise.resolve([]),
    };
    const chats = new ChatController(services, this.sessions, this.#memento);
    const openedOutside: (vscode.Uri | string)[] = [];
    const media = new OpenMedia({
      jobs,
      client: () => connection.client(),
      cacheFolder: join(this.storage, 'media'),
      log,
      openOutside: (target) => {
        openedOutside.push(target);
        return Promise.resolve();
      },
    });
    const droppedFiles = new DroppedFiles({ folder: this.dropped, log });
    const window: EditorWindow = {
      connection,
      jobs,
      chats,
      uploads,
      media,
      droppedFiles,
      openedOutside,
      close: async () => {
        if (!this.#open.delete(window)) return;
        uploads.dispose();
        media.dispose();
        await Promise.all([chats.dispose(), jobs.dispose(), droppedFiles.dispose()]);
        await connection.dispose();
      },
    };
    this.#open.add(window);
    return window;
  }

  /** The jobs as a window would find them that is opened now. */
  jobsOnDisk(): RenderJob[] {
    const names = readdirSync(this.renders).filter((name) => name.endsWith('.json'));
    return names.map((name) => JSON.parse(readFileSync(join(this.renders, name), 'utf8')) as RenderJob);
  }

  /** Changes a job on disk into what a crash at another moment would have left. */
  async rewriteJob(id: string, change: (job: RenderJob) => RenderJob): Promise<void> {
    const path = join(this.storage, 'renders', `${id}.json`);
    await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')) as RenderJob)));
  }

  /** Leaves the lock of a window that died. */
  async leaveLock(id: string, pid: number, host: string): Promise<void> {
    const path = join(this.storage, 'renders', `${id}.lock`);
    await writeFile(path, JSON.stringify({ owner: 'somebody who died', pid, host }));
  }

  async stop(): Promise<void> {
    for (const window of this.#open) await window.close();
    await rm(join(this.storage, '..'), { recursive: true, force: true });
  }
}

class MemorySecrets implements vscode.SecretStorage {
  readonly #values = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>();
  readonly onDidChange = this.#changed.event;

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.#values.get(key));
  }

  store(key: string, value: string): Promise<void> {
    this.#values.set(key, value);
    this.#changed.fire({ key });
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.#values.delete(key);
    this.#changed.fire({ key });
    return Promise.resolve();
  }

  keys(): Promise<string[]> {
    return Promise.resolve([...this.#values.keys()]);
  }
}

class MemoryMemento implements vscode.Memento {
  readonly #values = new Map<string, unknown>();

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  get<T>(key: string, fallback?: T): T | undefined {
    return (this.#values.get(key) as T | undefined) ?? fallback;
  }

  update(key: string, value: unknown): Promise<void> {
    this.#values.set(key, value);
    return Promise.resolve();
  }
}
