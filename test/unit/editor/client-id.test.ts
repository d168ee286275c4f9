import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { readClientId } from '../../../src/editor/client-id.ts';
import { memento } from './editor-storage.ts';

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

describe('The client id of an installation', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nemo-id-'));
    path = join(folder, 'storage', 'client-id');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const read = (state = memento()) => readClientId(state, path, {});

  it('is one for all windows that start in the same moment', async () => {
    for (let round = 0; round < 20; round++) {
      const ids = await Promise.all(Array.from({ length: 12 }, () => read()));
      assert.equal(new Set(ids).size, 1);
      assert.match(ids[0]!, uuid);
      assert.deepEqual(await readdir(join(folder, 'storage')), ['client-id'], 'nothing else is left');
      await rm(path);
    }
  });

  it('is one for processes that start in the same moment', async function () {
    this.timeout(60_000);
    const source = pathToFileURL(join(import.meta.dirname, '../../../src/editor/client-id.ts')).href;
    const script = `
      const { readClientId } = await import(${JSON.stringify(source)});
      const state = { keys: () => [], get: () => undefined, update: () => Promise.resolve() };
      // Together, as exactly as a clock can make it.
      while (Date.now() < Number(process.argv[2])) {}
      console.log(await readClientId(state, process.argv[1], {}));`;
    const startMs = Date.now() + 1500;
    const runs = Array.from({ length: 4 }, () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, path, String(startMs)]),
    );
    const ids = (await Promise.all(runs)).map(({ stdout }) => stdout.trim());
    assert.equal(new Set(ids).size, 1, ids.join());
    assert.equal((await readFile(path, 'utf8')).trim(), ids[0]);
  });

  for (const [what, content] of [
    ['empty', ''],
    ['too long for the service', 'x'.repeat(65)],
    ['of several lines', 'one\ntwo'],
    ['not of letters', '\u0000\u0001'],
  ] as const) {
    it(`is made anew where the file is ${what}, and is one for all windows then too`, async () => {
      await mkdir(join(folder, 'storage'));
      await writeFile(path, content);
      const ids = await Promise.all([read(), read(), read()]);
      assert.equal(new Set([...ids, await read()]).size, 1);
      assert.match(ids[0], uuid);
    });
  }

  it('is made anew where the file is a folder', async () => {
    await mkdir(path, { recursive: true });
    assert.match(await read(), uuid);
  });

  it('is the file’s where what the editor remembers is none that the service takes', async () => {
    const id = await read();
    for (const known of ['x'.repeat(65), '', 'two words', 7, { id: 'x' }]) {
      assert.equal(await read(memento(new Map([['nemo.clientId', known]]))), id);
    }
  });

  it('is nobody else’s to read', async function () {
    if (process.platform === 'win32') this.skip();
    await read();
    assert.equal((await stat(path)).mode & 0o077, 0);
  });
});
