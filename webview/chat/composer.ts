import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';

import type { Attachment, SkillView, Transfer } from '../../src/conversation/chat-state.ts';
import type { Following } from '../../src/conversation/turn-update.ts';
import { icon, iconButton } from '../icon.ts';
import { KeptFocus } from '../kept-focus.ts';
import type { ViewActions } from '../view-actions.ts';
import type { FileOnItsWay, OfferedFile } from './file-sender.ts';
import { filesOfPaste, urisOfPaste } from './handed-over.ts';
import { attachmentChips } from './attachment-chips.ts';
import { Blanks } from './blanks.ts';
import { Recall } from './recall.ts';
import { skillHelp } from './skill-help.ts';

/** Where messages are written: text, files, send and stop. */
export class Composer extends LitElement {
  static override properties = {
    skill: { attribute: false },
    running: { attribute: false },
    queueHeld: { attribute: false },
    following: { attribute: false },
    attachments: { attribute: false },
    transfers: { attribute: false },
    reading: { attribute: false },
    actions: { attribute: false },
    empty: { state: true },
    waiting: { state: true },
    helpOpen: { state: true },
  };

  /** Whose ideas and tips can be opened; `undefined` while the chat itself shows them. */
  declare skill: SkillView | undefined;

  /** A turn runs: what is sent now waits. */
  declare running: boolean;
  /** Messages wait until a person lets them go on: what is sent now waits behind them. */
  declare queueHeld: boolean;
  /** Why something may still come to the last answer, which counts as complete. */
  declare following: Following | undefined;
  declare attachments: readonly Attachment[];
  declare transfers: readonly Transfer[];
  /** Files without an address that are being read for the host; a message that is sent waits for them. */
  declare reading: readonly FileOnItsWay[];
  declare actions: ViewActions;
  declare empty: boolean;
  /** What stands there leaves as soon as the files are read. */
  declare waiting: boolean;
  declare helpOpen: boolean;
  /** What stands there when the page begins; what is said later changes nothing. */
  firstText = '';
  /** What was sent, oldest first. */
  history: () => readonly string[] = () => [];
  /** Is told what stands there after every change. */
  onChanged: (text: string) => void = () => undefined;
  /** Takes a text to send. */
  onSend: (text: string) => void = () => undefined;
  /** Takes files that were pasted. */
  onFiles: (files: readonly OfferedFile[]) => void = () => undefined;
  /** Is told that a file which is being read is not wanted. */
  onWithdraw: (id: number) => void = () => undefined;
  /** Is asked to go to the newest answer. */
  onGoToLog: () => void = () => undefined;

  readonly #area = createRef<HTMLTextAreaElement>();
  readonly #recall = new Recall();
  readonly #blanks = new Blanks();

  constructor() {
    super();
    this.skill = undefined;
    this.helpOpen = false;
    this.running = false;
    this.queueHeld = false;
    this.following = undefined;
    this.attachments = [];
    this.transfers = [];
    this.reading = [];
    this.empty = true;
    this.waiting = false;
    new KeptFocus(this, () => this.focus());
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  get text(): string {
    return this.#area.value?.value ?? this.firstText;
  }

  set text(text: string) {
    const area = this.#area.value;
    if (area) area.value = text;
    this.#changed();
  }

  override focus(): void {
    this.#area.value?.focus();
  }

  /** A file could not be read: the message that waits for it stays, for its writer to decide. */
  holdBack(): void {
    this.waiting = false;
  }

  /** Puts text at the cursor, or in place of everything with `replace`; the cursor stands behind it. */
  insert(text: string, replace: boolean): void {
    const area = this.#area.value;
    if (!area) return;
    if (text === '' && !replace) {
      area.focus();
      return;
    }
    if (replace) {
      area.value = text;
      area.setSelectionRange(text.length, text.length);
    } else {
      const { selectionStart, selectionEnd, value } = area;
      const before = value.slice(0, selectionStart);
      const gap = before === '' || /\s$/.test(before) ? '' : ' ';
      area.setRangeText(gap + text, selectionStart, selectionEnd, 'end');
    }
    area.focus();
    area.scrollTop = area.scrollHeight;
    this.#recall.reset();
    this.#changed();
  }

  /** Puts a skill's prompt in place of everything, with its first blank selected; Tab goes to the next one. */
  fillIn(prompt: string): void {
    const area = this.#area.value;
    if (!area) return;
    this.helpOpen = false;
    this.#blanks.fill(area, prompt);
    this.#recall.reset();
    this.#changed();
    if (this.#blanks.remainIn(area)) this.actions.announce(l10n.t('Tab goes to the next blank.'));
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('reading') || !this.waiting || this.reading.length > 0) return;
    this.waiting = false;
    this.#send();
  }

  protected override firstUpdated(): void {
    const area = this.#area.value;
    if (area) area.value = this.firstText;
    this.empty = this.text.trim() === '';
  }

  protected override render(): TemplateResult {
    const sendLabel = this.waiting
      ? l10n.t('Goes when the clips are read; press to keep it here')
      : this.queueHeld
        ? l10n.t('Send after the messages that wait')
        : this.running
          ? l10n.t('Send when the answer is complete')
          : l10n.t('Send');
    return html`<div class="composer">
      ${
        this.skill && this.helpOpen
          ? skillHelp(this.skill, { onPick: (prompt) => this.fillIn(prompt), onClose: () => this.#closeHelp() })
          : nothing
      }
      ${attachmentChips(this, {
        onRemove: (id) => void this.actions.send({ type: 'removeAttachment', id }),
        onWithdraw: (id) => this.onWithdraw(id),
      })}
      <textarea
        rows="1"
        dir="auto"
        class="composer-text"
        aria-label=${l10n.t('Message to Nemo')}
        placeholder=${this.running ? l10n.t('Write the next message') : l10n.t('What should Nemo do?')}
        ${ref(this.#area)}
        @input=${() => {
          this.#recall.reset();
          this.#changed();
        }}
        @keydown=${(event: KeyboardEvent) => this.#key(event)}
        @paste=${(event: ClipboardEvent) => this.#paste(event)}
      ></textarea>
      <div class="composer-bar">
        ${iconButton({
          icon: 'add',
          label: l10n.t('Attach clips…'),
          tooltip: l10n.t('Attach clips: choose, paste or drop them. While dragging from the Explorer, hold Shift.'),
          onClick: () => void this.actions.send({ type: 'pickFiles' }),
        })}
        ${this.#helpButton()}
        <span class="composer-space"></span>
        ${
          !this.running || !this.empty
            ? iconButton({
                icon: this.waiting ? 'clock' : 'arrow-up',
                label: sendLabel,
                className: 'send-button',
                disabled: this.empty,
                onClick: () => (this.waiting ? this.holdBack() : this.#send()),
              })
            : nothing
        }
        ${
          this.running || this.following
            ? iconButton({
                icon: 'debug-stop',
                label: this.#stopLabel(),
                className: 'stop-button',
                onClick: () => void this.actions.send({ type: 'stop' }),
              })
            : nothing
        }
      </div>
    </div>`;
  }

  #helpButton(): TemplateResult | typeof nothing {
    if (!this.skill) return nothing;
    return iconButton({
      icon: 'lightbulb',
      label: l10n.t('Ideas and tips: {0}', this.skill.displayName),
      expands: { id: 'skill-help', open: this.helpOpen },
      className: 'help-button',
      onClick: () => {
        if (this.helpOpen) this.#closeHelp();
        else this.helpOpen = true;
      },
    });
  }

