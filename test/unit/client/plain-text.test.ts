import assert from 'node:assert/strict';

import { NemoError } from '../../../src/client/errors.ts';
import { plainLines, plainName, plainParagraphs, plainText, plainTrace } from '../../../src/client/plain-text.ts';
import { SeededRandom } from '../../sandbox/seeded-random.ts';

// What VS Code 1.139 makes links and icons of, as its own code says.
const editorsLink = () => /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;
const editorsIcon = () => /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/g;
const invisible =
  /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

describe('Plain text', () => {
  for (const [what, text, plain] of [
    [
      'a command',
      '[sign in](command:nemo.signIn?%5B%22evil%22%5D)',
      '[sign in] (command:nemo.signIn?%5B%22evil%22%5D)',
    ],
    ['a command in capitals', '[x](COMMAND:nemo.showLog)', '[x] (COMMAND:nemo.showLog)'],
    ['a web address', '[x](https://evil.example "title")', '[x] (https://evil.example "title")'],
    ['a file', '[x](file:///etc/passwd)', '[x] (file:///etc/passwd)'],
    ['a link with something unseen in its middle', '[x]\u200b(\u202ecommand:a)', '[x] (command:a)'],
    ['a link behind a link', '[[a](command:b)](command:c)', '[[a] (command:b)] (command:c)'],
    ['an icon', 'a $(bug) b', 'a $ (bug) b'],
    ['an icon that moves', '$(loading~spin)', '$ (loading~spin)'],
    ['an icon with something unseen in its middle', '$\u2066(b\u200bug)', '$ (bug)'],
    ['an icon within an icon', '$($(bug))', '$($ (bug))'],
  ] as const) {
    it(`has no link and no icon where there was ${what}`, () => {
      assert.equal(plainText(text), plain);
      assert.doesNotMatch(plain, editorsLink());
      assert.doesNotMatch(plain, editorsIcon());
    });
  }

  for (const [what, text, plain] of [
    ['marks that turn the direction', 'gpj\u202e.exe\u2066a\u2069\u200e\u200f\u061c', 'gpj.exea'],
    ['controls', 'a\u0000\u001b[31mb\u0085c\u007fd', 'a [31mb c d'],
    ['ends of lines', ' a\r\nb\u2028c\u2029d\te ', 'a b c d e'],
    ['spaces without a width', 'com\u200bmand\u2060\ufeff\u00ad', 'command'],
    ['tags that say something to machines', 'hi\u{e0068}\u{e0069}\u{e007f}', 'hi'],
    ['variation selectors that carry bytes', 'a\ufe00\u{e0101}\u{e0102}b', 'ab'],
    ['fillers', 'a\u3164\u115f\uffa0b', 'ab'],
    ['many blanks', `a${' '.repeat(90)}b`, 'a b'],
    ['halves of characters', 'a\ud83db', 'a\ufffdb'],
    ['shapes of some font', 'a\ueb11b', 'a\ufffdb'],
    ['heaps of marks', `a${'\u0301'.repeat(90)}b`, `a${'\u0301'.repeat(6)}b`],
  ] as const) {
    it(`is without ${what}`, () => assert.equal(plainText(text), plain));
  }

  for (const text of [
    'talk.mp4',
    'clip[1](2).mp4',
    '[draft] (final) $5 {x} `y` <b> a_b*c*.mp4',
    'price $(.mp4',
    '会议 记录（最终）【一】.mp4',
    '海\u3000辺.mov',
    'שלום עולם.mp4',
    'مرحبا بالعالم.mp4',
    'می‌خواهم.mp4',
    'क्‍ष හ්‍ර.mp4',
    '👩‍👩‍👧‍👦 👍🏽 ❤️ 1️⃣ 🇨🇳 🏳️‍🌈 👩🏽‍🚀.mp4',
    'café naïve Ångström e\u0301.mp4',
    '葛\u{e0100}城.mp4',
    'https://example.com/a.mp4?x=(1)[2]',
  ]) {
    it(`leaves «${text}» as it is`, () => {
      assert.equal(plainText(text), text);
      assert.equal(plainName(text), text);
    });
  }

  it('is cut between characters, and says so', () => {
    const family = '👩‍👩‍👧‍👦';
    assert.equal(plainText(family.repeat(9), 5), `${family.repeat(4)}…`);
    assert.equal(plainText('e\u0301'.repeat(9), 9), 'e\u0301'.repeat(9));
    assert.equal(plainText('😀'.repeat(3), 2), '😀…');
    const endless = plainText('\u200b'.repeat(9_000) + 'x');
    assert.equal(endless, '…');
    assert.equal(Array.from(new Intl.Segmenter().segment(plainText('x'.repeat(5_000_000)))).length, 500);
  });

  it('of a long name keeps the end, which says what it is', () => {
    const name = plainName(`${'a'.repeat(5_000)}.mp4`);
    assert.match(name, /^a{40,}…a+\.mp4$/);
    assert.equal(name.length, 80);
    assert.doesNotMatch(plainName(`${'[x](command:a) '.repeat(20)}.mp4`), editorsLink());
  });

  it('of several lines has as many, each of them plain', () => {
    assert.equal(plainLines(['a\nb', '[x](command:y)']), 'a b\n[x] (command:y)');
    assert.equal(
      plainParagraphs('a\r\n\tif  (x)\u202e\n\n[x](command:y) $(bug)'),
      'a\n\tif  (x)\n\n[x] (command:y) $ (bug)',
    );
  });

  it('of an error for the log is its message on one line, and the places', () => {
    const lines = plainTrace(new TypeError('bad\n    at nowhere\u001b[2J')).split('\n');
    assert.equal(lines[0], 'TypeError: bad at nowhere [2J');
    assert.match(lines[1] ?? '', /^ {4}at .*plain-text\.test\.ts/);
    assert.equal(plainTrace('a\nb'), 'a b');
  });

  it('is every error’s sentence, whatever it holds', () => {
    assert.equal(new NemoError('refused', 'No [x](command:y)\u202e!').message, 'No [x] (command:y)!');
  });

  it('holds nothing that acts or is unseen, whatever it was made of, and making it again changes nothing', function () {
    this.timeout(60_000);
    const random = new SeededRandom(7);
    const brackets = [
      '[',
      ']',
      '](',
      '(',
      ')',
      '$(',
      '$',
      'bug',
      '~spin',
      'command:',
      'https://',
      'file:',
      ' ',
      '"',
      '…',
    ];
    const hidden = [
      '\u200b',
      '\u200d',
      '\u202e',
      '\0',
      '\n',
      '\u2028',
      '\ufe0f',
      '\u{e0061}',
      '\ud83d',
      '\u0301',
      '\\',
    ];
    const pieces = ['x', ...brackets, ...hidden, '👩', '👧', '漢', 'ب', 'क', '\u00ad', '\u3164'] as const;
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from({ length: 1 + random.below(14) }, () => random.pick(pieces)).join('');
      for (const plain of [plainText(text), plainText(text, 6), plainName(text, 6), plainParagraphs(text)]) {
        for (const line of plain.split('\n')) {
          assert.doesNotMatch(line, editorsLink(), JSON.stringify(text));
          assert.doesNotMatch(line, editorsIcon(), JSON.stringify(text));
          assert.doesNotMatch(line, invisible, JSON.stringify(text));
          assert.ok(line.isWellFormed(), JSON.stringify(text));
        }
      }
      assert.equal(plainText(plainText(text)), plainText(text), JSON.stringify(text));
    }
  });
});
