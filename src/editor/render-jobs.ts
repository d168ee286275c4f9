import { watch, type FSWatcher } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';

import * as vscode from 'vscode';

import type { Clock } from '../client/clock.ts';
import type { NemoClient } from '../client/nemo-client.ts';
import type { RenderOutput } from '../client/service-values.ts';
import { asDiskError, asNemoError, cancelled } from './as-nemo-error.ts';
import type { ExportTarget } from './export-target.ts';
import { fileExists } from './file-exists.ts';
import { FileLock } from './file-lock.ts';
import { makePrivateFolder, privateFileMode } from './private-files.ts';
import { isOver, newRenderId, occupiesSession, type RenderJob, type RenderJobFolder } from './render-job.ts';
import { RenderPhases } from './render-phases.ts';

/** Finished jobs that stay in the list. */
const keptJobs = 30;

export interface RenderJobsOptions {
  readonly folder: RenderJobFolder;
  readonly clock: Clock;
  readonly client: () => Promise<NemoClient>;
  /** Origin of the service in use; jobs of another one rest. */
  readonly origin: () => string | undefined;
  readonly log: (line: string) => void;
  /** A job of this window ended with its file on disk, or failed. */
  readonly onOver: (job: RenderJob) => void;
}

/** What an export needs to begin. */
export interface RenderOrder {
  readonly sessionId: string;
  readonly chatId: string;
  readonly name: string;
  readonly draftText: string;
  readonly output: RenderOutput;
  readonly target: ExportTarget;
}

/**
 * Exports. Each is a file on disk before anything leaves, and is driven by whichever window holds its lock, so that it ends
 * in exactly one video however often windows come and go.
 */
export class RenderJobs {
  readonly #options: RenderJobsOptions;
  readonly #phases: RenderPhases;
  readonly #jobs = new Map<string, RenderJob>();
  readonly #speeds = new Map<string, number>();
  /** Jobs that are over, as a full disk will not have it yet. */
  readonly #unwritten = new Set<string>();
  readonly #running = new Map<string, { readonly stop: AbortController; readonly over: Promise<void> }>();
  readonly #changed = new vscode.EventEmitter<RenderJob>();
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;
  #swept: Promise<void> | undefined;
  #lastLook: Promise<void> = Promise.resolve();
  #nextLook: Promise<void> | undefined;

  /** Fires with each job that changed, came or went. */
  readonly onDidChange = this.#changed.event;

