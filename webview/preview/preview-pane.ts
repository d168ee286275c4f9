import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';

import type { MediaPlace, OpenedMedia } from '../../src/protocol/messages.ts';
import { icon, iconButton } from '../icon.ts';
import type { OpenedFile } from '../media/media-source.ts';
import type { PlayerEngine, PlayerState } from '../media/player-engine.ts';
import type { ViewActions } from '../view-actions.ts';
import { previewControls, type Loudness } from './preview-controls.ts';
import { meaningOf } from './preview-keys.ts';
import { timelineMsOf, type PlayedStretch, type TrackedClip } from './played-stretch.ts';
import { missingPart, momentReference, playedTime, seekText } from './preview-words.ts';

/** A picture of more bytes than this is left to the system's viewer. */
const mostImageBytes = 64 * 1024 * 1024;

/** Plays one clip, upload or render above the timeline, with the keys that players have everywhere. */
export class PreviewPane extends LitElement {
  static override properties = {
    place: { attribute: false },
    played: { attribute: false },
    stretch: { attribute: false },
    loudness: { attribute: false },
    actions: { attribute: false },
    large: { state: true },
    media: { state: true },
    problem: { state: true },
    state: { state: true },
    image: { state: true },
    speed: { state: true },
  };

  /** What is shown; another one is opened in place of it. */
  declare place: MediaPlace;
  /** The clip that it is, where the timeline has it. */
  declare played: TrackedClip | undefined;
  /** What of the file is played, and where that lies on the timeline; undefined is all of it, and nowhere. */
  declare stretch: PlayedStretch | undefined;
  declare loudness: Loudness;
  declare actions: ViewActions;
  /** It covers the page. */
  declare large: boolean;
  declare media: OpenedMedia | undefined;
  /** Why nothing is shown, in words. */
  declare problem: string | undefined;
  declare state: PlayerState | undefined;
  declare image: string | undefined;
  declare speed: number;
  /** Begins by itself: a person asked for it just now. */
  playsAtOnce = false;
  /** Where to begin, in seconds of the file. */
  firstSeconds: number | undefined;
  onClose: () => void = () => undefined;
  /** The player is at this moment, in seconds of the file. */
  onMoment: (seconds: number) => void = () => undefined;
  onLoudness: (loudness: Loudness) => void = () => undefined;
  /** Is told when there is nothing to look at, or something again. */
  onFlat: (flat: boolean) => void = () => undefined;

  readonly #canvas = createRef<HTMLCanvasElement>();
  readonly #bar = createRef<HTMLInputElement>();
  readonly #clock = createRef<HTMLElement>();
  readonly #section = createRef<HTMLElement>();
  #file: OpenedFile | undefined;
  #engine: PlayerEngine | undefined;
  /** Counts what was opened: what answers late for another one is let go. */
  #opening = 0;
  /** What opens is to play as soon as it can. */
  #toPlay = false;
  /** Where it was when the page was hidden, in seconds. */
  #asleepAt: number | undefined;
  #dragging = false;
  #awaitsFocus = false;
  #flat = false;
  readonly #onVisibility = () => this.#visibility();

