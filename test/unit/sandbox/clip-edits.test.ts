import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as l10n from '@vscode/l10n';

import { clipReference, instructionSentence, namedClip } from '../../../src/timeline/clip-instructions.ts';
import { readDraft } from '../../../src/timeline/read-draft.ts';
import type { Clip, Track } from '../../../src/timeline/timeline-model.ts';
import { dragInstruction, type Grip } from '../../../webview/timeline/clip-drag.ts';
import type { Sandbox } from '../../sandbox/sandbox-options.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { type SmallClips, smallClips } from './small-clips.ts';
import { Visitor } from './visitor.ts';

/** A clip as «name from–to», in seconds. */
type Lane = readonly string[];

const chinese = join(import.meta.dirname, '..', '..', '..', 'l10n', 'bundle.l10n.zh-cn.json');

describe('sandbox: edits of a clip that the extension names', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let clips: SmallClips;
  let visitor: Visitor;
  before(async () => {
    clips = await smallClips();
    sandbox = await startSandbox({ silentRate: 0, credits: 1_000_000, omitStarts: false });
    visitor = await Visitor.arrive(sandbox);
  });
  after(() => sandbox.close());

  /** talk 0–6, picture 6–9, talk 9–15; the titles «Hello» 1–3 and «Bye» 12–14; music over all of it. */
  beforeEach(async () => {
    await visitor.newSession();
    await visitor.upload(clips.talk, clips.picture, clips.talk);
    await visitor.say('add lo-fi music');
    await visitor.say('add a title "Hello" from 1s to 3s');
    await visitor.say('add a title "Bye" from 12s to 14s');
  });
  afterEach(() => l10n.config({ contents: {} }));

  async function timeline(): Promise<readonly Track[]> {
    return readDraft((await visitor.state()).draft).tracks;
  }

  /** The clips of the tracks with pictures and with titles. */
  async function lanes(): Promise<readonly [Lane, Lane]> {
    const tracks = await timeline();
    const lane = (at: number): Lane =>
      (tracks[at]?.clips ?? []).map(
        ({ title, startMs, durationMs }) => `${title} ${startMs / 1000}–${(startMs + durationMs) / 1000}`,
      );
    return [lane(0), lane(2)];
  }

  /** A clip of the timeline, by the place of its track and its own. */
  async function place(track: number, clip: number): Promise<{ track: Track; clip: Clip }> {
    const found = (await timeline())[track];
    assert.ok(found?.clips[clip]);
    return { track: found, clip: found.clips[clip] };
  }

  async function drag(track: number, at: number, grip: Grip, startMs: number, endMs: number): Promise<string> {
    const { track: row, clip } = await place(track, at);
    return instructionSentence(namedClip(row, clip), dragInstruction(clip, grip, { startMs, endMs }));
  }

  async function ask(track: number, at: number, words: string): Promise<string> {
    const { track: row, clip } = await place(track, at);
    return clipReference(row, clip) + words;
  }

  const pictures: Lane = ['city_talk 0–6', 'picture 6–9', 'city_talk 9–15'];
  const titles: Lane = ['Hello 1–3', 'Bye 12–14'];

  interface Case {
    readonly what: string;
    readonly message: () => Promise<string>;
    readonly pictures?: Lane;
    readonly titles?: Lane;
  }
  const inBoth = (en: string, zh: string) => ({ en, zh });
  const drags: readonly Case[] = [
    {
      what: 'move to where another order of the clips says the same',
      message: () => drag(0, 2, 'whole', 0, 6000),
      pictures: ['city_talk 0–6', 'city_talk 6–12', 'picture 12–15'],
    },
    {
      what: 'move behind all others, which leaves the time between',
      message: () => drag(0, 1, 'whole', 20_000, 23_000),
      pictures: ['city_talk 0–6', 'city_talk 9–15', 'picture 20–23'],
    },
    {
      what: 'move into another, which goes on behind it',
      message: () => drag(0, 1, 'whole', 2000, 5000),
      pictures: ['city_talk 0–2', 'picture 2–5', 'city_talk 5–9', 'city_talk 12–18'],
    },
    { what: 'move a title', message: () => drag(2, 1, 'whole', 4500, 6500), titles: ['Hello 1–3', 'Bye 4.5–6.5'] },
    {
      what: 'trim the beginning',
      message: () => drag(0, 0, 'start', 2250, 6000),
      pictures: ['city_talk 0–3.75', 'picture 3.75–6.75', 'city_talk 6.75–12.75'],
      titles: ['Hello 1–3', 'Bye 9.75–11.75'],
    },
    {
      what: 'trim the end',
      message: () => drag(0, 1, 'end', 6000, 7500),
      pictures: ['city_talk 0–6', 'picture 6–7.5', 'city_talk 7.5–13.5'],
      titles: ['Hello 1–3', 'Bye 10.5–12.5'],
    },
    { what: 'extend a title', message: () => drag(2, 0, 'end', 1000, 5000), titles: ['Hello 1–5', 'Bye 12–14'] },
    {
      what: 'extend a title to before',
      message: () => drag(2, 0, 'start', 0, 3000),
      titles: ['Hello 0–3', 'Bye 12–14'],
    },
  ];
  const words: readonly (Omit<Case, 'message'> & {
    readonly clip: readonly [number, number];
    readonly says: { readonly en: string; readonly zh: string };
  })[] = [
    {
      what: 'split',
      clip: [0, 2],
      says: inBoth('split it at 0:11', '在 0:11 处分割'),
      pictures: ['city_talk 0–6', 'picture 6–9', 'city_talk 9–11', 'city_talk 11–15'],
    },
    {
      what: 'delete',
      clip: [0, 1],
      says: inBoth('Delete it.', '删除它。'),
      pictures: ['city_talk 0–6', 'city_talk 6–12'],
      titles: ['Hello 1–3', 'Bye 9–11'],
    },
    { what: 'delete a title', clip: [2, 0], says: inBoth('remove this', '删掉这个'), titles: ['Bye 12–14'] },
    {
      what: 'duplicate',
      clip: [0, 1],
      says: inBoth('duplicate it', '复制一份'),
      pictures: ['city_talk 0–6', 'picture 6–9', 'picture 9–12', 'city_talk 12–18'],
      titles: ['Hello 1–3', 'Bye 15–17'],
    },
    {
      what: 'swap with the next',
      clip: [0, 0],
      says: inBoth('swap it with the next clip', '与后一个片段交换'),
      pictures: ['picture 0–3', 'city_talk 3–9', 'city_talk 9–15'],
    },
    {
      what: 'take time off the end',
      clip: [0, 2],
      says: inBoth('cut the last 1.5 seconds', '剪掉最后 1.5 秒'),
      pictures: ['city_talk 0–6', 'picture 6–9', 'city_talk 9–13.5'],
    },
    {
      what: 'play faster',
      clip: [0, 2],
      says: inBoth('make it play 2x as fast', '加速到 2 倍'),
      pictures: ['city_talk 0–6', 'picture 6–9', 'city_talk 9–12'],
    },
    { what: 'do nothing that is not understood', clip: [0, 2], says: inBoth('make it dance', '让它跳舞') },
    {
      what: 'do nothing at a time that is elsewhere',
      clip: [0, 2],
      says: inBoth('split it at 0:03', '在 0:03 处分割'),
    },
  ];

  const check = async (message: string, after: Pick<Case, 'pictures' | 'titles'>) => {
    const turn = await visitor.say(message);
    assert.deepEqual(await lanes(), [after.pictures ?? pictures, after.titles ?? titles], `${message} → ${turn.words}`);
  };

  for (const language of ['en', 'zh'] as const) {
    describe(`in ${language === 'en' ? 'English' : 'Chinese'}`, () => {
      beforeEach(async () => {
        const text = language === 'zh' ? await readFile(chinese, 'utf8') : '{}';
        l10n.config({ contents: JSON.parse(text) as Record<string, string> });
      });
      for (const each of drags) {
        it(`${each.what}: a drag`, async () => check(await each.message(), each));
      }
      for (const { what, clip, says, ...after } of words) {
        it(what, async () => check(await ask(...clip, says[language]), after));
      }

      it('bring back what was removed, and nothing else', async () => {
        const { track, clip } = await place(0, 1);
        await visitor.say(await ask(0, 1, language === 'en' ? 'delete it' : '删除它'));
        await check(instructionSentence(namedClip(track, clip), { kind: 'bringBack' }), {
          titles: ['Hello 1–3', 'Bye 9–11'],
        });
      });

      it('change the volume and the speed of this clip alone', async () => {
        await visitor.say(await ask(0, 2, language === 'en' ? 'mute it' : '静音'));
        assert.deepEqual(
          (await timeline())[0]?.clips.map(({ volume }) => volume),
          [100, 100, 0],
        );
      });
    });
  }
});
