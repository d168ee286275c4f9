import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

import * as vscode from 'vscode';

import type { NemoError } from '../../src/client/errors.ts';
import type { ChatMessage } from '../../src/conversation/chat-state.ts';
import { leaveAccount, switchAccount } from '../../src/editor/account-switch.ts';
import { RenderJobFolder } from '../../src/editor/render-job.ts';
import type { SessionChat } from '../../src/editor/session-chat.ts';
import type { EndpointName } from '../sandbox/sandbox-options.ts';
import { Machine, type EditorWindow } from './editor-windows.ts';
import { clip, eventually, failure } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

describe('Sessions', () => {
  let machine: Machine;
  let window: EditorWindow;
  let chat: SessionChat;

  const ask = async (of: SessionChat, text: string) => {
    const { accepted, over } = of.send(text, { mayAsk: false });
    await accepted;
    return over;
  };
  const said = (of: SessionChat, role: ChatMessage['role']) =>
    of.state.messages.filter((message) => message.role === role).map(({ text }) => text);
  const untilAsked = async (endpoint: EndpointName, from: number) => {
    while (!(await sandbox.requests(from)).some((request) => request.endpoint === endpoint)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  /** Messages that the service had got before the test: others may have said the same. */
  let before = 0;
  const receivedTimes = async (text: string) =>
    (await sandbox.messages(before)).filter((message) => message.text === text).length;

  beforeEach(async () => {
    await sandbox.calm();
    before = (await sandbox.counts()).messages;
    machine = await Machine.start();
    window = machine.openWindow();
    chat = await window.chats.chat();
    await chat.uploads.upload([clip('talk.mp4')]);
  });

  afterEach(async () => {
    await sandbox.calm();
    await machine.stop();
  });

  it('come back with their chat, their timeline and their media', async () => {
    const { sessionId } = await window.chats.connect();
    await ask(chat, 'status');
    const { messages, timeline } = chat.state;
    await window.close();

    const next = machine.openWindow();
    const { result, requests } = await sandbox.during(() => next.chats.chat());
    assert.deepEqual(requests, [], 'what is on disk needs no network');
    assert.deepEqual(result.state.messages, messages);
    assert.deepEqual(result.state.timeline, timeline);
    assert.deepEqual(
      result.record.media.map(({ name }) => name),
      ['talk.mp4'],
    );
    assert.equal((await next.chats.connect()).sessionId, sessionId);
  });

  it('have the message on disk before it is sent', async () => {
    const text = 'add a title "On Disk"';
    await sandbox.addFault({ endpoint: 'runSse', moment: 'beforeRequest', kind: 'stall' });
    const { requests: from } = await sandbox.counts();
    const { accepted } = chat.send(text, { mayAsk: false });
    await accepted;
    await untilAsked('runSse', from);
    const record = (await machine.sessions.open(chat.id))?.record;
    const kept = record?.messages.find((message) => message.text === text);
    assert.ok(kept);
    assert.equal(record?.pendingTurn?.messageId, kept.id, 'nor is it known that it left');
    assert.equal(await receivedTimes(text), 0);
  });

  it('know of a message that was stopped before it left that nothing later is its doing', async () => {
    const text = 'add a title "Stopped Early"';
    const { accepted, over } = chat.send(text, { mayAsk: false });
    await accepted;
    while (chat.record.pendingTurn === undefined) await new Promise((resolve) => setImmediate(resolve));
    chat.stop();
    assert.equal((await over).outcome, 'cancelled');
    assert.equal(await receivedTimes(text), 0);
    assert.deepEqual([chat.record.pendingTurn, chat.record.lastTurn], [undefined, undefined]);
  });

  it('show a message that was under way when the window closed, and what came of it, without sending it again', async () => {
    const text = 'add a title "Reloaded"';
    await sandbox.configure({ dialect: 'simple' });
    await sandbox.addFault({ endpoint: 'runSse', moment: 'midAnswer', kind: 'stall' });
    const { accepted } = chat.send(text, { mayAsk: false });
    await accepted;
    await eventually(chat.onDidPost, () => chat.record.pendingTurn !== undefined && said(chat, 'assistant').length > 0);
    while ((await receivedTimes(text)) === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await window.close();
    await sandbox.clearFaults();

    const next = await machine.openWindow().chats.chat();
    assert.ok(said(next, 'user').includes(text));
    assert.match(said(next, 'notice').join(), /not sent again/);
    const activities = () => next.state.messages.map(({ activity }) => activity?.label ?? '').join('');
    await eventually(next.onDidPost, () => activities().includes('at what became of the message that was under way'));
    await next.idle();
    const answer = next.state.messages.findLast(({ role }) => role === 'assistant');
    assert.notEqual(answer?.state, 'running');
    assert.equal(next.record.pendingTurn, undefined);
    assert.ok(
      answer?.changes?.some(({ sentence }) => sentence.includes('Reloaded')),
      JSON.stringify(answer),
    );
    assert.equal(await receivedTimes(text), 1);
  });

  it('wait for a service that is away before they tell what became of a turn', async () => {
    const text = 'add a title "Patience"';
    await sandbox.addFault({ endpoint: 'runSse', moment: 'midAnswer', kind: 'stall' });
    await chat.send(text, { mayAsk: false }).accepted;
    while ((await receivedTimes(text)) === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await window.close();
    await sandbox.clearFaults();
    await sandbox.addFault({ endpoint: '*', moment: 'beforeRequest', kind: 'refuse', times: 1000 });

    const next = await machine.openWindow().chats.chat();
    const labels = () => next.state.messages.map(({ activity }) => activity?.label);
    await eventually(next.onDidPost, () => labels().includes('Waiting for the service'));
    await sandbox.clearFaults();
    await next.idle();
    const answer = next.state.messages.findLast(({ role }) => role === 'assistant');
    assert.ok(
      answer?.changes?.some(({ sentence }) => sentence.includes('Patience')),
      JSON.stringify(answer),
    );
    assert.equal(await receivedTimes(text), 1);
  });

  it('send what still waited in the queue, once', async () => {
    await sandbox.addFault({ endpoint: 'runSse', moment: 'beforeAnswer', kind: 'stall' });
    const first = chat.send('add a title "First"', { mayAsk: false });
    const second = chat.send('add a title "Queued"', { mayAsk: false });
    await Promise.all([first.accepted, second.accepted]);
    await eventually(chat.onDidPost, () => chat.record.pendingTurn !== undefined);
    await window.close();
    await sandbox.clearFaults();

    const next = await machine.openWindow().chats.chat();
    await next.idle();
    assert.equal(await receivedTimes('add a title "Queued"'), 1);
  });

  it('do not send by themselves what waited for long, but offer it', async () => {
    const file = machine.sessions.create(chat.record.origin, 'Long ago');
    const text = 'add a title "Long Ago"';
    const waiting = { id: 'waiting', role: 'user', text, atMs: Date.now() - 11 * 60_000, state: 'queued' } as const;
    file.change({ messages: [waiting] });
    await file.save();
    const opened = await window.chats.switchTo(file.record.id);
    await opened.idle();
    assert.equal(await receivedTimes(text), 0);
    const [shown] = opened.state.messages;
    assert.equal(shown?.state, 'cancelled');
    assert.deepEqual(
      shown.actions?.map(({ kind, argument }) => [kind, argument]),
      [['send', text]],
    );
  });

  it('send by a button what it was offered for, and nothing else', async () => {
    chat.notice('Which one?', [{ kind: 'send', label: 'The first', argument: 'add a title "First Choice"' }]);
    const id = chat.state.messages.at(-1)?.id ?? '';
    await chat.sendOffered('add a title "Nobody’s Choice"', id);
    await chat.sendOffered('add a title "First Choice"', 'no such message');
    await chat.idle();
    assert.deepEqual(said(chat, 'user'), []);
    await chat.sendOffered('add a title "First Choice"', id);
    await chat.idle();
    assert.deepEqual(said(chat, 'user'), ['add a title "First Choice"']);
  });

  it('do not send by themselves what waited for a file that a closing window cut off', async () => {
    await sandbox.addFault({ endpoint: 'upload', moment: 'duringBody', kind: 'stall' });
    const { requests: from } = await sandbox.counts();
    const upload = chat.uploads.upload([clip('music.mp3')]);
    await untilAsked('upload', from);
    const texts = ['use this as background music', 'and fade it in'];
    for (const text of texts) await chat.send(text, { mayAsk: false }).accepted;
    const [, waits] = chat.state.messages.filter(({ role }) => role === 'user');
    assert.equal(waits?.state, 'queued');
    await window.close();
    await upload;
    await sandbox.clearFaults();

    const next = await machine.openWindow().chats.chat();
    await next.idle();
    assert.equal(await receivedTimes(texts[0] ?? ''), 0, 'it makes no sense without its file');
    assert.equal(await receivedTimes(texts[1] ?? ''), 0, 'nor does what was said after it');
    const asked = next.state.messages.find(({ text }) => text === texts[0]);
    assert.deepEqual(
      [asked?.state, asked?.actions?.map(({ kind, argument }) => [kind, argument])],
      ['cancelled', [['send', texts[0]]]],
    );
    // Pressed twice, as an impatient person does, it leaves once.
    await Promise.all([1, 2].map(() => next.sendOffered(texts[0] ?? '', asked?.id ?? '')));
    await next.idle();
    assert.equal(await receivedTimes(texts[0] ?? ''), 1);
  });

  it('do not send by itself what waited behind another with a file that was cut off', async () => {
    const [sent, waiting] = ['add a title "Left Before"', 'use this as background music'] as const;
    await sandbox.addFault({ endpoint: 'runSse', moment: 'midAnswer', kind: 'stall' });
    await sandbox.addFault({ endpoint: 'upload', moment: 'duringBody', kind: 'stall' });
    const { requests: from } = await sandbox.counts();
    await chat.send(sent, { mayAsk: false }).accepted;
    await untilAsked('runSse', from);
    const upload = chat.uploads.upload([clip('music.mp3')]);
    await untilAsked('upload', from);
    await chat.send(waiting, { mayAsk: false }).accepted;
    await window.close();
    await upload;
    await sandbox.clearFaults();

    const next = await machine.openWindow().chats.chat();
    await next.idle();
    assert.deepEqual([await receivedTimes(sent), await receivedTimes(waiting)], [1, 0]);
    const asked = next.state.messages.find(({ text }) => text === waiting);
    assert.deepEqual([asked?.state, asked?.actions?.map(({ kind }) => kind)], ['cancelled', ['send']]);
  });

  it('send the message again that an answer belongs to, whatever else was asked meanwhile, and once', async () => {
    await sandbox.addFault({ endpoint: 'runSse', moment: 'beforeRequest', kind: 'status', status: 400, skip: 1 });
    const turns = ['add a title "Asked First"', 'add a title "Asked Next"', 'add a title "Asked Last"'].map(
      (text) => [text, chat.send(text, { mayAsk: false })] as const,
    );
    await turns[0]?.[1].over;
    const failed = await turns[1]?.[1].over;
    assert.equal(failed?.outcome, 'failed', JSON.stringify(failed));
    await turns[2]?.[1].over;
    const answer = chat.state.messages.find(({ state }) => state === 'failed');
    assert.ok(answer?.actions?.some(({ kind }) => kind === 'retry'));
    const { id = '' } = answer ?? {};
    await Promise.all([chat.retry(id), chat.retry(id)]);
    await chat.idle();
    assert.deepEqual(await Promise.all(turns.map(([text]) => receivedTimes(text))), [1, 1, 1]);
  });

  it('never offer to send a message again for nothing whose end the service would not tell', async () => {
    const text = 'add a title "Refused Later"';
    await sandbox.addFault({ endpoint: 'runSse', moment: 'midAnswer', kind: 'stall' });
    await chat.send(text, { mayAsk: false }).accepted;
    while ((await receivedTimes(text)) === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await window.close();
    await sandbox.clearFaults();
    await sandbox.addFault({ endpoint: 'credits', moment: 'beforeRequest', kind: 'status', status: 403, times: 100 });

    const next = await machine.openWindow().chats.chat();
    await next.idle();
    const answer = next.state.messages.findLast(({ role }) => role === 'assistant');
    assert.equal(answer?.state, 'failed');
    assert.match(answer.error?.message ?? '', /may be charged again/);
    assert.deepEqual(answer.actions?.filter(({ kind }) => kind === 'retry') ?? [], []);
  });

  it('keep every draft that was seen as a version', async () => {
    const before = chat.record.version;
    await ask(chat, 'add a title "Version"');
    await ask(chat, 'status');
    assert.equal(chat.record.version, before + 1);
    await window.close();
    const file = await machine.sessions.open(chat.id);
    const [old, now] = [await file?.version(before), await file?.version(before + 1)];
    assert.ok(old?.draftText !== undefined && now?.draftText !== undefined);
    assert.notEqual(old.draftText, now.draftText);
  });

  it('start anew where the service forgets them just before a message, which is sent once', async () => {
    await ask(chat, 'add a title "Before"');
    const { sessionId, messages } = chat.record;
    const versions = await chat.timeline.versions();
    const text = 'add a title "After"';
    await sandbox.addFault({ endpoint: 'runSse', moment: 'beforeRequest', kind: 'forget' });
    const result = await ask(chat, text);
    assert.notEqual(result.outcome, 'failed', JSON.stringify(result));
    assert.notEqual(chat.record.sessionId, sessionId);
    assert.match(said(chat, 'notice').join(), /starts anew.*stays for you to read/);
    assert.deepEqual(chat.record.messages.slice(0, messages.length), messages);
    assert.equal(await receivedTimes(text), 1);
    const kept = new Set((await chat.timeline.versions()).map(({ number }) => number));
    assert.deepEqual(
      versions.filter(({ number }) => !kept.has(number)),
      [],
    );
    assert.deepEqual(chat.media, [], 'the new session has none of the old one’s files');
  });

  it('start anew once, however late the service says again that it forgot them', async () => {
    await window.chats.connect();
    await sandbox.dropSession(chat.record.sessionId ?? '');
    await sandbox.addFault({ endpoint: 'state', moment: 'beforeAnswer', kind: 'stall', ms: 1_500 });
    const { requests: from } = await sandbox.counts();
    const late = chat.timeline.refresh();
    await untilAsked('state', from);
    const { sessionId } = await chat.timeline.refresh();
    assert.equal(chat.record.sessionId, sessionId);
    await chat.uploads.upload([clip('music.mp3')]);
    assert.equal((await late).sessionId, sessionId);
    assert.equal(chat.record.sessionId, sessionId);
    assert.equal(said(chat, 'notice').length, 1);
    assert.deepEqual(
      chat.media.map(({ name }) => name),
      ['music.mp3'],
    );
  });

  it('do not get a message twice that was taken before the service forgot them', async () => {
    const text = 'add a title "Forgotten"';
    // Not a word comes before the answer breaks off.
    await sandbox.configure({ silentRate: 1 });
    await sandbox.addFault({ endpoint: 'runSse', moment: 'midAnswer', kind: 'forget' });
    const { outcome, error } = await ask(chat, text);
    assert.equal(await receivedTimes(text), 1);
    assert.deepEqual([outcome, error?.code], ['failed', 'sessionGone']);
    await ask(chat, 'add a title "Next"');
    assert.match(said(chat, 'notice').join(), /starts anew/);
    assert.equal(await receivedTimes(text), 1);
  });

  it('tell what changed since any version', async () => {
    await ask(chat, 'add a title "Paradise Found"');
    await ask(chat, 'remove the title');
    const versions = await chat.timeline.versions();
    assert.deepEqual(
      versions.map(({ label }) => label),
      ['add a title "Paradise Found"', 'Before your first message'],
    );
    const [titled, first] = versions;
    assert.ok(titled && first && titled.atMs >= first.atMs);
    const [change, ...more] = await chat.timeline.changesSince(titled.number);
    assert.equal(change?.kind, 'removed');
    assert.match(change.sentence, /Paradise Found/);
    assert.deepEqual([more, await chat.timeline.changesSince(first.number)], [[], []]);
    await assert.rejects(chat.timeline.changesSince(99), { code: 'badArgument' });

    await window.close();
    const next = await machine.openWindow().chats.chat();
    assert.deepEqual(await next.timeline.versions(), versions, 'also after a restart');
    assert.equal((await next.timeline.changesSince(titled.number)).length, 1);
  });

  it('know which file each upload was, as soon as it has arrived', async () => {
    // One of the two never arrives: the window closes before.
    await sandbox.addFault({ endpoint: 'upload', moment: 'beforeRequest', kind: 'stall', skip: 1 });
    const upload = chat.uploads.upload([clip('music.mp3'), clip('phone-portrait.mp4')]);
    await eventually(chat.onDidChangeProject, () => chat.media.length === 2);
    const record = async () => (await machine.sessions.open(chat.id))?.record;
    while ((await record())?.media.length !== 2) await new Promise((resolve) => setTimeout(resolve, 10));
    const { media, uploading } = (await record()) ?? assert.fail();
    for (const { name, localUri } of media) assert.equal(localUri, clip(name).toString());
    assert.deepEqual([...media, ...uploading].map(({ name }) => name).sort(), [
      'music.mp3',
      'phone-portrait.mp4',
      'talk.mp4',
    ]);
    await window.close();
    await upload;
  });

  it('belong to the window that opened them last', async () => {
    await ask(chat, 'status');
    const other = await machine.openWindow().chats.chat();
    await ask(other, 'status');
    // What the older window cannot keep it does not send either.
    await assert.rejects(ask(chat, 'add a title "One More"'), { code: 'refused' });
    await assert.rejects(ask(chat, 'add a title "One More"'), { code: 'refused' });
    assert.deepEqual([await receivedTimes('add a title "One More"'), said(chat, 'user')], [0, ['status']]);
    const { requests } = await sandbox.during(() => chat.uploads.upload([clip('music.mp3')]).catch(() => undefined));
    assert.deepEqual(requests, []);
  });

  it('are taken back by the window that chooses them again, with what was said in the other', async () => {
    await ask(chat, 'status');
    const other = await machine.openWindow().chats.chat();
    await ask(other, 'how many credits do I have left?');
    const back = await window.chats.switchTo(chat.id);
    assert.deepEqual(back.state.messages, other.state.messages);
    assert.equal((await ask(back, 'status')).outcome, 'answered');
    await assert.rejects(ask(other, 'status'), { code: 'refused' });
    assert.equal(await window.chats.chat(), back);
  });

  it('send what waits in the queue once, also where another window opens them meanwhile', async () => {
    await sandbox.addFault({ endpoint: 'runSse', moment: 'beforeAnswer', kind: 'stall' });
    const first = chat.send('add a title "Running Here"', { mayAsk: false });
    const second = chat.send('add a title "Waiting Here"', { mayAsk: false });
    await Promise.all([first.accepted, second.accepted]);
    await eventually(chat.onDidPost, () => chat.record.pendingTurn !== undefined);
    while ((await receivedTimes('add a title "Running Here"')) === 0)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const other = await machine.openWindow().chats.chat();
    chat.stop();
    assert.equal((await second.over).error?.code, 'refused');
    await other.idle();
    assert.equal(await receivedTimes('add a title "Waiting Here"'), 1);
  });

  it('keep what was said in another window where this one had them open and did nothing', async () => {
    await window.close();
    const idle = machine.openWindow();
    const idleChat = await idle.chats.chat();
    const other = await machine.openWindow().chats.chat();
    await ask(other, 'status');
    idleChat.keepComposer({ text: 'half a sentence', atMs: 10 });
    await idle.close();
    assert.deepEqual((await machine.sessions.open(chat.id))?.record.messages, other.state.messages);
  });

  it('of another service give way to one new session, however many ask for it at once', async () => {
    const { NEMO_API_URL: address = '' } = process.env;
    try {
      process.env['NEMO_API_URL'] = address.replace('127.0.0.1', 'localhost');
      const [first, second] = await Promise.all([window.chats.chat(), window.chats.chat()]);
      assert.notEqual(first.id, chat.id);
      assert.deepEqual([second.id, (await window.chats.chat()).id], [first.id, first.id]);
    } finally {
      process.env['NEMO_API_URL'] = address;
    }
  });

  it('are asked of no other service than their own, and say so', async () => {
    const { NEMO_API_URL: address = '' } = process.env;
    await ask(chat, 'status');
    const { sessionId } = chat.record;
    try {
      process.env['NEMO_API_URL'] = address.replace('127.0.0.1', 'localhost');
      const { result, requests } = await sandbox.during(() => ask(chat, 'add a title "Elsewhere"'));
      assert.equal(result.error?.code, 'refused');
      assert.match(result.error.message, /another service, http:\/\/127\.0\.0\.1/);
      assert.deepEqual(
        requests.filter(
          ({ endpoint }) => endpoint === 'state' || endpoint === 'runSse' || endpoint === 'createSession',
        ),
        [],
      );
    } finally {
      process.env['NEMO_API_URL'] = address;
    }
    assert.equal(chat.record.sessionId, sessionId);
    assert.equal((await ask(chat, 'add a title "Back Again"')).error, undefined);
  });

  it('keep their name where another window has them, and say so', async () => {
    await chat.rename('Ours');
    await machine.openWindow().chats.chat();
    await assert.rejects(chat.rename('Too late'), { code: 'refused' });
    assert.deepEqual([chat.state.sessionName, chat.record.name], ['Ours', 'Ours']);
    assert.equal((await machine.sessions.open(chat.id))?.record.name, 'Ours');
  });

  it('end a turn well though the disk takes no draft of it', async () => {
    await ask(chat, 'status');
    await rm(join(machine.storage, 'sessions', chat.id, 'versions'), { recursive: true });
    await writeFile(join(machine.storage, 'sessions', chat.id, 'versions'), 'in the way');
    const { outcome, changes, error } = await ask(chat, 'add a title "No Room"');
    assert.deepEqual([outcome === 'failed', error], [false, undefined]);
    assert.match(changes.join(), /No Room/);
    await rm(join(machine.storage, 'sessions', chat.id, 'versions'));
    await ask(chat, 'status');
    const draft = (await machine.sessions.open(chat.id).then((file) => file?.version(file.record.version)))?.draftText;
    assert.match(draft ?? '', /No Room/, 'it is kept as soon as there is room');
  });

  it('are listed as soon as something was done in them', async () => {
    const { origin } = chat.record;
    const onTimeline = machine.sessions.create(origin, 'Only a timeline');
    await onTimeline.addVersion(chat.timeline.latest);
    await onTimeline.save();
    const untouched = machine.sessions.create(origin, 'Untouched');
    await untouched.addVersion({ ...chat.timeline.latest, draftText: '{"t":[]}' });
    await untouched.save();
    const listed = await window.chats.list();
    assert.deepEqual(listed.map(({ id }) => id).sort(), [chat.id, onTimeline.record.id].sort());
    const uploaded = listed.find(({ id }) => id === chat.id);
    assert.deepEqual([uploaded?.messageCount, uploaded?.fileCount], [0, 1]);
  });

  describe('that are deleted', () => {
    const stored = () => readdir(join(machine.storage, 'sessions'));

    it('go with their chat and drafts, and a new one is shown in their place', async () => {
      await ask(chat, 'add a title "Gone"');
      const { file = '' } = await window.jobs
        .whenOver(
          (
            await chat.exports.start({
              target: { uri: vscode.Uri.file(join(machine.exports, 'kept.mp4')), isByPerson: true },
            })
          ).id,
        )
        .then((job) => job ?? assert.fail());
      const { requests } = await sandbox.during(() => window.chats.delete(chat.id));
      assert.deepEqual(requests, [], 'the service keeps what it has');
      assert.deepEqual(await stored(), []);
      const shown = await window.chats.chat();
      assert.notEqual(shown.id, chat.id);
      assert.deepEqual([shown.state.messages, shown.state.timeline.tracks, await window.chats.list()], [[], [], []]);
      await vscode.workspace.fs.stat(vscode.Uri.parse(file));
      assert.equal((await ask(shown, 'status')).outcome, 'answered');
      await assert.rejects(window.chats.delete(chat.id), { code: 'badArgument' });
      await window.close();
      const next = await machine.openWindow().chats.chat();
      assert.equal(next.id, shown.id);
    });

    it('are one of those that are not shown, and the shown one stays', async () => {
      await ask(chat, 'status');
      const other = await window.chats.newSession();
      await window.chats.delete(chat.id);
      assert.equal(await window.chats.chat(), other);
      await assert.rejects(window.chats.switchTo(chat.id), { code: 'badArgument' });
      assert.ok(!(await stored()).includes(chat.id));
    });

    it('are not written any more by another window that had them', async () => {
      await ask(chat, 'status');
      const other = machine.openWindow();
      const mine = await other.chats.newSession();
      await other.chats.delete(chat.id);
      await assert.rejects(ask(chat, 'status'), { code: 'refused' });
      await window.close();
      assert.deepEqual(await stored(), [mine.id]);
    });

    it('say so in another window that shows them, and offer a new one', async () => {
      const other = machine.openWindow();
      await other.chats.newSession();
      await other.chats.delete(chat.id);
      const from = await sandbox.counts();
      for (const work of [
        () => ask(chat, 'add a title "Too Late"'),
        () =>
          chat.exports.start({ target: { uri: vscode.Uri.file(join(machine.exports, 'late.mp4')), isByPerson: true } }),
        () => chat.uploads.upload([clip('music.mp3')]),
        () => chat.refuseIfLost(),
      ]) {
        const { code, message, steps } = await failure(work());
        assert.equal(code, 'refused');
        assert.match(message, /was deleted/);
        assert.deepEqual(
          steps.map(({ kind, label }) => [kind, label]),
          [['newSession', 'New Session']],
        );
      }
      assert.deepEqual(await sandbox.counts(), from, 'nothing of it left');
      assert.notEqual((await window.chats.newSession()).id, chat.id);
    });

    it('are refused while a turn, an upload or an export of them is under way', async () => {
      const refused = (pattern: RegExp) =>
        assert.rejects(window.chats.delete(chat.id), (error: NemoError) => {
          assert.equal(error.code, 'refused');
          assert.match(error.message, pattern);
          return true;
        });
      await sandbox.addFault({ endpoint: 'runSse', moment: 'beforeAnswer', kind: 'stall' });
      const turn = ask(chat, 'add a title "Busy"');
      await eventually(chat.onDidPost, () => chat.record.pendingTurn !== undefined);
      await refused(/still answering/);
      chat.stop();
      await turn;
      await chat.idle();

      await sandbox.addFault({ endpoint: 'upload', moment: 'beforeAnswer', kind: 'stall' });
      const upload = chat.uploads.upload([clip('music.mp3')]);
      await refused(/still being uploaded/);
      const [row] = chat.uploads.rows.slice(-1);
      chat.uploads.removeChip(row?.id ?? '');
      await upload;

      await sandbox.configure({ holdRenders: true });
      const job = await chat.exports.start({
        target: { uri: vscode.Uri.file(join(machine.exports, 'held.mp4')), isByPerson: true },
      });
      await refused(/still being exported/);
      const other = await window.chats.newSession();
      await refused(/still being exported/);
      await window.jobs.cancel(job.id);
      await window.jobs.whenOver(job.id);
      assert.ok((await stored()).includes(chat.id));
      await window.chats.delete(chat.id);
      assert.equal(await window.chats.chat(), other);
    });

    it('are refused where an answer was cut off, until it is looked after', async () => {
      await sandbox.addFault({ endpoint: 'runSse', moment: 'midAnswer', kind: 'stall' });
      await chat.send('add a title "Cut Off"', { mayAsk: false }).accepted;
      while ((await receivedTimes('add a title "Cut Off"')) === 0)
        await new Promise((resolve) => setTimeout(resolve, 50));
      await window.close();
      await sandbox.clearFaults();
      const next = machine.openWindow();
      await assert.rejects(next.chats.delete(chat.id), { code: 'refused' });
      await (await next.chats.chat()).idle();
      await next.chats.delete(chat.id);
      assert.deepEqual(await stored(), []);
    });
  });

  describe('of somebody who signs out', () => {
    const leave = (of: EditorWindow) => leaveAccount(of);

    it('can be read, and nothing brings them back to the service', async () => {
      await ask(chat, 'status');
      await leave(window);
      const { requests } = await sandbox.during(async () => {
        const read = await window.chats.switchTo(chat.id);
        assert.deepEqual(said(read, 'user'), ['status']);
        for (const work of [
          () => read.timeline.refresh(),
          () => read.session.claim(),
          () => read.exports.start({}),
          () => ask(read, 'status'),
        ]) {
          assert.match((await failure(work())).message, /You signed out/);
        }
      });
      assert.deepEqual(
        requests.filter(({ endpoint }) => endpoint !== 'anonymousToken' && endpoint !== 'credits'),
        [],
      );
    });

    it('are closed although another window has them, which says why it takes nothing more', async () => {
      await ask(chat, 'status');
      const other = await machine.openWindow().chats.chat();
      await ask(other, 'status');
      await leave(window);
      assert.ok((await machine.sessions.open(chat.id))?.record.closed);
      assert.match((await failure(ask(other, 'add a title "Too Late"'))).message, /You signed out/);
      assert.equal(await receivedTimes('add a title "Too Late"'), 0);
    });

    it('ask nothing of the service though an answer of them was cut off', async () => {
      await sandbox.addFault({ endpoint: 'runSse', moment: 'midAnswer', kind: 'stall' });
      await chat.send('add a title "Cut Off"', { mayAsk: false }).accepted;
      while ((await receivedTimes('add a title "Cut Off"')) === 0)
        await new Promise((resolve) => setTimeout(resolve, 50));
      await chat.send('add a title "Behind It"', { mayAsk: false }).accepted;
      await window.close();
      await sandbox.clearFaults();
      const next = machine.openWindow();
      await next.chats.newSession();
      await leave(next);
      const { requests } = await sandbox.during(async () => {
        const read = await next.chats.switchTo(chat.id);
        await read.idle();
        assert.deepEqual(
          read.state.messages.filter(({ state }) => state === 'running' || state === 'queued'),
          [],
        );
        assert.equal(read.record.pendingTurn, undefined);
      });
      assert.deepEqual(requests, []);
      await next.chats.delete(chat.id);
    });

    it('take no message any more while what runs is being stopped', async () => {
      await sandbox.addFault({ endpoint: 'runSse', moment: 'beforeAnswer', kind: 'stall' });
      const turn = ask(chat, 'add a title "Stopped"');
      await eventually(chat.onDidPost, () => chat.record.pendingTurn !== undefined);
      const left = leave(window);
      const late = failure(ask(chat, 'add a title "Too Late"'));
      assert.equal((await turn).outcome, 'cancelled');
      await left;
      assert.match((await late).message, /You signed out/);
      assert.equal(await receivedTimes('add a title "Too Late"'), 0);
    });

    it('keep nobody waiting for a service that is silent after an upload', async () => {
      await sandbox.addFault({ endpoint: 'state', moment: 'beforeAnswer', kind: 'stall', times: 100 });
      const { requests: from } = await sandbox.counts();
      const upload = chat.uploads.upload([clip('music.mp3')]);
      await untilAsked('state', from);
      await leave(window);
      assert.equal((await window.connection.identity()).kind, 'none');
      await upload;
    });

    it('are left without a token here, whatever the disk says', async () => {
      await machine.stop();
      machine = await Machine.start();
      class FullFolder extends RenderJobFolder {
        override cancelPath(id: string): string {
          return join(this.path, 'no', 'room', id);
        }
      }
      window = machine.openWindow({ renders: new FullFolder(machine.renders) });
      chat = await window.chats.chat();
      await window.connection.signIn((await sandbox.strangersToken()).token);
      await chat.uploads.upload([clip('talk.mp4')]);
      await sandbox.configure({ holdRenders: true });
      const job = await chat.exports.start({
        target: { uri: vscode.Uri.file(join(machine.exports, 'held.mp4')), isByPerson: true },
      });
      await assert.rejects(leave(window));
      assert.equal((await window.connection.identity()).kind, 'none');
      assert.ok((await machine.sessions.open(chat.id))?.record.closed);
      await window.close();
      await machine.rewriteJob(job.id, (left) => ({ ...left, phase: 'cancelled' }));
    });
  });

  describe('of somebody who signs in as somebody else', () => {
    const enter = async (of: EditorWindow) => {
      const stranger = await sandbox.strangersToken();
      await sandbox.setCredits(777, stranger.userId);
      return () => switchAccount(of, stranger.token).then(() => of.chats.connect());
    };

    it('are closed with their exports, and the new one’s credits are shown whatever was still asked before', async () => {
      await window.chats.connect();
      await sandbox.configure({ holdRenders: true });
      const job = await chat.exports.start({
        target: { uri: vscode.Uri.file(join(machine.exports, 'held.mp4')), isByPerson: true },
      });
      // What the service does not know of yet it cannot stop.
      await eventually(window.jobs.onDidChange, () => window.jobs.get(job.id)?.phase === 'rendering');
      const go = await enter(window);
      const stall = { endpoint: 'credits', moment: 'beforeAnswer', kind: 'stall', ms: 2_000 } as const;
      await sandbox.addFault(stall);
      await sandbox.addFault(stall);
      const { requests: from } = await sandbox.counts();
      const late = [window.connection.connect(), window.connection.readCredits()].map((work) => work.catch(() => 0));
      while ((await sandbox.requests(from)).length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
      const { anonymous, credits } = await go();
      assert.deepEqual([anonymous, credits?.total], [false, 777]);
      await Promise.all(late);
      const { view } = window.connection;
      assert.ok(view.kind === 'connected', view.kind);
      assert.deepEqual([view.anonymous, view.credits?.total], [false, 777]);
      const { phase, note } = (await window.jobs.whenOver(job.id)) ?? {};
      assert.deepEqual([phase, note], ['cancelled', undefined], 'the service stopped it for whom it was');
      assert.ok(chat.record.closed);
    });

    it('are not offered to register as who they were before', async () => {
      const { userId } = await window.chats.connect();
      assert.match(userId ?? '', /^anon_/);
      await window.connection.signIn((await sandbox.strangersToken()).token);
      await sandbox.addFault({ endpoint: 'credits', moment: 'beforeAnswer', kind: 'code', code: 2001 });
      const { message, steps } = await failure(window.connection.readCredits());
      assert.match(message, /Top up credits in your account/);
      assert.ok(steps.every(({ argument }) => !argument?.includes(userId ?? '')));
    });
  });

  describe('keep what is being written in each', () => {
    const composerOf = async (id: string) => (await machine.sessions.open(id))?.record.composer;

    it('over switches, restarts and a page that speaks late', async () => {
      window.chats.keepComposer({ session: chat.id, text: 'half a sentence', atMs: 10 });
      const other = await window.chats.newSession();
      assert.equal(other.composer, undefined);
      window.chats.keepComposer({ session: chat.id, text: 'half a sentence more', atMs: 11 });
      window.chats.keepComposer({ session: other.id, text: 'something else', atMs: 12 });
      window.chats.keepComposer({ session: 'nobody-knows', text: 'nowhere', atMs: 13 });
      const back = await window.chats.switchTo(chat.id);
      assert.equal(back.composer?.text, 'half a sentence more');
      await window.close();
      assert.deepEqual(
        [await composerOf(chat.id), await composerOf(other.id)],
        [
          { text: 'half a sentence more', atMs: 11 },
          { text: 'something else', atMs: 12 },
        ],
      );
      assert.equal((await machine.openWindow().chats.chat()).composer?.text, 'half a sentence more');
    });

    it('is on disk a moment later, by itself, and tells nobody', async () => {
      const told: string[] = [];
      const listeners = [chat.onDidPost(() => told.push('post')), chat.onDidRename(() => told.push('snapshot'))];
      chat.keepComposer({ text: 'before the plug is pulled', atMs: 10 });
      while ((await composerOf(chat.id))?.text !== 'before the plug is pulled')
        await new Promise((resolve) => setTimeout(resolve, 20));
      for (const listener of listeners) listener.dispose();
      assert.deepEqual(told, []);
    });

    it('whatever is older than what is there is late', () => {
      chat.keepComposer({ text: '', atMs: 20 });
      chat.keepComposer({ text: 'what was sent', atMs: 19 });
      assert.equal(chat.composer?.text, '');
    });

    it('so that one with nothing but a beginning is listed', async () => {
      const other = await window.chats.newSession();
      await window.chats.switchTo(chat.id);
      assert.ok(!(await window.chats.list()).some(({ id }) => id === other.id));
      window.chats.keepComposer({ session: other.id, text: 'a beginning', atMs: 1 });
      await window.close();
      const next = machine.openWindow();
      await next.chats.chat();
      assert.ok((await next.chats.list()).some(({ id }) => id === other.id));
    });
  });

  it('take files by their names in a message', async () => {
    const from = (await sandbox.counts()).requests;
    const { route, text } = await ask(chat, 'upload music.mp3');
    assert.deepEqual([route, text], ['upload', 'Uploaded: music.mp3']);
    assert.equal(chat.media.at(-1)?.localUri, clip('music.mp3').toString());
    assert.match((await ask(chat, `上传${clip('phone-portrait.mp4').path}`)).text, /phone-portrait\.mp4/);
    const uploads = (await sandbox.requests(from)).filter(({ endpoint }) => endpoint === 'upload');
    assert.equal(uploads.length, 2);
  });

  it('take web addresses in a message, for the service to fetch', async () => {
    const bytes = await vscode.workspace.fs.readFile(clip('talk.mp4'));
    const server = createServer((_, response) => response.end(bytes)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/clips/web.mp4`;
      const { route, text, error } = await ask(chat, `upload ${address}`);
      assert.deepEqual([route, text, error], ['upload', 'Uploaded: web.mp4', undefined]);
      const media = chat.media.at(-1);
      assert.deepEqual([media?.name, media?.localUri], ['web.mp4', undefined]);
    } finally {
      server.close();
    }
  });

  it('upload nothing from outside of the workspace because a message names it', async () => {
    const outside = join(machine.storage, 'secret.mp4');
    await copyFile(clip('talk.mp4').fsPath, outside);
    const up = relative(clip('').fsPath, outside);
    const { result, requests } = await sandbox.during(async () => {
      const texts: string[] = [];
      for (const path of [outside, up, pathToFileURL(outside).href]) {
        // As a program says it, and as a person does in the page.
        for (const mayAsk of [false, true]) texts.push((await chat.send(`upload ${path}`, { mayAsk }).over).text);
      }
      return texts;
    });
    for (const text of result) assert.match(text, /^Not in this workspace: .*secret\.mp4/);
    assert.deepEqual(requests, []);
  });

  for (const [how, end] of [
    ['closed', (open: EditorWindow) => open.close()],
    ['died', () => Promise.resolve()],
  ] as const) {
    it(`say which uploads were cut off when the window ${how}, and upload again only when asked`, async () => {
      await sandbox.addFault({ endpoint: 'upload', moment: 'duringBody', kind: 'stall' });
      const { requests: from } = await sandbox.counts();
      const upload = chat.uploads.upload([clip('music.mp3')]);
      await untilAsked('upload', from);
      await end(window);

      const { requests } = await sandbox.during(async () => {
        const next = await machine.openWindow().chats.chat();
        const [row] = next.state.transfers;
        assert.equal(row?.phase, 'failed');
        assert.match(row.message ?? '', /music\.mp3/);
        assert.ok(row.actions.some(({ kind, argument }) => kind === 'retry' && argument === row.id));
      });
      assert.deepEqual(
        requests.filter(({ endpoint }) => endpoint === 'upload'),
        [],
      );
      await window.close();
      await upload;
    });
  }

  it('stop at once, and keep what was said so far', async () => {
    await sandbox.addFault({ endpoint: 'runSse', moment: 'beforeAnswer', kind: 'stall' });
    const turn = ask(chat, 'add a title "Stopped"');
    await eventually(chat.onDidPost, () => chat.record.pendingTurn !== undefined);
    chat.stop();
    assert.equal((await turn).outcome, 'cancelled');
    assert.equal(chat.record.pendingTurn, undefined);
    assert.equal((await ask(chat, 'status')).outcome, 'answered');
  });

  it('stop at once where a session that is gone is still being replaced', async () => {
    await window.chats.connect();
    await sandbox.dropSession(chat.record.sessionId ?? '');
    await sandbox.addFault({ endpoint: 'createSession', moment: 'beforeAnswer', kind: 'stall' });
    const { requests: from } = await sandbox.counts();
    const turn = ask(chat, 'add a title "Stopped"');
    await untilAsked('createSession', from);
    chat.stop();
    assert.equal((await turn).outcome, 'cancelled');
  });

  it('stop at once where only the figure of the credits is still to come', async () => {
    await window.chats.connect();
    await sandbox.addFault({ endpoint: 'credits', moment: 'beforeAnswer', kind: 'stall', times: 100 });
    const { connection } = window;
    const read = connection.readCredits.bind(connection);
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    let isAnswered = false;
    connection.readCredits = async (signal) => {
      asked();
      try {
        return await read(signal);
      } finally {
        isAnswered = true;
      }
    };
    const turn = ask(chat, 'add a title "Unpriced"');
    await isAsked;
    assert.equal(chat.state.messages.at(-1)?.state, 'running');
    chat.stop();
    const { changes } = await turn;
    assert.ok(!isAnswered, 'the service has still not answered');
    assert.match(changes.join(), /Unpriced/);
    assert.equal(chat.state.messages.at(-1)?.state, 'done');
  });

  it('wait with a message for the files that it is about', async () => {
    await sandbox.addFault({ endpoint: 'upload', moment: 'beforeAnswer', kind: 'slow', ms: 20 });
    const upload = chat.uploads.upload([clip('music.mp3')]);
    const result = await ask(chat, 'use this as background music');
    await upload;
    assert.notEqual(result.outcome, 'failed', JSON.stringify(result));
    const order = (await sandbox.requests()).map(({ endpoint }) => endpoint);
    assert.ok(order.lastIndexOf('upload') < order.lastIndexOf('runSse'));
    assert.deepEqual(chat.state.messages.find(({ role }) => role === 'user')?.attachments, ['talk.mp4', 'music.mp3']);
  });

  it('wait with a message also for a file that failed and is tried again meanwhile', async () => {
    const fault = { endpoint: 'upload', moment: 'beforeAnswer' } as const;
    await sandbox.addFault({ ...fault, kind: 'status', status: 500 });
    await sandbox.addFault({ ...fault, kind: 'stall', ms: 2_000 });
    const uploads = ['music.mp3', 'phone-portrait.mp4'].map((name) => chat.uploads.upload([clip(name)]));
    const turn = ask(chat, 'use these');
    const failed = () => chat.uploads.rows.find(({ phase }) => phase === 'failed');
    await eventually(chat.onDidPost, () => failed() !== undefined);
    await sandbox.addFault({ ...fault, kind: 'stall', ms: 4_000 });
    assert.ok(chat.uploads.retry(failed()?.id ?? ''));
    await Promise.all(uploads);
    assert.equal(await receivedTimes('use these'), 0);
    assert.notEqual((await turn).outcome, 'failed');
    assert.equal(await receivedTimes('use these'), 1);
    const order = (await sandbox.requests()).map(({ endpoint }) => endpoint);
    assert.ok(order.lastIndexOf('upload') < order.lastIndexOf('runSse'));
    assert.deepEqual(chat.media.map(({ name }) => name).sort(), ['music.mp3', 'phone-portrait.mp4', 'talk.mp4']);
  });

  it('do not send a message whose file was not there, whatever else was said before that was clear', async () => {
    await sandbox.addFault({ endpoint: 'upload', moment: 'beforeAnswer', kind: 'stall', ms: 1_500 });
    const upload = chat.uploads.upload([vscode.Uri.file(join(machine.storage, 'gone.mp4')), clip('music.mp3')]);
    const turn = ask(chat, 'use these two');
    await eventually(chat.onDidPost, () => chat.uploads.rows.some(({ phase }) => phase === 'failed'));
    const second = ask(chat, 'status');
    const { outcome, error } = await turn;
    assert.deepEqual([outcome, await receivedTimes('use these two')], ['failed', 0]);
    assert.match(error?.message ?? '', /gone\.mp4/);
    await Promise.all([upload, second]);
  });

  it('do not send a message whose file did not arrive', async () => {
    await sandbox.addFault({ endpoint: 'upload', moment: 'beforeAnswer', kind: 'status', status: 500, ms: 100 });
    const text = 'use this as background music, please';
    const upload = chat.uploads.upload([clip('music.mp3')]);
    const result = await ask(chat, text);
    await upload;
    assert.equal(result.outcome, 'failed');
    assert.match(result.error?.message ?? '', /music\.mp3/);
    assert.equal(await receivedTimes(text), 0);
  });
});
