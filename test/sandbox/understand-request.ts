/**
 * What a message asks for, in English or Chinese: the message is cut into clauses, and each clause is held against a table
 * of patterns. Quoted words are put aside first, so that a title is never taken for a command.
 */
import type { ClipName, EditRequest, Language, Understanding } from './edit-request.ts';
import { putReferencesAside } from './clip-reference.ts';
import { readClipEdit, readClipRequests } from './read-clip-edit.ts';
import { readNumber, readPercent, readTime, readTimes, timeSource } from './read-times.ts';

const quotes =
  /"([^"]+)"|“([^”]+)”|„([^“]+)“|«([^»]+)»|「([^」]+)」|『([^』]+)』|《([^》]+)》|(?<![\p{L}\d])'([^']+)'(?!\p{L})/gu;
const mark = '\u0001';

interface Clause {
  /** In lower case, quotes put aside as «\u0001 number \u0001». */
  readonly words: string;
  /** As it was written, quotes put aside. */
  readonly original: string;
  readonly quoted: readonly string[];
  readonly language: Language;
}

/** Reads a message. */
export function understandRequest(text: string, sessionLanguage: string): Understanding {
  const language: Language = /[\u4e00-\u9fff]/.test(text)
    ? 'zh'
    : /[a-z]/i.test(text) || !sessionLanguage.startsWith('zh')
      ? 'en'
      : 'zh';
  const referring = putReferencesAside(text);
  if (referring.clips.length > 0) {
    const requests = readClipRequests({ ...referring, text: rangeWords(referring.text) });
    return { language, requests: requests.map((request) => ({ kind: 'clip', ...request })) };
  }
  const quoted: string[] = [];
  const bare = text
    .replace(quotes, (...found: unknown[]) => {
      quoted.push(found.slice(1, 9).find((group): group is string => typeof group === 'string') ?? '');
      return ` ${mark}${quoted.length - 1}${mark} `;
    })
    .replace(new RegExp(`\\bbetween (${timeSource}) and (${timeSource})`, 'gi'), 'from $1 to $2')
    .replace(/\bblack[ -]and[ -]white\b/gi, 'black-white')
    .replace(/\bpicture[ -]in[ -]picture\b/gi, 'pip');
  const requests: EditRequest[] = [];
  for (const clause of cutIntoClauses(bare, quoted, language)) {
    const last = requests.at(-1);
    const amended = last === undefined ? undefined : readAfterthought(clause, last);
    if (amended === undefined) requests.push(...readClause(clause, requests));
    else requests[requests.length - 1] = amended;
  }
  return { language, requests: merge(requests).toSorted((one, other) => orderOf(one) - orderOf(other)) };
}

function cutIntoClauses(bare: string, quoted: readonly string[], language: Language): Clause[] {
  return bare
    .split(
      /[,;!?\n，。；！？、]|\.(?=\s|$)|\b(?:and then|then|and also|and|plus|also)\b|然后|接着|并且|同时|并|再(?=[加把给剪调])|以及/i,
    )
    .map((original) => original.trim())
    .filter((original) => original !== '')
    .map((original) => ({ words: original.toLowerCase(), original, quoted, language }));
}

/** In which order things are done: cuts before what hangs on times, music when the length is known. */
const order: readonly EditRequest['kind'][] = [
  'undo',
  'generate',
  'addClip',
  'remove',
  'clip',
  'keep',
  'cut',
  'cutEnd',
  'polish',
  'cutPauses',
  'speed',
  'aspect',
  'grade',
  'transitions',
  'intro',
  'title',
  'credits',
  'progressBar',
  'music',
  'volume',
  'balance',
  'script',
  'captions',
];

function orderOf(request: EditRequest): number {
  const at = order.indexOf(request.kind);
  return at < 0 ? order.length : at;
}

