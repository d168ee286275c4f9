import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';

import type { ChatMessage } from '../../src/conversation/chat-state.ts';
import type { Following } from '../../src/conversation/turn-update.ts';
import { icon, iconButton } from '../icon.ts';
import { KeptFocus } from '../kept-focus.ts';
import { pageLocale } from '../page-locale.ts';
import { seen, seenSentence } from '../seen-text.ts';
import type { TextAreaElement } from '../toolkit.ts';
import type { ViewActions } from '../view-actions.ts';
import { actionButtons } from './action-buttons.ts';

/**
 * One entry of the chat. Far from what is in sight it is an empty box of the height that it had: what is not looked at is
 * not in the page.
 */
export class MessageView extends LitElement {
  static override properties = {
    message: { attribute: false },
    actions: { attribute: false },
    held: { attribute: false },
    near: { attribute: false },
    editing: { state: true },
    allShown: { state: true },
  };

  declare message: ChatMessage;
  declare actions: ViewActions;
  /** It is the first that waits, and goes only when a person says so. */
  declare held: boolean;
  /** In sight, or nearly so. */
  declare near: boolean;
  declare editing: boolean;
  /** A person asked for all of a very long answer; it stays so when the message leaves the page and comes back. */
  declare allShown: boolean;

  readonly #editor = createRef<TextAreaElement>();

