import type { ChatMessage, ChatState, SkillView } from '../../../src/conversation/chat-state.ts';
import type { VersionView } from '../../../src/protocol/messages.ts';
import type { Clip, Timeline, TimelineChange, Track } from '../../../src/timeline/timeline-model.ts';

/** What the preview can show. */
export const sceneNames = [
  'first',
  'connecting',
  'failed',
  'rich',
  'running',
  'held',
  'following',
  'findings',
  'looking',
  'question',
  'answered',
  'edits',
  'errors',
  'transfers',
  'chinese',
  'large',
  'long',
  'story',
] as const;
export type SceneName = (typeof sceneNames)[number];

const skill: SkillView = {
  name: 'ai-video-editor-generative',
  displayName: 'AI Video Editor Generative',
  tagline: 'From raw clips to a finished cut, in words',
  greeting:
    'Hello! Give me raw clips, for example an unedited two-minute screen recording, and tell me what they should become.',
  prompts: [
    'auto-cut the pauses, add B-roll transitions, and generate a {cinematic} intro scene',
    'auto-cut the pauses, add B-roll transitions',
    'add the title {“Hello”} for the first {3 seconds}',
    'export 1080p MP4',
  ],
  workflows: [
    { name: 'Quick edit', steps: 'Upload a clip, send the first prompt, export the MP4.' },
    { name: 'Step by step', steps: 'Ask for a rough cut, look at it, refine it: the session keeps the timeline.' },
  ],
  tips: ['Clips under 3 minutes give you more precise control.', 'An edit usually takes 1 to 2 minutes.'],
};

const noon = Date.UTC(2026, 4, 4, 12, 0);
let lastId = 0;
const message = (role: ChatMessage['role'], text: string, rest: Partial<ChatMessage> = {}): ChatMessage => {
  lastId += 1;
  const state = role === 'user' ? 'sent' : 'done';
  return { id: `m${lastId}`, role, text, atMs: noon + lastId * 60_000, state, ...rest };
};

const clip = (id: string, title: string, startMs: number, durationMs: number, rest: Partial<Clip> = {}): Clip => ({
  id,
  title,
  startMs,
  durationMs,
  ...rest,
});

const tracks: Track[] = [
  {
    index: 1,
    kind: 'video',
    title: 'Video',
    clips: [
      clip('v1', 'cinematic intro', 0, 4_000, { effects: ['Fade in'] }),
      clip('v2', 'talk with pauses.mp4', 4_000, 7_500, {
        sourceStartMs: 1_250,
        volume: 100,
        width: 1920,
        height: 1080,
      }),
      clip('v3', 'talk with pauses.mp4', 11_500, 5_250, { volume: 60 }),
      clip('v4', 'city timelapse at night, handheld, second take.mov', 16_750, 9_250, {
        speed: 1.5,
        effects: ['Warm grade'],
      }),
      clip('v5', '旅行日记 第三天.mp4', 26_000, 8_000),
    ],
  },
  {
    index: 2,
    kind: 'video',
    title: 'B-roll',
    clips: [clip('b1', 'harbour', 6_000, 1_800), clip('b2', 'hands', 13_000, 900), clip('b3', 'window', 22_500, 2_100)],
  },
  {
    index: 3,
    kind: 'audio',
    title: 'BGM',
    clips: [clip('a1', 'Lo-fi evening', 0, 34_000, { volume: 35 })],
  },
  {
    index: 4,
    kind: 'text',
    title: 'Title',
    clips: [
      clip('t1', 'Paradise Found', 500, 3_000, { text: 'Paradise Found' }),
      clip('t2', '第三天', 26_500, 2_500, { text: '第三天:海边' }),
    ],
  },
];
const timeline: Timeline = { tracks, durationMs: 34_000, width: 1080, height: 1920 };

