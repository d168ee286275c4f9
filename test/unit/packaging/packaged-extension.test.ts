import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import JSZip from 'jszip';

import { shippedPackages } from '../../../.ci/shipped-packages.ts';
import { thirdPartyNotices } from '../../../.ci/third-party-notices.ts';
import { runNpm } from '../../setup/child-process.ts';
import { sha256 } from '../../setup/sha256.ts';

const root = join(import.meta.dirname, '..', '..', '..');

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly scope: string;
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses: readonly { readonly license: { readonly id: string } }[];
}
interface Bill {
  readonly metadata: {
    readonly timestamp: string;
    readonly component: { readonly name: string; readonly version: string };
  };
  readonly components: readonly Component[];
}

/** Shipped without any line of code: a font, and a package that only hands on what others define. */
const withoutCode = ['node_modules/@vscode/codicons', 'node_modules/lit'];

describe('The packaged extension', () => {
  let folder: string;
  let vsix: Buffer;
  let again: Buffer;
  let content: JSZip;
  let notices: string;
  let bill: Bill;
  /** What the bundles are made of, from the checkout, as a build that is not minified says in its comments. */
  let modules: ReadonlySet<string>;
  /** Folders of the packages that `modules` are of. */
  let bundled: readonly string[];

  before(async function () {
    this.timeout(240_000);
    folder = await mkdtemp(join(tmpdir(), 'nemo-packaged-'));
    const paths = [join(folder, 'one.vsix'), join(folder, 'other.vsix')];
    const zones = ['America/New_York', 'Asia/Tokyo'];
    const readable = join(folder, 'dist');
    await Promise.all([
      ...paths.map((path, index) =>
        runNpm(['run', 'package', '--', '--out', path], { cwd: root, env: { ...process.env, TZ: zones[index] } }),
      ),
      promisify(execFile)(process.execPath, [join(root, 'esbuild.mjs'), '--outdir', readable]),
    ]);
    [vsix, again] = (await Promise.all(paths.map((path) => readFile(path)))) as [Buffer, Buffer];
    content = await JSZip.loadAsync(vsix);
    const read = (name: string) => content.file(`extension/dist/${name}`)?.async('string') ?? Promise.resolve('');
    notices = await read('third-party-notices.txt');
    bill = JSON.parse(await read('sbom.cdx.json')) as Bill;
    modules = await modulesIn(readable);
    bundled = [...new Set([...modules].map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)![0]))];
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('holds what it needs and nothing else: no sources, tests, source maps or settings of whoever packaged it', () => {
    const allowed = [
      /^(\[Content_Types\]\.xml|extension\.vsixmanifest)$/,
      /^extension\/(package\.json|package\.nls(\.[\w-]+)?\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
      /^extension\/dist\/(extension|workbench|cut-off-exports)\.cjs$/,
      /^extension\/dist\/webview(-[\w-]+)?\.js$/,
      /^extension\/dist\/(webview\.css|codicon\.css|codicon\.ttf|third-party-notices\.txt|sbom\.cdx\.json)$/,
      /^extension\/l10n\/bundle\.l10n(\.[\w-]+)?\.json$/,
      /^extension\/media\/(icon\.png|icons\/[\w-]+\.svg|screenshots\/[\w-]+\.png|skills\/[\w-]+\.md)$/,
    ];
    const names = Object.values(content.files).flatMap(({ name, dir }) => (dir ? [] : [name]));
    assert.deepEqual(
      names.filter((name) => !allowed.some((pattern) => pattern.test(name))),
      [],
    );
    for (const pattern of allowed)
      assert.ok(
        names.some((name) => pattern.test(name)),
        String(pattern),
      );
  });

  it('names no folder of the machine that packaged it', async () => {
    for (const file of Object.values(content.files)) {
      const text = await file.async('string');
      assert.ok(!text.includes(root) && !text.includes(tmpdir() + '/'), file.name);
    }
  });

  it('is the same, byte for byte, when it is packaged again, in another time zone', () => {
    assert.equal(sha256(again), sha256(vsix));
  });

  it('tells of each file the time of the checkout, not of the packaging, and the same mode', () => {
    const seconds = Math.floor(Date.parse(bill.metadata.timestamp) / 2000) * 2;
    for (const { name, dir, date, unixPermissions } of Object.values(content.files)) {
      if (dir) continue;
      assert.equal(date.getTime() / 1000, seconds, name);
      // What vsce writes anew has a mode of its own, always the same.
      if (/^extension\/(dist|l10n|media)\//.test(name)) assert.equal(Number(unixPermissions) & 0o777, 0o644, name);
    }
  });

  it('has a notice for every package in it, with its version, licence and text', async () => {
    assert.ok(bundled.length > 10, `${bundled.length}`);
    for (const path of [...bundled, ...withoutCode]) {
      const { name, version, license } = await manifestOf(path);
      const [, notice] = notices.split(`${name} ${version}\n\nLicence: ${license}\n`);
      assert.ok(notice !== undefined, `${name} ${version}`);
      const own = notice.split('-'.repeat(80), 1)[0]!;
      assert.match(own, /permission|redistribution|copyright|licence|license/i, name);
      assert.ok(own.length > 500, `${name}: ${own}`);
    }
  });

  it('says of every file under the MPL where its source code is', () => {
    const files = [...modules].filter((path) => path.startsWith('node_modules/mediabunny/'));
    assert.ok(files.length > 20, `${files.length}`);
    const { version } = bill.components.find(({ name }) => name === 'mediabunny')!;
    for (const path of files) {
      const file = path.slice('node_modules/mediabunny/'.length);
      const source = file.replace('dist/modules/', '').replace('.js', '.ts');
      assert.ok(
        notices.includes(`  ${file}: https://github.com/Vanilagy/mediabunny/blob/v${version}/${source}\n`),
        `${file}\n${notices
          .split('\n')
          .filter((line) => line.includes('Vanilagy'))
          .join('\n')}`,
      );
    }
    assert.match(notices, /Mozilla Public License Version 2\.0/);
  });

  it('has a software bill of materials that follows the schema of CycloneDX', async () => {
    assert.deepEqual(await schemaFaults(bill), []);
    assert.notDeepEqual(await schemaFaults({ ...bill, components: [{ name: 'no type' }] }), []);
  });

  it('lists every package in it in its bill, with version, licence, address and hash, and no other', async () => {
    const { version } = await manifestOf('.');
    assert.deepEqual(
      { name: bill.metadata.component.name, version: bill.metadata.component.version },
      { name: 'nemo-vscode', version },
    );
    const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { integrity: string }>;
    };
    const expected = await Promise.all(
      [...bundled, ...withoutCode].map(async (path) => {
        const { name, version, license } = await manifestOf(path);
        const hash = Buffer.from(lock.packages[path]!.integrity.replace('sha512-', ''), 'base64').toString('hex');
        return [`pkg:npm/${name.replace('@', '%40')}@${version}`, name, version, license, 'SHA-512', hash];
      }),
    );
    const listed = bill.components.map(({ purl, name, version, licenses, hashes }) => [
      ...[purl, name, version, licenses[0]?.license.id, hashes[0]?.alg, hashes[0]?.content],
    ]);
    assert.deepEqual(listed.map(String).sort(), expected.map(String).sort());
    assert.ok(bill.components.every(({ scope }) => scope === 'required'));
  });
});

describe('A package whose licence nobody looked at', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nemo-licences-'));
    for (const [name, license] of Object.entries({
      strict: 'AGPL-3.0-only',
      hidden: 'MPL-2.0',
      untold: 'BSD-3-Clause',
    })) {
      const path = join(folder, 'node_modules', name);
      await mkdir(path, { recursive: true });
      await writeFile(join(path, 'package.json'), JSON.stringify({ name, version: '1.2.3', license }));
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is not packaged', async () => {
    await assert.rejects(
      shippedPackages(['node_modules/strict/index.js'], folder),
      /strict 1\.2\.3 .*“AGPL-3\.0-only”/,
    );
  });

  it('is not packaged either where its licence asks for the source code and nobody said where that is', async () => {
    const packages = await shippedPackages(['node_modules/hidden/index.js'], folder);
    await assert.rejects(
      thirdPartyNotices(packages, folder),
      /hidden is under MPL-2\.0: say in .* where its source is/,
    );
  });

  it('nor where it carries no text of its licence', async () => {
    const packages = await shippedPackages(['node_modules/untold/index.js'], folder);
    await assert.rejects(thirdPartyNotices(packages, folder), /untold is under BSD-3-Clause and carries no text/);
  });
});

