import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { candidateNames, placeFile } from '../../../src/editor/place-file.ts';
import { safeFileName } from '../../../src/editor/safe-file-name.ts';

describe('The name of an export', () => {
  for (const [name, safe] of [
    ['../x', 'x'],
    ['..\\..\\x', 'x'],
    ['/etc/passwd', 'etc passwd'],
    ['C:\\x', 'C x'],
    ['\\\\server\\share\\x', 'server share x'],
    ['file:///x', 'file x'],
    ['CON', '_CON'],
    ['nul.mp4', '_nul.mp4'],
    ['com¹', '_com¹'],
    ['CONcert', 'CONcert'],
    ['x. . .', 'x'],
    ['  x  ', 'x'],
    ['x\r\ny\tz', 'x y z'],
    ['x\u007f\u0085\u2028y', 'x y'],
    ['cut.mp4:stream', 'cut.mp4 stream'],
    ['$(rm)&%PATH%', '$(rm)&%PATH%'],
    ['e\u0301te\u0301', 'été'],
    ['\ud800x', 'x'],
  ] as const) {
    it(`«${JSON.stringify(name)}» is «${safe}»`, () => assert.equal(safeFileName(name, 'video'), safe));
  }

  it('has at most 80 characters, and leaves room for what is put behind it on every file system', () => {
    const behind = ` (99).mp4.render_${crypto.randomUUID()}.part`;
    for (const character of ['x', 'é', '片', '🎬']) {
      const safe = safeFileName(character.repeat(300), 'video');
      assert.ok(Array.from(safe).length <= 80, `${Array.from(safe).length} characters`);
      assert.ok(Buffer.byteLength(safe + behind) <= 255, `${Buffer.byteLength(safe + behind)} bytes`);
      assert.ok(safe.startsWith(character) && safe.isWellFormed());
    }
    assert.equal(safeFileName('x'.repeat(300), 'video'), 'x'.repeat(80));
  });

  it('does not end in a dot or a space because it was cut there', () => {
    assert.equal(safeFileName(`${'x'.repeat(79)}. y`, 'video'), 'x'.repeat(79));
  });
});

describe('The place of an export', () => {
  let folder: string;
  let part: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nemo-place-'));
    part = join(folder, 'x.part');
    await writeFile(part, 'video');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const nothing = () => Promise.resolve();

  it('is announced only where nobody is', async () => {
    await writeFile(join(folder, 'cut.mp4'), 'the user’s');
    const announced: string[] = [];
    await placeFile(part, folder, candidateNames('cut', '.mp4'), (path) => Promise.resolve(void announced.push(path)));
    assert.deepEqual(announced, [join(folder, 'cut (2).mp4')]);
  });

  it('is the next one where somebody was faster', async () => {
    const rival = async (path: string) => {
      if (path.endsWith('cut.mp4')) await writeFile(path, 'the user’s');
    };
    const path = await placeFile(part, folder, candidateNames('cut', '.mp4'), rival);
    assert.equal(path, join(folder, 'cut (2).mp4'));
    assert.equal(await readFile(join(folder, 'cut.mp4'), 'utf8'), 'the user’s');
    assert.equal(await readFile(path, 'utf8'), 'video');
  });

  it('may be held by an empty file of ours when the work broke off, and never by one of the user’s', async () => {
    const held = join(folder, 'cut.mp4');
    await writeFile(held, '');
    assert.equal(await placeFile(part, folder, candidateNames('cut', '.mp4'), nothing, held), held);
    assert.equal(await readFile(held, 'utf8'), 'video');

    await writeFile(part, 'video');
    await writeFile(held, 'the user’s');
    const path = await placeFile(part, folder, candidateNames('cut', '.mp4'), nothing, held);
    assert.equal(path, join(folder, 'cut (2).mp4'));
    assert.equal(await readFile(held, 'utf8'), 'the user’s');
  });

  it('is another one for a name that differs in case alone, where the disk does not tell them apart', async () => {
    await writeFile(join(folder, 'CUT.mp4'), 'the user’s');
    const path = await placeFile(part, folder, candidateNames('cut', '.mp4'), nothing);
    assert.equal(await readFile(join(folder, 'CUT.mp4'), 'utf8'), 'the user’s');
    assert.equal(await readFile(path, 'utf8'), 'video');
    assert.equal((await readdir(folder)).length, 2);
  });

  it('is never taken by force where the disk knows no links', async function () {
    // Between two file systems there are none.
    const other = await mkdtemp('/dev/shm/nemo-place-').catch(() => undefined);
    if (other === undefined) return this.skip();
    try {
      await writeFile(join(other, 'cut.mp4'), 'the user’s');
      const rival = async (path: string) => {
        if (path.endsWith('cut (2).mp4')) await writeFile(path, 'another');
      };
      const path = await placeFile(part, other, candidateNames('cut', '.mp4'), rival);
      assert.equal(path, join(other, 'cut (3).mp4'));
      assert.equal(await readFile(path, 'utf8'), 'video');
      assert.equal(await readFile(join(other, 'cut.mp4'), 'utf8'), 'the user’s');
      assert.equal(await readFile(join(other, 'cut (2).mp4'), 'utf8'), 'another');
      assert.deepEqual(await readdir(folder), []);
    } finally {
      await rm(other, { recursive: true, force: true });
    }
  });

  it('is an error where the folder is gone, and the file stays', async () => {
    const gone = join(folder, 'gone');
    await assert.rejects(placeFile(part, gone, candidateNames('cut', '.mp4'), nothing), { code: 'ENOENT' });
    await mkdir(gone);
    assert.equal(await readFile(part, 'utf8'), 'video');
  });
});
