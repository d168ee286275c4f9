import * as l10n from '@vscode/l10n';

import type { NextStep } from '../client/next-step.ts';
import { pattern } from './intent-grammar.ts';

/** What is left of a sentence, and the buttons for what it told its reader to do. */
export interface TranslatedSentence {
  /** undefined where nothing of it is for people who have no such screen before them. */
  readonly kept: string | undefined;
  readonly actions: readonly NextStep[];
}

/**
 * Takes instructions to a graphical editor out of a sentence of the backend. Whatever tells of the video stays: only what
 * bids or allows the reader («click …», «you can drag …», «请点击…») to handle a screen goes, clause by clause.
 */
export function translateSentence(sentence: string): TranslatedSentence {
  const language = /\p{Script=Han}/u.test(sentence) ? chinese : english;
  const untouched: TranslatedSentence = { kept: sentence, actions: [] };
  // An address is there to be opened, whatever button stands beside it. What stands in quotes is what somebody says.
  if (!language.vocabulary.test(sentence) || /https?:\/\//.test(sentence) || isQuotation(sentence)) return untouched;

  const { body, end } = withoutEnd(sentence);
  const clauses = split(body, language.separator);
  const roles = rolesOf(clauses, language);
  if (!roles.includes('instruction')) {
    return { kept: sentence, actions: language.invitation.test(bare(sentence)) ? [exportStep()] : [] };
  }
  const told = clauses.filter((_, at) => roles[at] === 'instruction').map(({ text }) => bare(text));
  const action = stepFor(told.join(' '), language);
  const kept = reassembled(clauses, roles, end, language);
  return { kept, actions: action ? [action] : [] };
}

/** `attached` clauses («when you are ready», «to download it») go the way of the clause beside them. */
type Role = 'content' | 'instruction' | 'attached';

interface Clause {
  readonly text: string;
  /** What stands between it and the next. */
  readonly separator: string;
}

interface GuiLanguage {
  /** Without any of these there is nothing to translate. */
  readonly vocabulary: RegExp;
  /** Where a sentence falls into clauses. */
  readonly separator: RegExp;
  readonly instruction: RegExp;
  /** Before the name of what is pressed: a name begins with a capital. */
  readonly press: RegExp | undefined;
  /** Tells where a button or a panel is. */
  readonly whereabouts: RegExp;
  /** Bids the reader to look at something: with names or figures it tells what is there. */
  readonly looks: RegExp;
  readonly attached: RegExp;
  /** Says, or asks, that the video can be exported: worth a button, and worth reading. */
  readonly invitation: RegExp;
  /** Joins a clause to what was before it; has no sense at the beginning of a sentence. */
  readonly joint: RegExp;
  /** Joins a verb to the subject of the clause before it. */
  readonly bareJoint: RegExp | undefined;
}

// --- English

/** What may stand before the verb that bids or allows the reader something. */
const manners = pattern`(?:(?:and|then|so|now|next|first|second|third|finally|also|or|but|just|simply|please|alternatively|otherwise|from there|there|here|instead|to begin
  |to do (?:so|this|that|it)|feel free to|go ahead and|be sure to|make sure to|remember to|don't forget to|try to|try|by|after|before|upon|while|when|whenever|once|if
  |which|that|i(?:'d| would)? (?:recommend|suggest|advise)(?: that)?|all you (?:need|have) to do is(?: to)?|step \d+
  |you(?:'ll|'d)?(?: (?:can|could|may|might|should|must|will|would|are|have|need|want|like|wish|only|just|simply|easily|now|also|always|then|able|free|be|to|directly|still))*)
  [,:.]? )*`;
/** What only an editor's screen has. A window, a corner or a button can be in the picture as well. */
const panel = pattern`(?:panel|pane|tab|menu|side ?bar|tool ?bar|dialog|pop-?up|drop-?down|inspector|settings|preferences|properties|dashboard|track list
  |(?:preview|export|editor|editing|program|main|settings|media|project|player) window|(?:media|asset|project|stock|music) library)`;
const view = pattern`(?:timeline|preview|player|viewer|editor|canvas|workspace|interface)`;
const place = pattern`(?:${panel}|${view}|UI)`;
const inside = pattern`\b(?:in|on|from|using|through|via|at|with|inside|under) (?:the |your )?(?:[\w-]+ ){0,3}`;
const control = pattern`(?:button|icon|menu|tab|slider|drop-?down|checkbox|toggle|option|tool|panel|dialog|side ?bar|tool ?bar|handles?)`;
const account = pattern`(?:accounts?|billing|subscription|pricing|payment|your (?:plan|credits?|credit balance|balance)|credits? page|credit balance)`;
const theWork = pattern`(?:it|them|this|that|the|your|as|to|now|in|at|when|from|using|by|and|an?|everything|\d)`;

const english: GuiLanguage = {
  vocabulary:
    /click|tap|press|push|hit |open|go to|go into|head |navigat|switch|visit|access|expand|drag|drop|preview|play|watch|view|see|check|look|scrub|upload|import|export|download|select|choose|pick|use |hover|scroll|zoom|adjust|toggle|button|panel|menu|timeline|account|billing|credits|top up|upgrade/i,
  separator:
    /[,;:]\s+|\s+[–—]\s+|\s+(?=(?:and|then|so|or|but)\s+(?:then\s+|now\s+)?(?:you\b|please\b|just\b|simply\b|click\b|tap\b|press\b|hit\b|open\b|drag\b|drop\b|go\b|head\b|navigate\b|select\b|choose\b|pick\b|preview\b|export\b|download\b|check\b|use\b|let me\b|let us\b|tell me\b|I\b))/g,
  instruction: new RegExp(
    pattern`^${manners}(?:
      (?:left-?|right-?|double-?)?click(?:ing)?\b(?! (?:sounds?|tracks?|noises?|effects?|through)\b)
      |(?:tap|press|push|hit)(?:ping|ing|ting)? (?:on )?(?:the |your )?(?:["“‘'「\[]|space ?bar|space\b|enter\b|delete\b|esc\b|ctrl\b|cmd\b|⌘|play\b|.{0,60}\b${control}\b)
      |(?:re-?)?open(?:ing)? (?:up )?(?:the |your )?.{0,60}\b${place}\b
      |(?:go|head|navigate|switch|jump|move|return|scroll)(?:ing)?(?: over| back| down| up)? (?:to|into|through) (?:the |your )?.{0,60}\b(?:${place}|page|section|${account})\b
      |(?:visit|access|expand|launch|bring up|look in|look under|enter)(?:ing)? (?:the |your )?.{0,60}\b(?:${place}|page|section|${account})\b
      |drag(?:ging)?\b(?! race)
      |drop(?:ping)? (?:it|them|(?:the|your|a|any) (?:[\w-]+ ){0,2}(?:files?|clips?|media|videos?|images?|photos?|audio|music|titles?|tracks?)) (?:in|on|onto|into|to|at|there|here)\b
      |(?:preview|scrub)(?:ing)? (?:it|them|this|that|the|your|how|what|in|on|and|everything|all|any|each|through|changes|now)\b
      |(?:play|watch|view|see|review|check|examine|inspect|find|look at|take a look at|play back)(?:ing)?\b(?: out)?.{0,60}${inside}${place}s?\b
      |(?:play|view|review|check|inspect|look at|take a look at|see)(?: out)? (?:the |your )?(?:[\w-]+ ){0,2}(?:timeline|preview|player|tracks? panel|track list)\b
      |(?:export|download)(?:ing)? ${theWork}\b
      |(?:check|visit|view|see|review|manage|open|log ?in to|sign ?in to|upgrade|update|access)(?: out)? (?:your |the |my )?(?:[\w-]+ )?${account}\b
      |(?:buy|purchase|top up|upgrade)(?: (?:more|additional|some|your|the|to))*(?: [\w-]+)? (?:credits?|account|balance|plan)\b
      |top up\b
      |hover|scroll (?:down|up|to|through)|zoom (?:in|out) (?:on|of) the timeline\b
      |(?:select|choose|pick|toggle|enable|use|find|locate|highlight|adjust)(?:ing)? (?:[\w-]+ ){0,6}(?:the|an?|your) (?:[\w-]+ ){0,3}${control}s?\b
      |(?:select|choose|pick|set|adjust|change|trim|split|cut|edit|type|enter|highlight|use|find|locate|move|resize|add|delete|lower|raise|rename|upload|import)(?:ing)? .{0,60}${inside}(?:${panel}|editor)s?\b
      |(?:.{0,60} )?(?:can|may|could|will) (?:now |also |then |be )*(?:exported|downloaded|previewed|viewed|seen|played|found|accessed|adjusted|moved|edited)\b.{0,60}(?:${inside}${place}s?\b|\bby (?:clicking|tapping|pressing|dragging|opening|using the|going to)\b)
      |(?<=\b(?:can|to|now|please|then|and) )(?:preview|export|download)$
      )`,
    'iu',
  ),
  press: new RegExp(
    pattern`^${manners}(?:tap|press|hit|push)(?:ping|ing|ting)? (?:on )?(?:the |your )?(?=(\p{L}))`,
    'iu',
  ),
  whereabouts: new RegExp(
    pattern`^(?!.*\b(?:scene|frame|shot|footage|recording|video)\b)(?:
      (?:and )?(?:you(?:'ll| will| can) (?:also )?(?:find|see)|look for) (?:it|(?:the|an?) (?:["“”\w'-]+ ){0,3}(?:button|icon|menu|option|tab)s?)
      |(?:it's|it is|(?:the|an?) (?:["“”\w'-]+ ){0,3}(?:button|icon|menu|option|tab)s? (?:is|are|can be found|sits?|appears?))) (?:located )?
      (?:in|at|on|near|under) (?:the )?(?:[\w-]+ ){0,3}(?:corner|top|bottom|left|right|tool ?bar|side ?bar|menu|panel|header|editor|screen)\b`,
    'iu',
  ),
  looks: new RegExp(pattern`^${manners}(?:see|find|view|watch|notice|spot)\b`, 'iu'),
  attached:
    /^(?:(?:and|then|or|so)\s+)*(?:to (?:export|download|save|get|see|view|preview|play|watch|share|check|adjust|move|reposition|change|edit|do|start|begin|finish|confirm|make|apply|continue|proceed|use|access|open|find)\b|when(?:ever)? (?:you|it|everything|ready)|once (?:you|it|that|everything|ready|done)|if you(?:'d| would| want| like| wish| need| are|'re)\b|after (?:that|this)|as soon as|choose\b|select\b|pick\b|set (?:the|it)\b|wait\b|save\b|share\b|it will\b|it'll\b|(?:your|the) (?:download|video|file|export) will\b|you'll (?:get|have|receive|see|be able to \w+) (?:it|them|this|the (?:result|option|video|button|changes|preview|file)|an? (?:download|menu|dialog|option))|(?:in|at|on|from) the (?:top|bottom|left|right|upper|lower|menu|toolbar|sidebar)|as (?:an? )?(?:mp4|mov|1080p)|(?:then|and|next|first|finally|just|or)$)/i,
  invitation:
    /\bready (?:to|for) (?:be )?(?:export|download)|\b(?:shall i|should i|would you like(?: me)? to|do you want(?: me)? to|want me to) (?:export|render|download)/i,
  joint: /^(?:and then|and|then|so|but|or|which|while)\s+/i,
  bareJoint: /^(?:and|or|but|then)\s+(?:then\s+|now\s+)?(?!you\b|please\b|just\b|simply\b)/i,
};

// --- Chinese

const polite = pattern`(?:并且|并|然后|再|接着|随后|之后|现在|请|麻烦|[您你]|也可以|还可以|可以|可|只需要?|只要|需要|若要|如需|如果要|如果想|如果|当|想要|想|要|随时|直接|最后|首先|先|或者|或|就|便|建议|记得|试试|尝试|通过|来|去|都|即可|能|接下来|下一步|第[一二三四五\d]步|\s)*`;
const surface = pattern`(?:面板|窗口|菜单|选项卡|标签页?|侧边栏|侧栏|工具栏|时间线|时间轴|编辑器|素材库|媒体库|设置|页面|属性栏|对话框|界面|工作区|预览区|播放器|画布|轨道列表|按钮|图标|滑块)`;

const chinese: GuiLanguage = {
  vocabulary:
    /点击|单击|双击|右击|右键|点按|点选|点一下|按下|轻触|打开|进入|前往|切换|转到|访问|展开|拖|预览|查看|观看|播放|检查|导出|下载|选择|选中|账户|帐户|账号|账单|充值|升级|面板|按钮|时间线|时间轴|click|export|download/i,
  separator: /[，；,;：:]\s*|\s*[–—]+\s*/g,
  instruction: new RegExp(
    pattern`^${polite}(?:
      (?:点击|单击|双击|右击|右键(?:点击|单击)?|点按|点选|点一下|按下|轻触|click)(?!率|量|声|音效|数|了)
      |(?:打开|进入|前往|切换到|转到|访问|展开|回到)(?!了).{0,30}${surface}
      |(?:在.{0,10}[上里中内])?(?:用鼠标|用手指)?(?:拖拽|拖动|拖放|拖到|拖入|拖进|拖移)(?!了)
      |(?:在.{0,10}[上里中内])?[将把].{1,40}(?:拖拽|拖动|拖放|拖到|拖入|拖进|拖至|拖)(?!了)
      |(?:在|于|到).{0,20}(?:时间线|时间轴|预览|播放器|编辑器|画布|面板|轨道).{0,6}(?:预览|查看|观看|播放|看到|检查|浏览)(?!了)
      |(?:在|到).{0,20}${surface}.{0,6}(?:调整|选择|找到|进行|编辑|修改|设置)(?!了)
      |预览(?:一下)?(?:最终|整个|您的|你的|剪辑)?(?:效果|视频|结果|成片|画面)?(?:$|吧|即可)
      |(?:预览|查看|观看|播放)(?!了).{0,10}(?:时间线|时间轴|预览窗口|播放器)
      |(?:导出|下载)(?!的|设置|格式|质量|速度|失败|完成|了)(?:按钮|视频|成片|文件|作品|即可|为|成|到|它|[您你]的|最终|$|\s?(?:mp4|1080p))
      |(?:查看|检查|查询|前往|登录|访问|管理|到|去|进入)(?!了).{0,12}(?:账户|帐户|账号|账单|余额|套餐|订阅|充值|积分)
      |(?:充值|升级)(?:[您你]的)?(?:积分|账户|套餐|会员|$)
      |(?:选择|选中|勾选|调整|使用|找到)(?!了).{0,30}(?:面板|菜单|选项卡|按钮|工具栏|侧边栏|下拉|滑块|对话框|时间线上|时间轴上)
      )`,
    'iu',
  ),
  press: undefined,
  whereabouts:
    /^.{0,16}(?:按钮|图标|面板|菜单)(?:就)?(?:位于|在).{0,10}(?:右上角|左上角|右下角|左下角|顶部|底部|左侧|右侧|上方|下方|工具栏)/u,
  looks: new RegExp(pattern`^${polite}(?:在|于|到)?.{0,20}(?:看到|查看|观看|找到)`, 'u'),
  attached:
    /^(?:并且?|然后|再|接着|就|便|即可|以|来|\s)*(?:即可|就可以|就能|便可|(?:下载|导出|选择|选中|等待|保存|查看|调整)(?!了|过)|完成后|准备好|满意后|如果|如需|若|当[您你]|想要|[您你]就|(?:视频|文件)(?:就)?会|系统会|以便)/u,
  invitation: /可以导出了|(?:需要|要不要|是否需要|要).{0,4}导出.{0,6}吗|准备好导出|可供导出|随时可以导出/u,
  joint: /^(?:并且|并|然后|再|接着|而且|所以|因此|同时)/u,
  bareJoint: undefined,
};

// --- clauses

function roleOf(clause: string, before: Role | undefined, language: GuiLanguage): Role {
  const words = bare(clause);
  if (language.instruction.test(words) || language.whereabouts.test(words) || pressesName(words, language)) {
    // «The user opens the menu and click …»: whoever acts before goes on acting.
    if (before === 'content' && language.bareJoint?.test(words)) return 'content';
    return language.looks.test(words) && /["“「]|\d\s?(?:s\b|sec|%|秒)/.test(words) ? 'content' : 'instruction';
  }
  return language.attached.test(words) ? 'attached' : 'content';
}

function pressesName(words: string, language: GuiLanguage): boolean {
  return /\p{Lu}/u.test(language.press?.exec(words)?.[1] ?? '');
}

/** The clauses' roles; what is attached goes with the instruction before or behind it, else it is content. */
function rolesOf(clauses: readonly Clause[], language: GuiLanguage): Role[] {
  const roles: Role[] = [];
  for (const { text } of clauses) roles.push(roleOf(text, roles.at(-1), language));
  for (let at = 1; at < roles.length; at++) {
    if (roles[at] === 'attached' && roles[at - 1] === 'instruction') roles[at] = 'instruction';
  }
  for (let at = roles.length - 2; at >= 0; at--) {
    if (roles[at] === 'attached' && roles[at + 1] === 'instruction') roles[at] = 'instruction';
  }
  return roles.map((role) => (role === 'attached' ? 'content' : role));
}

/** What is left of the clauses, as a sentence. */
function reassembled(
  clauses: readonly Clause[],
  roles: readonly Role[],
  end: string,
  language: GuiLanguage,
): string | undefined {
  let text = '';
  let separator = '';
  for (const [at, clause] of clauses.entries()) {
    if (roles[at] !== 'content') continue;
    text += text === '' ? (at === 0 ? clause.text : clause.text.replace(language.joint, '')) : separator + clause.text;
    separator = clause.separator;
  }
  if (text.trim() === '') return undefined;
  const beganWithCapital = /^[^\p{L}]*\p{Lu}/u.test(clauses[0]?.text ?? '');
  const whole =
    roles[0] === 'content' || !beganWithCapital ? text : text.replace(/\p{L}/u, (letter) => letter.toUpperCase());
  // What a colon announced is gone.
  const stop = roles.at(-1) === 'content' ? end : end.replace(':', '.').replace('：', '。');
  return balanced(whole.trimEnd()) + stop;
}

/** The clauses of a sentence. What stands in brackets, quotes or code is not torn apart. */
function split(body: string, separator: RegExp): Clause[] {
  const clauses: Clause[] = [];
  const closed = protectedSpans(body);
  let from = 0;
  for (const found of body.matchAll(separator)) {
    if (found.index === 0 || closed.some(([start, end]) => found.index > start && found.index < end)) continue;
    clauses.push({ text: body.slice(from, found.index), separator: found[0] });
    from = found.index + found[0].length;
  }
  clauses.push({ text: body.slice(from), separator: '' });
  return clauses;
}

function protectedSpans(text: string): readonly (readonly [number, number])[] {
  return [
    ...text.matchAll(
      /\([^()]*\)|（[^（）]*）|"[^"]*"|“[^“”]*”|「[^「」]*」|『[^『』]*』|《[^《》]*》|`[^`]*`|\[[^[\]]*\]|\*\*[^*]+\*\*/g,
    ),
  ].map((found) => [found.index, found.index + found[0].length] as const);
}

/** A sentence's end: full stop and what closes behind it. */
function withoutEnd(sentence: string): { readonly body: string; readonly end: string } {
  const end = /[.!?…。！？:：]*["”’」』)）*_]*$/u.exec(sentence)?.[0] ?? '';
  return { body: sentence.slice(0, sentence.length - end.length), end };
}

/** Without its emphasis and code marks, and links by their words alone. */
function bare(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`#]+/g, '')
    .replace(/[’]/g, "'")
    .replace(/^[\s>\-+•]+/, '')
    .trim();
}

/** Emphasis that lost its other half is closed again. */
function balanced(text: string): string {
  return text.split('**').length % 2 === 0 ? `${text}**` : text;
}

function isQuotation(sentence: string): boolean {
  return /^["“「『'‘].*["”」』'’][.!?。！？]*$/su.test(sentence.trim());
}

// --- buttons

const exportStep = (): NextStep => ({ kind: 'export', label: l10n.t('Export') });
const tracksStep = (): NextStep => ({ kind: 'showTracks', label: l10n.t('Show Tracks') });

/** What the instruction comes to here; undefined where nothing needs doing (work is kept by itself). */
function stepFor(told: string, language: GuiLanguage): NextStep | undefined {
  if (/\bexport|download|导出|下载/i.test(told)) return exportStep();
  if (/upload|import|your files|files here|上传|导入/i.test(told)) return { kind: 'upload', label: l10n.t('Upload…') };
  if (/\bdrag|\bdrop |拖/i.test(told)) return editStep(asMove(told));
  if (
    /account|billing|credits?\b|subscription|pricing|payment|\bplan\b|top up|upgrade|账户|帐户|账号|账单|余额|积分|充值|套餐|升级/i.test(
      told,
    )
  ) {
    return { kind: 'showCredits', label: l10n.t('Show Credits') };
  }
  if (/\bundo\b|撤销/i.test(told)) return editStep(language === chinese ? '撤销上一步' : 'Undo the last change');
  if (/\b(?:share|browser|web ?site|web app)\b|分享|浏览器|网页/i.test(told)) {
    return { kind: 'openInBrowser', label: l10n.t('Open in Browser') };
  }
  if (/preview|\bplay|timeline|tracks?\b|panel|view|watch|预览|播放|时间线|时间轴|轨道|面板|查看/i.test(told))
    return tracksStep();
  const button = buttonName(told);
  if (button !== undefined)
    return /^(?:save|close|done|cancel|back|保存|关闭|完成|取消|返回)$/i.test(button) ? undefined : editStep(button);
  return tracksStep();
}

/** The edit as a message. It is sent where it says all, and put into the composer where the user has to say more. */
function editStep(edit: string): NextStep {
  const isVague =
    /adjust|reposition|rearrange|re-?order|its new place|where you want|desired|anywhere|^move it$|想要|调整|合适|新的位置|任意|需要的/i.test(
      edit,
    );
  return isVague
    ? { kind: 'compose', label: l10n.t('Write the edit…'), argument: edit }
    : { kind: 'send', label: l10n.t('Send: {0}', edit), argument: edit };
}

/** «Drag the clip to the start and drop it there» as what it does. */
function asMove(told: string): string {
  if (told.includes('拖')) {
    return told
      .replace(new RegExp(`^${polite}`, 'u'), '')
      .replace(/拖拽|拖动|拖放|拖移|拖(?=[到至入进])|拖/, '移动')
      .replace(/(?:即可|来调整).*$/, (end) => (end.startsWith('来') ? end : ''))
      .slice(0, 200);
  }
  const move = told
    .replace(/^.*?\b(?:drag(?:ging)?(?:(?: and |-and-| & )drop(?:ping)?)?|drop(?:ping)?)\b\s*/i, '')
    .replace(/[,\s]*\b(?:and|then) (?:then )?drop\b.*$/i, '')
    .trim();
  return `Move ${move === '' ? 'it' : move}`.slice(0, 200);
}

/** What is written on the button. */
function buttonName(told: string): string | undefined {
  const quotedName = /["“「『【[]([^"”」』】\]]{1,30})["”」』】\]]/u.exec(told)?.[1];
  const named =
    /(?:[Cc]lick|[Tt]ap|[Pp]ress|[Hh]it|[Pp]ush)(?:ing)?(?: on)? (?:the )?((?:[A-Z][\w-]*)(?: [A-Z][\w-]*){0,2})/.exec(
      told,
    )?.[1];
  return quotedName ?? named;
}
