import assert from 'node:assert/strict';

import { levelFor, PeakCollector, peakMs, peaksPerPiece, pieceMs } from '../../../webview/media/sound-peaks.ts';

describe('Peaks of sound', () => {
  const rate = 48_000;
  const tone = (ms: number, loudness: number) => new Float32Array((rate * ms) / 1_000).fill(-loudness);

  it('are the loudest of their stretch, whatever pieces the sound comes in', () => {
    const sound = new Float32Array(rate);
    sound.fill(0.25);
    sound[rate / 2 + 100] = -0.8;
    const whole = new PeakCollector(0, 0);
    whole.add(sound, 0, rate);
    for (const size of [7, 1_024, 1_777]) {
      const pieces = new PeakCollector(0, 0);
      for (let at = 0; at < sound.length; at += size)
        pieces.add(sound.subarray(at, at + size), (at * 1_000) / rate, rate);
      assert.deepEqual(pieces.peaks, whole.peaks);
    }
    assert.equal(whole.peaks[500 / peakMs(0)], 204);
    assert.equal(whole.peaks[0], 64);
    assert.equal(whole.peaks[1_000 / peakMs(0)], 0);
  });

  it('take nothing from before and after their piece', () => {
    const collector = new PeakCollector(1, 1);
    collector.add(tone(500, 1), pieceMs(1) - 1_000, rate);
    collector.add(tone(500, 1), 2 * pieceMs(1) + 10, rate);
    assert.ok(collector.peaks.every((peak) => peak === 0));
  });

  it('stand for a whole stretch where only a moment of it was heard', () => {
    const collector = new PeakCollector(5, 0);
    const at = 10 * peakMs(5);
    collector.add(tone(20, 0.5), at, rate);
    collector.spread(at - peakMs(5), at + peakMs(5) * 2);
    assert.deepEqual([...collector.peaks.subarray(8, 13)], [0, 128, 128, 128, 0]);
  });

  it('are as fine as the px, and no finer', () => {
    assert.equal(levelFor(1), 0);
    for (const msPerPx of [25, 100, 700, 5_000, 20_000]) {
      const level = levelFor(msPerPx);
      assert.ok(peakMs(level) <= msPerPx * 1.5);
      assert.ok(level === levelFor(1e9) || peakMs(level + 1) > msPerPx * 1.5);
    }
    assert.equal(pieceMs(2), peakMs(2) * peaksPerPiece);
  });
});