const changes: TimelineChange[] = [
  {
    kind: 'added',
    trackIndex: 4,
    trackKind: 'text',
    clipId: 't1',
    title: 'Paradise Found',
    startMs: 500,
    endMs: 3_500,
    sentence: 'Title added: "Paradise Found" (0.5–3.5 s)',
  },
  {
    kind: 'changed',
    trackIndex: 1,
    trackKind: 'video',
    clipId: 'v4',
    title: 'city timelapse at night, handheld, second take.mov',
    startMs: 16_750,
    endMs: 26_000,
    sentence: 'Clip "city timelapse at night, handheld, second take.mov": 13.9 s → 9.25 s, speed 1× → 1.5×',
  },
  {
    kind: 'moved',
    trackIndex: 2,
    trackKind: 'video',
    clipId: 'b3',
    title: 'window',
    startMs: 22_500,
    endMs: 24_600,
    formerly: [{ trackIndex: 2, title: 'window', startMs: 18_000, endMs: 20_100 }],
    sentence: 'Clip "window" moved from 18 s to 22.5 s',
  },
  {
    kind: 'removed',
    trackIndex: 2,
    trackKind: 'video',
    clipId: 'b4',
    title: 'crowd',
    startMs: 28_000,
    endMs: 31_000,
    formerly: [{ trackIndex: 2, title: 'crowd', startMs: 28_000, endMs: 31_000 }],
    sentence: 'Clip "crowd" removed (28–31 s)',
  },
];

const markdown = `I cut **seven pauses** (11.4 s in all) and put *B-roll* over the hardest of them.

### What I did

1. Trimmed the start to the first word
2. Removed pauses longer than \`0.6 s\`
   - kept the one before the punch line
   - cross-faded the rest
3. Added three B-roll shots, see [the notes](https://example.com/notes)

| Shot | From | To | Why |
| :--- | ---: | ---: | :--- |
| harbour | 6.0 s | 7.8 s | covers a jump cut |
| hands | 13.0 s | 13.9 s | rhythm |
| window | 22.5 s | 24.6 s | 让画面更有呼吸感 |

> The music sits at 35 %, below the voice.

\`\`\`srt
1
00:00:00,500 --> 00:00:03,500
Paradise Found
\`\`\`

- [x] pauses
- [ ] colour grade, if you like: <b>this tag is text</b> &amp; [this is no link](javascript:alert(1))
`;

const base: ChatState = {
  connection: { kind: 'connected', anonymous: true, credits: { available: 87, frozen: 13, total: 100 } },
  skill,
  skills: [
    { name: 'video-writer', displayName: 'Video Writer' },
    { name: 'ai-video-editor-generative', displayName: 'AI Video Editor Generative' },
    { name: 'video-editing-with-lightroom', displayName: 'Video Editing with Lightroom' },
  ],
  sessionName: 'Summer film',
  messages: [],
  timeline: { tracks: [], durationMs: 0 },
  transfers: [],
  attachments: [],
};

const richMessages = (): ChatMessage[] => [
  message('notice', 'talk with pauses.mp4 is uploaded: 0:42, 1920×1080.'),
  message('user', 'auto-cut the pauses, add B-roll transitions, and generate a cinematic intro scene', {
    attachments: ['talk with pauses.mp4', '旅行日记 第三天.mp4'],
  }),
  message('assistant', markdown, {
    creditsSpent: 50,
    changes: changes.slice(1),
    actions: [
      { kind: 'export', label: 'Export Video' },
      { kind: 'showTracks', label: 'Show Tracks' },
    ],
  }),
  message('user', 'Add a title "Paradise Found" at the start,\nand speed up the city shot.'),
  message('assistant', '', { changes }),
];

const large = (): ChatState => {
  const count = 10_000;
  const rows = 20;
  const kinds = ['video', 'video', 'audio', 'text', 'other'] as const;
  const many: Track[] = Array.from({ length: rows }, (_, row) => {
    const kind = kinds[row % kinds.length] ?? 'video';
    let at = 0;
    const clips = Array.from({ length: count / rows }, (_unused, position) => {
      const startMs = at + ((position * 37 + row * 101) % 700);
      const durationMs = 800 + ((position * 911 + row * 313) % 9_000);
      at = startMs + durationMs;
      return clip(`c${row}-${position}`, `Clip ${position + 1} of row ${row + 1}`, startMs, durationMs, {
        ...(kind === 'audio' ? { volume: (position * 7) % 101 } : {}),
      });
    });
    return { index: row + 1, kind, title: `${kind} ${row + 1}`, clips };
  });
  const messages = Array.from({ length: 500 }, (_, at) => [
    message('user', `Question ${at + 1}: what about clip ${at * 3}?`),
    message(
      'assistant',
      at % 4 === 0 ? markdown : `Answer ${at + 1}. ${'It is done, and it looks well. '.repeat(at % 9)}`,
    ),
  ]).flat();
  const durationMs = Math.max(
    ...many.map(({ clips }) => (clips.at(-1)?.startMs ?? 0) + (clips.at(-1)?.durationMs ?? 0)),
  );
  return { ...base, messages, timeline: { tracks: many, durationMs, width: 1920, height: 1080 } };
};

