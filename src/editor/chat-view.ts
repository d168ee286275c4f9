import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import * as z from 'zod';

import { NemoError } from '../client/errors.ts';
import type { NextStep } from '../client/next-step.ts';
import type { ChatState } from '../conversation/chat-state.ts';
import { viewMessage, type HostMessage, type Intent } from '../protocol/messages.ts';
import { asNemoError } from './as-nemo-error.ts';
import type { ChatController } from './chat-controller.ts';
import { chatPage } from './chat-page.ts';
import { chatViewId } from './command-names.ts';
import type { SessionChat } from './session-chat.ts';
import type { Settings } from './settings.ts';

/** Text that streams in is handed to the page this often, in ms: more than one piece a frame helps nobody. */
const textPauseMs = 16;

export interface ChatViewOptions {
  readonly extensionUri: vscode.Uri;
  readonly chats: ChatController;
  readonly settings: Settings;
  readonly log: (line: string) => void;
  /** The page is there: the moment to set things up. */
  readonly onOpen: () => void;
  readonly carryOut: (step: NextStep, messageId: string | undefined) => Promise<void>;
  readonly selectSkill: (name: string) => Promise<void>;
  readonly pickFiles: () => Promise<readonly vscode.Uri[]>;
}

/** The chat in the side panel. What it shows lives on this side, so that it can be hidden, moved and reloaded at will. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #options: ChatViewOptions;
  readonly #subscriptions: vscode.Disposable[] = [];
  #ofChat: vscode.Disposable | undefined;
  #view: vscode.WebviewView | undefined;
  /** The page asked for a snapshot, so deltas make sense to it. */
  #isReady = false;
  /** Waits for the page. */
  #compose: HostMessage | undefined;
  #unsent: HostMessage[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ChatViewOptions) {
    this.#options = options;
    this.#subscriptions.push(options.chats.onDidSwitch((chat) => this.#follow(chat)));
    if (options.chats.shown) this.#follow(options.chats.shown);
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { extensionUri, settings } = this.#options;
    this.#view = view;
    this.#isReady = false;
    view.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist'), vscode.Uri.joinPath(extensionUri, 'media')],
    };
    let apiUrl: URL | undefined;
    try {
      apiUrl = settings.addresses().apiUrl;
    } catch {
      // The connection says so in the page.
    }
    view.webview.onDidReceiveMessage((message: unknown) => {
      this.#receive(message).catch((error: unknown) => this.#options.log(`The side panel: ${asNemoError(error).code}`));
    });
    view.onDidChangeVisibility(() => {
      // A hidden page is gone; the next one asks for a snapshot.
      if (!view.visible) this.#isReady = false;
    });
    view.onDidDispose(() => {
      if (this.#view !== view) return;
      this.#view = undefined;
      this.#isReady = false;
    });
    view.webview.html = chatPage(view.webview, extensionUri, apiUrl);
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
    const message: HostMessage = { type: 'compose', text, replace };
    if (!this.#isReady) this.#compose = message;
    await this.focus();
    if (this.#isReady && this.#compose === undefined) this.#post([message]);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#ofChat?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #follow(chat: SessionChat): void {
    this.#ofChat?.dispose();
    this.#ofChat = vscode.Disposable.from(
      chat.onDidPost((messages) => this.#post(messages)),
      chat.onDidRename(() => this.#snapshot(chat.state)),
    );
    this.#snapshot(chat.state);
  }

  #snapshot(state: ChatState): void {
    // Whatever waits is in the snapshot already.
    this.#unsent = [];
    this.#post([
      {
        type: 'snapshot',
        state: structuredClone(state) as Extract<HostMessage, { type: 'snapshot' }>['state'],
        ...(vscode.l10n.bundle ? { strings: vscode.l10n.bundle } : {}),
      },
    ]);
  }

  #post(messages: readonly HostMessage[]): void {
    if (!this.#isReady) return;
    for (const message of messages) {
      const last = this.#unsent.at(-1);
      if (message.type === 'textAppended' && last?.type === 'textAppended' && last.id === message.id) {
        this.#unsent[this.#unsent.length - 1] = { ...last, text: last.text + message.text };
      } else {
        this.#unsent.push(message);
      }
    }
    // Pieces of text wait for more of them; everything else goes at once, in order.
    if (this.#unsent.some(({ type }) => type !== 'textAppended')) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), textPauseMs);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const messages = this.#unsent;
    this.#unsent = [];
    const webview = this.#view?.webview;
    if (!webview || !this.#isReady) return;
    for (const message of messages) void webview.postMessage(message);
  }

  /** Answers each request exactly once, also one that cannot be understood. */
  async #receive(message: unknown): Promise<void> {
    const parsed = viewMessage.safeParse(message);
    if (!parsed.success) {
      const to = z.object({ request: z.number() }).safeParse(message).data?.request;
      this.#options.log('The side panel sent what nobody understands.');
      if (to !== undefined)
        this.#refuse(
          to,
          new NemoError('internal', l10n.t('The side panel and the extension do not match. Reload the window.')),
        );
      return;
    }
    const { request, intent } = parsed.data;
    try {
      await this.#carryOut(intent);
      void this.#view?.webview.postMessage({ type: 'reply', to: request, ok: true } satisfies HostMessage);
    } catch (reason) {
      const error = asNemoError(reason);
      if (error.code === 'internal') this.#options.log(`Intent «${intent.type}» failed: ${String(error.cause)}`);
      this.#refuse(request, error);
    }
  }

  #refuse(to: number, { code, message, steps }: NemoError): void {
    const refusal: HostMessage = { type: 'refusal', to, code, message, steps: [...steps] };
    void this.#view?.webview.postMessage(refusal);
  }

  async #carryOut(intent: Intent): Promise<void> {
    const chat = await this.#options.chats.chat();
    switch (intent.type) {
      case 'ready': {
        this.#isReady = true;
        this.#snapshot(chat.state);
        const compose = this.#compose;
        this.#compose = undefined;
        if (compose) this.#post([compose]);
        return;
      }
      case 'send':
        return chat.send(intent.text, { mayAsk: true }).accepted;
      case 'stop':
        return chat.stop();
      case 'editQueued':
        return chat.editQueued(intent.id, intent.text);
      case 'removeQueued':
        return chat.removeQueued(intent.id);
      case 'act':
        return this.#options.carryOut(intent.step, intent.messageId);
      case 'pickFiles': {
        const uris = await this.#options.pickFiles();
        return this.#attach(chat, uris);
      }
      case 'attachUris':
        return this.#attach(chat, intent.uris.map(parseUri));
      case 'removeAttachment':
        return chat.removeAttachment(intent.id);
      case 'selectSkill':
        return this.#options.selectSkill(intent.name);
      case 'openLink':
        await openLink(intent.url);
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(intent.text);
        return;
      case 'openAsDocument':
        return openAsDocument(intent.text, intent.language);
      case 'insertAtCursor':
        return insertAtCursor(intent.text);
      case 'viewFault':
        this.#options.log(`The side panel's page: ${intent.message.slice(0, 2_000)}`);
        return;
    }
  }

  /** The chips and the rows tell how it goes; the request is answered at once. */
  #attach(chat: SessionChat, uris: readonly vscode.Uri[]): void {
    chat
      .upload(uris)
      .catch((error: unknown) => this.#options.log(`An upload could not begin: ${asNemoError(error).code}`));
  }
}

function parseUri(text: string): vscode.Uri {
  try {
    return vscode.Uri.parse(text, true);
  } catch (cause) {
    throw new NemoError('badArgument', l10n.t('That is no file. Drop a file, or pick one.'), {
      cause,
      steps: [{ kind: 'upload', label: l10n.t('Choose Files…') }],
    });
  }
}

/** Opens a web address; the editor asks the user whether to trust it. */
export async function openLink(address: string): Promise<void> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new NemoError('badArgument', l10n.t('Only web addresses can be opened.'));
  }
  await vscode.env.openExternal(vscode.Uri.parse(url.href, true));
}

async function openAsDocument(content: string, language: string): Promise<void> {
  const known = await vscode.languages.getLanguages();
  const document = await vscode.workspace.openTextDocument({
    content,
    language: known.includes(language) ? language : 'plaintext',
  });
  await vscode.window.showTextDocument(document);
}

async function insertAtCursor(text: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const done = await editor?.edit((edit) => {
    for (const selection of editor.selections) edit.replace(selection, text);
  });
  if (!done) throw new NemoError('refused', l10n.t('Open a text file first; the text goes where its cursor is.'));
}
