import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';

import type { ChatMessage } from '../src/conversation/chat-state.ts';
import { additionToTurn, endOfTurn, runningMessage } from './chat/turn-status.ts';
import { seen } from './seen-text.ts';

/** Answers that something may still come to. */
const newest = 3;

/** What is said to people who listen rather than look: that Nemo works, how it ended, and what parts of the page say. */
export class SpokenStatus {
  #text = '';
  /** The answer under way that was told of. */
  #runningId: string | undefined;
  /** How many changes each of the newest answers told of when it was looked at last, by id. */
  #told: ReadonlyMap<string, number> = new Map();

  /** To be said when the reader pauses; the page is to be drawn for it. */
  say(text: string): void {
    this.#text = text;
  }

  /**
   * Says when an answer begins and when it is over; the answer itself is not read out.
   * @param isHeld what waits goes on only when a person says so.
   */
  follow(messages: readonly ChatMessage[], isHeld: boolean): void {
    const running = runningMessage(messages);
    this.#followAdditions(messages);
    if (running && running.id !== this.#runningId) {
      this.#runningId = running.id;
      this.#text = l10n.t('Nemo is working.');
    } else if (!running && this.#runningId !== undefined) {
      const ended = messages.find(({ id }) => id === this.#runningId);
      this.#runningId = undefined;
      if (!ended) return;
      const end = endOfTurn(ended);
      this.#text = isHeld ? l10n.t('{0} What waits is sent when you press “Send Next”.', end) : end;
    }
  }

  /** An edit may come to an answer after it was over. */
  #followAdditions(messages: readonly ChatMessage[]): void {
    const answers = messages.filter(({ role, state }) => role === 'assistant' && state !== 'running').slice(-newest);
    for (const { id, changes = [] } of answers) {
      const told = this.#told.get(id);
      if (told !== undefined && changes.length > told) this.#text = additionToTurn(changes);
    }
    this.#told = new Map(answers.map(({ id, changes = [] }) => [id, changes.length]));
  }

  template(): TemplateResult {
    return html`<div class="visually-hidden" role="status" aria-live="polite">${seen(this.#text)}</div>`;
  }
}
