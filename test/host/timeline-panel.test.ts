import assert from 'node:assert/strict';

import * as vscode from 'vscode';

import { ChatView } from '../../src/editor/chat-view.ts';
import { timelinePanelType } from '../../src/editor/command-names.ts';
import { TimelinePanel, type TimelinePanelOptions } from '../../src/editor/timeline-panel.ts';
import { Machine, type EditorWindow } from './editor-windows.ts';
import { clip, command, eventually } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';
import { Page, pageOptions, replyTo, refusalOf } from './stand-in-page.ts';

/** A tab of the editor that nobody sees, with a page that the test speaks for. */
class Tab implements vscode.WebviewPanel {
  readonly page = new Page();
  readonly viewType = timelinePanelType;
  readonly webview = this.page.webview;
  readonly options = {};
  readonly viewColumn = vscode.ViewColumn.One;
  readonly #changed = new vscode.EventEmitter<vscode.WebviewPanelOnDidChangeViewStateEvent>();
  readonly #disposed = new vscode.EventEmitter<void>();
  readonly onDidChangeViewState = this.#changed.event;
  readonly onDidDispose = this.#disposed.event;
  title = 'Nemo';
  active = true;
  visible = true;
  isOpen = true;
  #reveals = 0;

  get reveals(): number {
    return this.#reveals;
  }

  reveal(): void {
    this.#reveals += 1;
  }

  hide(): void {
    this.visible = false;
    this.#changed.fire({ webviewPanel: this });
  }

  dispose(): void {
    this.isOpen = false;
    this.#disposed.fire();
  }
}

const timelineTabs = () =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(timelinePanelType));

