import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, link, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { NemoError } from '../../../src/client/errors.ts';
import { PartFile } from '../../../src/client/part-file.ts';

const hasModes = process.platform !== 'win32';

describe('The file that a download grows in', () => {
  let folder: string;
  let path: string;
  let umask: number;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nemo-part-'));
    path = join(folder, 'cut.mp4.part');
    // Whatever the system takes away by itself is not what is looked at.
    umask = process.umask(0);
  });
  afterEach(async () => {
    process.umask(umask);
    await rm(folder, { recursive: true, force: true });
  });

  const modeOf = async (file: string) => (await stat(file)).mode & 0o777;
  const isRefusal = (error: unknown) => error instanceof NemoError && error.code === 'diskFailed';

  async function append(text: string): Promise<void> {
    const part = await PartFile.open(path);
    await part.append(Buffer.from(text));
    await part.flush();
    await part.close();
  }

  it('is the user’s alone when it is new', async function () {
    if (!hasModes) return this.skip();
    await append('video');
    assert.equal(await modeOf(path), 0o600);
  });

  it('is the user’s alone when it goes on with one that others could read', async function () {
    if (!hasModes) return this.skip();
    await writeFile(path, 'vid');
    await chmod(path, 0o644);
    await append('eo');
    assert.equal(await readFile(path, 'utf8'), 'video');
    assert.equal(await modeOf(path), 0o600);
  });

  // Windows has no flag that says «follow no link»: there, the look at the path has to see it.
  for (const [system, flag] of [
    ['the system’s flag', undefined],
    ['a look at the path, where the system has no flag', 0],
  ] as const) {
    describe(`by ${system}`, () => {
      it('is not written through a link to another file', async () => {
        const other = join(folder, 'other');
        await writeFile(other, 'somebody’s');
        await symlink(other, path);
        await assert.rejects(PartFile.open(path, flag), isRefusal);
        assert.equal(await readFile(other, 'utf8'), 'somebody’s');
      });

      it('is not made at the end of a link that leads to nothing yet', async () => {
        const other = join(folder, 'other');
        await symlink(other, path);
        await assert.rejects(PartFile.open(path, flag), isRefusal);
        await assert.rejects(stat(other), { code: 'ENOENT' });
      });

      it('goes on where it stopped', async () => {
        await writeFile(path, 'vid');
        const part = await PartFile.open(path, flag);
        assert.equal(part.size, 3);
        await part.close();
      });
    });
  }

  it('is not what is no file', async () => {
    await mkdir(path);
    await assert.rejects(PartFile.open(path), isRefusal);
    await rm(path, { recursive: true });
    if (!hasModes) return;
    // What is written into a pipe somebody else reads.
    execFileSync('mkfifo', [path]);
    await assert.rejects(PartFile.open(path), isRefusal);
  });

  it('may have another name already: then it was put in its place, and only that was not noted', async () => {
    await writeFile(path, 'video');
    await link(path, join(folder, 'cut.mp4'));
    const part = await PartFile.open(path);
    assert.equal(part.size, 5);
    await part.close();
  });
});