/** Requests that say one thing in several clauses become one. */
function merge(requests: readonly EditRequest[]): EditRequest[] {
  const merged: EditRequest[] = [];
  for (const request of requests) {
    const same = merged.findIndex((other) => other.kind === request.kind);
    const before = merged[same];
    if (
      before === undefined ||
      ['cut', 'keep', 'cutEnd', 'title', 'volume', 'remove', 'clip', 'addClip'].includes(request.kind)
    ) {
      merged.push(request);
    } else if (before.kind === 'grade' && request.kind === 'grade') {
      merged[same] = {
        kind: 'grade',
        style: before.style ?? request.style,
        exposure: request.exposure ?? before.exposure,
        contrast: request.contrast ?? before.contrast,
        saturation: request.saturation ?? before.saturation,
        warmth: request.warmth ?? before.warmth,
      };
    } else if (before.kind === 'transitions' && request.kind === 'transitions') {
      merged[same] = { kind: 'transitions', broll: before.broll || request.broll };
    } else if (before.kind === 'script' && request.kind === 'script') {
      merged[same] = { kind: 'script', captions: before.captions || request.captions };
    }
  }
  const has = (kind: EditRequest['kind']) => merged.some((request) => request.kind === kind);
  // «A script with captions» is one thing.
  if (has('script') && has('captions')) {
    return merged
      .filter((request) => request.kind !== 'captions')
      .map((request) => (request.kind === 'script' ? { kind: 'script', captions: true } : request));
  }
  return merged;
}

/** Looks through the table: the first row that fits a clause takes it. */
function readClause(clause: Clause, before: readonly EditRequest[]): EditRequest[] {
  for (const row of rows) {
    const requests = row(clause, before);
    if (requests !== undefined) return requests;
  }
  return [];
}

/** «…, for 3 seconds», «…, at 30 %»: what belongs to the clause before. */
function readAfterthought({ words }: Clause, last: EditRequest): EditRequest | undefined {
  const onlyTime = new RegExp(
    `^(?:for|in|over|during|lasting|about)?\\s*(?:the)?\\s*(?:first)?\\s*(?:前|持续|时长|显示|长)?\\s*${timeSource}\\s*(?:long|in length|长|的)?$`,
    'i',
  ).test(words);
  const ms = onlyTime ? readTimes(words)[0] : undefined;
  if (ms !== undefined && (last.kind === 'title' || last.kind === 'generate')) return { ...last, durationMs: ms };
  const percent = readPercent(words);
  const onlyVolume =
    /^(?:at|with|volume|音量|的)?[\s:：]*(?:(?:at|of|为|是|设为)\s*)?[\d百分之一二三四五六七八九十.]+\s*(?:%|％|percent)?\s*(?:volume|音量)?$/i;
  if (last.kind === 'music' && percent !== undefined && onlyVolume.test(words)) return { ...last, volume: percent };
  return undefined;
}

type Row = (clause: Clause, before: readonly EditRequest[]) => EditRequest[] | undefined;

const adds =
  /\b(add|put|insert|place|include|create|make|generate|write|show|overlay|give|apply|use|with)\b|添加|加上|加入|加个|加一|加|插入|放|生成|写|配|做|来一/;
const removes =
  /\b(remove|delete|drop|get rid of|take (?:out|off|away)|strip|no more|clear)\b|删除|删掉|去掉|去除|移除|拿掉|清除|不要/;
const cuts =
  /\b(trim|cut|chop|remove|delete|drop|shave|skip|clip off|lose)\b|剪掉|剪去|裁掉|去掉|删除|删掉|砍掉|剪辑掉|跳过/;
const musicWords =
  /\b(bgm|background (?:music|track|song)|music|soundtrack|song|lo-?fi|melody|score)\b|背景音乐|配乐|音乐|歌曲|\bbgm\b|bgm/;
const clipWords = /\b(clip|segment|shot)\b|片段|镜头/;

const rows: readonly Row[] = [
  ({ words }) =>
    /\b(undo|revert|roll back|take (?:it|that) back)\b|撤销|撤回|还原|恢复上一/.test(words)
      ? [{ kind: 'undo' }]
      : undefined,
  readPauses,
  readClipEdits,
  readRemovals,
  readTrims,
  readVolume,
  readProgressBar,
  readScript,
  readTitle,
  readIntro,
  readTransitions,
  readGenerate,
  readMusic,
  readCaptions,
  readSpeed,
  readAspect,
  readGrade,
  readTalk,
  readPolish,
];

