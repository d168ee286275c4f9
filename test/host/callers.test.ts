import assert from 'node:assert/strict';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import * as vscode from 'vscode';

import type { ConnectResult } from '../../src/editor/chat-controller.ts';
import type { ChatResult } from '../../src/editor/chat-result.ts';
import type { UploadResult } from '../../src/editor/commands/upload.ts';
import { MediaCache } from '../../src/editor/media/media-cache.ts';
import { Machine } from './editor-windows.ts';
import { clip, command, extension, failure, inWorkspace } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';
import { replyTo, startReadyChat } from './stand-in-page.ts';

interface Exported {
  readonly file: vscode.Uri;
}

/**
 * These tests call as another extension does. The editor that runs tests shows no dialog, so nobody ever says yes here;
 * what a yes leads to is told by the tests of the screen.
 */
describe('What somebody else than the person asks for', () => {
  /** Outside of the workspace. */
  let outside: string;
  let me: string;

  before(async () => {
    await sandbox.calm();
    outside = await mkdtemp(join(tmpdir(), 'nemo-outside-'));
    await copyFile(inWorkspace('talk.mp4'), join(outside, 'secret.mp4'));
    await symlink(join(outside, 'secret.mp4'), inWorkspace('link.mp4'));
    await symlink(outside, inWorkspace('linked'));
    await command('nemo.newSession', {});
    const { userId } = await command<ConnectResult>('nemo.connect', {});
    me = userId ?? '';
    assert.notEqual(me, '');
  });
  after(async () => {
    await rm(inWorkspace('link.mp4'));
    await rm(inWorkspace('linked'));
    await rm(outside, { recursive: true });
  });

  /** Whose the next upload is. */
  async function nextUploadIsFor(): Promise<(string | undefined)[]> {
    const { requests } = await sandbox.during(() => command<UploadResult[]>('nemo.upload', clip('music.mp3')));
    return requests.filter(({ endpoint }) => endpoint === 'upload').map(({ userId }) => userId);
  }

  describe('as the account to work for', () => {
    it('nemo.signIn uses no token that nobody agreed to, and the next upload goes where it went before', async () => {
      const stranger = await sandbox.strangersToken();
      const { result, requests } = await sandbox.during(() => failure(command('nemo.signIn', stranger.token)));
      assert.equal(result.code, 'cancelled');
      assert.ok(requests.every(({ userId }) => userId !== stranger.userId));
      assert.deepEqual(await nextUploadIsFor(), [me]);
    });

    it('nor does it for a key binding or a link, which the editor itself carries out', async () => {
      const stranger = await sandbox.strangersToken();
      const call = { command: 'nemo.signIn', args: stranger.token };
      const { requests } = await sandbox.during(() => command('runCommands', { commands: [call] }));
      assert.ok(requests.every(({ userId }) => userId !== stranger.userId));
      assert.deepEqual(await nextUploadIsFor(), [me]);
    });

    it('nemo.openInBrowser hands out no link, and asks the service for none', async () => {
      const { result, requests } = await sandbox.during(() => failure(command('nemo.openInBrowser', {})));
      assert.equal(result.code, 'cancelled');
      assert.ok(requests.every(({ endpoint }) => endpoint !== 'claimToken'));
    });

    it('nemo.deleteSession takes nothing away that nobody agreed to', async () => {
      const { id } = await command<{ id: string }>('nemo.newSession', {});
      await command<ChatResult>('nemo.chat', 'status');
      assert.equal((await failure(command('nemo.deleteSession', { id }))).code, 'cancelled');
      await command('nemo.newSession', {});
      assert.deepEqual(await command('nemo.switchSession', id), { id, name: 'status' });
    });
  });

  describe('as the file to upload', () => {
    const file = (...parts: string[]) => vscode.Uri.file(join(...parts));
    for (const [name, argument] of [
      ['a file that is not in the workspace', () => file(outside, 'secret.mp4')],
      ['its parts', () => file(outside, 'secret.mp4').toJSON() as unknown],
      ['its address as a text', () => file(outside, 'secret.mp4').toString()],
      ['one among others', () => [clip('music.mp3'), file(outside, 'secret.mp4')]],
      [
        'a path that only begins in the workspace',
        () => clip('').with({ path: `${clip('').path}/../../..${outside}/secret.mp4` }),
      ],
      ['a link that leads out of the workspace', () => clip('link.mp4')],
      ['a file behind a folder that does', () => clip('linked/secret.mp4')],
    ] as const) {
      it(`${name} is not uploaded unless somebody agrees`, async () => {
        const { result, requests } = await sandbox.during(() => failure(command('nemo.upload', argument())));
        assert.equal(result.code, 'cancelled');
        assert.ok(requests.every(({ endpoint }) => endpoint !== 'upload'));
      });
    }

    it('a link that a message names is said not to be in the workspace', async () => {
      for (const name of ['link.mp4', 'linked/secret.mp4']) {
        const { result, requests } = await sandbox.during(() => command<ChatResult>('nemo.chat', `upload ${name}`));
        assert.equal(result.route, 'upload');
        assert.match(result.text, new RegExp(`Not in this workspace: .*${basename(name)}`));
        assert.ok(requests.every(({ endpoint }) => endpoint !== 'upload'));
      }
    });

    it('a file that a message names by a path that only begins in the workspace is not in it either', async () => {
      const path = `${clip('').toString()}/../../../..${outside}/secret.mp4`;
      const { machine, chat, view } = await startReadyChat();
      try {
        for (const say of [
          () => command<ChatResult>('nemo.chat', `upload ${path}`),
          // As when the person types it.
          () => chat.send(`upload ${path}`, { mayAsk: true }).over,
        ]) {
          const { result, requests } = await sandbox.during(say);
          assert.match(result.text, /Not in this workspace/);
          assert.ok(requests.every(({ endpoint }) => endpoint !== 'upload'));
        }
      } finally {
        view.dispose();
        await machine.stop();
      }
    });

    it('a link that a person drops on the chat, or names there, is not uploaded unless they agree', async () => {
      const { machine, chat, page, view } = await startReadyChat();
      try {
        const { requests } = await sandbox.during(async () => {
          await replyTo(page, { type: 'attachUris', uris: [clip('link.mp4').toString()] });
          const named = await chat.send('upload link.mp4', { mayAsk: true }).over;
          assert.equal(named.outcome, 'cancelled');
          await chat.idle();
        });
        assert.ok(requests.every(({ endpoint }) => endpoint !== 'upload'));
      } finally {
        view.dispose();
        await machine.stop();
      }
    });

    it('a link from one place of the workspace to another needs no question', async () => {
      await symlink(inWorkspace('music.mp3'), inWorkspace('same.mp3'));
      try {
        assert.equal((await command<UploadResult[]>('nemo.upload', clip('same.mp3'))).length, 1);
      } finally {
        await rm(inWorkspace('same.mp3'));
      }
    });
  });

  describe('as the place of an export', () => {
    const configuration = () => vscode.workspace.getConfiguration('nemo');
    before(async () => {
      await command('nemo.newSession', {});
      await command('nemo.upload', clip('music.mp3'));
      await command('nemo.upload', clip('phone-portrait.mp4'));
      await command<ChatResult>('nemo.chat', 'add a title "Mine"');
      await mkdir(inWorkspace('named'), { recursive: true });
    });
    afterEach(() => configuration().update('exportFolder', undefined, vscode.ConfigurationTarget.Global));
    after(() => rm(inWorkspace('named'), { recursive: true }));

    for (const [wanted, written] of [
      ['x.desktop', 'x.desktop.mp4'],
      ['run.sh', 'run.sh.mp4'],
      ['.bashrc', 'bashrc.mp4'],
      ['CON.mp4', '_CON.mp4'],
      ['dots.mp4. . ', 'dots.mp4'],
      ['a.mp4:evil', 'a.mp4 evil.mp4'],
      ['gpj\u202e4pm.exe', 'gpj 4pm.exe.mp4'],
      [`${'long'.repeat(40)}.mp4`, `${'long'.repeat(20)}.mp4`],
    ] as const) {
      it(`${JSON.stringify(wanted.slice(0, 40)).replace('\u202e', '\\u202e')} becomes the name of a video`, async () => {
        const target = vscode.Uri.joinPath(clip('named'), wanted);
        const { file } = await command<Exported>('nemo.export', { target });
        assert.equal(basename(file.fsPath), written);
        assert.ok((await stat(inWorkspace('named', written))).size > 0);
      });
    }

    /** Nothing was rendered, and nothing is where it should not be. */
    async function isNotExported(wish: unknown): Promise<void> {
      const { renders } = await sandbox.counts();
      assert.equal((await failure(command('nemo.export', wish))).code, 'cancelled');
      assert.equal((await sandbox.counts()).renders, renders);
      assert.deepEqual(await readdir(outside), ['secret.mp4']);
    }

    for (const [name, target] of [
      ['a folder elsewhere', () => vscode.Uri.file(`${outside}/`)],
      ['a file elsewhere', () => vscode.Uri.file(join(outside, 'cut.mp4'))],
      [
        'a path that only begins in the workspace',
        () => clip('').with({ path: `${clip('').path}/../../..${outside}/cut.mp4` }),
      ],
      ['a folder behind a link', () => clip('linked/cut.mp4')],
      ['a folder that is not there yet behind a link', () => clip('linked/new/cut.mp4')],
    ] as const) {
      it(`${name} is not written to unless somebody agrees`, () => isNotExported({ target: target() }));
    }

    it('nor is an export folder that is a link out of the workspace', async () => {
      await configuration().update('exportFolder', 'linked', vscode.ConfigurationTarget.Global);
      await isNotExported({});
      await isNotExported({ target: vscode.Uri.file(join(outside, 'cut.mp4')) });
    });

    it('nor is one that is a link to nothing yet', async () => {
      await symlink(join(outside, 'not-yet'), inWorkspace('dangling'));
      try {
        await configuration().update('exportFolder', 'dangling', vscode.ConfigurationTarget.Global);
        await isNotExported({});
      } finally {
        await rm(inWorkspace('dangling'));
      }
    });

    it('the export folder that the user chose is written to wherever it is, also where a call names it', async () => {
      const chosen = await mkdtemp(join(tmpdir(), 'nemo-chosen-'));
      try {
        await configuration().update('exportFolder', chosen, vscode.ConfigurationTarget.Global);
        await command<Exported>('nemo.export', {});
        await command<Exported>('nemo.export', { target: vscode.Uri.file(join(chosen, 'named.mp4')) });
        const names = await readdir(chosen);
        assert.equal(names.length, 2);
        assert.ok(names.includes('named.mp4') && names.every((name) => name.endsWith('.mp4')), names.join());
      } finally {
        await rm(chosen, { recursive: true });
      }
    });

    it('a folder that became a link after the export was ordered is not written to', async () => {
      await mkdir(inWorkspace('swapped'));
      await sandbox.configure({ holdRenders: true });
      const exported = failure(command('nemo.export', { target: clip('swapped/cut.mp4') }));
      const { renders } = await sandbox.counts();
      while ((await sandbox.counts()).renders === renders && (await isWaiting())) await pause();
      await rename(inWorkspace('swapped'), inWorkspace('moved'));
      await symlink(outside, inWorkspace('swapped'));
      try {
        await sandbox.configure({ holdRenders: false });
        const refused = await exported;
        assert.equal(refused.code, 'refused');
        assert.match(refused.message, /leads somewhere else/);
        assert.deepEqual(await readdir(outside), ['secret.mp4']);
      } finally {
        await rm(inWorkspace('swapped'));
        await rm(inWorkspace('moved'), { recursive: true });
      }
    });

    const isWaiting = async () => {
      const { transfers } = await extension().exports.chatState();
      return !transfers.some(({ kind, phase }) => kind === 'render' && phase === 'rendering');
    };
    const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
  });
});

