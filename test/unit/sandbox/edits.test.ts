import assert from 'node:assert/strict';
import type { Sandbox } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { smallClips } from './small-clips.ts';
import type { SmallClips } from './small-clips.ts';
import { Visitor } from './visitor.ts';
import type { WireState, WireTurn } from './visitor.ts';

/** What a message does to a timeline with one clip of 6 s, «city_talk», 320×180. */
interface Edit {
  readonly says: readonly string[];
  readonly then: (state: WireState, turn: WireTurn) => void;
}

/** Length of the video track, in ms. */
const lengthOf = (state: WireState) => state.clips('Video').reduce((sum, clip) => sum + clip.d, 0);
const near = (actual: number | undefined, expected: number, tolerance: number) =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= tolerance, `${actual}, not ${expected}`);
const effectsOf = (state: WireState) => state.clips('Video')[0]?.fx ?? [];

const pausesAreCut = (state: WireState) => {
  assert.ok(state.clips('Video').filter((clip) => clip.m.title === 'city_talk').length === 3);
  const talk = state.clips('Video').filter((clip) => clip.m.title === 'city_talk');
  // Two pauses of a second, less the breath on both sides.
  near(
    talk.reduce((sum, clip) => sum + clip.d, 0),
    4300,
    250,
  );
  near(talk[1]?.ss, 2420, 120);
};
const brollIsThere = (state: WireState) => {
  const broll = state.clips('B-roll');
  assert.ok(broll.length > 0);
  for (const clip of broll) assert.deepEqual([clip.vo, clip.fx], [0, ['B-roll transition']]);
};
const introIsThere = (state: WireState) => {
  assert.deepEqual([state.clips('Video')[0]?.m.title, state.clips('Video')[0]?.d], ['Cinematic intro', 3000]);
  assert.equal(state.clips('Title').length, 1);
};
const scriptIsWritten = (_state: WireState, turn: WireTurn) => {
  const rows = turn.words.split('\n').filter((line) => /^\| \d/.test(line));
  // The picture changes at 3 s: one line for each scene.
  assert.deepEqual(
    rows.map((row) => row.split('|')[1]?.trim()),
    ['0:00.0–0:03.0', '0:03.0–0:06.0'],
  );
};
const lightroom = (state: WireState) => {
  assert.equal(effectsOf(state)[0], 'Lightroom-style grade');
  for (const part of ['Exposure', 'Contrast', 'Saturation'])
    assert.ok(
      effectsOf(state).some((name) => name.startsWith(part)),
      part,
    );
};
const generated = (title: string, ms: number) => (state: WireState, turn: WireTurn) => {
  const clip = state.clips('Video').at(-1);
  assert.deepEqual([clip?.m.title, clip?.d], [title, ms]);
  assert.ok(state.clips('BGM').length === 1 && state.clips('Title').length === 1);
  assert.match(turn.words, /raw clip|原始片段/);
};
const exportIsExplained = (state: WireState, turn: WireTurn) => {
  assert.match(turn.words, /Export button|导出/);
  assert.equal(lengthOf(state), 6000);
};

