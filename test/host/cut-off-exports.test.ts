import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as vscode from 'vscode';

import type { Clock } from '../../src/client/clock.ts';
import { askAboutCutOffExports, type CutOffExportsOptions } from '../../src/editor/cut-off-exports.ts';
import { RenderJobFolder, type RenderJob } from '../../src/editor/render-job.ts';
import { hastyClock, Machine } from './editor-windows.ts';
import { clip, eventually } from './extension-under-test.ts';
import { sandbox, sandboxUrl } from './sandbox-control.ts';

/** A window of the editor in which nobody has opened Nemo yet. */
class QuietWindow {
  readonly asked: string[] = [];
  readonly #closing = new AbortController();
  readonly #options: CutOffExportsOptions;
  #wentOn = 0;

  constructor(
    machine: Machine,
    answer: (...buttons: string[]) => string | undefined | PromiseLike<undefined>,
    options: Partial<CutOffExportsOptions> = {},
  ) {
    this.#options = {
      folder: new RenderJobFolder(machine.renders),
      clock: hastyClock,
      origin: () => sandboxUrl.origin,
      workspace: vscode.workspace,
      ask: async (sentence, ...buttons) => {
        this.asked.push(sentence);
        return answer(...buttons);
      },
      goOn: async () => {
        this.#wentOn++;
        await machine.openWindow().jobs.resume();
      },
      isInUse: () => false,
      closing: this.#closing.signal,
      ...options,
    };
  }

  get wentOn(): boolean {
    return this.#wentOn > 0;
  }

  /** Resolves when the question is answered, or there is none. */
  look(): Promise<void> {
    return askAboutCutOffExports(this.#options);
  }

  close(): void {
    this.#closing.abort(new Error('The window closes.'));
  }
}

const goOn = (yes?: string) => yes;
const notNow = (_?: string, no?: string) => no;
const never = () => new Promise<undefined>(() => undefined);

/** What a window has open beside the one that the tests run in. */
const otherFolder: CutOffExportsOptions['workspace'] = {
  workspaceFolders: [{ uri: vscode.Uri.file('/elsewhere'), name: 'elsewhere', index: 0 }],
  getWorkspaceFolder: () => undefined,
};
const noFolder: CutOffExportsOptions['workspace'] = {
  workspaceFolders: undefined,
  getWorkspaceFolder: () => undefined,
};

