/** `/run_sse`: takes a message, charges it, does the work and tells about it as an event stream. */
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { Accounts, User } from './accounts.ts';
import type { Answer } from './answer.ts';
import { type AskingTurn, askUser, isAskingTurn } from './ask-user.ts';
import { answerText, silentEdit } from './answer-words.ts';
import type { EditRequest, Language, Understanding } from './edit-request.ts';
import { isTalk } from './edit-request.ts';
import type { Editor } from './edit-draft.ts';
import {
  adkDialect,
  chooseFrameStyle,
  frameText,
  interleavedDialect,
  simpleDialect,
  splitBytes,
} from './event-dialects.ts';
import { EventQueue } from './event-queue.ts';
import { oddDice } from './odd-answers.ts';
import type { MessageRecord, NextAnswer, NextTurn, SandboxSettings } from './sandbox-options.ts';
import { ServiceError } from './service-error.ts';
import type { Session } from './sessions.ts';
import { understandRequest } from './understand-request.ts';

export const messageSchema = z.looseObject({
  app_name: z.literal('nemo_agent'),
  user_id: z.literal('me'),
  session_id: z.string().min(1),
  new_message: z.looseObject({
    role: z.string().optional(),
    parts: z.array(z.looseObject({ text: z.string().min(1) })).min(1),
  }),
});

/** Credits: a generated clip, and the first edit of a session. */
const generatedClipCost = 100;
const editingSessionCost = 50;

export interface TurnHouse {
  readonly settings: SandboxSettings;
  readonly accounts: Accounts;
  readonly editor: Editor;
  readonly messages: MessageRecord[];
  readonly closing: AbortSignal;
}

/**
 * Takes a message: from here on it is charged and worked on, whether anybody listens to the answer or not.
 * @throws ServiceError 2001 without enough credits; the message has not been taken then.
 */
export function startTurn(house: TurnHouse, user: User, session: Session, text: string): Answer {
  const told = takeNextTurn(house.settings);
  if (told === 'errorJson') throw new ServiceError(200, 5000, 'The agent is busy');
  const given = house.settings.nextAnswer;
  if (given) {
    house.settings.nextAnswer = undefined;
    return giveAnswer(house, session, text, given);
  }
  const wanted = answeredWish(session, text) ?? text;
  const understood = understandRequest(wanted, session.language);
  const edits = understood.requests.filter((request) => !isTalk(request));
  // Whoever has answered is not asked again.
  const next = told ?? (wanted === text && edits.length > 0 ? strangeTurn(house.settings, session) : undefined);
  if (isAskingTurn(next)) return askFirst(house, session, { next, text, language: understood.language });
  if (next === 'heartbeats') edits.length = 0;
  const generates = edits.some((request) => request.kind === 'generate');
  const cost = generates ? generatedClipCost : edits.length > 0 && !session.editPaid ? editingSessionCost : 0;
  const reserved = house.accounts.freeze(user, cost);
  const paidBefore = session.editPaid;
  if (edits.length > 0) session.editPaid = true;
  take(house, session, text);

  const queue = new EventQueue();
  const stayOpen = next === 'stayOpen';
  const giveBack = () => {
    reserved.giveBack();
    session.editPaid = paidBefore;
  };
  void session
    .alone(() => doTurn(house, session, understood, queue, next))
    .then(
      (done) => (done ? reserved.spend() : giveBack()),
      (error: unknown) => {
        giveBack();
        if (!house.closing.aborted) console.error('sandbox: the turn failed:', error);
        queue.push({ kind: 'error', code: 'INTERNAL', message: 'Internal error' });
      },
    )
    .then(() => {
      if (!stayOpen) queue.end();
    });
  return streamAnswer(house, session, queue);
}

function take(house: TurnHouse, session: Session, text: string): void {
  house.messages.push({ sessionId: session.id, text, atMs: Date.now() });
  session.turns += 1;
}

/** Says what it was told to say, for which nothing is charged. */
function giveAnswer(house: TurnHouse, session: Session, message: string, { kind, text }: NextAnswer): Answer {
  take(house, session, message);
  const queue = new EventQueue();
  queue.push(kind === 'text' ? { kind, text } : { kind, code: '500', message: text });
  queue.end();
  return streamAnswer(house, session, queue);
}

/** The agent asks, for which nothing is charged. */
function askFirst(
  house: TurnHouse,
  session: Session,
  { next, text, language }: { readonly next: AskingTurn; readonly text: string; readonly language: Language },
): Answer {
  take(house, session, text);
  const { event, labels } = askUser(next, language);
  session.asked = { text, labels };
  const queue = new EventQueue();
  queue.push({ kind: 'heartbeat' });
  queue.push({ kind: 'thought', text: 'That can be done in more than one way. I ask.' });
  queue.push(event);
  queue.end();
  return streamAnswer(house, session, queue);
}

