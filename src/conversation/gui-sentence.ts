import type { NextStep } from '../client/next-step.ts';
import { withoutTrailing } from '../client/without-trailing.ts';
import { chinese } from './chinese-gui.ts';
import { editsOf, type EditReading } from './clause-edits.ts';
import { english } from './english-gui.ts';
import type { GuiLanguage } from './gui-language.ts';
import { editsStep, exportStep, stepsFor } from './gui-steps.ts';
import { execAtBeginning } from './pattern.ts';
import { toSimplified } from './spelling.ts';

/** What is left of a sentence, and the buttons for what it told its reader to do. */
export interface TranslatedSentence {
  /** undefined where nothing of it is for people who have no such screen before them. */
  readonly kept: string | undefined;
  readonly actions: readonly NextStep[];
  /** What it told to press, without a word of what to do with it. */
  readonly pressed?: string;
  /** It says what to do with this, which the sentence before told to press. */
  readonly used?: string;
}

/**
 * Takes instructions to a graphical editor out of a sentence of the backend. Whatever tells of the video stays: only what
 * bids or allows the reader («click …», «you can drag …», «请点击…») to handle a screen goes, clause by clause. Where a
 * value of the instruction would be lost the sentence stays as it is.
 * @param pressed what the sentence before told to press, without a word of what to do with it.
 */
