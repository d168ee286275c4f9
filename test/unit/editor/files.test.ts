import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';

import fc from 'fast-check';

import { FileLock } from '../../../src/editor/file-lock.ts';
import { readJsonFile, writeTextFile } from '../../../src/editor/json-file.ts';
import { candidateNames, placeFile } from '../../../src/editor/place-file.ts';
import { safeFileName } from '../../../src/editor/safe-file-name.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nemo-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('A name from the service', () => {
  for (const [name, safe] of [
    ['talk', 'talk'],
    ['北京 city.cut', '北京 city.cut'],
    ['../../etc/passwd', 'etc passwd'],
    ['..', 'video'],
    ['C:\\Windows\\x', 'C Windows x'],
    ['con', '_con'],
    ['LPT1.mp4', '_LPT1.mp4'],
    ['a\u0000b\u202Egpm.exe', 'a b gpm.exe'],
    [' .hidden. ', 'hidden'],
    ['', 'video'],
    ['/', 'video'],
  ] as const) {
    it(`${JSON.stringify(name)} becomes ${JSON.stringify(safe)}`, () =>
      assert.equal(safeFileName(name, 'video'), safe));
  }

  it('never leads out of its folder, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: fc.constantFrom('.', '/', '\\', 'a', ':', '\u0000') }),
        ),
        (name) => {
          const safe = safeFileName(name, 'video');
          assert.equal(resolve('/exports', safe), `${sep}exports${sep}${safe}`);
          assert.doesNotMatch(safe, /[\p{Cc}<>:"/\\|?*]/u);
          assert.ok(safe !== '' && Array.from(safe).length <= 81);
        },
      ),
    );
  });
});

describe('A finished file', () => {
  const place = (announced?: string, seen: string[] = []) =>
    placeFile(
      join(folder, 'x.part'),
      folder,
      candidateNames('cut', '.mp4'),
      (path) => {
        seen.push(path);
        return Promise.resolve();
      },
      announced,
    );

  beforeEach(() => writeFile(join(folder, 'x.part'), 'video'));

  it('gets its name, and the place is announced before', async () => {
    const seen: string[] = [];
    assert.equal(await place(undefined, seen), join(folder, 'cut.mp4'));
    assert.deepEqual(seen, [join(folder, 'cut.mp4')]);
    assert.deepEqual(await readdir(folder), ['cut.mp4']);
  });

  it('never takes the place of another one', async () => {
    await writeFile(join(folder, 'cut.mp4'), 'the user’s');
    await mkdir(join(folder, 'cut (2).mp4'));
    assert.equal(await place(), join(folder, 'cut (3).mp4'));
    assert.equal(await readFile(join(folder, 'cut.mp4'), 'utf8'), 'the user’s');
  });

  it('is not placed twice when the work broke off in the middle', async () => {
    const announced = join(folder, 'cut (2).mp4');
    await link(join(folder, 'x.part'), announced);
    assert.equal(await place(announced), announced);
    assert.deepEqual(await readdir(folder), ['cut (2).mp4']);
    assert.equal(await place(announced), announced);
    assert.deepEqual(await readdir(folder), ['cut (2).mp4']);
  });

  it('that another window has just placed is not placed a second time', async () => {
    await link(join(folder, 'x.part'), join(folder, 'cut.mp4'));
    assert.equal(await place(), join(folder, 'cut.mp4'));
    assert.deepEqual(await readdir(folder), ['cut.mp4']);
  });

  it('that another window places while its name is announced is not placed a second time', async () => {
    const other = () => link(join(folder, 'x.part'), join(folder, 'cut.mp4'));
    const names = candidateNames('cut', '.mp4');
    assert.equal(await placeFile(join(folder, 'x.part'), folder, names, other), join(folder, 'cut.mp4'));
    assert.deepEqual(await readdir(folder), ['cut.mp4']);
  });
});

