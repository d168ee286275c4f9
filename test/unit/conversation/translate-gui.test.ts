import assert from 'node:assert/strict';

import fc from 'fast-check';

import { GuiTranslator } from '../../../src/conversation/translate-gui.ts';
import { corpus } from './corpus.ts';

interface Translated {
  readonly text: string;
  /** `export`, or with an argument `send(Generate)`. */
  readonly actions: readonly string[];
}

function translate(...pieces: readonly string[]): Translated {
  const translator = new GuiTranslator();
  const shown = pieces.map((piece) => translator.push(piece));
  const text = shown.join('') + translator.end();
  const actions = translator.actions.map(({ kind, argument }) =>
    argument === undefined ? kind : `${kind}(${argument})`,
  );
  return { text, actions };
}

interface Row extends Translated {
  readonly said: string;
}

/** What the backend says, and what becomes of it. */
const rows: readonly Row[] = corpus('gui-corpus.tsv').map(([said = '', shown = '', ...actions]) => ({
  said,
  text: shown === '=' ? said : shown,
  actions,
}));

describe('The translation of what the backend says', () => {
  it('is told of hundreds of lines, each once, in both languages', () => {
    assert.ok(rows.length > 250);
    assert.equal(new Set(rows.map(({ said }) => said)).size, rows.length);
    assert.ok(rows.filter(({ said }) => /\p{Script=Han}/u.test(said)).length > 80);
  });

  for (const { said, text, actions } of rows) {
    const becomes = text === said ? 'stays' : text === '' ? 'goes' : `becomes «${text}»`;
    it(`«${said}» ${becomes}`.replaceAll('\n', '⏎'), () => assert.deepEqual(translate(said), { text, actions }));
  }

  it('loses no value of an instruction: it is shown, or in a button', () => {
    const amount = fc
      .tuple(fc.integer({ min: 0, max: 999 }), fc.constantFrom('%', ' s', 's', 'px', ' dB', '', 'x', ':30', ' 秒'))
      .map(([count, unit]) => `${count}${unit}`);
    const telling = fc.constantFrom(
      (value: string) => `Click "Volume" and set it to ${value}.`,
      (value: string) => `Open the Speed panel and choose ${value}.`,
      (value: string) => `Drag the slider in the audio panel to ${value}, then press OK.`,
      (value: string) => `Click Export and pick ${value} in the settings.`,
      (value: string) => `Click the wand (top right), enter ${value} and hit Apply.`,
      (value: string) => `Preview it at ${value} in the timeline.`,
      (value: string) => `1. Click "Blur".\n2. Set it to ${value}.\n3. Press OK.`,
      (value: string) => `点击「音量」并设置为 ${value}。`,
      (value: string) => `打开时间线，拖动滑块到 ${value}，然后点击确定。`,
      (value: string) => `在 ${value}处点击按钮。`,
    );
    fc.assert(
      fc.property(amount, telling, (value, tell) => {
        const { text, actions } = translate(tell(value));
        const figure = /\d[\d:]*/.exec(value)?.[0] ?? '';
        // What every export has is said by its button.
        if (actions.includes('export') && figure === '1080') return;
        assert.ok([text, ...actions].join(' ').includes(figure), tell(value));
      }),
      { numRuns: 500 },
    );
  });

  it('goes through an answer sentence by sentence', () => {
    const said =
      'I cut the pauses. Click the Export button to download your video. The music is at 35%. Open the Tracks panel.\n\nYou can preview it in the timeline.\n\nAnything else?';
    assert.deepEqual(translate(said), {
      text: 'I cut the pauses. The music is at 35%.\n\nAnything else?',
      actions: ['export', 'showTracks'],
    });
  });

  it('leaves a list without the items that are instructions', () => {
    assert.deepEqual(
      translate('- Added a title (0–3 s)\n- Click **Export** to download\n  - as MP4\n- Music at 35%\n'),
      {
        text: '- Added a title (0–3 s)\n  - as MP4\n- Music at 35%\n',
        actions: ['export'],
      },
    );
    assert.deepEqual(translate('1. Click Save. The title stays.\n2. Cut the intro'), {
      text: '1. The title stays.\n2. Cut the intro',
      actions: [],
    });
  });

  it('leaves out a list of instructions together with its heading', () => {
    const said =
      'Done.\n\nTo export your video:\n\n1. Click the Export button\n2. Choose 1080p\n3. Wait for the download\n\nEnjoy!';
    assert.deepEqual(translate(said), { text: 'Done.\n\nEnjoy!', actions: ['export'] });
    assert.equal(translate('## How to export\n\nClick Export.\n').text, '');
    assert.equal(translate('导出步骤：\n1. 点击导出按钮\n2. 选择 MP4\n').text, '');
  });

  it('does not touch code', () => {
    const said =
      'Use this:\n\n```js\n// Click Export. Open the panel.\nclick("Export");\n```\n\n~~~~\nClick Export.\n~~~\n~~~~\n';
    assert.deepEqual(translate(`${said}Click Export.`), { text: said, actions: ['export'] });
  });

  it('does not touch a script that was announced', () => {
    const said =
      'Here is the voice-over script:\n\nClick the Export button, and you are done.\nOpen the panel.\n\nI can record it.';
    assert.deepEqual(translate(`${said} Click Export.`), { text: said, actions: ['export'] });
    assert.deepEqual(translate('旁白脚本如下：\n点击导出按钮，马上开始。'), {
      text: '旁白脚本如下：\n点击导出按钮，马上开始。',
      actions: [],
    });
  });

  it('leaves no emphasis open', () => {
    assert.equal(translate('**Done! Click Export.**').text, '**Done!**');
    assert.equal(translate('**Done, click Export** to get it.').text, '**Done, click Export** to get it.');
  });

  it('offers each button once, and few', () => {
    assert.deepEqual(translate('Click Export. Then click Export. Click the Export button.').actions, ['export']);
    const many = Array.from({ length: 50 }, (_, at) => `Click the "B${at}" button.`).join(' ');
    assert.equal(translate(many).actions.length, 6);
  });

  describe('a closing «temporary issue»', () => {
    for (const [said, shown] of [
      ['The title is in. I encountered a temporary issue', 'The title is in.'],
      ['The title is in.I encountered a temporary issue', 'The title is in.'],
      ['The title is in.\n\nI encountered a temporary issue. Please try again later.\n', 'The title is in.'],
      [
        "The title is in.\nSorry, I've encountered a temporary issue. I apologize for the inconvenience.",
        'The title is in.',
      ],
      ['| a | b |\n| - | - |\n| 1 | 2 |I encountered a temporary issue', '| a | b |\n| - | - |\n| 1 | 2 |'],
      ['标题已添加。抱歉，遇到了临时问题，请稍后再试。', '标题已添加。'],
    ] as const) {
      it(`is dropped: «${said}»`, () => assert.equal(translate(said).text, shown));
    }

    for (const said of [
      'I encountered a temporary issue',
      'I encountered a temporary issue. Please try again later.',
      'The music is in. I encountered a temporary issue. Anyway, the title is in too.',
      'Narrator: yesterday I encountered a temporary issue with my bike.',
    ]) {
      it(`is told where it is not the close of a normal answer: «${said}»`, () =>
        assert.equal(translate(said).text, said));
    }
  });

  it('holds back no more than the sentence that is being said', () => {
    const translator = new GuiTranslator();
    assert.equal(translator.push('The title is in. The mu'), 'The title is in.');
    assert.equal(translator.push('sic is at 35%. '), ' The music is at 35%.');
    assert.equal(translator.push('标题已添加。音'), ' 标题已添加。');
  });

  it('holds back no endless end of a sentence either, and leaves no more than a few line breaks for what is gone', () => {
    const translator = new GuiTranslator();
    assert.ok(translator.push('!'.repeat(5000)).length > 4000);
    assert.equal(translate(`Done.${'\n'.repeat(500)}Press OK.\nBye.`).text, 'Done.\n\n\nBye.');
  });

  it('gives out a finished sentence when the speaker pauses, and keeps an unfinished one', () => {
    const translator = new GuiTranslator();
    assert.equal(translator.push('Your clip is on its way.'), '');
    assert.equal(translator.pause(), 'Your clip is on its way.');
    assert.equal(translator.push(' It takes a min') + translator.pause(), '');
    assert.equal(translator.push('ute.') + translator.end(), ' It takes a minute.');
  });

  const sentences = fc.constantFrom(
    ...rows.map(({ said }) => said),
    "Here's how:",
    'Set it to 35%.',
    '2. Wait.',
    'Here is the script:',
    'To export your video:',
    '```',
    '~~~ts',
    '- an item',
    '1. one. Two!',
    'e.g. this',
    'I encountered a temporary issue.',
    'Please try again later.',
    'wait… what?!',
    '完成。',
  );
  const answers = fc
    .array(fc.tuple(sentences, fc.constantFrom(' ', '\n', '\n\n', '', '\r\n', '  \n')), { maxLength: 12 })
    .map((parts) => parts.flat().join(''));

  it('does not depend on how the text was cut', () => {
    fc.assert(
      fc.property(answers, fc.array(fc.nat(400)), (text, cuts) => {
        const marks = [0, ...cuts.map((at) => at % (text.length + 1)).sort((a, b) => a - b), text.length];
        const pieces = marks.slice(1).map((mark, at) => text.slice(marks[at], mark));
        assert.deepEqual(translate(...pieces), translate(text));
        assert.deepEqual(translate(...Array.from(text)), translate(text));
      }),
      { numRuns: 300 },
    );
  });

  it('changes nothing in texts without instructions, whatever their form', () => {
    const word = fc.constantFrom(
      'the',
      'title',
      'Music',
      'fades',
      '35%',
      '(0–3',
      's)',
      'city.',
      'Done!',
      '标题',
      '已添加。',
      '**bold**',
      'e.g.',
      'Why?',
      '—',
      '*',
    );
    const line = fc.tuple(
      fc.constantFrom('', '- ', '1. ', '## ', '> ', '| ', '    ', '```'),
      fc.array(word, { maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
        const text = lines.map(([lead, words]) => lead + words.join(' ')).join('\n');
        assert.deepEqual(translate(text), { text, actions: [] });
      }),
    );
  });

  it('gets through anything, of any length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) =>
        assert.equal(typeof translate(text).text, 'string'),
      ),
    );
    const endless = 'click '.repeat(20_000);
    assert.ok(translate(endless).text.length > 10_000);
    assert.equal(translate('a'.repeat(100_000)).text.length, 100_000);
    assert.equal(translate(' '.repeat(10_000)).text.length, 10_000);
  });
});
