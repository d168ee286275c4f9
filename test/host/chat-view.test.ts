import assert from 'node:assert/strict';

import * as vscode from 'vscode';

import { chatPage } from '../../src/editor/chat-page.ts';
import type { ChatView } from '../../src/editor/chat-view.ts';
import { mostRequestsAtWork } from '../../src/editor/page-link.ts';
import { Machine, type EditorWindow } from './editor-windows.ts';
import { extension } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';
import { showChat, type Page } from './stand-in-page.ts';

describe('The chat view', () => {
  let machine: Machine;
  let window: EditorWindow;
  let view: ChatView;
  let page: Page;
  const carriedOut: string[] = [];
  /** What «Connect» takes until it is done. */
  let connected: Promise<void> = Promise.resolve();

  beforeEach(async () => {
    await sandbox.calm();
    machine = await Machine.start();
    window = machine.openWindow();
    ({ view, page } = showChat(window, {
      carryOutStep: (step) => {
        carriedOut.push(step.kind);
        if (step.kind === 'connect') return connected;
        return step.kind === 'showLog' ? Promise.reject(new TypeError('a bug')) : Promise.resolve();
      },
    }));
  });

  afterEach(async () => {
    view.dispose();
    await machine.stop();
  });

  it('answers «ready» with the whole state, and sends deltas from then on', async () => {
    const chat = await window.chats.chat();
    chat.notice('before the page was there');
    assert.equal(page.got.length, 0);
    assert.equal((await page.ask({ type: 'ready' })).type, 'reply');
    const [snapshot] = page.got;
    assert.equal(snapshot?.type, 'snapshot');
    assert.equal(snapshot.state.messages.at(-1)?.text, 'before the page was there');

    chat.notice('afterwards');
    assert.equal(page.got.filter(({ type }) => type === 'snapshot').length, 1);
    const added = page.got.at(-1);
    assert.ok(added?.type === 'messageAdded' && added.message.text === 'afterwards');
  });

  it('keeps the state while it is hidden, and gives a snapshot when it comes back', async () => {
    await page.ask({ type: 'ready' });
    page.hide();
    const before = page.got.length;
    (await window.chats.chat()).notice('while hidden');
    assert.equal(page.got.length, before, 'a hidden page gets nothing');
    page.show();
    await page.ask({ type: 'ready' });
    const snapshot = page.got.findLast(({ type }) => type === 'snapshot');
    assert.ok(snapshot?.type === 'snapshot' && snapshot.state.messages.at(-1)?.text === 'while hidden');
  });

  it('answers every request exactly once, and an error is an answer too', async () => {
    await page.ask({ type: 'ready' });
    assert.equal((await page.ask({ type: 'copy', text: 'copied' })).type, 'reply');
    assert.equal(await vscode.env.clipboard.readText(), 'copied');

    const refused = await page.ask({ type: 'send', text: '  ' });
    assert.ok(refused.type === 'refusal' && refused.code === 'badArgument' && refused.message !== '');
    const broken = await page.ask({ type: 'act', step: { kind: 'showLog', label: 'Show Log' } });
    assert.ok(broken.type === 'refusal' && broken.code === 'internal');
    assert.doesNotMatch(broken.message, /bug/);
    const link = await page.ask({ type: 'openLink', url: 'command:workbench.action.quit' });
    assert.ok(link.type === 'refusal' && link.code === 'badArgument');
    const file = await page.ask({ type: 'attachUris', uris: ['no uri'] });
    assert.ok(file.type === 'refusal' && file.code === 'badArgument');

    const answers = page.got.flatMap((one) => (one.type === 'reply' || one.type === 'refusal' ? [one.to] : []));
    assert.deepEqual(answers, [1, 2, 3, 4, 5, 6]);
  });

  it('does so much at once and refuses what is more, but never what ends something or asks for the state', async () => {
    await page.ask({ type: 'ready' });
    carriedOut.length = 0;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    connected = promise;
    const connect = { type: 'act', step: { kind: 'connect', label: 'Connect' } } as const;
    const asked = Array.from({ length: mostRequestsAtWork }, () => page.ask(connect));
    for (const intent of [connect, { type: 'send', text: 'one more' } as const]) {
      const refused = await page.ask(intent);
      assert.ok(refused.type === 'refusal' && refused.code === 'refused', JSON.stringify(refused));
      assert.match(refused.message, /Wait a moment/);
    }
    for (const type of ['stop', 'ready'] as const) assert.equal((await page.ask({ type })).type, 'reply');

    resolve(undefined);
    for (const { type } of await Promise.all(asked)) assert.equal(type, 'reply');
    assert.equal(carriedOut.length, mostRequestsAtWork);
    assert.equal((await page.ask(connect)).type, 'reply');
    assert.deepEqual((await window.chats.chat()).state.messages, []);
  });

  it('refuses what it does not understand, and nothing changes', async () => {
    await page.ask({ type: 'ready' });
    const before = (await window.chats.chat()).state;
    const refusal = await page.raw({ request: 99, intent: { type: 'deleteEverything' } }, 99);
    assert.ok(refusal.type === 'refusal');
    assert.equal((await window.chats.chat()).state, before);
  });

  it('takes a message as soon as it is on disk, not when its turn is over', async () => {
    await page.ask({ type: 'ready' });
    await sandbox.addFault({ endpoint: '*', moment: 'beforeAnswer', kind: 'stall', times: 100 });
    assert.equal((await page.ask({ type: 'send', text: 'add a title "Early"' })).type, 'reply');
    const chat = await window.chats.chat();
    assert.ok((await machine.sessions.open(chat.id))?.record.messages.some(({ role }) => role === 'user'));
    await page.ask({ type: 'stop' });
    await chat.idle();
    assert.equal(chat.state.messages.at(-1)?.state, 'cancelled');
  });

  it('keeps a message that waits as it was where its edit leaves nothing of it', async () => {
    await page.ask({ type: 'ready' });
    await sandbox.addFault({ endpoint: '*', moment: 'beforeAnswer', kind: 'stall', times: 100 });
    await page.ask({ type: 'send', text: 'add a title "First"' });
    await page.ask({ type: 'send', text: 'add a title "Second"' });
    const chat = await window.chats.chat();
    const waiting = () => chat.state.messages.filter(({ state }) => state === 'queued');
    const [{ id } = assert.fail()] = waiting();
    for (const text of ['', ' \n\t ']) {
      const refusal = await page.ask({ type: 'editQueued', id, text });
      assert.ok(refusal.type === 'refusal' && refusal.code === 'badArgument', JSON.stringify(refusal));
      assert.match(refusal.message, /Write what you would like/);
    }
    assert.deepEqual(
      waiting().map(({ text }) => text),
      ['add a title "Second"'],
    );
    assert.equal((await page.ask({ type: 'editQueued', id, text: ' add music ' })).type, 'reply');
    assert.deepEqual(
      waiting().map(({ text }) => text),
      ['add music'],
    );
    await page.ask({ type: 'removeQueued', id });
    await page.ask({ type: 'stop' });
    await chat.idle();
  });

  it('gives the next page what was being written in the session, and the session’s own in another one', async () => {
    await page.ask({ type: 'ready' });
    const snapshots = () => page.got.flatMap((message) => (message.type === 'snapshot' ? [message] : []));
    const { id } = await window.chats.chat();
    assert.deepEqual([snapshots().at(-1)?.session, snapshots().at(-1)?.composer], [id, undefined]);
    const answer = await page.ask({ type: 'draftChanged', session: id, text: 'half a sentence', atMs: 10 });
    assert.equal(answer.type, 'reply');
    assert.equal(snapshots().length, 1, 'the page knows what it shows');

    page.reload();
    await page.ask({ type: 'ready' });
    assert.deepEqual(snapshots().at(-1)?.composer, { text: 'half a sentence', atMs: 10 });
    const other = await window.chats.newSession();
    assert.deepEqual([snapshots().at(-1)?.session, snapshots().at(-1)?.composer], [other.id, undefined]);
    await page.ask({ type: 'draftChanged', session: id, text: 'half a sentence, late', atMs: 11 });
    await window.chats.switchTo(id);
    assert.deepEqual(snapshots().at(-1)?.composer, { text: 'half a sentence, late', atMs: 11 });
  });

  it('streams text whose pieces add up', async () => {
    await page.ask({ type: 'ready' });
    const chat = await window.chats.chat();
    const { over } = chat.send('hello there, who are you?', { mayAsk: false });
    const { text } = await over;
    const answer = chat.state.messages.at(-1);
    await page.ask({ type: 'copy', text: '' });
    let shown = '';
    for (const message of page.got) {
      if (message.type === 'textAppended' && message.id === answer?.id) {
        assert.equal(message.at, shown.length);
        shown += message.text;
      }
      if (message.type === 'textReplaced' && message.id === answer?.id) shown = message.text;
    }
    assert.notEqual(text, '');
    assert.equal(shown, answer?.text);
  });

  it('lets its page load files of the extension alone', () => {
    const { extensionUri } = extension();
    const { localResourceRoots = [] } = page.webview.options;
    assert.deepEqual(
      localResourceRoots.map((root) => root.toString()),
      ['dist', 'media'].map((folder) => vscode.Uri.joinPath(extensionUri, folder).toString()),
    );
  });

  it('writes so much of a page’s fault into the log, and no more', async () => {
    const lines: string[] = [];
    const talkative = showChat(window, { log: (line) => lines.push(line) });
    await talkative.page.ask({ type: 'viewFault', message: 'x'.repeat(1_000_000) });
    talkative.view.dispose();
    assert.deepEqual(lines, [`A page: ${'x'.repeat(2_000)}`]);
  });

  it('lets nothing into its pages but their own script, styles, fonts and pictures', () => {
    const { extensionUri } = extension();
    for (const shown of ['chat', 'timeline'] as const) {
      const html = chatPage(page.webview, extensionUri, shown);
      const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
      const own = page.webview.cspSource;
      const nonce = /'nonce-([A-Za-z0-9+/]{24})'/.exec(policy)?.[1] ?? 'none';
      assert.deepEqual(policy.split('; '), [
        "default-src 'none'",
        `img-src ${own} blob: data:`,
        `font-src ${own}`,
        `style-src ${own}`,
        `script-src 'nonce-${nonce}'`,
      ]);
      assert.doesNotMatch(own, /unsafe|https:(?!\/\/)|\s\*/, 'what the editor calls its own is no open door');
      assert.deepEqual(
        [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag.includes(` nonce="${nonce}"`)),
        [true],
      );
      assert.doesNotMatch(html, /<style|\s(style|on\w+)=/);
      assert.notEqual(chatPage(page.webview, extensionUri, shown), html, 'a nonce is used once');
    }
  });
});
