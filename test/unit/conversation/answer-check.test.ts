import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as l10n from '@vscode/l10n';

import { type AnsweredTurn, asksToUndo, findingOn } from '../../../src/conversation/answer-check.ts';
import {
  type ClipInstruction,
  instructionSentence,
  namedClip,
  readInstruction,
} from '../../../src/timeline/clip-instructions.ts';
import { compareTimelines } from '../../../src/timeline/difference.ts';
import type { Clip, Timeline } from '../../../src/timeline/timeline-model.ts';

const chinese = join(import.meta.dirname, '..', '..', '..', 'l10n', 'bundle.l10n.zh-cn.json');

const talk: Clip = { id: 'a', title: 'talk', startMs: 0, durationMs: 6_000 };
const city: Clip = { id: 'b', title: 'city (2).mp4, "night"', startMs: 6_000, durationMs: 3_000 };
const end: Clip = { id: 'c', title: 'end', startMs: 9_000, durationMs: 2_000 };
const withClips = (...clips: readonly Clip[]): Timeline => ({
  tracks: [{ index: 1, kind: 'video', title: 'Video', clips }],
  durationMs: Math.max(0, ...clips.map(({ startMs, durationMs }) => startMs + durationMs)),
});
const before = withClips(talk, city, end);

const asking = (clip: Clip, instruction: ClipInstruction, of = before) =>
  instructionSentence(namedClip(of.tracks[0]!, clip), instruction);

function check(message: string, after: Timeline, more: Partial<AnsweredTurn> = {}) {
  return findingOn({
    message,
    answer: 'Done.',
    before,
    after,
    hasChanged: compareTimelines(before, after).length > 0,
    earlier: [],
    ...more,
  });
}
const kinds = (finding: ReturnType<typeof check>) => finding?.actions.map(({ kind }) => kind);

describe('A message that the extension wrote for an edit by hand', () => {
  const all: readonly ClipInstruction[] = [
    { kind: 'move', startMs: 12_345 },
    { kind: 'trimStart', lostMs: 1_250 },
    { kind: 'trimStart', lostMs: 83_500 },
    { kind: 'extendStart', startMs: 5_500 },
    { kind: 'trimEnd', endMs: 3_723_004 },
    { kind: 'bringBack' },
  ];
  afterEach(() => l10n.config({ contents: {} }));
  for (const language of ['English', 'Chinese']) {
    it(`is read as what it was written for, in ${language}`, async () => {
      const text = language === 'Chinese' ? await readFile(chinese, 'utf8') : '{}';
      l10n.config({ contents: JSON.parse(text) as Record<string, string> });
      for (const instruction of all) {
        for (const clip of [talk, city]) {
          const sentence = asking(clip, instruction);
          const { name, startMs } = readInstruction(` ${sentence}\n`)?.clip ?? {};
          assert.deepEqual(
            [readInstruction(sentence)?.instruction, name, startMs],
            [instruction, clip.title, clip.startMs],
          );
        }
      }
    });
  }

  it('is the person’s own once it was changed', () => {
    const sentence = asking(talk, { kind: 'move', startMs: 2_000 });
    for (const other of [`${sentence} And make it loud.`, sentence.replace('0:02', '2 s'), sentence.slice(5), '']) {
      assert.equal(readInstruction(other), undefined, other);
    }
  });
});

