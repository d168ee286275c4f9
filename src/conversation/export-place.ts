import { withoutTrailing } from '../client/without-trailing.ts';
import { expression, pattern } from './pattern.ts';

/** Where a part of a message names a place for an export. */
export interface NamedPlace {
  /** `either`: a name that could be a folder's or a file's. */
  readonly kind: 'file' | 'folder' | 'either';
  /** As it was written, without quotes. */
  readonly name: string;
  /** Where it stands in the text, quotes and all. UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** Longer texts name no place for an export. UTF-16 units. */
const longest = 2_000;
/** No name that somebody writes into a message is longer. UTF-16 units. */
const longestName = 300;
/** A name without quotes that has blanks in it has not more words. */
const mostWords = 6;

const exporting = /export|download|save|render|output|convert|导|匯|導|下载|下載|保存|儲存|存|输出|輸出|渲染/iu;

/** What stands before the name of a file. */
const namesFile = pattern`
  (?<![\p{L}\p{N}])(?:(?:as|called|named|(?:name|call)\s{1,4}it)(?=[\s"'“‘])|(?:export|render|save|output)(?=\s))
  |另存为|另存為|命名为|命名為|取名[为為]?|名[为為]|叫做|文件名[为為是叫]?|檔名[为為是叫]?|[为為成]|(?:导出|導出|匯出|输出|輸出|保存|儲存)`;
/** What stands before a file or a folder. */
const leadsTo = pattern`(?<![\p{L}\p{N}])(?:to|into|onto|in|on|at|under)(?=[\s"'“‘])|[到至在]`;
const leads = expression(`(${namesFile})|${leadsTo}`, 'giu');
const verb = /^(?:export|render|save|output|导出|導出|匯出|输出|輸出|保存|儲存)$/iu;
/** Whoever says these gives a name, be it without an extension or quotes. */
const givesName = /^(?:(?:name|call)\s|命名|取名|文件名|檔名|叫做)/iu;

const between = /[\s:：]{0,4}(?:(?:the|an?|file|folder|directory|path|called|named)\s{1,4}){0,4}/iuy;
const quotes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['“', '”'],
  ['‘', '’'],
  ['「', '」'],
  ['『', '』'],
  ['«', '»'],
]);
const folderWord = /\s{0,4}(?:folder|directory|文件夹|文件夾|資料夾|目录|目錄)(?![\p{L}])/iuy;

