import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';

import type { NextStep } from '../src/client/next-step.ts';
import { applyHostMessage } from '../src/conversation/apply-delta.ts';
import type { ChatState } from '../src/conversation/chat-state.ts';
import type { HostMessage, Intent, MediaPlace } from '../src/protocol/messages.ts';
import type { TimelineChange } from '../src/timeline/timeline-model.ts';
import { actionButtons } from './chat/action-buttons.ts';
import type { ChatLog } from './chat/chat-log.ts';
import { dropSign, type Composer } from './chat/composer.ts';
import { ComposerDraft } from './chat/composer-draft.ts';
import { FileSender, type OfferedFile } from './chat/file-sender.ts';
import { filesOfDrop, mayHoldFiles, urisOfDrop } from './chat/handed-over.ts';
import { transferRows } from './chat/transfer-rows.ts';
import { endOfTurn, lastChanges, runningMessage } from './chat/turn-status.ts';
import { connectionLine, welcome } from './chat/welcome.ts';
import { header } from './header.ts';
import { editorApi, HostLink, type Answer, type Refusal } from './host-link.ts';
import { icon, iconButton } from './icon.ts';
import { leastHeight, neededHeight, type TimelineView } from './timeline/timeline-view.ts';
import { ShownPreview } from './preview/shown-preview.ts';
import { ViewMemory } from './view-memory.ts';
import type { ViewActions } from './view-actions.ts';

type RevealedChange = Extract<Intent, { type: 'revealChange' }>['change'];

/** Room that the chat keeps when the timeline is made tall or wide, in px. */
const chatKeeps = { height: 220, width: 260 };
/** From here on the timeline stands beside the chat where the page is low, in px. */
const besideFromPx = 720;

