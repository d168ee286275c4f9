import assert from 'node:assert/strict';

import { uploadCourse } from '../../../src/editor/upload-course.ts';
import type { Upload } from '../../../src/editor/uploads.ts';

describe('How far several uploads are', () => {
  const targets = ['https://example.com/a.mp4', 'https://example.com/b.mp4', 'https://example.com/c.mp4'];
  const row = (at: number, phase: Upload['phase'], bytes?: number): Upload => ({
    id: `${at} ${phase}`,
    name: `${at}`,
    target: targets[at] ?? 'https://example.com/another.mp4',
    phase,
    ...(bytes === undefined ? {} : { progress: { bytes, totalBytes: 200, bytesPerSecond: 1_000 } }),
  });

  it('counts those that wait, so that it never goes back when the next one begins', () => {
    const courses = [
      [row(0, 'sending', 100), row(1, 'waiting'), row(2, 'waiting')],
      [row(0, 'sending', 200), row(1, 'waiting'), row(2, 'waiting')],
      [row(0, 'done', 200), row(1, 'sending'), row(2, 'waiting')],
      [row(0, 'done', 200), row(1, 'sending', 100), row(2, 'waiting')],
      [row(1, 'failed', 100), row(2, 'sending', 100)],
      [row(2, 'sending', 200)],
    ].map((rows) => uploadCourse(rows, targets));
    assert.deepEqual(
      courses.map(({ percent }) => Math.floor(percent)),
      [16, 33, 33, 50, 83, 100],
    );
    assert.deepEqual(
      courses.map(({ isBegun }) => isBegun),
      [true, true, false, true, true, true],
    );
  });

  it('knows no other files, and none twice', () => {
    const rows = [row(0, 'failed', 10), row(0, 'sending', 100), row(7, 'sending', 10)];
    assert.deepEqual(uploadCourse(rows, [targets[0] ?? '', targets[0] ?? '']), {
      percent: 50,
      bytesPerSecond: 1_000,
      isBegun: true,
    });
  });
});