  constructor() {
    super();
    this.played = undefined;
    this.stretch = undefined;
    this.loudness = { volume: 1, muted: false };
    this.large = false;
    this.media = undefined;
    this.problem = undefined;
    this.state = undefined;
    this.image = undefined;
    this.speed = 1;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.#onVisibility);
    this.addEventListener('keydown', this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#onVisibility);
    this.removeEventListener('keydown', this.#onKey);
    this.#shut();
  }

  /** Goes to a moment, in seconds of the file; undefined stays. */
  seek(seconds: number | undefined): void {
    if (seconds !== undefined) this.#engine?.seek(seconds);
  }

  /** Plays, or stops playing. */
  toggle(): void {
    const phase = this.state?.phase;
    if (!this.#isOpen()) {
      // Not there yet: it plays, or waits, once it is.
      this.#toPlay = !this.#toPlay;
      return;
    }
    if (phase === 'playing' || phase === 'waiting') this.#engine?.pause();
    else this.#engine?.play();
  }

  /** Takes the keyboard, for the button that plays once it is there. */
  takeFocus(): void {
    this.#awaitsFocus = true;
    void this.updateComplete.then(() => {
      this.#section.value?.focus();
      this.#passFocus();
    });
  }

  #passFocus(): void {
    if (!this.#awaitsFocus || document.activeElement !== this.#section.value) return;
    const plays = this.querySelector<HTMLElement>('.preview-play:enabled');
    // A file that is only just opened may play yet.
    const isHopeless = this.problem !== undefined || (this.#isOpen() && !this.#hasAnything());
    const target = plays ?? (isHopeless ? this.querySelector<HTMLElement>('.preview-note button') : undefined);
    if (!target) return;
    this.#awaitsFocus = false;
    target.focus();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('place')) {
      if (document.visibilityState === 'hidden') this.#asleepAt = this.firstSeconds ?? this.stretch?.fromSeconds ?? 0;
      else this.#openSoon(this.firstSeconds, this.playsAtOnce);
      if (this.playsAtOnce) this.takeFocus();
    }
    if (changed.has('loudness') && this.#engine) this.#engine.volume = this.#gain();
    if ((changed.has('speed') || changed.has('stretch')) && this.#engine) this.#engine.speed = this.#pace();
    this.#showTime(this.#engine?.seconds);
    this.#passFocus();
    const flat = this.#isFlat();
    if (flat !== this.#flat) {
      this.#flat = flat;
      this.onFlat(flat);
    }
  }

  #openSoon(seconds: number | undefined, play: boolean): void {
    this.#toPlay = play;
    this.#open(seconds).catch(() => {
      // The code that reads or plays media could not be loaded.
      this.#shut();
      this.problem = l10n.t('This cannot be previewed.');
    });
  }

  async #open(seconds: number | undefined): Promise<void> {
    this.#shut();
    this.#opening += 1;
    const opening = this.#opening;
    this.media = undefined;
    this.problem = undefined;
    // Reading and playing media is a good deal of code: it comes when it is needed.
    const { OpenedFile } = await import('../media/media-source.ts');
    const file = await OpenedFile.open((intent) => this.actions.ask(intent), this.place);
    if (opening !== this.#opening) {
      if (file instanceof OpenedFile) file.close();
      return;
    }
    if (!(file instanceof OpenedFile)) {
      this.problem = file.message === '' ? l10n.t('This cannot be previewed.') : file.message;
      return;
    }
    this.#file = file;
    this.media = file.info;
    await this.updateComplete;
    if (opening !== this.#opening) return;
    if (file.info.kind === 'image') await this.#openImage(file, opening);
    else await this.#openPlayer(file, opening, seconds);
  }

  async #openImage(file: OpenedFile, opening: number): Promise<void> {
    const { bytes } = file.info;
    let read: Uint8Array | undefined;
    try {
      if (bytes <= mostImageBytes) read = await file.read(0, bytes);
    } catch {
      // Said below.
    }
    file.close();
    if (opening !== this.#opening) return;
    if (read) this.image = URL.createObjectURL(new Blob([read.slice()]));
    else this.problem = l10n.t('This picture could not be read.');
  }

  async #openPlayer(file: OpenedFile, opening: number, seconds: number | undefined): Promise<void> {
    const { PlayerEngine } = await import('../media/player-engine.ts');
    const canvas = this.#canvas.value;
    if (!canvas || opening !== this.#opening) return;
    const { stretch } = this;
    const engine = new PlayerEngine({
      input: file.input({ ahead: 'onward' }),
      canvas,
      stretch: stretch && { fromSeconds: stretch.fromSeconds, toSeconds: stretch.toSeconds ?? Infinity },
      startSeconds: seconds ?? stretch?.fromSeconds ?? 0,
      volume: this.#gain(),
      decodeAac: async (adts) => {
        const answer = await this.actions.ask({ type: 'decodeSound', bytes: adts });
        return answer.ok && answer.sound && answer.bytes ? { ...answer.sound, bytes: answer.bytes } : undefined;
      },
      onChange: () => {
        if (this.#engine === engine) this.#engineChanged(engine);
      },
      onTime: (at) => {
        if (this.#engine !== engine) return;
        this.#showTime(at);
        this.onMoment(at);
      },
    });
    this.#engine = engine;
    engine.speed = this.#pace();
    await engine.open();
    if (opening === this.#opening && this.#toPlay && engine.state.phase === 'paused') engine.play();
  }

  #engineChanged(engine: PlayerEngine): void {
    this.state = engine.state;
    if (engine.state.phase === 'failed') {
      this.problem = l10n.t('This file cannot be played here: it is damaged, or of a kind that is not known.');
    }
  }

  /** Lets go of everything that is open. */
  #shut(): void {
    this.#opening += 1;
    this.#engine?.dispose();
    this.#engine = undefined;
    this.#file?.close();
    this.#file = undefined;
    this.state = undefined;
    if (this.image !== undefined) URL.revokeObjectURL(this.image);
    this.image = undefined;
  }

  /** What nobody sees holds no decoder and no file. */
  #visibility(): void {
    if (document.visibilityState === 'hidden') {
      this.#asleepAt = this.#engine?.seconds ?? this.#asleepAt ?? this.firstSeconds ?? this.stretch?.fromSeconds ?? 0;
      this.#shut();
    } else if (this.#asleepAt !== undefined) {
      const at = this.#asleepAt;
      this.#asleepAt = undefined;
      this.#openSoon(at, false);
    }
  }

  #gain(): number {
    return this.loudness.muted ? 0 : this.loudness.volume;
  }

