import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { systemClock } from '../../../src/client/clock.ts';
import { NemoError } from '../../../src/client/errors.ts';
import { parseJson } from '../../../src/client/json-text.ts';
import type { StateAnswer } from '../../../src/client/service-values.ts';
import type { ChatMessage } from '../../../src/conversation/chat-state.ts';
import { processMark } from '../../../src/editor/living-process.ts';
import type { SessionFile } from '../../../src/editor/session-file.ts';
import { SessionStore } from '../../../src/editor/session-store.ts';
import { versionViews } from '../../../src/editor/version-views.ts';

let folder: string;
let store: SessionStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nemo-sessions-'));
  store = new SessionStore(folder, systemClock);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const stateWith = (draftText: string | undefined): StateAnswer => ({
  sessionId: '1234567890123456789',
  draftText,
  draft: draftText === undefined ? undefined : parseJson(draftText),
  videoInfos: [],
  generatedMedia: [],
  canvasConfig: undefined,
});
const reopened = async ({ record }: SessionFile) => {
  const file = await store.open(record.id);
  assert.ok(file);
  return file;
};

describe('A session on disk', () => {
  it('keeps which file an upload was', async () => {
    const file = store.create('https://nemo.test', 'Talk');
    const media = [
      { name: 'talk.mp4', type: 'video', url: 'https://cdn.test/talk.mp4', localUri: 'file:///clips/talk.mp4' },
      { name: 'web.mp4', type: 'video', url: 'https://cdn.test/web.mp4' },
    ];
    file.change({ media });
    await file.save();
    assert.deepEqual((await reopened(file)).record.media, media);
  });

  it('is not looked for outside of their folder, whatever its id is', async () => {
    const file = store.create('https://nemo.test', 'Talk');
    await file.save();
    const others = new SessionStore(join(folder, 'others'), systemClock);
    assert.ok(await store.open(file.record.id));
    for (const id of [`../${file.record.id}`, `./../${file.record.id}`, join(folder, file.record.id)]) {
      assert.equal(await others.open(id), undefined, id);
    }
  });

  it('is read as it was written before files and drafts were told apart by place and time', async () => {
    const file = store.create('https://nemo.test', 'Talk');
    file.change({ media: [{ name: 'talk.mp4', type: 'video', url: 'https://cdn.test/talk.mp4' }] });
    await file.save();
    assert.doesNotMatch(await readFile(join(folder, file.record.id, 'session.json'), 'utf8'), /localUri|versions/);
    const old = await reopened(file);
    assert.equal(old.record.media.length, 1);
    assert.deepEqual(await old.versions(), []);
  });

  it('keeps the rest of a chat of which one message cannot be read', async () => {
    const file = store.create('https://nemo.test', 'Talk');
    file.change({ messages: [{ id: 'a', role: 'user', text: 'hello', atMs: 1, state: 'sent' }] });
    await file.save();
    const path = join(folder, file.record.id, 'session.json');
    const record = JSON.parse(await readFile(path, 'utf8')) as { messages: unknown[] };
    record.messages.push({ id: 'b', role: 'somebody new' });
    await writeFile(path, JSON.stringify(record));
    assert.deepEqual(
      (await reopened(file)).record.messages.map(({ id }) => id),
      ['a'],
    );
  });

  it('leaves no half-written file where many saves come at once', async () => {
    const file = store.create('https://nemo.test', 'Talk');
    const saves = Array.from({ length: 20 }, (_, at) => {
      file.change({ name: `Talk ${at}` });
      return file.save(at % 2 === 0);
    });
    await Promise.all(saves);
    assert.equal((await reopened(file)).record.name, 'Talk 19');
    assert.deepEqual((await readdir(join(folder, file.record.id))).sort(), ['owner', 'session.json']);
  });
});

