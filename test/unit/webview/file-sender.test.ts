import assert from 'node:assert/strict';

import { mostMediaBytes, type Intent } from '../../../src/protocol/messages.ts';
import { FileSender, type OfferedFile } from '../../../webview/chat/file-sender.ts';
import type { Answer, Refusal } from '../../../webview/host-link.ts';

/** A host that takes files, and answers when it is told to. */
class Host {
  readonly intents: Intent[] = [];
  readonly taken = new Map<string, Buffer>();
  readonly complete: string[] = [];
  readonly refusals: Refusal[] = [];
  /** Resolves before each answer to a piece. */
  beforePiece: () => Promise<void> = () => Promise.resolve();
  refuses: (intent: Intent) => Omit<Refusal, 'ok' | 'steps'> | undefined = () => undefined;
  mostUnderWay = 0;
  #underWay = 0;
  #offered = 0;

  readonly sender = new FileSender(
    (intent) => this.#answer(intent),
    () => undefined,
    (refusal) => this.refusals.push(refusal),
  );

  types(): string[] {
    return this.intents.map(({ type }) => type);
  }

  async #answer(intent: Intent): Promise<Answer> {
    this.intents.push(intent);
    const refused = this.refuses(intent);
    if (refused) return { ok: false, steps: [], ...refused };
    if (intent.type === 'offerFile') {
      this.#offered += 1;
      return { ok: true, fileId: `f${this.#offered}` };
    }
    if (intent.type === 'fileBytes') {
      const taken = this.taken.get(intent.fileId) ?? Buffer.alloc(0);
      assert.equal(intent.at, taken.length, 'pieces come in order, without gaps');
      this.taken.set(intent.fileId, Buffer.concat([taken, intent.bytes]));
      this.#underWay += 1;
      this.mostUnderWay = Math.max(this.mostUnderWay, this.#underWay);
      await this.beforePiece();
      this.#underWay -= 1;
    }
    if (intent.type === 'fileComplete') this.complete.push(intent.fileId);
    return { ok: true };
  }
}

function file(name: string, bytes: Uint8Array): OfferedFile {
  return { name, size: bytes.length, slice: (start, end) => new Blob([Uint8Array.from(bytes.subarray(start, end))]) };
}

const pattern = Buffer.from(Array.from({ length: 251 }, (_, at) => at));
const filled = (length: number): Uint8Array => Uint8Array.from(Buffer.alloc(length, pattern));

describe('Files without an address', () => {
  it('arrive byte for byte, in pieces that fit a message', async () => {
    const host = new Host();
    const bytes = filled(2 * mostMediaBytes + 17);
    await host.sender.add([file('clip.mp4', bytes)]);
    assert.deepEqual(host.intents[0], { type: 'offerFile', name: 'clip.mp4', bytes: bytes.length });
    const sizes = host.intents.flatMap((intent) => (intent.type === 'fileBytes' ? [intent.bytes.length] : []));
    assert.deepEqual(sizes, [mostMediaBytes, mostMediaBytes, 17]);
    assert.ok(host.taken.get('f1')?.equals(bytes));
    assert.deepEqual(host.complete, ['f1']);
    assert.deepEqual(host.sender.files, []);
  });

  it('are read no faster than they are taken: a few pieces are under way, never the whole', async () => {
    const host = new Host();
    host.beforePiece = () => new Promise((resolve) => setImmediate(resolve));
    await host.sender.add([file('clip.mp4', filled(9 * mostMediaBytes))]);
    assert.equal(host.mostUnderWay, 3);
    assert.deepEqual(host.complete, ['f1']);
  });

  it('go one after the other, also those that come later', async () => {
    const host = new Host();
    const first = host.sender.add([file('a.mp4', filled(3)), file('b.mp4', filled(3))]);
    await Promise.all([first, host.sender.add([file('c.mp4', filled(3))])]);
    await first;
    const each = ['offerFile', 'fileBytes', 'fileComplete'];
    assert.deepEqual(host.types(), [...each, ...each, ...each]);
  });

  it('are taken back when they are not wanted any more, in the middle or before they began', async () => {
    const host = new Host();
    host.beforePiece = () => {
      for (const { id } of host.sender.files) host.sender.withdraw(id);
      return Promise.resolve();
    };
    await host.sender.add([file('a.mp4', filled(9 * mostMediaBytes)), file('b.mp4', filled(3))]);
    assert.equal(host.types().at(-1), 'fileWithdrawn');
    assert.equal(host.types().filter((type) => type === 'offerFile').length, 1);
    assert.deepEqual(host.complete, []);
    assert.deepEqual(host.refusals, []);
  });

  it('that are refused are named, and do not keep the others', async () => {
    const host = new Host();
    host.refuses = (intent) =>
      intent.type === 'offerFile' && intent.name !== 'b.mp4'
        ? { code: 'fileTooLarge', message: 'This file is larger than 500 MB.' }
        : undefined;
    await host.sender.add([file('a.mp4', filled(3)), file('b.mp4', filled(3)), file('c.mp4', filled(3))]);
    assert.deepEqual(host.complete, ['f1']);
    assert.deepEqual(
      host.refusals.map(({ code, message }) => [code, message]),
      [['fileTooLarge', 'a.mp4: This file is larger than 500 MB.\nc.mp4: This file is larger than 500 MB.']],
    );
  });

  it('are thrown away at the host where it fails in the middle', async () => {
    const host = new Host();
    host.refuses = (intent) =>
      intent.type === 'fileBytes' && intent.at > 0
        ? { code: 'diskFailed', message: 'clip.mp4 has no room.' }
        : undefined;
    await host.sender.add([file('clip.mp4', filled(5 * mostMediaBytes))]);
    assert.equal(host.types().at(-1), 'fileWithdrawn');
    assert.deepEqual(
      host.refusals.map(({ message }) => message),
      ['clip.mp4 has no room.'],
    );
  });

  it('that go away or shrink while they are read are said to be gone, in plain words', async () => {
    for (const slice of [
      () => ({ arrayBuffer: () => Promise.reject(new DOMException('A requested file…', 'NotFoundError')) }),
      () => new Blob(['ab']),
    ]) {
      const host = new Host();
      await host.sender.add([{ name: 'clip.mp4', size: 5, slice }]);
      assert.equal(host.types().at(-1), 'fileWithdrawn');
      assert.match(host.refusals[0]?.message ?? '', /^clip\.mp4 cannot be read any more/);
      assert.deepEqual(host.complete, []);
    }
  });

  it('tell how far they are', async () => {
    const host = new Host();
    const seen = new Set<number | undefined>();
    host.beforePiece = () => {
      for (const { percent } of host.sender.files) seen.add(percent);
      return new Promise((resolve) => setImmediate(resolve));
    };
    await host.sender.add([file('a.mp4', filled(4 * mostMediaBytes)), file('b.mp4', filled(3))]);
    assert.deepEqual([...seen], [0, undefined, 25]);
  });
});