function readPauses({ words }: Clause): EditRequest[] | undefined {
  const pauses =
    /\b(pauses?|silen(?:ces?|t)|dead air|gaps?|awkward|ums?|filler)\b|停顿|静默|沉默|无声|空白|静音片段|气口/;
  return pauses.test(words) &&
    /auto|\b(trim|cut|remove|delete|tighten|jump|strip|shorten|get rid)|剪|去|删|移除|自动/.test(words)
    ? [{ kind: 'cutPauses' }]
    : undefined;
}

/** «Move clip "city" to 4 s», «trim clip "city" to 0–8 s», «add clip "x"», «swap the first two clips». */
function readClipEdits(clause: Clause): EditRequest[] | undefined {
  const { words } = clause;
  if (/\bswap the first two (?:clips|segments|shots)\b|交换前两个(?:片段|镜头)/.test(words)) {
    return [{ kind: 'clip', clip: { place: 1 }, edit: { what: 'swap', with: { place: 2 } } }];
  }
  const clip = namedClip(clause);
  if (/\b(?:drag|drop)\b|拖拽|拖动/.test(words) && clip === undefined) return [{ kind: 'dragAdvice' }];
  if (clip === undefined) return undefined;
  if (/\b(add|append|insert|put)\b|添加|加入|放/.test(words) && clipWords.test(words) && readTimes(words).length === 0)
    return [{ kind: 'addClip', clip }];
  const edit = readClipEdit(rangeWords(words.replace(otherQuotes, ' ')));
  if (edit !== undefined) return [{ kind: 'clip', clip, edit }];
  // Whoever names a clip does not mean the others.
  return cuts.test(words) || removes.test(words) ? [{ kind: 'clip', clip, edit: undefined }] : undefined;
}

const otherQuotes = new RegExp(`${mark}\\d+${mark}`, 'g');