const questions = [
  {
    id: 'style',
    prompt: 'Which style do you want?',
    options: [
      { id: 'calm', label: 'Calm' },
      {
        id: 'lively',
        label: 'Lively, with quick cuts and a beat that goes on through all of the film to its very end',
      },
      { id: 'asIs', label: '<b>As it is</b>' },
    ],
    allowMultiple: false,
  },
  {
    id: 'more',
    prompt: 'What else may I change?',
    options: [
      { id: 'colours', label: 'Colours' },
      { id: 'music', label: 'Music' },
    ],
    allowMultiple: true,
  },
];

/** The state of a scene. */
export function scene(name: SceneName): ChatState {
  lastId = 0;
  switch (name) {
    case 'first':
    case 'story':
      return base;
    case 'connecting':
      return { ...base, connection: { kind: 'connecting' } };
    case 'failed':
      return {
        ...base,
        connection: {
          kind: 'failed',
          message: 'Nemo cannot be reached. Check your connection, then try again.',
          steps: [
            { kind: 'connect', label: 'Try Again' },
            { kind: 'openSettings', label: 'Open Settings', argument: 'nemo.apiUrl' },
            { kind: 'showLog', label: 'Show Log' },
          ],
        },
      };
    case 'rich':
      return { ...base, messages: richMessages(), timeline };
    case 'long': {
      const take = (at: number) =>
        `${at}. Take **${at}**: the harbour at dawn, from the quay, with a slow pan to the left.`;
      const takes = Array.from({ length: 1_000 }, (_, at) => take(at + 1)).join('\n');
      return { ...base, messages: [message('user', 'List all takes'), message('assistant', takes)], timeline };
    }
    case 'running':
      return {
        ...base,
        messages: [
          ...richMessages().slice(0, 2),
          message('assistant', 'I will start with the intro. It shows the harbour at dawn, slow, with', {
            state: 'running',
            activity: { label: 'Generating video', sinceMs: Date.now() - 84_000 },
            stillWorkingMs: 120_000,
          }),
          message('user', 'Then make it portrait, 9:16', { state: 'queued' }),
          message('user', 'and export it', { state: 'queued' }),
        ],
        timeline,
        attachments: [
          { id: 'f1', name: 'screen recording.mov', state: 'uploading', transferId: 'u1' },
          { id: 'f2', name: 'a very long name of a clip that was recorded on a phone.mp4', state: 'ready' },
          { id: 'f3', name: 'broken.avi', state: 'failed' },
        ],
        transfers: [
          {
            id: 'u1',
            kind: 'upload',
            name: 'screen recording.mov',
            phase: 'sending',
            percent: 42.4,
            bytesPerSecond: 3_420_000,
            actions: [{ kind: 'cancelTransfer', label: 'Cancel', argument: 'u1' }],
          },
        ],
      };
    case 'held':
      return {
        ...base,
        messages: [
          ...richMessages().slice(0, 2),
          message('assistant', 'I will start with the intro. It shows', { state: 'cancelled' }),
          message('user', 'Then make it portrait, 9:16', { state: 'queued' }),
          message('user', 'and export it', { state: 'queued' }),
        ],
        queueHeld: true,
        timeline,
      };
    case 'findings':
      return {
        ...base,
        messages: [
          message('user', 'Add a title "Paradise Found" at the start'),
          message('assistant', "Done! I've added the title.", {
            finding: {
              text: 'Nothing changed on the timeline.',
              actions: [{ kind: 'compose', label: 'Say It in Other Words…', argument: 'Add a title' }],
            },
            actions: [{ kind: 'compose', label: 'Say It in Other Words…', argument: 'Add a title' }],
          }),
          message('user', 'Trim clip "talk with pauses.mp4" on track 1 (Video, 0:04–0:11.5) so that it ends at 0:09.'),
          message('assistant', 'I trimmed the clip.', {
            creditsSpent: 50,
            changes: changes.slice(0, 2),
            finding: {
              text: 'The clip “talk with pauses.mp4” was not trimmed as asked. 2 other clips were removed.',
              actions: [],
            },
            actions: [
              { kind: 'send', label: 'Undo the Last Change', argument: 'Undo the last change' },
              { kind: 'compose', label: 'Say It in Other Words…', argument: 'Trim clip' },
              { kind: 'export', label: 'Export' },
            ],
          }),
        ],
        timeline,
      };
    case 'following':
      return {
        ...base,
        messages: [
          ...richMessages().slice(0, 2),
          message('user', 'Add an intro and some music'),
          message('assistant', 'Sure, I’m on it.', { following: 'stream', creditsSpent: 50 }),
        ],
        timeline,
      };
    case 'looking':
      return {
        ...base,
        messages: [message('user', 'Trim it to ten seconds'), message('assistant', '', { following: 'state' })],
        timeline,
      };
    case 'question':
      return {
        ...base,
        messages: [
          message('user', 'Make it nicer'),
          message('assistant', 'I can do that in more than one way.', { question: { questions } }),
        ],
        timeline,
      };
    case 'answered':
      return {
        ...base,
        messages: [
          message('user', 'Make it nicer'),
          message('assistant', '', {
            question: {
              questions,
              answer: {
                choices: [
                  { questionId: 'style', optionIds: ['calm'] },
                  { questionId: 'more', optionIds: ['music'], other: 'the end, which is too long' },
                ],
              },
            },
          }),
          message('user', 'Which style do you want? Calm\nWhat else may I change? Music, the end, which is too long'),
          message('assistant', 'Done.'),
          message('user', 'And now?'),
          message('assistant', '', {
            question: { questions: [{ id: 'q1', prompt: '还需要什么？', options: [], allowMultiple: false }] },
          }),
        ],
        timeline,
      };
    case 'edits': {
      const many = Array.from({ length: 14 }, (_, at): TimelineChange => ({
        ...(changes[at % changes.length] ?? changes[0]!),
        sentence: `${changes[at % changes.length]?.sentence ?? ''} (${at + 1})`,
      }));
      return {
        ...base,
        messages: [
          message('user', 'cut the pauses'),
          message('assistant', '', { changes: many, creditsSpent: 1 }),
          message('user', 'how many credits do I have left?'),
          message('notice', '87 credits are available, 13 are held for work that runs.', {
            actions: [{ kind: 'openUrl', label: 'Get More', argument: 'https://example.com' }],
          }),
        ],
        timeline,
      };
    }
    case 'errors':
      return {
        ...base,
        connection: {
          kind: 'failed',
          message: 'Nemo cannot be reached.',
          steps: [{ kind: 'connect', label: 'Try Again' }],
        },
        messages: [
          message('user', 'make it warmer'),
          message('assistant', 'I raise the temperature and', {
            state: 'failed',
            error: {
              code: 'turnLost',
              message:
                'The connection broke and the timeline did not change. Sending it again starts a new edit, which may cost credits again.',
            },
            actions: [
              { kind: 'retry', label: 'Send Again' },
              { kind: 'showTracks', label: 'Show Tracks' },
            ],
          }),
          message('user', 'generate a long scene'),
          message('assistant', 'Here is the beginning of', { state: 'cancelled' }),
          message('user', 'export'),
          message('assistant', '', {
            state: 'failed',
            error: { code: 'nothingToExport', message: 'There is nothing on the timeline yet. Upload a clip first.' },
            actions: [{ kind: 'upload', label: 'Choose Clips…' }],
          }),
        ],
      };
    case 'transfers':
      return {
        ...base,
        messages: richMessages().slice(0, 2),
        timeline,
        transfers: [
          {
            id: 'u1',
            kind: 'upload',
            name: 'screen recording of the whole afternoon.mov',
            phase: 'sending',
            percent: 71.9,
            bytesPerSecond: 12_400_000,
            actions: [{ kind: 'cancelTransfer', label: 'Cancel', argument: 'u1' }],
          },
          { id: 'u2', kind: 'upload', name: 'b-roll.mp4', phase: 'waiting', actions: [] },
          {
            id: 'r1',
            kind: 'render',
            name: 'Summer film.mp4',
            phase: 'rendering',
            actions: [{ kind: 'cancelTransfer', label: 'Cancel', argument: 'r1' }],
          },
          {
            id: 'r2',
            kind: 'render',
            name: 'Rough cut.mp4',
            phase: 'done',
            percent: 100,
            actions: [
              { kind: 'openFile', label: 'Open', argument: 'file:///x.mp4' },
              { kind: 'revealFile', label: 'Show in Explorer', argument: 'file:///x.mp4' },
            ],
          },
          {
            id: 'u3',
            kind: 'upload',
            name: 'notes.txt',
            phase: 'failed',
            message:
              'This kind of file cannot be used. Take mp4, mov, avi, webm, mkv, jpg, png, gif, webp, mp3, wav, m4a or aac.',
            actions: [{ kind: 'upload', label: 'Choose Another' }],
          },
        ],
      };
    case 'chinese':
      return {
        ...base,
        sessionName: '夏日短片',
        messages: [
          message('user', '把停顿剪掉,加上字幕,然后配一段轻松的背景音乐。片尾加演职员表,谢谢!'),
          message(
            'assistant',
            '好的,我已经完成以下修改:\n\n1. **剪掉停顿**:共七处,合计 11.4 秒\n2. **添加字幕**:时间轴上新增文字轨道\n3. **背景音乐**:「Lo-fi evening」,音量 35 %\n\n| 片段 | 起 | 止 |\n|---|---|---|\n| 港口 | 6.0 秒 | 7.8 秒 |\n| 海边的窗户与远处的灯塔 | 22.5 秒 | 24.6 秒 |\n\n接下来要不要导出?',
            { changes: changes.slice(0, 2), creditsSpent: 50, actions: [{ kind: 'export', label: '导出视频' }] },
          ),
        ],
        timeline,
      };
    case 'large':
      return large();
  }
}

