import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { appendFile, copyFile, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import * as vscode from 'vscode';

import { maxHeldBytes, openFileMedia } from '../../src/editor/media/file-media.ts';
import { leaveAccount, switchAccount } from '../../src/editor/account-switch.ts';
import type { SessionChat } from '../../src/editor/session-chat.ts';
import { mostMediaBytes, type MediaPlace, type OpenedMedia } from '../../src/protocol/messages.ts';
import { sha256 } from '../setup/sha256.ts';
import type { EditorWindow, Machine } from './editor-windows.ts';
import { clip, eventually, failure, inWorkspace } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';
import { refusalOf, replyTo, showChat, startReadyChat, type Page, type ReadyChat } from './stand-in-page.ts';

describe('Media behind what the page shows', () => {
  let shown: ReadyChat;
  let machine: Machine;
  let window: EditorWindow;
  let page: Page;
  let chat: SessionChat;

  beforeEach(async () => {
    shown = await startReadyChat();
    ({ machine, window, page, chat } = shown);
  });

  afterEach(async () => {
    shown.view.dispose();
    assert.equal(window.media.count, 0, 'nothing stays open when the view is gone');
    await machine.stop();
  });

  async function open(place: MediaPlace, of: Page = page): Promise<OpenedMedia> {
    const { media } = await replyTo(of, { type: 'openMedia', place });
    assert.ok(media);
    return media;
  }

  async function read(id: string, start: number, end: number): Promise<Uint8Array> {
    const { bytes } = await replyTo(page, { type: 'readMedia', id, start, end });
    assert.ok(bytes instanceof Uint8Array);
    return bytes;
  }

  /** All of it, in odd pieces. */
  async function readAll({ id, bytes }: OpenedMedia): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes; at += 300_007) pieces.push(await read(id, at, at + 300_007));
    return Buffer.concat(pieces);
  }

  /** Uploads a file and resolves with the clip that it became. */
  async function uploaded(uri: vscode.Uri): Promise<MediaPlace & { kind: 'clip' }> {
    const [upload] = await chat.uploads.upload([uri]);
    assert.equal(upload?.phase, 'done', upload?.error?.message);
    const [track] = chat.state.timeline.tracks;
    const clipId = track?.clips.at(-1)?.id;
    assert.ok(clipId);
    return { kind: 'clip', clipId };
  }

  /** A copy of the demo's clip that a test may harm. */
  async function ownClip(name: string): Promise<vscode.Uri> {
    await copyFile(clip('talk.mp4').fsPath, inWorkspace(name));
    return clip(name);
  }

  it('a clip that was uploaded from here is read from its file, in any ranges', async () => {
    const place = await uploaded(clip('talk.mp4'));
    const file = await readFile(clip('talk.mp4').fsPath);
    const media = await open(place);
    assert.deepEqual([media.name, media.kind, media.bytes, media.isFile], ['talk.mp4', 'video', file.length, true]);
    assert.equal(sha256(await readAll(media)), sha256(file));

    assert.deepEqual(Buffer.from(await read(media.id, 10, 20)), file.subarray(10, 20));
    assert.deepEqual(Buffer.from(await read(media.id, file.length - 5, file.length + 500)), file.subarray(-5));
    assert.equal((await read(media.id, file.length, file.length + 1)).length, 0);
    assert.equal((await read(media.id, file.length + 1e9, file.length + 1e9 + 1)).length, 0);
    assert.equal((await read(media.id, 7, 7)).length, 0);
    for (const [start, end] of [
      [-1, 5],
      [5, 4],
      [0.5, 3],
      [0, mostMediaBytes + 1],
      [Number.MAX_SAFE_INTEGER, Number.MAX_VALUE],
    ] as const) {
      const refused = await refusalOf(page, { type: 'readMedia', id: media.id, start, end });
      assert.equal(refused.code, 'badArgument');
    }
  });

  it('the same content has the same fingerprint, another one another, and none tells where it lies', async () => {
    const place = await uploaded(clip('talk.mp4'));
    const other = await uploaded(clip('phone-portrait.mp4'));
    const [one, again, another] = [await open(place), await open(place), await open(other)];
    assert.equal(one.fingerprint, again.fingerprint);
    assert.notEqual(one.id, again.id);
    assert.notEqual(one.fingerprint, another.fingerprint);
    assert.doesNotMatch(one.fingerprint, /talk|[/:]/);
  });

  it('of a file that changed or went the service’s copy is read', async () => {
    const uri = await ownClip('to change.mp4');
    const original = await readFile(uri.fsPath);
    const place = await uploaded(uri);

    await utimes(uri.fsPath, new Date(1e12), new Date(1e12));
    const touched = await open(place);
    assert.equal(touched.isFile, true, 'its content is the same');
    await appendFile(uri.fsPath, 'more');
    const refused = await refusalOf(page, { type: 'readMedia', id: touched.id, start: 0, end: 10 });
    assert.equal(refused.code, 'fileChanged');
    assert.ok(refused.steps.length > 0);

    const changed = await open(place);
    assert.deepEqual([changed.isFile, changed.bytes], [false, original.length]);
    assert.equal(sha256(await readAll(changed)), sha256(original));
    await rm(uri.fsPath);
    const gone = await open(place);
    assert.equal(gone.isFile, false);
    assert.equal(gone.fingerprint, changed.fingerprint);
    assert.equal(sha256(await readAll(gone)), sha256(original));
  });

  it('what Nemo made is read from the service, by its clip and by its address', async () => {
    await uploaded(clip('talk.mp4'));
    await chat.send('add lo-fi background music', { mayAsk: false }).over;
    const music = chat.state.timeline.tracks.find(({ kind }) => kind === 'audio')?.clips[0];
    assert.ok(music?.source);
    const [byClip, byAddress] = [
      await open({ kind: 'clip', clipId: music.id }),
      await open({ kind: 'media', url: music.source }),
    ];
    assert.deepEqual([byClip.kind, byClip.isFile, byClip.fingerprint], ['audio', false, byAddress.fingerprint]);
    assert.equal((await readAll(byClip)).length, byClip.bytes);
  });

  it('a finished render is its file, and one that is not finished says so', async () => {
    await uploaded(clip('talk.mp4'));
    await sandbox.configure({ holdRenders: true });
    const job = await chat.exports.start({ target: { uri: vscode.Uri.file(`${machine.exports}/`), isByPerson: true } });
    const place: MediaPlace = { kind: 'render', jobId: job.id };
    assert.equal((await refusalOf(page, { type: 'openMedia', place })).code, 'refused');
    await sandbox.configure({ holdRenders: false });
    await eventually(window.jobs.onDidChange, () => window.jobs.get(job.id)?.phase === 'done');
    const file = vscode.Uri.parse(window.jobs.get(job.id)?.file ?? '').fsPath;
    const media = await open(place);
    assert.deepEqual([media.kind, media.isFile], ['video', true]);
    assert.equal(sha256(await readAll(media)), sha256(await readFile(file)));

    // Somebody else's video of the same name is not ours to know.
    await window.jobs.remove(job.id);
    assert.equal((await refusalOf(page, { type: 'openMedia', place })).code, 'badArgument');
  });

  it('a title has no media, and a clip that went has none any more', async () => {
    await uploaded(clip('talk.mp4'));
    await chat.send('add a title "Silence"', { mayAsk: false }).over;
    const title = chat.state.timeline.tracks.find(({ kind }) => kind === 'text')?.clips[0];
    assert.ok(title);
    const refused = await refusalOf(page, { type: 'openMedia', place: { kind: 'clip', clipId: title.id } });
    assert.match(refused.message, /Silence.*text/);
    const unknown = await refusalOf(page, { type: 'openMedia', place: { kind: 'clip', clipId: 'never was' } });
    assert.equal(unknown.code, 'badArgument');
  });

  it('each page reads and closes what it opened itself, and loses it when it is gone', async () => {
    const place = await uploaded(clip('talk.mp4'));
    const media = await open(place);
    const { id } = media;
    const stranger = showChat(window);
    await stranger.page.ask({ type: 'ready' });
    const reading = { type: 'readMedia', id, start: 0, end: 10 } as const;
    assert.equal((await refusalOf(stranger.page, reading)).code, 'badArgument');
    await replyTo(stranger.page, { type: 'closeMedia', id });
    assert.equal((await read(id, 0, 10)).length, 10);
    await open(place, stranger.page);
    stranger.page.close();
    assert.equal(window.media.count, 1);

    await replyTo(page, { type: 'ready' });
    assert.equal((await read(id, 0, 10)).length, 10, 'a page that only asks for a snapshot keeps it');
    await replyTo(page, { type: 'closeMedia', id });
    assert.equal((await refusalOf(page, reading)).code, 'badArgument');

    for (const leave of [() => page.reload(), () => page.show()]) {
      const before = await open(place);
      leave();
      await replyTo(page, { type: 'ready' });
      assert.equal(window.media.count, 0);
      assert.equal((await refusalOf(page, { ...reading, id: before.id })).code, 'badArgument');
    }
    await open(place);
  });

  it('a page that opens and never closes is stopped', async () => {
    const place = await uploaded(clip('talk.mp4'));
    const first = await open(place);
    for (let count = 1; count < 100; count++) await open(place);
    assert.equal((await refusalOf(page, { type: 'openMedia', place })).code, 'refused');
    assert.equal(window.media.count, 100);
    await replyTo(page, { type: 'closeMedia', id: first.id });
    await open(place);
  });

  it('goes to the system’s own player as a file, or by its address where the screen is elsewhere', async () => {
    const place = await uploaded(clip('talk.mp4'));
    await replyTo(page, { type: 'openMediaOutside', place });
    const [target] = window.openedOutside;
    if (vscode.env.remoteName === undefined) assert.equal(target?.toString(), clip('talk.mp4').toString());
    else assert.equal(target, chat.media[0]?.url);
    const foreign: MediaPlace = { kind: 'media', url: 'https://elsewhere.example/clip.mp4' };
    assert.equal((await refusalOf(page, { type: 'openMediaOutside', place: foreign })).code, 'badArgument');
    assert.equal(window.openedOutside.length, 1);
  });

  it('a page has no other files opened or shown than those of the session', async () => {
    await uploaded(clip('talk.mp4'));
    const opened = (kind: 'openFile' | 'revealFile', argument: string) =>
      page.ask({ type: 'act', step: { kind, label: '', argument } });
    for (const argument of ['file:///etc/passwd', 'file://elsewhere.example/share/talk.mp4', 'vscode://a.b/c', '']) {
      const refused = await opened('openFile', argument);
      assert.ok(refused.type === 'refusal' && refused.code === 'badArgument', argument);
      assert.equal((await opened('revealFile', argument)).type, 'refusal');
    }
    assert.equal((await opened('revealFile', clip('talk.mp4').toString())).type, 'reply');
  });

  describe('in another file system of the editor', () => {
    let files: MemoryFiles;
    let registration: vscode.Disposable;
    before(() => {
      files = new MemoryFiles();
      registration = vscode.workspace.registerFileSystemProvider('nemo-test', files);
    });
    after(() => {
      registration.dispose();
    });

    it('is read as a whole once, however many look at it, and let go with the last of them', async () => {
      const content = await readFile(clip('talk.mp4').fsPath);
      files.put('/far away.mp4', content);
      const place = await uploaded(vscode.Uri.parse('nemo-test:/far away.mp4'));
      files.reads = 0;
      const [one, other] = await Promise.all([open(place), open(place)]);
      assert.deepEqual([one.isFile, one.bytes, one.name], [true, content.length, 'far away.mp4']);
      assert.equal(sha256(await readAll(one)), sha256(content));
      await replyTo(page, { type: 'closeMedia', id: one.id });
      assert.equal(sha256(await readAll(other)), sha256(content));
      assert.equal(files.reads, 1);
      await replyTo(page, { type: 'closeMedia', id: other.id });
      await open(place);
      assert.equal(files.reads, 2);
    });

    it('too large to be held, it is refused with the limit', async () => {
      files.put('/huge.mp4', new Uint8Array(8), maxHeldBytes + 1);
      const refused = await failure(
        openFileMedia(vscode.Uri.parse('nemo-test:/huge.mp4'), new AbortController().signal),
      );
      assert.equal(refused.code, 'fileTooLarge');
      assert.match(refused.message, /256 MB/);
    });
  });

  describe('at a web address', () => {
    let server: WebServer;
    let content: Buffer;

    beforeEach(async () => {
      content = await readFile(clip('talk.mp4').fsPath);
      server = await WebServer.start(content);
    });
    afterEach(() => server.stop());

    /** A session that has media at that address, as one that was restored. */
    async function knows(address: string, of = window): Promise<MediaPlace> {
      const origin = (await window.chats.chat()).record.origin;
      const file = machine.sessions.create(origin, 'Elsewhere');
      file.change({ media: [{ name: 'elsewhere.mp4', type: 'video/mp4', url: address }] });
      await file.save();
      chat = await of.chats.switchTo(file.record.id);
      return { kind: 'media', url: address };
    }

    it('nothing is fetched or read that the session does not know', async () => {
      await knows(server.address('/known.mp4'));
      for (const url of [
        server.address('/unknown.mp4'),
        server.address('/known.mp4/../other.mp4'),
        clip('talk.mp4').toString(),
        'file:///etc/passwd',
        '/etc/passwd',
        'vscode-userdata:/User/settings.json',
      ]) {
        const refused = await refusalOf(page, { type: 'openMedia', place: { kind: 'media', url } });
        assert.equal(refused.code, 'badArgument', url);
      }
      assert.deepEqual(server.requests, []);
    });

    it('is read in pieces, without a token, also along a redirect', async () => {
      const media = await open(await knows(server.address('/moved/clip.mp4')));
      assert.deepEqual([media.bytes, media.isFile, media.name], [content.length, false, 'elsewhere.mp4']);
      assert.deepEqual(Buffer.from(await read(media.id, 1000, 2000)), content.subarray(1000, 2000));
      assert.deepEqual(Buffer.from(await read(media.id, media.bytes - 9, media.bytes + 9)), content.subarray(-9));
      const { sent } = server;
      assert.ok(sent < 5000, `only what was asked for is sent, not ${sent} bytes`);
      for (const { headers } of server.requests) {
        assert.equal(headers.authorization, undefined);
        assert.ok(!Object.keys(headers).some((name) => name.startsWith('x-skill')));
      }
    });

    it('from a server that knows no pieces it is fetched once, for all readers and the next window', async () => {
      server.knowsRanges = false;
      const place = await knows(server.address('/whole.mp4'));
      const [one, other] = await Promise.all([open(place), open(place)]);
      assert.deepEqual([one.bytes, one.fingerprint], [content.length, other.fingerprint]);
      assert.equal(sha256(await readAll(one)), sha256(content));
      assert.equal(sha256(await readAll(other)), sha256(content));
      assert.equal(server.fetched, 1);

      const next = machine.openWindow();
      await next.chats.switchTo(chat.id);
      const nextChat = showChat(next);
      await nextChat.page.ask({ type: 'ready' });
      assert.equal((await open(place, nextChat.page)).bytes, content.length);
      nextChat.view.dispose();
      assert.equal(server.fetched, 1);
      const kept = await readdir(join(machine.storage, 'media'));
      assert.equal(kept.length, 1, kept.join());
    });

    it('too large to be fetched whole, it is refused with the limit', async () => {
      server.knowsRanges = false;
      const place = await knows(server.address('/huge.mp4'));
      server.announces = 500 * 1024 * 1024 + 1;
      const refused = await refusalOf(page, { type: 'openMedia', place });
      assert.equal(refused.code, 'fileTooLarge');
      assert.match(refused.message, /500 MB/);
      assert.deepEqual(await readdir(join(machine.storage, 'media')), []);
    });

    for (const [who, change] of [
      ['signs out', () => leaveAccount(window)],
      ['signs in as somebody else', async () => switchAccount(window, (await sandbox.strangersToken()).token)],
    ] as const) {
      it(`is not on this machine any more when somebody ${who}, and files of theirs stay as they are`, async () => {
        const file = await ownClip('stays.mp4');
        const own = await open(await uploaded(file));
        server.knowsRanges = false;
        const fetched = await open(await knows(server.address('/whole.mp4')));
        assert.equal((await readdir(join(machine.storage, 'media'))).length, 1);
        await change();
        assert.deepEqual(await readdir(join(machine.storage, 'media')), []);
        const reading = { type: 'readMedia', id: fetched.id, start: 0, end: 10 } as const;
        assert.equal((await refusalOf(page, reading)).code, 'badArgument');
        assert.equal((await read(own.id, 0, 10)).length, 10);
        assert.equal(sha256(await readFile(file.fsPath)), sha256(content));
        await rm(file.fsPath);
      });
    }

    it('that is being fetched just then is given up, and does not come to lie there afterwards', async () => {
      server.knowsRanges = false;
      server.stopsHalfway = true;
      const place = await knows(server.address('/whole.mp4'));
      const halfway = once(server.events, 'halfway');
      const answer = page.ask({ type: 'openMedia', place });
      await halfway;
      const hungUp = once(server.events, 'hangUp');
      await window.media.forgetFetched();
      await hungUp;
      const refused = await answer;
      assert.ok(refused.type === 'refusal' && refused.code === 'cancelled', JSON.stringify(refused));
      assert.deepEqual(await readdir(join(machine.storage, 'media')), []);

      server.stopsHalfway = false;
      assert.equal(sha256(await readAll(await open(place))), sha256(content));
    });

    it('says what to do where it is gone, forbidden, a web page, another file by now, or cannot be reached', async () => {
      const place = await knows(server.address('/clip.mp4'));
      const media = await open(place);
      server.version++;
      const reading = { type: 'readMedia', id: media.id, start: 0, end: 10 } as const;
      assert.equal((await refusalOf(page, reading)).code, 'fileChanged');
      for (const [status, code] of [
        [404, 'fileMissing'],
        [403, 'refused'],
        [206, 'badAnswer'],
      ] as const) {
        server.instead = { status, type: 'text/html' };
        const refused = await refusalOf(page, { type: 'openMedia', place });
        assert.equal(refused.code, code);
        assert.ok(refused.steps.length > 0);
        assert.doesNotMatch(refused.message, /127\.0\.0\.1/);
      }
    });

    it('is not waited for any more when the page goes', async () => {
      const place = await knows(server.address('/clip.mp4'));
      server.stalls = true;
      const asked = once(server.events, 'request');
      void page.ask({ type: 'openMedia', place });
      await asked;
      const hungUp = once(server.events, 'hangUp');
      page.show();
      await hungUp;
    });
  });
});

