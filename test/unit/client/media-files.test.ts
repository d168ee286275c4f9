import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, chmod, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { fileUploadSource } from '../../../src/client/file-source.ts';
import {
  checkUpload,
  maxUploadBytes,
  mediaFormatOf,
  mediaFormats,
  sniffBytes,
  sniffMediaKind,
} from '../../../src/client/media-formats.ts';
import { findMediaTools } from '../../setup/media-tools.ts';
import { failing } from './client-fixture.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('Files to upload', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nemo-files-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('are of thirteen formats, jpeg being another name of jpg', () => {
    const names = mediaFormats.map(({ extension }) => extension).filter((name) => name !== 'jpeg');
    assert.deepEqual(names.sort(), 'aac avi gif jpg m4a mkv mov mp3 mp4 png wav webm webp'.split(' '));
    assert.equal(mediaFormatOf('Holiday.JPEG')?.mime, 'image/jpeg');
    assert.equal(mediaFormatOf('a.b.MP4')?.kind, 'video');
    for (const name of ['clip.txt', 'mp4', 'clip.', '.mp4x', 'clip.mp4.exe'])
      assert.equal(mediaFormatOf(name), undefined);
  });

  it('are known by their content, for every format that ffmpeg writes', async function () {
    this.timeout(60_000);
    const { ffmpeg } = await findMediaTools();
    for (const { extension, kind } of mediaFormats) {
      const path = join(folder, `real.${extension}`);
      const input = kind === 'audio' ? 'sine=duration=0.2' : 'testsrc=size=32x32:rate=5:duration=0.4';
      const still =
        kind === 'image' && extension !== 'gif' && extension !== 'webp' ? ['-frames:v', '1', '-update', '1'] : [];
      // Not every build of ffmpeg has an encoder for VP8.
      const codec = extension === 'webm' ? ['-c:v', 'libvpx'] : [];
      await promisify(execFile)(ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', input, ...still, ...codec, '-y', path]);
      const source = await fileUploadSource(path);
      const head = new Uint8Array(Math.min(sniffBytes, source.size));
      await source.read(head, 0, new AbortController().signal);
      assert.equal(sniffMediaKind(head), kind, extension);
      assert.equal(source.name, `real.${extension}`);
      assert.equal(source.mime, mediaFormatOf(extension.padStart(5, '.x.'))?.mime ?? source.mime);
      await source.close();
    }
  });

  it('are told from what only bears their name', () => {
    for (const [head, kind] of [
      ['Just some notes', 'text'],
      ['{"json": true}', 'text'],
      ['\xff\xfeT\0e\0x\0t\0', 'text'],
      ['Gr\xc3\xbc\xc3\x9fe \xe4\xb8', 'text'],
      ['MZ\x90\0\x03\0\0\0', 'unknown'],
      ['PK\x03\x04\x14\0', 'unknown'],
      ['\0\0\0\0\0\0\0\0', 'unknown'],
      ['', 'unknown'],
      ['\0\0\0\x1cftypavif', 'image'],
      ['\0\0\0\x1cftypM4A ', 'audio'],
      ['\0\0\0\x14ftypqt  ', 'video'],
      ['\0\0\0\x08wide\0\0', 'video'],
      ['RF64\xff\xff\xff\xffWAVEds64', 'audio'],
      ['ID3\x04\0', 'audio'],
      ['\xff\xf1\x50\x80', 'audio'],
    ] as const) {
      assert.equal(sniffMediaKind(bytes(head)), kind, JSON.stringify(head));
    }
  });

  /** Name, what is in it, and what comes of it. */
  const refusals: readonly (readonly [string, string, 'unsupportedFile' | 'fileEmpty', RegExp])[] = [
    ['notes.txt', 'text', 'unsupportedFile', /“notes.txt”.*MP4, MOV/],
    ['no-extension', 'text', 'unsupportedFile', /MP4, MOV/],
    ['text.mp4', 'Just some notes', 'unsupportedFile', /“text.mp4” is not MP4/],
    ['page.jpg', '<!doctype html>', 'unsupportedFile', /not JPG/],
    ['program.mov', 'MZ\x90\0\x03\0\0\0', 'unsupportedFile', /not MOV/],
    ['picture.mp4', '\x89PNG\r\n\x1a\n', 'unsupportedFile', /not MP4/],
    ['film.png', '\0\0\0\x1cftypisom', 'unsupportedFile', /not PNG/],
    ['song.mp4', 'ID3\x04\0', 'unsupportedFile', /not MP4/],
    ['text.mp3', 'la la la', 'unsupportedFile', /not MP3/],
    ['nothing.mp4', '', 'fileEmpty', /“nothing.mp4” is empty/],
  ];
  for (const [name, content, code, message] of refusals) {
    it(`are refused before anything is sent: ${name} (${code})`, async () => {
      const path = join(folder, name);
      await writeFile(path, bytes(content));
      const error = await failing(fileUploadSource(path), code);
      assert.match(error.message, message);
      assert.deepEqual(
        error.steps.map(({ kind }) => kind),
        ['upload'],
      );
    });
  }

  /** What may pass, because the service looks itself. */
  for (const [name, content] of [
    ['sound.mp4', '\0\0\0\x1cftypM4A '],
    ['sound.m4a', '\0\0\0\x1cftypisom'],
    ['renamed.png', '\xff\xd8\xff\xe0'],
    ['stream.mp4', `G${'\0'.repeat(187)}G${'\0'.repeat(187)}G`],
    ['odd.mp3', '\0\0\0\0\xff\xfb'],
  ] as const) {
    it(`may be named after another format of their kind: ${name}`, async () => {
      const path = join(folder, name);
      await writeFile(path, bytes(content));
      await (await fileUploadSource(path)).close();
    });
  }

  it('are refused when they are folders, missing, or no files at all', async () => {
    const inner = join(folder, 'folder.mp4');
    await mkdir(inner);
    assert.match((await failing(fileUploadSource(inner), 'fileIsFolder')).message, /“folder.mp4” is a folder/);
    const missing = await failing(fileUploadSource(join(folder, 'gone.mp4')), 'fileMissing');
    assert.match(missing.message, /“gone.mp4” is no longer there/);
    assert.doesNotMatch(missing.message, new RegExp(folder));
    await failing(fileUploadSource(join(folder, 'real.mp4', 'x.mp4')), 'fileMissing');
    if (process.platform === 'linux') {
      const pipe = join(folder, 'pipe.mp4');
      await promisify(execFile)('mkfifo', [pipe]);
      await failing(fileUploadSource(pipe), 'unsupportedFile');
    }
  });

  it('are refused when they may not be read', async function () {
    if (process.getuid?.() === 0 || process.platform === 'win32') this.skip();
    const path = join(folder, 'secret.mp4');
    await writeFile(path, bytes('\0\0\0\x1cftypisom'));
    await chmod(path, 0);
    await failing(fileUploadSource(path), 'diskFailed');
  });

  it('may have 500 MB and not a byte more', async () => {
    const path = join(folder, 'huge.mp4');
    await writeFile(path, bytes('\0\0\0\x1cftypisom'));
    // Sparse: it takes no room.
    await truncate(path, maxUploadBytes);
    const source = await fileUploadSource(path);
    assert.equal(source.size, 524_288_000);
    await source.close();
    await truncate(path, maxUploadBytes + 1);
    const error = await failing(fileUploadSource(path), 'fileTooLarge');
    assert.match(error.message, /501 MB.*at most 500 MB.*Compress or trim/);
  });

  it('are known not to be the same when they have changed since', async () => {
    const path = join(folder, 'changing.mp4');
    await writeFile(path, bytes('\0\0\0\x1cftypisom'));
    const source = await fileUploadSource(path);
    const { signal } = new AbortController();
    await source.verify?.(signal);
    await appendFile(path, 'more');
    assert.match((await failing(source.verify!(signal), 'fileChanged')).message, /“changing.mp4” changed/);
    await source.close();
  });

  it('can be checked by name and size alone, for file systems that are not disks', () => {
    checkUpload('clip.MOV', 1, false);
    assert.throws(() => checkUpload('clip.mov', 0, false), { code: 'fileEmpty' });
    assert.throws(() => checkUpload('clip', 5, true), { code: 'fileIsFolder' });
    assert.throws(() => checkUpload('clip.mov', 5, false, bytes('notes')), { code: 'unsupportedFile' });
  });
});