  #stopLabel(): string {
    if (this.running) return l10n.t('Stop');
    return this.following === 'stream' ? l10n.t('Stop listening') : l10n.t('Stop looking');
  }

  #closeHelp(): void {
    this.helpOpen = false;
    this.querySelector<HTMLButtonElement>('.help-button')?.focus();
  }

  #changed(): void {
    const { text } = this;
    this.empty = text.trim() === '';
    this.onChanged(text);
  }

  #send(): void {
    const text = this.text.trim();
    if (text === '') return;
    if (this.reading.length > 0) {
      // It is about them: it goes when they are there.
      this.waiting = true;
      this.actions.announce(l10n.t('The message goes when the clips are read.'));
      return;
    }
    this.#recall.reset();
    this.#blanks.forget();
    this.text = '';
    this.onSend(text);
    this.focus();
  }

  #key(event: KeyboardEvent): void {
    // While a word is being put together, every key belongs to the input method.
    if (event.isComposing || event.key === 'Process') return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === 'Tab' && !event.shiftKey) {
      if (this.#area.value && this.#blanks.selectNext(this.#area.value)) event.preventDefault();
    } else if (event.key === 'Escape') {
      if (this.#area.value && this.#blanks.remainIn(this.#area.value)) {
        event.preventDefault();
        this.#blanks.forget();
      } else if (this.waiting) {
        event.preventDefault();
        this.holdBack();
      } else if (this.running) {
        event.preventDefault();
        void this.actions.send({ type: 'stop' });
      }
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      if (event.ctrlKey || event.metaKey) {
        if (event.key === 'ArrowUp') {
          event.preventDefault();
          this.onGoToLog();
        }
        return;
      }
      if (event.shiftKey || event.altKey) return;
      this.#recallTo(event, event.key === 'ArrowUp' ? -1 : 1);
    }
  }

  /** Goes through what was sent where the cursor cannot go any further in that direction. */
  #recallTo(event: KeyboardEvent, direction: -1 | 1): void {
    const area = this.#area.value;
    if (!area || area.selectionStart !== area.selectionEnd) return;
    const { value, selectionStart: at } = area;
    const recalling = this.#recall.shows(value);
    const onTheWay = direction === -1 ? value.slice(0, at) : value.slice(at);
    // The arrows move through what is being written until its very beginning, through what was recalled line by line.
    if (recalling ? onTheWay.includes('\n') : onTheWay !== '') return;
    const recalled = this.#recall.step(direction, this.history(), value);
    if (recalled === undefined) return;
    event.preventDefault();
    this.text = recalled;
    const end = direction === -1 ? recalled.search(/\n|$/) : recalled.length;
    area.setSelectionRange(end, end);
  }

  #paste(event: ClipboardEvent): void {
    if (!event.clipboardData) return;
    const uris = urisOfPaste(event.clipboardData);
    if (uris.length > 0) {
      event.preventDefault();
      void this.actions.send({ type: 'attachUris', uris });
      return;
    }
    const pasted = filesOfPaste(event.clipboardData, new Date());
    if (pasted.length === 0) return;
    event.preventDefault();
    // A name is a file's own and cannot be given to it.
    this.onFiles(
      pasted.map(({ file, name }) => ({ name, size: file.size, slice: (start, end) => file.slice(start, end) })),
    );
  }
}

/** The note that takes the place of the composer's own sign where files are dropped. */
export function dropSign(): TemplateResult {
  return html`<div class="drop-sign" aria-hidden="true">${icon('cloud-upload')} ${l10n.t('Drop to attach')}</div>`;
}

customElements.define('nemo-composer', Composer);