describe('Exports that were cut off', () => {
  let machine: Machine;

  /** Starts exports, and closes the window in the middle of them. */
  async function cutOff(...names: string[]): Promise<RenderJob[]> {
    const { window, jobs } = await startExports(...names);
    await window.close();
    return jobs;
  }

  async function startExports(...names: string[]) {
    const window = machine.openWindow();
    const chat = await window.chats.chat();
    await chat.uploads.upload([clip('talk.mp4')]);
    await sandbox.configure({ holdRenders: true });
    const jobs: RenderJob[] = [];
    for (const name of names)
      jobs.push(
        await chat.exports.start({ target: { uri: vscode.Uri.file(join(machine.exports, name)), isByPerson: true } }),
      );
    const [first] = jobs;
    assert.ok(first);
    await eventually(window.jobs.onDidChange, () => window.jobs.get(first.id)?.phase === 'rendering');
    return { window, jobs };
  }

  const onDisk = async () => {
    const names = (await readdir(machine.renders)).filter((name) => name.endsWith('.json')).sort();
    return Promise.all(names.map((name) => readFile(join(machine.renders, name), 'utf8')));
  };

  beforeEach(async () => {
    await sandbox.calm();
    machine = await Machine.start();
  });

  afterEach(async () => {
    await sandbox.calm();
    await machine.stop();
  });

  it('are asked about by name, without a request, and end in their file once somebody says so', async () => {
    const [job] = await cutOff('cut.mp4');
    assert.ok(job);
    await sandbox.configure({ holdRenders: false });
    let seen: Awaited<ReturnType<typeof onDisk>> = [];
    const before = await onDisk();
    const { requests: requestsBefore } = await sandbox.counts();
    const next = machine.openWindow();
    const window = new QuietWindow(machine, goOn, {
      ask: async (sentence, yes) => {
        window.asked.push(sentence);
        seen = await onDisk();
        assert.deepEqual(await sandbox.requests(requestsBefore), []);
        return yes;
      },
      goOn: () => next.jobs.resume(),
    });
    await window.look();
    assert.deepEqual(window.asked, ['The export of “cut.mp4” was cut off. Nemo can go on where it stopped.']);
    assert.deepEqual(seen, before);
    const over = await next.jobs.whenOver(job.id);
    assert.equal(over?.phase, 'done', over?.error?.message);
    assert.deepEqual(await readdir(machine.exports), ['cut.mp4']);
    assert.deepEqual(
      (await readdir(machine.renders)).filter((name) => name.includes('asking')),
      [],
    );
  });

  it('stay as they are where somebody says «Not Now», and the next window asks again', async () => {
    await cutOff('cut.mp4');
    const before = await onDisk();
    for (const which of ['this window', 'the next']) {
      const window = new QuietWindow(machine, notNow);
      const { requests } = await sandbox.during(() => window.look());
      assert.equal(window.asked.length, 1, which);
      assert.equal(window.wentOn, false);
      assert.deepEqual(requests, []);
      assert.deepEqual(await onDisk(), before);
    }
  });

  it('are asked about all at once', async () => {
    await cutOff('one.mp4', 'two.mp4');
    const window = new QuietWindow(machine, notNow);
    await window.look();
    assert.deepEqual(window.asked, ['2 exports were cut off. Nemo can go on where they stopped.']);
  });

  it('need no question where there are none, or Nemo is in use anyway', async () => {
    const fresh = new QuietWindow(machine, goOn);
    await fresh.look();
    assert.deepEqual(fresh.asked, []);

    await cutOff('cut.mp4');
    const inUse = new QuietWindow(machine, goOn, { isInUse: () => true });
    await inUse.look();
    assert.deepEqual(inUse.asked, []);
  });

  for (const phase of ['done', 'failed', 'cancelled'] as const) {
    it(`are none where they are ${phase}`, async () => {
      const [job] = await cutOff('cut.mp4');
      assert.ok(job);
      await machine.rewriteJob(job.id, (old) => ({ ...old, phase }));
      const window = new QuietWindow(machine, goOn);
      await window.look();
      assert.deepEqual(window.asked, []);
    });
  }

  it('are none where somebody cancelled them and the window was killed before it could say so', async () => {
    const [job] = await cutOff('cut.mp4');
    assert.ok(job);
    await writeFile(new RenderJobFolder(machine.renders).cancelPath(job.id), '');
    const window = new QuietWindow(machine, goOn);
    await window.look();
    assert.deepEqual(window.asked, []);
  });

  it('rest where they belong to another service, or the address of this one cannot be used', async () => {
    await cutOff('cut.mp4');
    for (const origin of ['https://example.org', undefined]) {
      const window = new QuietWindow(machine, goOn, { origin: () => origin });
      await window.look();
      assert.deepEqual(window.asked, []);
    }
  });

  it('are not asked about while another window works on them, but once it went without an end', async () => {
    const { window: busy } = await startExports('cut.mp4');
    const looked = Promise.withResolvers<undefined>();
    const gone = Promise.withResolvers<undefined>();
    const clock: Clock = {
      ...hastyClock,
      sleep: async () => {
        looked.resolve(undefined);
        await gone.promise;
      },
    };
    const window = new QuietWindow(machine, notNow, { clock });
    const over = window.look();
    await Promise.race([looked.promise, over]);
    assert.deepEqual(window.asked, []);
    await busy.close();
    gone.resolve(undefined);
    await over;
    assert.equal(window.asked.length, 1);
  });

  it('are waited for no longer than until the other window has its file, or this one closes', async () => {
    const { window: busy, jobs } = await startExports('cut.mp4');
    const looked = Promise.withResolvers<undefined>();
    const clock: Clock = {
      ...hastyClock,
      sleep: (ms, signal) => {
        looked.resolve(undefined);
        return hastyClock.sleep(ms, signal);
      },
    };
    const closed = new QuietWindow(machine, goOn, { clock });
    const broken = assert.rejects(closed.look(), /closes/);
    await looked.promise;
    closed.close();
    await broken;

    const patient = new QuietWindow(machine, goOn);
    const over = patient.look();
    await sandbox.configure({ holdRenders: false });
    assert.equal((await busy.jobs.whenOver(jobs[0]?.id ?? ''))?.phase, 'done');
    await over;
    assert.deepEqual([...closed.asked, ...patient.asked], []);
  });

  describe('of several windows', () => {
    it('one asks', async () => {
      await cutOff('cut.mp4');
      const first = new QuietWindow(machine, never);
      const firstOver = assert.rejects(first.look(), /closes/);
      while (first.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      const second = new QuietWindow(machine, goOn);
      await second.look();
      assert.deepEqual(second.asked, []);
      first.close();
      await firstOver;
      assert.equal(second.wentOn, false);
    });

    it('those with a folder ask about what was ordered with it open, or goes into it', async () => {
      const [job] = await cutOff('cut.mp4');
      assert.ok(job);
      const asks = async (workspace: CutOffExportsOptions['workspace']) => {
        const window = new QuietWindow(machine, notNow, { workspace });
        await window.look();
        return window.asked.length > 0;
      };
      assert.equal(await asks(vscode.workspace), true, 'ordered here');
      assert.equal(await asks(otherFolder), false, 'ordered elsewhere');
      assert.equal(await asks(noFolder), true, 'no folder');
      // As a job is that an earlier version wrote.
      await machine.rewriteJob(job.id, (old) => {
        const { orderedIn, ...rest } = old;
        assert.ok(orderedIn);
        return rest;
      });
      assert.equal(await asks(vscode.workspace), false, 'goes elsewhere');
      const inside = vscode.Uri.joinPath(clip(''), 'exports').toString();
      await machine.rewriteJob(job.id, (old) => ({ ...old, folder: inside }));
      assert.equal(await asks(vscode.workspace), true, 'goes in here');
      assert.equal(await asks(otherFolder), false);
    });
  });
});
