/** The words of an answer, and the service's habits: it talks to people who have a screen before them, or it is silent. */
import type { EditResult } from './edit-draft.ts';
import type { EditRequest, Language } from './edit-request.ts';
import type { NextTurn } from './sandbox-options.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { TurnEvent } from './turn-event.ts';

/** How an edit without words ends. */
export function silentEdit(random: SeededRandom, next: NextTurn | undefined): TurnEvent[] {
  if (next === 'silentStop') return [{ kind: 'silentEnd', reason: 'STOP' }];
  if (next === 'silentNoContent') return [{ kind: 'silentEnd', reason: 'MODEL_RETURNED_NO_CONTENT' }];
  if (random.chance(0.5)) return [];
  return [{ kind: 'silentEnd', reason: random.pick(['STOP', 'MODEL_RETURNED_NO_CONTENT']) }];
}

const guiTalk = {
  en: [
    'Click the Export button in the top right corner to download your video.',
    'Open the Tracks panel to see the result.',
    'You can drag the clip on the timeline to adjust its position.',
    'You can preview it in the timeline.',
  ],
  zh: [
    '点击右上角的「导出」按钮即可下载视频。',
    '打开轨道面板查看结果。',
    '您可以拖拽片段来调整位置。',
    '可以在时间线上预览效果。',
  ],
} as const;

const talk: Readonly<Partial<Record<EditRequest['kind'], Readonly<Record<Language, string>>>>> = {
  export: {
    en: 'Your video is ready. Click the Export button in the top right corner and choose 1080p MP4.',
    zh: '视频已经准备好了。请点击右上角的「导出」按钮，选择 1080p MP4。',
  },
  tracks: {
    en: 'Open the Tracks panel on the left, or preview it in the timeline.',
    zh: '请打开左侧的轨道面板，或在时间线上预览。',
  },
  account: {
    en: 'Please check your account page for credits and billing.',
    zh: '请到账户页面查看积分和账单。',
  },
  dragAdvice: {
    en: 'Drag the clip to its new place on the timeline and drop it there.',
    zh: '请在时间线上把片段拖拽到新的位置。',
  },
  greeting: {
    en: 'Hello! Upload a clip or describe the video you want. I can trim, cut pauses, add titles, music, transitions and an intro, grade colours, change speed and aspect ratio, and write a voiceover script.',
    zh: '你好！请上传片段，或描述您想要的视频。我可以剪辑、去停顿、加标题、音乐、转场和片头、调色、变速、改画面比例，还能写旁白脚本。',
  },
};

const unknown = {
  en: 'I am not sure what to change. Tell me concretely what you want, for example: trim the first 3 seconds, add a title, add background music at 35%, make it 9:16.',
  zh: '我不太确定要改什么。请说得具体一些，例如：剪掉前 3 秒、加一个标题、加背景音乐（音量 35%）、改成 9:16 竖屏。',
};

/** The events of an answer in words. */
export function answerText(
  random: SeededRandom,
  language: Language,
  requests: readonly EditRequest[],
  result: EditResult,
  next: NextTurn | undefined,
): TurnEvent[] {
  const paragraphs: string[] = [];
  const gap = language === 'zh' ? '' : ' ';
  if (result.sentences.length > 0) paragraphs.push(result.sentences.join(gap));
  if (result.script !== undefined) paragraphs.push(result.script);
  for (const request of requests) {
    const said = talk[request.kind]?.[language];
    if (said !== undefined) paragraphs.push(said);
  }
  if (paragraphs.length === 0) paragraphs.push(unknown[language]);
  const habits = guiTalk[language];
  if (next === 'gui') paragraphs.push(habits.join(gap));
  else if (next === undefined && result.changed && random.chance(0.4)) paragraphs.push(random.pick(habits));
  const events: TurnEvent[] = [{ kind: 'text', text: paragraphs.join('\n\n') }];
  if (next === 'temporaryIssue' || (next === undefined && random.chance(0.08))) {
    events.push({ kind: 'text', text: 'I encountered a temporary issue' });
  }
  return events;
}
