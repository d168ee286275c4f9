import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import * as vscode from 'vscode';

import { systemClock } from '../../src/client/clock.ts';
import { Uploads } from '../../src/editor/uploads.ts';
import { uploadSourceOf } from '../../src/editor/workspace-source.ts';
import { Machine, type EditorWindow } from './editor-windows.ts';
import { clip, failure, inWorkspace } from './extension-under-test.ts';
import { FarAway } from './far-away.ts';
import { sandbox } from './sandbox-control.ts';

describe('Files of a file system that only the editor reaches', () => {
  const far = new FarAway();
  let registration: vscode.Disposable;
  let video: Uint8Array;
  const uri = (name: string) => vscode.Uri.from({ scheme: 'nemo-far', path: `/${name}` });
  let machine: Machine;
  let window: EditorWindow;
  /** As when a person chooses them; from anybody else they are asked about. */
  const upload = async (...targets: vscode.Uri[]) => {
    const uploads = await (await window.chats.chat()).uploads.upload(targets);
    const failed = uploads.find(({ error }) => error)?.error;
    if (failed) throw failed;
    return uploads.flatMap(({ files = [] }) => files);
  };
  before(async () => {
    await sandbox.calm();
    machine = await Machine.start();
    window = machine.openWindow();
    registration = vscode.workspace.registerFileSystemProvider('nemo-far', far, { isCaseSensitive: true });
    video = await readFile(inWorkspace('talk.mp4'));
  });
  beforeEach(() => {
    far.files.clear();
    far.files.set('/far away.mp4', video);
    far.said = undefined;
    far.reads.length = 0;
    far.onRead = () => Promise.resolve();
  });
  after(async () => {
    registration.dispose();
    await machine.stop();
  });

  it('are uploaded as they are, beside others', async () => {
    const rows = await upload(uri('far away.mp4'), clip('talk.mp4'));
    assert.deepEqual(rows.map(({ name }) => name).sort(), ['far away.mp4', 'talk.mp4']);
    const there = rows.find(({ name }) => name === 'far away.mp4');
    const bytes = new Uint8Array(await (await fetch(there?.url ?? '')).arrayBuffer());
    assert.ok(Buffer.from(video).equals(bytes));
  });

  it('may have a size that nobody knows beforehand', async () => {
    far.said = 0;
    const [row] = await upload(uri('far away.mp4'));
    assert.equal(row?.name, 'far away.mp4');
    far.files.set('/nothing.mp4', new Uint8Array());
    assert.equal((await failure(upload(uri('nothing.mp4')))).code, 'fileEmpty');
  });

  it('are refused before they are read where their name or size is enough, and before a byte is sent', async () => {
    far.files.set('/notes.txt', video);
    far.files.set('/text.mp4', new TextEncoder().encode('Just some notes.'));
    const { requests } = await sandbox.during(async () => {
      assert.equal((await failure(upload(uri('notes.txt')))).code, 'unsupportedFile');
      assert.equal((await failure(upload(uri('folder.mp4')))).code, 'fileIsFolder');
      assert.equal((await failure(upload(uri('gone.mp4')))).code, 'fileMissing');
      far.files.set('/large.mp4', video);
      far.said = 500 * 1024 * 1024 + 1;
      assert.equal((await failure(upload(uri('large.mp4')))).code, 'fileTooLarge');
      // Others may be read at any time: the page looks at them for their pictures.
      assert.ok(!far.reads.includes('/large.mp4') && !far.reads.includes('/notes.txt'));
      far.said = undefined;
      assert.equal((await failure(upload(uri('text.mp4')))).code, 'unsupportedFile');
    });
    assert.ok(requests.every(({ endpoint }) => endpoint !== 'upload'));
  });

  it('that change while they are read are an error and no clip', async () => {
    far.onRead = () => Promise.resolve(far.touch());
    assert.equal((await failure(uploadSourceOf(uri('far away.mp4')))).code, 'fileChanged');
  });

  it('go one at a time into a session and into three sessions at a time, and one that fails holds up nobody', async () => {
    const targets = Array.from({ length: 8 }, (_, count) => uri(`${count}.mp4`));
    for (const { path } of targets) far.files.set(path, video);
    const uploads = new Uploads(systemClock);
    const threeAreSent = Promise.withResolvers<undefined>();
    const sending = new Map<string, string>();
    const order: string[] = [];
    let most = 0;
    const batches = await Promise.all(
      ['a', 'b', 'c', 'd'].map((session) =>
        uploads.upload(targets, {
          session,
          destination: async () => {
            if (sending.size === 3) threeAreSent.resolve(undefined);
            await threeAreSent.promise;
            throw new Error('Nowhere to go.');
          },
          onChange: ({ id, name, phase }) => {
            if (phase === 'sending') {
              assert.ok(!sending.has(session), 'one at a time');
              sending.set(session, id);
              if (session === 'a') order.push(name);
            } else if (sending.get(session) === id) {
              sending.delete(session);
            }
            most = Math.max(most, sending.size);
          },
        }),
      ),
    );
    assert.equal(most, 3);
    assert.deepEqual(
      order,
      targets.map((_, count) => `${count}.mp4`),
    );
    assert.equal(batches.flat().length, 32);
    assert.ok(batches.flat().every(({ phase }) => phase === 'failed'));
    uploads.dispose();
  });

  it('that take long are not waited for once the upload is stopped', async () => {
    const begun = Promise.withResolvers<undefined>();
    const go = Promise.withResolvers<undefined>();
    far.onRead = async () => {
      begun.resolve(undefined);
      await go.promise;
    };
    const uploads = new Uploads(systemClock);
    const stop = new AbortController();
    const work = uploads.upload([uri('far away.mp4')], {
      session: 'a',
      destination: () => assert.fail('asked for where to'),
      onChange: () => undefined,
      signal: stop.signal,
    });
    await begun.promise;
    stop.abort();
    const [upload] = await work;
    assert.equal(upload?.phase, 'cancelled');
    go.resolve(undefined);
    uploads.dispose();
  });
});
