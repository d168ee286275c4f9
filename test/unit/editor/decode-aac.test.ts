import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { promisify } from 'node:util';

import { decodeAac, decodeSound, findProgram } from '../../../src/editor/media/decode-aac.ts';
import { findMediaTools } from '../../setup/media-tools.ts';

const run = promisify(execFile);

describe('Sound that the page cannot decode', function () {
  this.timeout(60_000);
  let folder: string;
  let ffmpeg: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nemo-aac-'));
    ({ ffmpeg } = await findMediaTools());
  });
  after(() => rm(folder, { recursive: true }));

  /** Two seconds of a tone as AAC, as the page sends it. */
  async function tone(rate: number, channels: number): Promise<Buffer> {
    const path = join(folder, `${rate}-${channels}.aac`);
    const sound = `sine=f=440:d=2:r=${rate},volume=4`;
    await run(ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', sound, '-ac', String(channels), '-c:a', 'aac', '-y', path]);
    return readFile(path);
  }

  for (const [rate, channels] of [
    [44_100, 1],
    [44_100, 2],
    [48_000, 1],
    [48_000, 2],
  ] as const) {
    it(`is decoded by an installed ffmpeg: ${rate} Hz, ${channels === 1 ? 'mono' : 'stereo'}`, async () => {
      const decoded = await decodeAac(ffmpeg, await tone(rate, channels), new AbortController().signal);
      assert.ok(decoded);
      assert.equal(decoded.sampleRate, rate);
      assert.equal(decoded.channels, 2);
      const samples = new Int16Array(decoded.bytes.buffer, 0, decoded.bytes.byteLength / 2);
      const frames = samples.length / 2;
      // Whole packets of 1,024, with the silence that every stream begins with.
      assert.ok(Math.abs(frames - rate * 2) <= 4 * 1_024, `${frames} samples`);
      const left = Array.from({ length: rate }, (_, at) => samples[(at + rate / 2) * 2] ?? 0);
      const crossings = left.filter((value, at) => at > 0 && value >= 0 && (left[at - 1] ?? 0) < 0).length;
      assert.ok(Math.abs(crossings - 440) <= 1, `${crossings} Hz`);
      assert.ok(Math.max(...left) > 10_000, 'loud enough');
    });
  }

  it('is given up where it is none', async () => {
    const noise = Buffer.from('this is no sound at all '.repeat(100));
    assert.equal(await decodeAac(ffmpeg, noise, new AbortController().signal), undefined);
  });

  it('is given up where the decoder does not start', async () => {
    const nowhere = join(folder, 'no-such-program');
    assert.equal(await decodeAac(nowhere, await tone(44_100, 1), new AbortController().signal), undefined);
  });

  it('is let go when the page is gone', async () => {
    const page = new AbortController();
    const decoding = decodeAac(ffmpeg, await tone(44_100, 1), page.signal);
    page.abort();
    await assert.rejects(decoding, { name: 'AbortError' });
  });

  (process.platform === 'win32' ? it.skip : it)(
    'leaves the decoder neither our token nor the editor’s folder',
    async () => {
      const told = join(folder, 'told');
      const spy = join(folder, 'spy');
      await writeFile(spy, `#!/bin/sh\n(env; pwd) > '${told}'\n`, { mode: 0o755 });
      const before = process.env['NEMO_TOKEN'];
      process.env['NEMO_TOKEN'] = 'nmv_usr_secret';
      try {
        await decodeAac(spy, await tone(44_100, 1), new AbortController().signal);
      } finally {
        if (before === undefined) delete process.env['NEMO_TOKEN'];
        else process.env['NEMO_TOKEN'] = before;
      }
      const lines = (await readFile(told, 'utf8')).trim().split('\n');
      assert.equal(lines.at(-1), await realpath(folder));
      assert.deepEqual(
        lines.filter((line) => line.startsWith('NEMO_')),
        [],
      );
      assert.ok(lines.some((line) => line.startsWith('PATH=')));
    },
  );

  (process.platform === 'win32' ? it.skip : it)(
    'is read from what the decoder is handed, and from nothing that this names',
    async () => {
      const told = join(folder, 'arguments');
      const spy = join(folder, 'argument-spy');
      await writeFile(spy, `#!/bin/sh\nprintf '%s\\n' "$@" > '${told}'\n`, { mode: 0o755 });
      await decodeAac(spy, await tone(44_100, 1), new AbortController().signal);
      const lines = (await readFile(told, 'utf8')).trim().split('\n');
      assert.deepEqual(lines.slice(lines.indexOf('-protocol_whitelist'), lines.indexOf('-i') + 2), [
        ...['-protocol_whitelist', 'pipe', '-f', 'aac'],
        ...['-i', 'pipe:0'],
      ]);
      assert.deepEqual(
        lines.filter((line) => line === '-i' || line.includes(':') || line.includes('/')),
        ['-c:a', '-i', 'pipe:0', 'pipe:1'].sort((a, b) => lines.indexOf(a) - lines.indexOf(b)),
      );
    },
  );

  (process.platform === 'win32' ? it.skip : it)(
    'is given up where the decoder gives far more than a piece of it',
    async () => {
      const endless = join(folder, 'endless');
      await writeFile(endless, `#!/bin/sh\nexec cat '${join(folder, 'long.wav')}'\n`, { mode: 0o755 });
      const silence = ['-f', 'lavfi', '-i', 'anullsrc=r=48000:cl=stereo:d=60'];
      await run(ffmpeg, ['-v', 'error', ...silence, '-bitexact', '-y', join(folder, 'long.wav')]);
      const decoded = await decodeAac(endless, await tone(44_100, 1), new AbortController().signal);
      assert.equal(decoded?.bytes.byteLength, undefined);
    },
  );

  it('is given up where there is far more than a piece of it', async () => {
    const { signal } = new AbortController();
    // A tag of 512 KB, which decoders pass over.
    const tag = Buffer.alloc(10 + 512 * 1024);
    tag.write('ID3\x04', 'latin1');
    tag[7] = (512 * 1024) >> 14;
    const long = Buffer.concat([tag, await tone(44_100, 1)]);
    assert.ok(await decodeAac(ffmpeg, long, signal), 'it would be decoded');
    await assert.rejects(decodeSound(long, signal), { code: 'refused' });
  });

  it('finds the decoder in the folders of the system alone, never in one that depends on where the editor stands', async () => {
    const name = process.platform === 'win32' ? 'decoder.exe' : 'decoder';
    await writeFile(join(folder, name), '', { mode: 0o755 });
    const found = (path: string) => findProgram('decoder', { PATH: path });
    assert.equal(await found(['/no/such/folder', folder].join(delimiter)), join(folder, name));
    assert.equal(await findProgram('decoder', {}), undefined);
    // The editor stands where such a program lies, as in a folder that somebody downloaded and opened.
    const stood = process.cwd();
    await mkdir(join(folder, 'bin'), { recursive: true });
    await writeFile(join(folder, 'bin', name), '', { mode: 0o755 });
    process.chdir(folder);
    try {
      for (const path of ['.', '', 'bin', join('..', basename(folder))]) {
        assert.equal(await found([path, path].join(delimiter)), undefined, `«${path}»`);
      }
    } finally {
      process.chdir(stood);
    }
  });
});
