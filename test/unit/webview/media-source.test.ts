import assert from 'node:assert/strict';

import { mostMediaBytes, type Intent } from '../../../src/protocol/messages.ts';
import type { Answer } from '../../../webview/host-link.ts';
import { OpenedFile } from '../../../webview/media/media-source.ts';

describe('Media that the host holds open', () => {
  const content = Uint8Array.from({ length: 3 * mostMediaBytes + 5 }, (_, at) => at % 251);
  const media = {
    id: 'm',
    name: 'a.mp4',
    kind: 'video',
    bytes: content.length,
    fingerprint: 'f',
    isFile: true,
  } as const;
  type Reading = Extract<Intent, { type: 'readMedia' }>;

  /** A file whose pieces come as `answer` gives them. */
  async function opened(answer: (reading: Reading) => Uint8Array | undefined): Promise<OpenedFile> {
    const ask = (intent: Intent): Promise<Answer> => {
      if (intent.type === 'openMedia') return Promise.resolve({ ok: true, media });
      const bytes = intent.type === 'readMedia' ? answer(intent) : undefined;
      return Promise.resolve({ ok: true, ...(bytes ? { bytes: new Uint8Array(bytes) } : {}) });
    };
    const file = await OpenedFile.open(ask, { kind: 'clip', clipId: 'c' });
    assert.ok(file instanceof OpenedFile);
    return file;
  }

  it('is read in pieces that go with a message', async () => {
    const asked: number[] = [];
    const file = await opened(({ start, end }) => {
      asked.push(end - start);
      return content.subarray(start, end);
    });
    assert.deepEqual(await file.read(0, content.length), content);
    assert.deepEqual(asked, [mostMediaBytes, mostMediaBytes, mostMediaBytes, 5]);
  });

  it('takes neither more bytes than it asked for nor none', async () => {
    let asked = 0;
    for (const wrong of [
      ({ start, end }: Reading) => new Uint8Array(end - start + 1),
      () => new Uint8Array(0),
      () => undefined,
    ]) {
      const file = await opened((reading) => {
        asked += 1;
        return asked < 100 ? wrong(reading) : assert.fail('it asks on and on');
      });
      await assert.rejects(file.read(10, 20), { name: 'MediaUnreadable', code: 'changed' });
    }
  });
});
