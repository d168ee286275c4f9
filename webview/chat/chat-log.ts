import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';

import type { ChatMessage } from '../../src/conversation/chat-state.ts';
import { icon } from '../icon.ts';
import { KeptFocus } from '../kept-focus.ts';
import type { ViewActions } from '../view-actions.ts';
import { MessageView } from './message-view.ts';

/** So near to the end counts as being there, in px. */
const endSlackPx = 24;
/** How far beyond the edges messages are kept in the page, in px. */
const marginPx = 900;

/** A place in the chat: undefined follows the end. */
export interface ScrollPlace {
  readonly id: string;
  /** How far the message is scrolled past the upper edge, in px. */
  readonly px: number;
}

/**
 * The messages. Follows the end unless the reader scrolled up, keeps what is far away out of the page, and goes from
 * message to message with the arrow keys.
 */
export class ChatLog extends LitElement {
  static override properties = {
    messages: { attribute: false },
    queueHeld: { attribute: false },
    actions: { attribute: false },
    welcome: { attribute: false },
    atEnd: { state: true },
  };

  declare messages: readonly ChatMessage[];
  /** What waits goes on only when a person says so. */
  declare queueHeld: boolean;
  declare actions: ViewActions;
  /** Shown as long as there is no message. */
  declare welcome: TemplateResult | typeof nothing;
  declare atEnd: boolean;
  /** Where to begin; what is said later changes nothing. */
  firstPlace: ScrollPlace | undefined;
  /** Is told where the reader is now. */
  onScrolled: (place: ScrollPlace | undefined) => void = () => undefined;
  /** Is told that the reader wants to go back to writing. */
  onLeave: () => void = () => undefined;

