/** Samples a second of every sound here. */
export const sampleRate = 44_100;

/** A stretch of time, in seconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * How loud somebody who talks is at `time` (s), 0–1: syllables within the stretches of speech, and nothing between them.
 */
export function speechLoudness(speech: readonly Stretch[], time: number): number {
  const stretch = speech.find(({ from, to }) => time >= from && time < to);
  if (!stretch) return 0;
  const edge = Math.min(1, (time - stretch.from) / 0.04, (stretch.to - time) / 0.08);
  const syllable = 0.35 + 0.65 * Math.sin(Math.PI * 3.7 * time + Math.sin(time * 2.3)) ** 2;
  return edge * syllable;
}

/** Something like a voice in the stretches of `speech`, and real silence between them. */
export function voice(seconds: number, speech: readonly Stretch[]): Int16Array<ArrayBuffer> {
  let phase = 0;
  return synthesize(seconds, (time) => {
    const loudness = speechLoudness(speech, time);
    phase += (2 * Math.PI * (118 + 22 * Math.sin(time * 1.9) + 9 * Math.sin(time * 7.3))) / sampleRate;
    if (loudness === 0) return 0;
    // Two formants that wander as vowels do.
    const first = 500 + 250 * Math.sin(time * 11);
    const second = 1500 + 500 * Math.sin(time * 7 + 1);
    let sum = 0;
    for (let harmonic = 1; harmonic <= 24; harmonic++) {
      const frequency = harmonic * 118;
      const weight = 1 / (1 + ((frequency - first) / 160) ** 2) + 0.5 / (1 + ((frequency - second) / 220) ** 2);
      sum += (weight + 0.03) * Math.sin(phase * harmonic);
    }
    return 0.16 * loudness * sum;
  });
}

/** A little tune over four chords. */
export function tune(seconds: number): Int16Array<ArrayBuffer> {
  const chords = [
    [220, 261.63, 329.63],
    [174.61, 220, 261.63],
    [196, 246.94, 293.66],
    [164.81, 196, 246.94],
  ];
  const beat = 0.5;
  return synthesize(seconds, (time) => {
    const step = Math.floor(time / beat);
    const chord = chords[Math.floor(step / 4) % chords.length] ?? [];
    const sinceBeat = time - step * beat;
    const note = (chord[step % chord.length] ?? 0) * 2;
    const pluck = Math.sin(2 * Math.PI * note * time) * Math.exp(-6 * sinceBeat);
    const pad = chord.reduce((sum, frequency) => sum + Math.sin(2 * Math.PI * frequency * time), 0);
    return Math.min(1, time / 0.3, (seconds - time) / 0.5) * (0.28 * pluck + 0.07 * pad);
  });
}

/** A steady hiss, as of wind. */
export function wind(seconds: number): Int16Array<ArrayBuffer> {
  let seed = 1;
  let smooth = 0;
  return synthesize(seconds, (time) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    smooth += 0.06 * (seed / 1_073_741_824 - 1 - smooth);
    return 0.5 * smooth * (0.7 + 0.3 * Math.sin(time));
  });
}

function synthesize(seconds: number, sampleAt: (time: number) => number): Int16Array<ArrayBuffer> {
  const samples = new Int16Array(Math.round(seconds * sampleRate));
  for (let index = 0; index < samples.length; index++) {
    samples[index] = Math.round(Math.max(-1, Math.min(1, sampleAt(index / sampleRate))) * 32_767);
  }
  return samples;
}
