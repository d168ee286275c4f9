import assert from 'node:assert/strict';

import * as vscode from 'vscode';

import { intentCarrier, type IntentServices } from '../../src/editor/carry-out-intent.ts';
import { ChatView } from '../../src/editor/chat-view.ts';
import type { SessionChat } from '../../src/editor/session-chat.ts';
import { Settings } from '../../src/editor/settings.ts';
import { hostMessage, type HostMessage, type Intent, type ReplyValue } from '../../src/protocol/messages.ts';
import { Machine, type EditorWindow } from './editor-windows.ts';
import { extension } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

/** Stands in the place of the page: what it gets is kept, what it says is said by the test. */
export class Page implements vscode.WebviewView {
  readonly viewType = 'nemo.chatView';
  readonly got: HostMessage[] = [];
  readonly #said = new vscode.EventEmitter<unknown>();
  readonly #visibility = new vscode.EventEmitter<void>();
  readonly #disposed = new vscode.EventEmitter<void>();
  readonly #arrived = new vscode.EventEmitter<void>();
  readonly onDidChangeVisibility = this.#visibility.event;
  readonly onDidDispose = this.#disposed.event;
  visible = true;
  #requests = 0;

  readonly webview: vscode.Webview = {
    options: {},
    html: '',
    cspSource: 'https://*.vscode-cdn.net',
    onDidReceiveMessage: this.#said.event,
    asWebviewUri: (uri) => uri,
    postMessage: (message: unknown) => {
      this.got.push(hostMessage.parse(message));
      this.#arrived.fire();
      return Promise.resolve(true);
    },
  };

  show(): void {
    this.hide();
    this.visible = true;
  }

  hide(): void {
    this.visible = false;
    this.#visibility.fire();
  }

  /** As when it is loaded anew while it is seen: it counts its requests from the beginning. */
  reload(): void {
    this.#requests = 0;
    this.got.length = 0;
  }

  /** As when the editor throws the view away. */
  close(): void {
    this.#disposed.fire();
  }

  /** Says something and resolves with the answer. */
  async ask(intent: Intent): Promise<HostMessage> {
    const request = ++this.#requests;
    return this.raw({ request, intent }, request);
  }

  async raw(message: unknown, request: number): Promise<HostMessage> {
    const answer = () => this.got.find((one) => (one.type === 'reply' || one.type === 'refusal') && one.to === request);
    const answered = new Promise<HostMessage>((resolve) => {
      const listener = this.#arrived.event(() => {
        const found = answer();
        if (!found) return;
        listener.dispose();
        resolve(found);
      });
    });
    this.#said.fire(message);
    return answered;
  }
}

/** A chat of a window, with its page. */
export interface ShownChat {
  readonly view: ChatView;
  readonly page: Page;
}

/** What a page of a window that has no screen is made with; `services` do what is meant there, all others do nothing. */
export function pageOptions(window: EditorWindow, services: Partial<IntentServices> = {}) {
  return {
    extensionUri: extension().extensionUri,
    chats: window.chats,
    settings: new Settings(),
    log: () => undefined,
    onOpen: () => undefined,
    carryOut: intentCarrier({
      log: () => undefined,
      carryOutStep: () => Promise.resolve(),
      selectSkill: () => Promise.resolve(),
      pickFiles: () => Promise.resolve([]),
      compose: () => Promise.resolve(),
      openTimeline: () => undefined,
      revealInTimeline: () => undefined,
      media: window.media,
      droppedFiles: window.droppedFiles,
      ...services,
    }),
  };
}

/** Shows the chat of a window that has no screen. */
export function showChat(window: EditorWindow, services: Partial<IntentServices> = {}): ShownChat {
  const view = new ChatView(pageOptions(window, services));
  const page = new Page();
  view.resolveWebviewView(page);
  return { view, page };
}

/** The chat of the only window of a machine, with a page that has said that it is there. */
export interface ReadyChat extends ShownChat {
  readonly machine: Machine;
  readonly window: EditorWindow;
  readonly chat: SessionChat;
}

/** Starts a machine and shows its chat; whoever starts it stops it. */
export async function startReadyChat(): Promise<ReadyChat> {
  await sandbox.calm();
  const machine = await Machine.start();
  const window = machine.openWindow();
  const chat = await window.chats.chat();
  const shown = showChat(window);
  await shown.page.ask({ type: 'ready' });
  return { ...shown, machine, window, chat };
}

/** What an intent was answered with; fails where it was refused. */
export async function replyTo(page: Page, intent: Intent): Promise<ReplyValue> {
  const answer = await page.ask(intent);
  assert.ok(answer.type === 'reply', JSON.stringify(answer));
  return answer;
}

/** The refusal that an intent was answered with: one clear sentence. */
export async function refusalOf(page: Page, intent: Intent): Promise<Extract<HostMessage, { type: 'refusal' }>> {
  const answer = await page.ask(intent);
  assert.ok(answer.type === 'refusal', JSON.stringify(answer));
  assert.match(answer.message, /^.{10,250}[.!?]$/s);
  return answer;
}
