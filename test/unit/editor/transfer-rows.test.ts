import assert from 'node:assert/strict';

import { NemoError } from '../../../src/client/errors.ts';
import type { RenderJob } from '../../../src/editor/render-job.ts';
import { renderSteps, renderTransfer, uploadTransfer } from '../../../src/editor/transfer-rows.ts';
import type { Upload } from '../../../src/editor/uploads.ts';

const job: RenderJob = {
  id: 'render_1',
  renderId: 'render_1',
  attempt: 1,
  origin: 'https://nemo.test',
  sessionId: '1',
  chatId: 'c',
  name: 'talk',
  draftText: '{}',
  output: { format: 'mp4', quality: 'high' },
  folder: 'file:///exports',
  fileName: 'talk.mp4',
  phase: 'rendering',
  progress: 40,
  createdAtMs: 1,
};
const upload = { id: 'u', name: 'talk.mp4', target: 'https://clips.test/talk.mp4' } as const;

describe('The row of an export', () => {
  it('tells how far it is, and can be cancelled', () => {
    const { phase, percent, actions } = renderTransfer(job, undefined);
    assert.deepEqual([phase, percent], ['rendering', 40]);
    assert.deepEqual(
      actions.map(({ kind, argument }) => [kind, argument]),
      [['cancelTransfer', job.id]],
    );
    assert.equal(renderTransfer({ ...job, phase: 'downloading' }, 2_000_000).bytesPerSecond, 2_000_000);
  });

  it('when done offers to open and reveal the file, and to copy the link', () => {
    const done: RenderJob = {
      ...job,
      phase: 'done',
      file: 'file:///exports/talk%20(2).mp4',
      url: 'https://cdn.test/talk.mp4',
    };
    const steps = renderSteps(done).map(({ kind, argument }) => [kind, argument] as const);
    for (const step of [
      ['openFile', done.file],
      ['revealFile', done.file],
      ['copy', done.url],
    ]) {
      assert.ok(
        steps.some(([kind, argument]) => kind === step[0] && argument === step[1]),
        `${step[0]}`,
      );
    }
    assert.equal(renderTransfer(done, undefined).name, 'talk (2).mp4');
  });

  it('says what a cancellation could not stop', () => {
    assert.equal(renderTransfer({ ...job, phase: 'cancelled', note: 'It goes on.' }, undefined).message, 'It goes on.');
  });
});

describe('The row of an upload', () => {
  it('tells percent and speed while it is under way, and can be cancelled', () => {
    const sending: Upload = {
      ...upload,
      phase: 'sending',
      progress: { bytes: 25_000_000, totalBytes: 100_000_000, bytesPerSecond: 5_000_000 },
    };
    const { percent, bytesPerSecond, actions } = uploadTransfer(sending);
    assert.deepEqual([percent, bytesPerSecond], [25, 5_000_000]);
    assert.deepEqual(
      actions.map(({ kind, argument }) => [kind, argument]),
      [['cancelTransfer', upload.id]],
    );
  });

  it('that failed is sent again only by a button, and another file comes first where the file is to blame', () => {
    const pick = { kind: 'upload', label: 'Choose' } as const;
    const kinds = (code: 'unreachable' | 'unsupportedFile') =>
      uploadTransfer({ ...upload, phase: 'failed', error: new NemoError(code, 'No.', { steps: [pick] }) }).actions.map(
        ({ kind, argument }) => `${kind} ${argument ?? ''}`.trim(),
      );
    assert.deepEqual(kinds('unreachable'), ['retry u', 'upload']);
    assert.deepEqual(kinds('unsupportedFile'), ['upload', 'retry u']);
  });
});