async function manifestOf(path: string): Promise<{ name: string; version: string; license: string }> {
  return JSON.parse(await readFile(join(root, path, 'package.json'), 'utf8')) as Awaited<ReturnType<typeof manifestOf>>;
}

/** The files of packages whose code is in the bundles of `folder`: the bundler names each in a comment before its code. */
async function modulesIn(folder: string): Promise<Set<string>> {
  const bundles = (await readdir(folder)).filter((name) => /\.(c?js|css)$/.test(name));
  const texts = await Promise.all(bundles.map((name) => readFile(join(folder, name), 'utf8')));
  const comments = texts.flatMap((text) => [...text.matchAll(/^ *(?:\/\/|\/\*) (node_modules\/\S+)/gm)]);
  return new Set(comments.map(([, path]) => path!));
}

/** Validates with the schema that CycloneDX publishes. */
async function schemaFaults(content: unknown): Promise<string[]> {
  const library = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json');
  const [main, ...others] = await Promise.all(
    ['bom-1.5', 'spdx', 'jsf-0.82'].map(async (name) => {
      const path = join(dirname(library), 'res', 'schema', `${name}.SNAPSHOT.schema.json`);
      return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    }),
  );
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    formats: { ...fullFormats, 'iri-reference': true, 'idn-email': true },
  });
  // The schemas name each other by file.
  ajv.addSchema(others[0]!, 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json');
  ajv.addSchema(others[1]!, 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json');
  const validate = ajv.compile(main!);
  validate(content);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}
