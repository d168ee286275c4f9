import assert from 'node:assert/strict';

import { adtsHeader } from '../../../webview/media/player-aac.ts';

/** What a header says, read by the standard's own table. */
function read(header: Uint8Array) {
  const bits = [...header].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const field = (from: number, length: number) => Number.parseInt(bits.slice(from, from + length), 2);
  return {
    sync: field(0, 12),
    unprotected: field(15, 1),
    profile: field(16, 2),
    rate: field(18, 4),
    channels: field(23, 3),
    bytes: field(30, 13),
    frames: field(54, 2),
  };
}

describe('A packet of AAC by itself', () => {
  it('says its profile, rate, channels and length', () => {
    // 44,100 Hz stereo, low complexity, as almost every clip has it.
    const header = adtsHeader(Uint8Array.of(0x12, 0x10));
    assert.deepEqual(header && read(header(300)), {
      sync: 0xfff,
      unprotected: 1,
      profile: 1,
      rate: 4,
      channels: 2,
      bytes: 307,
      frames: 0,
    });
    const mono = adtsHeader(Uint8Array.of(0x11, 0x88));
    assert.deepEqual(
      mono && [read(mono(8_000)).rate, read(mono(8_000)).channels, read(mono(8_000)).bytes],
      [3, 1, 8_007],
    );
  });

  it('says the stream below where high frequencies are copied from low ones', () => {
    // Spectral band replication to 44,100 Hz, announced, over 22,050 Hz of low complexity.
    const header = adtsHeader(Uint8Array.of(0x2b, 0x92, 0x08, 0x00));
    assert.deepEqual(header && [read(header(10)).profile, read(header(10)).rate, read(header(10)).channels], [1, 7, 2]);
  });

  it('cannot be said for kinds that have no word in such a header', () => {
    assert.equal(adtsHeader(Uint8Array.of((39 << 3) & 0xff, 0x10)), undefined);
    assert.equal(adtsHeader(Uint8Array.of(0x12, 0x00)), undefined);
    assert.equal(adtsHeader(Uint8Array.of(0x17, 0x80, 0x00, 0x00, 0x00)), undefined);
  });
});
