import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import fc from 'fast-check';
import { parse } from 'yaml';

import { readPrompt } from '../../../src/conversation/prompt-blanks.ts';
import { filesHandedOver, routeMessage } from '../../../src/conversation/route-message.ts';
import type { Route } from '../../../src/conversation/turn-update.ts';
import { corpus } from './corpus.ts';

const routes: readonly Route[] = ['export', 'advice', 'credits', 'state', 'upload', 'message'];

/** What people write, and where it goes. */
const sentences = new Map(
  routes.map((route) => [
    route,
    corpus('routing-corpus.tsv').flatMap(([goes, text]) => (goes === route && text !== undefined ? [text] : [])),
  ]),
);

describe('Where a message goes', () => {
  it('is told of hundreds of messages, each once, in both languages and on both sides of the line', () => {
    const rows = corpus('routing-corpus.tsv');
    assert.ok(rows.length > 1000);
    assert.equal(new Set(rows.map(([, text]) => text)).size, rows.length);
    assert.ok(rows.every(([route]) => routes.some((known) => known === route)));
    const isChinese = (text: string) => /\p{Script=Han}/u.test(text);
    for (const examples of sentences.values()) {
      assert.ok(examples.some(isChinese));
      assert.ok(examples.some((text) => !isChinese(text)));
    }
  });

  for (const [route, examples] of sentences) {
    describe(route, () => {
      for (const text of examples) it(`«${text}»`, () => assert.equal(routeMessage(text), route));
    });
  }

  it('is the backend for every prompt of the skills, except the one that says export', async () => {
    const folder = join(import.meta.dirname, '../../../media/skills');
    let seen = 0;
    for (const name of await readdir(folder)) {
      const [, matter = ''] = (await readFile(join(folder, name), 'utf8')).split('---\n');
      for (const marked of (parse(matter) as { prompts: string[] }).prompts) {
        const prompt = readPrompt(marked).text;
        seen += 1;
        assert.equal(routeMessage(prompt), /^export 1080p MP4$/i.test(prompt) ? 'export' : 'message', prompt);
      }
    }
    assert.ok(seen >= 9);
  });

  it('follows the first of several intents, and none as soon as one part is an edit', () => {
    assert.equal(routeMessage("how many credits do I have, and what's the status?"), 'credits');
    assert.equal(routeMessage('Export it. And brighten the second clip.'), 'message');
    assert.equal(routeMessage('导出视频，然后把第二段调亮'), 'message');
  });

  it('does not change with case, blanks, full-width letters or a full stop', () => {
    const intents = [...sentences.values()].flat();
    fc.assert(
      fc.property(fc.constantFrom(...intents), fc.constantFrom('', ' ', '\n', '!', '。', '…'), (text, end) => {
        assert.equal(routeMessage(`  ${text.replaceAll(' ', '  ')}${end}`), routeMessage(text));
        assert.equal(routeMessage(text.toUpperCase().replace(/C:\\CLIPS/, 'C:\\clips')), routeMessage(text));
      }),
    );
    assert.equal(routeMessage('ｅｘｐｏｒｔ'), 'export');
  });

  it('is the backend for anything that goes on about the video', () => {
    const edits = [
      'and make it brighter',
      'with a red title',
      'but cut the intro',
      'after adding music',
      'in the style of Wes Anderson',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom('export it', 'show the tracks', 'credits', 'upload a file'),
        fc.constantFrom(...edits),
        (intent, edit) => {
          assert.equal(routeMessage(`${intent} ${edit}`), 'message');
        },
      ),
    );
  });

  it('is decided for any text, of any length', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.stringMatching(/^([的好请]|a |the |please )*$/)),
        (text) => {
          assert.ok(routes.includes(routeMessage(text)));
        },
      ),
    );
    assert.equal(routeMessage(`export ${'the '.repeat(5000)}video`), 'message');
    // Words that many parts of the grammar know, over and over: each way to read them must not be tried.
    const known = [
      '的',
      '视频',
      '高清',
      '导出',
      '积分',
      '轨道',
      'final ',
      'video ',
      'as mp4 ',
      'credits ',
      'my ',
      'please ',
      'upload ',
    ];
    for (const one of known) {
      for (const other of known) assert.equal(routeMessage(`${(one + other).repeat(50).slice(0, 98)}狗`), 'message');
    }
  });
});

describe('What a message hands over', () => {
  it('is every address and path of a media file', () => {
    assert.deepEqual(filesHandedOver('upload https://a.test/x?id=1, ~/clips/talk.mp4 and C:\\v\\b.MOV.'), [
      'https://a.test/x?id=1',
      '~/clips/talk.mp4',
      'C:\\v\\b.MOV',
    ]);
    assert.deepEqual(filesHandedOver('export 1080p mp4'), []);
  });

  for (const [text, names] of [
    ['upload "my talk.mp4" and `b roll.mov`', ['my talk.mp4', 'b roll.mov']],
    ["upload 'Ana’s talk.mp4'", ['Ana’s talk.mp4']],
    ["upload “Ana's talk.mp4” please", ["Ana's talk.mp4"]],
    ['上传「演示 文稿.mov」', ['演示 文稿.mov']],
    ['upload @talk.mp4, #talk.mp4 and #file:clips/talk.mp4', ['@talk.mp4', '#talk.mp4', '#file:clips/talk.mp4']],
    ['上传a.mp4和b.mp4、c.mp3', ['上传a.mp4', 'b.mp4', 'c.mp3']],
    ['upload "https://a.test/x.mp4"', ['https://a.test/x.mp4']],
    ['upload old.mp4.new.mov', ['old.mp4.new.mov']],
  ] as const) {
    it(`in «${text}» is ${names.join(' and ')}`, () => assert.deepEqual(filesHandedOver(text), names));
  }
});
