/** What is looked at when a job is done, each with what is wrong in words. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import type { NextStep } from '../../src/client/next-step.ts';
import type { ChatState } from '../../src/conversation/chat-state.ts';
import type { RenderRecord } from '../sandbox/sandbox-options.ts';
import type { Expected, Seen } from './plan.ts';
import { isExtensionsOwn, unfinishedFiles } from './unfinished-files.ts';

/** What a person was told. */
export interface Told {
  readonly code: string;
  readonly message: string;
  readonly steps: readonly Pick<NextStep, 'kind' | 'label' | 'argument'>[];
}

/** The first button of an error that does not pass by itself leads to where it is mended. */
const mendedBy: Readonly<Record<string, readonly NextStep['kind'][]>> = {
  noCredits: ['openUrl'],
  planForbidsExport: ['openUrl'],
  scopeMissing: ['openUrl'],
  // A file that was refused goes to the session that has begun in the meantime.
  sessionGone: ['newSession', 'retry'],
};

/** An error must be one kind sentence with a way on. */
export function toldProblems({ code, message, steps }: Told): string[] {
  const problems: string[] = [];
  const isSentence = /^[^\n]{10,400}[.!?]$/.test(message) && !/undefined|\[object|nmv_|[{}]|Error:/.test(message);
  if (!isSentence) problems.push(`no sentence for people: ${message.replaceAll(/nmv_\S+/g, '(token)')}`);
  if (steps.length === 0) problems.push(`«${message}» leads nowhere`);
  const mending = mendedBy[code];
  if (mending !== undefined && (!steps[0] || !mending.includes(steps[0].kind))) {
    problems.push(`«${message}» leads first to «${steps[0]?.label}»`);
  }
  if (code === 'internal') problems.push('a bug of ours');
  return problems;
}

/** Nothing goes on any more. */
export function isIdle({ connection, messages, transfers, attachments }: ChatState): boolean {
  return (
    connection.kind !== 'connecting' &&
    !messages.some(({ state }) => state === 'queued' || state === 'running') &&
    !transfers.some(({ phase }) => ['waiting', 'sending', 'rendering', 'downloading'].includes(phase)) &&
    !attachments.some(({ state }) => state === 'uploading')
  );
}

/** What is drawn says the same as what is known, and takes the next message. */
export async function pageProblems(pageUrl: string, expected: Expected): Promise<readonly string[]> {
  const response = await fetch(pageUrl, { method: 'POST', body: JSON.stringify(expected) });
  return ((await response.json()) as Seen).problems;
}

/** The folder holds the video alone, and that is what the service rendered: `lengthMs` of the timeline. */
export async function videoProblems(
  path: string,
  renders: readonly RenderRecord[],
  lengthMs: number,
): Promise<string[]> {
  const problems: string[] = [];
  if (renders.some(({ draftMatched }) => !draftMatched)) problems.push('a draft was not passed on as it was');
  const files = (await readdir(dirname(path)).catch((): string[] => [])).sort();
  if (files.join() !== basename(path)) problems.push(`in the export folder: ${files.join(', ') || 'nothing'}`);
  if (!files.includes(basename(path))) return problems;
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  if (!renders.some((render) => render.sha256 === sha256)) problems.push('the video is not what was rendered');
  const film = await filmFacts(path, sha256);
  if (Math.abs(film.durationSeconds - lengthMs / 1000) > 0.15 || film.width !== 160) {
    problems.push(`the video has ${film.durationSeconds} s and ${film.width} px, the timeline ${lengthMs} ms`);
  }
  return problems;
}

/** Nobody holds a lock for work that is over, and nothing half written is left anywhere in the folders. */
export async function storageProblems(folders: readonly string[]): Promise<string[]> {
  let left: string[] = [];
  const isTidy = async () => {
    left = (await Promise.all(folders.map(unfinishedFiles))).flat().filter(isExtensionsOwn);
    return left.length === 0;
  };
  // The lock goes a moment after the work, and what is being written now is whole a moment later.
  for (let looks = 0; looks < 100 && !(await isTidy()); looks++) await delay(20);
  return left.length > 0 ? [`left over: ${left.map((path) => basename(path)).join(', ')}`] : [];
}

const probed = new Map<string, Promise<{ durationSeconds: number; width: number }>>();

/** What ffprobe says of a video; each content is looked at once. */
function filmFacts(path: string, sha256: string): Promise<{ durationSeconds: number; width: number }> {
  let facts = probed.get(sha256);
  if (!facts) {
    const args = [
      '-v',
      'error',
      '-select_streams',
      'v',
      '-show_entries',
      'stream=width:format=duration',
      '-of',
      'json',
      path,
    ];
    facts = promisify(execFile)(process.env['NEMO_FAULTS_FFPROBE'] ?? 'ffprobe', args).then(({ stdout }) => {
      const { streams, format } = JSON.parse(stdout) as {
        streams: { width: number }[];
        format: { duration: string };
      };
      return { durationSeconds: Number(format.duration), width: streams[0]?.width ?? 0 };
    });
    probed.set(sha256, facts);
  }
  return facts;
}
