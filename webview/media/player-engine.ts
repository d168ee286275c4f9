import { VideoSampleSink, type Input, type VideoSample } from 'mediabunny';

import type { DecodeAac, SoundPiece } from './player-aac.ts';
import { PlainClock, SoundClock, type PlayerClock } from './player-clock.ts';
import { PlayerPictures } from './player-pictures.ts';
import { PlayerRun } from './player-run.ts';
import { openSound, SoundOutput, type PlayerSound } from './player-sound.ts';

/** Time for the first sound to be handed to the sound card, in s. */
const headStartSeconds = 0.04;
/** A picture may stand this much longer than it should before the clock waits for the next one, in s. */
const patienceSeconds = 0.25;

/** What the player does. */
export type PlayerPhase = 'opening' | 'paused' | 'playing' | 'waiting' | 'ended' | 'failed';

/** Whether something of the media can be had: it has none, it is there, or nothing here decodes it. */
export type MediaPart = 'none' | 'there' | 'noDecoder';

/** What is shown of a player. Times are seconds of the file. */
export interface PlayerState {
  readonly phase: PlayerPhase;
  /** The stretch that plays. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly picture: MediaPart;
  readonly sound: MediaPart;
}

/** What a player needs. */
export interface PlayerOptions {
  /** Stays its owner's, who closes it after the player. */
  readonly input: Input;
  /** Pictures go there. */
  readonly canvas: HTMLCanvasElement;
  /** Stretch of the file in seconds; undefined is all of it. */
  readonly stretch: { readonly fromSeconds: number; readonly toSeconds: number } | undefined;
  /** Where to begin, in seconds of the file. */
  readonly startSeconds: number;
  readonly volume: number;
  readonly decodeAac: DecodeAac;
  /** The phase or what there is to be seen and heard changed. */
  readonly onChange: () => void;
  /** The time moved on. */
  readonly onTime: (seconds: number) => void;
}

/**
 * Plays one file: pictures onto a canvas, sound through Web Audio, both by the sound's clock. Little is decoded
 * ahead; every seek and pause ends the decoding that went on.
 */
export class PlayerEngine {
  readonly #options: PlayerOptions;
  readonly #input: Input;
  #state: PlayerState;
  readonly #pictures: PlayerPictures;
  readonly #output: SoundOutput;
  #samples: VideoSampleSink | undefined;
  #sound: PlayerSound | undefined;
  #speed = 1;
  /** Where the player stands while no clock runs, in seconds. */
  #seconds: number;
  #run: PlayerRun | undefined;
  #fault: unknown;
  #disposed = false;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#input = options.input;
    this.#seconds = options.startSeconds;
    this.#pictures = new PlayerPictures(options.canvas, (error) => this.#fail(error));
    this.#output = new SoundOutput(options.volume);
    this.#state = { phase: 'opening', fromSeconds: 0, toSeconds: 0, picture: 'none', sound: 'none' };
  }

  get state(): PlayerState {
    return this.#state;
  }

  /** What went wrong, where the phase is `failed`. */
  get fault(): unknown {
    return this.#fault;
  }

  /** Where the player is, in seconds of the file. */
  get seconds(): number {
    return this.#run?.clock ? this.#within(this.#run.clock.seconds) : this.#seconds;
  }

