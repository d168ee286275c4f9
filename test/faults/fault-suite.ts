import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

import { build } from 'esbuild';

import { runProcess } from '../setup/child-process.ts';
import { findMediaTools, type MediaTools } from '../setup/media-tools.ts';
import { findTokens } from '../setup/token-leaks.ts';
import { installVsCode } from '../setup/vscode-host.ts';
import { CaseQueue } from './case-queue.ts';
import { coveringChoice } from './covering-choice.ts';
import { faultCases, type FaultCase } from './fault-cases.ts';
import { killCases, killName } from './kill-cases.ts';
import { Lane } from './lane.ts';
import type { Outcome } from './plan.ts';
import { isExtensionsOwn, unfinishedFiles } from './unfinished-files.ts';

/** How the suite is run. */
export interface FaultSuiteOptions {
  /** The checkout. */
  readonly root: string;
  /** Of this run alone, and short; what is in it is searched for tokens. */
  readonly folder: string;
  /** Gets logs and outcomes. */
  readonly results: string;
  /** Only faults whose name matches are tried, and all of these. */
  readonly only?: string | undefined;
  /** Chooses among the faults where not all are tried; see `coveringChoice`. */
  readonly seed?: number | undefined;
  /** Every fault is tried. */
  readonly all?: boolean | undefined;
  /** How many editors try faults at the same time, beside two that are killed again and again; default: what the machine is good for. */
  readonly lanes?: number | undefined;
  readonly print: (line: string) => void;
}

/** What came of the suite. */
export interface FaultSuiteResult {
  readonly outcomes: readonly Outcome[];
  /** What went wrong beyond the faults: an editor that broke off, a fault that never struck, something left over. */
  readonly troubles: readonly string[];
  /** «680 faults tried, 0 lost anything» */
  readonly summary: string;
}

const tellEveryMs = 30_000;
/** So many faults are tried where not all are. */
const mostChosen = 200;

/** Pulls the plug at every moment of the main job, in real editors, and looks whether anything was lost. */
export async function runFaultSuite(options: FaultSuiteOptions): Promise<FaultSuiteResult> {
  const { root, folder, results, lanes: laneCount = usualLanes(), print } = options;
  await mkdir(results, { recursive: true });
  const faults = chooseFaults(options);
  const pattern = new RegExp(options.only ?? '');
  const kills = killCases.filter((each) => pattern.test(killName(each)));
  const planned = faults.length + kills.length;
  if (planned === 0) return { outcomes: [], troubles: [], summary: 'No fault was tried.' };

  const tools = await findMediaTools();
  const installation = await installVsCode(print);
  const extension = join(folder, 'extension');
  await buildExtension(root, extension);
  const clip = join(folder, 'clip.mp4');
  await makeClip(tools, clip);

  const troubles: string[] = [];
  const lanes: Lane[] = [];
  const inLane = async (name: string, work: (lane: Lane) => Promise<void>) => {
    let lane: Lane | undefined;
    try {
      lane = await Lane.start({
        folder: join(folder, name),
        results: join(results, name),
        installation,
        extension,
        clip,
        ffprobe: tools.ffprobe,
      });
      lanes.push(lane);
      await work(lane);
    } catch (error) {
      await lane?.screenshots(join(results, name));
      troubles.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await lane?.stop();
    }
  };
  const queue = await CaseQueue.start(faults);
  const outcomes = () => lanes.flatMap((lane) => lane.outcomes());
  const telling = setInterval(() => {
    const lost = outcomes().filter(hasLost).length;
    print(`… ${outcomes().length} of ${planned} faults tried, ${lost} lost anything`);
  }, tellEveryMs);
  try {
    const share = <T>(cases: readonly T[], index: number, count: number) =>
      cases.filter((_, place) => place % count === index);
    const faultLanes = Math.min(laneCount, faults.length);
    const killLanes = Math.min(2, kills.length);
    await Promise.all([
      ...Array.from({ length: faultLanes }, (_, index) => inLane(`lane-${index + 1}`, (lane) => lane.tryFaults(queue))),
      ...Array.from({ length: killLanes }, (_, index) =>
        inLane(`kills-${index + 1}`, async (lane) => {
          await lane.tryKills(share(kills, index, killLanes));
          await lane.tryFaults(queue);
        }),
      ),
    ]);
  } finally {
    await queue.stop();
    clearInterval(telling);
  }
  // It is no outcome of the run, and the suite's own words about tokens are in it.
  await rm(extension, { recursive: true });
  for (const path of await findTokens([folder, results]))
    troubles.push(`a token was left in ${relative(folder, path)}`);
  for (const path of await leftovers(folder)) troubles.push(`left over: ${relative(folder, path)}`);

  const all = outcomes();
  for (const { name, struck } of all) if (!struck) troubles.push(`never struck: ${name}`);
  if (all.length < planned) troubles.push(`${planned - all.length} faults were not tried`);
  const summary = `${all.length} faults tried, ${all.filter(hasLost).length} lost anything`;
  return { outcomes: all, troubles, summary };
}

function chooseFaults({ only, all = false, seed = Date.now() % 1_000_000, print }: FaultSuiteOptions): FaultCase[] {
  const cases = faultCases();
  if (only !== undefined) return cases.filter(({ name }) => new RegExp(only).test(name));
  if (all) return cases;
  const chosen = coveringChoice(cases, mostChosen, seed);
  print(`${chosen.length} of ${cases.length} faults, and every kill; the same again: --seed ${seed}; all: --all`);
  return chosen;
}

/** Much of a job is waiting, so there may be more lanes than processors. */
function usualLanes(): number {
  return Math.max(3, Math.min(6, availableParallelism()));
}

/** Whether anything was lost by this fault. */
export function hasLost({ problems }: Outcome): boolean {
  return problems.length > 0;
}

/** The extension as it is built, with the suite's own bundle beside it. */
async function buildExtension(root: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(root)) {
    if (/^(package(\.nls.*)?\.json|media|l10n)$/.test(name)) {
      await cp(join(root, name), join(folder, name), { recursive: true });
    }
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const dist = join(folder, 'dist');
  await runProcess(process.execPath, [join(root, 'esbuild.mjs'), '--outdir', dist], { cwd: root });
  await build({
    entryPoints: [join(import.meta.dirname, 'in-host.ts')],
    outfile: join(dist, 'fault-suite.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    sourcemap: 'linked',
    external: ['vscode'],
    logLevel: 'warning',
  });
  // The editor takes the module format from here.
  await writeFile(join(dist, 'package.json'), '{"type":"commonjs"}');
}

/** One second of picture and sound, 160×90 px. */
async function makeClip({ ffmpeg }: MediaTools, path: string): Promise<void> {
  await promisify(execFile)(ffmpeg, [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=size=160x90:rate=10:duration=1'],
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:duration=1', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-shortest', path],
  ]);
}

/** Half downloads, locks and the like that nobody cleared away. */
async function leftovers(folder: string): Promise<string[]> {
  const files = await unfinishedFiles(folder);
  return files.filter((path) => path.endsWith('.part') || isExtensionsOwn(path));
}
