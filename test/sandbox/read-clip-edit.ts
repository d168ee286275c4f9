/** What a message asks of a clip that it names: in English or Chinese. */
import { referenceMark, type ReferringText } from './clip-reference.ts';
import type { ClipEdit, ClipName } from './edit-request.ts';
import { readNumber, readPercent, readTimes } from './read-times.ts';

/** What is to be done with which clip; undefined where that is not understood. */
export interface ClipRequest {
  readonly clip: ClipName;
  readonly edit: ClipEdit | undefined;
}

/** What a message with references asks for, one request for each clip that it begins to speak of. */
export function readClipRequests({ text, clips }: ReferringText): ClipRequest[] {
  const [first, second] = clips;
  if (first === undefined) return [];
  const words = text.toLowerCase();
  if (second !== undefined && clips.length === 2 && swaps.test(words)) {
    return [{ clip: first, edit: { what: 'swap', with: second } }];
  }
  if (clips.length === 1) return [{ clip: first, edit: readClipEdit(words.replace(referenceMark(0), ' ')) }];
  // Each clip with the words up to the next: «mute A; delete B» and «A: mute it. B: delete it.» alike.
  const parts = words.split(/[;；。\n]|\.(?=\s|$)/).filter((part) => part.trim() !== '');
  const requests: ClipRequest[] = [];
  for (const [at, clip] of clips.entries()) {
    const part = parts.find((one) => one.includes(referenceMark(at)));
    // A part that speaks of two clips is not understood.
    const isAlone = part?.split('\u0002').length === 3;
    requests.push({ clip, edit: isAlone ? readClipEdit(part.replace(referenceMark(at), ' ')) : undefined });
  }
  return requests;
}

const swaps = /\bswap\b|\bexchange\b|\bswitch\b|交换|对调|互换/;
const begins = /\b(?:begin|start)s?\b|开始/;
const ends = /\b(?:end|stop)s?\b|结束/;

/** What words ask of one clip, without its name. In lower case. */
export function readClipEdit(words: string): ClipEdit | undefined {
  const times = readTimes(words);
  const [first, second] = times;
  if (/\bbring (?:it )?back\b|\brestore\b|\bput (?:it )?back\b|恢复|找回/.test(words)) return { what: 'restore' };
  if (swaps.test(words)) {
    if (/\b(?:next|following|after)\b|后一个|下一个/.test(words)) return { what: 'swap', with: 'next' };
    if (/\b(?:previous|before)\b|前一个|上一个/.test(words)) return { what: 'swap', with: 'previous' };
    return undefined;
  }
  if (/\bsplit\b|\bcut (?:it )?in (?:two|half)\b|\bblade\b|分割|拆分|切开|分成两/.test(words)) {
    return first === undefined ? undefined : { what: 'split', atMs: first };
  }
  if (/\bduplicate\b|\bcopy\b|\bclone\b|复制|再来一/.test(words)) return { what: 'duplicate' };
  if (/\b(?:move|shift|drag|bring|put|reorder)\b|移|挪|放到|拖到/.test(words)) return readMove(words, times);
  const isTrim = /\b(?:trim|cut|shorten|extend|lengthen|remove|take|shave|drop)\b|剪|裁|缩短|延长|去掉|删/.test(words);
  if (isTrim && first !== undefined) {
    const plain = words.replace(/\b(?:first|last) (?:clip|segment|shot)\b/g, ' ');
    const isFirst = /\bfirst\b|\bfrom (?:its|the) (?:start|beginning)\b|前|开头/.test(plain);
    const isLast = /\blast\b|\b(?:off|from) (?:its|the) end\b|后|末尾|结尾|最后/.test(plain);
    if (isFirst && second === undefined) return { what: 'trimBy', firstMs: first, lastMs: 0 };
    if (isLast && second === undefined) return { what: 'trimBy', firstMs: 0, lastMs: first };
    if (second !== undefined) return { what: 'trim', startMs: first, endMs: second };
    if (begins.test(words)) return { what: 'trim', startMs: first, endMs: undefined };
    if (ends.test(words)) return { what: 'trim', startMs: undefined, endMs: first };
    return undefined;
  }
  if (/\b(?:delete|remove|drop|get rid of|take (?:it )?out)\b|删|移除|去掉|去除/.test(words)) return { what: 'remove' };
  return readLevels(words);
}

function readMove(words: string, times: readonly number[]): ClipEdit | undefined {
  const to = times.at(-1);
  if (to !== undefined) return { what: 'move', toMs: to };
  if (/\bto the (?:start|beginning|front)\b|开头|最前/.test(words)) return { what: 'move', toMs: 'start' };
  if (/\bto the (?:end|back)\b|结尾|末尾|最后/.test(words)) return { what: 'move', toMs: 'end' };
  return undefined;
}

function readLevels(words: string): ClipEdit | undefined {
  const percent = readPercent(words);
  if (/\bunmute\b|取消静音/.test(words)) return { what: 'volume', volume: 100 };
  if (/\b(?:mute|silence)\b|静音|消音/.test(words)) return { what: 'volume', volume: 0 };
  if (/\b(?:volume|loud(?:er)?|quiet(?:er)?|softer)\b|音量|声音/.test(words)) {
    if (percent !== undefined) return { what: 'volume', volume: percent };
    if (/\blouder\b|\b(?:raise|increase)\b|调大|提高|大一?点/.test(words)) return { what: 'volume', volume: 'louder' };
    if (/\bquieter\b|\bsofter\b|\b(?:lower|reduce|decrease)\b|调小|降低|小一?点/.test(words)) {
      return { what: 'volume', volume: 'quieter' };
    }
    return undefined;
  }
  if (/\bspeed\b|\bfaster\b|\bslower\b|\bslow\b|\btwice as fast\b|\d\s*[x×]|倍|速|快|慢/.test(words)) {
    const told = /(\d+(?:\.\d+)?)\s*(?:x\b|×|times|倍)/.exec(words)?.[1] ?? /([一二两三四五半])倍/.exec(words)?.[1];
    const slower = /\bslow/.test(words) || words.includes('慢');
    const factor = told === undefined ? undefined : readNumber(told);
    if (factor !== undefined) return { what: 'speed', factor: slower && factor > 1 ? 1 / factor : factor };
    if (/\bhalf\b|一半/.test(words)) return { what: 'speed', factor: 0.5 };
    if (/\btwice\b|\bdouble\b/.test(words)) return { what: 'speed', factor: slower ? 0.5 : 2 };
    return { what: 'speed', factor: slower ? 0.5 : 1.5 };
  }
  return undefined;
}
