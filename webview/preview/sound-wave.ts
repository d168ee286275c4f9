import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';

import { followPointer } from '../follow-pointer.ts';
import { icon } from '../icon.ts';
import type { OpenedFile } from '../media/media-source.ts';
import { levelFor, loudestBetween, pieceMs } from '../media/sound-peaks.ts';
import type { SoundReader } from '../media/sound-reader.ts';
import { contextOfSize } from '../sized-canvas.ts';
import { readThemeColors, watchTheme, type TimelineColors } from '../timeline/theme-colors.ts';
import { WatchedSize } from '../watched-size.ts';

/** A column of the drawing and the gap behind it, in px. */
const columnPx = 2;
const gapPx = 1;
const playheadPx = 1.5;

/**
 * Draws how loud a sound is over its time, with the moment that plays; a press goes there. For the eye and the pointer
 * alone: the bar below it does the same for everybody. While nothing was heard, and where nothing can be, it is a sign.
 */
export class SoundWave extends LitElement {
  static override properties = {
    file: { attribute: false },
    fromSeconds: { attribute: false },
    toSeconds: { attribute: false },
    isThere: { state: true },
  };

  declare file: OpenedFile;
  /** What is shown of the file, in seconds. */
  declare fromSeconds: number;
  declare toSeconds: number;
  /** Something was heard. */
  declare isThere: boolean;
  /** A person wants to go to a moment, in seconds of the file. */
  onSeek: (seconds: number) => void = () => undefined;

  readonly #canvas = createRef<HTMLCanvasElement>();
  #reader: SoundReader | undefined;
  /** Of {@link #level}, by number. */
  #pieces = new Map<number, Uint8Array>();
  #level = -1;
  #listening = new AbortController();
  #seconds = 0;
  #frame = 0;
  #colors: TimelineColors | undefined;
  #unwatch: (() => void) | undefined;

  constructor() {
    super();
    this.isThere = false;
    new WatchedSize(
      this,
      () => this,
      () => this.#resized(),
    );
    this.addEventListener('pointerdown', (event) => this.#press(event));
    // Around it a click plays, and two fill the page.
    for (const type of ['click', 'dblclick']) this.addEventListener(type, (event) => event.stopPropagation());
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('aria-hidden', 'true');
    this.#unwatch = watchTheme(() => {
      this.#colors = undefined;
      this.#draw();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unwatch?.();
    this.#listening.abort();
    this.#level = -1;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** The player is at this moment, in seconds of the file. */
  showTime(seconds: number): void {
    if (seconds === this.#seconds) return;
    this.#seconds = seconds;
    this.#draw();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('file')) return;
    this.#reader = undefined;
    this.#pieces = new Map();
    this.isThere = false;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('file') || changed.has('fromSeconds') || changed.has('toSeconds')) {
      this.#level = -1;
      this.#resized();
    }
    this.#draw();
  }

  protected override render(): TemplateResult {
    return html`<canvas ${ref(this.#canvas)}></canvas>
      ${this.isThere ? nothing : html`<span class="preview-sign">${icon('music')}</span>`}`;
  }

  #resized(): void {
    if (this.clientWidth === 0 || !(this.toSeconds > this.fromSeconds)) return;
    const level = levelFor(((this.toSeconds - this.fromSeconds) * 1_000) / this.clientWidth);
    if (level === this.#level) {
      this.#draw();
      return;
    }
    this.#level = level;
    this.#listening.abort();
    this.#listening = new AbortController();
    this.#listen(level, this.#listening.signal).catch(() => {
      // What cannot be heard, or is closed by now, has no wave.
    });
  }

  async #listen(level: number, signal: AbortSignal): Promise<void> {
    const { file } = this;
    const isOver = () => signal.aborted;
    const { SoundReader } = await import('../media/sound-reader.ts');
    const reader = this.#reader ?? (await SoundReader.open(file.input(), file.info.bytes));
    if (!reader || isOver()) return;
    this.#reader = reader;
    const pieces = new Map<number, Uint8Array>();
    const past = (this.toSeconds * 1_000) / pieceMs(level);
    for (let piece = Math.floor((this.fromSeconds * 1_000) / pieceMs(level)); piece < past; piece += 1) {
      const peaks = await reader.peaks(level, piece, signal);
      if (isOver()) return;
      pieces.set(piece, peaks);
      // The ones before stay in sight until there is something finer.
      this.#pieces = pieces;
      this.isThere = true;
      this.#draw();
    }
  }

  #press(down: PointerEvent): void {
    if (down.button !== 0) return;
    const go = ({ clientX }: PointerEvent) => {
      const { left, width } = this.getBoundingClientRect();
      const part = Math.min(Math.max(0, (clientX - left) / width), 1);
      this.onSeek(this.fromSeconds + part * (this.toSeconds - this.fromSeconds));
    };
    followPointer(this, down, { onMove: go });
    go(down);
  }

  #draw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint(): void {
    const canvas = this.#canvas.value;
    const { clientWidth: widthPx, clientHeight: heightPx } = this;
    if (!canvas || !this.isThere || widthPx === 0 || heightPx === 0) return;
    const context = contextOfSize(canvas, widthPx, heightPx);
    if (!context) return;
    this.#colors ??= readThemeColors(this);
    const fromMs = this.fromSeconds * 1_000;
    const msPerPx = ((this.toSeconds - this.fromSeconds) * 1_000) / widthPx;
    const playheadX = (this.#seconds * 1_000 - fromMs) / msPerPx;
    const played = new Path2D();
    const toCome = new Path2D();
    for (let x = 0; x < widthPx; x += columnPx + gapPx) {
      const atMs = fromMs + x * msPerPx;
      const loudest = loudestBetween(this.#level, atMs, atMs + (columnPx + gapPx) * msPerPx, (piece) =>
        this.#pieces.get(piece),
      );
      // The ear hears by ratios: what is quiet is not nothing.
      const height = loudest === undefined ? 0 : Math.max(1, Math.sqrt(loudest / 255) * (heightPx - 2));
      (x < playheadX ? played : toCome).roundRect(x, (heightPx - height) / 2, columnPx, height, columnPx / 2);
    }
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, widthPx, heightPx);
    context.fillStyle = this.#colors.clip.audio;
    context.fill(played);
    context.globalAlpha = 0.45;
    context.fill(toCome);
    context.globalAlpha = 1;
    context.fillStyle = this.#colors.playhead;
    context.fillRect(Math.min(Math.max(0, playheadX - playheadPx / 2), widthPx - playheadPx), 0, playheadPx, heightPx);
  }
}

customElements.define('nemo-sound-wave', SoundWave);
