import {
  AudioBufferSink,
  EncodedPacketSink,
  VideoSampleSink,
  type Input,
  type InputAudioTrack,
  type InputVideoTrack,
  type VideoSample,
} from 'mediabunny';

import { decodedElsewhere, type DecodeAac, type SoundPiece } from './player-aac.ts';
import { PlainClock, SoundClock, type PlayerClock } from './player-clock.ts';
import { PlayerRun } from './player-run.ts';

/** How far sound is decoded ahead, in s: here, and where it has a way to go. */
const aheadSeconds = 1;
const farAheadSeconds = 4;
/** Time for the first sound to be handed to the sound card, in s. */
const headStartSeconds = 0.04;
/** A picture may stand this much longer than it should before the clock waits for the next one, in s. */
const patienceSeconds = 0.25;
/** A decoding for a picture that is no longer wanted may run so long before it is given up, in ms. */
const seekPatienceMs = 120;
/** No picture is drawn with more px than this on its longer side: the player is no cinema. */
const mostPicturePx = 1_920;

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

type SoundSource = (fromSeconds: number) => AsyncGenerator<SoundPiece, void, unknown>;

/**
 * Plays one file: pictures onto a canvas, sound through Web Audio, both by the sound's clock. Little is decoded
 * ahead; every seek and pause ends the decoding that went on.
 */
export class PlayerEngine {
  readonly #options: PlayerOptions;
  readonly #input: Input;
  #state: PlayerState;
  #pictures: VideoSampleSink | undefined;
  #sounds: SoundSource | undefined;
  #soundRate = 0;
  #ahead = aheadSeconds;
  #context: AudioContext | undefined;
  #gain: GainNode | undefined;
  #volume: number;
  #speed = 1;
  /** Where the player stands while no clock runs, in seconds. */
  #seconds: number;
  #run: PlayerRun | undefined;
  /** The picture on the canvas, in seconds. */
  #shown: { readonly timestamp: number; readonly duration: number } | undefined;
  #wanted: number | undefined;
  #showing: { readonly sinceMs: number; readonly samples: AsyncGenerator<VideoSample, void, unknown> } | undefined;
  #fault: unknown;
  #disposed = false;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#input = options.input;
    this.#seconds = options.startSeconds;
    this.#volume = options.volume;
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
      const picture = video ? await this.#openPictures(video) : 'none';
      const sound = audio ? await this.#openSound(audio) : 'none';
      if (this.#disposed) return;
      const { stretch } = this.#options;
      const fromSeconds = Math.min(Math.max(0, stretch?.fromSeconds ?? 0), seconds);
      const toSeconds = stretch && stretch.toSeconds > fromSeconds ? Math.min(stretch.toSeconds, seconds) : seconds;
      this.#state = { phase: video || audio ? 'paused' : 'failed', fromSeconds, toSeconds, picture, sound };
      this.#seconds = this.#within(this.#seconds);
      this.#show(this.#seconds);
      this.#options.onChange();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #openPictures(track: InputVideoTrack): Promise<MediaPart> {
    if (!(await track.canDecode())) return 'noDecoder';
    this.#pictures = new VideoSampleSink(track);
    return 'there';
  }

