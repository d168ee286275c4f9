import * as l10n from '@vscode/l10n';

import type { NextStep } from '../client/next-step.ts';
import { type ClipInstruction, clipName, type NamedClip, readInstruction } from '../timeline/clip-instructions.ts';
import { exactClockText } from '../timeline/clock-text.ts';
import { type ClipMatch, matchClips, type PlacedClip } from '../timeline/match-clips.ts';
import { inQuotes } from '../timeline/short-name.ts';
import type { Timeline } from '../timeline/timeline-model.ts';
import { exportStep } from './gui-steps.ts';
import { expression } from './pattern.ts';
import { showTracksStep, undoStep } from './turn-words.ts';

/** What is not as the answer says, or as the message asked. */
export interface AnswerFinding {
  readonly text: string;
  /** What can be done about it; they are among the answer's own. */
  readonly actions: readonly NextStep[];
}

/** Whether two buttons do the same. */
export function isSameStep(one: NextStep, other: NextStep): boolean {
  return one.kind === other.kind && one.argument === other.argument;
}

/** What an answer is held against. */
export interface AnsweredTurn {
  /** The user's message. */
  readonly message: string;
  /** The answer, as it is shown. */
  readonly answer: string;
  readonly before: Timeline;
  readonly after: Timeline;
  /** Something of the project is another, be it nothing that the tracks show. */
  readonly hasChanged: boolean;
  /** What was there before, where the message asks to take the last change back; else none. */
  readonly earlier: readonly Timeline[];
}

/** Times are rounded to frames by whoever edits. */
const toleranceMs = 60;
const isNear = (one: number, other: number) => Math.abs(one - other) <= toleranceMs;

/** Messages that ask to take the last change back, and no more. */
const undoing =
  /^(?:please )?(?:undo(?: (?:it|that|this|the last (?:change|edit|step)))?|撤销(?:上一步|上一次修改|一下)?)[.!。！]?$/i;

/** Whether a message asks to take the last change back, and no more. */
export function asksToUndo(message: string): boolean {
  return undoing.test(message.trim().slice(0, 60));
}

/** Holds an answer against what happened; `undefined` where nothing contradicts it. */
export function findingOn(turn: AnsweredTurn): AnswerFinding | undefined {
  const asked = readInstruction(turn.message);
  if (asked) return onInstruction(turn, asked.clip, asked.instruction);
  if (turn.earlier.length > 0) return onUndo(turn);
  if (!turn.hasChanged && saysDone(turn.answer)) return { text: unchangedWords(), actions: [otherWords(turn)] };
  if (saysExported(turn.answer) && turn.after.tracks.length > 0) {
    return {
      text: l10n.t('No video was exported with this answer. Press Export to get it as a file.'),
      actions: [exportStep()],
    };
  }
  return undefined;
}

/** Whether something was to change and nothing has: it may come late, and whoever says it again meanwhile pays twice. */
export function awaitsChange(turn: AnsweredTurn): boolean {
  const { message, answer, earlier, hasChanged } = turn;
  return !hasChanged && (readInstruction(message) !== undefined || earlier.length > 0 || saysDone(answer));
}

const unchangedWords = () => l10n.t('Nothing changed on the timeline.');
const otherWords = ({ message }: AnsweredTurn): NextStep => ({
  kind: 'compose',
  label: l10n.t('Say It in Other Words…'),
  argument: message,
});

function onUndo(turn: AnsweredTurn): AnswerFinding | undefined {
  if (!turn.hasChanged) return { text: unchangedWords(), actions: [otherWords(turn)] };
  // Who takes back twice comes to what was before that.
  return turn.earlier.some((one) => isSameTimeline(one, turn.after))
    ? undefined
    : {
        text: l10n.t('The timeline is not as it was before the last change. Look at the tracks before you go on.'),
        actions: [showTracksStep()],
      };
}

function isSameTimeline(one: Timeline, other: Timeline): boolean {
  const { added, removed, cuts, pairs } = matchClips(one, other);
  return (
    added.length + removed.length + cuts.length === 0 &&
    pairs.every(
      ({ before, after }) =>
        isNear(before.clip.startMs, after.clip.startMs) && isNear(before.clip.durationMs, after.clip.durationMs),
    )
  );
}

