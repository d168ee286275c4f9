import { rm } from 'node:fs/promises';

import * as l10n from '@vscode/l10n';

import { NemoError } from '../client/errors.ts';
import type { RenderAnswer } from '../client/service-values.ts';
import { asNemoError } from './as-nemo-error.ts';
import { isPassing } from './passing-failures.ts';
import { RenderDownload, type RenderDownloadOptions } from './render-download.ts';
import { isOver, newRenderId, type RenderJob } from './render-job.ts';

/** The first looks come soon, since short videos are quick; then every 30 s, as the service asks. In s. */
const pollSeconds = [2, 3, 5, 8, 13];
const steadyPollSeconds = 30;
const longestRenderMs = 30 * 60_000;
/** How many polls in a row may fail before we say so; the render itself goes on at the service. */
const patientPolls = 20;

export interface RenderPhasesOptions extends RenderDownloadOptions {
  /** Resolves when no older job of its session occupies the service. */
  readonly waitForTurn: (job: RenderJob, signal: AbortSignal) => Promise<void>;
}

/** What happens to an export in each of its phases. Whoever calls holds the job's lock. */
export class RenderPhases {
  readonly #options: RenderPhasesOptions;
  readonly #download: RenderDownload;

  constructor(options: RenderPhasesOptions) {
    this.#options = options;
    this.#download = new RenderDownload(options);
  }

  /**
   * Takes a job from its phase to the next one.
   * @param hold rejects where another window took the job over.
   * @throws NemoError what the job fails of; the signal's reason.
   */
  async advance(job: RenderJob, signal: AbortSignal, hold: () => Promise<void>): Promise<RenderJob> {
    switch (job.phase) {
      case 'waiting':
        await this.#options.waitForTurn(job, signal);
        // On disk before the submit leaves: from here on this id may be known to the service.
        return this.#options.keep({ ...job, phase: 'submitting', progress: 0 });
      case 'submitting':
        return this.#afterAnswer(job, await this.#submit(job, signal));
      case 'rendering':
        return this.#poll(job, signal, hold);
      case 'downloading':
        return this.#download.run(job, signal, hold);
      case 'done':
      case 'failed':
      case 'cancelled':
        return job;
    }
  }

  async #submit(job: RenderJob, signal: AbortSignal): Promise<RenderAnswer> {
    const { renderId: id, sessionId, draftText, output } = job;
    const client = await this.#options.client();
    for (let attempt = 1; ; attempt++) {
      try {
        return await client.submitRender({ id, sessionId, draftText, output }, signal);
      } catch (error) {
        const failure = asNemoError(error);
        if (failure.code === 'refused') {
          // An earlier submit of this very id may have arrived although its answer did not.
          const known = await client.pollRender(id, signal).catch(() => undefined);
          if (known) return known;
        }
        if (attempt === 2 || !isPassing(failure)) throw failure;
        await this.#options.clock.sleep(5_000, signal);
      }
    }
  }

  async #poll(job: RenderJob, signal: AbortSignal, hold: () => Promise<void>): Promise<RenderJob> {
    const { clock } = this.#options;
    const startedAtMs = clock.now();
    let failures = 0;
    for (let count = 0; ; count++) {
      await clock.sleep((pollSeconds[count] ?? steadyPollSeconds) * 1000, signal);
      await hold();
      let answer: RenderAnswer;
      try {
        answer = await (await this.#options.client()).pollRender(job.renderId, signal);
        failures = 0;
      } catch (error) {
        const failure = asNemoError(error);
        signal.throwIfAborted();
        if (!isPassing(failure) || ++failures === patientPolls) throw failure;
        continue;
      }
      if (answer.status === 'completed' || answer.status === 'failed') return this.#afterAnswer(job, answer);
      if (answer.progress !== job.progress)
        job = await this.#options.keep({ ...job, progress: answer.progress }, false);
      if (clock.now() - startedAtMs > longestRenderMs) {
        throw new NemoError('timedOut', l10n.t('The video is still not ready after half an hour. Try again later.'));
      }
    }
  }

  async #afterAnswer(job: RenderJob, answer: RenderAnswer): Promise<RenderJob> {
    switch (answer.status) {
      case 'pending':
      case 'processing':
        return this.#options.keep({ ...job, phase: 'rendering', progress: answer.progress });
      case 'completed':
        return this.#options.keep({
          ...job,
          phase: 'downloading',
          progress: 0,
          ...(answer.url === undefined ? {} : { url: answer.url }),
          ...(answer.size === undefined ? {} : { size: answer.size }),
          ...(answer.durationSeconds === undefined ? {} : { durationSeconds: answer.durationSeconds }),
        });
      case 'failed':
        if (job.attempt === 1) {
          return this.#options.keep({
            ...job,
            phase: 'submitting',
            renderId: newRenderId(this.#options.clock),
            attempt: 2,
            progress: 0,
          });
        }
        throw new NemoError(
          'renderFailed',
          l10n.t('The service could not render the video, twice. Your timeline is unchanged; please try again.'),
        );
    }
  }

  /** Writes down how a job ended that did not end well. */
  async settle(job: RenderJob, reason: unknown): Promise<RenderJob> {
    const ended = await this.#asEnded(job, asNemoError(reason));
    // Only once the disk says that it ended: a window that comes later must not go on with what somebody cancelled.
    const { folder } = this.#options;
    const written = await folder.read(job.id);
    if (!written || isOver(written)) await rm(folder.cancelPath(job.id), { force: true });
    return ended;
  }

  async #asEnded(job: RenderJob, failure: NemoError): Promise<RenderJob> {
    if (failure.code !== 'cancelled') {
      const error = { code: failure.code, message: failure.message, steps: [...failure.steps] };
      const failedIn = isOver(job) ? undefined : (job.phase as NonNullable<RenderJob['failedIn']>);
      return this.#options.keep({ ...job, phase: 'failed', error, ...(failedIn === undefined ? {} : { failedIn }) });
    }
    const note = await this.#cancelAtService(job);
    await this.#download.discard(job);
    return this.#options.keep({ ...job, phase: 'cancelled', ...(note === undefined ? {} : { note }) });
  }

  /** Tells the service, where it can still know; resolves with a sentence where it could not stop. */
  async #cancelAtService(job: RenderJob): Promise<string | undefined> {
    if (job.phase !== 'submitting' && job.phase !== 'rendering') return undefined;
    try {
      const answer = await (await this.#options.client()).cancelRender(job.renderId, AbortSignal.timeout(10_000));
      if (answer === 'cancelled') return undefined;
    } catch {
      // Said below: as far as we know it goes on there.
    }
    return l10n.t('The service could not stop the render any more; its video will not be downloaded.');
  }
}
