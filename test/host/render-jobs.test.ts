import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import * as vscode from 'vscode';

import type { Clock } from '../../src/client/clock.ts';
import { processMark } from '../../src/editor/living-process.ts';
import { placeRemoteFile } from '../../src/editor/place-remote-file.ts';
import { RenderJobFolder, type RenderJob } from '../../src/editor/render-job.ts';
import { hastyClock, Machine, type EditorWindow } from './editor-windows.ts';
import { clip, eventually } from './extension-under-test.ts';
import { FarAway } from './far-away.ts';
import { sandbox } from './sandbox-control.ts';

describe('Render jobs', () => {
  let machine: Machine;
  let window: EditorWindow;

  const start = async (from: EditorWindow) =>
    (await from.chats.chat()).exports.start({
      target: { uri: vscode.Uri.file(join(machine.exports, 'cut.mp4')), isByPerson: true },
    });
  const phase = (of: EditorWindow, id: string) => of.jobs.get(id)?.phase;
  const reaches = (of: EditorWindow, id: string, wanted: RenderJob['phase']) =>
    eventually(of.jobs.onDidChange, () => phase(of, id) === wanted);
  const files = async () => (await readdir(machine.exports).catch(() => [])).sort();
  const rendersOf = async (job: RenderJob) =>
    (await sandbox.renders()).filter(({ sessionId }) => sessionId === job.sessionId);

  beforeEach(async () => {
    await sandbox.calm();
    machine = await Machine.start();
    window = machine.openWindow();
    await (await window.chats.chat()).uploads.upload([clip('talk.mp4')]);
  });

  afterEach(async () => {
    await sandbox.calm();
    await machine.stop();
  });

  it('are on disk before anything leaves', async () => {
    await sandbox.addFault({ endpoint: 'submitRender', moment: 'beforeRequest', kind: 'stall' });
    const job = await start(window);
    await reaches(window, job.id, 'submitting');
    const [onDisk] = await readdir(join(machine.storage, 'renders')).then((all) =>
      all.filter((one) => one.endsWith('.json')),
    );
    assert.equal(onDisk, `${job.id}.json`);
    assert.match(job.renderId, /^render_\d+/);
  });

  it('go on in the next window and end in exactly one file', async () => {
    await sandbox.configure({ holdRenders: true });
    const job = await start(window);
    await reaches(window, job.id, 'rendering');
    await window.close();
    await sandbox.configure({ holdRenders: false });

    const next = machine.openWindow();
    await next.jobs.resume();
    const over = await next.jobs.whenOver(job.id);
    assert.equal(over?.phase, 'done', over?.error?.message);
    assert.deepEqual(await files(), ['cut.mp4']);
    assert.deepEqual(
      (await rendersOf(job)).map(({ submits }) => submits),
      [1],
    );
  });

  it('of another service rest, whichever service is in use', async () => {
    await sandbox.configure({ holdRenders: true });
    const job = await start(window);
    await reaches(window, job.id, 'rendering');
    await window.close();
    await sandbox.configure({ holdRenders: false });
    const other = `${job.id}_elsewhere`;
    await new RenderJobFolder(machine.renders).write({
      ...job,
      id: other,
      renderId: other,
      phase: 'rendering',
      origin: 'https://elsewhere.example',
    });

    const next = machine.openWindow();
    const { requests } = await sandbox.during(async () => {
      await next.jobs.resume();
      assert.equal((await next.jobs.whenOver(job.id))?.phase, 'done');
    });
    assert.deepEqual(
      requests.filter(({ path }) => path.includes(other)),
      [],
    );
    assert.equal(phase(next, other), 'rendering');
  });

  it('are never shown as they were before, however long it takes to read the disk', async () => {
    await window.close();
    const folder = new SlowFolder(machine.renders);
    const next = machine.openWindow({ renders: folder });
    await sandbox.configure({ holdRenders: true });
    const job = await start(next);
    await reaches(next, job.id, 'rendering');

    const { read, goOn } = folder.holdNextList();
    const look = next.jobs.resume();
    await read;
    await sandbox.configure({ holdRenders: false });
    await reaches(next, job.id, 'done');
    await untilGone(folder.lockPath(job.id));
    const phases: (string | undefined)[] = [];
    const listener = next.jobs.onDidChange(({ id }) => phases.push(phase(next, id)));
    goOn();
    await look;
    assert.deepEqual(phases, []);

    const again = folder.holdNextList();
    const lookAgain = next.jobs.resume();
    await again.read;
    await next.jobs.remove(job.id);
    again.goOn();
    await lookAgain;
    assert.equal(next.jobs.get(job.id), undefined);
    listener.dispose();
  });

  it('are submitted again under the same id when nobody knows whether the submit arrived', async () => {
    await sandbox.configure({ holdRenders: true });
    const job = await start(window);
    await reaches(window, job.id, 'rendering');
    await window.close();
    await machine.rewriteJob(job.id, (old) => ({ ...old, phase: 'submitting' }));
    await sandbox.configure({ holdRenders: false });

    const next = machine.openWindow();
    await next.jobs.resume();
    assert.equal((await next.jobs.whenOver(job.id))?.phase, 'done');
    assert.deepEqual(await files(), ['cut.mp4']);
    assert.deepEqual(
      (await rendersOf(job)).map(({ id, submits }) => [id, submits]),
      [[job.renderId, 2]],
    );
  });

  it('are taken over at once from a window that died', async () => {
    await sandbox.configure({ holdRenders: true });
    const job = await start(window);
    await reaches(window, job.id, 'rendering');
    await window.close();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await machine.leaveLock(job.id, pid, hostname());
    await sandbox.configure({ holdRenders: false });

    const next = machine.openWindow();
    await next.jobs.resume();
    assert.equal((await next.jobs.whenOver(job.id))?.phase, 'done');
    assert.deepEqual(await files(), ['cut.mp4']);
  });

  it('leave nothing of a window that was killed beside them, and keep what a job still needs', async () => {
    const done = await start(window);
    await window.jobs.whenOver(done.id);
    await sandbox.addFault({ endpoint: 'pollRender', moment: 'beforeAnswer', kind: 'status', status: 403, times: 99 });
    const failed = await start(window);
    assert.equal((await window.jobs.whenOver(failed.id))?.phase, 'failed');
    await sandbox.clearFaults();
    await window.close();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const [computer] = processMark.split('-');
    const uuid = '0b52a1f4-6c1d-4a53-9f0c-2f4f3a1f6d7e';
    const never = 'render_1_00000000';
    await machine.leaveLock(done.id, pid, hostname());
    await machine.leaveLock(never, pid, hostname());
    await machine.leaveLock(`${failed.id}-asking`, pid, hostname());
    const left = [
      `${never}.json.${computer}-${pid}.${uuid}.tmp`,
      `${never}.lock.clearing`,
      `${never}.cancel`,
      `${done.id}.json.${computer}-${pid}.${uuid}.tmp`,
      `${done.id}.cancel`,
      `${done.id}.part`,
      `${failed.id}.cancel`,
    ];
    const kept = [`${failed.id}.part`, `render_2_00000000.json`, `render_2_00000000.cancel`];
    for (const name of [...left, ...kept]) await writeFile(join(machine.renders, name), '{"version":2}');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(join(machine.renders, `${never}.lock.clearing`), longAgo, longAgo);

    const next = machine.openWindow();
    await next.jobs.resume();
    assert.deepEqual((await readdir(machine.renders)).sort(), [`${done.id}.json`, `${failed.id}.json`, ...kept].sort());
    assert.equal(next.jobs.get(failed.id)?.phase, 'failed');
  });

  it('that are cancelled stay cancelled, though the window is killed before it could say so', async () => {
    await sandbox.configure({ holdRenders: true });
    const job = await start(window);
    await reaches(window, job.id, 'rendering');
    const wish = join(machine.renders, `${job.id}.cancel`);
    let wasAskedUntilSaid: boolean | undefined;
    const listener = window.jobs.onDidChange(({ id }) => {
      if (phase(window, id) === 'cancelled') wasAskedUntilSaid ??= existsSync(wish);
    });
    await window.jobs.cancel(job.id);
    listener.dispose();
    assert.equal(wasAskedUntilSaid, true, 'whoever comes after a kill finds the wish, or the end');
    assert.equal(existsSync(wish), false);
    assert.equal(phase(window, job.id), 'cancelled');
  });

  describe('that were cut off between the file and its note', () => {
    for (const [moment, prepare] of [
      ['after the move', () => Promise.resolve()],
      ['in mid-move', (file: string, part: string) => link(file, part)],
    ] as const) {
      it(`${moment}: keep the one file`, async () => {
        const job = await start(window);
        assert.equal((await window.jobs.whenOver(job.id))?.phase, 'done');
        await window.close();
        const file = join(machine.exports, 'cut.mp4');
        await prepare(file, join(machine.exports, `cut.mp4.${job.renderId}.part`));
        await machine.rewriteJob(job.id, (old) => ({ ...old, phase: 'downloading' }));

        const next = machine.openWindow();
        await next.jobs.resume();
        const over = await next.jobs.whenOver(job.id);
        assert.equal(over?.phase, 'done');
        assert.equal(over.file, vscode.Uri.file(file).toString());
        assert.deepEqual(await files(), ['cut.mp4']);
      });
    }
  });

  describe('into a file system that only the editor reaches', () => {
    const far = new FarAway();
    const target = vscode.Uri.from({ scheme: 'nemo-far-exports', path: '/cut.mp4' });
    let registration: vscode.Disposable;
    const exportThere = async () => {
      const job = await (await window.chats.chat()).exports.start({ target: { uri: target, isByPerson: true } });
      const over = await window.jobs.whenOver(job.id);
      assert.equal(over?.phase, 'done', over?.error?.message);
      return over;
    };
    const goOn = async (id: string) => {
      const next = machine.openWindow();
      await next.jobs.resume();
      const over = await next.jobs.whenOver(id);
      assert.equal(over?.phase, 'done', over?.error?.message);
      return over;
    };

    before(() => {
      registration = vscode.workspace.registerFileSystemProvider(target.scheme, far, { isCaseSensitive: true });
    });
    beforeEach(() => {
      far.files.clear();
      far.onWrite = () => undefined;
    });
    after(() => void registration.dispose());

    it('are whole, and never over a file that is there', async () => {
      far.files.set('/cut.mp4', Buffer.from('the user’s own'));
      const { file, size } = await exportThere();
      assert.equal(file, target.with({ path: '/cut (2).mp4' }).toString());
      assert.equal(far.files.get('/cut (2).mp4')?.length, size);
      assert.equal(String(far.files.get('/cut.mp4')), 'the user’s own');
    });

    it('are never over a file that comes at the last moment', async () => {
      const part = join(machine.exports, 'finished.part');
      await mkdir(machine.exports, { recursive: true });
      await writeFile(part, 'the video');
      const announced: string[] = [];
      const placed = await placeRemoteFile(part, target.with({ path: '/' }), ['cut.mp4', 'cut (2).mp4'], ({ path }) => {
        announced.push(path);
        if (path === '/cut.mp4') far.files.set(path, Buffer.from('the user’s own'));
        return Promise.resolve();
      });
      assert.equal(placed.path, '/cut (2).mp4');
      assert.deepEqual(announced, ['/cut.mp4', '/cut (2).mp4']);
      assert.deepEqual(
        [...far.files].map(([path, content]) => [path, String(content)]),
        [
          ['/cut.mp4', 'the user’s own'],
          ['/cut (2).mp4', 'the video'],
        ],
      );
    });

    it('have the place on disk before the file is put there', async () => {
      const places: (string | undefined)[] = [];
      far.onWrite = () => places.push(...machine.jobsOnDisk().map(({ file }) => file));
      await exportThere();
      assert.deepEqual(places, [target.toString()]);
    });

    for (const [moment, left] of [
      ['after the copy', (video: Uint8Array) => video],
      ['in the middle of the copy', (video: Uint8Array) => video.subarray(0, 1000)],
      ['before the copy', () => undefined],
    ] as const) {
      it(`that were cut off ${moment}: keep the one file`, async () => {
        const { id, size } = await exportThere();
        await window.close();
        const video = far.files.get('/cut.mp4') ?? assert.fail();
        const there = left(video);
        far.files.clear();
        if (there) far.files.set('/cut.mp4', there);
        await writeFile(new RenderJobFolder(machine.renders).partPath(id), video);
        await machine.rewriteJob(id, (old) => ({ ...old, phase: 'downloading' }));

        const { file } = await goOn(id);
        assert.equal(file, target.toString());
        assert.deepEqual([...far.files.keys()], ['/cut.mp4']);
        assert.equal(far.files.get('/cut.mp4')?.length, size);
        assert.deepEqual(await partsIn(machine.renders), []);
      });
    }

    it('that were cut off after the copy was done with: keep the one file', async () => {
      const { id } = await exportThere();
      await window.close();
      await machine.rewriteJob(id, (old) => ({ ...old, phase: 'downloading' }));
      const { requests } = await sandbox.during(() => goOn(id));
      assert.deepEqual([...far.files.keys()], ['/cut.mp4']);
      assert.ok(requests.every(({ endpoint }) => endpoint !== 'download'));
    });

    it('that were cut off find another name where the place was taken since', async () => {
      const { id, size } = await exportThere();
      await window.close();
      const video = far.files.get('/cut.mp4') ?? assert.fail();
      far.files.set('/cut.mp4', Buffer.from('the user’s own'));
      await writeFile(new RenderJobFolder(machine.renders).partPath(id), video);
      await machine.rewriteJob(id, (old) => ({ ...old, phase: 'downloading' }));
      await goOn(id);
      assert.equal(String(far.files.get('/cut.mp4')), 'the user’s own');
      assert.equal(far.files.get('/cut (2).mp4')?.length, size);
    });
  });

  it('are driven by one of several windows, and seen by all', async () => {
    // Whoever asks the service how it goes waits in between.
    const waits: number[] = [];
    const clock: Clock = {
      ...hastyClock,
      sleep: (ms, signal) => {
        waits.push(ms);
        return hastyClock.sleep(ms, signal);
      },
    };
    const others = [machine.openWindow({ clock }), machine.openWindow({ clock })];
    for (const other of others) await other.jobs.resume();
    const job = await start(window);
    for (const one of [window, ...others]) {
      await eventually(one.jobs.onDidChange, () => one.jobs.get(job.id) !== undefined);
      assert.equal((await one.jobs.whenOver(job.id))?.phase, 'done');
    }
    assert.deepEqual(await files(), ['cut.mp4']);
    assert.deepEqual(
      (await rendersOf(job)).map(({ submits, downloads }) => [submits, downloads]),
      [[1, 1]],
    );
    assert.deepEqual(waits, []);
  });

  it('ask how it goes soon at first, and then every 30 s', async () => {
    const waits: number[] = [];
    const many = Promise.withResolvers<undefined>();
    const clock: Clock = {
      ...hastyClock,
      sleep: (ms, signal) => {
        waits.push(ms);
        if (waits.length === 8) many.resolve(undefined);
        return hastyClock.sleep(ms, signal);
      },
    };
    await sandbox.configure({ holdRenders: true });
    const patient = machine.openWindow({ clock });
    await (await patient.chats.chat()).uploads.upload([clip('talk.mp4')]);
    const job = await start(patient);
    await many.promise;
    assert.deepEqual(waits.slice(0, 8), [2_000, 3_000, 5_000, 8_000, 13_000, 30_000, 30_000, 30_000]);
    await patient.jobs.cancel(job.id);
  });

  it('are given up after half an hour at the service', async () => {
    let waitedMs = 0;
    const clock: Clock = {
      ...hastyClock,
      now: () => hastyClock.now() + waitedMs,
      sleep: (ms, signal) => {
        waitedMs += ms;
        return hastyClock.sleep(1, signal);
      },
    };
    await sandbox.configure({ holdRenders: true });
    const patient = machine.openWindow({ clock });
    await (await patient.chats.chat()).uploads.upload([clip('talk.mp4')]);
    const { id } = await start(patient);
    const over = await patient.jobs.whenOver(id);
    assert.deepEqual([over?.phase, over?.error?.code], ['failed', 'timedOut']);
    assert.ok(waitedMs >= 30 * 60_000 && waitedMs <= 31 * 60_000, `${waitedMs} ms`);
    await patient.jobs.cancel(id);
  });

  it('that are over stay in the list up to thirty, and their videos for good', async () => {
    await sandbox.configure({ nextRender: null });
    const { id } = await start(window);
    const done = await window.jobs.whenOver(id);
    assert.ok(done?.phase === 'done');
    await window.close();
    const folder = new RenderJobFolder(machine.renders);
    for (let count = 1; count <= 32; count++) {
      await folder.write({ ...done, id: `${id}_${count}`, createdAtMs: done.createdAtMs + count });
    }
    const next = machine.openWindow();
    await next.jobs.resume();
    const kept = next.jobs.list().map((job) => job.id);
    assert.deepEqual([kept.length, kept[0], kept.at(-1)], [30, `${id}_3`, `${id}_32`]);
    assert.deepEqual(machine.jobsOnDisk().length, 30);
    assert.deepEqual(await files(), ['cut.mp4']);
  });

  it('that the service fails to render a second time fail, and are ordered again only when asked', async () => {
    await sandbox.configure({ holdRenders: true, nextRender: 'fail' });
    const job = await start(window);
    await reaches(window, job.id, 'rendering');
    await window.close();
    await machine.rewriteJob(job.id, (old) => ({ ...old, attempt: 2 }));
    await sandbox.configure({ holdRenders: false });

    const next = machine.openWindow();
    await next.jobs.resume();
    const failed = await next.jobs.whenOver(job.id);
    assert.deepEqual([failed?.phase, failed?.error?.code], ['failed', 'renderFailed']);
    assert.equal((await rendersOf(job)).length, 1);
    await next.jobs.retry(job.id);
    assert.equal((await next.jobs.whenOver(job.id))?.phase, 'done');
    assert.equal((await rendersOf(job)).length, 2);
    assert.deepEqual(await files(), ['cut.mp4']);
  });

  it('of one session wait for each other', async () => {
    await sandbox.configure({ holdRenders: true });
    const one = await start(window);
    const two = await start(window);
    await reaches(window, one.id, 'rendering');
    assert.equal(phase(window, two.id), 'waiting');
    assert.equal((await rendersOf(one)).length, 1);
    await sandbox.configure({ holdRenders: false });
    await Promise.all([window.jobs.whenOver(one.id), window.jobs.whenOver(two.id)]);
    assert.deepEqual(await files(), ['cut (2).mp4', 'cut.mp4']);
  });

  it('end when they are cancelled, in this window or in another one', async () => {
    const other = machine.openWindow();
    await other.jobs.resume();
    await sandbox.configure({ holdRenders: true });
    for (const canceller of [window, other]) {
      const job = await start(window);
      await reaches(window, job.id, 'rendering');
      await eventually(canceller.jobs.onDidChange, () => canceller.jobs.get(job.id) !== undefined);
      await canceller.jobs.cancel(job.id);
      assert.equal((await window.jobs.whenOver(job.id))?.phase, 'cancelled');
      assert.equal((await rendersOf(job)).find(({ id }) => id === job.renderId)?.status, 'cancelled');
    }
    assert.deepEqual(await files(), []);
  });

  it('say so where the service cannot cancel', async () => {
    await sandbox.configure({ holdRenders: true, cancelSupported: false });
    const job = await start(window);
    await reaches(window, job.id, 'rendering');
    await window.jobs.cancel(job.id);
    const over = await window.jobs.whenOver(job.id);
    await sandbox.configure({ cancelSupported: true });
    assert.equal(over?.phase, 'cancelled');
    assert.match(over.note ?? '', /could not stop/);
  });

  /** A render that is under way, on a disk that is full by now. */
  async function renderOnFullDisk() {
    const folder = new FullFolder(machine.renders);
    await window.close();
    window = machine.openWindow({ renders: folder });
    await sandbox.configure({ holdRenders: true });
    const job = await start(window);
    await reaches(window, job.id, 'rendering');
    folder.isFull = true;
    return { folder, job };
  }

  it('fail once where the disk is full, say so, and go on when there is room and somebody asks', async () => {
    const { folder, job } = await renderOnFullDisk();
    await sandbox.configure({ holdRenders: false });
    const over = await window.jobs.whenOver(job.id);
    assert.deepEqual([over?.phase, over?.error?.code], ['failed', 'diskFailed']);
    assert.match(over?.error?.message ?? '', /disk is full/);
    const { requests } = await sandbox.during(async () => {
      for (let look = 0; look < 3; look++) await window.jobs.resume();
    });
    assert.deepEqual(requests, []);
    assert.equal(phase(window, job.id), 'failed');

    folder.isFull = false;
    await window.jobs.resume();
    assert.deepEqual(
      machine.jobsOnDisk().map((left) => left.phase),
      ['failed'],
    );
    await window.jobs.retry(job.id);
    assert.equal((await window.jobs.whenOver(job.id))?.phase, 'done');
    assert.equal((await rendersOf(job)).length, 1);
  });

  it('that were cancelled on a full disk are not gone on with by the next window', async () => {
    const { job } = await renderOnFullDisk();
    await window.jobs.cancel(job.id);
    assert.equal(phase(window, job.id), 'cancelled');
    await window.close();
    const next = machine.openWindow();
    await next.jobs.resume();
    assert.equal((await next.jobs.whenOver(job.id))?.phase, 'cancelled');
  });

  it('never write over a file that came in the meantime', async () => {
    await mkdir(machine.exports, { recursive: true });
    await writeFile(join(machine.exports, 'cut.mp4'), 'the user’s own');
    const job = await start(window);
    const over = await window.jobs.whenOver(job.id);
    assert.equal(over?.file, vscode.Uri.file(join(machine.exports, 'cut (2).mp4')).toString());
    assert.equal((await stat(join(machine.exports, 'cut.mp4'))).size, Buffer.byteLength('the user’s own'));
  });

  it('resume a download that was cut, and try again where they failed', async () => {
    await sandbox.addFault({ endpoint: 'download', moment: 'midAnswer', kind: 'cut', times: 2 });
    const job = await start(window);
    assert.equal((await window.jobs.whenOver(job.id))?.phase, 'done');

    await sandbox.addFault({ endpoint: 'pollRender', moment: 'beforeAnswer', kind: 'status', status: 403, times: 99 });
    const refused = await start(window);
    const failed = await window.jobs.whenOver(refused.id);
    assert.equal(failed?.phase, 'failed');
    assert.ok(failed.error?.message);
    await sandbox.clearFaults();
    await window.jobs.retry(refused.id);
    assert.equal((await window.jobs.whenOver(refused.id))?.phase, 'done');
    assert.deepEqual(await files(), ['cut (2).mp4', 'cut.mp4']);
    assert.equal((await rendersOf(job)).length, 2, 'the second render was not ordered again');
  });
});

/** A disk that can be full. */
class FullFolder extends RenderJobFolder {
  isFull = false;

  override async write(job: RenderJob, durable?: boolean): Promise<void> {
    if (this.isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    await super.write(job, durable);
  }
}

/** A disk on which reading a folder can take its time. */
class SlowFolder extends RenderJobFolder {
  #next: { readonly read: () => void; readonly held: Promise<void> } | undefined;

  /** What the next look reads is old by the time it arrives. `read` resolves when it was read, `goOn` lets it arrive. */
  holdNextList(): { readonly read: Promise<void>; readonly goOn: () => void } {
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const read = new Promise<void>((resolve) => (this.#next = { read: resolve, held }));
    return { read, goOn: () => goOn() };
  }

  override async list(): Promise<RenderJob[]> {
    const next = this.#next;
    this.#next = undefined;
    const jobs = await super.list();
    next?.read();
    await next?.held;
    return jobs;
  }
}

async function partsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.part'));
}

async function untilGone(path: string): Promise<void> {
  while (existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 10));
}