(process.platform === 'win32' ? describe.skip : describe)('What Nemo keeps on this machine', () => {
  let machine: Machine;
  let umask: number;
  before(async () => {
    // Whatever the system takes away by itself is not what is looked at.
    umask = process.umask(0);
    machine = await Machine.start();
  });
  after(async () => {
    process.umask(umask);
    await machine.stop();
  });

  it('is the user’s alone after a day’s work, in every folder and file', async () => {
    const window = machine.openWindow();
    const chat = await window.chats.chat();
    await chat.uploads.upload([clip('phone-portrait.mp4')]);
    await chat.send('add a title "Mine"', { mayAsk: false }).over;
    const target = { uri: vscode.Uri.file(join(machine.exports, 'cut.mp4')), isByPerson: true };
    await sandbox.configure({ holdRenders: true });
    const cancelled = await chat.exports.start({ target });
    await window.jobs.cancel(cancelled.id);
    await sandbox.configure({ holdRenders: false });
    const job = await chat.exports.start({ target });
    const page = new AbortController();
    await window.droppedFiles.offer('dropped.mp4', 10, chat, page.signal);
    const seen = new Set<string>();
    const look = async (folder: string): Promise<void> => {
      for (const name of ['', ...(await readdir(folder, { recursive: true }))]) {
        const found = await lstat(join(folder, name)).catch(() => undefined);
        if (!found) continue;
        seen.add(name);
        assert.equal((found.mode & 0o777).toString(8), found.isDirectory() ? '700' : '600', name);
      }
    };
    await look(machine.storage);
    assert.equal((await window.jobs.whenOver(job.id))?.phase, 'done');
    // What another machine works on is cancelled by a word left on the disk.
    const [kept] = machine.jobsOnDisk();
    await machine.leaveLock('elsewhere', 1, 'another machine');
    await chmod(join(machine.renders, 'elsewhere.lock'), 0o600);
    const elsewhere = JSON.stringify({ ...kept, id: 'elsewhere', phase: 'rendering' });
    await writeFile(join(machine.renders, 'elsewhere.json'), elsewhere, { mode: 0o600 });
    await window.jobs.resume();
    await window.jobs.cancel('elsewhere');
    const cache = new MediaCache(join(machine.storage, 'media'), 1_000);
    const held = await cache.hold('key', (path) => writeFile(path, 'bytes'), page.signal);
    await look(machine.storage);
    held.release();
    for (const part of [
      /^media\/key$/,
      /^renders\/elsewhere\.cancel$/,
      /^renders\/.*\.json$/,
      /session\.json$/,
      /versions\/0001\.json$/,
      /^client-id$/,
      /^dropped\/.*mp4$/,
    ]) {
      assert.ok(
        [...seen].some((name) => part.test(name)),
        `${String(part)} in ${[...seen].join('\n')}`,
      );
    }
    assert.equal(((await stat(join(machine.exports, 'cut.mp4'))).mode & 0o777).toString(8), '600');
    page.abort();
  });
});
