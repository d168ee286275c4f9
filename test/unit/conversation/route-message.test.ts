import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import fc from 'fast-check';
import { parse } from 'yaml';

import { readPrompt } from '../../../src/conversation/prompt-blanks.ts';
import { exportWishes, filesHandedOver, routeMessage } from '../../../src/conversation/route-message.ts';
import type { Route } from '../../../src/conversation/turn-update.ts';

const sentences: Readonly<Record<Route, readonly string[]>> = {
  export: [
    // The documented ones.
    'export',
    '导出',
    'download',
    'send me the video',
    'export it',
    '导出视频',
    'download the video please',
    // English.
    'Export!',
    'EXPORT THE VIDEO',
    'Please export the final video.',
    'Can you export it for me?',
    'could you please download the video for me',
    'export 1080p MP4',
    'Export as MP4',
    'export the video as a 1080p mp4 file',
    'export it in high quality',
    'export at 720p',
    'export with the best quality please',
    'download it as mp4 to my computer',
    'save the video',
    'save it to my workspace',
    'save as mp4',
    'render the video',
    'Render it out',
    'start the export',
    'start rendering',
    'retry the export',
    'export again',
    're-export it please',
    "let's export",
    "I'm ready to export",
    'I want to download my video',
    "I'd like to export the finished video now",
    'how do I export it?',
    'How can I download the video?',
    'where can i download my video?',
    'where is the export button?',
    'give me the download link',
    'send me the final mp4',
    'send it to me',
    'Send me the video file, please!',
    'I want the final video',
    'Looks great! Export it please.',
    'Perfect, thanks. Now export the video.',
    'Yes, export it',
    'ok, download',
    'do a high quality export',
    '1080p export please',
    'convert it to mp4',
    'export the video to ~/Movies/final.mp4',
    'export without watermark',
    '"export"',
    '🎬 export it 🙏',
    "It's done, let's export it when you're ready",
    // Chinese.
    '导出吧',
    '请导出视频',
    '帮我导出',
    '导出成mp4',
    '导出 1080p MP4',
    '导出高清视频',
    '以最高画质导出',
    '我想下载成片',
    '下载视频',
    '把视频发给我',
    '发给我',
    '视频发我',
    '可以导出了',
    '怎么导出视频?',
    '渲染视频',
    '保存到本地',
    '把成片导出到桌面',
    '很好，导出吧。',
    '视频导出',
    '導出影片',
    '請幫我匯出',
    '给我下载链接',
    '重新导出一下',
    '帮我把这个视频下载到电脑上',
  ],
  credits: [
    'credits',
    '积分',
    'balance',
    '余额',
    'how many credits do I have left?',
    '还剩多少积分',
    'How many credits do I have',
    'how many credits are left',
    'how many credits did that use?',
    'check my credits',
    'show my credit balance',
    "What's my balance?",
    'what is my current credit balance',
    'credits left?',
    'remaining credits',
    'do I have any credits left?',
    'am I out of credits?',
    'Can you tell me how many credits I have left?',
    'show credits',
    'buy more credits',
    'top up my account',
    'check billing',
    'my account balance please',
    '我还有多少积分?',
    '查看积分',
    '我的积分余额',
    '查一下余额',
    '余额还有多少',
    '积分还剩多少？',
    '还有积分吗',
    '积分够吗',
    '剩余积分',
    '我的账户里还有几个积分',
    '充值',
    '我還剩多少積分',
    '餘額',
  ],
  state: [
    'status',
    '状态',
    'show tracks',
    "what's the status?",
    'show me the tracks',
    'Show me the timeline',
    'Status please',
    'status of my video',
    'project status',
    'what is the status of the export?',
    'any progress?',
    'list the tracks',
    'list all clips',
    'what tracks are there?',
    "what's on the timeline?",
    'what do we have so far?',
    'show me what we have so far',
    'how many tracks are there?',
    'where are we?',
    'is it done yet?',
    'Is my video ready?',
    'is the export finished?',
    "How's it going?",
    'how long is the video?',
    'open the timeline',
    'tracks',
    '查看状态',
    '现在是什么状态？',
    '进度怎么样了',
    '做到哪里了',
    '显示轨道',
    '看看时间线',
    '时间轴上有什么',
    '有哪些轨道？',
    '列出所有轨道',
    '好了吗？',
    '视频做好了吗',
    '完成了没有',
    '顯示軌道',
    '目前狀態',
  ],
  upload: [
    'upload',
    '上传',
    'upload a file',
    'Upload my clips',
    'I want to upload a video',
    'can I upload some footage?',
    'how do I upload a file?',
    'let me upload my own clips',
    'upload 3 videos',
    'upload a video from my computer',
    'import a clip',
    'attach a file',
    'add a file',
    'choose files',
    'upload another one of my videos',
    'upload a video of my dog',
    'https://example.com/footage/city.mp4',
    'upload https://example.com/a/b?id=3',
    'here is my clip: https://example.com/city.mov',
    '/home/ana/clips/talk.mp4',
    'C:\\clips\\talk.mov',
    'upload ~/clips/talk.mp4 and ~/clips/city.webm',
    'upload talk.mp4',
    '我要上传视频',
    '上传一个文件',
    '上传素材',
    '从电脑里上传视频',
    '导入视频',
    '怎么上传文件？',
    '添加文件',
    '上传 talk.mp4',
    '我想上傳影片',
  ],
  message: [
    // The documented traps.
    'add closing credits',
    'balance the audio',
    'show an upload progress bar in the intro',
    '给片尾加演职员表',
    // Words of the other routes, in edits.
    'export settings look wrong, make it brighter',
    'add a title and export',
    'add a title, then export it',
    'export it, but make it brighter first',
    "don't export yet",
    'do not download anything',
    'export the first 10 seconds only',
    'export the audio as mp3',
    'export it in black and white',
    'export the video in slow motion',
    'make it look like an export from an old camera',
    'download a clip of the ocean and put it at the start',
    'send me the script',
    'add text "download our app" at the end',
    'write "Export" on the button in scene 2',
    'render a 3D logo in the intro',
    'save the best takes and cut the rest',
    'the downloaded clip is too dark',
    'send the video to the background and put the logo on top',
    'get the video to loop',
    'make the video ready for download pages',
    'roll the credits',
    'show credits at the end',
    'credits should scroll faster',
    'add credits',
    'put my name in the credits',
    'fix the white balance',
    'what is the white balance?',
    'balance the colors',
    'check the balance between music and voice',
    'the audio balance is off',
    'how many credits does a generated clip cost?',
    'show a status bar at the bottom',
    'show the status in a lower third',
    'add a progress bar',
    'show the train tracks at the start',
    'show the tracks in slow motion',
    'remove the music track',
    'lower all tracks by 3 dB',
    'show me a better version of the timeline intro',
    'zoom in on the state of California',
    'list the ingredients as captions',
    'blur the upload date',
    'upload it to YouTube',
    'upload the video to TikTok',
    'use https://example.com/city.mp4 as the intro',
    'replace the intro with ~/clips/new.mp4',
    'Upload, edit, export: make that the slogan',
    'is it done in warm colours?',
    'how do I make the video pop?',
    // Plain edits and questions.
    'make it better',
    'trim the first 3 seconds',
    'add lo-fi background music',
    'speed it up 2x',
    'make a vertical version',
    'yes',
    'ok',
    'thanks!',
    'Perfect, thank you.',
    'can you help me?',
    'write a compelling voiceover script based on my video content',
    'auto-cut the pauses, add B-roll transitions, and generate a cinematic intro scene',
    'auto-cut the pauses, add B-roll transitions',
    'generate a 2-minute raw product demo recording into a 1080p MP4',
    'generating written scripts and narration from raw video footage for content creators',
    'generate my raw video clips',
    'edit my video clips',
    'apply Lightroom-style color grading and adjust',
    'apply Lightroom-style color grading and adjust exposure, contrast, and saturation across the clip',
    '',
    '   ',
    '?!',
    // Chinese.
    '在片头显示上传进度条',
    '把上传的片段调亮',
    '给上传的视频加字幕',
    '上传到抖音',
    '导出的画面太暗，调亮一点',
    '不要导出',
    '先别导出',
    '导出前加个标题',
    '加个标题然后导出',
    '加标题，再导出',
    '在结尾加上"下载我们的App"',
    '做一个下载按钮的动画',
    '把导出设置改成竖屏',
    '片尾加一个积分榜',
    '调整白平衡',
    '平衡一下音量',
    '余额不足的提示做成字幕',
    '显示铁路轨道',
    '在时间线开头加标题',
    '加一个进度条',
    '把状态栏遮住',
    '删除音乐轨道',
    '剪掉停顿，加背景音乐',
    '生成一个电影感的片头',
    '好的',
    '谢谢',
  ],
};

describe('Where a message goes', () => {
  for (const [route, examples] of Object.entries(sentences)) {
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
    const intents = Object.values(sentences).flat();
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
          assert.ok(Object.keys(sentences).includes(routeMessage(text)));
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
});

describe('What a message says about its export', () => {
  for (const [text, wishes] of [
    ['export it', {}],
    ['export 1080p MP4', { format: 'mp4', quality: 'high' }],
    ['export at 720p', { quality: 'medium' }],
    ['export as webm in low quality', { format: 'webm', quality: 'low' }],
    ['export 480p mov', { format: 'mov', quality: 'low' }],
    ['download in the best quality', { quality: 'high' }],
    ['导出高清视频', { quality: 'high' }],
    ['导出成mp4', { format: 'mp4' }],
    ['以最高画质导出 MOV', { format: 'mov', quality: 'high' }],
  ] as const) {
    it(`«${text}»`, () => assert.deepEqual(exportWishes(text), wishes));
  }
});