  async #openSound(track: InputAudioTrack): Promise<MediaPart> {
    this.#soundRate = await track.getSampleRate();
    if (await track.canDecode()) {
      const sink = new AudioBufferSink(track);
      this.#sounds = (from) => sink.buffers(from);
      return 'there';
    }
    if ((await track.getCodec()) !== 'aac') return 'noDecoder';
    const packets = new EncodedPacketSink(track);
    const description = bytesOf((await track.getDecoderConfig())?.description);
    const sounds: SoundSource = (from) =>
      decodedElsewhere(packetsFrom(packets, from), description, this.#options.decodeAac);
    // A first piece tells whether it can be done, before people wonder where the sound is.
    const pieces = sounds(this.#options.startSeconds);
    const trial = await pieces.next();
    if (trial.done) return 'noDecoder';
    await pieces.return();
    this.#soundRate = trial.value.buffer.sampleRate;
    this.#ahead = farAheadSeconds;
    this.#sounds = sounds;
    return 'there';
  }

  play(): void {
    const { phase, fromSeconds } = this.#state;
    if ((phase !== 'paused' && phase !== 'ended') || (!this.#pictures && !this.#sounds)) return;
    if (phase === 'ended') this.#seconds = fromSeconds;
    this.#begin();
  }

  pause(): void {
    if (!this.#run) return;
    this.#seconds = this.seconds;
    this.#stop();
    void this.#context?.suspend();
    this.#setPhase('paused');
    // The picture on the canvas may be one that came too late for its time.
    if (!this.#isShown(this.#seconds)) this.#show(this.#seconds);
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
    const shown = this.#shown;
    const length = shown && shown.duration > 0 ? shown.duration : 1 / 25;
    const at = shown?.timestamp ?? this.#seconds;
    // A little into the picture is that picture for sure, however its time was rounded.
    this.seek(at + direction * length + length / 20);
  }

  /** 0 to 1. */
  set volume(volume: number) {
    this.#volume = volume;
    if (this.#gain) this.#gain.gain.value = volume;
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
    this.#endShowing();
    void this.#context?.close();
    this.#context = undefined;
  }

  // --- playing

  #begin(): void {
    this.#endShowing();
    const run = new PlayerRun();
    this.#run = run;
    this.#setPhase('waiting');
    this.#play(run).catch((error: unknown) => {
      if (this.#run === run) this.#fail(error);
    });
  }

  async #play(run: PlayerRun): Promise<void> {
    const from = this.#seconds;
    const pictures = this.#pictures?.samples(from);
    const sounds = this.#sounds?.(from);
    run.ends.push(
      () => void pictures?.return().catch(ignore),
      () => void sounds?.return().catch(ignore),
    );
    const context = sounds ? this.#soundCard() : undefined;
    const isHeard = context !== undefined && (await isRunning(context));
    const [picture, sound] = await Promise.all([pictures?.next(), isHeard ? sounds?.next() : undefined]);
    if (this.#run !== run) {
      if (picture && !picture.done) picture.value.close();
      return;
    }
    const clock =
      context && isHeard
        ? new SoundClock(context, context.currentTime + headStartSeconds, from, this.#speed)
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
      void this.#context?.suspend();
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
        this.#draw(sample);
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
    let result = first;
    while (!result.done) {
      const { buffer, timestamp } = result.value;
      if (timestamp >= this.#state.toSeconds) break;
      this.#schedule(run, clock, buffer, timestamp);
      run.soundUntil = timestamp + buffer.duration;
      await run.until(run.soundUntil - this.#ahead * this.#speed);
      if (this.#run !== run) break;
      run.lacksSound = true;
      result = await pieces.next();
      run.lacksSound = false;
      if (this.#run !== run) break;
    }
    await pieces.return();
  }

  #schedule(run: PlayerRun, clock: SoundClock, buffer: AudioBuffer, timestamp: number): void {
    const context = this.#context;
    if (!context || !this.#gain) return;
    const node = new AudioBufferSourceNode(context, { buffer, playbackRate: this.#speed });
    node.connect(this.#gain);
    const at = clock.contextTimeOf(timestamp);
    const late = context.currentTime - at;
    // The end of the stretch is the end of its sound.
    const lasts = Math.min(buffer.duration, this.#state.toSeconds - timestamp);
    if (late <= 0) node.start(at, 0, lasts);
    else if (late * this.#speed < lasts) {
      node.start(context.currentTime, late * this.#speed, lasts - late * this.#speed);
    } else return;
    run.nodes.add(node);
    node.addEventListener('ended', () => run.nodes.delete(node));
  }

  #soundCard(): AudioContext {
    if (this.#context) return this.#context;
    const context = new AudioContext({ sampleRate: this.#soundRate, latencyHint: 'playback' });
    this.#gain = new GainNode(context, { gain: this.#volume });
    this.#gain.connect(context.destination);
    this.#context = context;
    return context;
  }

  #stop(): void {
    this.#run?.end();
    this.#run = undefined;
  }

  // --- a picture at a time

  /** Shows the picture at a moment; of moments that come faster than pictures, the last one. */
  #show(seconds: number): void {
    if (!this.#pictures) return;
    this.#wanted = seconds;
    const showing = this.#showing;
    if (!showing) void this.#showWanted(this.#pictures);
    // Otherwise a hand that goes on dragging would never see a picture.
    else if (performance.now() - showing.sinceMs > seekPatienceMs) void showing.samples.return().catch(ignore);
  }

  async #showWanted(pictures: VideoSampleSink): Promise<void> {
    while (this.#wanted !== undefined && !this.#disposed) {
      const samples = pictures.samples(this.#wanted);
      this.#wanted = undefined;
      const showing = { sinceMs: performance.now(), samples };
      this.#showing = showing;
      try {
        const { value } = await samples.next();
        if (value) {
          if (this.#showing === showing) this.#draw(value);
          value.close();
        }
        await samples.return();
      } catch (error) {
        this.#fail(error);
        return;
      }
      if (this.#showing !== showing) return;
      this.#showing = undefined;
    }
  }

  #endShowing(): void {
    this.#wanted = undefined;
    void this.#showing?.samples.return().catch(ignore);
    this.#showing = undefined;
  }

  #isShown(seconds: number): boolean {
    const shown = this.#shown;
    return shown !== undefined && seconds >= shown.timestamp && seconds < shown.timestamp + shown.duration;
  }

  #draw(sample: VideoSample): void {
    const { canvas } = this.#options;
    const { displayWidth, displayHeight, timestamp, duration } = sample;
    const scale = Math.min(1, mostPicturePx / Math.max(displayWidth, displayHeight));
    const width = Math.round(displayWidth * scale);
    const height = Math.round(displayHeight * scale);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const context = canvas.getContext('2d');
    if (context) sample.draw(context, 0, 0, width, height);
    this.#shown = { timestamp, duration };
  }

  // ---

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
    this.#endShowing();
    this.#fault = error;
    this.#setPhase('failed');
  }
}

async function* packetsFrom(sink: EncodedPacketSink, fromSeconds: number) {
  const start = (await sink.getPacket(fromSeconds)) ?? (await sink.getFirstPacket());
  if (start) yield* sink.packets(start);
}

/** A page may be denied the sound card, or have none: then pictures go on without it. */
async function isRunning(context: AudioContext): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const given = new Promise<void>((resolve) => (timer = setTimeout(resolve, 1_500)));
  await Promise.race([context.resume().catch(ignore), given]);
  clearTimeout(timer);
  return context.state === 'running';
}

function bytesOf(source: AllowSharedBufferSource | undefined): Uint8Array | undefined {
  if (!source) return undefined;
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

function ignore(): void {
  // What it belonged to is over.
}