  readonly #scroller = createRef<HTMLElement>();
  readonly #content = createRef<HTMLElement>();
  #sight: IntersectionObserver | undefined;
  #sizes: ResizeObserver | undefined;
  readonly #observed = new Set<Element>();
  #follow = true;
  #lastTop = 0;
  #placed = false;
  #report: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.messages = [];
    this.queueHeld = false;
    this.welcome = nothing;
    this.atEnd = true;
    // Whoever stood on the button to the end reads on there; what goes with its message leads back to writing.
    new KeptFocus(this, (lost) => (lost.matches('.jump') ? this.#focusNewest() : this.onLeave()));
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sight?.disconnect();
    this.#sizes?.disconnect();
    this.#sight = undefined;
    this.#observed.clear();
  }

  /** Goes to the end and stays there. */
  followEnd(): void {
    this.#follow = true;
    this.#toEnd();
  }

  /** Puts the focus on the newest answer. */
  focusLast(): void {
    const all = this.#messageViews();
    const last = all.findLast(({ message }) => message.role === 'assistant') ?? all.at(-1);
    if (last) this.#focusMessage(last);
  }

  protected override render(): TemplateResult {
    const last = this.messages.at(-1)?.id;
    const held = this.queueHeld ? this.messages.find(({ state }) => state === 'queued')?.id : undefined;
    return html`<div
        class="chat-scroller"
        role="log"
        aria-live="off"
        aria-label=${l10n.t('Chat')}
        tabindex="0"
        ${ref(this.#scroller)}
        @scroll=${() => this.#scrolled()}
        @keydown=${(event: KeyboardEvent) => this.#key(event)}
      >
        <div class="chat-content" ${ref(this.#content)}>
          ${
            this.messages.length === 0
              ? this.welcome
              : repeat(
                  this.messages,
                  ({ id }) => id,
                  (message) =>
                    html`<nemo-message
                      .message=${message}
                      .actions=${this.actions}
                      .held=${message.id === held}
                      ?data-last=${message.id === last}
                    ></nemo-message>`,
                )
          }
        </div>
      </div>
      ${
        this.messages.length === 0
          ? nothing
          : html`<button type="button" class="skip" @click=${() => this.focusLast()}>
              ${icon('arrow-up')}<span>${l10n.t('Go to the last answer')}</span>
            </button>`
      }
      ${
        this.atEnd || this.messages.length === 0
          ? nothing
          : html`<button type="button" class="jump" @click=${() => this.followEnd()}>
              ${icon('arrow-down')}<span>${l10n.t('Jump to latest')}</span>
            </button>`
      }`;
  }

  protected override firstUpdated(): void {
    const root = this.#scroller.value;
    const content = this.#content.value;
    if (!root || !content) return;
    this.#sight = new IntersectionObserver((entries) => this.#seen(entries), {
      root,
      rootMargin: `${marginPx}px 0px`,
    });
    this.#sizes = new ResizeObserver(() => {
      if (this.#follow) this.#toEnd();
    });
    this.#sizes.observe(root);
    this.#sizes.observe(content);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('messages')) return;
    const views = this.#messageViews();
    const now = new Set<Element>(views);
    for (const view of this.#observed) {
      if (now.has(view)) continue;
      this.#sight?.unobserve(view);
      this.#observed.delete(view);
    }
    for (const view of views) {
      if (this.#observed.has(view)) continue;
      this.#sight?.observe(view);
      this.#observed.add(view);
    }
    const place = this.#placed ? undefined : this.firstPlace;
    this.#placed = true;
    if (place) this.#restore(place, views);
    if (!this.#follow) return;
    // The newest few are drawn at once, so that no picture is an empty one.
    for (const view of views.slice(-3)) view.bringBack();
    this.#toEnd();
  }

  #restore(place: ScrollPlace, views: readonly MessageView[]): void {
    const target = views.find(({ message }) => message.id === place.id);
    if (!target) return;
    this.#follow = false;
    const go = () => {
      target.scrollIntoView({ block: 'start' });
      const scroller = this.#scroller.value;
      if (scroller) scroller.scrollTop += place.px;
    };
    target.bringBack();
    go();
    // Once more when its neighbours have their true heights.
    requestAnimationFrame(() => requestAnimationFrame(go));
  }

  #messageViews(): MessageView[] {
    return [...(this.#content.value?.children ?? [])].filter((child) => child instanceof MessageView);
  }

  #seen(entries: readonly IntersectionObserverEntry[]): void {
    const keepAll = document.body.classList.contains('vscode-using-screen-reader');
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      if (!(target instanceof MessageView)) continue;
      if (isIntersecting || keepAll) target.bringBack();
      else target.putAway(boundingClientRect.height);
    }
  }

  #toEnd(): void {
    const scroller = this.#scroller.value;
    // The welcome is read from its beginning.
    if (!scroller || this.messages.length === 0) return;
    scroller.scrollTop = scroller.scrollHeight;
    this.#lastTop = scroller.scrollTop;
    this.atEnd = true;
  }

  #scrolled(): void {
    const scroller = this.#scroller.value;
    if (!scroller) return;
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    const atEnd = scrollHeight - scrollTop - clientHeight < endSlackPx;
    // Growing contents move the end away without any scrolling; only going up is a wish to stay.
    if (atEnd) this.#follow = true;
    else if (scrollTop < this.#lastTop - 1) this.#follow = false;
    this.#lastTop = scrollTop;
    this.atEnd = atEnd || this.#follow;
    clearTimeout(this.#report);
    this.#report = setTimeout(() => this.onScrolled(this.#place()), 150);
  }

  #place(): ScrollPlace | undefined {
    const scroller = this.#scroller.value;
    if (!scroller || this.#follow) return undefined;
    const top = scroller.getBoundingClientRect().top;
    for (const view of this.#messageViews()) {
      const box = view.getBoundingClientRect();
      if (box.bottom > top) return { id: view.message.id, px: top - box.top };
    }
    return undefined;
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      this.onLeave();
      return;
    }
    // Arrow keys inside of an answer (a code block, say) scroll it.
    const { target } = event;
    const onScroller = target === this.#scroller.value;
    if (!onScroller && !(target instanceof MessageView)) return;
    const views = this.#messageViews();
    const at = target instanceof MessageView ? views.indexOf(target) : views.length;
    const next =
      event.key === 'ArrowUp' && !onScroller
        ? views[Math.max(0, at - 1)]
        : event.key === 'ArrowDown' && !onScroller
          ? views[Math.min(views.length - 1, at + 1)]
          : event.key === 'Enter' && onScroller
            ? views.at(-1)
            : event.key === 'Home'
              ? views[0]
              : event.key === 'End'
                ? views.at(-1)
                : undefined;
    if (!next) return;
    event.preventDefault();
    this.#focusMessage(next);
  }

  #focusNewest(): void {
    const newest = this.#messageViews().at(-1);
    if (newest) this.#focusMessage(newest);
    else this.onLeave();
  }

  #focusMessage(view: MessageView): void {
    view.bringBack();
    void view.updateComplete.then(() => {
      view.focus({ preventScroll: true });
      view.scrollIntoView({ block: 'nearest' });
    });
  }
}

customElements.define('nemo-chat-log', ChatLog);
