import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isWithin, realPlace } from '../../../src/editor/real-place.ts';

describe('Where a path leads', () => {
  let folder: string;
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'nemo-real-')));
    await mkdir(join(folder, 'inside', 'deep'), { recursive: true });
    await mkdir(join(folder, 'outside'));
    await writeFile(join(folder, 'outside', 'a.mp4'), '');
    await symlink(join(folder, 'outside'), join(folder, 'inside', 'out'));
    await symlink(join('..', 'outside', 'a.mp4'), join(folder, 'inside', 'a.mp4'));
    await symlink(join('..', 'outside', 'not-yet'), join(folder, 'inside', 'dangling'));
    await symlink('circle', join(folder, 'inside', 'circle'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const [path, place] of [
    ['inside/deep', 'inside/deep'],
    ['inside/new/folder/x.mp4', 'inside/new/folder/x.mp4'],
    ['inside/new/', 'inside/new'],
    ['inside/out', 'outside'],
    ['inside/out/new/x.mp4', 'outside/new/x.mp4'],
    ['inside/a.mp4', 'outside/a.mp4'],
    ['inside/dangling', 'outside/not-yet'],
    ['inside/dangling/x.mp4', 'outside/not-yet/x.mp4'],
  ] as const) {
    it(`${path} is ${place}`, async () => assert.equal(await realPlace(`${folder}/${path}`), join(folder, place)));
  }

  it('nobody knows where links lead in a circle', async () => {
    await assert.rejects(realPlace(join(folder, 'inside', 'circle')), { code: 'ELOOP' });
  });

  it('is within a folder, or not', () => {
    const root = join(folder, 'inside');
    assert.ok(isWithin(root, root));
    assert.ok(isWithin(join(root, 'x'), root));
    assert.ok(isWithin(join(root, '..x'), root));
    assert.ok(!isWithin(folder, root));
    assert.ok(!isWithin(`${root}side`, root));
    assert.ok(!isWithin(join(folder, 'outside', 'x'), root));
  });
});
