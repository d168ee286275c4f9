import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import * as vscode from 'vscode';

import type { SessionChat } from '../../src/editor/session-chat.ts';
import { mostMediaBytes } from '../../src/protocol/messages.ts';
import { sha256 } from '../setup/sha256.ts';
import type { EditorWindow, Machine } from './editor-windows.ts';
import { clip, eventually } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';
import { refusalOf, replyTo, showChat, startReadyChat, type Page, type ReadyChat } from './stand-in-page.ts';

describe('Files that are dropped or pasted as bytes', () => {
  let shown: ReadyChat;
  let machine: Machine;
  let window: EditorWindow;
  let page: Page;
  let chat: SessionChat;
  let talk: Buffer;

  before(async () => {
    talk = await readFile(clip('talk.mp4').fsPath);
  });

  beforeEach(async () => {
    shown = await startReadyChat();
    ({ machine, window, page, chat } = shown);
  });

  afterEach(async () => {
    shown.view.dispose();
    await machine.stop();
  });

  async function offer(name: string, bytes: number): Promise<string> {
    const { fileId } = await replyTo(page, { type: 'offerFile', name, bytes });
    assert.ok(fileId);
    return fileId;
  }

  /** Sends all of it, several pieces at a time, as a page may. */
  async function send(fileId: string, bytes: Uint8Array, piece = mostMediaBytes): Promise<void> {
    const pieces: Promise<unknown>[] = [];
    for (let at = 0; at < bytes.length; at += piece) {
      // A copy, as the wire makes one.
      const part = new Uint8Array(bytes.subarray(at, at + piece));
      pieces.push(replyTo(page, { type: 'fileBytes', fileId, at, bytes: part }));
    }
    await Promise.all(pieces);
  }

  const complete = (fileId: string) => replyTo(page, { type: 'fileComplete', fileId });

  async function drop(name: string, bytes: Uint8Array): Promise<void> {
    const fileId = await offer(name, bytes.length);
    await send(fileId, bytes);
    await complete(fileId);
  }

  /** What lies in our folder, when nothing is being removed any more. */
  async function left(): Promise<string[]> {
    await window.droppedFiles.settled();
    return readdir(machine.dropped, { recursive: true }).catch(() => []);
  }

  it('are not waited for where the page went before the file was announced', async () => {
    await assert.rejects(window.droppedFiles.offer('talk.mp4', talk.length, chat, AbortSignal.abort()), {
      code: 'badArgument',
    });
    assert.deepEqual(await left(), []);
  });

  it('are refused at once where the session was deleted in another window', async () => {
    await chat.uploads.upload([clip('talk.mp4')]);
    const other = machine.openWindow();
    await other.chats.newSession();
    await other.chats.delete(chat.id);
    const { requests } = await sandbox.during(async () => {
      const dropped = await refusalOf(page, { type: 'offerFile', name: 'talk.mp4', bytes: talk.length });
      const picked = await refusalOf(page, { type: 'attachUris', uris: [clip('talk.mp4').toString()] });
      for (const { code, message } of [dropped, picked]) {
        assert.equal(code, 'refused');
        assert.match(message, /was deleted/);
      }
    });
    assert.deepEqual(requests, []);
    assert.deepEqual(await left(), []);
  });

  it('20 MB arrive whole, under the file’s own name, with chip and row, and nothing stays behind', async () => {
    // Players and the sandbox stop reading at the end of the last box: what follows is a box of its own.
    const filling = randomBytes(20 * 1024 * 1024);
    filling.writeUInt32BE(filling.length, 0);
    filling.write('free', 4, 'latin1');
    const large = Buffer.concat([talk, filling]);
    await drop('Ferien am See.mp4', large);
    await eventually(chat.onDidPost, () => chat.state.attachments.some(({ state }) => state === 'ready'));
    await chat.idle();
    assert.deepEqual(
      chat.state.attachments.map(({ name, state }) => [name, state]),
      [['Ferien am See.mp4', 'ready']],
    );
    assert.deepEqual(
      chat.media.map(({ name, hash }) => [name, hash]),
      [['Ferien am See.mp4', sha256(large)]],
    );
    assert.deepEqual(await left(), []);
  });

  it('several come at once, in small pieces, each in its own place', async () => {
    const names = ['one.mp4', 'two.mp4', 'three.mp4'];
    const ids = await Promise.all(names.map((name) => offer(name, talk.length)));
    assert.equal((await left()).length, 6);
    for (const path of await left()) {
      const { mode } = await stat(join(machine.dropped, path));
      if (process.platform !== 'win32') assert.equal(mode & 0o077, 0, 'nobody else can read it');
    }
    await Promise.all(ids.map((id) => send(id, talk, 50_021)));
    await Promise.all(ids.map(complete));
    await eventually(
      chat.onDidPost,
      () => chat.state.attachments.filter(({ state }) => state === 'ready').length === 3,
    );
    await chat.idle();
    assert.deepEqual(chat.media.map(({ name }) => name).sort(), [...names].sort());
    assert.ok(chat.media.every(({ hash }) => hash === sha256(talk)));
    assert.deepEqual(await left(), []);
  });

  it('what is too large, empty or no media is refused before a byte is sent, with what Nemo takes', async () => {
    for (const [name, bytes, code] of [
      ['holiday.mp4', 600 * 1024 * 1024, 'fileTooLarge'],
      ['empty.mp4', 0, 'fileEmpty'],
      ['notes.txt', 100, 'unsupportedFile'],
      ['no extension', 100, 'unsupportedFile'],
      ['odd.mp4', -1, 'badArgument'],
      ['odd.mp4', 1.5, 'badArgument'],
    ] as const) {
      const refused = await refusalOf(page, { type: 'offerFile', name, bytes });
      assert.equal(refused.code, code);
      assert.ok(refused.steps.length > 0);
      if (code === 'unsupportedFile') assert.match(refused.message, /MP4/);
    }
    assert.deepEqual(await left(), []);
  });

  it('what only claims to be media is refused at its first piece', async () => {
    const text = Buffer.from('Just some text.\n'.repeat(1000));
    const fileId = await offer('not a video.mp4', text.length);
    const refused = await refusalOf(page, { type: 'fileBytes', fileId, at: 0, bytes: new Uint8Array(text) });
    assert.equal(refused.code, 'unsupportedFile');
    assert.match(refused.message, /MP4/);
    assert.deepEqual(await left(), []);
    assert.equal((await refusalOf(page, { type: 'fileComplete', fileId })).code, 'badArgument');
  });

  it('a name cannot lead out of our folder, and keeps its extension however long it is', async () => {
    for (const [given, expected] of [
      ['../../escape.mp4', 'escape.mp4'],
      ['C:\\Users\\me\\clip.MP4', 'clip.MP4'],
      [`${'long '.repeat(60)}.mp4`, /^long( long)+\.mp4$/],
      ['con.mp4', '_con.mp4'],
      ['..mp4', 'clip.mp4'],
    ] as const) {
      await offer(given, 10_000);
      const [, file] = (await left()).sort((a, b) => a.length - b.length);
      const name = file?.slice(file.lastIndexOf('/') + 1) ?? '';
      if (typeof expected === 'string') assert.equal(name, expected);
      else assert.match(name, expected);
      page.show();
      await page.ask({ type: 'ready' });
      assert.deepEqual(await left(), []);
    }
  });

  it('withdrawn in the middle, or left by its page, it leaves nothing', async () => {
    const leave = [
      (fileId: string) => replyTo(page, { type: 'fileWithdrawn', fileId }),
      () => {
        page.reload();
        return replyTo(page, { type: 'ready' });
      },
      () => {
        page.close();
        return Promise.resolve();
      },
    ];
    for (const goes of leave) {
      const fileId = await offer('half.mp4', talk.length);
      await send(fileId, talk.subarray(0, 100_000));
      assert.notDeepEqual(await left(), []);
      await goes(fileId);
      assert.deepEqual(await left(), []);
    }
    assert.deepEqual(chat.uploads.rows, []);
    assert.deepEqual(chat.state.attachments, []);
  });

  it('pieces must follow each other, fit, and be all there', async () => {
    const small = new Uint8Array(talk.subarray(0, 5000));
    for (const [at, bytes, code] of [
      [1, small, 'badArgument'],
      [0, new Uint8Array(mostMediaBytes + 1), 'badArgument'],
      [0, new Uint8Array(talk.subarray(0, 6001)), 'fileChanged'],
    ] as const) {
      const fileId = await offer('odd.mp4', 6000);
      assert.equal((await refusalOf(page, { type: 'fileBytes', fileId, at, bytes })).code, code);
      assert.deepEqual(await left(), []);
    }
    const fileId = await offer('short.mp4', 6000);
    await replyTo(page, { type: 'fileBytes', fileId, at: 0, bytes: small });
    assert.equal((await refusalOf(page, { type: 'fileComplete', fileId })).code, 'fileChanged');
    assert.deepEqual(await left(), []);
  });

  it('belongs to its page alone', async () => {
    const fileId = await offer('mine.mp4', talk.length);
    const stranger = showChat(window);
    await stranger.page.ask({ type: 'ready' });
    const bytes = new Uint8Array(talk.subarray(0, 10));
    assert.equal((await refusalOf(stranger.page, { type: 'fileBytes', fileId, at: 0, bytes })).code, 'badArgument');
    await replyTo(stranger.page, { type: 'fileWithdrawn', fileId });
    await send(fileId, talk);
    stranger.view.dispose();
    await complete(fileId);
    await chat.idle();
    assert.equal(chat.media.length, 1);
  });

  it('an upload that failed can be tried again, also by the next window; then the file goes', async () => {
    await sandbox.addFault({ endpoint: 'upload', moment: 'duringBody', kind: 'reset', times: 2 });
    await drop('again.mp4', talk);
    await chat.idle();
    const failed = () => chat.state.transfers.find(({ phase }) => phase === 'failed');
    const [first] = [failed()];
    assert.ok(first, JSON.stringify(chat.state.transfers));
    assert.notDeepEqual(await left(), []);
    assert.ok(chat.uploads.retry(first.id));
    await chat.idle();
    assert.notEqual(failed()?.id, first.id);
    assert.notDeepEqual(await left(), []);
    assert.ok(chat.uploads.retry(failed()?.id ?? ''));
    await chat.idle();
    assert.deepEqual(
      chat.media.map(({ name, hash }) => [name, hash]),
      [['again.mp4', sha256(talk)]],
    );
    assert.deepEqual(await left(), []);
  });

  it('an upload that the window’s end cut off is still there to be tried again', async () => {
    await sandbox.addFault({ endpoint: 'upload', moment: 'duringBody', kind: 'stall', times: 1 });
    await drop('cut off.mp4', talk);
    await eventually(chat.onDidPost, () => chat.state.transfers.some(({ phase }) => phase === 'sending'));
    shown.view.dispose();
    await window.close();

    window = machine.openWindow();
    chat = await window.chats.chat();
    window.droppedFiles.follow(chat);
    await window.droppedFiles.cleanUp();
    await sandbox.clearFaults();
    const row = chat.state.transfers.find(({ phase }) => phase === 'failed');
    assert.equal(row?.name, 'cut off.mp4');
    assert.ok(chat.uploads.retry(row.id));
    await chat.idle();
    assert.equal(chat.media[0]?.hash, sha256(talk));
    assert.deepEqual(await left(), []);
  });

  it('a file goes to the session that it was dropped on, or nowhere', async () => {
    const fileId = await offer('talk.mp4', talk.length);
    await send(fileId, talk);
    const other = await window.chats.newSession();
    const refused = await refusalOf(page, { type: 'fileComplete', fileId });
    assert.equal(refused.code, 'refused');
    await other.idle();
    assert.deepEqual([other.uploads.rows, chat.uploads.rows], [[], []]);
    assert.deepEqual(await left(), []);
  });

  it('only so many arrive at a time', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 64; count++) ids.push(await offer(`${count}.mp4`, 10));
    assert.equal((await refusalOf(page, { type: 'offerFile', name: 'more.mp4', bytes: 10 })).code, 'refused');
    await replyTo(page, { type: 'fileWithdrawn', fileId: ids[0] ?? '' });
    await offer('more.mp4', 10);
    shown.view.dispose();
    assert.deepEqual(await left(), []);
  });

  it('only so many bytes arrive at a time', async () => {
    const bytes = 500 * 1024 * 1024;
    // Nothing is sent: a file counts as what it was announced as.
    const ids: string[] = [];
    for (let count = 0; count < 8; count++) ids.push(await offer(`${count}.mp4`, bytes));
    assert.equal((await refusalOf(page, { type: 'offerFile', name: 'more.mp4', bytes })).code, 'refused');
    await replyTo(page, { type: 'fileWithdrawn', fileId: ids[0] ?? '' });
    await offer('more.mp4', bytes);
    shown.view.dispose();
    assert.deepEqual(await left(), []);
  });

  it('a length that is none is refused', async () => {
    for (const bytes of [-1, 0.5, Number.MIN_SAFE_INTEGER]) {
      const { code } = await refusalOf(page, { type: 'offerFile', name: 'odd.mp4', bytes });
      assert.equal(code, 'badArgument', String(bytes));
    }
    assert.deepEqual(await left(), []);
  });

  it('a file of the user’s is never taken for one of ours, whatever its folder is called', async () => {
    const own = join(`${machine.dropped} of mine`, 'talk.mp4');
    await mkdir(dirname(own), { recursive: true });
    await writeFile(own, talk);
    await sandbox.addFault({ endpoint: 'upload', moment: 'duringBody', kind: 'reset', times: 1 });
    await chat.uploads.upload([vscode.Uri.file(own)]);
    window.droppedFiles.follow(chat);
    const [row] = chat.state.transfers;
    assert.equal(row?.phase, 'failed');
    assert.ok(chat.uploads.dismiss(row.id));
    await window.droppedFiles.settled();
    assert.equal(sha256(await readFile(own)), sha256(talk));
  });

  it('a row that is put away takes the file with it', async () => {
    await sandbox.addFault({ endpoint: 'upload', moment: 'duringBody', kind: 'reset', times: 1 });
    await drop('unwanted.mp4', talk);
    await chat.idle();
    const [row] = chat.state.transfers;
    assert.ok(row && chat.uploads.dismiss(row.id));
    assert.deepEqual(await left(), []);
  });

  it('what windows that died left behind goes when it is old', async () => {
    const leave = async (folder: string, ageHours: number) => {
      const path = join(machine.dropped, folder);
      await mkdir(path, { recursive: true });
      await writeFile(join(path, 'clip.mp4'), 'left');
      const at = new Date(Date.now() - ageHours * 60 * 60_000);
      for (const one of [join(path, 'clip.mp4'), path]) await utimes(one, at, at);
    };
    await leave('a.arriving', 2);
    await leave('b.arriving', 0.5);
    await leave('c', 25);
    await leave('d', 23);
    await window.droppedFiles.cleanUp();
    assert.deepEqual((await readdir(machine.dropped)).sort(), ['b.arriving', 'd']);
  });
});