function onInstruction(turn: AnsweredTurn, named: NamedClip, instruction: ClipInstruction): AnswerFinding | undefined {
  const clip = clipCalled(turn.before, named);
  // The timeline was another when the message left than when it was written.
  if (!clip && instruction.kind !== 'bringBack') return undefined;
  const match = matchClips(turn.before, turn.after);
  const isDone = instruction.kind === 'bringBack' ? isBack(turn, named) : clip && wasDone(match, clip, instruction);
  const others = clip ? match.removed.filter((one) => one.clip !== clip.clip) : [];
  if (isDone && others.length === 0) return undefined;
  const [other] = others;
  const sentences = [
    ...(isDone ? [] : [notDoneWords(named, instruction)]),
    ...(other && others.length === 1 ? [l10n.t('Another clip was removed: {0}.', inQuotes(clipName(other.clip)))] : []),
    ...(others.length > 1 ? [l10n.t('{0} other clips were removed.', others.length)] : []),
    ...(turn.hasChanged ? [] : [unchangedWords()]),
  ];
  return {
    text: sentences.join(' '),
    actions: [...(turn.hasChanged ? [undoStep()] : []), ...(isDone ? [] : [otherWords(turn)])],
  };
}

function clipCalled({ tracks }: Timeline, { name, trackIndex, startMs }: NamedClip): PlacedClip | undefined {
  const track = tracks.find(({ index }) => index === trackIndex);
  const clip = track?.clips.find((one) => clipName(one) === name && isNear(one.startMs, startMs));
  return track && clip ? { track, clip } : undefined;
}

function wasDone(
  { pairs }: ClipMatch,
  { clip }: PlacedClip,
  instruction: Exclude<ClipInstruction, { kind: 'bringBack' }>,
): boolean {
  const now = pairs.find((pair) => pair.before.clip === clip)?.after.clip;
  if (!now) return false;
  const endMs = clip.startMs + clip.durationMs;
  switch (instruction.kind) {
    case 'move':
      return isNear(now.startMs, instruction.startMs);
    // Where the clip begins then is another matter: a track may have no gaps.
    case 'trimStart':
      return isNear(now.durationMs, clip.durationMs - instruction.lostMs);
    case 'extendStart':
      return isNear(now.durationMs, endMs - instruction.startMs);
    case 'trimEnd':
      return isNear(now.durationMs, instruction.endMs - clip.startMs);
  }
}

/** There is one more of that name. */
function isBack({ before, after }: AnsweredTurn, { name }: NamedClip): boolean {
  const count = ({ tracks }: Timeline) =>
    tracks.reduce((sum, { clips }) => sum + clips.filter((clip) => clipName(clip) === name).length, 0);
  return count(after) > count(before);
}

function notDoneWords({ name }: NamedClip, instruction: ClipInstruction): string {
  const quoted = inQuotes(name);
  switch (instruction.kind) {
    case 'move':
      return l10n.t('The clip {0} was not moved to {1}.', quoted, exactClockText(instruction.startMs));
    case 'trimStart':
    case 'trimEnd':
      return l10n.t('The clip {0} was not trimmed as asked.', quoted);
    case 'extendStart':
      return l10n.t('The clip {0} was not extended as asked.', quoted);
    case 'bringBack':
      return l10n.t('The clip {0} was not brought back.', quoted);
  }
}

/** So much of an answer is read for what it claims. UTF-16 units. */
const readOfAnswer = 4000;

/** Whether an answer says that something was done. */
function saysDone(answer: string): boolean {
  return doneClaims.test(answer.slice(0, readOfAnswer));
}

const edited =
  '(?:added|removed|deleted|trimmed|cut|moved|changed|split|undone|undid|taken|took|put|set|made|lowered|raised|muted|replaced|applied|reverted|restored|swapped|duplicated|adjusted|updated)';
const doneClaims = expression(
  String.raw`(?:^|[.!\n] ?)(?:all )?done\b` +
    String.raw`|\bi(?:['’]ve| have)?(?: (?:now|just|also|successfully))? ${edited}\b` +
    String.raw`|\b(?:has|have) been (?:successfully )?${edited}\b` +
    '|已(?:经|为您|为你|成功){0,2}(?:添加|移除|删除|剪|移动|修改|分割|撤销|调整|更新|设置|静音|替换|应用|恢复|完成|加)|搞定了|完成了',
  'i',
);

/** Whether an answer says that there is a finished video now. */
function saysExported(answer: string): boolean {
  return exportClaims.test(answer.slice(0, readOfAnswer));
}

const exportClaims =
  /\b(?:video|film|movie|export|mp4|render(?:ing)?) (?:is (?:now )?|has been (?:successfully )?|was (?:successfully )?)(?:ready|exported|rendered|saved|downloaded|complete)\b(?! (?:to|for)\b)|\bi(?:'ve|’ve| have) (?:exported|rendered|saved) |(?:视频|影片|成片)(?:现在)?已?经?(?:为您|为你)?(?:准备好|导出|渲染完|保存)(?:了|完成|成功|好了)?/i;