/** Ends of the files that people speak of, be they videos that the service makes or not. */
const endings = 'mp4|mov|webm|mkv|avi|gif|wmv|flv|m4v|mpe?g|ogv|mp3|wav|m4a|aac|ogg|flac|pdf|zip|srt|png|jpe?g|webp';
const extension = expression(String.raw`\.(?:${endings})(?![\p{L}\p{N}])`, 'giu');
const lastExtension = expression(String.raw`(?<=[^.\\/])\.(${endings})$`, 'iu');
/** Neither in a name without quotes, nor do they end one. */
const partsNames = /["“”「」『』«»<>|?*\n，。！？；;]|[,:](?=\s)|\.\s/u;
/** A name without quotes that has these in it is more than a name. */
const goesOn =
  /\s(?:as|to|in|into|onto|on|and|or|with|at|named|called|then|from|of|for)\s|另存|命名|取名|文件名|叫做|(?:导出|保存)[到为成]/iu;

const path = /[^\s"“”'<>|?*，。！？；;]{1,300}/uy;
const absolute = /^(?:~(?:[\\/\s]|$)|\.{1,2}[\\/]|[a-z]:[\\/]|[\\/])/iu;
const wordFolder = /(?:my\s{1,4})?([\p{L}\p{N}_-]{1,40})\s{1,4}(?:folder|directory)(?![\p{L}\p{N}])/iuy;
const chineseFolder = /\s?(?:我的|这个|該)?([^\s"“”，。！？；;/\\]{1,20}?)\s?(?:文件夹|文件夾|資料夾|目录|目錄)/uy;
const word = /[\p{L}\p{N}_-]{1,60}/uy;

/** Folders that mean what the export folder is, or that have a place of their own. */
const knownFolders = new Set(
  (
    'export exports project workspace downloads download desktop documents document videos video movies movie home pictures ' +
    'music this same current default usual that my a any the local temp another new other output ' +
    '导出 项目 工程 工作区 下载 桌面 文档 视频 影片 电影 图片 音乐 主 家 本 当前 默认 本地 同一 這個 导出的 下載 圖片 文件'
  ).split(' '),
);

/** The folders and files that a message names for its export: «export to ~/Movies/final.mp4», «保存为“假期”». */
export function namedPlaces(text: string): readonly NamedPlace[] {
  if (text.length > longest || !exporting.test(text)) return [];
  const ends = [...text.matchAll(extension)].map(({ 0: { length }, index }) => index + length);
  const found: NamedPlace[] = [];
  for (const { 0: lead, 1: ofFile, index } of text.matchAll(leads)) {
    if (index < (found.at(-1)?.end ?? 0)) continue;
    const start = skip(text, between, index + lead.length);
    const place =
      placeAt(text, start, lead, ofFile !== undefined, ends) ?? wordFor(text, index, index + lead.length, start);
    if (place) found.push(place);
  }
  return found;
}

function placeAt(
  text: string,
  start: number,
  lead: string,
  isFile: boolean,
  ends: readonly number[],
): NamedPlace | undefined {
  // «save "my film"» says what to save, if anything; «导出成片到demo.mp4» has the name further on.
  if (verb.test(lead)) {
    const file = fileAt(text, start, ends);
    return file && /[到至在为為成\s]/u.test(file.name) ? undefined : file;
  }
  // «成片到demo.mp4»
  if (/^[为為成]$/u.test(lead) && /^[^"“「『.]{0,20}[到至]/u.test(text.slice(start, start + 21))) return undefined;
  return (
    quotedAt(text, start, isFile) ??
    fileAt(text, start, ends) ??
    pathAt(text, start, isFile) ??
    (isFile ? undefined : folderAt(text, start, lead))
  );
}

function quotedAt(text: string, start: number, isFile: boolean): NamedPlace | undefined {
  const closing = quotes.get(text[start] ?? '');
  if (closing === undefined) return undefined;
  let close = text.indexOf(closing, start + 1);
  // «Ana's film» has one that does not close.
  while (close >= 0 && /[\p{L}\p{N}]/u.test(text[close + 1] ?? '') && /['’]/.test(closing)) {
    close = text.indexOf(closing, close + 1);
  }
  const name = text.slice(start + 1, Math.max(start, close)).trim();
  if (name === '' || name.length > longestName || /[\n]|:\/\//.test(name)) return undefined;
  const isFolder = /[\\/]$/.test(name) || matches(text, folderWord, close + 1);
  const kind = isFolder ? 'folder' : isFile || formatOf(name) !== undefined ? 'file' : 'either';
  return { kind, name, start, end: close + 1 };
}

/** «my film.mp4»: up to the next extension, where that is one name. */
function fileAt(text: string, start: number, ends: readonly number[]): NamedPlace | undefined {
  const end = ends.find((one) => one > start);
  if (end === undefined || end - start > longestName) return undefined;
  const name = text.slice(start, end);
  const words = name.split(/\s/u).length;
  if (words > mostWords || /^\s|^\.[^.\\/]{0,9}$/.test(name) || name.includes('://')) return undefined;
  if (partsNames.test(name) || goesOn.test(` ${name}`)) return undefined;
  const inner = knownFolderBefore.exec(name)?.[0].length ?? 0;
  return { kind: 'file', name: name.slice(inner), start: start + inner, end };
}

/** «桌面上的demo.mp4» is a folder, and a name in it. */
const knownFolderBefore =
  /^(?:我的)?(?:桌面|(?:下载|文档|视频|图片|音乐)(?:文件夹|目录))(?:[上里中下]的?|的|\/)?(?=[^.])/u;

function pathAt(text: string, start: number, isFile: boolean): NamedPlace | undefined {
  // Looked at first, since the words of a Chinese sentence are one run.
  const followsBlank = /^\s$/u.test(text[start - 1] ?? '');
  const isAbsolute = absolute.test(text.slice(start, start + 3));
  if (!isAbsolute && !followsBlank) return undefined;
  path.lastIndex = start;
  const token = path.exec(text)?.[0];
  if (token === undefined || !(isAbsolute || /[\p{L}\p{N}_-][\\/]$/u.test(token))) return undefined;
  // A full stop is the sentence's, as are words that end a Chinese one.
  const name = withoutTrailing(token, '.,:!)').replace(/(?<=[\p{L}\p{N}\\/])(?:[里中]|吧)$/u, '');
  if (name === '' || (isAbsolute && /^\.*$/.test(name))) return undefined;
  const kind = isFile && !/[\\/]$/.test(name) ? 'file' : 'folder';
  return { kind, name, start, end: start + name.length };
}

/** «the renders folder», «成片文件夹»: a folder of the workspace. */
function folderAt(text: string, start: number, lead: string): NamedPlace | undefined {
  const named = /[到至在]/u.test(lead) ? chineseFolder : wordFolder;
  named.lastIndex = start;
  const found = named.exec(text);
  const name = found?.[1];
  if (!found || name === undefined || knownFolders.has(name.toLowerCase())) return undefined;
  const at = start + found[0].lastIndexOf(name);
  return { kind: 'folder', name: `${name}/`, start: at, end: at + name.length };
}

/** One word that is a name because of what stands before it: «name it holiday», «as an MP4 called holiday», «to the folder renders». */
function wordFor(text: string, lead: number, leadEnd: number, start: number): NamedPlace | undefined {
  const said = text.slice(lead, leadEnd);
  const isNamed =
    givesName.test(said) ||
    (/^(?:called|named)$/i.test(said) && madeBefore.test(text.slice(Math.max(0, lead - 24), lead)));
  const isFolder = /folder|directory/i.test(text.slice(leadEnd, start));
  const isAs = /^as$/i.test(said);
  if (!isNamed && !isFolder && !isAs) return undefined;
  word.lastIndex = start;
  const name = word.exec(text)?.[0].replace(/[吧了哦呀]$/u, '');
  if (name === undefined || name === '') return undefined;
  const end = start + name.length;
  if (isFolder && !knownFolders.has(name.toLowerCase())) return { kind: 'folder', name: `${name}/`, start, end };
  // No word of a language has a «_» in it.
  return isNamed || (isAs && name.includes('_')) ? { kind: 'file', name, start, end } : undefined;
}

const madeBefore = /(?:^|\s)as\s{1,4}an?\s{1,4}(?:mp4|mov|file|video)(?:\s{1,4}(?:file|video))?\s{1,4}$/i;

/** What the name of a file or a folder says that it is, in lower case: `mp4`, `mov`; `undefined` where it says nothing. */
export function formatOf(name: string): string | undefined {
  return lastExtension.exec(name)?.[1]?.toLowerCase();
}

/** Where `text` goes on behind what `sticky` finds at `start`. */
function skip(text: string, sticky: RegExp, start: number): number {
  sticky.lastIndex = start;
  return start + (sticky.exec(text)?.[0].length ?? 0);
}

function matches(text: string, sticky: RegExp, at: number): boolean {
  sticky.lastIndex = at;
  return sticky.test(text);
}
