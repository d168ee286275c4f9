import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';

import * as vscode from 'vscode';

import { hastenedClock } from '../../src/client/clock.ts';
import type { ChatMessage } from '../../src/conversation/chat-state.ts';
import type { SessionChat } from '../../src/editor/session-chat.ts';
import type { NextTurn } from '../sandbox/sandbox-options.ts';
import { SeededRandom } from '../sandbox/seeded-random.ts';
import { Machine, type EditorWindow } from './editor-windows.ts';
import { clip, failure } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

/** A new one in each run, and in its report: put the number here to have that run once more. */
const seed = Math.floor(Math.random() * 2 ** 31);

describe('The main job, where the service gives odd answers of every kind at once', () => {
  let machine: Machine;
  let window: EditorWindow;
  let chat: SessionChat;

  /** A hundred times as fast. */
  const open = async () => {
    window = machine.openWindow({ clock: hastenedClock(100, Date.now()) });
    chat = await window.chats.chat();
  };
  const answerTo = (text: string): ChatMessage => {
    const asked = chat.state.messages.findLast((message) => message.role === 'user' && message.text === text);
    const answer = chat.state.messages.findLast((message) => asked !== undefined && message.answerTo === asked.id);
    assert.ok(answer, JSON.stringify(chat.state.messages));
    return answer;
  };
  const received = async (text: string) => (await sandbox.messages()).filter((message) => message.text === text).length;
  const onTimeline = (title: string) => JSON.stringify(chat.state.timeline).includes(title);

  /** Until the service has nothing more to say to a message, its question answered with the first of its choices. */
  const follow = async (text: string) => {
    await chat.idle();
    const { id, question } = answerTo(text);
    if (!question || question.answer) return;
    await chat.answerQuestion(
      id,
      question.questions.map(({ id: questionId, options }) => ({
        questionId,
        optionIds: options.slice(0, 1).map((option) => option.id),
      })),
    );
    await chat.idle();
  };
  const say = async (title: string, nextTurn?: NextTurn) => {
    const text = `add a title "${title}"`;
    await sandbox.configure({ nextTurn: nextTurn ?? null });
    await chat.send(text, { mayAsk: false }).accepted;
    return text;
  };

  /** Everybody has read what became of it: on the timeline, in words, and it was sent once. */
  const check = async (title: string, text: string) => {
    await chat.timeline.refresh();
    assert.ok(onTimeline(title), `${title} is on the timeline: ${JSON.stringify(chat.state.messages)}`);
    assert.equal(await received(text), 1);
    const told = chat.state.messages.filter(({ changes = [] }) => changes.some((change) => change.title === title));
    assert.equal(told.length, 1, `who made “${title}” is told once: ${JSON.stringify(chat.state.messages)}`);
  };

  before(async () => {
    await sandbox.calm();
    machine = await Machine.start();
  });
  after(async () => {
    await sandbox.calm();
    await machine.stop();
  });

  it(`ends in the video (seed ${seed})`, async function () {
    this.timeout(60_000);
    const dice = new SeededRandom(seed);
    const odd = { oddAnswers: 'mixed', oddSeed: seed, silentRate: 0.3, strangeRate: 0.5, lateMs: 900 } as const;
    await sandbox.configure({ ...odd, dialect: dice.pick(['simple', 'adk', 'interleaved']) });
    const tooMany = { moment: 'beforeRequest', kind: 'status', status: 429, retryAfterSeconds: 1 } as const;
    const limited = ['createSession', 'upload', 'runSse', 'credits', 'state', 'submitRender', 'pollRender'] as const;
    for (const endpoint of limited) if (dice.chance(0.5)) await sandbox.addFault({ endpoint, ...tooMany });

    await open();
    await window.chats.connect();
    const [upload] = await chat.uploads.upload([clip('talk.mp4')]);
    assert.equal(upload?.phase, 'done', JSON.stringify(upload));
    const turns = [undefined, 'silentNoContent', 'silentLate', 'sentenceFirst', 'questions', undefined] as const;
    for (const [at, turn] of turns.entries()) {
      const title = `Card ${at} of ${seed}`;
      const text = await say(title, turn);
      // Now and then the window is closed while the message is on its way, or is being answered.
      if (dice.chance(0.4)) {
        if (dice.chance(0.5)) while ((await received(text)) === 0) await new Promise((go) => setTimeout(go, 10));
        await window.close();
        await open();
      }
      await follow(text);
      // What never left is offered to be sent.
      const unsent = chat.state.messages.find((message) => message.text === text);
      const offer = unsent?.actions?.find(({ kind }) => kind === 'send');
      if (unsent && offer) {
        assert.deepEqual([unsent.state, offer.argument, await received(text)], ['cancelled', text, 0]);
        await chat.sendOffered(text, unsent.id);
        await follow(text);
      }
      await check(title, text);
    }

    const job = await chat.exports.start({
      target: { uri: vscode.Uri.joinPath(vscode.Uri.file(machine.exports), 'odd.mp4'), isByPerson: true },
    });
    const from = (await sandbox.counts()).renders;
    if (dice.chance(0.5)) {
      await window.close();
      await open();
      await window.jobs.resume();
    }
    const over = await window.jobs.whenOver(job.id);
    assert.equal(over?.phase, 'done', JSON.stringify(over));
    assert.deepEqual(await readdir(machine.exports), ['odd.mp4']);
    assert.ok((await sandbox.renders(Math.max(0, from - 1))).every(({ draftMatched }) => draftMatched));

    for (const { text, question, state, following, error } of chat.state.messages) {
      // Whoever reads it finds words, and nothing that still seems to go on.
      assert.ok(
        state === 'cancelled' || question !== undefined || text.trim() !== '',
        JSON.stringify(chat.state.messages),
      );
      assert.doesNotMatch(text, /This changed[^]*This changed/);
      assert.deepEqual([state === 'running', following], [false, undefined]);
      assert.equal(error, undefined, JSON.stringify(chat.state.messages));
    }
    await sandbox.addFault({ endpoint: 'credits', moment: 'beforeRequest', kind: 'code', code: 2001 });
    const { message } = await failure(window.connection.readCredits());
    assert.match(message, chat.record.userId === undefined ? /which user you are/ : /Register to get more/);
  });
});
