import assert from 'node:assert/strict';

import type { FrameLocator } from 'playwright-core';

import { EditorWindow } from '../setup/editor-window.ts';
import { eventually } from '../setup/eventually.ts';
import { type StrangerPage, strangerPage } from '../setup/stranger-page.ts';
import { type OpenEditor, openEditor } from './open-editor.ts';
import { scene } from './preview/scenes.ts';

/** What the extension might post; `words` stand in the composer and in the header of a page that hears it. */
const believable = (words: string): readonly unknown[] => [
  {
    type: 'snapshot',
    state: {
      ...structuredClone(scene('rich')),
      sessionName: words,
      connection: {
        kind: 'failed',
        message: 'Your session is over. Sign in again.',
        steps: [{ kind: 'signIn', label: 'Sign in again' }],
      },
    },
  },
  { type: 'compose', text: words, replace: true },
  ...Array.from({ length: 40 }, (_, to) => ({ type: 'refusal', to, code: 'x', message: 'No', steps: [] })),
];

/** What nobody can read, or what does not fit: a page that hears it asks the extension for everything again, and then gives up. */
const unreadable: readonly unknown[] = Array.from({ length: 40 }, (_, at) => [
  { type: 'nonsense', at },
  null,
  'text',
  { type: 'snapshot' },
  { type: 'messageRemoved', id: 'none' },
]).flat();

describe('Messages of a page that is not the editor', () => {
  let editor: OpenEditor;
  let stranger: StrangerPage;
  let window: EditorWindow;
  let address: string;

  before(async function () {
    this.timeout(180_000);
    editor = await openEditor('strangers', { sandbox: { silentRate: 0 } });
    address = EditorWindow.address(editor.server.url, editor.workspace);
    stranger = await strangerPage(editor.window.page);
    window = await EditorWindow.shownIn(await stranger.open(address));
    await openBoth(window);
  });
  after(() => editor.close());

  /** Shows the side panel's page and the one of the timeline's tab, with a clip on the timeline. */
  async function openBoth({ chat, timelineTab }: EditorWindow): Promise<void> {
    await window.chooseInExplorer('talk.mp4', 'Upload to Nemo');
    await window.show('Nemo');
    await chat.timelineLine.filter({ hasText: /1 track/ }).waitFor();
    await window.runCommand('Nemo: Open Nemo Timeline');
    await timelineTab
      .locator('.pane-facts')
      .filter({ hasText: /1 track/ })
      .waitFor();
  }

  const both = (): readonly FrameLocator[] => [window.chat.frame, window.timelineTab];

  /** All that a page shows, and what is being written in it. */
  const shown = (page: FrameLocator) =>
    page.locator('body').evaluate((body) => {
      const written = [...body.querySelectorAll('textarea')].map(({ value }) => value);
      return [(body as HTMLElement).innerText, ...written];
    });

  /** Has `post` post, and asserts that nothing changed once all of it has reached the pages and they are drawn. */
  async function changesNothing(
    pages: readonly FrameLocator[],
    messages: readonly unknown[],
    post: (messages: readonly unknown[]) => Promise<unknown>,
  ): Promise<void> {
    const before = await Promise.all(pages.map(shown));
    const name = `last-${Math.random()}`;
    for (const page of pages) {
      await page.locator('body').evaluate((body, last) => {
        const reached = new Promise<void>((resolve) => {
          addEventListener('message', ({ data }: MessageEvent<{ last?: string } | null>) => {
            if (data?.last === last) resolve();
          });
        });
        Object.assign(body, { reached });
      }, name);
    }
    await post([...messages, { last: name }]);
    for (const page of pages) {
      await page.locator('body').evaluate(async (body) => {
        await (body as HTMLElement & { reached: Promise<void> }).reached;
        for (let frames = 0; frames < 3; frames += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
      });
    }
    assert.deepEqual(await Promise.all(pages.map(shown)), before);
  }

  /** Listens to what a page says to the editor; resolves with what tells what has been said since. */
  async function listenTo(page: FrameLocator): Promise<() => Promise<readonly string[]>> {
    const body = await page.locator('body').elementHandle();
    const around = (await body.ownerFrame())?.parentFrame();
    assert.ok(around);
    // The document around a page hands on what the page says, by a port.
    await around.evaluate(() => {
      const said: string[] = [];
      const { prototype } = MessagePort;
      const post = Object.getOwnPropertyDescriptor(prototype, 'postMessage')!.value as (...args: unknown[]) => void;
      prototype.postMessage = function (this: MessagePort, ...args: unknown[]) {
        const { data } = args[0] as { data?: { message?: { intent?: { type: string } } } };
        if (data?.message?.intent) said.push(data.message.intent.type);
        post.apply(this, args);
      };
      Object.assign(window, { said });
    });
    return () => around.evaluate(() => (window as unknown as { said: string[] }).said);
  }

  const fromOpener = async (messages: readonly unknown[]) => {
    assert.ok((await stranger.post(messages)) >= 4, 'both pages and what is around them are reached');
  };

  it('change nothing where that page opened the editor', async () => {
    await changesNothing(both(), believable('words of the opener'), fromOpener);
  });

  it('change nothing where they come from a page of the same origin', async () => {
    // Here the editor's own window has the origin of all its pages, those of other extensions among them.
    const post = (messages: readonly unknown[]) =>
      window.page.evaluate((posted) => {
        const frames = Array.from({ length: globalThis.window.length }, (_, at) => globalThis.window[at]?.[0]);
        for (const frame of frames) {
          for (const message of posted) frame?.postMessage(message, globalThis.window.origin);
        }
      }, messages);
    await changesNothing(both(), believable('words of the same origin'), post);
  });

  it('are not answered, and make no page give up, however many nobody can read', async function () {
    this.timeout(120_000);
    const listening = await Promise.all(both().map(listenTo));
    await changesNothing(both(), unreadable, fromOpener);
    for (const said of listening) {
      assert.deepEqual(
        (await said()).filter((type) => type === 'viewFault' || type === 'ready'),
        [],
        'nothing is reported, and nothing asked for again',
      );
    }
    // What a page does say is heard.
    for (const [at, page] of both().entries()) {
      await page.locator('body').evaluate(() => {
        setTimeout(() => {
          throw new Error('a fault of the page itself');
        });
      });
      await eventually(async () => (await listening[at]?.())?.includes('viewFault') === true);
    }
    assert.deepEqual(await stranger.heard(), []);
  });

  it('leave both pages hearing the extension', async function () {
    this.timeout(120_000);
    await window.chat.say('add a title "Still here" for the first 3 seconds');
    await window.chat.answer(0);
    for (const page of both()) {
      await page
        .locator('.pane-facts')
        .filter({ hasText: /2 tracks/ })
        .waitFor();
    }
  });

  it('change nothing where that page shows the editor in a frame', async function () {
    this.timeout(120_000);
    const page = await editor.browser.newPage();
    const around = await strangerPage(page, '127.0.0.1');
    await around.frame(address);
    const inner = page.frameLocator('iframe');
    await inner.locator('.activitybar').getByRole('tab', { name: 'Nemo' }).click();
    const chat = EditorWindow.chatIn(inner);
    await chat.endedAnswers.first().waitFor();
    await changesNothing([chat.frame], [...believable('words from around'), ...unreadable], (messages) =>
      around.post(messages),
    );
  });
});
