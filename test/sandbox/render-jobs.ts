/** Render jobs: submit, poll, cancel; the work itself is in `render-draft.ts`. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { User } from './accounts.ts';
import type { AnswerShape } from './answer-shapes.ts';
import type { MediaWorkshop } from './media-workshop.ts';
import { filmKey, readRenderDraft, renderDraft } from './render-draft.ts';
import type { NextRender, RenderRecord, RenderStatus, SandboxSettings } from './sandbox-options.ts';
import type { SeededRandom } from './seeded-random.ts';
import { badRequest, ServiceError } from './service-error.ts';
import type { Session } from './sessions.ts';
import { hashOf } from './media-shelf.ts';
import type { FileShelf } from './media-shelf.ts';

export const renderRequestSchema = z.looseObject({
  id: z.string().min(1).max(128),
  sessionId: z.string().min(1),
  draft: z.unknown(),
  output: z.looseObject({ format: z.string(), quality: z.string() }),
});

/** One job. */
export interface RenderJob {
  readonly id: string;
  readonly session: Session;
  readonly owner: User;
  /** The submit's whole body: the same id with another body is another job, and refused. */
  readonly body: string;
  readonly draft: unknown;
  readonly format: string;
  readonly quality: string;
  readonly draftMatched: boolean;
  readonly fate: NextRender | undefined;
  readonly atMs: number;
  status: RenderStatus;
  /** 0 to 100. */
  progress: number;
  path: string | undefined;
  url: string | undefined;
  durationSeconds: number | undefined;
  /** Bytes. */
  size: number | undefined;
  /** Of the finished file, in hex. */
  sha256: string | undefined;
  error: string | undefined;
  notes: readonly string[];
  submits: number;
  polls: number;
  downloads: number;
}

const mimes: Readonly<Record<string, string>> = { mp4: 'video/mp4', mov: 'video/quicktime' };

export class RenderJobs {
  readonly #jobs = new Map<string, RenderJob>();
  readonly #settings: SandboxSettings;
  readonly #workshop: MediaWorkshop;
  readonly #shelf: FileShelf;
  readonly #closing: AbortSignal;

  constructor(settings: SandboxSettings, workshop: MediaWorkshop, shelf: FileShelf, closing: AbortSignal) {
    this.#settings = settings;
    this.#workshop = workshop;
    this.#shelf = shelf;
    this.#closing = closing;
  }

  /**
   * Takes a job, or finds the one that came with the same id and body before.
   * @throws ServiceError 400 for a draft without clips, 409 for an id that is in use.
   */
  submit(user: User, session: Session, body: string, request: z.output<typeof renderRequestSchema>): RenderJob {
    const known = this.#jobs.get(request.id);
    if (known !== undefined) {
      if (known.owner !== user || known.body !== body) throw new ServiceError(409, 409, 'This render id is in use');
      known.submits += 1;
      return known;
    }
    if (mimes[request.output.format.toLowerCase()] === undefined) throw badRequest('Unsupported output format');
    if (readRenderDraft(request.draft) === undefined) throw badRequest('The draft has no segments');
    const fate = this.#settings.nextRender;
    this.#settings.nextRender = undefined;
    const job: RenderJob = {
      id: request.id,
      session,
      owner: user,
      body,
      draft: request.draft,
      format: request.output.format.toLowerCase(),
      quality: request.output.quality,
      draftMatched: session.holdsGivenDraft(body),
      fate,
      atMs: Date.now(),
      status: 'pending',
      progress: 0,
      path: undefined,
      url: undefined,
      durationSeconds: undefined,
      size: undefined,
      sha256: undefined,
      error: undefined,
      notes: [],
      submits: 1,
      polls: 0,
      downloads: 0,
    };
    this.#jobs.set(job.id, job);
    void this.#work(job);
    return job;
  }

  /** @throws ServiceError 404 for a job that is not there, or another's. */
  require(id: string, user: User): RenderJob {
    const job = this.#jobs.get(id);
    if (job?.owner !== user) throw new ServiceError(404, 404, 'Render job not found');
    return job;
  }

  /** @throws ServiceError 409 for a job that is no longer pending. */
  cancel(job: RenderJob): void {
    if (job.status === 'cancelled') return;
    if (job.status !== 'pending') throw new ServiceError(409, 409, 'Only pending renders can be cancelled');
    job.status = 'cancelled';
  }

