import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';

import type { NextStep } from '../src/client/next-step.ts';
import { applyHostMessage } from '../src/conversation/apply-delta.ts';
import type { ChatState } from '../src/conversation/chat-state.ts';
import type { HostMessage, Intent, MediaPlace } from '../src/protocol/messages.ts';
import type { TimelineChange } from '../src/timeline/timeline-model.ts';
import type { ChatLog } from './chat/chat-log.ts';
import { dropSign } from './chat/composer.ts';
import { FileDrop } from './chat/file-drop.ts';
import { FileSender, type OfferedFile } from './chat/file-sender.ts';
import { QuestionDrafts } from './chat/question-drafts.ts';
import { SessionComposer } from './chat/session-composer.ts';
import { transferRows } from './chat/transfer-rows.ts';
import { followedMessage, lastChanges, runningMessage } from './chat/turn-status.ts';
import { connectionLine, welcome } from './chat/welcome.ts';
import { header } from './header.ts';
import { editorApi, HostLink, type Answer } from './host-link.ts';
import { KeptFocus } from './kept-focus.ts';
import { PageLayout } from './page-layout.ts';
import { usePageStrings } from './page-strings.ts';
import { ShownPreview } from './preview/shown-preview.ts';
import { RefusalBox } from './refusal-box.ts';
import { seen } from './seen-text.ts';
import { SpokenStatus } from './spoken-status.ts';
import type { TimelineView } from './timeline/timeline-view.ts';
import type { ViewActions } from './view-actions.ts';
import { ViewMemory } from './view-memory.ts';

type RevealedChange = Extract<Intent, { type: 'revealChange' }>['change'];
type Snapshot = Extract<HostMessage, { type: 'snapshot' }>;