/** The whole page: holds the host's state, draws it once a frame, and sends what people mean. */
export class App extends LitElement implements ViewActions {
  readonly #link: HostLink;
  readonly #memory: ViewMemory;
  readonly #draft: ComposerDraft;
  #state: ChatState | undefined;
  /** Which session {@link #state} is of, where the host said so. */
  #session: string | undefined;
  /** Nothing readable comes from the host. */
  #givenUp = false;
  #refusal: Refusal | undefined;
  #dismissed: ReadonlySet<string> = new Set();
  #dropping = false;
  #frame = 0;
  #runningId: string | undefined;
  #spoken = '';
  #size = { width: 0, height: 0 };
  #started = false;
  #firstText = '';
  /** Waits for the composer. */
  #toCompose: { readonly text: string; readonly replace: boolean } | undefined;
  readonly #files: FileSender;
  readonly #preview: ShownPreview;
  readonly #log = createRef<ChatLog>();
  readonly #composer = createRef<Composer>();
  readonly #timeline = createRef<TimelineView>();
  /** One function for all time, so that children see the same actions. */
  readonly #history = (): string[] =>
    (this.#state?.messages ?? []).filter(({ role }) => role === 'user').map(({ text }) => text);

  constructor() {
    super();
    const api = editorApi();
    this.#memory = new ViewMemory(api);
    this.#link = new HostLink(
      api,
      (message) => this.#receive(message),
      () => {
        this.#givenUp = true;
        this.#redraw();
      },
    );
    this.#draft = new ComposerDraft(this.#memory, (intent) => void this.#link.send(intent));
    this.#files = new FileSender(
      (intent) => this.#link.send(intent),
      () => this.#redraw(),
      (refusal) => {
        this.#composer.value?.holdBack();
        this.#refuse(refusal);
      },
    );
    this.#preview = new ShownPreview({
      memory: this.#memory,
      actions: this,
      redraw: () => this.#redraw(),
      showPlayhead: (ms) => this.#timeline.value?.showPlayhead(ms),
      takeFocus: () => this.#timeline.value?.takeFocus(),
    });
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    new ResizeObserver(([entry]) => {
      if (!entry) return;
      this.#size = { width: entry.contentRect.width, height: entry.contentRect.height };
      this.requestUpdate();
    }).observe(this);
    this.addEventListener('dragenter', (event) => this.#drag(event));
    this.addEventListener('dragover', (event) => this.#drag(event));
    this.addEventListener('dragleave', (event) => {
      if (event.relatedTarget === null || !this.contains(event.relatedTarget as Node)) this.#setDropping(false);
    });
    this.addEventListener('drop', (event) => this.#drop(event));
    this.#link.start();
  }

  /** The page is an editor tab that shows the timeline alone; the chat is in the side panel. */
  get #isTimelinePage(): boolean {
    return this.dataset['page'] === 'timeline';
  }

  // --- ViewActions

  async send(intent: Intent): Promise<Answer> {
    const answer = await this.#link.send(intent);
    if (!answer.ok) this.#refuse(answer);
    return answer;
  }

  ask(intent: Intent): Promise<Answer> {
    return this.#link.send(intent);
  }

  act(step: NextStep, messageId?: string): void {
    if (step.kind === 'compose') {
      this.compose(step.argument ?? '', true);
      return;
    }
    if (step.kind === 'preview') {
      this.preview({ kind: 'render', jobId: step.argument ?? '' });
      return;
    }
    void this.send({ type: 'act', step, ...(messageId === undefined ? {} : { messageId }) });
  }

  compose(text: string, replace: boolean): void {
    if (this.#isTimelinePage) {
      void this.send({ type: 'composeInChat', text, replace });
      return;
    }
    const composer = this.#composer.value;
    if (composer) composer.insert(text, replace);
    // The first picture is still to be drawn.
    else this.#toCompose = { text, replace };
  }

  protected override updated(): void {
    const composer = this.#composer.value;
    const wanted = this.#toCompose;
    if (!composer || !wanted) return;
    this.#toCompose = undefined;
    void composer.updateComplete.then(() => composer.insert(wanted.text, wanted.replace));
  }

  reveal(change: TimelineChange): void {
    // Who has the timeline's tab in sight looks there.
    if (!this.#isTimelinePage) void this.#link.send({ type: 'revealChange', change: change as RevealedChange });
    const show = () => this.#timeline.value?.reveal(change);
    if (this.#memory.state.timelineOpen || this.#isTimelinePage) {
      show();
      return;
    }
    this.#memory.set({ timelineOpen: true });
    this.requestUpdate();
    // The drawing gets its size before the spot can be found.
    void this.updateComplete.then(() => requestAnimationFrame(show));
  }

  preview(place: MediaPlace): void {
    this.#preview.open(place);
  }

  announce(text: string): void {
    this.#spoken = text;
    this.#redraw();
  }

  /** Reports what broke in the page. */
  fault(message: string): void {
    this.#link.fault(message);
  }

  // --- what comes from the host

  #receive(message: HostMessage): void {
    if (message.type === 'compose') {
      this.compose(message.text, message.replace);
      return;
    }
    if (message.type === 'preview') {
      this.preview(message.place);
      return;
    }
    if (message.type === 'reveal') {
      this.#timeline.value?.reveal(message.change);
      return;
    }
    if (message.type === 'snapshot' && message.strings && !this.#started) {
      l10n.config({ contents: readStrings(message.strings) });
    }
    const next = applyHostMessage(this.#state, message);
    if (!next) {
      // Before the first snapshot there is nothing to be out of step with: it is on its way.
      if (this.#state) this.#link.resync(`A ${message.type} did not fit`);
      return;
    }
    if (message.type === 'snapshot' && this.#isOtherSession(message)) {
      // Its chat is read from the end, its timeline is shown whole.
      this.#log.value?.followEnd();
      this.#timeline.value?.startOver();
      this.#preview.close();
    }
    if (message.type === 'snapshot' && this.#started && !this.#isTimelinePage) {
      this.#showDraft(this.#draft.follow(message));
    }
    this.#state = next;
    this.#givenUp = false;
    this.#noteTurn(next);
    if (!this.#started) {
      this.#started = true;
      if (message.type === 'snapshot' && !this.#isTimelinePage) {
        this.#firstText = this.#textToBegin(next, this.#draft.begin(message));
        this.#draft.changed(this.#firstText);
      }
    }
    this.#redraw();
  }

  /** Whether a snapshot is not of the session that is shown. */
  #isOtherSession({ session, state }: Extract<HostMessage, { type: 'snapshot' }>): boolean {
    const before = this.#session;
    this.#session = session ?? before;
    if (!this.#state) return false;
    // Two that are still empty are told apart by their names only.
    if (session !== undefined && before !== undefined) return session !== before;
    return this.#state.messages[0]?.id !== state.messages[0]?.id;
  }

  /** Another session is shown: its composer has another text, if `text` is one. */
  #showDraft(text: string | undefined): void {
    if (text === undefined) return;
    this.#firstText = text;
    const composer = this.#composer.value;
    if (!composer) return;
    composer.holdBack();
    composer.text = text;
  }

  /** Says when an answer is over. */
  #noteTurn({ messages }: ChatState): void {
    const running = runningMessage(messages);
    if (running && running.id !== this.#runningId) {
      this.#runningId = running.id;
      this.#spoken = l10n.t('Nemo is working.');
    } else if (!running && this.#runningId !== undefined) {
      const ended = messages.find(({ id }) => id === this.#runningId);
      this.#runningId = undefined;
      if (ended) this.#spoken = endOfTurn(ended);
    }
  }

  /**
   * What stands in the composer when the page begins. A message whose arrival was never confirmed: either the host has
   * it, or it is still ours to keep.
   */
  #textToBegin({ messages }: ChatState, composer: string): string {
    const { sending } = this.#memory.state;
    this.#memory.set({ sending: null });
    if (sending === null) return composer;
    // The host's clock need not be ours.
    const earliest = sending.atMs - 60_000;
    const arrived = messages.some(
      ({ role, text, atMs }) => role === 'user' && text === sending.text && atMs >= earliest,
    );
    return arrived ? composer : [sending.text, composer].filter((part) => part !== '').join('\n');
  }

  /** Draws with the next frame, once for all that came until then. */
  #redraw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.requestUpdate();
    });
  }

  async #submit(text: string): Promise<void> {
    this.#memory.set({ sending: { text, atMs: Date.now() } }, true);
    // Before it leaves: what is sent must not stand there again after a reload.
    this.#draft.tellNow();
    this.#refusal = undefined;
    this.#log.value?.followEnd();
    const answer = await this.send({ type: 'send', text });
    this.#memory.set({ sending: null });
    if (answer.ok) return;
    // Nothing is lost: it stands in the composer again.
    const composer = this.#composer.value;
    if (composer) composer.text = [text, composer.text].filter((part) => part !== '').join('\n');
  }

  #drag(event: DragEvent): void {
    if (!event.dataTransfer || !mayHoldFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    this.#setDropping(true);
  }

  #setDropping(dropping: boolean): void {
    if (dropping === this.#dropping) return;
    this.#dropping = dropping;
    this.#redraw();
  }

  #drop(event: DragEvent): void {
    this.#setDropping(false);
    const data = event.dataTransfer;
    if (!data || !mayHoldFiles(data)) return;
    event.preventDefault();
    const uris = urisOfDrop(data);
    if (uris.length > 0) {
      void this.send({ type: 'attachUris', uris });
      return;
    }
    // Files from the system come without their addresses: their bytes go.
    const { files, folders } = filesOfDrop(data);
    if (folders.length > 0) this.#refuse(folderRefusal(folders));
    if (files.length > 0) void this.#files.add(files);
  }

  #refuse(refusal: Refusal): void {
    this.#refusal = refusal;
    this.#redraw();
  }

  // --- drawing

  protected override render(): TemplateResult {
    const state = this.#state;
    if (this.#givenUp) return this.#broken();
    // Not a word yet: the words of the user's language come with the state.
    if (!state) {
      return html`<div class="waiting" aria-hidden="true"><span class="spinner codicon codicon-loading"></span></div>`;
    }
    if (this.#isTimelinePage) return this.#timelinePage(state);
    const { width, height } = this.#size;
    // Beside the chat where both would be cramped one above the other.
    const cramped = height < 460 || (height < width * 0.62 && neededHeight(state.timeline) > height * 0.5);
    const beside = width >= besideFromPx && height > 0 && cramped && this.#memory.state.timelineOpen;
    return html`${header(state, this)}
      <main class="panes ${beside ? 'panes-beside' : ''}">
        ${this.#preview.template(state, beside ? undefined : this.#size)} ${this.#timelinePane(state, beside)}
        <section class="chat" aria-label=${l10n.t('Chat with Nemo')}>
          ${this.#chat(state)} ${this.#dropping ? dropSign() : nothing}
        </section>
      </main>
      <div class="visually-hidden" role="status" aria-live="polite">${this.#spoken}</div>`;
  }

  /** The timeline fills the tab; what goes wrong is said below it. */
  #timelinePage(state: ChatState): TemplateResult {
    return html`<main class="timeline-page">
        <h1 class="visually-hidden">${l10n.t('Timeline of {0}', state.sessionName)}</h1>
        ${this.#preview.template(state, this.#size)}
        <nemo-timeline
          ${ref(this.#timeline)}
          .firstPlace=${this.#memory.firstTimelinePlace}
          .timeline=${state.timeline}
          .changes=${lastChanges(state.messages)}
          .alone=${true}
          .actions=${this}
          .onPlaceChanged=${(place: Parameters<TimelineView['onPlaceChanged']>[0]) => this.#memory.set(place)}
          .onPlayheadMoved=${(ms: number) => this.#preview.playheadMoved(ms)}
        ></nemo-timeline>
        ${
          state.connection.kind === 'connected' && this.#refusal === undefined
            ? nothing
            : html`<div class="chat-foot">
                ${state.connection.kind === 'connected' ? nothing : connectionLine(state.connection, this)}
                ${this.#refusalBox()}
              </div>`
        }
        ${this.#dropping ? dropSign() : nothing}
      </main>
      <div class="visually-hidden" role="status" aria-live="polite">${this.#spoken}</div>`;
  }

  #timelinePane(state: ChatState, beside: boolean): TemplateResult {
    const { timelineOpen, timelineHeight, timelineWidth } = this.#memory.state;
    const { width } = this.#size;
    const height = this.#size.height - (beside ? 0 : this.#preview.heightPx(this.#size));
    const needed = neededHeight(state.timeline);
    const empty = state.timeline.tracks.length === 0;
    const headerPx = 40;
    const most = beside
      ? Math.max(240, width - chatKeeps.width)
      : Math.max(leastHeight, height - headerPx - chatKeeps.height);
    const least = beside ? 240 : Math.min(leastHeight, most);
    const usual = beside ? width * 0.5 : Math.min(needed, Math.max(leastHeight, height * 0.42));
    const wanted = (beside ? timelineWidth : timelineHeight) ?? usual;
    const size = Math.round(Math.min(Math.max(wanted, least), most));
    // An empty timeline takes what its sentence takes.
    const fixed = beside || (timelineOpen && !empty);
    return html`<nemo-timeline
        ${ref(this.#timeline)}
        class=${timelineOpen ? 'timeline-open' : 'timeline-closed'}
        ${ref((element) => {
          if (element instanceof HTMLElement) setFlex(element, fixed ? size : undefined);
        })}
        .firstPlace=${this.#memory.firstTimelinePlace}
        .timeline=${state.timeline}
        .changes=${lastChanges(state.messages)}
        .open=${timelineOpen}
        .actions=${this}
        .onToggle=${() => {
          this.#memory.set({ timelineOpen: !timelineOpen });
          this.requestUpdate();
        }}
        .onPlaceChanged=${(place: Parameters<TimelineView['onPlaceChanged']>[0]) => this.#memory.set(place)}
        .onPlayheadMoved=${(ms: number) => this.#preview.playheadMoved(ms)}
      ></nemo-timeline>
      ${
        fixed
          ? html`<nemo-splitter
              .size=${size}
              .least=${least}
              .most=${most}
              .upright=${beside}
              .onMoved=${(moved: number | null) => {
                this.#memory.set(beside ? { timelineWidth: moved } : { timelineHeight: moved });
                this.requestUpdate();
              }}
            ></nemo-splitter>`
          : nothing
      }`;
  }

  #chat(state: ChatState): TemplateResult {
    const { connection, skill, messages, transfers, attachments } = state;
    const running = runningMessage(messages) !== undefined;
    const fresh = messages.length === 0;
    return html`<nemo-chat-log
        ${ref(this.#log)}
        .messages=${messages}
        .actions=${this}
        .welcome=${fresh ? welcome(skill, connection, this) : nothing}
        .firstPlace=${this.#memory.firstPlace}
        .onScrolled=${(place: { id: string; px: number } | undefined) => this.#memory.set({ scroll: place ?? null })}
        .onLeave=${() => this.#composer.value?.focus()}
      ></nemo-chat-log>
      <div class="chat-foot">
        ${fresh || connection.kind === 'connected' ? nothing : connectionLine(connection, this)}
        ${transferRows(
          transfers.filter(({ id }) => !this.#dismissed.has(id)),
          this,
          (id) => {
            this.#dismissed = new Set([...this.#dismissed, id]);
            this.requestUpdate();
          },
        )}
        ${this.#refusalBox()}
        <nemo-composer
          ${ref(this.#composer)}
          .firstText=${this.#firstText}
          .running=${running}
          .attachments=${attachments}
          .transfers=${transfers}
          .reading=${this.#files.files}
          .actions=${this}
          .history=${this.#history}
          .onChanged=${(text: string) => this.#draft.changed(text)}
          .onSend=${(text: string) => void this.#submit(text)}
          .onFiles=${(files: readonly OfferedFile[]) => void this.#files.add(files)}
          .onWithdraw=${(id: number) => this.#files.withdraw(id)}
          .onGoToLog=${() => this.#log.value?.focusLast()}
        ></nemo-composer>
      </div>`;
  }

  #refusalBox(): TemplateResult | typeof nothing {
    const refusal = this.#refusal;
    if (!refusal) return nothing;
    const dismiss = () => {
      this.#refusal = undefined;
      this.requestUpdate();
    };
    return html`<div class="refusal" role="alert">
      <div class="refusal-line">
        ${icon('warning')}<span>${refusal.message}</span>
        ${iconButton({ icon: 'close', label: l10n.t('Hide this note'), onClick: dismiss })}
      </div>
      <div @click=${dismiss}>${actionButtons(refusal.steps, this, { primary: true })}</div>
    </div>`;
  }

  /** The host sends what cannot be read: say so, and let people try again. */
  #broken(): TemplateResult {
    return html`<main class="broken" role="alert">
      <p>${l10n.t('This view and the extension do not understand each other. Reloading the window usually helps.')}</p>
      <vscode-button @click=${() => this.#link.tryAgain()}>${l10n.t('Try again')}</vscode-button>
    </main>`;
  }
}

/** Folders were dropped, which a page cannot look into. */
function folderRefusal(names: readonly string[]): Refusal {
  return {
    ok: false,
    code: 'fileIsFolder',
    message:
      names.length === 1
        ? l10n.t('{0} is a folder. Open it and drop the clips that are in it.', names[0] ?? '')
        : l10n.t('{0} are folders. Open them and drop the clips that are in them.', names.join(', ')),
    steps: [{ kind: 'upload', label: l10n.t('Choose clips…') }],
  };
}

function setFlex(element: HTMLElement, sizePx: number | undefined): void {
  element.style.flexBasis = sizePx === undefined ? '' : `${sizePx}px`;
}

/** Strings as the translation library takes them: sentence → sentence, or with notes beside it. */
function readStrings(
  strings: Record<string, unknown>,
): Record<string, string | { message: string; comment: string[] }> {
  const read: Record<string, string | { message: string; comment: string[] }> = {};
  for (const [key, value] of Object.entries(strings)) {
    if (typeof value === 'string') read[key] = value;
    else if (typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string') {
      read[key] = { message: value.message, comment: [] };
    }
  }
  return read;
}

customElements.define('nemo-app', App);
