import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import * as z from 'zod';

import { NemoError } from '../client/errors.ts';
import type { ChatState } from '../conversation/chat-state.ts';
import { viewMessage, type HostMessage, type Intent, type ReplyValue } from '../protocol/messages.ts';
import { asNemoError } from './as-nemo-error.ts';
import type { ChatController } from './chat-controller.ts';
import type { SessionChat } from './session-chat.ts';

/** A page waits for so many answers at most; what it asks for beyond that is refused. */
export const mostRequestsAtWork = 64;

/** What takes no time, or makes room: taken also from a page that waits for as much as it may. */
const alwaysTaken: ReadonlySet<Intent['type']> = new Set([
  'ready',
  'draftChanged',
  'stop',
  'removeQueued',
  'closeMedia',
  'fileWithdrawn',
  'viewFault',
]);

/** Text that streams in is handed to the page this often, in ms: more than one piece a frame helps nobody. */
const textPauseMs = 16;

/**
 * Carries out what a page's person meant; resolves with what the intent asked for. `page` is aborted when the page is
 * gone: what was opened for it goes with it.
 */
export type CarryOutIntent = (
  intent: Exclude<Intent, { type: 'ready' | 'draftChanged' }>,
  chat: SessionChat,
  page: AbortSignal,
) => Promise<ReplyValue | undefined>;

export interface PageLinkOptions {
  readonly chats: ChatController;
  readonly carryOut: CarryOutIntent;
  readonly log: (line: string) => void;
  /** The page shows no messages: their texts, which are most of what goes over the wire, are left out. */
  readonly withoutTexts?: boolean;
}

/**
 * The host's end of the wire to one page: a snapshot to who says `ready`, deltas from then on, and exactly one answer to
 * each intent.
 */
export class PageLink implements vscode.Disposable {
  readonly #webview: vscode.Webview;
  readonly #options: PageLinkOptions;
  readonly #subscriptions: vscode.Disposable[] = [];
  #ofChat: vscode.Disposable | undefined;
  /** The page asked for a snapshot, so deltas make sense to it. */
  #isReady = false;
  /** Wait for the page. */
  #early: HostMessage[] = [];
  #unsent: HostMessage[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** The page as it is loaded now, and the number of its last request. */
  #page = new AbortController();
  #lastRequest = 0;
  /** Requests that are being carried out, of this page and of those before it. */
  #atWork = 0;

  constructor(webview: vscode.Webview, options: PageLinkOptions) {
    this.#webview = webview;
    this.#options = options;
    const { chats, log } = options;
    this.#subscriptions.push(
      webview.onDidReceiveMessage((message: unknown) => {
        this.#receive(message).catch((error: unknown) => log(`A page: ${asNemoError(error).code}`));
      }),
      chats.onDidSwitch((chat) => this.#follow(chat)),
    );
    if (chats.shown) this.#follow(chats.shown);
  }

  /** The page is hidden and thereby gone: the next one asks for a snapshot. */
  pageGone(): void {
    this.#isReady = false;
    this.#page.abort();
    this.#page = new AbortController();
    this.#lastRequest = 0;
  }

  /** Tells the page; one that is still to come is told when it is there. */
  tell(message: Extract<HostMessage, { type: 'compose' | 'preview' | 'reveal' }>): void {
    if (this.#isReady) this.#post([message]);
    else this.#early.push(message);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.pageGone();
    this.#ofChat?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #follow(chat: SessionChat): void {
    this.#ofChat?.dispose();
    this.#ofChat = vscode.Disposable.from(
      chat.onDidPost((messages) => this.#post(messages)),
      chat.onDidRename(() => this.#snapshot(chat)),
    );
    this.#snapshot(chat);
  }

  #snapshot(chat: SessionChat): void {
    // Whatever waits is in the snapshot already.
    this.#unsent = [];
    this.#post([
      {
        type: 'snapshot',
        state: structuredClone<ChatState>(chat.state) as Extract<HostMessage, { type: 'snapshot' }>['state'],
        session: chat.id,
        ...(chat.composer && !this.#options.withoutTexts ? { composer: chat.composer } : {}),
        ...(vscode.l10n.bundle ? { strings: vscode.l10n.bundle } : {}),
      },
    ]);
  }

  #post(messages: readonly HostMessage[]): void {
    if (!this.#isReady) return;
    for (const message of this.#options.withoutTexts ? messages.flatMap(withoutText) : messages) {
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
    if (!this.#isReady) return;
    for (const message of messages) this.#send(message);
  }

  /** Answers each request exactly once, also one that cannot be understood. */
  async #receive(message: unknown): Promise<void> {
    const parsed = viewMessage.safeParse(message);
    if (!parsed.success) {
      const to = z.object({ request: z.number() }).safeParse(message).data?.request;
      this.#options.log('A page sent what nobody understands.');
      if (to !== undefined)
        this.#refuse(
          to,
          new NemoError('internal', l10n.t('The side panel and the extension do not match. Reload the window.')),
        );
      return;
    }
    const { request, intent } = parsed.data;
    // A page counts its requests upwards; one that begins anew was loaded anew, whoever noticed.
    if (request <= this.#lastRequest) this.pageGone();
    this.#lastRequest = request;
    const page = this.#page.signal;
    if (this.#atWork >= mostRequestsAtWork && !alwaysTaken.has(intent.type)) {
      this.#refuse(
        request,
        new NemoError('refused', l10n.t('Too much is asked for at once. Wait a moment and try again.'), {
          steps: [{ kind: 'retry', label: l10n.t('Try Again') }],
        }),
      );
      return;
    }
    this.#atWork++;
    try {
      const chat = await this.#options.chats.chat();
      let value: ReplyValue | undefined;
      if (intent.type === 'ready') this.#greet(chat);
      else if (intent.type === 'draftChanged') this.#options.chats.keepComposer(intent);
      else value = await this.#options.carryOut(intent, chat, page);
      // The next page counts anew, and would take this for an answer to something else.
      if (!page.aborted) this.#send({ type: 'reply', to: request, ok: true, ...value });
    } catch (reason) {
      if (page.aborted) return;
      const error = asNemoError(reason);
      if (error.code === 'internal') this.#options.log(`Intent «${intent.type}» failed: ${String(error.cause)}`);
      this.#refuse(request, error);
    } finally {
      this.#atWork--;
    }
  }

  #greet(chat: SessionChat): void {
    this.#isReady = true;
    this.#snapshot(chat);
    const early = this.#early;
    this.#early = [];
    this.#post(early);
  }

  #refuse(to: number, { code, message, steps }: NemoError): void {
    this.#send({ type: 'refusal', to, code, message, steps: [...steps] });
  }

  #send(message: HostMessage): void {
    void this.#webview.postMessage(message);
  }
}

/** What of a message is left for a page that shows no texts: nothing of those that are text alone. */
function withoutText(message: HostMessage): readonly HostMessage[] {
  switch (message.type) {
    case 'textAppended':
    case 'textReplaced':
      return [];
    case 'messageAdded':
      return [{ ...message, message: { ...message.message, text: '' } }];
    case 'snapshot': {
      const messages = message.state.messages.map((one) => ({ ...one, text: '' }));
      return [{ ...message, state: { ...message.state, messages } }];
    }
    default:
      return [message];
  }
}