/** A clip called by its name («clip "city"») or its place («the second clip»). */
function namedClip(clause: Clause): ClipName | undefined {
  const { words } = clause;
  const title = firstQuoted(clause);
  if (title !== undefined && clipWords.test(words)) return { title };
  const places: readonly (readonly [RegExp, number])[] = [
    [/\b(first|1st) (?:clip|segment|shot)|第一个?(?:片段|镜头)/, 1],
    [/\b(second|2nd) (?:clip|segment|shot)|第二个?(?:片段|镜头)/, 2],
    [/\b(third|3rd) (?:clip|segment|shot)|第三个?(?:片段|镜头)/, 3],
    [/\b(fourth|4th) (?:clip|segment|shot)|第四个?(?:片段|镜头)/, 4],
    [/\blast (?:clip|segment|shot)|最后一?个?(?:片段|镜头)/, -1],
  ];
  const place = places.find(([pattern]) => pattern.test(words))?.[1];
  if (place !== undefined) return { place };
  const numbered = /\bclip (?:no\.? ?|number |#)?(\d+)\b/.exec(words)?.[1];
  return numbered === undefined || readTimes(words).length > 0 ? undefined : { place: Number(numbered) };
}

/** «0–8 s» and «2 to 8 s» with a unit for each number. */
function rangeWords(words: string): string {
  return words.replace(
    /(\d+(?:\.\d+)?)\s*(?:-|–|—|~|to|到|至)\s*(\d+(?:\.\d+)?)\s*(s|sec|secs|seconds?|秒|ms|min|minutes?|分钟?)(?![a-z])/g,
    '$1 $3 to $2 $3',
  );
}

function readRemovals(clause: Clause): EditRequest[] | undefined {
  const { words } = clause;
  if (!removes.test(words)) return undefined;
  if (readTimes(words).length > 0) return undefined;
  if (musicWords.test(words)) return [{ kind: 'remove', target: 'music' }];
  if (/\b(sound|audio|voice)\b|声音|原声|人声/.test(words)) return [{ kind: 'volume', target: 'video', volume: 0 }];
  if (/\b(captions?|subtitles?)\b|字幕/.test(words)) return [{ kind: 'remove', target: 'captions' }];
  if (/\b(titles?|text|heading)\b|标题|文字/.test(words)) return [{ kind: 'remove', target: 'title' }];
  if (/\bintro\b|片头|开场/.test(words)) return [{ kind: 'remove', target: 'intro' }];
  if (/b-?roll|transitions?|空镜|转场/.test(words)) return [{ kind: 'remove', target: 'broll' }];
  if (/grade|grading|colou?rs?\b|filter|调色|滤镜/.test(words)) return [{ kind: 'remove', target: 'grade' }];
  const title = firstQuoted(clause);
  return title === undefined ? undefined : [{ kind: 'clip', clip: { title }, edit: { what: 'remove' } }];
}

function readTrims({ words }: Clause): EditRequest[] | undefined {
  const plain = rangeWords(words);
  const times = readTimes(plain);
  const [first, second] = times;
  if (first === undefined) return undefined;
  // «a title for the first 3 seconds» is no cut.
  const keeps = /\b(keep|retain|preserve|only (?:use|show|the)|use only|leave only)\b|保留|只要|只留|留下/.test(plain);
  const shortens =
    /\b(?:cut|trim|shorten|reduce|condense)\b.*\b(?:down )?to\b|剪到|缩短到|剪成|剪短到|压缩到|控制在/.test(plain);
  const makes = /\b(?:make|be) (?:it|the (?:video|clip|film)|this)\b.*\b(?:long|in length|short)\b/.test(plain);
  if (keeps) {
    if (second !== undefined) return [{ kind: 'keep', fromMs: first, toMs: second }];
    if (/\blast\b|最后|后/.test(plain)) return undefined;
    return [{ kind: 'keep', fromMs: 0, toMs: first }];
  }
  if (second === undefined && (shortens || makes)) return [{ kind: 'keep', fromMs: 0, toMs: first }];
  if (!cuts.test(plain)) return undefined;
  if (second !== undefined) {
    // «trim from 2 s to 8 s», «trim to 2–8 s» keep; «cut out», «remove» take away.
    const keepsPart = /\btrim\b/.test(plain) && !/\bout\b|\boff\b/.test(plain);
    return [
      keepsPart
        ? { kind: 'keep', fromMs: first, toMs: second }
        : { kind: 'cut', fromMs: Math.min(first, second), toMs: Math.max(first, second) },
    ];
  }
  if (/\b(last|final|end|ending)\b|最后|末尾|结尾|后\s*[\d一二两三四五六七八九十]/.test(plain))
    return [{ kind: 'cutEnd', ms: first }];
  if (/\b(after|from)\b|之后|以后/.test(plain)) return [{ kind: 'keep', fromMs: 0, toMs: first }];
  return [{ kind: 'cut', fromMs: 0, toMs: first }];
}

function readVolume({ words }: Clause): EditRequest[] | undefined {
  const isMusic = musicWords.test(words);
  const target = isMusic ? 'music' : 'video';
  if (/\bunmute\b|取消静音/.test(words)) return [{ kind: 'volume', target, volume: 100 }];
  if (/\b(mute|silence)\b|静音|消音/.test(words)) return [{ kind: 'volume', target, volume: 0 }];
  if (
    /\b(?:balance|normali[sz]e|level(?: out)?|even out)\b.*\b(?:audio|sound|volumes?|loudness|levels)\b|平衡.*(?:声音|音量|音频)|(?:声音|音量|音频).*平衡/.test(
      words,
    )
  ) {
    return [{ kind: 'balance' }];
  }
  const speaks = /\b(volume|louder|quieter|softer|loud|quiet)\b|音量|声音.*[大小低高]|[大小低高].*声/.test(words);
  const turns =
    /\b(lower|raise|reduce|increase|turn (?:down|up)|set|change|adjust|bring down|duck)\b|调到|设为|设置|改为|降低|提高|调低|调高|调大|调小|减小|增大/.test(
      words,
    );
  // «Add music at 35 % volume» is a matter of the music.
  const addsMusic = isMusic && /\b(add|put|insert|include|give|use)\b|添加|加|配/.test(words) && !turns;
  if (addsMusic || !(speaks || (isMusic && turns))) return undefined;
  const percent = readPercent(words);
  if (percent !== undefined && !/\bby\b/.test(words)) return [{ kind: 'volume', target, volume: percent }];
  const quieter = /\b(lower|reduce|quieter|softer|turn .*down|down|duck|decrease)\b|降低|调低|调小|减小|小/.test(words);
  return [{ kind: 'volume', target, volume: quieter ? 'quieter' : 'louder' }];
}

function readProgressBar({ words }: Clause): EditRequest[] | undefined {
  return /\bprogress bar\b|进度条/.test(words) ? [{ kind: 'progressBar' }] : undefined;
}

function readScript({ words }: Clause): EditRequest[] | undefined {
  if (!/voice[- ]?overs?|\bnarrat(?:ion|e|or)|\bscripts?\b|旁白|解说|脚本|文案|口播|配音/.test(words)) return undefined;
  return [{ kind: 'script', captions: /\b(captions?|subtitles?|on (?:the )?(?:timeline|screen))\b|字幕/.test(words) }];
}

function readTitle(clause: Clause): EditRequest[] | undefined {
  const { words, original } = clause;
  if (/\b(?:closing|end|ending|rolling) credits\b|\bcredits? roll\b|演职员表|片尾字幕|职员表/.test(words)) {
    return [{ kind: 'credits', text: firstQuoted(clause) }];
  }
  const isTitle = /\b(titles?|text overlay|text|heading|headline|lower third)\b|标题|文字|字样|大字/.test(words);
  // «An intro with the title "x"» is an intro.
  const introFirst = /\bintro\b.*\btitle/.test(words) && adds.test(words) && !/\bin (?:the|my) intro\b/.test(words);
  const isCard =
    introFirst || (/\b(?:intro|opening|title card)\b|片头|开场/.test(words) && !/\btitle\b|标题/.test(words));
  if (!isTitle || isCard || !(adds.test(words) || /\btitled?\b|标题[为是：:]/.test(words))) return undefined;
  const said = firstQuoted(clause) ?? unquotedTitle(original);
  const times = readTimes(rangeWords(words));
  const [first, second] = times;
  if (second !== undefined) {
    return [
      {
        kind: 'title',
        text: said,
        at: { fromMs: Math.min(first ?? 0, second) },
        durationMs: Math.abs(second - (first ?? 0)),
      },
    ];
  }
  const fromWord = new RegExp(
    `(?:\\b(?:at|from|starting at)\\s+(${timeSource}))|(${timeSource})\\s*(?:处|开始|的位置)`,
    'i',
  ).exec(words);
  if (fromWord !== null) {
    const fromMs = readTime(fromWord[1] ?? fromWord[2] ?? '');
    if (fromMs !== undefined) return [{ kind: 'title', text: said, at: { fromMs }, durationMs: undefined }];
  }
  const atEnd = /\b(?:at the end|last|closing|end title)\b|最后|结尾|片尾|末尾/.test(words);
  return [{ kind: 'title', text: said, at: atEnd ? 'end' : 'start', durationMs: first }];
}

/** «add a title saying Paradise Found for 3 seconds» without quotes. */
function unquotedTitle(original: string): string | undefined {
  const found =
    /\b(?:saying|that says|reading|called|named|titled)\s+(.+)/i.exec(original)?.[1] ??
    /(?:标题|文字|字样)(?:为|是|叫|内容为)?\s*[：:]?\s*(.+)/.exec(original)?.[1] ??
    /\btitle:?\s+(?!for\b|at\b|in\b|on\b|to\b|over\b|card\b|of\b|from\b|during\b)(.+)/i.exec(original)?.[1];
  const text = found
    ?.replace(new RegExp(`\\s*\\b(?:for|at|during|over|in|on|from|to)\\b.*$`, 'i'), '')
    .replace(/(?:持续|显示|在前|前|放在).*$/, '')
    .trim();
  return text === undefined || text === '' ? undefined : text;
}

function readIntro(clause: Clause): EditRequest[] | undefined {
  const { words } = clause;
  if (!/\bintro(?:duction)?\b|\bopening (?:scene|sequence|card|shot)\b|\btitle card\b|片头|开场/.test(words))
    return undefined;
  return adds.test(words) ? [{ kind: 'intro', text: firstQuoted(clause) }] : undefined;
}

function readTransitions({ words }: Clause): EditRequest[] | undefined {
  const broll = /\bb-?rolls?\b|空镜|cutaways?/.test(words);
  if (!broll && !/\b(transitions?|cross-?fades?|dissolves?|fade)\b|转场|过渡|淡入|淡出/.test(words)) return undefined;
  return [{ kind: 'transitions', broll }];
}

function readGenerate(clause: Clause): EditRequest[] | undefined {
  const { words, original } = clause;
  const english = new RegExp(
    '\\b(?:(?:generate|create|produce|render)(?:\\s+me)?|(?:make|give|film|shoot)(?:\\s+me)?\\s+an?)\\b' +
      '(.*?)\\b(?:videos?|clips?|recordings?|footage|animations?|time-?lapses?|films?|movies?|shots?|scenes?)\\b',
  ).exec(words);
  const chinese = /(?:生成|制作|做|创作|拍)(?:一?[个段条部]|我的)?.*?(?:视频|短片|影片|片段|录屏|素材|动画|延时)/.exec(
    words,
  );
  if (english === null && chinese === null) return undefined;
  if (
    english !== null &&
    /\b(script|narration|title|caption|subtitle|intro|music|track|transition|of (?:the|my|this))\b/.test(
      english[1] ?? '',
    )
  ) {
    return undefined;
  }
  const durationMs = readTimes(words)[0];
  // «… with lo-fi music» is no part of the picture.
  const [picture = original, extra = ''] = original.split(/\s+with\s+(?=[^,]*\b(?:music|bgm|soundtrack|song)\b)/i);
  const music = extra === '' ? [] : (readMusic({ ...clause, words: extra.toLowerCase() }) ?? []);
  return [
    ...music,
    {
      kind: 'generate',
      subject: firstQuoted(clause) ?? subjectOf(picture),
      durationMs,
      size: /9\s*[:：]\s*16|vertical|portrait|竖/.test(words)
        ? { width: 1080, height: 1920 }
        : words.includes('720p')
          ? { width: 1280, height: 720 }
          : undefined,
    },
  ];
}

/** What a generated video is to show, without the words that ask for it. */
function subjectOf(original: string): string {
  const subject = original
    .replace(/^.*?\b(?:generate|create|produce|render|make|give|film|shoot)(?:\s+me)?\s+/i, '')
    .replace(/^.*?(?:生成|制作|创作|做|拍)/, '')
    .replace(new RegExp(timeSource, 'gi'), ' ')
    .replace(/\b(?:in|into|as|at)\b\s*(?:an?\s*)?(?:\d+p|mp4|4k|9:16|16:9|1:1)?\s*(?:mp4|video|format)?\s*$/i, '')
    .replace(/\b(?:\d{3,4}p|4k|mp4)\b/gi, '')
    .replace(/^\s*(?:an?|some|my|the|一个|一段|一条|一部|我的|个|段)\s*/i, '')
    .replace(/^\s*(?:short\s+)?(?:videos?|clips?|footage|film|movie|animation)\s+(?:of|about|with|showing)\s+/i, '')
    .replace(/^(?:关于|的)/, '')
    .replace(/\b(?:long)\b/gi, '')
    .replace(/的?(?:短?视频|短片|影片)$/, '')
    .replace(/[-\s]+$/, '')
    .replace(/\s+/g, ' ')
    .replace(/^\s*(?:an?|the)\s+/i, '')
    .trim();
  return subject === '' ? 'clip' : subject.slice(0, 80);
}

const moods: readonly (readonly [RegExp, string])[] = [
  [/\blo-?fi\b/, 'Lo-fi'],
  [/\b(upbeat|happy|energetic|cheerful|fast|pop|dance)\b|欢快|动感|轻快|活泼/, 'Upbeat'],
  [/\b(calm|relax(?:ing|ed)?|soft|gentle|ambient|peaceful|quiet)\b|舒缓|轻柔|安静|放松|平静/, 'Calm'],
  [/\b(cinematic|epic|dramatic|orchestral)\b|电影感|史诗|大气/, 'Cinematic'],
];

function readMusic({ words }: Clause): EditRequest[] | undefined {
  if (!musicWords.test(words)) return undefined;
  const mood = moods.find(([pattern]) => pattern.test(words))?.[1];
  return [{ kind: 'music', mood, volume: readPercent(words) }];
}

function readCaptions(clause: Clause): EditRequest[] | undefined {
  return /\b(captions?|subtitles?)\b|字幕/.test(clause.words)
    ? [{ kind: 'captions', text: firstQuoted(clause) }]
    : undefined;
}

function readSpeed({ words }: Clause): EditRequest[] | undefined {
  const speaks =
    /\b(speed|faster|slower|slow(?:er| down| motion)?|slow-?mo|fast(?: forward)?|time-?lapse)\b|\d\s*[x×]\b|速|快放|慢放|加快|放慢|慢动作/.test(
      words,
    );
  const twice = /\b(twice|double|half)\b.*\b(fast|speed|slow)|一半.*速/.test(words);
  if (!speaks && !twice) return undefined;
  const factorText =
    /(\d+(?:\.\d+)?)\s*(?:x\b|×|times|倍)/.exec(words)?.[1] ??
    /([一二两三四五六七八九十半])倍/.exec(words)?.[1] ??
    /\b(?:speed|by|to|at)\s+(?:of\s+)?(\d+(?:\.\d+)?)(?![\d%])/.exec(words)?.[1];
  const percent = readPercent(words);
  const slower = /\bslow|慢/.test(words);
  let factor = factorText === undefined ? undefined : readNumber(factorText);
  if (factor === undefined && percent !== undefined)
    factor = /\bby\b/.test(words) ? 1 + (slower ? -percent : percent) / 100 : percent / 100;
  if (factor === undefined && /\bhalf\b|一半/.test(words)) factor = 0.5;
  if (factor === undefined && /\b(twice|double)\b/.test(words)) factor = slower ? 0.5 : 2;
  factor ??= slower ? 0.5 : 1.5;
  // «Slow down 2x» means half the speed.
  if (slower && factor > 1) factor = 1 / factor;
  return [{ kind: 'speed', factor: Math.round(Math.min(8, Math.max(0.2, factor)) * 1000) / 1000 }];
}

function readAspect({ words }: Clause): EditRequest[] | undefined {
  if (/9\s*[:：x]\s*16|\b(vertical|portrait|tiktok|reels?|shorts)\b|竖屏|竖版|竖|抖音/.test(words))
    return [{ kind: 'aspect', ratio: '9:16' }];
  if (/16\s*[:：x]\s*9|\b(landscape|horizontal|widescreen)\b|横屏|横版|宽屏/.test(words))
    return [{ kind: 'aspect', ratio: '16:9' }];
  if (/1\s*[:：x]\s*1\b|\bsquare\b|方形|正方|方屏/.test(words)) return [{ kind: 'aspect', ratio: '1:1' }];
  if (/4\s*[:：x]\s*5\b/.test(words)) return [{ kind: 'aspect', ratio: '4:5' }];
  return undefined;
}

const styles: readonly (readonly [
  RegExp,
  string,
  { exposure?: number; contrast?: number; saturation?: number; warmth?: number },
])[] = [
  [/black-white|monochrome|gr[ae]yscale|黑白/, 'Black and white', { contrast: 10, saturation: -100 }],
  [/\blightroom\b/, 'Lightroom-style grade', { exposure: 6, contrast: 12, saturation: 14, warmth: 8 }],
  [
    /\bcinematic (?:grade|look|colou?r)|\bteal\b|电影感|电影级|电影风/,
    'Cinematic grade',
    { contrast: 15, saturation: -6, warmth: 6 },
  ],
  [/\b(vintage|retro|film look)\b|复古|胶片/, 'Vintage grade', { contrast: -8, saturation: -20, warmth: 20 }],
  [/\b(vivid|vibrant|punchy|colou?rful)\b|鲜艳|浓郁/, 'Vivid grade', { contrast: 10, saturation: 30 }],
  [/\b(warm|warmer|golden|sunset)\b|暖/, 'Warm grade', { saturation: 6, warmth: 35 }],
  [/\b(cool|cooler|cold|bluish)\b|冷/, 'Cool grade', { warmth: -35 }],
];

function readGrade({ words }: Clause, before: readonly EditRequest[]): EditRequest[] | undefined {
  const style = styles.find(([pattern]) => pattern.test(words));
  const parts = {
    exposure: /\b(exposure|bright(?:ness|er|en)?|darker|darken)\b|曝光|亮度|提亮|亮|暗/,
    contrast: /\bcontrast\b|对比度|对比/,
    saturation: /\b(saturation|saturated?|desaturate)\b|饱和度|饱和/,
    warmth: /\b(warmth|temperature)\b|色温/,
  } as const;
  const speaksOfColour = /\bcolou?r|\bgrad(?:e|ing)\b|\bfilter\b|\blook\b.*\b(?:film|nice)|调色|色彩|色调|滤镜/.test(
    words,
  );
  const named = (Object.keys(parts) as (keyof typeof parts)[]).filter((part) => parts[part].test(words));
  if (style === undefined && !speaksOfColour && named.length === 0) return undefined;
  const lower = /\b(lower|reduce|decrease|less|down|darker|darken|desaturate|drop)\b|降低|减少|减|调低|暗/.test(words);
  const percent = readPercent(words) ?? bareNumber(words);
  const defaults = { exposure: 10, contrast: 12, saturation: 15, warmth: 15 };
  const isSetTo = percent !== undefined && /\b(?:to|at)\s+\d+|调到|设为|改为/.test(words) && percent >= 50;
  const valueOf = (part: keyof typeof parts): number | undefined => {
    if (!named.includes(part)) return style?.[2][part];
    if (percent === undefined) return lower ? -defaults[part] : defaults[part];
    if (isSetTo) return percent - 100;
    return lower || new RegExp(`[-−]\\s*${percent}`).test(words) ? -percent : percent;
  };
  // A bare «colour grade» has a look of its own; «exposure, contrast and saturation» behind it only adds to it.
  const bare = style === undefined && named.length === 0;
  const known = before.some((request) => request.kind === 'grade');
  if (bare && known) return [];
  return [
    {
      kind: 'grade',
      style: style?.[1] ?? (bare ? 'Natural grade' : undefined),
      exposure: bare ? 4 : valueOf('exposure'),
      contrast: bare ? 10 : valueOf('contrast'),
      saturation: bare ? 12 : valueOf('saturation'),
      warmth: valueOf('warmth'),
    },
  ];
}

function bareNumber(words: string): number | undefined {
  const found = /(?:[+\-−]|\bby\s+|增加|提高|降低)\s*(\d+)\b/.exec(words)?.[1];
  return found === undefined ? undefined : Number(found);
}

function readTalk({ words }: Clause): EditRequest[] | undefined {
  if (/\b(export|download|render)\b|导出|下载|输出|渲染|send me the video|保存视频/.test(words))
    return [{ kind: 'export' }];
  if (/\b(credits?|balance|billing|account|top ?up|plan)\b|积分|余额|账户|充值/.test(words))
    return [{ kind: 'account' }];
  if (/\b(status|tracks?|timeline|what(?:'s| is) on)\b|状态|轨道|时间线|进展/.test(words)) return [{ kind: 'tracks' }];
  if (/^\s*(hi|hello|hey|good (?:morning|evening)|thanks?|thank you|help)\b|你好|您好|谢谢|帮助|你能做/.test(words))
    return [{ kind: 'greeting' }];
  return undefined;
}

function readPolish({ words }: Clause): EditRequest[] | undefined {
  return /\b(edit|polish|improve|enhance|finish|clean up|rough cut)\b.*\b(videos?|clips?|footage|it|this)\b|\bmake it (?:look )?better\b|剪辑|美化|优化|精剪|润色|编辑.*(?:视频|片段)/.test(
    words,
  )
    ? [{ kind: 'polish' }]
    : undefined;
}

function firstQuoted(clause: Clause): string | undefined {
  const index = new RegExp(`${mark}(\\d+)${mark}`).exec(clause.words)?.[1];
  return index === undefined ? undefined : clause.quoted[Number(index)]?.trim();
}
