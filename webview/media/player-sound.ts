import { AudioBufferSink, EncodedPacketSink, type InputAudioTrack } from 'mediabunny';

import { CardSwitch } from './card-switch.ts';
import { decodedElsewhere, type DecodeAac, type SoundPiece } from './player-aac.ts';
import type { SoundClock } from './player-clock.ts';
import type { PlayerRun } from './player-run.ts';

/** How far sound is decoded ahead, in s: here, and where it has a way to go. */
const aheadSeconds = 1;
const farAheadSeconds = 4;
/** So long a page waits for the sound card, in ms. */
const cardPatienceMs = 1_500;

/** A file's sound, decoded from any moment on. */
export interface PlayerSound {
  /** Samples a second. */
  readonly sampleRate: number;
  /** How far it is decoded ahead, in s. */
  readonly aheadSeconds: number;
  readonly pieces: (fromSeconds: number) => AsyncGenerator<SoundPiece, void, unknown>;
}

/**
 * Opens the sound of a file; undefined where nothing here decodes it.
 *
 * @param startSeconds a moment at which there is sound, for a trial.
 */
export async function openSound(
  track: InputAudioTrack,
  startSeconds: number,
  decodeAac: DecodeAac,
): Promise<PlayerSound | undefined> {
  if (await track.canDecode()) {
    const sink = new AudioBufferSink(track);
    return { sampleRate: await track.getSampleRate(), aheadSeconds, pieces: (from) => sink.buffers(from) };
  }
  if ((await track.getCodec()) !== 'aac') return undefined;
  const packets = new EncodedPacketSink(track);
  const description = bytesOf((await track.getDecoderConfig())?.description);
  const pieces = (from: number) => decodedElsewhere(packetsFrom(packets, from), description, decodeAac);
  // A first piece tells whether it can be done, before people wonder where the sound is.
  const trial = pieces(startSeconds);
  const first = await trial.next();
  if (first.done) return undefined;
  await trial.return();
  return { sampleRate: first.value.buffer.sampleRate, aheadSeconds: farAheadSeconds, pieces };
}

/** Where a player's sound goes. The sound card is asked for when something is to be heard. */
export class SoundOutput {
  #card: CardSwitch | undefined;
  #gain: GainNode | undefined;
  #volume: number;

  /** @param volume 0 to 1. */
  constructor(volume: number) {
    this.#volume = volume;
  }

  /** 0 to 1. */
  set volume(volume: number) {
    this.#volume = volume;
    if (this.#gain) this.#gain.gain.value = volume;
  }

  /** The running sound card; undefined where a page is denied it, or has none: then pictures go on without it. */
  async running(sampleRate: number): Promise<CardSwitch | undefined> {
    const card = this.#open(sampleRate);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const given = new Promise<void>((resolve) => (timer = setTimeout(resolve, cardPatienceMs)));
    await Promise.race([card.on(), given]);
    clearTimeout(timer);
    return card.context.state === 'running' ? card : undefined;
  }

  /** Calls back as soon as the sound card runs that was waited for in vain. */
  onceRunning(then: () => void): void {
    const context = this.#card?.context;
    if (!context) return;
    const look = () => {
      if (context.state === 'running') then();
    };
    if (context.state === 'running') then();
    else context.addEventListener('statechange', look, { once: true });
  }

  /** Puts a piece out when its time comes, or what is left of it, up to `toSeconds` of the file. */
  schedule(
    run: PlayerRun,
    clock: SoundClock,
    { buffer, timestamp }: SoundPiece,
    { toSeconds, speed }: { readonly toSeconds: number; readonly speed: number },
  ): void {
    const context = this.#card?.context;
    if (!context || !this.#gain) return;
    const node = new AudioBufferSourceNode(context, { buffer, playbackRate: speed });
    node.connect(this.#gain);
    const at = clock.contextTimeOf(timestamp);
    const late = context.currentTime - at;
    // The end of the stretch is the end of its sound.
    const lasts = Math.min(buffer.duration, toSeconds - timestamp);
    if (late <= 0) node.start(at, 0, lasts);
    else if (late * speed < lasts) node.start(context.currentTime, late * speed, lasts - late * speed);
    else return;
    run.nodes.add(node);
    node.addEventListener('ended', () => run.nodes.delete(node));
  }

  /** Nothing is heard until it is asked for again. */
  rest(): void {
    void this.#card?.off();
  }

  /** Lets go of the sound card. */
  close(): void {
    void this.#card?.context.close();
    this.#card = undefined;
  }

  #open(sampleRate: number): CardSwitch {
    if (this.#card) return this.#card;
    const context = new AudioContext({ sampleRate, latencyHint: 'playback' });
    this.#gain = new GainNode(context, { gain: this.#volume });
    this.#gain.connect(context.destination);
    this.#card = new CardSwitch(context);
    return this.#card;
  }
}

async function* packetsFrom(sink: EncodedPacketSink, fromSeconds: number) {
  const start = (await sink.getPacket(fromSeconds)) ?? (await sink.getFirstPacket());
  if (start) yield* sink.packets(start);
}

function bytesOf(source: AllowSharedBufferSource | undefined): Uint8Array | undefined {
  if (!source) return undefined;
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}