const edits: readonly Edit[] = [
  // The skills' own prompts.
  {
    says: [
      'write a compelling voiceover script based on my video content',
      'generating written scripts and narration from raw video footage for content creators',
      '根据我的视频内容写一段吸引人的旁白脚本',
    ],
    then: scriptIsWritten,
  },
  {
    says: [
      'auto-cut the pauses, add B-roll transitions, and generate a cinematic intro scene',
      '自动剪掉停顿，添加空镜转场，并生成电影感片头',
    ],
    then: (state) => {
      pausesAreCut(state);
      brollIsThere(state);
      introIsThere(state);
    },
  },
  {
    says: ['auto-cut the pauses, add B-roll transitions', '自动剪掉停顿，添加空镜转场'],
    then: (state) => {
      pausesAreCut(state);
      brollIsThere(state);
    },
  },
  {
    says: [
      'apply Lightroom-style color grading and adjust exposure, contrast, and saturation across the clip',
      'apply Lightroom-style color grading and adjust',
      '应用 Lightroom 风格调色，并调整整段视频的曝光、对比度和饱和度',
    ],
    then: lightroom,
  },
  { says: ['generate my raw video clips'], then: generated('raw video clips', 10_000) },
  {
    says: ['edit my video clips', '剪辑我的视频片段'],
    then: (state) => {
      pausesAreCut(state);
      assert.ok(effectsOf(state).includes('Natural grade'));
    },
  },
  { says: ['export 1080p MP4', '导出 1080p MP4'], then: exportIsExplained },
  // Cutting.
  {
    says: ['trim the first 3 seconds', 'cut the first three seconds', 'remove the first 3s', '剪掉前3秒', '去掉前三秒'],
    then: (state) => {
      assert.equal(lengthOf(state), 3000);
      assert.equal(state.clips('Video')[0]?.ss, 3000);
    },
  },
  {
    says: ['trim the last 2 seconds', '剪掉最后2秒'],
    then: (state) => {
      assert.deepEqual([lengthOf(state), state.clips('Video')[0]?.ss], [4000, 0]);
    },
  },
  {
    says: ['cut to 4 seconds', 'make it 4 seconds long', 'shorten the video to 0:04', '剪到4秒', '保留前4秒'],
    then: (state) => assert.equal(lengthOf(state), 4000),
  },
  {
    says: ['keep 2s to 5s', 'keep only 2–5 s', 'keep between 2 s and 5 s', '保留2秒到5秒'],
    then: (state) => {
      assert.deepEqual([lengthOf(state), state.clips('Video')[0]?.ss], [3000, 2000]);
    },
  },
  {
    says: ['cut out 2s to 4s', 'delete from 0:02 to 0:04', '删除2秒到4秒'],
    then: (state) => {
      assert.deepEqual(
        state.clips('Video').map((clip) => [clip.ss, clip.d]),
        [
          [0, 2000],
          [4000, 2000],
        ],
      );
    },
  },
  { says: ['cut the pauses', 'remove the silences', '去掉停顿'], then: pausesAreCut },
  // Words on the picture.
  {
    says: [
      'add a title "Paradise Found" for the first 3 seconds',
      'Add a title saying Paradise Found for 3 seconds',
      '加标题“Paradise Found”，前3秒',
    ],
    then: (state) => {
      const [title] = state.clips('Title');
      assert.deepEqual([title?.tx, title?.d, title?.st ?? 0], ['Paradise Found', 3000, 0]);
    },
  },
  {
    says: ['add a title “Half way” from 2s to 4s'],
    then: (state) => {
      const [title] = state.clips('Title');
      assert.deepEqual([title?.tx, title?.st, title?.d], ['Half way', 2000, 2000]);
    },
  },
  { says: ['添加标题：天堂之路'], then: (state) => assert.equal(state.clips('Title')[0]?.tx, '天堂之路') },
  { says: ['add closing credits', '给片尾加演职员表'], then: (state) => near(state.clips('Title')[0]?.st, 2000, 0) },
  {
    says: ['show an upload progress bar in the intro'],
    then: (state) => assert.equal(state.clips('Overlay')[0]?.m.title, 'Progress bar'),
  },
  { says: ['add captions', '加字幕'], then: (state) => assert.equal(state.clips('Captions').length, 2) },
  {
    says: ['write a voiceover script with captions on the timeline'],
    then: (state, turn) => {
      scriptIsWritten(state, turn);
      assert.equal(state.clips('Captions').length, 2);
    },
  },
  // Sound.
  {
    says: ['add lo-fi background music at 20% volume', '加一首lo-fi背景音乐，音量20%'],
    then: (state) => {
      const [music] = state.clips('BGM');
      assert.deepEqual([music?.m.title, music?.vo, music?.d], ['Lo-fi', 0.2, 6000]);
    },
  },
  {
    says: ['add background music', '添加背景音乐'],
    then: (state) => assert.deepEqual([state.clips('BGM')[0]?.m.title, state.clips('BGM')[0]?.vo], ['Lo-fi', 0.35]),
  },
  {
    says: ['mute the clip', '静音', 'remove the original sound'],
    then: (state) => assert.equal(state.clips('Video')[0]?.vo, 0),
  },
  { says: ['set the volume to 60%', '把音量调到60%'], then: (state) => assert.equal(state.clips('Video')[0]?.vo, 0.6) },
  { says: ['balance the audio'], then: (state) => assert.ok(effectsOf(state).includes('Balanced audio')) },
  // Picture.
  {
    says: ['increase exposure by 20%', '曝光提高20%'],
    then: (state) => assert.deepEqual(effectsOf(state), ['Exposure +20%']),
  },
  {
    says: ['lower the contrast by 15%', '对比度降低15%'],
    then: (state) => assert.deepEqual(effectsOf(state), ['Contrast -15%']),
  },
  {
    says: ['make it black and white', '改成黑白'],
    then: (state) => assert.equal(effectsOf(state)[0], 'Black and white'),
  },
  { says: ['make it warmer', '色调暖一点'], then: (state) => assert.equal(effectsOf(state)[0], 'Warm grade') },
  {
    says: ['add cross dissolve transitions', '加转场'],
    then: (state) => assert.deepEqual(effectsOf(state), ['Dip to black']),
  },
  {
    says: ['generate a cinematic intro "Night Drive"', '加一个片头「Night Drive」'],
    then: (state) => {
      introIsThere(state);
      assert.equal(state.clips('Title')[0]?.tx, 'Night Drive');
    },
  },
  {
    says: ['make it 9:16', 'turn it into a vertical video', '改成竖屏'],
    then: (state) => assert.deepEqual([state.draft.w, state.draft.h], [180, 320]),
  },
  {
    says: ['make it square', '1:1', '改成正方形'],
    then: (state) => assert.deepEqual([state.draft.w, state.draft.h], [180, 180]),
  },
  { says: ['16:9 please', '横屏'], then: (state) => assert.deepEqual([state.draft.w, state.draft.h], [320, 180]) },
  {
    says: ['speed it up 2x', 'play it twice as fast', '加速2倍'],
    then: (state) => assert.deepEqual([lengthOf(state), state.clips('Video')[0]?.sp], [3000, 2]),
  },
  {
    says: ['slow it down to half speed', '放慢到0.5倍'],
    then: (state) => assert.deepEqual([lengthOf(state), state.clips('Video')[0]?.sp], [12_000, 0.5]),
  },
  // Clips by name.
  {
    says: ['Trim clip "city_talk" to 1–3 s'],
    then: (state) => assert.deepEqual([lengthOf(state), state.clips('Video')[0]?.ss], [2000, 1000]),
  },
  { says: ['add the clip "city_talk"'], then: (state) => assert.equal(state.clips('Video').length, 2) },
  { says: ['remove the first clip', '删除第一个片段'], then: (state) => assert.equal(state.clips('Video').length, 0) },
  // A new picture.
  { says: ['generate a 2-second video of a city timelapse'], then: generated('city timelapse', 2000) },
  { says: ['生成一段2秒的海浪视频'], then: generated('海浪', 2000) },
];

