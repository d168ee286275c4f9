import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { plainText } from '../client/plain-text.ts';
import { chatPage } from './chat-page.ts';
import type { HostMessage } from '../protocol/messages.ts';
import { timelinePanelType } from './command-names.ts';
import { PageLink, type PageLinkOptions } from './page-link.ts';
import type { SessionChat } from './session-chat.ts';
import { nameTab, plainWindow } from './surfaces/plain-window.ts';

/** Characters of a tab's title: more would push other tabs away. */
const longestTitle = 80;

export interface TimelinePanelOptions extends PageLinkOptions {
  readonly extensionUri: vscode.Uri;
  /** The page is there: the moment to set things up. */
  readonly onOpen: () => void;
}

/**
 * The timeline in an editor tab: one at most. It shows whatever session the window works in, and the editor brings it
 * back after a reload.
 */
export class TimelinePanel implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #options: TimelinePanelOptions;
  readonly #switches: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;
  #link: PageLink | undefined;
  #ofChat: vscode.Disposable | undefined;

  constructor(options: TimelinePanelOptions) {
    this.#options = options;
    this.#switches = options.chats.onDidSwitch((chat) => this.#follow(chat));
  }

  /** Opens the tab, or brings the one to the front that is open. */
  open(): void {
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    const panel = plainWindow.createWebviewPanel(
      timelinePanelType,
      plainText(l10n.t('Timeline')),
      vscode.ViewColumn.Active,
    );
    this.#show(panel);
  }

  /** Shows a change's spot, where a person sees the tab. */
  reveal(change: Extract<HostMessage, { type: 'reveal' }>['change']): void {
    if (this.#panel?.visible) this.#link?.tell({ type: 'reveal', change });
  }

  /** The window was reloaded with the tab in it. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#panel?.dispose();
    this.#show(panel);
    return Promise.resolve();
  }

  /** Lets go of the page. The tab stays: the window may only be reloaded. */
  dispose(): void {
    this.#switches.dispose();
    this.#ofChat?.dispose();
    this.#link?.dispose();
  }

  #show(panel: vscode.WebviewPanel): void {
    const { extensionUri, chats, onOpen } = this.#options;
    const link = new PageLink(panel.webview, { ...this.#options, withoutTexts: true });
    this.#panel = panel;
    this.#link = link;
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icons', 'icon.svg');
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist'), vscode.Uri.joinPath(extensionUri, 'media')],
    };
    panel.onDidChangeViewState(() => {
      if (!panel.visible) link.pageGone();
    });
    panel.onDidDispose(() => {
      link.dispose();
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#link = undefined;
      this.#ofChat?.dispose();
    });
    if (chats.shown) this.#follow(chats.shown);
    panel.webview.html = chatPage(panel.webview, extensionUri, 'timeline');
    onOpen();
  }

  /** The tab is called what the session is called. */
  #follow(chat: SessionChat): void {
    this.#ofChat?.dispose();
    const name = () => {
      if (this.#panel) nameTab(this.#panel, plainText(chat.state.sessionName || l10n.t('Timeline'), longestTitle));
    };
    name();
    this.#ofChat = chat.onDidRename(name);
  }
}