  /** Reads what the file holds and shows the picture at the beginning. Never rejects: a fault is a phase. */
  async open(): Promise<void> {
    try {
      const [video, audio] = [await this.#input.getPrimaryVideoTrack(), await this.#input.getPrimaryAudioTrack()];
      const seconds = (await this.#input.getDurationFromMetadata()) ?? (await this.#input.computeDuration());
      const isSeen = video !== null && (await video.canDecode());
      if (isSeen) this.#samples = new VideoSampleSink(video);
      this.#sound = audio ? await openSound(audio, this.#options.startSeconds, this.#options.decodeAac) : undefined;
      if (this.#disposed) return;
      const { stretch } = this.#options;
      const fromSeconds = Math.min(Math.max(0, stretch?.fromSeconds ?? 0), seconds);
      const toSeconds = stretch && stretch.toSeconds > fromSeconds ? Math.min(stretch.toSeconds, seconds) : seconds;
      this.#state = {
        phase: video || audio ? 'paused' : 'failed',
        fromSeconds,
        toSeconds,
        picture: video ? partOf(this.#samples) : 'none',
        sound: audio ? partOf(this.#sound) : 'none',
      };
      this.#seconds = this.#within(this.#seconds);
      this.#show(this.#seconds);
      this.#options.onChange();
    } catch (error) {
      this.#fail(error);
    }
  }

  play(): void {
    const { phase, fromSeconds } = this.#state;
    if ((phase !== 'paused' && phase !== 'ended') || (!this.#samples && !this.#sound)) return;
    if (phase === 'ended') this.#seconds = fromSeconds;
    this.#begin();
  }

  pause(): void {
    if (!this.#run) return;
    this.#seconds = this.seconds;
    this.#stop();
    this.#output.rest();
    this.#setPhase('paused');
    // The picture on the canvas may be one that came too late for its time.
    if (!this.#pictures.isShown(this.#seconds)) this.#show(this.#seconds);
  }

  /** Goes to a moment, in seconds of the file; what plays goes on playing there. */
  seek(seconds: number): void {
    if (this.#state.phase === 'opening' || this.#state.phase === 'failed') return;
    const plays = this.#run !== undefined;
    this.#stop();
    this.#seconds = this.#within(seconds);
    this.#options.onTime(this.#seconds);
    if (plays) this.#begin();
    else {
      this.#setPhase('paused');
      this.#show(this.#seconds);
    }
  }

  /** One picture on or back. */
  step(direction: 1 | -1): void {
    this.pause();
    const { shown } = this.#pictures;
    const length = shown && shown.duration > 0 ? shown.duration : 1 / 25;
    // A little into the picture is that picture for sure, however its time was rounded. Where it is still being decoded,
    // the one on the canvas is another moment's.
    const here = shown && this.#pictures.isShown(this.#seconds) ? shown.timestamp + length / 20 : this.#seconds;
    this.seek(here + direction * length);
  }

  /** 0 to 1. */
  set volume(volume: number) {
    this.#output.volume = volume;
  }

  /** 1 is as recorded. */
  set speed(speed: number) {
    if (speed === this.#speed) return;
    this.#seconds = this.seconds;
    this.#speed = speed;
    if (this.#run) this.seek(this.#seconds);
  }

  /** Ends all decoding and lets go of the sound card. */
  dispose(): void {
    if (this.#disposed) return;
    this.#seconds = this.seconds;
    this.#disposed = true;
    this.#stop();
    this.#pictures.end();
    this.#output.close();
  }

  // --- playing

  #begin(): void {
    this.#pictures.end();
    const run = new PlayerRun();
    this.#run = run;
    this.#setPhase('waiting');
    this.#play(run).catch((error: unknown) => {
      if (this.#run === run) this.#fail(error);
    });
  }

  async #play(run: PlayerRun): Promise<void> {
    const from = this.#seconds;
    const pictures = this.#samples?.samples(from);
    const sounds = this.#sound?.pieces(from);
    run.ends.push(
      () => void pictures?.return().catch(ignore),
      () => void sounds?.return().catch(ignore),
    );
    const card = this.#sound && (await this.#output.running(this.#sound.sampleRate));
    const [picture, sound] = await Promise.all([pictures?.next(), card && sounds?.next()]);
    if (this.#run !== run) {
      if (picture && !picture.done) picture.value.close();
      return;
    }
    const clock = card
      ? new SoundClock(card, card.context.currentTime + headStartSeconds, from, this.#speed)
      : new PlainClock(from, this.#speed);
    run.clock = clock;
    clock.start();
    this.#setPhase('playing');
    const tick = () => {
      if (this.#run !== run) return;
      this.#tick(run, clock);
      run.frame = requestAnimationFrame(tick);
    };
    run.frame = requestAnimationFrame(tick);
    if (this.#sound && !card) {
      // On a busy machine the card may come late: from then on there is sound, too.
      this.#output.onceRunning(() => {
        if (this.#run === run) this.seek(this.seconds);
      });
    }
    await Promise.all([
      pictures && picture && this.#pumpPictures(run, pictures, picture),
      sounds && sound && clock instanceof SoundClock && this.#pumpSound(run, clock, sounds, sound),
    ]);
  }

  #tick(run: PlayerRun, clock: PlayerClock): void {
    const { seconds } = clock;
    if (seconds >= this.#state.toSeconds) {
      this.#seconds = this.#state.toSeconds;
      this.#stop();
      this.#output.rest();
      this.#options.onTime(this.#seconds);
      this.#setPhase('ended');
      return;
    }
    const starves =
      (run.lacksPicture && seconds > run.picturesUntil + patienceSeconds) ||
      (run.lacksSound && seconds > run.soundUntil);
    if (starves && clock.runs) {
      clock.hold();
      this.#setPhase('waiting');
    } else if (!starves && !clock.runs) {
      clock.start();
      this.#setPhase('playing');
    }
    run.wake(seconds);
    this.#options.onTime(seconds);
  }

  async #pumpPictures(
    run: PlayerRun,
    samples: AsyncGenerator<VideoSample, void, unknown>,
    first: IteratorResult<VideoSample, void>,
  ): Promise<void> {
    let result = first;
    while (!result.done) {
      const sample = result.value;
      try {
        if (sample.timestamp >= this.#state.toSeconds) break;
        await run.until(sample.timestamp);
        if (this.#run !== run) break;
        this.#pictures.draw(sample);
        run.picturesUntil = sample.timestamp + sample.duration;
      } finally {
        sample.close();
      }
      run.lacksPicture = true;
      result = await samples.next();
      run.lacksPicture = false;
      if (this.#run !== run) {
        if (!result.done) result.value.close();
        return;
      }
    }
    await samples.return();
  }

  async #pumpSound(
    run: PlayerRun,
    clock: SoundClock,
    pieces: AsyncGenerator<SoundPiece, void, unknown>,
    first: IteratorResult<SoundPiece, void>,
  ): Promise<void> {
    const aheadSeconds = this.#sound?.aheadSeconds ?? 0;
    let result = first;
    while (!result.done) {
      const { buffer, timestamp } = result.value;
      if (timestamp >= this.#state.toSeconds) break;
      this.#output.schedule(run, clock, result.value, { toSeconds: this.#state.toSeconds, speed: this.#speed });
      run.soundUntil = timestamp + buffer.duration;
      await run.until(run.soundUntil - aheadSeconds * this.#speed);
      if (this.#run !== run) break;
      run.lacksSound = true;
      result = await pieces.next();
      run.lacksSound = false;
      if (this.#run !== run) break;
    }
    await pieces.return();
  }

  #stop(): void {
    this.#run?.end();
    this.#run = undefined;
  }

  #show(seconds: number): void {
    if (this.#samples) this.#pictures.show(this.#samples, seconds);
  }

  #within(seconds: number): number {
    return Math.min(Math.max(seconds, this.#state.fromSeconds), this.#state.toSeconds);
  }

  #setPhase(phase: PlayerPhase): void {
    if (phase === this.#state.phase || this.#disposed) return;
    this.#state = { ...this.#state, phase };
    this.#options.onChange();
  }

  #fail(error: unknown): void {
    if (this.#disposed) return;
    this.#stop();
    this.#pictures.end();
    this.#fault = error;
    this.#setPhase('failed');
  }
}

function partOf(decoded: object | undefined): MediaPart {
  return decoded ? 'there' : 'noDecoder';
}

function ignore(): void {
  // What it belonged to is over.
}
