import { MediaFileNode } from '../tree/media-node.ts';
import { RenderNode } from '../tree/renders-node.ts';
import type { RenderJob } from '../render-job.ts';
import type { RenderJobs } from '../render-jobs.ts';
import { badArgument } from './command-arguments.ts';

/** Id of the export or upload that a command was called for: a row of the tree, or the id itself. */
export function transferId(value: unknown): string {
  if (value instanceof RenderNode) return value.job.id;
  if (typeof value === 'string' && value !== '') return value;
  throw badArgument();
}

/** The export that a command was called for. */
export function renderJobOf(jobs: RenderJobs, value: unknown): RenderJob {
  const job = jobs.get(transferId(value));
  if (!job) throw badArgument();
  return job;
}

/** Web address of the file that a command was called for. */
export function mediaAddress(value: unknown): string {
  const address = value instanceof MediaFileNode ? value.media.url : value;
  if (typeof address === 'string' && address !== '') return address;
  throw badArgument();
}
