/**
 * Pulls the plug at every moment of the main job, in a real extension host, and looks whether anything was lost.
 *
 *   npm run test:faults -- [--only PATTERN] [--every N] [--lanes N] [--no-kills]
 *
 * Prints how many faults were tried and how many lost anything; exits with 1 where one did. Logs and outcomes are in
 * test-results/faults/ afterwards.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs, promisify } from 'node:util';

import { build } from 'esbuild';

import { runProcess } from '../setup/child-process.ts';
import { cleanUp, onExit } from '../setup/clean-exit.ts';
import { findMediaTools, type MediaTools } from '../setup/media-tools.ts';
import { findTokens } from '../setup/token-leaks.ts';
import { installVsCode } from '../setup/vscode-host.ts';
import { faultCases, killCases } from './fault-cases.ts';
import { Lane } from './lane.ts';
import type { Outcome } from './plan.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    every: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '3' },
    'no-kills': { type: 'boolean', default: false },
  },
});
const startedMs = Date.now();
const root = join(import.meta.dirname, '../..');
const keptResults = join(root, 'test-results', 'faults');
// Short, because it will hold sockets.
const runFolder = await mkdtemp(join(tmpdir(), 'nemo-f-'));
onExit(() => rm(runFolder, { recursive: true, force: true }));
// Moved to where they are kept only in the end: another run of tests clears that folder.
const results = join(runFolder, 'results');
await mkdir(results);

const pattern = new RegExp(values.only);
const faults = faultCases().filter(({ name }, index) => pattern.test(name) && index % Number(values.every) === 0);
const kills = values['no-kills'] ? [] : killCases.filter(({ name }) => pattern.test(`killed ${name}`));
const laneCount = Math.max(1, Math.min(Number(values.lanes), faults.length));

const tools = await findMediaTools();
const installation = await installVsCode(console.log);
const extension = join(runFolder, 'extension');
await buildExtension(extension);
const clip = join(runFolder, 'clip.mp4');
await makeClip(tools, clip);

const outcomes: Outcome[] = [];
const troubles: string[] = [];
const lanes: Promise<void>[] = Array.from({ length: laneCount }, (_, index) =>
  inLane(`lane-${index + 1}`, (lane) => lane.tryFaults(faults.filter((__, place) => place % laneCount === index))),
);
if (kills.length > 0) lanes.push(inLane('lane-of-kills', (lane) => lane.tryKills(kills)));
await Promise.all(lanes);
// They are no outcome of the run, and the suite's own words about tokens are in them.
await rm(extension, { recursive: true });
for (const path of await findTokens([runFolder])) {
  troubles.push(`a token was left in ${relative(runFolder, path)}`);
}
for (const path of await partFiles(runFolder)) troubles.push(`left over: ${relative(runFolder, path)}`);

await rm(keptResults, { recursive: true, force: true });
await cp(results, keptResults, { recursive: true });

const planned = faults.length + kills.length;
const lost = outcomes.filter(({ problems }) => problems.length > 0);
const missed = outcomes.filter(({ struck }) => !struck);
for (const { name, problems, told } of lost) {
  console.log(`\n✗ ${name}${told.length > 0 ? ` (told: ${told.join(', ')})` : ''}`);
  for (const problem of problems) console.log(`    ${problem}`);
}
for (const { name } of missed) troubles.push(`never struck: ${name}`);
if (outcomes.length < planned) troubles.push(`${planned - outcomes.length} faults were not tried`);
if (troubles.length > 0) console.log(`\n${troubles.map((trouble) => `✗ ${trouble}`).join('\n')}`);
await cleanUp();
const hadToAct = outcomes.filter(({ told }) => told.length > 0).length;
const seconds = Math.round((Date.now() - startedMs) / 1000);
console.log(`\nIn ${hadToAct} cases the user had to act; all took ${seconds} s.`);
console.log(`${outcomes.length} faults tried, ${lost.length} lost anything`);
process.exit(lost.length > 0 || troubles.length > 0 || outcomes.length === 0 ? 1 : 0);

async function inLane(name: string, work: (lane: Lane) => Promise<void>): Promise<void> {
  const laneResults = join(results, name);
  const lane = await Lane.start({
    folder: join(runFolder, name),
    results: laneResults,
    installation,
    extension,
    clip,
    ffprobe: tools.ffprobe,
  });
  try {
    await work(lane);
  } catch (error) {
    await lane.screenshot(join(laneResults, 'broken-off.png'));
    troubles.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    outcomes.push(...lane.outcomes());
    await lane.stop();
  }
}

/** The extension as it is built, with the suite's own bundle beside it. */
async function buildExtension(folder: string): Promise<void> {
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

async function partFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.name.endsWith('.part')).map((entry) => join(entry.parentPath, entry.name));
}