/** The whole page: holds the host's state, draws it once a frame, and sends what people mean. */
export class App extends LitElement implements ViewActions {
  readonly questionDrafts: QuestionDrafts;
  readonly #link: HostLink;
  readonly #memory: ViewMemory;
  readonly #composer: SessionComposer;
  readonly #files: FileSender;
  readonly #preview: ShownPreview;
  readonly #layout = new PageLayout(this);
  readonly #spoken = new SpokenStatus();
  readonly #refusal = new RefusalBox(this);
  readonly #drop = new FileDrop(this, {
    onUris: (uris) => void this.send({ type: 'attachUris', uris: [...uris] }),
    onFiles: (files) => void this.#files.add(files),
    onRefused: (refusal) => this.#refusal.show(refusal),
  });
  readonly #log = createRef<ChatLog>();
  readonly #timeline = createRef<TimelineView>();
  #state: ChatState | undefined;
  /** Which session {@link #state} is of, where the host said so. */
  #session: string | undefined;
  #started = false;
  /** Nothing readable comes from the host. */
  #givenUp = false;
  /** Ids of transfers whose rows were put away. */
  #dismissed: ReadonlySet<string> = new Set();
  #frame = 0;
  /** One function for all time, so that children see the same actions. */
  readonly #history = (): string[] =>
    (this.#state?.messages ?? []).filter(({ role }) => role === 'user').map(({ text }) => text);

  constructor() {
    super();
    new KeptFocus(this, () => this.#takeFocus());
    const api = editorApi();
    this.#memory = new ViewMemory(api);
    this.questionDrafts = new QuestionDrafts(this.#memory);
    this.#link = new HostLink(
      api,
      (message) => this.#receive(message),
      () => {
        this.#givenUp = true;
        this.#redraw();
      },
    );
    this.#composer = new SessionComposer(this.#memory, (intent) => void this.#link.send(intent));
    this.#files = new FileSender(
      (intent) => this.#link.send(intent),
      () => this.#redraw(),
      (refusal) => {
        this.#composer.element.value?.holdBack();
        this.#refusal.show(refusal);
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
    this.#link.start();
  }

  /** The page is an editor tab that shows the timeline alone; the chat is in the side panel. */
  get #isTimelinePage(): boolean {
    return this.dataset['page'] === 'timeline';
  }

  // --- ViewActions

  async send(intent: Intent): Promise<Answer> {
    const answer = await this.#link.send(intent);
    // A message that was refused stands in the composer again.
    const again = intent.type === 'send' ? undefined : () => void this.send(intent);
    if (!answer.ok) this.#refusal.show(answer, again);
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
    this.#composer.insert(text, replace);
  }

  fillIn(prompt: string): void {
    this.#composer.element.value?.fillIn(prompt);
  }

  protected override updated(): void {
    this.#composer.drawn();
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
    this.#spoken.say(text);
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
    if (message.type === 'snapshot' && message.strings && !this.#started) usePageStrings(message.strings);
    const next = applyHostMessage(this.#state, message);
    if (!next) {
      // Before the first snapshot there is nothing to be out of step with: it is on its way.
      if (this.#state) this.#link.resync(`A ${message.type} did not fit`);
      return;
    }
    if (message.type === 'snapshot') this.#takeSnapshot(message);
    this.#started = true;
    this.#state = next;
    this.#givenUp = false;
    this.#spoken.follow(next.messages, next.queueHeld === true);
    this.questionDrafts.follow(next.messages);
    this.#redraw();
  }

  #takeSnapshot(snapshot: Snapshot): void {
    if (this.#isOtherSession(snapshot)) {
      // Its chat is read from the end, its timeline is shown whole.
      this.#log.value?.followEnd();
      this.#timeline.value?.startOver();
      this.#preview.close();
    }
    if (this.#isTimelinePage) return;
    if (this.#started) this.#composer.follow(snapshot);
    else this.#composer.begin(snapshot, snapshot.state.messages);
  }

  /** Whether a snapshot is not of the session that is shown. */
  #isOtherSession({ session, state }: Snapshot): boolean {
    const before = this.#session;
    this.#session = session ?? before;
    if (!this.#state) return false;
    // Two that are still empty are told apart by their names only.
    if (session !== undefined && before !== undefined) return session !== before;
    return this.#state.messages[0]?.id !== state.messages[0]?.id;
  }

  /** Draws with the next frame, once for all that came until then. */
  #redraw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.requestUpdate();
    });
  }

  /** The keyboard goes on with what the page is for. */
  #takeFocus(): void {
    const composer = this.#composer.element.value;
    if (composer) composer.focus();
    else this.#timeline.value?.takeFocus();
  }

  #submit(text: string): Promise<void> {
    this.#refusal.hide();
    this.#log.value?.followEnd();
    return this.#composer.submit(text, (intent) => this.send(intent));
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
    const beside = this.#layout.isBeside(state.timeline, this.#memory.state);
    return html`${header(state, this)}
      <main class="panes ${beside ? 'panes-beside' : ''}">
        ${this.#preview.template(state, beside ? undefined : this.#layout.size)} ${this.#timelinePane(state, beside)}
        <section class="chat" aria-label=${l10n.t('Chat with Nemo')}>
          ${this.#chat(state)} ${this.#drop.isOver ? dropSign() : nothing}
        </section>
      </main>
      ${this.#spoken.template()}`;
  }

  /** The timeline fills the tab; what goes wrong is said below it. */
  #timelinePage(state: ChatState): TemplateResult {
    return html`<main class="timeline-page">
        <h1 class="visually-hidden">${l10n.t('Timeline of {0}', seen(state.sessionName))}</h1>
        ${this.#preview.template(state, this.#layout.size)} ${this.#timelineElement(state, { alone: true })}
        ${
          state.connection.kind === 'connected' && !this.#refusal.isShown
            ? nothing
            : html`<div class="chat-foot">
                ${state.connection.kind === 'connected' ? nothing : connectionLine(state.connection, this)}
                ${this.#refusal.template()}
              </div>`
        }
        ${this.#drop.isOver ? dropSign() : nothing}
      </main>
      ${this.#spoken.template()}`;
  }

  #timelinePane(state: ChatState, beside: boolean): TemplateResult {
    const remembered = this.#memory.state;
    const { size, least, most, isFixed } = beside
      ? this.#layout.besideChat(remembered)
      : this.#layout.aboveChat(state.timeline, remembered, this.#preview.heightPx(this.#layout.size));
    return html`${this.#timelineElement(state, { sizePx: isFixed ? size : undefined })}
    ${
      isFixed
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

  /** @param shown `sizePx` is what the pane takes; undefined is what it needs. */
  #timelineElement(state: ChatState, shown: { readonly alone?: boolean; readonly sizePx?: number | undefined }) {
    const { timelineOpen } = this.#memory.state;
    return html`<nemo-timeline
      ${ref(this.#timeline)}
      class=${timelineOpen ? 'timeline-open' : 'timeline-closed'}
      ${ref((element) => {
        if (!(element instanceof HTMLElement)) return;
        element.style.flexBasis = shown.sizePx === undefined ? '' : `${shown.sizePx}px`;
      })}
      .firstPlace=${this.#memory.firstTimelinePlace}
      .timeline=${state.timeline}
      .changes=${lastChanges(state.messages)}
      .open=${timelineOpen}
      .alone=${shown.alone ?? false}
      .actions=${this}
      .onToggle=${() => {
        this.#memory.set({ timelineOpen: !timelineOpen });
        this.requestUpdate();
      }}
      .onPlaceChanged=${(place: Parameters<TimelineView['onPlaceChanged']>[0]) => this.#memory.set(place)}
      .onPlayheadMoved=${(ms: number) => this.#preview.playheadMoved(ms)}
    ></nemo-timeline>`;
  }

  #chat(state: ChatState): TemplateResult {
    const { connection, skill, messages, queueHeld = false, transfers, attachments } = state;
    const running = runningMessage(messages) !== undefined;
    const fresh = messages.length === 0;
    return html`<nemo-chat-log
        ${ref(this.#log)}
        .messages=${messages}
        .queueHeld=${queueHeld}
        .actions=${this}
        .welcome=${fresh ? welcome(skill, connection, this) : nothing}
        .firstPlace=${this.#memory.firstPlace}
        .onScrolled=${(place: { id: string; px: number } | undefined) => this.#memory.set({ scroll: place ?? null })}
        .onLeave=${() => this.#composer.element.value?.focus()}
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
        ${this.#refusal.template()}
        <nemo-composer
          ${ref(this.#composer.element)}
          .firstText=${this.#composer.firstText}
          .skill=${fresh ? undefined : skill}
          .running=${running}
          .queueHeld=${queueHeld}
          .following=${followedMessage(messages)?.following}
          .attachments=${attachments}
          .transfers=${transfers}
          .reading=${this.#files.files}
          .actions=${this}
          .history=${this.#history}
          .onChanged=${(text: string) => this.#composer.changed(text)}
          .onSend=${(text: string) => void this.#submit(text)}
          .onFiles=${(files: readonly OfferedFile[]) => void this.#files.add(files)}
          .onWithdraw=${(id: number) => this.#files.withdraw(id)}
          .onGoToLog=${() => this.#log.value?.focusLast()}
        ></nemo-composer>
      </div>`;
  }

  /** The host sends what cannot be read: say so, and let people try again. */
  #broken(): TemplateResult {
    return html`<main class="broken" role="alert">
      <p>${l10n.t('This view and the extension do not understand each other. Reloading the window usually helps.')}</p>
      <vscode-button @click=${() => this.#link.tryAgain()}>${l10n.t('Try Again')}</vscode-button>
    </main>`;
  }
}

customElements.define('nemo-app', App);
