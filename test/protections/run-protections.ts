/**
 * Removes the protections of the product one by one, in a copy of the checkout, and looks whether a test fails then.
 *
 *   npm run test:protections [-- [--only PATTERN] [--layer unit|page|host|screen]]
 *
 * Ends with one line: «N protections, N red, N stayed green». The table is in test-results/protections.txt afterwards.
 */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { cleanUp, onExit } from '../setup/clean-exit.ts';
import { allProtections } from './all-protections.ts';
import { CheckoutCopy } from './checkout-copy.ts';
import { type Layer, layerOf, layers, namesPattern, type Protection } from './protection.ts';
import { runHostTests, tryInOneEditor, tryInOwnEditor } from './try-in-host.ts';
import { tryInNode } from './try-in-node.ts';
import { tryOnScreen } from './try-on-screen.ts';
import type { Verdict } from './verdict.ts';

const { values } = parseArgs({ options: { only: { type: 'string' }, layer: { type: 'string' } } });
const wanted = new RegExp(values.only ?? '');
const protections = allProtections.filter(
  (one) => wanted.test(one.name) && (values.layer === undefined || layerOf(one) === values.layer),
);

const root = join(import.meta.dirname, '..', '..');
// Short, because it will hold sockets.
const folder = await mkdtemp(join(tmpdir(), 'nemo-'));
onExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

const verdicts: Verdict[] = [];
/** The test files that are, or were, tried by somebody. */
const taken = new Set<string>();
const take = (verdict: Verdict): void => {
  verdicts.push(verdict);
  console.log(lineOf(verdict));
};
const inLayer = (layer: Layer) => protections.filter((one) => layerOf(one) === layer);
// These two mostly wait for others; what drives a browser keeps the machine busy alone.
await Promise.all([tryFiles(inLayer('unit'), 'a'), tryFiles(inLayer('unit'), 'b')]);
await tryFiles(inLayer('page'), 'p');
await tryHost(inLayer('host'));
await tryScreen(inLayer('screen'));

const red = verdicts.filter(({ state }) => state === 'red');
const others = verdicts.filter(({ state }) => state !== 'red');
const broken = others.filter(({ state }) => state === 'broken').length;
if (others.length > 0) console.log(`\nNot noticed by any test:\n${others.map(lineOf).join('\n')}`);
const summary = [
  `${verdicts.length} protections, ${red.length} red, ${others.length - broken} stayed green`,
  ...(broken > 0 ? [`${broken} could not be tried`] : []),
].join(', ');
console.log(`\n${summary}`);
await mkdir(join(root, 'test-results'), { recursive: true });
const ordered = layers.flatMap((layer) => verdicts.filter(({ protection }) => layerOf(protection) === layer));
await writeFile(join(root, 'test-results', 'protections.txt'), `${ordered.map(lineOf).join('\n')}\n\n${summary}\n`);
await cleanUp();
process.exit(others.length > 0 || verdicts.length === 0 ? 1 : 0);

/** Tries those whose tests run in Node, a test file at a time; two that are given the same list share the work. */
async function tryFiles(some: readonly Protection[], name: string): Promise<void> {
  const files = [...new Set(some.map(({ tests }) => tests))];
  if (files.length === 0) return;
  const own = join(folder, name);
  await mkdir(own);
  const copy = await CheckoutCopy.make(root, join(own, 'checkout'));
  for (const file of files) {
    if (taken.has(file)) continue;
    taken.add(file);
    await tryInNode(
      copy,
      some.filter(({ tests }) => tests === file),
      own,
      take,
    );
  }
}

async function tryHost(some: readonly Protection[]): Promise<void> {
  if (some.length === 0) return;
  const own = join(folder, 'h');
  await mkdir(own);
  const copy = await CheckoutCopy.make(root, join(own, 'checkout'));
  const inModules = some.filter(({ inExtension }) => !inExtension);
  if (inModules.length > 0) await tryInOneEditor(copy, inModules, own, take);
  const inExtension = some.filter((one) => one.inExtension);
  if (inExtension.length === 0) return;
  const whole = await runHostTests(copy, namesPattern(inExtension), join(folder, 'w'));
  for (const one of inExtension) take(await tryInOwnEditor(copy, one, whole, join(folder, 'w')));
}

async function tryScreen(some: readonly Protection[]): Promise<void> {
  if (some.length === 0) return;
  const own = join(folder, 's');
  await mkdir(own);
  const copy = await CheckoutCopy.make(root, join(own, 'checkout'));
  for (const file of new Set(some.map(({ tests }) => tests))) {
    await tryOnScreen(
      copy,
      some.filter(({ tests }) => tests === file),
      own,
      take,
    );
  }
}

function lineOf({ protection, state, words }: Verdict): string {
  const sign = { red: '✓ red   ', green: '✗ green ', broken: '✗ broken' }[state];
  return `${sign} ${layerOf(protection).padEnd(6)} ${protection.name} — ${words}`;
}
