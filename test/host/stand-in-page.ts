import * as vscode from 'vscode';

import { hostMessage, type HostMessage, type Intent } from '../../src/protocol/messages.ts';

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
