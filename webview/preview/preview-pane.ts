import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';

import type { MediaPlace } from '../../src/protocol/messages.ts';
import { icon, iconButton } from '../icon.ts';
import { KeptFocus } from '../kept-focus.ts';
import { seen } from '../seen-text.ts';
import type { ViewActions } from '../view-actions.ts';
import { OpenedPreview } from './opened-preview.ts';
import { previewControls, type Loudness } from './preview-controls.ts';
import { meaningOf } from './preview-keys.ts';
import { timelineMsOf, type PlayedStretch, type TrackedClip } from './played-stretch.ts';
import type { SoundWave } from './sound-wave.ts';
import { missingPart, momentReference, playedTime, seekText } from './preview-words.ts';

/** Of what has to be fetched first, so much is read for its wave, in bytes. */
const mostFetchedBytes = 16 * 1024 * 1024;

/** Plays one clip, upload or render above the timeline, with the keys that players have everywhere. */
export class PreviewPane extends LitElement {
  static override properties = {
    place: { attribute: false },
    played: { attribute: false },
    stretch: { attribute: false },
    loudness: { attribute: false },
    actions: { attribute: false },
    large: { state: true },
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
  readonly #wave = createRef<SoundWave>();
  readonly #opened = new OpenedPreview(this, {
    ask: (intent) => this.actions.ask(intent),
    canvas: () => this.#canvas.value,
    stretch: () => this.stretch,
    volume: () => this.#gain(),
    speed: () => this.#pace(),
    onMoment: (seconds) => {
      this.#showTime(seconds);
      this.onMoment(seconds);
    },
  });
  #dragging = false;
  #awaitsFocus = false;
  #flat = false;

  constructor() {
    super();
    this.played = undefined;
    this.stretch = undefined;
    this.loudness = { volume: 1, muted: false };
    this.large = false;
    this.speed = 1;
    this.addEventListener('keydown', this.#onKey);
    new KeptFocus(this, () => this.#section.value?.focus());
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Goes to a moment, in seconds of the file; undefined stays. */
  seek(seconds: number | undefined): void {
    if (seconds !== undefined) this.#opened.seek(seconds);
  }

  /** Plays, or stops playing. */
  toggle(): void {
    this.#opened.toggle();
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
    const { problem, isOpen, hasAnything } = this.#opened;
    const isHopeless = problem !== undefined || (isOpen && !hasAnything);
    const target = plays ?? (isHopeless ? this.querySelector<HTMLElement>('.preview-note button') : undefined);
    if (!target) return;
    this.#awaitsFocus = false;
    target.focus();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('place')) {
      this.#opened.show({ place: this.place, seconds: this.firstSeconds, play: this.playsAtOnce });
      if (this.playsAtOnce) this.takeFocus();
    }
    if (changed.has('loudness')) this.#opened.volume = this.#gain();
    if (changed.has('speed') || changed.has('stretch')) this.#opened.speed = this.#pace();
    this.#showTime(this.#opened.seconds);
    this.#passFocus();
    const flat = this.#opened.isFlat;
    if (flat !== this.#flat) {
      this.#flat = flat;
      this.onFlat(flat);
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
    const { media } = this.#opened;
    const name = seen(media?.name ?? this.played?.clip.title ?? '');
    const label = name === '' ? l10n.t('Preview') : l10n.t('Preview of {0}', name);
    return html`<section
      ${ref(this.#section)}
      class="preview ${this.large ? 'preview-large' : ''}"
      tabindex="-1"
      aria-label=${label}
    >
      <div class="preview-bar">
        <span class="preview-name" dir="auto" title=${name}>${name === '' ? l10n.t('Preview') : name}</span>
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
      ${this.#face()} ${this.#note()} ${media && media.kind !== 'image' ? this.#controls() : nothing}
    </section>`;
  }

  #face(): TemplateResult {
    const { problem, media, image, state } = this.#opened;
    if (problem !== undefined) return html``;
    if (!media || (media.kind === 'image' && image === undefined)) return waiting();
    if (media.kind === 'image') {
      return html`<div class="preview-face"><img src=${image ?? ''} alt=${seen(media.name)} /></div>`;
    }
    const pictureless = state !== undefined && state.phase !== 'opening' && state.picture !== 'there';
    const isWaiting = state === undefined || state.phase === 'opening' || state.phase === 'waiting';
    return html`<div
      class="preview-face ${pictureless ? 'preview-pictureless' : ''}"
      @click=${() => this.toggle()}
      @dblclick=${() => (this.large = !this.large)}
    >
      <canvas ${ref(this.#canvas)} width="1" height="1" aria-hidden="true"></canvas>
      ${pictureless ? (this.#waveform() ?? sign(media.kind === 'video' ? 'file-media' : 'music')) : nothing}
      ${isWaiting ? html`<span class="preview-busy">${icon('loading spinner')}</span>` : nothing}
    </div>`;
  }

  /** How loud it is, where it is sound alone that can be had without much ado. */
  #waveform(): TemplateResult | undefined {
    const { file, state } = this.#opened;
    if (!file || state?.picture !== 'none' || state.sound !== 'there') return undefined;
    if (!file.info.isFile && file.info.bytes > mostFetchedBytes) return undefined;
    return html`<nemo-sound-wave
      ${ref(this.#wave)}
      .file=${file}
      .fromSeconds=${state.fromSeconds}
      .toSeconds=${state.toSeconds}
      .onSeek=${(seconds: number) => this.#opened.seek(seconds)}
    ></nemo-sound-wave>`;
  }

  #note(): TemplateResult | typeof nothing {
    const { state, problem } = this.#opened;
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
    const { state, isOpen, hasAnything } = this.#opened;
    return previewControls({
      state,
      loudness: this.loudness,
      speed: this.speed,
      isLarge: this.large,
      isUseful: isOpen && state?.phase !== 'failed' && hasAnything,
      bar: this.#bar,
      clock: this.#clock,
      onDrag: (into) => {
        this.#dragging = true;
        this.#opened.seek((this.#opened.state?.fromSeconds ?? 0) + into);
      },
      onDragged: () => (this.#dragging = false),
      onToggle: () => this.toggle(),
      onStep: (direction) => this.#opened.step(direction),
      onSpeed: (speed) => (this.speed = speed),
      onMute: () => this.#mute(),
      onVolume: (volume) => this.#setVolume(volume),
      onLarge: () => (this.large = !this.large),
    });
  }

  /** The bar and the clock move many times a second: past the template. */
  #showTime(at: number | undefined): void {
    const { state } = this.#opened;
    const [bar, clock] = [this.#bar.value, this.#clock.value];
    if (!bar || !clock || !state || state.phase === 'opening') return;
    this.#wave.value?.showTime(at ?? state.fromSeconds);
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
    const seconds = this.#opened.seconds ?? 0;
    const onTimeline = this.stretch && (this.played ?? this.place.kind === 'render');
    const atMs = this.stretch && onTimeline ? timelineMsOf(this.stretch, seconds) : seconds * 1_000;
    const name = this.#opened.media?.name ?? this.played?.clip.title ?? '';
    this.#opened.pause();
    this.large = false;
    this.actions.compose(momentReference(this.place, name, this.played, Math.round(atMs)), false);
  }

  #openOutside(): void {
    this.#opened.pause();
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
    switch (meant?.does) {
      case undefined:
        return false;
      case 'toggle':
        this.toggle();
        return true;
      case 'jump':
        this.#opened.jump(meant.seconds);
        return true;
      case 'goTo':
        this.#opened.seek(meant.seconds);
        return true;
      case 'step':
        this.#opened.step(meant.direction);
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

function sign(name: string): TemplateResult {
  return html`<span class="preview-sign">${icon(name)}</span>`;
}

function waiting(): TemplateResult {
  return html`<div class="preview-face preview-pictureless">
    <span class="preview-busy">${icon('loading spinner')}</span>
    <span class="visually-hidden" role="status">${l10n.t('Opening the preview…')}</span>
  </div>`;
}

customElements.define('nemo-preview', PreviewPane);
