import assert from 'node:assert/strict';

import fc from 'fast-check';

import { GuiTranslator } from '../../../src/conversation/translate-gui.ts';

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

const table: Readonly<Record<string, readonly (readonly [said: string, shown: string, ...actions: string[]])[]>> = {
  'click [button], 点击: the same through the API': [
    ['Click the "Generate" button.', '', 'send(Generate)'],
    ['Click the **Generate** button to continue.', '', 'send(Generate)'],
    ['Tap Confirm to go on.', '', 'send(Confirm)'],
    ['Click Save.', ''],
    ['Press Space to preview.', '', 'showTracks'],
    ['Hit Play to watch it.', '', 'showTracks'],
    ['Nothing is lost: click Undo to take it back.', 'Nothing is lost.', 'send(Undo the last change)'],
    ['If you want it vertical, just click on the 9:16 icon.', '', 'showTracks'],
    ['请点击「生成」按钮。', '', 'send(生成)'],
    ['点击播放按钮即可预览。', '', 'showTracks'],
    ['如需返回，请点击撤销按钮。', '', 'send(撤销上一步)'],
    ['Use the split tool to cut it.', '', 'showTracks'],
    ['Upload more clips via the media library.', '', 'upload'],
    ['Simply drag and drop your files here.', '', 'upload'],
    ['Click Share to send it from the web app.', '', 'openInBrowser'],
  ],
  'open [panel], 打开: the tracks': [
    ['Open the Tracks panel to see the result.', '', 'showTracks'],
    ['Then go to the Media tab.', '', 'showTracks'],
    ['You can adjust the volume in the audio panel.', '', 'showTracks'],
    ['Scroll down to see more.', '', 'showTracks'],
    ['打开轨道面板查看结果。', '', 'showTracks'],
    ['您可以进入右侧的属性栏调整音量。', '', 'showTracks'],
  ],
  'drag and drop, 拖拽: the edit as a message': [
    ['Drag the title to 0:05.', '', 'send(Move the title to 0:05)'],
    ['Drag the clip "city" to the start and drop it there.', '', 'send(Move the clip "city" to the start)'],
    [
      'You can drag the clip on the timeline to adjust its position.',
      '',
      'compose(Move the clip on the timeline to adjust its position)',
    ],
    ['将「城市」片段拖到时间线开头。', '', 'send(将「城市」片段移动到时间线开头)'],
    ['您可以拖拽片段来调整位置。', '', 'compose(移动片段来调整位置)'],
    ['请在时间线上把片段拖拽到新的位置。', '', 'compose(在时间线上把片段移动到新的位置)'],
  ],
  'preview in timeline: the tracks': [
    ['You can preview it in the timeline.', '', 'showTracks'],
    ['Play it back in the preview window.', '', 'showTracks'],
    ['It can be viewed in the player.', '', 'showTracks'],
    ['Check the timeline.', '', 'showTracks'],
    ['可以在时间线上预览效果。', '', 'showTracks'],
    ['现在您可以预览视频。', '', 'showTracks'],
  ],
  'Export button, 导出: the export': [
    ['Click the Export button in the top right corner and choose 1080p MP4.', '', 'export'],
    ['The Export button is in the top right corner.', '', 'export'],
    ["Once you're happy, hit Export!", '', 'export'],
    ['You can now download your video.', '', 'export'],
    ['Your video can be exported by clicking Export.', '', 'export'],
    ['Head over to the Export tab.', '', 'export'],
    ['请点击右上角的「导出」按钮，选择 1080p MP4。', '', 'export'],
    ['导出按钮位于右上角。', '', 'export'],
    ['满意后，您可以导出视频。', '', 'export'],
    ['Your video is ready to export.', 'Your video is ready to export.', 'export'],
    ['Would you like me to export it?', 'Would you like me to export it?', 'export'],
    ['需要我现在导出吗？', '需要我现在导出吗？', 'export'],
  ],
  'check account or billing: the credits': [
    ['Please check your account page for credits and billing.', '', 'showCredits'],
    ['Go to Settings > Account to upgrade your plan.', '', 'showCredits'],
    ['Top up your credits to continue.', '', 'showCredits'],
    ['请到账户页面查看积分和账单。', '', 'showCredits'],
    ["You don't have enough credits. Please check your billing.", "You don't have enough credits.", 'showCredits'],
    ['积分不足，请充值。', '积分不足。', 'showCredits'],
  ],
  'a sentence with both keeps what it tells': [
    ["I've added a title. Click Export to download.", "I've added a title.", 'export'],
    [
      "I've added a title and lowered the music, click Export to download it.",
      "I've added a title and lowered the music.",
      'export',
    ],
    ['The title fades in and you can preview it in the timeline.', 'The title fades in.', 'showTracks'],
    [
      "If you click play, you'll see that I added a title at 0:03.",
      "You'll see that I added a title at 0:03.",
      'showTracks',
    ],
    [
      "Please review it in the preview panel and let me know if you'd like changes.",
      "Let me know if you'd like changes.",
      'showTracks',
    ],
    ['You can now export your video, or tell me what to change.', 'Tell me what to change.', 'export'],
    [
      'The grade is warm, which you can see in the preview, and the music is at 35%.',
      'The grade is warm, and the music is at 35%.',
      'showTracks',
    ],
    ["When you're ready, click **Export** — it takes a minute.", 'It takes a minute.', 'export'],
    ['Done (42 s → 31 s); open the timeline to see the cuts.', 'Done (42 s → 31 s).', 'showTracks'],
    ['标题已添加，您可以点击右上角的「导出」按钮下载视频。', '标题已添加。', 'export'],
    ['我已经剪掉了停顿（42秒→31秒），点击播放按钮即可预览。', '我已经剪掉了停顿（42秒→31秒）。', 'showTracks'],
    ['点击播放，可以听到音乐降到了 35%。', '可以听到音乐降到了 35%。', 'showTracks'],
  ],
};