describe('A session whose window was killed in the middle of a write', () => {
  const uuid = '0b52a1f4-6c1d-4a53-9f0c-2f4f3a1f6d7e';
  const cutOff = `.${processMark}.${uuid}.tmp`;
  const hours = (count: number) => new Date(systemClock.now() - count * 3_600_000);

  it('is rid of what was begun long ago when it is opened, and of nothing else', async () => {
    const file = store.create('https://nemo.test', 'Talk');
    await file.addVersion(stateWith('{}'));
    await file.save();
    const inFolder = (name: string) => join(folder, file.record.id, name);
    for (const name of [
      `session.json${cutOff}`,
      join('versions', `0002.json${cutOff}`),
      'notes.tmp',
      `owner${cutOff}`,
    ]) {
      await writeFile(inFolder(name), '{"half');
      if (!name.startsWith('owner')) await utimes(inFolder(name), hours(2), hours(2));
    }
    await store.list();
    assert.equal((await readdir(inFolder(''))).length, 6, 'a look at the list sweeps nothing');
    await reopened(file);
    assert.deepEqual((await readdir(inFolder(''))).sort(), [
      'notes.tmp',
      'owner',
      `owner${cutOff}`,
      'session.json',
      'versions',
    ]);
    assert.deepEqual(await readdir(inFolder('versions')), ['0001.json']);
  });

  it('is rid of it at once where that process is gone from this machine, and of no other machine’s', async () => {
    const file = store.create('https://nemo.test', 'Talk');
    await file.save();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const [machine] = processMark.split('-');
    const gone = `session.json.${machine}-${pid}.${uuid}.tmp`;
    const elsewhere = `session.json.00000000-${pid}.${uuid}.tmp`;
    for (const name of [gone, elsewhere]) await writeFile(join(folder, file.record.id, name), '{"half');
    await reopened(file);
    assert.deepEqual((await readdir(join(folder, file.record.id))).sort(), ['owner', elsewhere, 'session.json'].sort());
  });

  it('is rid of it also where nobody opens it again', async () => {
    const file = store.create('https://nemo.test', 'Talk');
    await file.addVersion(stateWith('{}'));
    await file.save();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const gone = `.${processMark.split('-')[0]}-${pid}.${uuid}.tmp`;
    const inFolder = (name: string) => join(folder, file.record.id, name);
    for (const name of ['session.json', join('versions', '0002.json')])
      await writeFile(inFolder(name + gone), '{"half');
    await writeFile(inFolder(`session.json${cutOff}`), '{"half');
    await store.sweep();
    assert.deepEqual((await readdir(inFolder(''))).sort(), [
      'owner',
      'session.json',
      `session.json${cutOff}`,
      'versions',
    ]);
    assert.deepEqual(await readdir(inFolder('versions')), ['0001.json']);
  });
});

describe('A session that is removed', () => {
  it('leaves nothing, and nothing of it is written any more', async () => {
    const file = store.create('https://nemo.test', 'Talk');
    await file.addVersion(stateWith('{}'));
    const other = store.create('https://nemo.test', 'Other');
    await Promise.all([file.save(), other.save()]);
    file.change({ name: 'Late' });
    const late = file.save();
    await file.remove();
    await late;
    file.change({ name: 'Later' });
    await file.addVersion(stateWith('{"a":1}'));
    await file.flush();
    assert.deepEqual(await readdir(folder), [other.record.id]);
    assert.equal(await store.open(file.record.id), undefined);
  });

  it('is not brought back by another window that had it', async () => {
    const file = store.create('https://nemo.test', 'Talk');
    await file.save();
    await (await reopened(file)).remove();
    file.change({ name: 'Back' });
    await file.save();
    assert.ok(file.lost);
    assert.deepEqual(await readdir(folder), []);
  });
});

describe('A session that two windows have', () => {
  const message = (text: string) => ({ id: text, role: 'user', text, atMs: 1, state: 'sent' }) as const;
  const taken = async ({ record }: SessionFile) => (await store.take(record.id)) ?? assert.fail();
  const onDisk = async ({ record }: SessionFile) => (await store.open(record.id))?.record;
  const refusal = (file: SessionFile) => {
    try {
      file.refuseIfLost();
      return undefined;
    } catch (error) {
      assert.ok(error instanceof NemoError);
      assert.deepEqual([error.code, error.steps.map(({ kind }) => kind)], ['refused', ['newSession']]);
      return error.message;
    }
  };
  let file: SessionFile;
  beforeEach(async () => {
    file = store.create('https://nemo.test', 'Talk');
    await file.save();
  });

  it('is the later one’s from the moment that it opens it, with all that was written before', async () => {
    const other = await taken(file);
    file.change({ messages: [message('too late')] });
    await file.save();
    assert.match(refusal(file) ?? '', /opened in another window/);
    other.change({ messages: [message('hello')] });
    await other.save();
    assert.equal(refusal(other), undefined);
    assert.deepEqual(
      (await onDisk(file))?.messages.map(({ text }) => text),
      ['hello'],
    );
  });

  it('keeps what was said in the other one, though this one had it open before and wrote nothing', async () => {
    const idle = await taken(file);
    const other = await taken(file);
    other.change({ messages: [message('hello')] });
    await other.save();
    idle.change({ composer: { text: 'half', atMs: 1 } });
    await idle.save();
    assert.deepEqual(
      (await onDisk(file))?.messages.map(({ text }) => text),
      ['hello'],
    );
  });

  it('tells who has it from who only looks at it', async () => {
    await onDisk(file);
    file.change({ messages: [message('hello')] });
    await file.save();
    assert.equal(refusal(file), undefined);
  });

  it('does not take a message for kept that the other one may have missed', async () => {
    file.change({ messages: [message('hello')] });
    const saved = file.save(true);
    const other = await taken(file);
    await saved;
    const seesIt = other.record.messages.length > 0;
    assert.ok(seesIt || file.lost);
  });

  it('keeps the drafts that the other one saw', async () => {
    const other = await taken(file);
    await other.addVersion(stateWith('{"a":"theirs"}'));
    await other.save();
    await file.addVersion(stateWith('{"a":"ours"}'));
    assert.equal((await other.version(1)).draftText, '{"a":"theirs"}');
    assert.match(refusal(file) ?? '', /opened in another window/);
  });

  it('says that the other one deleted it, and leaves nothing behind', async () => {
    const idle = await taken(file);
    await ((await store.open(file.record.id)) ?? assert.fail()).remove();
    await idle.addVersion(stateWith('{}'));
    idle.change({ messages: [message('too late')] });
    await idle.save();
    assert.match(refusal(idle) ?? '', /was deleted/);
    assert.deepEqual(await readdir(folder), []);
  });

  it('is not brought back by one that only looked at it before it was deleted', async () => {
    const looking = (await store.open(file.record.id)) ?? assert.fail();
    await file.remove();
    looking.change({ closed: true });
    await looking.save();
    assert.deepEqual(await readdir(folder), []);
    assert.equal(await store.take(file.record.id), undefined);
  });

  it('says that the user signed out in the other one', async () => {
    const other = await taken(file);
    other.change({ closed: true });
    await other.save();
    assert.ok(await file.isLost());
    assert.match(refusal(file) ?? '', /You signed out/);
  });
});