  /** Counts a download of the file at this address. */
  countDownload(url: string): void {
    for (const job of this.#jobs.values()) if (job.url === url) job.downloads += 1;
  }

  records(): RenderRecord[] {
    return [...this.#jobs.values()].map((job) => ({
      id: job.id,
      sessionId: job.session.id,
      status: job.status,
      progress: job.progress,
      draftMatched: job.draftMatched,
      submits: job.submits,
      polls: job.polls,
      downloads: job.downloads,
      notes: job.notes,
      error: job.error,
      sha256: job.sha256,
      atMs: job.atMs,
    }));
  }

  async #work(job: RenderJob): Promise<void> {
    const folder = join(this.#shelf.folder, randomUUID());
    try {
      // The queue of a busy service.
      await delay(Math.max(1, 5000 * this.#settings.pace), undefined, { signal: this.#closing });
      while (this.#settings.holdRenders) await delay(20, undefined, { signal: this.#closing });
      if (job.status !== 'pending') return;
      job.status = 'processing';
      if (job.fate === 'fail') throw new Error('The renderer ran out of memory');
      await mkdir(folder, { recursive: true });
      const path = join(folder, `${job.id.replace(/[^\w.-]/g, '_')}.${job.format}`);
      const mediaOf = (source: string) => job.session.mediaAt(source);
      const film = await this.#workshop.once(
        `film ${job.format} ${job.quality} ${filmKey(job.draft, mediaOf)}`,
        async () => {
          const result = await renderDraft({
            workshop: this.#workshop,
            draft: job.draft,
            mediaOf,
            path,
            quality: job.quality,
            onProgress: (progress) => {
              job.progress = Math.max(job.progress, Math.min(99, progress));
            },
          });
          return { ...result, path, size: (await stat(path)).size, sha256: await hashOf(path) };
        },
      );
      job.notes = film.notes;
      job.durationSeconds = film.durationSeconds;
      job.size = film.size;
      job.sha256 = film.sha256;
      job.path = film.path;
      const name = `${job.session.taskName.replace(/[^\w.-]/g, '_')}-${job.id}.${job.format}`;
      job.url = this.#shelf.publish(film.path, name, mimes[job.format] ?? 'video/mp4');
      job.progress = 100;
      job.status = 'completed';
    } catch (error) {
      if (this.#closing.aborted) return;
      job.status = 'failed';
      job.error = error instanceof Error ? error.message : String(error);
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** The submit's answer: `{success,data:{id,…}}`, or bare with `id` or `taskId`. */
export function submitAnswer(job: RenderJob, shape: AnswerShape): string {
  const state = { status: job.status, progress: job.progress };
  switch (shape) {
    case 'wrapped':
      return JSON.stringify({ success: true, data: { id: job.id, ...state } });
    case 'success':
      return JSON.stringify({ taskId: job.id, ...state });
    case 'bare':
      return JSON.stringify({ id: job.id, ...state });
  }
}

/** Other words for the same, and words that nobody knows. */
const otherWords: Readonly<Record<RenderStatus, readonly [string, ...string[]]>> = {
  pending: ['queued', 'QUEUED', 'Accepted', 'warming up'],
  processing: ['rendering', 'IN_PROGRESS', 'Encoding', 'almost there'],
  completed: ['success', 'Succeeded', 'FINISHED', 'done', 'Complete'],
  failed: ['error', 'Failure', 'FAILED'],
  cancelled: ['canceled', 'CANCELLED', 'aborted'],
};

/** The poll's answer; `words` are the dice for other words than the documents'. It is `data.outputUrl`, `data.output.url`, or all of it at the top. */
export function pollAnswer(job: RenderJob, shape: AnswerShape, words?: SeededRandom): string {
  const url = job.fate === 'withoutUrl' ? undefined : job.fate === 'deadUrl' ? `${job.url ?? ''}.gone` : job.url;
  const error = job.status === 'failed' ? { error: job.error } : {};
  const status = words?.pick(otherWords[job.status]) ?? job.status;
  const state = { status, progress: job.progress, ...error };
  const done = job.status === 'completed';
  const facts = { duration: job.durationSeconds, size: job.size };
  switch (shape) {
    case 'wrapped':
      return JSON.stringify({
        success: true,
        data: { id: job.id, ...state, ...(done ? { outputUrl: url, ...facts } : {}) },
      });
    case 'success':
      return JSON.stringify({
        success: true,
        data: { id: job.id, ...state, ...(done ? { output: { url, ...facts } } : {}) },
      });
    case 'bare':
      return JSON.stringify({ id: job.id, ...state, ...(done ? { output: { url, ...facts } } : {}) });
  }
}
