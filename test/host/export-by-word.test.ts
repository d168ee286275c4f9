import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ChatResult } from '../../src/editor/chat-result.ts';
import type { SessionChat } from '../../src/editor/session-chat.ts';
import { Machine, type EditorWindow } from './editor-windows.ts';
import { clip, command, inWorkspace } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

describe('An export that is asked for by word', () => {
  let machine: Machine;
  let window: EditorWindow;
  let chat: SessionChat;
  /** Stands in the place of the user's home folder. */
  let home: string;
  const { HOME: realHome, XDG_CONFIG_HOME: realConfiguration } = process.env;

  before(async () => {
    await sandbox.calm();
    home = await mkdtemp(join(tmpdir(), 'nemo-home-'));
    process.env['HOME'] = home;
    delete process.env['XDG_CONFIG_HOME'];
    for (const folder of ['Movies', 'Downloads', 'Schreibtisch', '.config']) await mkdir(join(home, folder));
    await writeFile(join(home, '.config', 'user-dirs.dirs'), 'XDG_DESKTOP_DIR="$HOME/Schreibtisch"\n');
    machine = await Machine.start();
    window = machine.openWindow();
    chat = await window.chats.chat();
    await chat.uploads.upload([clip('phone-portrait.mp4')]);
    await say('add a title "Mine"');
  });
  after(async () => {
    process.env['HOME'] = realHome;
    if (realConfiguration !== undefined) process.env['XDG_CONFIG_HOME'] = realConfiguration;
    await machine.stop();
    for (const folder of ['new', 'cuts']) await rm(inWorkspace(folder), { recursive: true, force: true });
    await rm(home, { recursive: true });
  });

  /** As the person writes it. */
  const say = (text: string) => chat.send(text, { mayAsk: true }).over;

  /** The files that the exports of `result` came to. */
  async function exportedBy(work: () => Promise<unknown>): Promise<string[]> {
    const before = new Set(window.jobs.list().map(({ id }) => id));
    await work();
    const jobs = window.jobs.list().filter(({ id }) => !before.has(id));
    const over = await Promise.all(jobs.map(({ id }) => window.jobs.whenOver(id)));
    return over.map((job) => decodeURI(job?.file ?? '').replace(/^file:\/\//, ''));
  }

  (process.platform === 'win32' ? describe.skip : describe)('is put where the message says', () => {
    for (const [text, place] of [
      ['export to ~/Movies/final.mp4', () => join(home, 'Movies', 'final.mp4')],
      ['save it to the desktop as demo.mp4', () => join(home, 'Schreibtisch', 'demo.mp4')],
      ['导出到桌面，命名为 演示.mp4', () => join(home, 'Schreibtisch', '演示.mp4')],
      ['导出到 下载 文件夹', () => join(home, 'Downloads', 'phone-portrait.mp4')],
      ['export to my movies folder please', () => join(home, 'Movies', 'phone-portrait.mp4')],
      ['export to ~/not/there/yet/', () => join(home, 'not', 'there', 'yet', 'phone-portrait.mp4')],
      ['export as "my film"', () => inWorkspace('exports', 'my film.mp4')],
      ['导出为 假期.mp4', () => inWorkspace('exports', '假期.mp4')],
      ['export to "cuts/final cut.mp4" now', () => inWorkspace('cuts', 'final cut.mp4')],
      ['export to the cuts folder', () => inWorkspace('cuts', 'phone-portrait.mp4')],
      ['export to new\\place\\', () => inWorkspace('new', 'place', 'phone-portrait.mp4')],
    ] as const) {
      it(`«${text}»`, async () => {
        let said: ChatResult | undefined;
        const files = await exportedBy(async () => (said = await say(text)));
        assert.deepEqual(files, [place()]);
        assert.ok(said?.text.includes(`“${place()}”`), said?.text);
        assert.ok((await stat(place())).size > 0);
      });
    }

    it('beside a file that has the name already, which stays as it is', async () => {
      const path = join(home, 'Movies', 'kept.mp4');
      await writeFile(path, 'the user’s own');
      assert.deepEqual(await exportedBy(() => say('export to ~/Movies/kept.mp4')), [
        join(home, 'Movies', 'kept (2).mp4'),
      ]);
      assert.equal(await readFile(path, 'utf8'), 'the user’s own');
    });
  });

  it('is not begun where the message wants what the service cannot do, and the button asks for what it can', async () => {
    const { result, requests } = await sandbox.during(() => say('export in 4K at 60 fps as holiday.mov'));
    assert.deepEqual([result.route, result.outcome], ['export', 'answered']);
    assert.deepEqual(requests, []);
    assert.match(result.text, /^[^.]*4K, 60 fps, MOV\.$/);
    const answer = chat.state.messages.at(-1);
    const [button, ...others] = answer?.actions ?? [];
    assert.deepEqual([button?.kind, others], ['send', []]);
    assert.ok(button?.label.includes('holiday.mp4'), button?.label);
    const before = (await sandbox.counts()).messages;
    const files = await exportedBy(async () => {
      await chat.sendOffered(button?.argument ?? '', answer?.id ?? '');
      await chat.idle();
    });
    assert.deepEqual(files, [inWorkspace('exports', 'holiday.mp4')]);
    assert.equal((await sandbox.counts()).messages, before, 'nothing was sent that is paid for');
    assert.deepEqual(window.jobs.list().at(-1)?.output, { format: 'mp4', quality: 'high' });
  });

  (process.platform === 'win32' ? describe.skip : describe)('is not begun for a place that takes no file', () => {
    for (const [text, told] of [
      // The folder is named, not the file: it is looked at before the export begins.
      ['export to /dev/null/film.mp4', /Nothing can be written to “\/dev\/null”/],
      ['export to /proc/nemo/film.mp4', /Nothing can be written to “\/proc/],
      ['export to D:\\videos\\film.mp4', /“D:\\videos\\film\.mp4” is a place on Windows/],
      ['export to my pictures folder', /There is no folder “.*Pictures”/],
    ] as const) {
      it(`«${text}»`, async () => {
        const { renders } = await sandbox.counts();
        const result = await say(text);
        assert.equal(result.outcome, 'failed');
        assert.match(result.error?.message ?? '', told);
        assert.ok(result.actions.some(({ kind, label }) => kind === 'export' && /usual folder/i.test(label)));
        assert.equal((await sandbox.counts()).renders, renders);
      });
    }
  });

  it('by another extension goes nowhere that the person did not agree to', async () => {
    await command('nemo.newSession', {});
    await command('nemo.upload', clip('phone-portrait.mp4'));
    await command<ChatResult>('nemo.chat', 'add a title "Mine"');
    const { renders } = await sandbox.counts();
    for (const text of [`export to ${join(home, 'Movies', 'theirs.mp4')}`, 'export to ~/Movies', '导出到桌面']) {
      const result = await command<ChatResult>('nemo.chat', text);
      assert.deepEqual([result.route, result.outcome], ['export', 'cancelled']);
    }
    assert.equal((await sandbox.counts()).renders, renders);
    assert.ok(!(await readdir(join(home, 'Movies'))).includes('theirs.mp4'));
    const wish = await command<ChatResult>('nemo.chat', 'export as MOV');
    assert.deepEqual(
      wish.actions.map(({ kind, argument }) => [kind, argument]),
      [['send', 'Export an MP4']],
    );
  });
});