describe('A lock', () => {
  const path = () => join(folder, 'job.lock');

  it('is held by one process at a time, however many take it and let it go', async () => {
    const holders = await Promise.all(Array.from({ length: 4 }, () => runContender(path())));
    const rounds = holders.reduce((sum, { taken }) => sum + taken, 0);
    assert.ok(rounds > 0, 'somebody had it');
    assert.equal(
      holders.reduce((sum, { shared }) => sum + shared, 0),
      0,
      `of ${rounds} times that somebody had the lock, somebody else had it too`,
    );
    assert.deepEqual(await readdir(folder), [], 'nothing is left that would bar the way');
  });

  it('is one window’s until it lets go', async () => {
    const mine = await FileLock.take(path());
    assert.ok(await mine?.holds());
    assert.equal(await FileLock.take(path()), undefined);
    await mine?.release();
    assert.equal(await mine?.holds(), false);
    const theirs = await FileLock.take(path());
    assert.ok(theirs);
    await theirs.release();
  });

  it('of many that ask at once goes to one', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await writeFile(path(), JSON.stringify({ owner: 'dead', pid, host: hostname() }));
    const taken = await Promise.all(Array.from({ length: 20 }, () => FileLock.take(path())));
    const held = await Promise.all(taken.map((lock) => lock?.holds() ?? Promise.resolve(false)));
    assert.ok(held.filter((one) => one).length <= 1);
    for (const lock of taken) await lock?.release();
    const next = await FileLock.take(path());
    assert.ok(next, 'nothing is left that would bar the way');
    await next.release();
  });

  it('is lost by an owner on another machine that has been silent for long', async () => {
    await writeFile(path(), JSON.stringify({ owner: 'elsewhere', pid: 1, host: 'another machine' }));
    assert.equal(await FileLock.take(path()), undefined);
    await utimes(path(), new Date(0), new Date(0));
    const mine = await FileLock.take(path());
    assert.ok(mine);
    await mine.release();
  });

  it('of a window on another machine is not judged by the processes of this one', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await writeFile(path(), JSON.stringify({ owner: 'elsewhere', pid, host: 'another machine' }));
    assert.equal(await FileLock.take(path()), undefined);
  });

  it('tells its owner that another window took it over', async () => {
    const old = await FileLock.take(path());
    assert.ok(old);
    await writeFile(path(), JSON.stringify({ owner: 'new', pid: process.pid, host: hostname() }));
    const { mtimeMs } = await stat(path());
    if (!old.lost.aborted) await once(old.lost, 'abort');
    assert.equal((await stat(path())).mtimeMs, mtimeMs, 'the new owner’s heartbeat is left to the new owner');
    await old.release();
  });

  it('that was taken over stays with who took it', async () => {
    const old = await FileLock.take(path());
    await writeFile(path(), JSON.stringify({ owner: 'new', pid: process.pid, host: hostname() }));
    assert.equal(await old?.holds(), false);
    await old?.release();
    assert.deepEqual(await readdir(folder), ['job.lock']);
  });
});

/** Takes and releases the lock many times in a process of its own; says how often it was not alone. */
async function runContender(path: string): Promise<{ readonly taken: number; readonly shared: number }> {
  const program = join(import.meta.dirname, 'lock-contender.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, path]);
  return JSON.parse(stdout) as { taken: number; shared: number };
}

describe('A written file', () => {
  it('is whole or not there, however many write it', async () => {
    const path = join(folder, 'deep', 'state.json');
    const texts = Array.from({ length: 20 }, (_, count) => JSON.stringify({ count, filling: 'x'.repeat(50_000) }));
    await Promise.all(texts.map((text) => writeTextFile(path, text, { durable: true })));
    assert.ok(texts.includes(await readFile(path, 'utf8')));
    assert.deepEqual(await readdir(join(folder, 'deep')), ['state.json']);
  });

  it('that is missing or broken reads as nothing', async () => {
    assert.equal(await readJsonFile(join(folder, 'none.json')), undefined);
    await writeFile(join(folder, 'broken.json'), '{"half":');
    assert.equal(await readJsonFile(join(folder, 'broken.json')), undefined);
  });
});