/** A file system of the editor that lives in memory. */
class MemoryFiles implements vscode.FileSystemProvider {
  reads = 0;
  readonly #files = new Map<string, { content: Uint8Array; size: number }>();
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;

  put(path: string, content: Uint8Array, size = content.byteLength): void {
    this.#files.set(path, { content, size });
  }

  stat({ path }: vscode.Uri): vscode.FileStat {
    return { type: vscode.FileType.File, ctime: 1, mtime: 2, size: this.#file(path).size };
  }

  readFile({ path }: vscode.Uri): Uint8Array {
    this.reads++;
    return this.#file(path).content;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  writeFile(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  #file(path: string): { content: Uint8Array; size: number } {
    const file = this.#files.get(path);
    if (!file) throw vscode.FileSystemError.FileNotFound(path);
    return file;
  }
}

/** Hands out one file, as storage on the web does. */
class WebServer {
  readonly requests: IncomingMessage[] = [];
  /** Fires `request`, and `hangUp` when who asked has gone. */
  readonly events = new EventEmitter();
  knowsRanges = true;
  stalls = false;
  /** Sends half of the whole file, fires `halfway`, and then nothing. */
  stopsHalfway = false;
  /** Length in bytes that it announces in place of the file's own. */
  announces: number | undefined;
  /** Changes with the content. */
  version = 1;
  /** Bytes of bodies. */
  sent = 0;
  /** Times that the whole file was sent. */
  fetched = 0;
  /** Answered in place of the file. */
  instead: { readonly status: number; readonly type: string } | undefined;
  readonly #content: Buffer;
  readonly #server: Server;