  constructor() {
    super();
    this.held = false;
    this.near = false;
    this.editing = false;
    this.allShown = false;
    new KeptFocus(this, () => this.#keepFocus());
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Leaves the page; `heightPx` is what it takes up now. */
  putAway(heightPx: number): void {
    if (!this.near || this.editing) return;
    if (this.contains(document.activeElement) && document.activeElement !== this) return;
    this.style.height = `${heightPx}px`;
    this.near = false;
  }

  /** Comes back. */
  bringBack(): void {
    this.near = true;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('message') && this.editing && this.message.state !== 'queued') this.#overtaken();
    this.className = `message message-${this.message.role} message-is-${this.message.state}`;
    this.setAttribute('aria-label', messageName(this.message));
  }

  protected override updated(): void {
    if (this.near) this.style.height = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'article');
    this.tabIndex = -1;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.near) return nothing;
    switch (this.message.role) {
      case 'user':
        return this.#user();
      case 'notice':
        return this.#notice();
      case 'assistant':
        return this.#assistant();
    }
  }

  #user(): TemplateResult {
    const { message } = this;
    if (this.editing) return this.#queuedEditor();
    return html`<div class="bubble">
        <div class="bubble-text" dir="auto">${message.text}</div>
        ${this.#attachments()}
      </div>
      ${message.state === 'queued' ? [this.#queuedLine(), this.#sendNext()] : this.#error()}
      ${
        message.state === 'cancelled'
          ? html`<div class="quiet-line">${icon('circle-slash')}<span>${l10n.t('Not sent')}</span></div>`
          : nothing
      }
      ${actionButtons(message.actions, this.actions, { messageId: message.id })}
      ${message.state === 'queued' ? nothing : this.#toolbar()}`;
  }

  #attachments(): TemplateResult | typeof nothing {
    const { attachments } = this.message;
    if (!attachments || attachments.length === 0) return nothing;
    return html`<ul class="sent-files" aria-label=${l10n.t('Attached clips')}>
      ${attachments.map((name) => html`<li title=${seen(name)}>${icon('file-media')}<span dir="auto">${seen(name)}</span></li>`)}
    </ul>`;
  }

  #queuedLine(): TemplateResult {
    const { id } = this.message;
    return html`<div class="queued-line">
      ${icon('clock')}<span>${this.held ? l10n.t('Waits until you send it') : l10n.t('Waits for its turn')}</span>
      ${iconButton({
        icon: 'edit',
        label: l10n.t('Edit the waiting message'),
        className: 'queued-edit',
        onClick: () => this.#edit(),
      })}
      ${iconButton({
        icon: 'trash',
        label: l10n.t('Remove the waiting message'),
        onClick: () => void this.actions.send({ type: 'removeQueued', id }),
      })}
    </div>`;
  }

  #sendNext(): TemplateResult | typeof nothing {
    if (!this.held) return nothing;
    return html`<div class="action-row">
      <vscode-button
        appearance="secondary"
        title=${l10n.t('Send this message, and then those that wait behind it')}
        @click=${() => void this.actions.send({ type: 'sendNext' })}
        >${icon('arrow-up')} ${l10n.t('Send Next')}</vscode-button
      >
    </div>`;
  }

  #queuedEditor(): TemplateResult {
    return html`<div class="queued-editor">
      <vscode-text-area
        ${ref(this.#editor)}
        rows="3"
        resize="vertical"
        @keydown=${(event: KeyboardEvent) => this.#editorKey(event)}
      ></vscode-text-area>
      <div class="action-row">
        <vscode-button @click=${() => void this.#save()}>${l10n.t('Save')}</vscode-button>
        <vscode-button appearance="secondary" @click=${() => this.#endEditing()}>${l10n.t('Cancel')}</vscode-button>
      </div>
    </div>`;
  }

  #edit(): void {
    this.editing = true;
    void this.updateComplete.then(() => {
      const area = this.#editor.value;
      if (!area) return;
      area.value = this.message.text;
      // The toolkit gives it a name of its own when it is put into the page.
      area.setAttribute('aria-label', l10n.t('Waiting message'));
      // The toolkit's element draws its inside one turn later.
      requestAnimationFrame(() => area.focus());
    });
  }

  #editorKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      this.#endEditing();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void this.#save();
    } else {
      return;
    }
    event.stopPropagation();
  }

  async #save(): Promise<void> {
    // What was typed last has not reached the element's own value before it loses the focus.
    const text = (this.#editor.value?.control.value ?? '').trim();
    const { id } = this.message;
    if (text !== this.message.text) {
      const answer = await this.actions.send(
        text === '' ? { type: 'removeQueued', id } : { type: 'editQueued', id, text },
      );
      // What was written stays where it is, beside the reason.
      if (!answer.ok) return;
    }
    this.#endEditing();
  }

  /** Its turn came while it was edited: it left as it was, and what was written goes on in the composer. */
  #overtaken(): void {
    const written = this.#editor.value?.control.value ?? '';
    this.editing = false;
    this.actions.compose(written.trim() === this.message.text ? '' : written, false);
  }

  #endEditing(): void {
    this.editing = false;
  }

  /** What had the focus is gone: after editing it goes back to where it came from, else the message itself has it. */
  #keepFocus(): void {
    if (!this.editing) (this.querySelector<HTMLElement>('.queued-edit') ?? this).focus();
  }

  #notice(): TemplateResult {
    const { message } = this;
    return html`<div class="notice-line">${icon('info')}<span dir="auto">${seenSentence(message.text)}</span></div>
      ${actionButtons(message.actions, this.actions, { messageId: message.id })}`;
  }

  #assistant(): TemplateResult {
    const { message } = this;
    const running = message.state === 'running';
    return html`${
      message.text === ''
        ? nothing
        : html`<nemo-markdown
            class="markdown"
            .text=${message.text}
            .complete=${!running}
            .allShown=${this.allShown}
            .onShowAll=${() => (this.allShown = true)}
            .actions=${this.actions}
          ></nemo-markdown>`
    }
    ${running || (message.following && message.activity) ? this.#activity() : nothing}
    ${
      message.following && !message.activity && !isAsking(message)
        ? html`<div class="quiet-line quiet-text">
            ${icon('sync')}<span>${followingWords(message.following, message.text !== '')}</span>
          </div>`
        : nothing
    }
    ${
      message.changes && message.changes.length > 0
        ? html`<nemo-change-card .changes=${message.changes} .actions=${this.actions}></nemo-change-card>`
        : nothing
    }
    ${this.#finding()}
    ${
      message.question
        ? html`<nemo-question
            .question=${message.question}
            .messageId=${message.id}
            .actions=${this.actions}
          ></nemo-question>`
        : nothing
    }
    ${
      message.state === 'cancelled'
        ? html`<div class="quiet-line">${icon('circle-slash')}<span>${l10n.t('Stopped')}</span></div>`
        : nothing
    }
    ${this.#error()}
    ${actionButtons(message.actions, this.actions, { messageId: message.id, primary: message.state === 'failed' })}
    ${running ? nothing : this.#toolbar()}`;
  }

  #finding(): TemplateResult | typeof nothing {
    const { finding } = this.message;
    if (!finding) return nothing;
    return html`<div class="finding" role="note">
      ${icon('warning')}<span dir="auto">${seenSentence(finding.text)}</span>
    </div>`;
  }

  #activity(): TemplateResult {
    const { activity, stillWorkingMs, atMs } = this.message;
    const minutes = stillWorkingMs === undefined ? 0 : Math.round(stillWorkingMs / 60_000);
    return html`<div class="activity">
        <span class="spinner codicon codicon-loading" aria-hidden="true"></span>
        <span class="activity-label" dir="auto">${seenSentence(activity?.label ?? l10n.t('Working'))}</span>
        <span class="activity-time" aria-hidden="true"
          >· <nemo-elapsed .sinceMs=${activity?.sinceMs ?? atMs}></nemo-elapsed
        ></span>
      </div>
      ${
        minutes > 0
          ? html`<div class="quiet-line">
              <span aria-hidden="true">⏳</span><span>${l10n.t('Still working… {0} min so far', minutes)}</span>
            </div>`
          : nothing
      }`;
  }

  #error(): TemplateResult | typeof nothing {
    const { error } = this.message;
    if (!error) return nothing;
    return html`<div class="error-box">${icon('error')}<span dir="auto">${seenSentence(error.message)}</span></div>`;
  }

  #toolbar(): TemplateResult {
    const { message } = this;
    const { text, creditsSpent } = message;
    const answer = message.role === 'assistant';
    const written =
      text === '' && message.changes ? message.changes.map(({ sentence }) => `- ${sentence}`).join('\n') : text;
    return html`<div class="message-foot">
      ${
        creditsSpent === undefined || creditsSpent === 0
          ? nothing
          : html`<span class="spent">${icon('credit-card')} ${creditsText(creditsSpent)}</span>`
      }
      <div class="message-tools">
        ${
          written === ''
            ? nothing
            : iconButton({
                icon: 'copy',
                label: answer ? l10n.t('Copy the answer') : l10n.t('Copy the message'),
                onClick: () => void this.actions.send({ type: 'copy', text: written }),
              })
        }
        ${
          answer && written !== ''
            ? [
                iconButton({
                  icon: 'insert',
                  label: l10n.t('Insert the answer at the cursor'),
                  onClick: () => void this.actions.send({ type: 'insertAtCursor', text: written }),
                }),
                iconButton({
                  icon: 'go-to-file',
                  label: l10n.t('Open the answer as a document'),
                  onClick: () =>
                    void this.actions.send({ type: 'openAsDocument', text: written, language: 'markdown' }),
                }),
              ]
            : nothing
        }
        <time class="message-time" datetime=${new Date(message.atMs).toISOString()}>${timeOfDay(message.atMs)}</time>
      </div>
    </div>`;
  }
}

