import assert from 'node:assert/strict';
import type { Sandbox } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { smallClips } from './small-clips.ts';
import { Visitor } from './visitor.ts';

describe('sandbox: drafts', () => {
  let sandbox: Sandbox;
  afterEach(() => sandbox.close());

  it('have the documented keys, integers beyond 2^53 and keys that nobody knows', async () => {
    sandbox = await startSandbox({ omitStarts: false });
    const visitor = await Visitor.arrive(sandbox);
    await visitor.upload((await smallClips()).talk);
    const { draftText, draft } = await visitor.state();
    assert.match(draftText, /"id":\s?\d{19}/);
    assert.match(draftText, /"rev":\s?9007199254740993/);
    // A client that parses and writes again gives another text.
    assert.notEqual(JSON.stringify(JSON.parse(draftText)), draftText);
    assert.equal(draft.t[0]?.tt, 0);
    assert.equal(draft.t[0].sg[0]?.st, 0);
    assert.match(draft.t[0].sg[0].src ?? '', /^http:\/\/127\.0\.0\.1/);
  });

  it('stay the same, byte for byte, until an edit changes them', async () => {
    sandbox = await startSandbox({ silentRate: 0 });
    const visitor = await Visitor.arrive(sandbox);
    await visitor.upload((await smallClips()).talk);
    const first = (await visitor.state()).draftText;
    assert.equal((await visitor.state()).draftText, first);
    await visitor.say('what can you do?');
    assert.equal((await visitor.state()).draftText, first);
    await visitor.say('make it 9:16');
    assert.notEqual((await visitor.state()).draftText, first);
    await visitor.say('undo');
    assert.equal((await visitor.state()).draftText, first);
  });

  it('leave out the start of clips that follow each other, where that is asked for', async () => {
    sandbox = await startSandbox({ omitStarts: true });
    const visitor = await Visitor.arrive(sandbox);
    const clips = await smallClips();
    await visitor.upload(clips.talk, clips.picture);
    assert.deepEqual(
      (await visitor.state()).clips('Video').map((clip) => clip.st),
      [undefined, undefined],
    );
  });

  it('begin without a track', async () => {
    sandbox = await startSandbox();
    assert.deepEqual((await (await Visitor.arrive(sandbox)).state()).draft.t, []);
  });
});
