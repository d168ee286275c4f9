import * as l10n from '@vscode/l10n';
import type { LitElement, ReactiveController } from 'lit';

import type { MediaPlace, OpenedMedia } from '../../src/protocol/messages.ts';
import type { AskHost, OpenedFile } from '../media/media-source.ts';
import type { PlayerEngine, PlayerState } from '../media/player-engine.ts';
import type { PlayedStretch } from './played-stretch.ts';

/** A picture of more bytes than this is left to the system's viewer. */
const mostImageBytes = 64 * 1024 * 1024;

/** What is opened, and how. */
export interface PreviewWish {
  readonly place: MediaPlace;
  /** Where to begin, in seconds of the file; undefined is the beginning of what is played. */
  readonly seconds: number | undefined;
  /** Plays as soon as it can. */
  readonly play: boolean;
}

/** What an opened preview needs of the pane around it. */
export interface PreviewPaneParts {
  readonly ask: AskHost;
  /** Pictures go there; it is in the page once the media is known. */
  readonly canvas: () => HTMLCanvasElement | undefined;
  /** What of the file is played; undefined is all of it. */
  readonly stretch: () => PlayedStretch | undefined;
  /** 0 to 1. */
  readonly volume: () => number;
  /** 1 is as recorded. */
  readonly speed: () => number;
  /** The player is at this moment, in seconds of the file. */
  readonly onMoment: (seconds: number) => void;
}

/**
 * What a preview holds open: a picture, or a file and its player. What nobody sees holds neither: a hidden page lets go
 * of both, and takes them up again where it was.
 */
export class OpenedPreview implements ReactiveController {
  readonly #host: LitElement;
  readonly #parts: PreviewPaneParts;
  #media: OpenedMedia | undefined;
  #problem: string | undefined;
  #image: string | undefined;
  #file: OpenedFile | undefined;
  #engine: PlayerEngine | undefined;
  #wish: PreviewWish | undefined;
  /** Counts what was opened: what answers late for another one is let go. */
  #opening = 0;
  /** What opens is to play as soon as it can. */
  #toPlay = false;
  /** Where it was when the page was hidden, in seconds. */
  #asleepAt: number | undefined;

  constructor(host: LitElement, parts: PreviewPaneParts) {
    this.#host = host;
    this.#parts = parts;
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#onVisibility);
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#onVisibility);
    this.#shut();
  }

  /** What it is; undefined until that is known. */
  get media(): OpenedMedia | undefined {
    return this.#media;
  }

  /** Why nothing is shown, in words. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Address of the picture, where it is one. */
  get image(): string | undefined {
    return this.#image;
  }

  /** The file that is played; undefined while none is open. */
  get file(): OpenedFile | undefined {
    return this.#file;
  }

  get state(): PlayerState | undefined {
    return this.#engine?.state;
  }

  /** There is a player that knows what it plays. */
  get isOpen(): boolean {
    return this.state !== undefined && this.state.phase !== 'opening';
  }

  get hasAnything(): boolean {
    return this.state?.picture === 'there' || this.state?.sound === 'there';
  }