describe('sandbox: edits in English and Chinese', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let clips: SmallClips;
  let visitor: Visitor;
  before(async () => {
    clips = await smallClips();
    sandbox = await startSandbox({ silentRate: 0, credits: 1_000_000, omitStarts: false });
    visitor = await Visitor.arrive(sandbox);
  });
  after(() => sandbox.close());

  for (const { says, then } of edits) {
    for (const message of says) {
      it(message, async () => {
        await visitor.newSession();
        await visitor.upload(clips.talk);
        const turn = await visitor.say(message);
        assert.equal(/[\u4e00-\u9fff]/.test(message), /[\u4e00-\u9fff]/.test(turn.words), turn.words);
        then(await visitor.state(), turn);
      });
    }
  }

  it('generates a 2-minute recording at once', async () => {
    await visitor.newSession();
    const turn = await visitor.say('generate a 2-minute raw product demo recording into a 1080p MP4');
    assert.match(turn.words, /«raw product demo recording» is ready \(120 s, 1920×1080\)/);
    const state = await visitor.state();
    assert.deepEqual([lengthOf(state), state.draft.w, state.draft.h], [120_000, 1920, 1080]);
  });

  it('uses the song that was uploaded, as long as it is', async () => {
    await visitor.newSession();
    await visitor.upload(clips.talk, clips.song);
    await visitor.say('add background music at 40%');
    const [music] = (await visitor.state()).clips('BGM');
    assert.equal(music?.m.title, 'my song');
    near(music.d, 4000, 100);
  });

  it('changes and removes what was added before', async () => {
    await visitor.newSession();
    await visitor.upload(clips.talk);
    await visitor.say('add lo-fi music and add a title "One"');
    await visitor.say('lower the music volume to 10%');
    assert.equal((await visitor.state()).clips('BGM')[0]?.vo, 0.1);
    await visitor.say('make the music louder');
    near((await visitor.state()).clips('BGM')[0]?.vo, 0.13, 0.01);
    await visitor.say('remove the music');
    await visitor.say('删除标题');
    assert.deepEqual(
      (await visitor.state()).draft.t.map((track) => track.m.title),
      ['Video'],
    );
    await visitor.say('make it warmer');
    await visitor.say('remove the colour grade');
    assert.deepEqual(effectsOf(await visitor.state()), []);
  });

  it('moves clips on their track', async () => {
    await visitor.newSession();
    await visitor.upload(clips.talk, clips.picture);
    await visitor.say('move the second clip to the start');
    assert.deepEqual(
      (await visitor.state()).clips('Video').map((clip) => [clip.m.title, clip.st]),
      [
        ['picture', 0],
        ['city_talk', 3000],
      ],
    );
    await visitor.say('add a title "One" for the first 2 seconds');
    await visitor.say('Move clip "One" to 4 s');
    assert.equal((await visitor.state()).clips('Title')[0]?.st, 4000);
  });

  it('keeps titles and music in step with a cut', async () => {
    await visitor.newSession();
    await visitor.upload(clips.talk);
    await visitor.say('add lo-fi music and add a title "Later" from 4s to 5s');
    await visitor.say('trim the first 2 seconds');
    const state = await visitor.state();
    assert.deepEqual([state.clips('Title')[0]?.st, state.clips('Title')[0]?.d], [2000, 1000]);
    assert.equal(state.clips('BGM')[0]?.d, 4000);
    assert.equal(state.draft.d, 4000);
  });

  it('takes changes back, one message at a time', async () => {
    await visitor.newSession();
    await visitor.upload(clips.talk);
    const { draftText } = await visitor.state();
    await visitor.say('make it square, and trim the first 2 seconds');
    await visitor.say('speed it up 2x');
    await visitor.say('undo');
    assert.equal(lengthOf(await visitor.state()), 4000);
    await visitor.say('撤销');
    assert.equal((await visitor.state()).draftText, draftText);
  });

  it('says what is missing where there is nothing to edit', async () => {
    await visitor.newSession();
    assert.match((await visitor.say('trim the first 3 seconds')).words, /Upload a video/);
    assert.match((await visitor.say('剪掉前3秒')).words, /请先上传视频/);
    assert.deepEqual((await visitor.state()).draft.t, []);
  });

  it('helps with what it does not understand, and changes nothing', async () => {
    await visitor.newSession();
    await visitor.upload(clips.picture);
    const { draftText } = await visitor.state();
    assert.match((await visitor.say('Tell me a joke')).words, /not sure/);
    assert.equal((await visitor.state()).draftText, draftText);
  });
});