/** Told of the video, or said by somebody in it: none of the backend's business with its reader. */
const plain = [
  'She clicks the button in scene 2.',
  'I dragged out the intro.',
  'I dragged the title to 0:05 and exported nothing yet.',
  'The user opens the menu and click Export in scene 2.',
  'The button in the top right corner of the frame blinks.',
  'Drop shadow added to the title.',
  'Drag race footage comes first.',
  'Hit the beat with each cut.',
  'Press conference footage added.',
  'Open on a wide shot of the skyline.',
  'Open the window to let the light in.',
  'View from the window at sunset.',
  'You could add a Subscribe button at the end.',
  'You could add a logo in the top right corner.',
  'I suggest adding a cut on the timeline at 0:03.',
  'Play the music softly under the voice.',
  'Click sounds were added at each cut.',
  'Export: 1080p MP4, H.264.',
  'Export settings are unchanged.',
  'You have 40 credits left.',
  'The closing credits roll from 0:25.',
  'I placed the title on the timeline from 0 to 3 s.',
  'You can see "Paradise Found" on the timeline from 0 to 3 s.',
  'Choose a style that you like: warm, cold or neutral?',
  'Download the file here: https://example.com/a.mp4',
  'Click [this link](https://example.com/a) to see the reference.',
  '"Click the Export button, and you are done."',
  '> Click the Export button.',
  '| 0:03 | Click the Export button. |',
  '0:03–0:08 Click the Export button to share your work.',
  '[0:03] Click the Export button.',
  'Narrator: Click the Export button.',
  '**Scene 2:** Open the settings panel.',
  'Use `click()` for the intro.',
  '她点击了按钮。',
  '在第二个镜头中，用户点击导出按钮。',
  '点击率提升了。',
  '打开画面是城市夜景。',
  '我把片段拖长了两秒。',
  '我在时间线上添加了标题「天堂」。',
  '导出设置没有变化。',
  '旁白：点击导出按钮，马上开始。',
  '您还剩 40 积分。',
];

describe('The translation of what the backend says', () => {
  for (const [row, sentences] of Object.entries(table)) {
    describe(row, () => {
      for (const [said, shown, ...actions] of sentences) {
        it(`«${said}»`, () => assert.deepEqual(translate(said), { text: shown, actions }));
      }
    });
  }

  describe('leaves alone what is told of the video', () => {
    for (const said of plain) it(`«${said}»`, () => assert.deepEqual(translate(said), { text: said, actions: [] }));
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

  it('gives out a finished sentence when the speaker pauses, and keeps an unfinished one', () => {
    const translator = new GuiTranslator();
    assert.equal(translator.push('Your clip is on its way.'), '');
    assert.equal(translator.pause(), 'Your clip is on its way.');
    assert.equal(translator.push(' It takes a min') + translator.pause(), '');
    assert.equal(translator.push('ute.') + translator.end(), ' It takes a minute.');
  });

  const sentences = fc.constantFrom(
    ...Object.values(table).flatMap((rows) => rows.map(([said]) => said)),
    ...plain,
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