  constructor(options: RenderJobsOptions) {
    this.#options = options;
    const { folder, clock, client } = options;
    this.#phases = new RenderPhases({
      folder,
      clock,
      client,
      keep: (job, durable) => this.#keep(job, durable),
      show: (job) => this.#show(job),
      onSpeed: (id, bytesPerSecond) => this.#speeds.set(id, bytesPerSecond),
      waitForTurn: (job, signal) => this.#waitForTurn(job, signal),
    });
  }

  /** The oldest first. */
  list(): readonly RenderJob[] {
    return [...this.#jobs.values()].sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  }

  get(id: string): RenderJob | undefined {
    return this.#jobs.get(id);
  }

  /** Bytes a second of a download under way. */
  speed(id: string): number | undefined {
    return this.#speeds.get(id);
  }

  /** Looks at what is on disk: shows it, and goes on with what nobody works on. */
  async resume(): Promise<void> {
    if (!this.#disposed) await this.#tidyUp();
    if (this.#disposed) return;
    this.#watcher ??= this.#watch();
    this.#timer ??= setInterval(() => void this.#lookAgain(), 5_000);
    this.#timer.unref();
    await this.#lookAgain();
    const over = this.list().filter(isOver);
    for (const job of over.slice(0, Math.max(0, over.length - keptJobs))) await this.remove(job.id);
  }

  /**
   * Puts a new export on disk and sets it going; resolves when it is on disk.
   * @throws NemoError `diskFailed` where the folder or the job cannot be written.
   */
  async start(order: RenderOrder): Promise<RenderJob> {
    const { clock, folder } = this.#options;
    await this.resume();
    const id = newRenderId(clock);
    const job: RenderJob = {
      id,
      renderId: id,
      attempt: 1,
      origin: this.#options.origin() ?? '',
      sessionId: order.sessionId,
      chatId: order.chatId,
      name: order.name,
      draftText: order.draftText,
      output: { ...order.output },
      folder: order.target.folder.toString(),
      fileName: order.target.fileName,
      ...(order.target.realFolder === undefined ? {} : { realFolder: order.target.realFolder }),
      orderedIn: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString()),
      phase: 'waiting',
      progress: 0,
      createdAtMs: clock.now(),
    };
    try {
      await vscode.workspace.fs.createDirectory(order.target.folder);
      await folder.write(job);
    } catch (error) {
      throw asDiskError(error);
    }
    this.#show(job);
    this.#drive(id);
    return job;
  }

  /** Resolves when the job is over, whoever drives it; with `undefined` where it was removed. */
  whenOver(id: string, signal?: AbortSignal): Promise<RenderJob | undefined> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const job = this.#jobs.get(id);
        if (job && !isOver(job)) return false;
        stop();
        resolve(job);
        return true;
      };
      const abort = () => {
        stop();
        reject(signal?.reason as Error);
      };
      const listener = this.onDidChange((job) => job.id === id && look());
      const stop = () => {
        listener.dispose();
        signal?.removeEventListener('abort', abort);
      };
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      else look();
    });
  }

  /** Ends a job: the service is told where it still can be, what was downloaded is removed. */
  async cancel(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (!job || isOver(job)) return;
    await writeFile(this.#options.folder.cancelPath(id), '', { mode: privateFileMode });
    const running = this.#running.get(id);
    if (running) {
      running.stop.abort(cancelled());
      await running.over;
    } else {
      this.#drive(id);
    }
  }

  /** Goes on with a job that failed, from where it was; a render that failed itself is ordered anew. */
  async retry(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (job?.phase !== 'failed' && job?.phase !== 'cancelled') return;
    const { failedIn } = job;
    const next = { ...job, progress: 0 };
    delete next.error;
    delete next.failedIn;
    delete next.note;
    if (job.phase === 'cancelled' || job.error?.code === 'renderFailed' || failedIn === undefined) {
      delete next.url;
      delete next.size;
      // Another render is another file.
      delete next.file;
      Object.assign(next, {
        renderId: newRenderId(this.#options.clock),
        attempt: 1,
        phase: 'waiting',
      } satisfies Partial<RenderJob>);
    } else {
      next.phase = failedIn;
    }
    await rm(this.#options.folder.cancelPath(id), { force: true });
    await this.#keep(next);
    this.#drive(id);
  }

  /** Takes a job that is over out of the list; its video stays. */
  async remove(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (!job || !isOver(job)) return;
    this.#jobs.delete(id);
    this.#unwritten.delete(id);
    await this.#options.folder.remove(id);
    this.#changed.fire(job);
  }

  /** Stops driving; the jobs stay on disk for the next window. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#watcher?.close();
    clearInterval(this.#timer);
    const running = [...this.#running.values()];
    for (const { stop } of running) stop.abort(new Error('The window closes.'));
    await Promise.allSettled(running.map(({ over }) => over));
    this.#changed.dispose();
  }

  /** Makes the folder, and removes, once, what windows that were killed left there. */
  async #tidyUp(): Promise<void> {
    const { folder, log } = this.#options;
    await makePrivateFolder(folder.path);
    this.#swept ??= folder
      .sweep()
      .catch((error: unknown) => log(`What was cut off could not be removed: ${asDiskError(error).code}`));
    await this.#swept;
  }

  #watch(): FSWatcher | undefined {
    try {
      const watcher = watch(this.#options.folder.path, { persistent: false }, (_, file) => {
        if (file === null || file.endsWith('.json') || file.endsWith('.cancel')) void this.#lookAgain();
      });
      // A watch that breaks is no loss: the timer looks too.
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      return undefined;
    }
  }

  /** Takes over what other windows wrote, and what they left lying; looks once more where a look is under way. */
  #lookAgain(): Promise<void> {
    if (!this.#nextLook) {
      this.#nextLook = this.#lastLook.then(async () => {
        this.#nextLook = undefined;
        try {
          await this.#look();
        } catch (error) {
          this.#options.log(`The render jobs could not be read: ${asDiskError(error).code}`);
        }
      });
      this.#lastLook = this.#nextLook;
    }
    return this.#nextLook;
  }

  async #look(): Promise<void> {
    const found = await this.#options.folder.list();
    if (this.#disposed) return;
    const ids = new Set(found.map(({ id }) => id));
    for (const listed of found) {
      // What runs here is newer in memory than on disk.
      if (this.#running.has(listed.id)) {
        if (await fileExists(this.#options.folder.cancelPath(listed.id))) {
          this.#running.get(listed.id)?.stop.abort(cancelled());
        }
        continue;
      }
      if (this.#unwritten.has(listed.id)) {
        await this.#writeEnd(listed.id);
        continue;
      }
      let job: RenderJob | undefined = listed;
      if (this.#isNews(listed)) {
        // What ended or was removed here while the list was read is older in the list than on disk.
        job = await this.#options.folder.read(listed.id);
        if (!job || this.#running.has(job.id)) continue;
        if (this.#isNews(job)) this.#show(job);
      }
      if (!isOver(job) && job.origin === this.#options.origin()) this.#drive(job.id);
    }
    for (const [id, job] of this.#jobs) {
      if (ids.has(id) || this.#running.has(id)) continue;
      this.#jobs.delete(id);
      this.#changed.fire(job);
    }
  }

  #isNews(job: RenderJob): boolean {
    return JSON.stringify(this.#jobs.get(job.id)) !== JSON.stringify(job);
  }

  #show(job: RenderJob): void {
    this.#jobs.set(job.id, job);
    if (!this.#disposed) this.#changed.fire(job);
  }

  async #keep(job: RenderJob, durable = true): Promise<RenderJob> {
    try {
      await this.#options.folder.write(job, durable);
      this.#unwritten.delete(job.id);
    } catch (error) {
      if (!isOver(job)) throw asDiskError(error);
      // How it ended is told all the same, and it is not begun anew because the disk still says that it goes on.
      this.#unwritten.add(job.id);
    }
    this.#show(job);
    return job;
  }

  /** Writes down, where the disk takes it now, how a job ended. */
  async #writeEnd(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (!job) return;
    try {
      await this.#options.folder.write(job);
      await rm(this.#options.folder.cancelPath(id), { force: true });
      this.#unwritten.delete(id);
    } catch {
      // The next look tries again.
    }
  }

  #drive(id: string): void {
    if (this.#running.has(id) || this.#disposed) return;
    const stop = new AbortController();
    const over = this.#driveUnderLock(id, stop.signal)
      .catch((error: unknown) => this.#options.log(`An export stopped: ${asNemoError(error).code}`))
      .finally(() => {
        this.#running.delete(id);
        this.#speeds.delete(id);
      });
    this.#running.set(id, { stop, over });
  }

  async #driveUnderLock(id: string, stop: AbortSignal): Promise<void> {
    const { folder } = this.#options;
    const lock = await FileLock.take(folder.lockPath(id));
    // Another window has it; its file tells how it goes.
    if (!lock) return;
    const signal = AbortSignal.any([stop, lock.lost]);
    try {
      let job = await folder.read(id);
      if (!job || isOver(job)) {
        if (job) this.#show(job);
        return;
      }
      const hold = async () => {
        if (!(await lock.holds())) throw new Error('Another window took the job over.');
      };
      try {
        if (await fileExists(folder.cancelPath(id))) throw cancelled();
        while (!isOver(job)) {
          signal.throwIfAborted();
          await hold();
          job = await this.#phases.advance(job, signal, hold);
        }
      } catch (error) {
        if (this.#disposed || !(await lock.holds())) return;
        job = await this.#phases.settle(this.#jobs.get(id) ?? job, error);
      }
      this.#options.onOver(job);
    } finally {
      await lock.release();
    }
  }

  /** One active render a session: the older ones first, whichever window they are in. */
  async #waitForTurn(job: RenderJob, signal: AbortSignal): Promise<void> {
    const isBefore = (other: RenderJob) =>
      other.sessionId === job.sessionId &&
      other.id !== job.id &&
      occupiesSession(other) &&
      (other.createdAtMs < job.createdAtMs || (other.createdAtMs === job.createdAtMs && other.id < job.id));
    await this.#lookAgain();
    while ([...this.#jobs.values()].some(isBefore)) await this.#options.clock.sleep(500, signal);
  }
}