export function translateSentence(sentence: string, pressed?: string): TranslatedSentence {
  // Both have the same length: what is read in the one is cut out of the other.
  const plain = toSimplified(sentence);
  const language = /\p{Script=Han}/u.test(plain) ? chinese : english;
  const untouched: TranslatedSentence = { kept: sentence, actions: [] };
  const { body, end } = withoutEnd(sentence);
  if (pressed !== undefined) {
    const { edits } = editsOf([bare(plain.slice(0, body.length))], language.manner, language.edits, pressed);
    if (edits.length > 0) return { kept: undefined, actions: [editsStep(edits, language)], used: pressed };
  }
  // An address is there to be opened, whatever button stands beside it. What stands in quotes is what somebody says.
  if (!language.vocabulary.test(plain) || /https?:\/\//.test(sentence) || isQuotation(sentence)) return untouched;

  const clauses = split(body, plain, language.separator);
  const roles = rolesOf(clauses, language);
  // Who bids does not ask.
  if (!roles.includes('instruction') || /[?？]/.test(end)) {
    return { kept: sentence, actions: language.invitation.test(bare(plain)) ? [exportStep()] : [] };
  }
  const told = clauses.filter((_, at) => roles[at] === 'instruction').map((clause) => bare(clause.plain));
  const isExport = /\bexport|download|导出|下载/i.test(told.join(' '));
  const reading = isExport ? nothing : editsOf(told, language.manner, language.edits, undefined);
  const actions = reading.edits.length > 0 ? [editsStep(reading.edits, language)] : stepsFor(told, language);
  const next = reading.pressed === undefined || reading.edits.length > 0 ? {} : { pressed: reading.pressed };
  if (losesValues(told.join(' '), actions)) {
    return { kept: sentence, actions: actions.filter(({ kind }) => kind !== 'send') };
  }
  return { kept: reassembled(clauses, roles, end, language), actions, ...next };
}

/** Whether a figure or a text to be written is in an instruction and in none of its buttons. */
export function losesValues(told: string, actions: readonly NextStep[]): boolean {
  const offered = actions.map(({ argument = '' }) => argument).join(' ');
  const isExport = actions.some(({ kind }) => kind === 'export');
  const written = /(?:type|enter|input|choose|select|pick|输入|选择)[^"“「]{0,20}["“「]([^"“”「」]{1,80})["”」]/iu.exec(
    told,
  )?.[1];
  if (written !== undefined && !isExport && !offered.includes(written)) return true;
  // «MP4» and «scene 2» are names.
  const figures = told.match(/(?<![\p{L}\d.,:])(?<!\b(?:step|option) )\d[\d.,:]{0,12}/giu) ?? [];
  return figures
    .map((figure) => withoutTrailing(figure, '.,:'))
    .some((figure) => !offered.includes(figure) && !(isExport && figure === '1080'));
}

const nothing: EditReading = { edits: [], pressed: undefined };

/** `attached` clauses («when you are ready», «to download it») go the way of the clause beside them. */
type Role = 'content' | 'instruction' | 'attached';

interface Clause {
  readonly text: string;
  /** In simplified characters. */
  readonly plain: string;
  /** What stands between it and the next. */
  readonly separator: string;
}

/** A clause that goes on for longer tells of something, whatever it begins with. UTF-16 units. */
const longestInstruction = 300;

function roleOf(clause: string, before: Role | undefined, language: GuiLanguage): Role {
  const words = bare(clause);
  // What begins with code tells of it.
  if (words.length > longestInstruction || /^\s*`/.test(clause)) return 'content';
  if (isInstruction(words, language)) {
    // «The user opens the menu and click …»: whoever acts before goes on acting.
    if (before === 'content' && language.bareJoint?.test(words)) return 'content';
    const looks = execAtBeginning(words, language.manner, language.looks);
    return looks && /["“「]|\d\s?(?:s\b|sec|%|秒)/.test(words) ? 'content' : 'instruction';
  }
  return language.attached.test(words) ? 'attached' : 'content';
}

function isInstruction(words: string, { manner, instruction, press, whereabouts }: GuiLanguage): boolean {
  if (execAtBeginning(words, manner, instruction) || whereabouts.test(words)) return true;
  const [, letter] = (press && execAtBeginning(words, manner, press)) ?? [];
  return letter !== undefined && /\p{Lu}/u.test(letter);
}

/** The clauses' roles; what is attached goes with the instruction before or behind it, else it is content. */
function rolesOf(clauses: readonly Clause[], language: GuiLanguage): Role[] {
  const roles: Role[] = [];
  let isAnnounced = false;
  for (const [at, { plain }] of clauses.entries()) {
    const before = clauses[at - 1];
    isAnnounced ||=
      before !== undefined &&
      /^[:：]/.test(before.separator) &&
      roles.at(-1) === 'content' &&
      language.announcement.test(bare(before.plain));
    roles.push(isAnnounced ? 'content' : roleOf(plain, roles.at(-1), language));
  }
  for (let at = 1; at < roles.length; at++) {
    if (roles[at] === 'attached' && roles[at - 1] === 'instruction') roles[at] = 'instruction';
  }
  for (let at = roles.length - 2; at >= 0; at--) {
    if (roles[at] === 'attached' && roles[at + 1] === 'instruction') roles[at] = 'instruction';
  }
  return roles.map((role) => (role === 'attached' ? 'content' : role));
}

/** Says nothing without what stood behind its colon. */
const loneLabel =
  /^(?:tips?|note|hint|next|next steps?|finally|reminder|提示|小提示|小贴士|注意|下一步|接下来|最后)$/iu;

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
  if (text.trim() === '' || loneLabel.test(bare(text))) return undefined;
  const beganWithCapital = /^[^\p{L}]*\p{Lu}/u.test(clauses[0]?.text ?? '');
  const whole =
    roles[0] === 'content' || !beganWithCapital ? text : text.replace(/\p{L}/u, (letter) => letter.toUpperCase());
  // What a colon announced is gone.
  const stop = roles.at(-1) === 'content' ? end : end.replace(':', '.').replace('：', '。');
  return balanced(whole.trimEnd()) + stop;
}

/** The clauses of a sentence. What stands in brackets, quotes or code is not torn apart. */
function split(body: string, plain: string, separator: RegExp): Clause[] {
  const clauses: Clause[] = [];
  const isClosed = closedPlaces(body);
  let from = 0;
  for (const found of body.matchAll(separator)) {
    if (found.index === 0 || isClosed(found.index)) continue;
    clauses.push({
      text: body.slice(from, found.index),
      plain: plain.slice(from, found.index),
      separator: found[0],
    });
    from = found.index + found[0].length;
  }
  clauses.push({ text: body.slice(from), plain: plain.slice(from, body.length), separator: '' });
  return clauses;
}

/** What opens a span, by what closes it. */
const brackets: ReadonlyMap<string, string> = new Map(
  ['()', '（）', '""', '“”', '「」', '『』', '《》', '``', '[]'].map(([open = '', close = '']) => [close, open]),
).set('**', '**');
const openers: ReadonlySet<string> = new Set(brackets.values());

/** Tells of each place whether it stands in brackets, quotes, code or emphasis that are opened and closed again. */
function closedPlaces(text: string): (index: number) => boolean {
  /** How many more spans are open from here on than before. */
  const opened = new Int32Array(text.length + 1);
  const openAt = new Map<string, number>();
  for (let at = 0; at < text.length; at++) {
    const mark = text.startsWith('**', at) ? '**' : text.charAt(at);
    const opener = brackets.get(mark) ?? '';
    const start = openAt.get(opener);
    if (start !== undefined) {
      openAt.delete(opener);
      opened[start + 1] = (opened[start + 1] ?? 0) + 1;
      opened[at] = (opened[at] ?? 0) - 1;
    } else if (openers.has(mark)) {
      openAt.set(mark, at);
    }
    at += mark.length - 1;
  }
  let depth = 0;
  const depths = opened.map((change) => (depth += change));
  return (index) => (depths[index] ?? 0) > 0;
}

/** A sentence's end: full stop and what closes behind it. */
function withoutEnd(sentence: string): { readonly body: string; readonly end: string } {
  const closed = withoutTrailing(sentence, '"”’」』)）*_');
  const stopped = withoutTrailing(closed, '.!?…。！？:：');
  // Without a stop what closes here was opened by a name in the sentence.
  const body = stopped === closed ? withoutTrailing(sentence, '*_') : stopped;
  return { body, end: sentence.slice(body.length) };
}

/** Without its emphasis and code marks, and links by their words alone. */
function bare(text: string): string {
  return text
    .replace(/!?\[([^[\]]*)\]\([^()]*\)/g, '$1')
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