  /** There is nothing to look at but how loud it is. */
  get isFlat(): boolean {
    if (this.#problem !== undefined || this.#media?.kind === 'audio') return true;
    return this.isOpen && this.state?.picture !== 'there';
  }

  /** Where the player is, or was when it was let go, in seconds of the file. */
  get seconds(): number | undefined {
    return this.#engine?.seconds ?? this.#asleepAt;
  }

  set volume(volume: number) {
    if (this.#engine) this.#engine.volume = volume;
  }

  set speed(speed: number) {
    if (this.#engine) this.#engine.speed = speed;
  }

  /** Opens something in place of what is open. */
  show(wish: PreviewWish): void {
    this.#wish = wish;
    if (document.visibilityState === 'hidden') this.#asleepAt = this.#firstSeconds();
    else this.#openSoon(wish.seconds, wish.play);
  }

  /** Plays, or stops playing. */
  toggle(): void {
    const phase = this.state?.phase;
    // Not there yet: it plays, or waits, once it is.
    if (!this.isOpen) this.#toPlay = !this.#toPlay;
    else if (phase === 'playing' || phase === 'waiting') this.#engine?.pause();
    else this.#engine?.play();
  }

  pause(): void {
    this.#engine?.pause();
  }

  /** Goes to a moment, in seconds of the file. */
  seek(seconds: number): void {
    this.#engine?.seek(seconds);
  }

  /** Goes on, or back, by so many seconds. */
  jump(seconds: number): void {
    const engine = this.#engine;
    if (engine) engine.seek(engine.seconds + seconds);
  }

  /** One picture on or back. */
  step(direction: 1 | -1): void {
    this.#engine?.step(direction);
  }

  #firstSeconds(): number {
    return this.#wish?.seconds ?? this.#parts.stretch()?.fromSeconds ?? 0;
  }

  #openSoon(seconds: number | undefined, play: boolean): void {
    this.#toPlay = play;
    this.#open(seconds).catch(() => {
      // The code that reads or plays media could not be loaded.
      this.#shut();
      this.#fail(l10n.t('This cannot be previewed.'));
    });
  }

  async #open(seconds: number | undefined): Promise<void> {
    const place = this.#wish?.place;
    if (!place) return;
    this.#shut();
    const opening = this.#opening;
    this.#media = undefined;
    this.#problem = undefined;
    this.#host.requestUpdate();
    // Reading and playing media is a good deal of code: it comes when it is needed.
    const { OpenedFile } = await import('../media/media-source.ts');
    const file = await OpenedFile.open(this.#parts.ask, place);
    if (opening !== this.#opening) {
      if (file instanceof OpenedFile) file.close();
      return;
    }
    if (!(file instanceof OpenedFile)) {
      this.#fail(file.message === '' ? l10n.t('This cannot be previewed.') : file.message);
      return;
    }
    this.#file = file;
    this.#media = file.info;
    this.#host.requestUpdate();
    await this.#host.updateComplete;
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
    if (!read) {
      this.#fail(l10n.t('This picture could not be read.'));
      return;
    }
    this.#image = URL.createObjectURL(new Blob([read.slice()]));
    this.#host.requestUpdate();
  }

  async #openPlayer(file: OpenedFile, opening: number, seconds: number | undefined): Promise<void> {
    const { PlayerEngine } = await import('../media/player-engine.ts');
    const canvas = this.#parts.canvas();
    if (!canvas || opening !== this.#opening) return;
    const stretch = this.#parts.stretch();
    const engine = new PlayerEngine({
      input: file.input({ ahead: 'onward' }),
      canvas,
      stretch: stretch && { fromSeconds: stretch.fromSeconds, toSeconds: stretch.toSeconds ?? Infinity },
      startSeconds: seconds ?? stretch?.fromSeconds ?? 0,
      volume: this.#parts.volume(),
      decodeAac: async (adts) => {
        const answer = await this.#parts.ask({ type: 'decodeSound', bytes: adts });
        return answer.ok && answer.sound && answer.bytes ? { ...answer.sound, bytes: answer.bytes } : undefined;
      },
      onChange: () => {
        if (this.#engine === engine) this.#engineChanged(engine);
      },
      onTime: (at) => {
        if (this.#engine === engine) this.#parts.onMoment(at);
      },
    });
    this.#engine = engine;
    engine.speed = this.#parts.speed();
    await engine.open();
    if (opening === this.#opening && this.#toPlay && engine.state.phase === 'paused') engine.play();
  }

  #engineChanged(engine: PlayerEngine): void {
    if (engine.state.phase === 'failed') {
      this.#problem = l10n.t('This file cannot be played here: it is damaged, or of a kind that is not known.');
    }
    this.#host.requestUpdate();
  }

  #fail(problem: string): void {
    this.#problem = problem;
    this.#host.requestUpdate();
  }

  /** Lets go of everything that is open; what is being opened is let go when it comes. */
  #shut(): void {
    this.#opening += 1;
    this.#engine?.dispose();
    this.#engine = undefined;
    this.#file?.close();
    this.#file = undefined;
    if (this.#image !== undefined) URL.revokeObjectURL(this.#image);
    this.#image = undefined;
    this.#host.requestUpdate();
  }

  readonly #onVisibility = (): void => {
    if (!this.#wish) return;
    if (document.visibilityState === 'hidden') {
      this.#asleepAt = this.seconds ?? this.#firstSeconds();
      this.#shut();
    } else if (this.#asleepAt !== undefined) {
      const at = this.#asleepAt;
      this.#asleepAt = undefined;
      this.#openSoon(at, false);
    }
  };
}
