import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';

import * as vscode from 'vscode';

import type { SessionChat } from '../../src/editor/session-chat.ts';
import { uploadTransfer } from '../../src/editor/transfer-rows.ts';
import { type OddAnswer, oddAnswers } from '../sandbox/sandbox-options.ts';
import { hastyClock, Machine, type EditorWindow } from './editor-windows.ts';
import { clip, failure } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

describe('A service that answers otherwise than its documents say', () => {
  let machine: Machine;
  let window: EditorWindow;
  let chat: SessionChat;

  beforeEach(async () => {
    await sandbox.calm();
    machine = await Machine.start();
    window = machine.openWindow({ clock: hastyClock });
    chat = await window.chats.chat();
  });
  afterEach(async () => {
    await sandbox.calm();
    await machine.stop();
  });

  const odd = (...kinds: readonly OddAnswer[]) => sandbox.configure({ oddAnswers: kinds });
  const ask = async (text: string) => {
    const { accepted, over } = chat.send(text, { mayAsk: false });
    await accepted;
    return over;
  };

  it('is connected to with a token and a session alone, and what else there is to know is learned and kept', async () => {
    await odd('leanIds');
    const { anonymous, userId, credits } = await window.chats.connect();
    assert.deepEqual([anonymous, userId, credits?.total], [true, undefined, 100_000]);
    assert.equal(chat.record.taskId, undefined);
    // The link needs the task, which a state names.
    assert.match((await chat.session.claim()).claimToken, /^clm_/);
    assert.match(chat.record.userId ?? '', /^anon_/);
    await window.close();

    const next = machine.openWindow({ clock: hastyClock });
    chat = await next.chats.chat();
    await sandbox.setCredits(0);
    await ask('add a title "Broke"');
    const answer = chat.state.messages.findLast(({ role }) => role === 'assistant');
    assert.match(answer?.error?.message ?? '', /Register/);
    const register = answer?.actions?.[0];
    assert.match(register?.argument ?? '', new RegExp(`register\\?bind=${chat.record.userId ?? 'nobody'}$`));
  });

  it('says plainly that there is no link where nobody said the task', async () => {
    await odd('leanIds', 'noState');
    await window.chats.connect();
    // Of the forms of an empty state one names nothing at all.
    const claimed = await chat.session.claim().catch((error: unknown) => error as Error);
    assert.ok('claimToken' in claimed || claimed.message.includes('did not say where this session is'));
  });

  it('is connected to, and asked, where neither credits nor state can be read', async () => {
    const broken = { moment: 'beforeAnswer', kind: 'garbage', times: 500 } as const;
    await sandbox.addFault({ endpoint: 'credits', ...broken });
    const { credits, sessionId } = await window.chats.connect();
    assert.equal(credits, undefined);
    assert.equal(window.connection.view.kind, 'connected');
    await sandbox.addFault({ endpoint: 'state', ...broken });
    const text = 'What can you do?';
    await ask(text);
    const answer = chat.state.messages.findLast(({ role }) => role === 'assistant');
    assert.equal(answer?.state, 'done', JSON.stringify(answer));
    assert.equal(
      (await sandbox.messages()).filter((each) => each.sessionId === sessionId && each.text === text).length,
      1,
    );
  });

  it('may have no state before anything was done: a message can be sent', async () => {
    await odd('noState');
    await window.chats.connect();
    assert.deepEqual(chat.state.timeline.tracks, []);
    await ask('What can you do?');
    assert.equal(chat.state.messages.findLast(({ role }) => role === 'assistant')?.state, 'done');
  });

  for (const kind of oddAnswers.filter((each) => /Submit$|^otherWords$|^noLength$|^emptyRange$/.test(each))) {
    it(`exports all the same: ${kind}`, async () => {
      await chat.uploads.upload([clip('talk.mp4')]);
      await odd(kind, ...(kind === 'emptyRange' ? (['noLength'] as const) : []));
      const from = (await sandbox.counts()).renders;
      const job = await chat.exports.start({
        target: { uri: vscode.Uri.joinPath(vscode.Uri.file(machine.exports), 'odd.mp4'), isByPerson: true },
      });
      const over = await window.jobs.whenOver(job.id);
      assert.equal(over?.phase, 'done', JSON.stringify(over?.error));
      assert.deepEqual(await readdir(machine.exports), ['odd.mp4']);
      const [render, ...others] = await sandbox.renders(from);
      assert.deepEqual([render?.submits, others.length], [1, 0]);
    });
  }

  it('may refuse the client’s id, and gets a new one that is kept', async () => {
    await sandbox.addFault({ endpoint: 'anonymousToken', moment: 'beforeRequest', kind: 'status', status: 400 });
    const { requests } = await sandbox.during(() => window.chats.connect());
    const ids = requests
      .filter(({ endpoint }) => endpoint === 'anonymousToken')
      .map(({ headers }) => headers['x-client-id']);
    assert.equal(new Set(ids).size, 2, ids.join());
    await window.connection.signOut();
    const again = await sandbox.during(() => window.connection.connect());
    assert.deepEqual(
      again.requests
        .filter(({ endpoint }) => endpoint === 'anonymousToken')
        .map(({ headers }) => headers['x-client-id']),
      ids.slice(-1),
    );
  });

  describe('by getting too many requests', () => {
    const tooMany = { moment: 'beforeRequest', kind: 'status', status: 429 } as const;

    it('is asked once more by a message, which says how long it waits', async () => {
      await window.chats.connect();
      await sandbox.addFault({ endpoint: 'runSse', ...tooMany });
      const told = new Set<string>();
      const waitsSince = new Set<number>();
      chat.onDidPost(() => {
        const activity = chat.state.messages.findLast(({ role }) => role === 'assistant')?.activity;
        if (!activity) return;
        told.add(activity.label);
        if (activity.label.includes('Trying again in')) waitsSince.add(activity.sinceMs);
      });
      const text = 'What can you do?';
      await ask(text);
      assert.equal(chat.state.messages.findLast(({ role }) => role === 'assistant')?.state, 'done');
      assert.ok([...told].filter((label) => label.includes('Trying again in')).length > 1, 'it counts down');
      assert.equal(waitsSince.size, 1, 'its time counts on from when the wait began');
      assert.ok(
        [...told].some((label) => label.endsWith('Trying again in 30 s')),
        [...told].join('\n'),
      );
      assert.equal(
        (await sandbox.messages()).filter((each) => each.text === text && each.sessionId === chat.record.sessionId)
          .length,
        1,
      );
    });

    it('is asked a third time by the user alone, with a button', async () => {
      await window.chats.connect();
      await sandbox.addFault({ endpoint: 'runSse', ...tooMany, times: 2 });
      await ask('What can you do?');
      const answer = chat.state.messages.findLast(({ role }) => role === 'assistant');
      assert.equal(answer?.state, 'failed');
      assert.ok(
        answer.actions?.some(({ kind }) => kind === 'send' || kind === 'retry'),
        JSON.stringify(answer.actions),
      );
    });

    it('is handed a file once more, which says how long it waits and can be cancelled', async () => {
      await sandbox.addFault({ endpoint: 'upload', ...tooMany });
      const told = new Set<string>();
      const watching = chat.onDidPost(() => {
        for (const row of chat.uploads.rows) told.add(uploadTransfer(row).message ?? '');
      });
      const [upload] = await chat.uploads.upload([clip('talk.mp4')]);
      assert.equal(upload?.phase, 'done');
      assert.ok(
        [...told].some((line) => line.endsWith('Trying again in 30 s')),
        [...told].join('\n'),
      );
      watching.dispose();

      await sandbox.addFault({ endpoint: 'upload', ...tooMany, retryAfterSeconds: 200 });
      const stopping = chat.onDidPost(() => {
        const row = chat.uploads.rows.at(-1);
        if (row?.retryInMs) chat.uploads.removeChip(row.id);
      });
      const [stopped] = await chat.uploads.upload([clip('music.mp3')]);
      stopping.dispose();
      assert.equal(stopped?.phase, 'cancelled');
    });

    it('is waited for by everything else as well, and then it is told', async () => {
      await sandbox.addFault({ endpoint: 'createSession', ...tooMany, retryAfterSeconds: 5 });
      assert.match((await window.chats.connect()).sessionId, /^\d+$/);
      await sandbox.addFault({ endpoint: 'credits', ...tooMany, retryAfterSeconds: 5, times: 2 });
      const error = await failure(window.connection.readCredits());
      assert.equal(error.code, 'rateLimited');
    });
  });
});
