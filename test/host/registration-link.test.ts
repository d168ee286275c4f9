import assert from 'node:assert/strict';

import type { NextStep } from '../../src/client/next-step.ts';
import type { SessionChat } from '../../src/editor/session-chat.ts';
import { uploadTransfer } from '../../src/editor/transfer-rows.ts';
import type { OddAnswer } from '../sandbox/sandbox-options.ts';
import { hastyClock, Machine, type EditorWindow } from './editor-windows.ts';
import { clip, failure } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

/** What is told of an account that may not go on: the sentence and its buttons. */
interface Told {
  readonly message: string;
  readonly steps: readonly NextStep[];
}

describe('The registration that keeps the project', () => {
  let machine: Machine;
  let window: EditorWindow;
  let chat: SessionChat;

  beforeEach(async () => {
    await sandbox.calm();
    machine = await Machine.start();
  });
  afterEach(async () => {
    delete process.env['NEMO_TOKEN'];
    await sandbox.calm();
    await machine.stop();
  });

  const open = async () => {
    window = machine.openWindow({ clock: hastyClock });
    chat = await window.chats.chat();
  };
  const odd = (...kinds: readonly OddAnswer[]) => sandbox.configure({ oddAnswers: kinds });
  /** Who the service itself says has been asking of it. */
  const asker = async () => (await sandbox.requests()).findLast(({ userId }) => userId !== undefined)?.userId ?? '';
  const links = ({ steps }: Told) => steps.flatMap(({ argument }) => (argument?.includes('bind=') ? [argument] : []));

  /** Each place in which an account can be refused, and what is told there. */
  const places: Readonly<Record<string, () => Promise<Told>>> = {
    runSse: async () => {
      const { accepted, over } = chat.send('add a title "Broke"', { mayAsk: false });
      await accepted;
      await over;
      const { error, actions = [] } = chat.state.messages.findLast(({ role }) => role === 'assistant') ?? {};
      return { message: error?.message ?? '', steps: actions };
    },
    upload: async () => {
      await chat.uploads.upload([clip('music.mp3')]);
      const row = chat.uploads.rows.at(-1);
      const { message = '', actions } = row ? uploadTransfer(row) : { actions: [] };
      return { message, steps: actions };
    },
    submitRender: async () => {
      const job = await chat.exports.start({});
      await window.jobs.whenOver(job.id);
      const { message = '', actions } = chat.state.transfers.find(({ id }) => id === job.id) ?? { actions: [] };
      return { message, steps: actions };
    },
    credits: () => failure(window.connection.readCredits()),
  };
  const refusals = [
    { kind: 'code', code: 2001 },
    { kind: 'status', status: 402 },
    { kind: 'status', status: 402, code: 4020 },
  ] as const;

  const ways: readonly (readonly [string, readonly OddAnswer[], { readonly reload?: true; readonly given?: true }])[] =
    [
      ['only the session names', ['userInSession'], {}],
      ['only the state names', ['leanIds'], {}],
      ['the session named before a reload', ['userInSession'], { reload: true }],
      ['the state named before a reload', ['leanIds'], { reload: true }],
      ['the session names, by a token of NEMO_TOKEN', ['userInSession'], { given: true }],
      ['the state names, by a token of NEMO_TOKEN', ['leanIds'], { given: true }],
      ['an answer named before a reload, by a token of NEMO_TOKEN', ['userInSession'], { given: true, reload: true }],
    ];
  for (const [name, kinds, { reload, given }] of ways) {
    it(`is offered to the user whom ${name}`, async () => {
      if (given) process.env['NEMO_TOKEN'] = (await sandbox.strangersToken()).token;
      await odd(...kinds);
      await open();
      await window.chats.connect();
      await chat.uploads.upload([clip('talk.mp4')]);
      await chat.timeline.refresh();
      const userId = await asker();
      assert.match(userId, /^anon_/);
      if (reload) {
        await window.close();
        // From here on no answer says it any more.
        await odd('userNowhere');
        await open();
      }
      for (const [endpoint, told] of Object.entries(places)) {
        for (const refusal of refusals) {
          await sandbox.addFault({ endpoint: endpoint as 'runSse', moment: 'beforeRequest', ...refusal });
          const said = await told();
          assert.deepEqual(
            links(said).map((link) => new URL(link).searchParams.get('bind')),
            [userId],
            `${endpoint} ${JSON.stringify(refusal)} → ${JSON.stringify(said)}`,
          );
          assert.match(said.message, /Register/);
          await sandbox.clearFaults();
        }
      }
    });
  }

  it('is offered for credits that are asked for before a session is shown', async () => {
    await odd('userInSession');
    await open();
    await window.chats.connect();
    await window.close();
    await odd('userNowhere');
    window = machine.openWindow();
    await window.chats.recallUser();
    await sandbox.addFault({ endpoint: 'credits', moment: 'beforeRequest', kind: 'code', code: 2001 });
    assert.deepEqual(
      links(await failure(window.connection.readCredits())).map((link) => new URL(link).searchParams.get('bind')),
      [await asker()],
    );
  });

  for (const given of [false, true]) {
    it(`cannot be offered where nothing ever names the user${given ? ', by a token of NEMO_TOKEN' : ''}: it says so, and what to do instead`, async () => {
      if (given) process.env['NEMO_TOKEN'] = (await sandbox.strangersToken()).token;
      await odd('userNowhere');
      await open();
      await window.chats.connect();
      await chat.uploads.upload([clip('talk.mp4')]);
      await chat.timeline.refresh();
      for (const [endpoint, told] of Object.entries(places)) {
        for (const refusal of refusals) {
          await sandbox.addFault({ endpoint: endpoint as 'runSse', moment: 'beforeRequest', ...refusal });
          const said = await told();
          assert.match(said.message, /does not say which user you are.+pen the project in the browser/, endpoint);
          assert.deepEqual(links(said), []);
          assert.ok(
            said.steps.some(({ kind }) => kind === 'openInBrowser'),
            JSON.stringify(said),
          );
          await sandbox.clearFaults();
        }
      }
      // What is advised can be done.
      assert.match((await chat.session.claim()).claimToken, /^clm_/);
    });
  }

  it('is offered by a refusal that says nothing of credits used', async () => {
    await open();
    await window.chats.connect();
    await chat.uploads.upload([clip('talk.mp4')]);
    // Somebody else spent them.
    await sandbox.setCredits(50);
    await sandbox.addFault({ endpoint: 'runSse', moment: 'beforeRequest', kind: 'code', code: 2001 });
    assert.equal(links(await places['runSse']!()).length, 1);
    await chat.idle();
    assert.equal(chat.state.messages.at(-1)?.creditsSpent, undefined);
    assert.equal(window.connection.credits?.total, 50);
  });

  it('is not offered to who comes with another token, in the name of who came before', async () => {
    const { token } = await sandbox.strangersToken();
    await odd('userInSession');
    await open();
    const { userId } = await window.chats.connect();
    assert.match(userId ?? '', /^anon_/);
    await odd('userNowhere');
    const fault = { endpoint: 'credits', moment: 'beforeRequest', kind: 'code', code: 2001 } as const;
    process.env['NEMO_TOKEN'] = token;
    await sandbox.addFault(fault);
    assert.deepEqual(links(await failure(window.connection.readCredits())), []);
    // The same after a reload.
    await window.close();
    await open();
    await sandbox.addFault(fault);
    assert.deepEqual(links(await failure(window.connection.readCredits())), []);
    delete process.env['NEMO_TOKEN'];
    await sandbox.addFault(fault);
    assert.equal(links(await failure(window.connection.readCredits())).length, 1);
  });

  it('is not offered to who signed in, in another window too', async () => {
    const { token } = await sandbox.strangersToken();
    await odd('userInSession');
    await open();
    await window.chats.connect();
    const other = machine.openWindow();
    await other.connection.signIn(token);
    await odd('userNowhere');
    await sandbox.addFault({ endpoint: 'credits', moment: 'beforeRequest', kind: 'code', code: 2001 });
    const { message, steps } = await failure(window.connection.readCredits());
    assert.match(message, /Top up credits in your account/);
    assert.deepEqual(links({ message, steps }), []);
  });
});