describe('An answer is held against the timeline', () => {
  const moved = asking(end, { kind: 'move', startMs: 0 });

  it('and says nothing where what was asked was done, be it without gaps', () => {
    const reordered = withClips({ ...end, startMs: 0 }, { ...talk, startMs: 2_000 }, { ...city, startMs: 8_000 });
    assert.equal(check(moved, reordered), undefined);
    const trimmed = withClips({ ...talk, durationMs: 4_500 }, { ...city, startMs: 4_480 }, { ...end, startMs: 7_480 });
    assert.equal(check(asking(talk, { kind: 'trimStart', lostMs: 1_500 }), trimmed), undefined);
    const shorter = withClips(talk, { ...city, durationMs: 1_020 }, end);
    assert.equal(check(asking(city, { kind: 'trimEnd', endMs: 7_000 }), shorter), undefined);
    const longer = withClips(talk, { ...city, startMs: 5_000, durationMs: 4_000 }, end);
    assert.equal(check(asking(city, { kind: 'extendStart', startMs: 5_000 }), longer), undefined);
  });

  it('says that nothing was done of an edit by hand', () => {
    const finding = check(moved, before);
    assert.equal(finding?.text, 'The clip "end" was not moved to 0:00. Nothing changed on the timeline.');
    assert.deepEqual(finding.actions, [{ kind: 'compose', label: 'Say It in Other Words…', argument: moved }]);
  });

  it('says that something else was done, and offers to take it back', () => {
    const finding = check(asking(talk, { kind: 'trimEnd', endMs: 4_000 }), withClips(talk));
    assert.equal(finding?.text, 'The clip "talk" was not trimmed as asked. 2 other clips were removed.');
    assert.deepEqual(kinds(finding), ['send', 'compose']);
  });

  it('says that another clip went with it', () => {
    const finding = check(asking(end, { kind: 'move', startMs: 6_000 }), withClips(talk, { ...end, startMs: 6_000 }));
    assert.equal(finding?.text, 'Another clip was removed: "city (2).mp4, "night"".');
    assert.deepEqual(kinds(finding), ['send']);
  });

  it('says that a clip is not back', () => {
    const message = asking(city, { kind: 'bringBack' });
    const without = withClips(talk, { ...end, startMs: 6_000 });
    assert.equal(check(message, before, { before: without }), undefined);
    const finding = check(message, without, { before: without, hasChanged: false });
    assert.match(finding?.text ?? '', /was not brought back\. Nothing changed/);
  });

  it('leaves alone what was asked of a timeline that has changed since', () => {
    assert.equal(check(asking({ ...talk, startMs: 500 }, { kind: 'move', startMs: 0 }), before), undefined);
  });

  for (const answer of [
    'Done!',
    'All done. Anything else?',
    "I've added a title at the start.",
    'I have trimmed the first 3 seconds.',
    'The music has been lowered to 35%.',
    '已添加标题。',
    '已经为您剪掉了停顿。',
    '搞定了！',
  ]) {
    it(`says that nothing changed where it was said to be: “${answer}”`, () => {
      const finding = check('add a title', before, { answer });
      assert.equal(finding?.text, 'Nothing changed on the timeline.');
      assert.deepEqual(finding.actions, [
        { kind: 'compose', label: 'Say It in Other Words…', argument: 'add a title' },
      ]);
      assert.equal(check('add a title', withClips(talk, city), { answer }), undefined, 'it changed');
    });
  }

  for (const answer of [
    'Which title do you want?',
    'Here is a script for your video:\n\n| 0:00 | Hello |',
    'I can add a title, music, or captions.',
    'Your talk is 6 seconds long.',
    'Your video is ready to export.',
    '您的视频共有 6 秒。',
    'I will add it.',
    '',
  ]) {
    it(`claims nothing: “${answer.slice(0, 40)}”`, () => {
      assert.equal(check('add a title', before, { answer }), undefined);
    });
  }

  for (const answer of [
    'Your video is ready.',
    'The video has been exported!',
    'I have exported it for you',
    '视频已导出完成。',
  ]) {
    it(`says that no video was exported: “${answer}”`, () => {
      const finding = check('make it warm', withClips(talk, city), { answer });
      assert.equal(finding?.text, 'No video was exported with this answer. Press Export to get it as a file.');
      assert.deepEqual(kinds(finding), ['export']);
    });
  }

  it('says that the last change was not taken back', () => {
    const earlier = [withClips(talk), withClips(talk, city)];
    assert.ok(asksToUndo('Undo the last change') && asksToUndo('撤销上一步') && asksToUndo('please undo that.'));
    assert.ok(!asksToUndo('undo the title and add music') && !asksToUndo('add a title "undo"'));
    assert.equal(check('undo', withClips(talk, city), { earlier }), undefined);
    assert.equal(
      check('undo', before, { earlier, answer: 'I took it back.' })?.text,
      'Nothing changed on the timeline.',
    );
    const finding = check('undo', withClips(city), { earlier });
    assert.match(finding?.text ?? '', /not as it was before the last change/);
  });
});
