/** Packets in 1.5 s of sound, about: few enough to come soon, many enough to be worth a message. */
const packetsPerPiece = 64;
/** Every packet overlaps the one before it; what is decoded from the first ones of a piece alone is not whole. */
const leadIn = 2;

/** One packet of sound as the file has it. */
export interface SoundPacket {
  readonly data: Uint8Array;
  /** Seconds of the file. */
  readonly timestamp: number;
}

/** A stretch of sound to be put out. */
export interface SoundPiece {
  readonly buffer: AudioBuffer;
  /** When it begins, in seconds of the file. */
  readonly timestamp: number;
}

/** Decoded sound as it comes back: interleaved 16-bit samples. */
export interface DecodedSound {
  readonly bytes: Uint8Array;
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
}

/** Decodes AAC with ADTS headers; undefined where nothing can. Never rejects. */
export type DecodeAac = (adts: Uint8Array<ArrayBuffer>) => Promise<DecodedSound | undefined>;

/**
 * The header that makes a packet understandable by itself, from what the file says once for all packets.
 * @param description the AudioSpecificConfig of ISO/IEC 14496-3.
 * @returns a function that makes the header of a packet of so many bytes; undefined where ADTS has no word for it.
 */
export function adtsHeader(description: Uint8Array): ((bytes: number) => Uint8Array) | undefined {
  const bits = bitReader(description);
  let objectType = bits(5);
  const rateIndex = bits(4);
  const channels = bits(4);
  // Spectral band replication, announced: the stream below is an ordinary one, and decoders find the rest in it.
  if (objectType === 5 || objectType === 29) {
    if (bits(4) === 15) bits(24);
    objectType = bits(5);
  }
  if (objectType < 1 || objectType > 4 || rateIndex > 12 || channels < 1 || channels > 7) return undefined;
  return (bytes) => {
    const whole = bytes + 7;
    return Uint8Array.of(
      0xff,
      0xf1,
      ((objectType - 1) << 6) | (rateIndex << 2) | (channels >> 2),
      ((channels & 3) << 6) | (whole >> 11),
      (whole >> 3) & 0xff,
      ((whole & 7) << 5) | 0x1f,
      0xfc,
    );
  };
}

/**
 * AAC packets as sound, decoded elsewhere piece by piece. Ends early where decoding fails.
 * @param description the AudioSpecificConfig, or undefined where the packets have their ADTS headers.
 */
export async function* decodedElsewhere(
  packets: AsyncIterable<SoundPacket>,
  description: Uint8Array | undefined,
  decode: DecodeAac,
): AsyncGenerator<SoundPiece, void, unknown> {
  const header = description ? adtsHeader(description) : () => new Uint8Array();
  if (!header) return;
  let before: SoundPacket[] = [];
  let piece: SoundPacket[] = [];
  const toSound = async (): Promise<SoundPiece | undefined> => {
    const sent = [...before, ...piece];
    const sound = await decode(joined(sent.flatMap(({ data }) => [header(data.byteLength), data])));
    return sound && soundPiece(sound, sent.length, before.length, piece[0]?.timestamp ?? 0);
  };
  for await (const packet of packets) {
    piece.push(packet);
    // The first piece is a short one: it is waited for.
    if (piece.length < (before.length === 0 ? packetsPerPiece / 4 : packetsPerPiece)) continue;
    const sound = await toSound();
    if (!sound) return;
    yield sound;
    before = piece.slice(-leadIn);
    piece = [];
  }
  if (piece.length === 0) return;
  const sound = await toSound();
  if (sound) yield sound;
}

/** Takes what belongs to the piece itself; each packet has as many samples as any other. */
function soundPiece(sound: DecodedSound, sent: number, leading: number, timestamp: number): SoundPiece | undefined {
  const { bytes, sampleRate, channels } = sound;
  const samples = new Int16Array(bytes.slice().buffer, 0, Math.floor(bytes.byteLength / 2));
  const frames = Math.floor(samples.length / channels);
  const skipped = Math.round((frames * leading) / sent);
  if (frames - skipped <= 0) return undefined;
  const buffer = new AudioBuffer({ length: frames - skipped, numberOfChannels: channels, sampleRate });
  for (let channel = 0; channel < channels; channel += 1) {
    const into = buffer.getChannelData(channel);
    for (let at = 0; at < into.length; at += 1) into[at] = (samples[(skipped + at) * channels + channel] ?? 0) / 32_768;
  }
  return { buffer, timestamp };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

function bitReader(bytes: Uint8Array): (count: number) => number {
  let at = 0;
  return (count) => {
    let value = 0;
    for (const end = at + count; at < end; at += 1) {
      value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    }
    return value;
  };
}
