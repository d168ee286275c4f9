import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import * as vscode from 'vscode';

import { sessionMediaUri } from '../../src/editor/session-media-uri.ts';
import type { ProjectNode } from '../../src/editor/tree/project-node.ts';
import { clip, command, extension, failure } from './extension-under-test.ts';
import { Machine } from './editor-windows.ts';
import { sandbox } from './sandbox-control.ts';
import { replyTo, showChat } from './stand-in-page.ts';

/** All rows below the root row of that name. */
async function rowsOf(root: string): Promise<{ node: ProjectNode; item: vscode.TreeItem }[]> {
  const { tree } = extension().exports;
  const found: { node: ProjectNode; item: vscode.TreeItem }[] = [];
  const visit = async (node: ProjectNode) => {
    found.push({ node, item: await tree.getTreeItem(node) });
    for (const child of (await tree.getChildren(node)) ?? []) await visit(child);
  };
  for (const node of (await tree.getChildren()) ?? []) {
    const { label } = await tree.getTreeItem(node);
    if (label === root) for (const child of (await tree.getChildren(node)) ?? []) await visit(child);
  }
  return found;
}

/** A drop on the tree, as the editor hands it over. */
async function drop(items: Record<string, vscode.DataTransferItem>): Promise<void> {
  const transfer = new vscode.DataTransfer();
  for (const [type, item] of Object.entries(items)) transfer.set(type, item);
  const never = new vscode.CancellationTokenSource().token;
  await extension().exports.treeDrops?.handleDrop?.(undefined, transfer, never);
}

/** A file of the operating system, in a browser, where it has no path. */
class FileItem extends vscode.DataTransferItem {
  readonly #file: vscode.DataTransferFile;

  constructor(name: string, data: Uint8Array) {
    super('');
    this.#file = { name, data: () => Promise.resolve(data) };
  }

  override asFile(): vscode.DataTransferFile {
    return this.#file;
  }
}

const chatState = () => extension().exports.chatState();

/** Resolves when a file of that name is ready to go with a message. */
async function arrived(name: string): Promise<void> {
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      const listener = extension().exports.onDidChangeTree(() => {
        listener.dispose();
        resolve();
      });
    });
    const { attachments } = await chatState();
    if (attachments.some((one) => one.name === name && one.state === 'ready')) return;
    await changed;
  }
}

