import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { systemClock } from '../../../src/client/clock.ts';
import { ArrivingFile } from '../../../src/editor/arriving-file.ts';
import { readClientId } from '../../../src/editor/client-id.ts';
import { FileLock } from '../../../src/editor/file-lock.ts';
import { writeTextFile } from '../../../src/editor/json-file.ts';
import { closeToOthers, makePrivateFolder } from '../../../src/editor/private-files.ts';
import { SessionStore } from '../../../src/editor/session-store.ts';
import { memento } from './editor-storage.ts';

/** Each file and folder beneath a folder, with the folder itself, and what may be done with it. */
async function modesIn(folder: string): Promise<Map<string, string>> {
  const modes = new Map<string, string>();
  for (const name of ['', ...(await readdir(folder, { recursive: true }))]) {
    const found = await lstat(join(folder, name));
    modes.set(`${name}${found.isDirectory() ? '/' : ''}`, (found.mode & 0o777).toString(8));
  }
  return modes;
}

async function assertPrivate(folder: string, atLeast: number): Promise<void> {
  const modes = await modesIn(folder);
  assert.ok(modes.size >= atLeast, [...modes.keys()].join('\n'));
  for (const [name, mode] of modes) assert.equal(mode, name.endsWith('/') ? '700' : '600', name);
}

(process.platform === 'win32' ? describe.skip : describe)('What is kept on the disk', () => {
  let folder: string;
  let storage: string;
  let umask: number;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nemo-private-'));
    storage = join(folder, 'made', 'storage');
    // Whatever the system takes away by itself is not what is looked at.
    umask = process.umask(0);
  });
  afterEach(async () => {
    process.umask(umask);
    await rm(folder, { recursive: true, force: true });
  });

  it('is the user’s alone in folders that are made, with those above them', async () => {
    await makePrivateFolder(join(storage, 'deep', 'er'));
    await assertPrivate(join(folder, 'made'), 4);
  });

  it('is the user’s alone as a written file', async () => {
    await writeTextFile(join(storage, 'state.json'), '{}');
    await assertPrivate(storage, 2);
  });

  it('is the user’s alone as a lock', async () => {
    const lock = await FileLock.take(join(storage, 'job.lock'));
    await assertPrivate(storage, 2);
    await lock?.release();
  });

  it('is the user’s alone as the client’s id', async () => {
    await readClientId(memento(), join(storage, 'client-id'), {});
    await assertPrivate(storage, 2);
  });

  it('is the user’s alone as a session with its drafts', async () => {
    const file = new SessionStore(storage, systemClock).create('https://example.org', 'A');
    await file.save();
    await file.addVersion({
      sessionId: '1',
      draftText: '{"tracks":[]}',
      draft: { tracks: [] },
      videoInfos: [],
      generatedMedia: [],
      canvasConfig: undefined,
    });
    await file.flush();
    await assertPrivate(storage, 6);
  });

  it('is the user’s alone as a file that a page hands over', async () => {
    const page = new AbortController();
    const arriving = new ArrivingFile({
      name: 'a.mp4',
      bytes: 1,
      folder: join(storage, 'one'),
      chatId: '1',
      page: page.signal,
      onPageGone: () => undefined,
    });
    await arriving.ready();
    await assertPrivate(storage, 3);
    await arriving.remove();
  });

  it('is taken from others where an earlier version let them read it, and links are left alone', async () => {
    const outside = join(folder, 'outside.txt');
    await writeFile(outside, 'the user’s own', { mode: 0o644 });
    await mkdir(join(storage, 'sessions', 'a'), { recursive: true, mode: 0o755 });
    await writeFile(join(storage, 'sessions', 'a', 'session.json'), '{}', { mode: 0o644 });
    await writeFile(join(storage, 'client-id'), 'id', { mode: 0o664 });
    await chmod(storage, 0o755);
    await closeToOthers(storage);
    await assertPrivate(storage, 5);
    await symlink(outside, join(storage, 'link'));
    await closeToOthers(storage);
    assert.equal((await stat(outside)).mode & 0o777, 0o644);
  });

  it('that is not there is no error', async () => {
    await closeToOthers(join(folder, 'nothing'));
  });
});