describe('A session on a disk that is full for a while', () => {
  it('is written as soon as there is room, although nothing more is said', async () => {
    const file = store.create('https://nemo.test', 'Talk');
    await file.save();
    const path = join(folder, file.record.id, 'session.json');
    await rm(path);
    await mkdir(join(path, 'in the way'), { recursive: true });
    file.change({ name: 'Later' });
    await assert.rejects(file.save());
    await rm(path, { recursive: true });
    await file.flush();
    assert.equal((await reopened(file)).record.name, 'Later');
  });
});

describe('The drafts of a session', () => {
  it('are kept byte for byte, one for each that differs from the one before', async () => {
    const file = store.create('https://nemo.test', 'Talk');
    const texts = ['{"t":[],"big":9007199254740993123}', '{"t":[ ]}'];
    await file.addVersion(stateWith(texts[0]));
    await file.addVersion(stateWith(texts[0]));
    await file.addVersion(stateWith(texts[1]), 'm1');
    await file.save();
    const later = await reopened(file);
    assert.deepEqual(
      (await later.versions()).map(({ number, messageId }) => [number, messageId]),
      [
        [2, 'm1'],
        [1, undefined],
      ],
    );
    assert.deepEqual([(await later.version(1)).draftText, (await later.version(2)).draftText], texts);
  });

  it('that are seen at the same moment are each kept once', async () => {
    const file = store.create('https://nemo.test', 'Talk');
    const texts = ['{"a":1}', '{"a":1}', '{"a":2}'];
    await Promise.all(texts.map((text) => file.addVersion(stateWith(text))));
    assert.deepEqual(
      (await file.versions()).map(({ number }) => number),
      [2, 1],
    );
    assert.deepEqual([(await file.version(1)).draftText, (await file.version(2)).draftText], ['{"a":1}', '{"a":2}']);
  });

  it('that never were, or whose file is gone, are not found', async () => {
    const file = store.create('https://nemo.test', 'Talk');
    await file.addVersion(stateWith('{}'));
    for (const number of [0, -1, 2, 0.5, Number.NaN]) assert.equal(await file.findVersion(number), undefined);
    assert.ok(await file.findVersion(1));
    await rm(join(folder, file.record.id, 'versions'), { recursive: true });
    assert.equal(await file.findVersion(1), undefined);
  });

  it('that were written just before the window died are written again under the same number', async () => {
    const file = store.create('https://nemo.test', 'Talk');
    await file.addVersion(stateWith('{"a":1}'));
    await file.save();
    await file.addVersion(stateWith('{"a":2}'));
    const next = await reopened(file);
    assert.equal(await next.findVersion(2), undefined, 'nobody knows of it');
    assert.equal(await next.addVersion(stateWith('{"a":3}')), 2);
    assert.equal((await next.version(2)).draftText, '{"a":3}');
  });

  it('are named after what the user said before each', () => {
    const message = (id: string, text: string): ChatMessage => ({ id, role: 'user', text, atMs: 1, state: 'sent' });
    const seen = (number: number, messageId?: string) => ({
      number,
      atMs: number * 1000,
      ...(messageId && { messageId }),
    });
    const long = '把片头换成日落的镜头，'.repeat(8);
    const views = versionViews([seen(5, 'c'), seen(4, 'gone'), seen(3, 'b'), seen(2, 'a'), seen(1)], {
      shown: 5,
      messages: [message('a', '  cut the pauses  \nand add music'), message('b', long), message('c', 'now')],
    });
    assert.deepEqual(
      views.map(({ number, atMs, label }) => [number, atMs, label]),
      [
        [4, 4000, 'Version 4'],
        [3, 3000, `${long.slice(0, 59)}…`],
        [2, 2000, 'cut the pauses'],
        [1, 1000, 'Before your first message'],
      ],
    );
  });
});
