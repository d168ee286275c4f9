import * as vscode from 'vscode';

import { chatPage } from './chat-page.ts';
import { chatViewId } from './command-names.ts';
import { PageLink, type PageLinkOptions } from './page-link.ts';

export interface ChatViewOptions extends PageLinkOptions {
  readonly extensionUri: vscode.Uri;
  /** The page is there: the moment to set things up. */
  readonly onOpen: () => void;
}

/** The chat in the side panel. What it shows lives on this side, so that it can be hidden, moved and reloaded at will. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #options: ChatViewOptions;
  #view: vscode.WebviewView | undefined;
  #link: PageLink | undefined;
  /** Wait for the page. */
  #early: Parameters<PageLink['tell']>[0][] = [];

  constructor(options: ChatViewOptions) {
    this.#options = options;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { extensionUri } = this.#options;
    this.#link?.dispose();
    const link = new PageLink(view.webview, this.#options);
    this.#view = view;
    this.#link = link;
    for (const message of this.#early.splice(0)) link.tell(message);
    view.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist'), vscode.Uri.joinPath(extensionUri, 'media')],
    };
    view.onDidChangeVisibility(() => {
      if (!view.visible) link.pageGone();
    });
    view.onDidDispose(() => {
      link.dispose();
      if (this.#view !== view) return;
      this.#view = undefined;
      this.#link = undefined;
    });
    view.webview.html = chatPage(view.webview, extensionUri);
    this.#options.onOpen();
  }

  /** True while a person can see the chat. */
  get visible(): boolean {
    return this.#view?.visible ?? false;
  }

  /** Brings the chat to the front. */
  async focus(): Promise<void> {
    await vscode.commands.executeCommand(`${chatViewId}.focus`);
  }

  /** Puts text into the composer, in front of the user. */
  async compose(text: string, replace: boolean): Promise<void> {
    this.#tell({ type: 'compose', text, replace });
    await this.focus();
  }

  /** Opens a preview in the page, in front of the user. */
  async preview(place: Extract<Parameters<PageLink['tell']>[0], { type: 'preview' }>['place']): Promise<void> {
    this.#tell({ type: 'preview', place });
    await this.focus();
  }

  dispose(): void {
    this.#link?.dispose();
  }

  #tell(message: Parameters<PageLink['tell']>[0]): void {
    if (this.#link) this.#link.tell(message);
    else this.#early.push(message);
  }
}
