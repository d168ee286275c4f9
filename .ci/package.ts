/**
 * Packages the extension: `node .ci/package.ts [--out FILE]`, nemo-vscode.vsix where no file is named.
 *
 * It is built and packaged in a folder of its own, so that no other build comes in between, with what the licences and the
 * users' security people ask for: `dist/third-party-notices.txt`, and `dist/sbom.cdx.json`, the software bill of materials.
 * The same checkout gives the same bytes: times are those of the last commit, or of `SOURCE_DATE_EPOCH` (in s).
 */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';

import { shippedPackages } from './shipped-packages.ts';
import { softwareBill } from './software-bill.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const { values: options } = parseArgs({ options: { out: { type: 'string', default: 'nemo-vscode.vsix' } } });

/** Of the checkout's top level: what is no part of the checkout, or large and never shipped. */
const leftOut = /^(\.git|\.vscode-test|node_modules|dist|demo-output|test-results|.*\.vsix)$/;
/** The first moment that an archive can tell, for a checkout that knows no time of its own. */
const earliest = String(Date.UTC(1980, 0, 1) / 1000);

const stage = await mkdtemp(join(tmpdir(), 'nemo-package-'));
try {
  const epoch = process.env['SOURCE_DATE_EPOCH'] ?? (await lastCommit()) ?? earliest;
  for (const entry of await readdir(root)) {
    if (!leftOut.test(entry)) await cp(join(root, entry), join(stage, entry), { recursive: true });
  }
  const dist = join(stage, 'dist');
  const list = join(stage, 'bundle-inputs.json');
  await run(process.execPath, [join(root, 'esbuild.mjs'), '--production', '--outdir', dist, '--inputs', list]);

  const packages = await shippedPackages(JSON.parse(await readFile(list, 'utf8')) as string[], root);
  await writeFile(join(dist, 'third-party-notices.txt'), await thirdPartyNotices(packages, root));
  await writeFile(join(dist, 'sbom.cdx.json'), await softwareBill(packages, root, new Date(Number(epoch) * 1000)));

  await sameModes(stage);
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  const { stdout } = await run(process.execPath, [vsce, 'package', ...flags, '--out', resolve(options.out)], {
    cwd: stage,
    env: { ...process.env, SOURCE_DATE_EPOCH: epoch, TZ: 'UTC' },
  });
  console.log(stdout.trim());
  console.log(`${basename(options.out)}: ${packages.length} packages of others in it.`);
} catch (error) {
  const { stdout, stderr, message } = error as { stdout?: string; stderr?: string; message: string };
  console.error([message, stdout, stderr].filter(Boolean).join('\n'));
  process.exitCode = 1;
} finally {
  await rm(stage, { recursive: true, force: true });
}

/** The time of the last commit in s since 1970; `undefined` outside a repository. */
async function lastCommit(): Promise<string | undefined> {
  return run('git', ['log', '-1', '--format=%ct'], { cwd: root }).then(
    ({ stdout }) => stdout.trim() || undefined,
    () => undefined,
  );
}

/** The archive tells each file's mode, which depends on who checked it out. */
async function sameModes(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) await chmod(join(entry.parentPath, entry.name), 0o644);
  }
}
