import { rm } from 'node:fs/promises';
import { extname, join } from 'node:path';

import * as vscode from 'vscode';

import type { Clock } from '../client/clock.ts';
import type { NemoClient } from '../client/nemo-client.ts';
import { asDiskError, asNemoError } from './as-nemo-error.ts';
import { refuseOtherFolder } from './export-target.ts';
import { fileExists } from './file-exists.ts';
import { candidateNames, placeFile } from './place-file.ts';
import { existsThere, placeRemoteFile, type AnnounceUri } from './place-remote-file.ts';
import { isPassing } from './passing-failures.ts';
import type { RenderJob, RenderJobFolder } from './render-job.ts';

/** Waits before the next attempts, in s. */
const downloadPauses = [2, 5, 15, 30];

export interface RenderDownloadOptions {
  readonly folder: RenderJobFolder;
  readonly clock: Clock;
  readonly client: () => Promise<NemoClient>;
  /**
   * Puts a job on disk, by default also through a power cut, and shows it; resolves with it.
   * @throws NemoError `diskFailed`.
   */
  readonly keep: (job: RenderJob, durable?: boolean) => Promise<RenderJob>;
  /** Shows a job whose progress is not worth the disk. */
  readonly show: (job: RenderJob) => void;
  /** Bytes a second of a download under way. */
  readonly onSpeed: (id: string, bytesPerSecond: number) => void;
}

/** The way of a finished render from the service to a file of the user's, over restarts and cuts. */
export class RenderDownload {
  readonly #options: RenderDownloadOptions;

  constructor(options: RenderDownloadOptions) {
    this.#options = options;
  }

  /**
   * Fetches the video of a rendered job and puts it under a free name; resolves with the job that is done.
   * @throws NemoError what stood in the way; the signal's reason; what `hold` says.
   */
  async run(job: RenderJob, signal: AbortSignal, hold: () => Promise<void>): Promise<RenderJob> {
    const { keep } = this.#options;
    const folder = vscode.Uri.parse(job.folder);
    const part = this.#partPath(job);
    const extension = extname(job.fileName);
    const names = candidateNames(job.fileName.slice(0, job.fileName.length - extension.length), extension);
    const announced = job.file === undefined ? undefined : vscode.Uri.parse(job.file);
    // A restart came between the placing and its note.
    const isPlaced = announced !== undefined && !(await fileExists(part)) && (await isThere(announced));
    if (!isPlaced) {
      await vscode.workspace.fs.createDirectory(folder).then(undefined, (error: unknown) => {
        throw asDiskError(error);
      });
      await refuseOtherFolder(folder, job.realFolder).catch((error: unknown) => {
        throw asDiskError(error);
      });
      await this.#fetch(job, part, signal);
    }
    await hold();
    try {
      const announce = async (place: vscode.Uri) => {
        // Each name is tried only by the window whose work it is: another one may have gone on with it meanwhile.
        await hold();
        job = await keep({ ...job, file: place.toString() });
      };
      const file = isPlaced ? announced : await place(part, folder, names, announce, announced);
      return await keep({ ...job, phase: 'done', progress: 100, draftText: '', file: file.toString() });
    } catch (error) {
      throw asDiskError(error);
    }
  }

  /** Removes what was downloaded so far. */
  async discard(job: RenderJob): Promise<void> {
    await rm(this.#partPath(job), { force: true });
  }

  #partPath(job: RenderJob): string {
    const folder = vscode.Uri.parse(job.folder);
    return folder.scheme === 'file'
      ? join(folder.fsPath, `${job.fileName}.${job.renderId}.part`)
      : this.#options.folder.partPath(job.id);
  }

  async #fetch(job: RenderJob, partPath: string, signal: AbortSignal): Promise<void> {
    let shownAtMs = 0;
    for (let attempt = 0; ; attempt++) {
      try {
        await (
          await this.#options.client()
        ).download(
          {
            renderId: job.renderId,
            partPath,
            ...(job.url === undefined ? {} : { url: job.url }),
            ...(job.size === undefined ? {} : { expectedSize: job.size }),
          },
          {
            signal,
            onProgress: ({ bytes, totalBytes, bytesPerSecond }) => {
              const now = this.#options.clock.now();
              if (now - shownAtMs < 200) return;
              shownAtMs = now;
              this.#options.onSpeed(job.id, bytesPerSecond);
              const total = totalBytes ?? job.size;
              this.#options.show({ ...job, progress: total ? Math.min(100, Math.floor((100 * bytes) / total)) : 0 });
            },
          },
        );
        return;
      } catch (error) {
        const failure = asNemoError(error);
        const pause = downloadPauses[attempt];
        signal.throwIfAborted();
        if (pause === undefined || !isPassing(failure)) throw failure;
        await this.#options.clock.sleep(pause * 1000, signal);
      }
    }
  }
}

/** Puts the finished file under its name, in whatever file system the folder is; it is not at `part` any more then. */
async function place(
  part: string,
  folder: vscode.Uri,
  names: Iterable<string>,
  announce: AnnounceUri,
  announced: vscode.Uri | undefined,
): Promise<vscode.Uri> {
  if (folder.scheme === 'file') {
    const toUri = (path: string) => announce(vscode.Uri.file(path));
    return vscode.Uri.file(await placeFile(part, folder.fsPath, names, toUri, announced?.fsPath));
  }
  const file = await placeRemoteFile(part, folder, names, announce, announced);
  await rm(part, { force: true });
  return file;
}

async function isThere(uri: vscode.Uri): Promise<boolean> {
  try {
    return uri.scheme === 'file' ? await fileExists(uri.fsPath) : await existsThere(uri);
  } catch (error) {
    throw asDiskError(error);
  }
}
