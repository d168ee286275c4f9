import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

// What is loaded at the editor's start, to look for exports that were cut off, wants to be small.
import * as z from 'zod/mini';

import type { Clock } from '../client/clock.ts';
import { nextStepKinds } from '../client/next-step.ts';
import { fileExists } from './file-exists.ts';
import { FileLock } from './file-lock.ts';
import { readJsonFile, sweepCutOffWrites, writeTextFile } from './json-file.ts';

const step = z.object({ kind: z.enum(nextStepKinds), label: z.string(), argument: z.exactOptional(z.string()) });

const renderJob = z.object({
  /** Ours for the whole job; also the first id that the service hears. */
  id: z.string(),
  /** What the service knows the render by; a render that failed gets one new one. */
  renderId: z.string(),
  /** Counts renders: 1, and 2 after one that failed. */
  attempt: z.number(),
  /** Origin of the service. */
  origin: z.string(),
  /** The service's session, and our record of it. */
  sessionId: z.string(),
  chatId: z.string(),
  /** For people: the file's name without extension. */
  name: z.string(),
  /** The state answer's draft, byte for byte; dropped once the file is there. */
  draftText: z.string(),
  output: z.object({ format: z.string(), quality: z.string() }),
  /** URI of the folder to write to, and the name to begin with. */
  folder: z.string(),
  fileName: z.string(),
  /** The folder's path with every link followed; it must still lead there when the file is written. */
  realFolder: z.exactOptional(z.string()),
  /** URIs of the folders that were open where it was ordered. */
  orderedIn: z.exactOptional(z.array(z.string())),
  phase: z.enum(['waiting', 'submitting', 'rendering', 'downloading', 'done', 'failed', 'cancelled']),
  /** 0–100. */
  progress: z.number(),
  createdAtMs: z.number(),
  /** Where the service has the finished file. */
  url: z.exactOptional(z.string()),
  /** Bytes. */
  size: z.exactOptional(z.number()),
  durationSeconds: z.exactOptional(z.number()),
  /** URI of the place that was chosen for the file, said before the file is put there. */
  file: z.exactOptional(z.string()),
  error: z.exactOptional(z.object({ code: z.string(), message: z.string(), steps: z.array(step) })),
  /** Where it was when it failed, to go on from there. */
  failedIn: z.exactOptional(z.enum(['waiting', 'submitting', 'rendering', 'downloading'])),
  /** One more sentence for people, such as what a cancellation could not stop. */
  note: z.exactOptional(z.string()),
});

/** One export, from the press of the button to the file. */
export type RenderJob = z.infer<typeof renderJob>;

/** An id that no other render has. */
export function newRenderId(clock: Clock): string {
  return `render_${clock.now()}_${randomBytes(4).toString('hex')}`;
}

/** True where nothing more will happen by itself. */
export function isOver(job: RenderJob): boolean {
  return job.phase === 'done' || job.phase === 'failed' || job.phase === 'cancelled';
}

/** True while the service works on it, or will: what the one-at-a-time rule of a session counts. */
export function occupiesSession(job: RenderJob): boolean {
  return job.phase === 'waiting' || job.phase === 'submitting' || job.phase === 'rendering';
}

/** The jobs' files, which every window of this machine shares. */
export class RenderJobFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  lockPath(id: string): string {
    return join(this.path, `${id}.lock`);
  }

  /** Held by the one window that asks whether a job that was cut off shall go on. */
  askingLockPath(id: string): string {
    return this.lockPath(`${id}-asking`);
  }

  /** Exists once somebody asked for the job's end, perhaps in another window than its owner's. */
  cancelPath(id: string): string {
    return join(this.path, `${id}.cancel`);
  }

  /** Where a download goes whose target is not on this machine's disk. */
  partPath(id: string): string {
    return join(this.path, `${id}.part`);
  }

  /**
   * `durable`: also through a power cut, which a mere progress need not outlive.
   * @throws what the file system says.
   */
  async write(job: RenderJob, durable = true): Promise<void> {
    await writeTextFile(this.#filePath(job.id), JSON.stringify(job), { durable });
  }

  async read(id: string): Promise<RenderJob | undefined> {
    return renderJob.safeParse(await readJsonFile(this.#filePath(id))).data;
  }

  /** All of them, the oldest first. */
  async list(): Promise<RenderJob[]> {
    let files: string[];
    try {
      files = await readdir(this.path);
    } catch {
      return [];
    }
    const jobs: RenderJob[] = [];
    for (const file of files) {
      const job = file.endsWith('.json') ? await this.read(file.slice(0, -'.json'.length)) : undefined;
      if (job) jobs.push(job);
    }
    return jobs.sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  }

  async remove(id: string): Promise<void> {
    await rm(this.#filePath(id), { force: true });
    await rm(this.partPath(id), { force: true });
    await rm(this.cancelPath(id), { force: true });
  }

  /**
   * Removes what windows that were killed left here: writes that were cut off, and what stood beside jobs that are over or
   * gone. What a job still needs stays, the part of a failed download among it.
   */
  async sweep(): Promise<void> {
    await sweepCutOffWrites(this.path);
    const ids = new Set(
      (await readdir(this.path).catch(() => [])).flatMap((name) => {
        return /^(?<id>[\w-]+)\.(?:lock(?:\.clearing)?(?:\.aside)?|cancel|part)$/.exec(name)?.groups?.['id'] ?? [];
      }),
    );
    for (const id of ids) await FileLock.sweep(this.lockPath(id), () => this.#sweepBeside(id));
  }

  async #sweepBeside(id: string): Promise<void> {
    const job = await this.read(id);
    // What cannot be read may be a job of another version.
    if (job ? !isOver(job) : await fileExists(this.#filePath(id))) return;
    await rm(this.cancelPath(id), { force: true });
    if (job?.phase !== 'failed') await rm(this.partPath(id), { force: true });
  }

  #filePath(id: string): string {
    return join(this.path, `${id}.json`);
  }
}
