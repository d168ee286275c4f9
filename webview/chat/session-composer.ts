import { createRef } from 'lit/directives/ref.js';

import type { ChatMessage } from '../../src/conversation/chat-state.ts';
import type { HostMessage, Intent } from '../../src/protocol/messages.ts';
import type { Answer } from '../host-link.ts';
import type { ViewMemory } from '../view-memory.ts';
import type { Composer } from './composer.ts';
import { ComposerDraft } from './composer-draft.ts';

/** The host's clock need not be ours: a message may seem to be so much older than its sending, in ms. */
const clockSlackMs = 60_000;

type Snapshot = Extract<HostMessage, { type: 'snapshot' }>;

/** What stands in the composer: each session's own text, over reloads and switches, and nothing lost that was sent in vain. */
export class SessionComposer {
  /** The element, once it is drawn. */
  readonly element = createRef<Composer>();
  readonly #memory: ViewMemory;
  readonly #draft: ComposerDraft;
  #firstText = '';
  /** Waits for the element. */
  #toInsert: { readonly text: string; readonly replace: boolean } | undefined;

  /** @param tell takes what the host is to know of unsent texts. */
  constructor(memory: ViewMemory, tell: (intent: Intent) => void) {
    this.#memory = memory;
    this.#draft = new ComposerDraft(memory, tell);
  }

  /** What the element begins with. */
  get firstText(): string {
    return this.#firstText;
  }

  /** The page begins with a session. */
  begin(snapshot: Snapshot, messages: readonly ChatMessage[]): void {
    this.#firstText = this.#withUnconfirmed(messages, this.#draft.begin(snapshot));
    this.#draft.changed(this.#firstText);
  }

  /** A later snapshot: where it is of another session, the composer has that one's text. */
  follow(snapshot: Snapshot): void {
    const text = this.#draft.follow(snapshot);
    if (text === undefined) return;
    this.#firstText = text;
    const composer = this.element.value;
    if (!composer) return;
    composer.holdBack();
    composer.text = text;
  }

  /** People write. */
  changed(text: string): void {
    this.#draft.changed(text);
  }

  /** Puts text in, at the cursor or in place of everything, now or as soon as there is a composer. */
  insert(text: string, replace: boolean): void {
    const composer = this.element.value;
    if (composer) composer.insert(text, replace);
    else this.#toInsert = { text, replace };
  }

  /** The page was drawn: what waited for the element goes in. */
  drawn(): void {
    const composer = this.element.value;
    const wanted = this.#toInsert;
    if (!composer || !wanted) return;
    this.#toInsert = undefined;
    void composer.updateComplete.then(() => composer.insert(wanted.text, wanted.replace));
  }

  /** Sends a message; where it is refused, it stands in the composer again. */
  async submit(text: string, send: (intent: Intent) => Promise<Answer>): Promise<void> {
    this.#memory.set({ sending: { text, atMs: Date.now() } }, true);
    // Before it leaves: what is sent must not stand there again after a reload.
    this.#draft.tellNow();
    const answer = await send({ type: 'send', text });
    this.#memory.set({ sending: null });
    if (answer.ok) return;
    const composer = this.element.value;
    if (composer) composer.text = joined(text, composer.text);
  }

  /** A message whose arrival was never confirmed: either the host has it, or it is still ours to keep. */
  #withUnconfirmed(messages: readonly ChatMessage[], written: string): string {
    const { sending } = this.#memory.state;
    this.#memory.set({ sending: null });
    if (sending === null) return written;
    const earliest = sending.atMs - clockSlackMs;
    const arrived = messages.some(
      ({ role, text, atMs }) => role === 'user' && text === sending.text && atMs >= earliest,
    );
    return arrived ? written : joined(sending.text, written);
  }
}

function joined(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n');
}