  private constructor(content: Buffer) {
    this.#content = content;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(content: Buffer): Promise<WebServer> {
    const server = new WebServer(content);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  address(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request);
    response.on('close', () => response.writableFinished || this.events.emit('hangUp'));
    this.events.emit('request');
    if (this.stalls) return;
    if (this.instead) {
      response.writeHead(this.instead.status, { 'content-type': this.instead.type }).end('<html></html>');
      return;
    }
    if (request.url?.startsWith('/moved/')) {
      response.writeHead(302, { location: request.url.slice('/moved'.length) }).end();
      return;
    }
    const headers = { 'content-type': 'video/mp4', etag: `"${this.version}"` };
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const total = this.#content.length;
    if (this.knowsRanges && first !== undefined && last !== undefined) {
      const piece = this.#content.subarray(Number(first), Number(last) + 1);
      this.sent += piece.length;
      response.writeHead(206, {
        ...headers,
        'content-range': `bytes ${first}-${Number(first) + piece.length - 1}/${total}`,
        'content-length': piece.length,
      });
      response.end(piece);
      return;
    }
    if (request.headers.range === undefined) this.fetched++;
    this.sent += total;
    response.writeHead(200, { ...headers, 'content-length': this.announces ?? total });
    if (this.announces !== undefined) {
      response.write(this.#content, () => response.socket?.end());
      return;
    }
    if (this.stopsHalfway && request.headers.range === undefined) {
      response.write(this.#content.subarray(0, total / 2));
      this.events.emit('halfway');
      return;
    }
    response.end(this.#content);
  }
}
