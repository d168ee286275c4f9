/**
 * Checks that every package that is installed is pinned: by version, by SHA-512, without an install script; and asks the
 * registry for its signatures.
 *
 *   node .ci/check-supply-chain.ts [--require-signatures]
 *
 * Where there is no connection, or a mirror without signatures, it says so; with `--require-signatures` it fails then.
 */
import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

import { installedFaults, lockFileFaults, manifestFaults } from './lock-file-faults.ts';
import { npmOutput } from './npm-output.ts';
import { readSignatureAudit } from './registry-signatures.ts';

const { values: options } = parseArgs({ options: { 'require-signatures': { type: 'boolean', default: false } } });
const root = join(import.meta.dirname, '..');

const verdict = npmOutput(['audit', 'signatures', '--json', '--fetch-retries=0', '--fetch-timeout=20000'], root);
const faults: string[] = [];
const locks = globSync('{package-lock.json,{test,.ci}/**/package-lock.json}', { cwd: root });
for (const path of locks) {
  const lock = await readJson(path);
  const manifest = join(dirname(path), 'package.json');
  const found = [
    ...lockFileFaults(lock),
    ...(existsSync(join(root, manifest)) ? manifestFaults(await readJson(manifest), lock) : []),
  ];
  faults.push(...found.map((fault) => `${path}: ${fault}`));
}
faults.push(...installedFaults(await readJson('package-lock.json'), await readJson('node_modules/.package-lock.json')));
if (!/^ignore-scripts=true$/m.test(await readFile(join(root, '.npmrc'), 'utf8'))) {
  faults.push('.npmrc: “ignore-scripts=true” is missing.');
}

const { state, sentence } = readSignatureAudit((await verdict).output);
if (state === 'wrong' || (state === 'unknown' && options['require-signatures'])) faults.push(sentence);
for (const fault of faults) console.error(fault);
if (faults.length === 0) console.log(`${locks.length} lock files pin every package by its SHA-512. ${sentence}`);
else process.exitCode = 1;

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(join(root, path), 'utf8'));
}