  #pace(): number {
    return this.speed * (this.stretch?.speed ?? 1);
  }

  // --- drawing

  protected override render(): TemplateResult {
    const name = this.media?.name ?? this.played?.clip.title ?? '';
    const label = name === '' ? l10n.t('Preview') : l10n.t('Preview of {0}', name);
    return html`<section
      ${ref(this.#section)}
      class="preview ${this.large ? 'preview-large' : ''}"
      tabindex="-1"
      aria-label=${label}
    >
      <div class="preview-bar">
        <span class="preview-name" title=${name}>${name === '' ? l10n.t('Preview') : name}</span>
        ${iconButton({
          icon: 'comment',
          label: l10n.t('Ask Nemo about this moment'),
          onClick: () => this.#askAboutMoment(),
        })}
        ${iconButton({ icon: 'link-external', label: outsideLabel(), onClick: () => this.#openOutside() })}
        ${iconButton({
          icon: 'close',
          label: l10n.t('Close the preview'),
          onClick: () => this.onClose(),
        })}
      </div>
      ${this.#face()} ${this.#note()} ${this.media && this.media.kind !== 'image' ? this.#controls() : nothing}
    </section>`;
  }

  #face(): TemplateResult {
    if (this.problem !== undefined) return html``;
    const { media, state } = this;
    if (!media || (media.kind === 'image' && this.image === undefined)) return waiting();
    if (media.kind === 'image') {
      return html`<div class="preview-face"><img src=${this.image ?? ''} alt=${media.name} /></div>`;
    }
    const pictureless = state !== undefined && state.phase !== 'opening' && state.picture !== 'there';
    const isWaiting = state === undefined || state.phase === 'opening' || state.phase === 'waiting';
    return html`<div
      class="preview-face ${pictureless ? 'preview-pictureless' : ''}"
      @click=${() => this.toggle()}
      @dblclick=${() => (this.large = !this.large)}
    >
      <canvas ${ref(this.#canvas)} width="1" height="1" aria-hidden="true"></canvas>
      ${pictureless ? html`<span class="preview-sign">${icon(media.kind === 'video' ? 'file-media' : 'music')}</span>` : nothing}
      ${isWaiting ? html`<span class="preview-busy">${icon('loading spinner')}</span>` : nothing}
    </div>`;
  }

  #note(): TemplateResult | typeof nothing {
    const { state, problem } = this;
    const missing = state && missingPart(state.picture === 'noDecoder', state.sound === 'noDecoder');
    const words = problem ?? missing;
    if (words === undefined) return nothing;
    return html`<div class="preview-note" role="status">
      ${icon(problem === undefined ? 'info' : 'warning')}
      <span
        >${words}
        <button type="button" class="link-button" @click=${() => this.#openOutside()}>${outsideLabel()}</button></span
      >
    </div>`;
  }

  #controls(): TemplateResult {
    return previewControls({
      state: this.state,
      loudness: this.loudness,
      speed: this.speed,
      isLarge: this.large,
      isUseful: this.#isOpen() && this.state?.phase !== 'failed' && this.#hasAnything(),
      bar: this.#bar,
      clock: this.#clock,
      onDrag: (into) => {
        this.#dragging = true;
        this.#engine?.seek((this.state?.fromSeconds ?? 0) + into);
      },
      onDragged: () => (this.#dragging = false),
      onToggle: () => this.toggle(),
      onStep: (direction) => this.#engine?.step(direction),
      onSpeed: (speed) => (this.speed = speed),
      onMute: () => this.#mute(),
      onVolume: (volume) => this.#setVolume(volume),
      onLarge: () => (this.large = !this.large),
    });
  }

  #isOpen(): boolean {
    return this.state !== undefined && this.state.phase !== 'opening';
  }

  /** There is nothing to look at. */
  #isFlat(): boolean {
    if (this.problem !== undefined || this.media?.kind === 'audio') return true;
    return this.#isOpen() && this.state?.picture !== 'there';
  }

  #hasAnything(): boolean {
    return this.state?.picture === 'there' || this.state?.sound === 'there';
  }

  /** The bar and the clock move many times a second: past the template. */
  #showTime(at: number | undefined): void {
    const { state } = this;
    const [bar, clock] = [this.#bar.value, this.#clock.value];
    if (!bar || !clock || !state || state.phase === 'opening') return;
    const whole = state.toSeconds - state.fromSeconds;
    const into = Math.max(0, (at ?? state.fromSeconds) - state.fromSeconds);
    bar.max = String(whole);
    if (!this.#dragging) bar.value = String(into);
    bar.style.setProperty('--nemo-played', whole > 0 ? `${(into / whole) * 100}%` : '0%');
    const text = seekText(into, whole);
    if (bar.getAttribute('aria-valuetext') !== text) bar.setAttribute('aria-valuetext', text);
    const shown = `${playedTime(into, whole)} / ${playedTime(whole, whole)}`;
    if (clock.textContent !== shown) clock.textContent = shown;
  }

  // --- what people do

  #mute(): void {
    const { muted, volume } = this.loudness;
    // From silence by the slider there is a way back, too.
    this.#setLoudness(volume === 0 ? { volume: 1, muted: false } : { volume, muted: !muted });
  }

  #setVolume(volume: number): void {
    this.#setLoudness({ volume: Math.min(Math.max(0, Math.round(volume * 100) / 100), 1), muted: false });
  }

  #setLoudness(loudness: Loudness): void {
    // At once: the next key may come before the page has drawn.
    this.loudness = loudness;
    this.onLoudness(loudness);
  }

  #askAboutMoment(): void {
    const seconds = this.#engine?.seconds ?? this.#asleepAt ?? 0;
    const onTimeline = this.stretch && (this.played ?? this.place.kind === 'render');
    const atMs = this.stretch && onTimeline ? timelineMsOf(this.stretch, seconds) : seconds * 1_000;
    const name = this.media?.name ?? this.played?.clip.title ?? '';
    this.#engine?.pause();
    this.large = false;
    this.actions.compose(momentReference(this.place, name, this.played, Math.round(atMs)), false);
  }

  #openOutside(): void {
    this.#engine?.pause();
    void this.actions.send({ type: 'openMediaOutside', place: this.place });
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.#key(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** True where the key meant something. */
  #key(event: KeyboardEvent): boolean {
    const meant = meaningOf(event);
    const engine = this.#engine;
    switch (meant?.does) {
      case undefined:
        return false;
      case 'toggle':
        this.toggle();
        return true;
      case 'jump':
        if (engine) engine.seek(engine.seconds + meant.seconds);
        return true;
      case 'goTo':
        engine?.seek(meant.seconds);
        return true;
      case 'step':
        engine?.step(meant.direction);
        return true;
      case 'louder':
        this.#setVolume(this.#gain() + meant.by);
        return true;
      case 'mute':
        this.#mute();
        return true;
      case 'large':
        this.large = !this.large;
        return true;
      case 'leave':
        if (this.large) this.large = false;
        else this.onClose();
        return true;
    }
  }
}

function outsideLabel(): string {
  return l10n.t('Open in system player');
}

function waiting(): TemplateResult {
  return html`<div class="preview-face preview-pictureless">
    <span class="preview-busy">${icon('loading spinner')}</span>
    <span class="visually-hidden" role="status">${l10n.t('Opening the preview…')}</span>
  </div>`;
}

customElements.define('nemo-preview', PreviewPane);