describe('The timeline in an editor tab', () => {
  describe('by command', () => {
    after(async () => {
      await vscode.window.tabGroups.close(timelineTabs());
    });

    it('opens once, and comes to the front after that', async () => {
      await command('nemo.openTimeline');
      await eventually(vscode.window.tabGroups.onDidChangeTabs, () => timelineTabs().length > 0);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'in front' }));
      await command('nemo.openTimeline');
      await eventually(vscode.window.tabGroups.onDidChangeTabs, () => timelineTabs().some(({ isActive }) => isActive));
      assert.equal(timelineTabs().length, 1);
    });

    it('is called what the session is called, whichever that is', async () => {
      await command('nemo.newSession', {});
      await command('nemo.renameSession', 'Summer film');
      await eventually(vscode.window.tabGroups.onDidChangeTabs, () => timelineTabs()[0]?.label === 'Summer film');
    });
  });

  describe('brought back by the editor', () => {
    let machine: Machine;
    let window: EditorWindow;
    let panel: TimelinePanel;
    let tab: Tab;
    let options: () => TimelinePanelOptions;
    const composed: string[] = [];

    beforeEach(async () => {
      await sandbox.calm();
      composed.length = 0;
      machine = await Machine.start();
      window = machine.openWindow();
      options = () =>
        pageOptions(window, {
          compose: (text) => {
            composed.push(text);
            return Promise.resolve();
          },
          revealInTimeline: (change) => panel.reveal(change),
        });
      panel = new TimelinePanel(options());
      tab = new Tab();
      await panel.deserializeWebviewPanel(tab);
    });

    afterEach(async () => {
      panel.dispose();
      await machine.stop();
    });

    it('shows the page of the timeline, under the policy of the side panel', () => {
      assert.match(tab.webview.html, /<nemo-app data-page="timeline">/);
      assert.match(tab.webview.html, /default-src 'none'/);
      assert.doesNotMatch(tab.webview.html, /unsafe-/);
      const folders = tab.webview.options.localResourceRoots?.map(({ path }) => path.split('/').at(-1));
      assert.deepEqual(folders, ['dist', 'media']);
      panel.open();
      assert.equal(tab.reveals, 1, 'it is the one that is open');
    });

    it('stays open when the window goes, and shows the next session when another is chosen', async () => {
      await replyTo(tab.page, { type: 'ready' });
      const before = tab.page.got.filter(({ type }) => type === 'snapshot').length;
      await window.chats.newSession();
      assert.equal(tab.page.got.filter(({ type }) => type === 'snapshot').length, before + 1);
      panel.dispose();
      assert.ok(tab.isOpen);
    });

    it('is told what the timeline becomes, and nothing of what is said', async () => {
      await replyTo(tab.page, { type: 'ready' });
      const chat = await window.chats.chat();
      chat.notice('nobody reads this here');
      await chat.uploads.upload([clip('talk.mp4')]);
      await chat.idle();
      await chat.send('add a title "Hello"', { mayAsk: false }).over;
      assert.ok(tab.page.got.some(({ type }) => type === 'timelineChanged'));
      const told = tab.page.got.flatMap((message) => {
        if (message.type === 'snapshot') return message.state.messages.map(({ text }) => text);
        if (message.type === 'messageAdded') return [message.message.text];
        return message.type === 'textAppended' || message.type === 'textReplaced' ? [message.text] : [];
      });
      assert.deepEqual(new Set(told), new Set(['']));
    });

    it('shows the spot of a change that was chosen in the chat, where it is seen', async () => {
      await replyTo(tab.page, { type: 'ready' });
      const side = new Page();
      const chats = new ChatView(options());
      chats.resolveWebviewView(side);
      await replyTo(side, { type: 'ready' });
      const change = {
        kind: 'added' as const,
        trackIndex: 2,
        trackKind: 'text' as const,
        title: 'Hello',
        startMs: 1000,
        endMs: 3000,
        sentence: 'Title added: "Hello" (1–3 s)',
      };
      await replyTo(side, { type: 'revealChange', change });
      const told = () => [tab.page, side].map(({ got }) => got.flatMap((one) => (one.type === 'reveal' ? [one] : [])));
      assert.deepEqual(told(), [[{ type: 'reveal', change }], []]);
      tab.hide();
      await replyTo(side, { type: 'revealChange', change });
      assert.equal(told()[0]?.length, 1, 'a tab that is hidden stays as it is');
      chats.dispose();
    });

    it('is told nothing of what is being written', async () => {
      const chat = await window.chats.chat();
      chat.keepComposer({ text: 'half a sentence', atMs: 1 });
      await replyTo(tab.page, { type: 'ready' });
      const snapshot = tab.page.got.find(({ type }) => type === 'snapshot');
      assert.ok(snapshot?.type === 'snapshot');
      assert.deepEqual([snapshot.session, snapshot.composer], [chat.id, undefined]);
    });

    it('hands what is to be said to the side panel', async () => {
      await replyTo(tab.page, { type: 'ready' });
      await replyTo(tab.page, { type: 'composeInChat', text: 'Clip "talk": ', replace: false });
      assert.deepEqual(composed, ['Clip "talk": ']);
    });

    it('tells which versions there are, and what changed since one of them', async () => {
      await replyTo(tab.page, { type: 'ready' });
      const chat = await window.chats.chat();
      await chat.uploads.upload([clip('talk.mp4')]);
      await chat.idle();
      await chat.send('add a title "Hello"', { mayAsk: false }).over;
      await chat.send('remove the title', { mayAsk: false }).over;
      const { versions = [] } = await replyTo(tab.page, { type: 'listVersions' });
      const titled = versions.find(({ label }) => label.startsWith('add a title'));
      assert.ok(titled, JSON.stringify(versions));
      const { changes = [] } = await replyTo(tab.page, { type: 'changesSince', version: titled.number });
      assert.deepEqual(
        changes.map(({ kind, formerly }) => [kind, formerly?.map(({ title }) => title)]),
        [['removed', ['Hello']]],
      );
      const refusal = await refusalOf(tab.page, { type: 'changesSince', version: 99 });
      assert.equal(refusal.code, 'badArgument');
    });

    it('gets a snapshot when it is seen again', async () => {
      await replyTo(tab.page, { type: 'ready' });
      tab.hide();
      const before = tab.page.got.length;
      (await window.chats.chat()).notice('while hidden');
      assert.equal(tab.page.got.length, before);
      tab.page.reload();
      await replyTo(tab.page, { type: 'ready' });
      assert.ok(tab.page.got.some(({ type }) => type === 'snapshot'));
    });
  });
});
