import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';

import type { ChatMessage } from '../src/conversation/chat-state.ts';
import { endOfTurn, runningMessage } from './chat/turn-status.ts';

/** What is said to people who listen rather than look: that Nemo works, how it ended, and what parts of the page say. */
export class SpokenStatus {
  #text = '';
  /** The answer under way that was told of. */
  #runningId: string | undefined;

  /** To be said when the reader pauses; the page is to be drawn for it. */
  say(text: string): void {
    this.#text = text;
  }

  /** Says when an answer begins and when it is over; the answer itself is not read out. */
  follow(messages: readonly ChatMessage[]): void {
    const running = runningMessage(messages);
    if (running && running.id !== this.#runningId) {
      this.#runningId = running.id;
      this.#text = l10n.t('Nemo is working.');
    } else if (!running && this.#runningId !== undefined) {
      const ended = messages.find(({ id }) => id === this.#runningId);
      this.#runningId = undefined;
      if (ended) this.#text = endOfTurn(ended);
    }
  }

  template(): TemplateResult {
    return html`<div class="visually-hidden" role="status" aria-live="polite">${this.#text}</div>`;
  }
}