/** The user is the one who is waited for. */
function isAsking({ question }: ChatMessage): boolean {
  return question !== undefined && question.answer === undefined;
}

function followingWords(following: Following, hasText: boolean): string {
  if (following === 'stream') return l10n.t('Nemo may still be at work. What still comes is added here.');
  return hasText
    ? l10n.t('Nothing changed on the timeline yet. Nemo may still be at work: it is looked at again.')
    : l10n.t('No word yet, but Nemo may still be at work: the timeline is looked at again.');
}

function creditsText(count: number): string {
  return count === 1 ? l10n.t('1 credit used') : l10n.t('{0} credits used', count);
}

const clock = new Intl.DateTimeFormat(pageLocale(), { hour: '2-digit', minute: '2-digit' });
const timeOfDay = (ms: number) => clock.format(ms);

/** What a screen reader calls an entry before it reads it. */
function messageName({ role, state, atMs, text }: ChatMessage): string {
  const begin = seen(text.length > 60 ? `${text.slice(0, 60)}…` : text);
  switch (role) {
    case 'user':
      return state === 'queued'
        ? l10n.t('Waiting message: {0}', begin)
        : l10n.t('You, {0}: {1}', timeOfDay(atMs), begin);
    case 'assistant':
      return l10n.t('Nemo, {0}', timeOfDay(atMs));
    case 'notice':
      return l10n.t('Note: {0}', begin);
  }
}

customElements.define('nemo-message', MessageView);
