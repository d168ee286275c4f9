/**
 * Builds what ships: three bundles for the extension host, two of them loaded later, and one for the side panel's page.
 *
 *   node esbuild.mjs [--production] [--watch] [--sizes] [--host-tests] [--outdir DIR] [--inputs FILE]
 *
 * `--production` minifies and leaves the source maps out, `--sizes` prints what each bundle weighs, `--host-tests` adds
 * the bundle of the tests that run inside the extension host, `--outdir` puts it all elsewhere than into dist/, `--inputs`
 * writes a list of the files that what ships is made of.
 */
import { globSync } from 'node:fs';
import { cp, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import esbuild from 'esbuild';

const { values: options } = parseArgs({
  options: {
    production: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
    sizes: { type: 'boolean', default: false },
    'host-tests': { type: 'boolean', default: false },
    outdir: { type: 'string', default: 'dist' },
    inputs: { type: 'string' },
  },
});

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = resolve(root, options.outdir);

/** @type {import('esbuild').BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: options.production,
  sourcemap: options.production ? false : 'linked',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

/**
 * For the extension host. `engines.vscode` in package.json promises Node 22 at least.
 * @type {import('esbuild').BuildOptions}
 */
const host = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  // Some packages' «main» is a UMD file whose requires no bundler can follow.
  mainFields: ['module', 'main'],
  external: ['vscode', './workbench.cjs', './cut-off-exports.cjs'],
  // `await import('./editor/workbench.ts')` becomes a `require` at first use.
  supported: { 'dynamic-import': false },
};

/**
 * Keeps what is not needed at once out of the first bundle: `import('./editor/workbench.ts')` loads its neighbour at run
 * time.
 * @type {import('esbuild').Plugin}
 */
const loadedLater = {
  name: 'loaded-later',
  setup(build) {
    build.onResolve({ filter: /\/editor\/(workbench|cut-off-exports)\.ts$/ }, ({ path }) => ({
      path: `./${basename(path, '.ts')}.cjs`,
      external: true,
    }));
  },
};

/**
 * `import('host-specs')` loads every test/host/**\/*.test.ts.
 * @type {import('esbuild').Plugin}
 */
const hostSpecs = {
  name: 'host-specs',
  setup(build) {
    build.onResolve({ filter: /^host-specs$/ }, ({ path }) => ({ path, namespace: 'host-specs' }));
    build.onLoad({ filter: /.*/, namespace: 'host-specs' }, () => {
      const files = globSync('test/host/**/*.test.ts', { cwd: root }).sort();
      const contents = files.map((file) => `import ${JSON.stringify(`./${file.replaceAll('\\', '/')}`)};`).join('\n');
      return { contents, resolveDir: root, watchFiles: files.map((file) => join(root, file)) };
    });
  },
};

/**
 * Lines that an editor's problem matcher can follow (see .vscode/tasks.json).
 * @type {import('esbuild').Plugin}
 */
const announceWatch = {
  name: 'announce-watch',
  setup(build) {
    build.onStart(() => console.log('[watch] build started'));
    build.onEnd(({ errors }) => {
      for (const { text, location } of errors) {
        if (location) console.log(`> ${location.file}:${location.line}:${location.column}: error: ${text}`);
      }
      console.log('[watch] build finished');
    });
  },
};

/** @type {import('esbuild').BuildOptions[]} */
const shipped = [
  {
    ...host,
    entryPoints: [{ in: 'src/extension.ts', out: 'extension' }],
    outdir: dist,
    outExtension: { '.js': '.cjs' },
    plugins: [loadedLater],
  },
  {
    ...host,
    entryPoints: [{ in: 'src/editor/workbench.ts', out: 'workbench' }],
    outdir: dist,
    outExtension: { '.js': '.cjs' },
  },
  {
    ...host,
    entryPoints: [{ in: 'src/editor/cut-off-exports.ts', out: 'cut-off-exports' }],
    outdir: dist,
    outExtension: { '.js': '.cjs' },
  },
  {
    ...shared,
    platform: 'browser',
    format: 'esm',
    // What `import()` asks for comes when it is needed: the page's nonce goes with it.
    splitting: true,
    chunkNames: 'webview-[name]-[hash]',
    // The Chromium of the oldest editor that package.json names.
    target: 'chrome138',
    entryPoints: [{ in: 'webview/main.ts', out: 'webview' }],
    outdir: dist,
    define: { 'process.env.NODE_ENV': JSON.stringify(options.production ? 'production' : 'development') },
    conditions: options.production ? ['production'] : ['development'],
  },
];

/** @type {import('esbuild').BuildOptions} */
const hostTests = {
  ...host,
  minify: false,
  sourcemap: 'linked',
  entryPoints: [{ in: 'test/host/run-host-tests.ts', out: 'host-tests' }],
  outdir: dist,
  outExtension: { '.js': '.cjs' },
  // Mocha loads its own files by name; it stays where npm put it.
  external: ['vscode', 'mocha'],
  plugins: [hostSpecs],
};

/** Icon font of the page. */
const codiconFolder = 'node_modules/@vscode/codicons/dist';
const codicons = ['codicon.css', 'codicon.ttf'];

async function copyCodicons() {
  for (const file of codicons) await cp(join(root, codiconFolder, file), join(dist, file));
}

/**
 * Writes down which files, from the checkout, what ships is made of.
 * @param {import('esbuild').Metafile[]} metafiles
 * @param {string} file
 */
async function writeInputs(metafiles, file) {
  const inputs = new Set(codicons.map((name) => `${codiconFolder}/${name}`));
  for (const metafile of metafiles) {
    for (const output of Object.values(metafile.outputs)) {
      for (const input of Object.keys(output.inputs)) inputs.add(input);
    }
  }
  await writeFile(file, JSON.stringify([...inputs].sort(), undefined, 2));
}

/** @param {import('esbuild').Metafile[]} metafiles */
async function printSizes(metafiles) {
  for (const metafile of metafiles) {
    for (const [file, output] of Object.entries(metafile.outputs)) {
      if (file.endsWith('.map')) continue;
      const { size } = await stat(join(root, file));
      console.log(`${basename(file).padEnd(24)} ${(size / 1024).toFixed(1).padStart(8)} KB`);
      const packages = new Map();
      for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
        const owner = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input.split('/')[0];
        packages.set(owner, (packages.get(owner) ?? 0) + bytesInOutput);
      }
      for (const [owner, bytes] of [...packages].sort((a, b) => b[1] - a[1])) {
        console.log(`  ${owner.padEnd(22)} ${(bytes / 1024).toFixed(1).padStart(8)} KB`);
      }
    }
  }
}

const builds = options['host-tests'] ? [...shipped, hostTests] : shipped;

if (options.watch) {
  await mkdir(dist, { recursive: true });
  await copyCodicons();
  for (const build of builds) {
    const context = await esbuild.context({ ...build, plugins: [...(build.plugins ?? []), announceWatch] });
    await context.watch();
  }
} else {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  try {
    const results = await Promise.all(builds.map((build) => esbuild.build(build)));
    const metafiles = results.map((result) => result.metafile);
    await copyCodicons();
    if (options.inputs !== undefined) await writeInputs(metafiles.slice(0, shipped.length), options.inputs);
    if (options.sizes) await printSizes(metafiles);
  } catch (error) {
    // esbuild has printed what is wrong where.
    if (!('errors' in Object(error))) console.error(error);
    process.exitCode = 1;
  }
}