/** Drafts that were seen before, the newest first, and what changed since: a moment ago nothing, at first a lot. */
export const versions: readonly VersionView[] = [
  { number: 3, atMs: noon + 240_000, label: 'Add a title "Paradise Found" at the start,' },
  { number: 2, atMs: noon + 120_000, label: 'auto-cut the pauses, add B-roll transitions, and generate…' },
  { number: 1, atMs: noon, label: 'Before your first message' },
];
export const changesSince: Readonly<Record<number, readonly TimelineChange[]>> = {
  3: [],
  2: changes.slice(0, 2),
  1: [
    ...changes,
    {
      kind: 'removed',
      trackIndex: 1,
      trackKind: 'video',
      clipId: 'w1',
      clipIds: ['w1', 'w2', 'w3'],
      title: 'um',
      startMs: 3_000,
      endMs: 38_000,
      formerly: [
        { trackIndex: 1, title: 'um', startMs: 5_000, endMs: 6_200 },
        { trackIndex: 1, title: 'a long silence', startMs: 12_000, endMs: 15_800 },
        { trackIndex: 1, title: 'the walk back to the camera.mp4', startMs: 34_000, endMs: 38_000 },
      ],
      sentence: '3 clips removed from "Video": "um", "a long silence", "the walk back to the camera" (5–38 s)',
    },
    {
      kind: 'removed',
      trackIndex: 5,
      trackKind: 'audio',
      clipId: 'n1',
      title: 'camera hum.wav',
      startMs: 0,
      endMs: 38_000,
      formerly: [{ trackIndex: 0, trackTitle: 'Noise', title: 'camera hum.wav', startMs: 0, endMs: 38_000 }],
      sentence: 'Noise removed: "camera hum" (0–38 s)',
    },
  ],
};

/** A timeline and changes for the scene that plays. */
export const played = { timeline, changes, markdown };