describe('Previews and drags in the project tree', () => {
  let file: string;

  before(async () => {
    await sandbox.calm();
    await command('nemo.newSession', {});
    await command('nemo.upload', clip('talk.mp4'));
    await command('nemo.chat', 'add a title "Tree"');
    ({ file } = await command<{ file: string }>('nemo.export', {}));
  });

  it('offers a preview of clips, media and finished exports, by click and by menu, but not of a title', async () => {
    const [clips, media, renders] = [await rowsOf('Tracks'), await rowsOf('Media'), await rowsOf('Render jobs')];
    const offered = [...clips, ...media, ...renders].filter(({ item }) =>
      /\bpreviewable\b/.test(item.contextValue ?? ''),
    );
    assert.deepEqual(
      offered.map(({ item }) => item.command?.command),
      ['nemo.preview', 'nemo.preview', 'nemo.preview'],
    );
    const title = clips.find(({ item }) => item.label === 'Tree');
    assert.ok(title && title.item.command === undefined);
    for (const { node, item } of offered) {
      await command('nemo.preview', node);
      await command('nemo.preview', ...((item.command?.arguments ?? []) as unknown[]));
    }
    assert.equal((await failure(command('nemo.preview', title.node))).code, 'badArgument');
  });

  it('previews by address what the session has, and nothing else', async () => {
    const [media] = await rowsOf('Media');
    const [place] = (media?.item.command?.arguments ?? []) as unknown[];
    const { url } = place as { url: string };
    await command('nemo.preview', url);
    for (const foreign of ['https://elsewhere.example/a.mp4', clip('talk.mp4').toString(), '']) {
      assert.equal((await failure(command('nemo.preview', foreign))).code, 'badArgument', foreign);
    }
    for (const odd of [7, { kind: 'clip' }, { kind: 'file', path: '/etc/passwd' }, {}]) {
      assert.equal((await failure(command('nemo.preview', odd))).code, 'badArgument', JSON.stringify(odd));
    }
  });

  it('a finished export is dragged as its file, and media by a name that holds no address', async () => {
    const [media] = await rowsOf('Media');
    const [render] = await rowsOf('Render jobs');
    assert.equal(render?.item.resourceUri?.toString(), vscode.Uri.parse(file).toString());
    const resourceUri = media?.item.resourceUri;
    assert.deepEqual([resourceUri?.scheme, resourceUri?.authority, resourceUri?.path], ['nemo-media', '', '/talk.mp4']);
    assert.match(resourceUri?.query ?? '', /^[\da-f]{32}$/);
  });

  it('media of the session that is dropped on the chat goes with the next message and is not sent again', async () => {
    const machine = await Machine.start();
    try {
      const window = machine.openWindow();
      const chat = await window.chats.chat();
      const { page, view } = showChat(window);
      await page.ask({ type: 'ready' });
      await chat.uploads.upload([clip('talk.mp4')]);
      await chat.send('add a title "Once"', { mayAsk: false }).over;
      const [known] = chat.media;
      assert.ok(known);
      const uris = [sessionMediaUri(known).toString(), sessionMediaUri({ name: 'unknown.mp4' }).toString()];
      const { requests } = await sandbox.during(async () => {
        await replyTo(page, { type: 'attachUris', uris: [...uris, ...uris] });
        await chat.idle();
      });
      assert.deepEqual(
        chat.state.attachments.map(({ name, state }) => [name, state]),
        [['talk.mp4', 'ready']],
      );
      assert.deepEqual(
        requests.filter(({ endpoint }) => endpoint === 'upload'),
        [],
      );
      view.dispose();
    } finally {
      await machine.stop();
    }
  });

  it('files of the Explorer that are dropped on the tree are uploaded', async () => {
    const list = `# a comment\r\n${clip('phone-portrait.mp4').toString()}\r\n`;
    await drop({ 'text/uri-list': new vscode.DataTransferItem(list) });
    await arrived('phone-portrait.mp4');
  });

  it('files of the operating system that are dropped on the tree arrive byte for byte', async () => {
    const bytes = await readFile(clip('music.mp3').fsPath);
    await drop({ 'audio/mpeg': new FileItem('from the desktop.mp3', bytes) });
    await arrived('from the desktop.mp3');
    const row = (await rowsOf('Media')).find(({ item }) => item.label === 'from the desktop.mp3');
    const [place] = (row?.item.command?.arguments ?? []) as unknown[];
    const answer = await fetch((place as { url: string }).url);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
  });

  it('what is no media is not read, and rows of the tree itself are no files', async () => {
    let reads = 0;
    const odd = new FileItem('notes.txt', new Uint8Array(5));
    odd.asFile = () => ({
      name: 'notes.txt',
      data: () => {
        reads++;
        return Promise.resolve(new Uint8Array(5));
      },
    });
    const { requests } = await sandbox.during(async () => {
      await drop({ 'text/plain': odd });
      const own = new vscode.DataTransfer();
      const [row] = await rowsOf('Render jobs');
      const never = new vscode.CancellationTokenSource().token;
      assert.ok(row);
      await extension().exports.treeDrops?.handleDrag?.([row.node], own, never);
      own.set('text/uri-list', new vscode.DataTransferItem(vscode.Uri.parse(file).toString()));
      await extension().exports.treeDrops?.handleDrop?.(undefined, own, never);
      // What was dropped before it would be under way by then.
      await drop({ 'audio/mpeg': new FileItem('dropped last.mp3', await readFile(clip('music.mp3').fsPath)) });
      await arrived('dropped last.mp3');
    });
    assert.equal(reads, 0);
    assert.equal(requests.filter(({ endpoint }) => endpoint === 'upload').length, 1);
  });
});