/** What was wanted when the agent asked, where this message answers it. */
function answeredWish(session: Session, text: string): string | undefined {
  const { asked } = session;
  session.asked = undefined;
  return asked?.labels.some((label) => text.includes(label)) ? asked.text : undefined;
}

const strangeTurns = ['silentLate', 'sentenceFirst', 'question', 'questions', 'longRunning'] as const;

function strangeTurn(settings: SandboxSettings, session: Session): NextTurn | undefined {
  const dice = oddDice(settings, session.random, `${session.id} strange ${session.turns}`);
  return dice.chance(settings.strangeRate) ? dice.pick(strangeTurns) : undefined;
}

function takeNextTurn(settings: SandboxSettings): NextTurn | undefined {
  const next = settings.nextTurn;
  settings.nextTurn = undefined;
  return next;
}

/** @returns whether the work was done and is to be paid for. */
async function doTurn(
  house: TurnHouse,
  session: Session,
  understood: Understanding,
  queue: EventQueue,
  next: NextTurn | undefined,
): Promise<boolean> {
  const { random } = session;
  const { language } = understood;
  const edits = understood.requests.filter((request) => !isTalk(request));
  const silent =
    next === 'silent' ||
    next === 'silentStop' ||
    next === 'silentNoContent' ||
    (next === undefined &&
      (house.settings.oddSeed === undefined
        ? random
        : oddDice(house.settings, random, `silent ${session.turns}`)
      ).chance(house.settings.silentRate));
  const beating = setInterval(() => queue.push({ kind: 'heartbeat' }), house.settings.heartbeatMs);
  try {
    queue.push({ kind: 'heartbeat' });
    if (next === 'heartbeats') {
      await queue.left(AbortSignal.any([house.closing, AbortSignal.timeout(house.settings.streamLifeMs)]));
      return true;
    }
    queue.push({
      kind: 'thought',
      text: 'The user wants me to work on their video. Let me look at the timeline first.',
    });
    await think(house, edits);
    if (next === 'silentLate') {
      for (const event of silentEdit(random, undefined)) queue.push(event);
      queue.end();
      await delay(house.settings.lateMs, undefined, { signal: house.closing });
      await house.editor.perform(session, understood, () => undefined);
      return true;
    }
    if (next === 'sentenceFirst') {
      queue.push({ kind: 'text', text: language === 'zh' ? '好的，我马上处理。' : 'Sure, I’m on it.' });
      clearInterval(beating);
      await delay(house.settings.lateMs, undefined, { signal: house.closing });
    }
    if (next === 'unchanged') return true;
    if (next === 'brokenError') {
      queue.push({ kind: 'text', text: language === 'zh' ? '好的，我马上开始。' : 'Sure, I am on it. ' });
      queue.push({ kind: 'brokenError' });
      return false;
    }
    if (next === 'midStreamError') {
      queue.push({ kind: 'text', text: language === 'zh' ? '好的，我马上开始。' : 'Sure, I am on it. ' });
      queue.push({ kind: 'error', code: '500', message: 'Model overloaded' });
      return false;
    }
    const result = await house.editor.perform(session, understood, (event) => queue.push(event));
    // Only pure edits are silent: whoever asks a question, or misses a clip, gets a word.
    if (silent && result.changed && !result.generated && result.script === undefined) {
      for (const event of silentEdit(random, next)) queue.push(event);
      return true;
    }
    for (const event of answerText(random, language, understood.requests, result, next)) queue.push(event);
    return true;
  } finally {
    clearInterval(beating);
  }
}

/** The service's own time for such work, as far as the pace asks for it. */
async function think(house: TurnHouse, edits: readonly EditRequest[]): Promise<void> {
  const seconds = edits.some((edit) => edit.kind === 'generate') ? 100 : edits.length > 0 ? 10 : 5;
  const ms = seconds * 1000 * house.settings.pace;
  if (ms > 0) await delay(ms, undefined, { signal: house.closing });
}

function streamAnswer(house: TurnHouse, session: Session, queue: EventQueue): Answer {
  const dice = session.random.fork(`${session.id} stream ${session.turns}`);
  const sessionDice = session.random.fork(`${session.id} dialect`);
  const { dialect } = house.settings;
  const spoken = dialect === 'mixed' ? sessionDice.pick<'simple' | 'adk'>(['simple', 'adk']) : dialect;
  const writer = { simple: simpleDialect, adk: adkDialect, interleaved: interleavedDialect }[spoken](dice);
  const style = chooseFrameStyle(dice);
  return {
    kind: 'stream',
    status: 200,
    headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache' },
    async *chunks(gone) {
      const signal = AbortSignal.any([gone, AbortSignal.timeout(house.settings.streamLifeMs)]);
      let count = 0;
      for await (const event of queue.read(signal)) {
        for (const frame of writer.write(event)) {
          yield* splitBytes(Buffer.from(frameText(frame, style, count)), dice);
          count += 1;
        }
      }
    },
  };
}
