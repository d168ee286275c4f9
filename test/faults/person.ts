import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import * as vscode from 'vscode';

import type { NextStep } from '../../src/client/next-step.ts';
import type { ChatState } from '../../src/conversation/chat-state.ts';
import type { ConnectResult } from '../../src/editor/chat-controller.ts';
import type { TracksResult } from '../../src/editor/commands/show-tracks.ts';
import type { UploadResult } from '../../src/editor/commands/upload.ts';
import type { ChatResult } from '../../src/editor/chat-result.ts';
import { command, extension } from '../host/extension-under-test.ts';
import { sandbox } from '../host/sandbox-control.ts';
import type { MessageRecord, RenderRecord } from '../sandbox/sandbox-options.ts';
import { isIdle, pageProblems, storageProblems, toldProblems, videoProblems, type Told } from './aftermath.ts';
import type { Marks } from './plan.ts';

/** How often a person does again what failed before they give up. */
const mostTries = 4;
/** What takes longer than this has hung, in ms. */
const hungAfterMs = 60_000;
const lookAgainMs = 20;
/** How long the service is away at the longest, in ms, and more. */
const outageMs = 20_000;

/** Edits that can be seen in the length of the film. */
const wishes = ['Make it twice as fast', 'Trim it to 0.8 seconds', 'Slow it down to half the speed'];

/** The job cannot be brought to its end; what stood in the way has been noted. */
export class GaveUp extends Error {}

export interface PersonOptions {
  readonly marks: Marks;
  readonly clip: string;
  readonly folder: string;
  /** Holds what the extension keeps for itself. */
  readonly storage: string;
  /** Tells what the page shows. */
  readonly pageUrl: string;
  readonly number: number;
  /** The service forgets the session, or says so: what went with it is handed over and said again. */
  readonly mayLoseSession: boolean;
  /** Types into the page too, when the job is done. */
  readonly types: boolean;
  /** Called after a failure, before anything is tried again. */
  readonly afterFailure: () => Promise<unknown>;
}

/** Somebody who wants a video, does what the errors say, and notes what was lost on the way. */
export class Person {
  readonly problems: string[] = [];
  readonly told: string[] = [];
  readonly #options: PersonOptions;
  readonly #clip: vscode.Uri;
  readonly #folder: string;
  readonly #wish: string;
  /** What stood in the chat when it was last read, by message. */
  readonly #read = new Map<string, string>();
  /** How often the wish was said. */
  #said = 0;
  /** How often the chat said that the timeline starts anew. */
  #anew = 0;
  /** The length of the timeline when the last export began, in ms. */
  #lengthMs = 0;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.#clip = vscode.Uri.file(options.clip);
    this.#folder = options.folder;
    this.#wish = wishes[options.number % wishes.length]!;
  }

  /** Whether it was said that the service lost the session. */
  get knowsOfLoss(): boolean {
    return this.#anew > 0 || this.told.includes('sessionGone');
  }

  /** The wish was said by who had this job before, and came to the service so many times. */
  saidBefore(times: number): void {
    this.#said += times;
  }

  get wish(): string {
    return this.#wish;
  }

  get target(): vscode.Uri {
    return vscode.Uri.file(join(this.#folder, 'cut.mp4'));
  }

  newSession(): Promise<{ readonly sessionId: string }> {
    return this.#until('new session', () => command('nemo.newSession', {}));
  }

  connect(): Promise<ConnectResult> {
    return this.#until('connect', () => command('nemo.connect', {}));
  }

  async upload(): Promise<void> {
    const arrived = await this.#until('upload', () => command<UploadResult[]>('nemo.upload', this.#clip));
    if (arrived.length !== 1) this.problems.push(`the upload resolved with ${arrived.length} files`);
    if ((await this.#hasBegunAnew()) && (await this.#isEmpty())) await this.upload();
  }

  /** Uploads again by the button of the row that failed. */
  async uploadAgain(): Promise<void> {
    const row = (await this.chat()).transfers.find(({ kind, phase }) => kind === 'upload' && phase === 'failed');
    const button = row?.actions.find(({ kind }) => kind === 'retry');
    if (row?.message === undefined || button?.argument === undefined) {
      this.problems.push('nothing tells that the upload was cut off');
      return this.upload();
    }
    await command('nemo.retryTransfer', button.argument);
    await this.idle();
    if ((await this.tracks()).tracks.length === 0) await this.upload();
  }

  /** Says what is wanted until it is on the timeline. */
  async say(): Promise<void> {
    for (let tries = 0; tries < mostTries; tries++) {
      const before = await this.messages();
      this.#said++;
      const result = await this.#limited('the turn', command<ChatResult>('nemo.chat', this.#wish));
      await this.#readChat();
      const received = (await this.messages()).length - before.length;
      if (received > 1) this.problems.push(`the message was received ${received} times`);
      if (result.outcome === 'answered' || result.outcome === 'silent') {
        if (received === 0) this.problems.push(`the turn was «${result.outcome}», but the message never arrived`);
        if (result.text === '') this.problems.push('the turn ended without a word');
        if (!(await this.#hasBegunAnew()) || !(await this.#isEmpty())) return;
        await this.upload();
        continue;
      }
      if (result.error === undefined) {
        this.problems.push(`the turn was «${result.outcome}» without an error`);
        continue;
      }
      const heard = this.#hear('the turn', { ...result.error, steps: result.actions as readonly NextStep[] });
      await this.#mend();
      if (await this.#followLoss(heard)) continue;
      // What the backend had done until then is on the timeline, and was told.
      if (result.changes.length > 0) return;
      const isDone = received > 0 && (await this.hasEdit());
      if (!isDone) continue;
      // The button «Show Tracks» shows that it is done; without it one would pay twice.
      if (!result.actions.some(({ kind }) => kind === 'showTracks')) {
        this.problems.push(`the edit was made and paid for, but the turn failed with ${result.error.code}`);
      } else if (!result.error.message.includes('cannot be asked')) {
        this.problems.push(`the edit can be seen, but the turn says: ${result.error.message}`);
      }
      return;
    }
    this.#giveUp('the turn');
  }

  /** Asks for credits and timeline in words. */
  async ask(): Promise<void> {
    for (const question of ['How many credits do I have left?', 'Show tracks']) {
      await this.#until('a question', async () => {
        const { outcome, text, error, actions } = await command<ChatResult>('nemo.chat', question);
        if (error) throw Object.assign(new Error(error.message), { code: error.code, steps: actions });
        if (outcome !== 'answered' || text === '') this.problems.push(`«${question}» was «${outcome}»: ${text}`);
      });
    }
    await this.#catchUp();
  }

  /** Exports until the video is on the disk. */
  async export(): Promise<void> {
    let again = () => command('nemo.export', { target: this.target });
    for (let tries = 0; tries < mostTries; tries++) {
      this.#lengthMs = (await this.chat()).timeline.durationMs;
      try {
        await this.#limited('the export', again());
        return;
      } catch (error) {
        const heard = this.#hear('the export', error);
        const { steps } = heard;
        await this.#mend();
        if (await this.#followLoss(heard)) {
          await this.say();
          again = () => command('nemo.export', { target: this.target });
          continue;
        }
        const retry = steps.find(({ kind }) => kind === 'retry')?.argument;
        again =
          retry === undefined ? () => command('nemo.export', { target: this.target }) : () => this.#retryExport(retry);
      }
    }
    this.#giveUp('the export');
  }

  /** Begins an export, and cancels it while the service renders it. */
  async exportAndCancel(beforeCancel: () => Promise<unknown>): Promise<void> {
    await sandbox.configure({ holdRenders: true });
    const exported = command('nemo.export', { target: this.target }).then(
      () => 'done',
      (error: unknown) => (error as Partial<Told>).code,
    );
    const rendering = (chat: ChatState) => chat.transfers.find(({ phase }) => phase === 'rendering');
    await this.#wait(
      'the render',
      async () => rendering(await this.chat()) !== undefined && (await this.renders()).length > 0,
    );
    await beforeCancel();
    await this.#limited('the cancellation', command('nemo.cancelTransfer', rendering(await this.chat())?.id));
    const end = await this.#limited('the cancelled export', exported);
    if (end !== 'cancelled') this.problems.push(`the cancelled export ended with ${String(end)}`);
    await this.untilReachable(() => sandbox.configure({ holdRenders: false }));
    await this.#mend();
  }

  async openInBrowser(): Promise<void> {
    const link = await this.#until('the link', () => command<string>('nemo.openInBrowser', {}));
    if (!/\/workspace\/claim\?ct=clm_\S+$/.test(link)) this.problems.push('the link for the browser is none');
    await this.#catchUp();
  }

  async chat(): Promise<ChatState> {
    return extension().exports.chatState();
  }

  tracks(): Promise<TracksResult> {
    return this.#until('the tracks', () => command<TracksResult>('nemo.showTracks', {}));
  }

  /** Whether what was wished for is on the timeline: the clip is no longer as long as it was. */
  async hasEdit(): Promise<boolean> {
    const [clip] = (await this.tracks()).tracks.flatMap(({ clips }) => clips);
    return clip !== undefined && Math.abs(clip.duration - 1000) > 100;
  }

  async hasVideo(): Promise<boolean> {
    return (await readdir(this.#folder).catch((): string[] => [])).includes('cut.mp4');
  }

  /** Whether an export is under way or over: looked at with the time that a person takes. */
  async hasBegunExport(): Promise<boolean> {
    await delay(500);
    return (await this.renders()).length > 0 || (await this.chat()).transfers.some(({ kind }) => kind === 'render');
  }

  /** Waits until the video is there and nothing goes on any more, or the export failed. */
  untilVideo(): Promise<void> {
    return this.#wait('the export', async () => {
      const chat = await this.chat();
      const hasFailed = chat.transfers.some(({ kind, phase }) => kind === 'render' && phase === 'failed');
      return isIdle(chat) && (hasFailed || (await this.hasVideo()));
    });
  }

  /** Waits until nothing goes on any more. */
  idle(): Promise<void> {
    return this.#wait('the chat', async () => isIdle(await this.chat()));
  }

  messages(): Promise<MessageRecord[]> {
    return this.untilReachable(() => sandbox.messages(this.#options.marks.messages));
  }

  renders(): Promise<RenderRecord[]> {
    return this.untilReachable(() => sandbox.renders(this.#options.marks.renders));
  }

  /** Looks whether everything is as it should be in the end. */
  async checkEverything(): Promise<void> {
    await this.#checkChat();
    const chat = await this.chat();
    if (!isIdle(chat)) {
      const open = [...chat.messages.map(({ state }) => state), ...chat.transfers.map(({ phase }) => phase)];
      this.problems.push(`something still goes on: ${chat.connection.kind}, ${open.join(', ')}`);
    }
    await this.#until('a plain command', () => command('nemo.showCredits', {}));
    const { messages } = await this.chat();
    const { pageUrl, types, storage } = this.#options;
    this.problems.push(...(await pageProblems(pageUrl, { messages: messages.length, typing: types })));

    const { tracks } = await this.tracks();
    const isLost = await this.#hasBegunAnew();
    const endMs = isLost
      ? this.#lengthMs
      : Math.max(0, ...tracks.flatMap(({ clips }) => clips.map(({ start, duration }) => start + duration)));
    this.problems.push(...(await videoProblems(this.target.fsPath, await this.renders(), endMs)));
    if (!isLost && !(await this.hasEdit())) this.problems.push('the edit is not on the timeline');
    this.problems.push(...(await storageProblems(storage)));
  }

  /** Asks the sandbox, which may not be there for a moment. */
  async untilReachable<T>(ask: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + outageMs;
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof TypeError) || Date.now() > deadline) throw error;
        await delay(lookAgainMs);
      }
    }
  }

  /** What was read is still there, and the service got each message once. */
  async #checkChat(): Promise<void> {
    const { messages } = await this.chat();
    const kept = new Map(messages.map(({ id, text }) => [id, text]));
    for (const [id, text] of this.#read) {
      if (kept.get(id) !== text) this.problems.push(`no longer in the chat: «${text}»`);
    }
    const received = (await this.messages()).filter(({ text }) => text === this.#wish).length;
    if (received > this.#said) this.problems.push(`said ${this.#said} times, received ${received} times`);
    if (/nmv_usr_\w/.test(JSON.stringify(await this.chat()))) this.problems.push('a token is in the chat');
  }

  /** What the person reads in the chat as it is now. */
  async #readChat(): Promise<void> {
    for (const { id, text, state } of (await this.chat()).messages) if (state !== 'running') this.#read.set(id, text);
  }

  /** Whether the chat says, since it was last asked, that the timeline starts anew. */
  async #hasBegunAnew(): Promise<boolean> {
    const { messages } = await this.chat();
    const anew = messages.filter(({ role, text }) => role === 'notice' && text.includes('timeline starts anew')).length;
    if (anew <= this.#anew) return false;
    this.#anew = anew;
    if (!this.#options.mayLoseSession) this.problems.push('the timeline was started anew for no reason');
    return true;
  }

  async #isEmpty(): Promise<boolean> {
    return (await this.chat()).timeline.tracks.length === 0;
  }

  /** Where the timeline was started anew, the clip is handed over and the wish said once more. */
  async #catchUp(): Promise<void> {
    if (!(await this.#hasBegunAnew()) || !(await this.#isEmpty())) return;
    await this.upload();
    await this.say();
  }

  /** Where an error says that the session is gone, there is another one with the clip in it afterwards. */
  async #followLoss({ code, steps }: Told): Promise<boolean> {
    const isAnew = await this.#hasBegunAnew();
    if (code === 'sessionGone' && !isAnew && steps[0]?.kind === 'newSession') {
      await this.#checkChat();
      const before = new Map(this.#read);
      this.#read.clear();
      await this.newSession();
      await this.#checkOldChat(before);
      this.#anew = 0;
    } else if (code !== 'nothingToExport' && code !== 'sessionGone' && !isAnew) {
      return false;
    }
    if (await this.#isEmpty()) await this.upload();
    return true;
  }

  /** The chat of the session before this one can still be read. */
  async #checkOldChat(read: ReadonlyMap<string, string>): Promise<void> {
    // Named by the time they were made.
    const [newest, before] = (await readdir(join(this.#options.storage, 'sessions'))).sort().reverse();
    if (read.size === 0) return;
    if (newest === undefined || before === undefined) {
      this.problems.push('the old session is gone');
      return;
    }
    await command('nemo.switchSession', before);
    const { messages } = await this.chat();
    const kept = new Map(messages.map(({ id, text }) => [id, text]));
    for (const [id, text] of read) if (kept.get(id) !== text) this.problems.push(`not in the old chat: «${text}»`);
    await command('nemo.switchSession', newest);
  }

  /** Does what ends the trouble, and waits until the service can be reached. */
  async #mend(): Promise<void> {
    await this.untilReachable(this.#options.afterFailure);
    await this.untilReachable(() => sandbox.counts());
  }

  async #retryExport(id: string): Promise<void> {
    await command('nemo.retryTransfer', id);
    await this.idle();
    const row = (await this.chat()).transfers.find((transfer) => transfer.id === id);
    if (row?.phase === 'failed') {
      const [step, ...others] = row.actions;
      const { message = '' } = row;
      throw Object.assign(new Error(message), { code: 'again', steps: step ? [step, ...others] : others });
    }
  }

  /** Does something until it works, and follows what the errors advise. */
  async #until<T>(what: string, work: () => Promise<T>): Promise<T> {
    for (let tries = 0; tries < mostTries; tries++) {
      try {
        return await this.#limited(what, work());
      } catch (error) {
        this.#hear(what, error);
        await this.#mend();
      }
    }
    return this.#giveUp(what);
  }

  /** An error must be one kind sentence with a way on. */
  #hear(what: string, error: unknown): Told {
    if (error instanceof GaveUp) throw error;
    const { code, message, steps } = error as Partial<Told>;
    if (code === undefined || message === undefined || steps === undefined) {
      this.problems.push(
        `${what} failed with ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      throw new GaveUp();
    }
    this.told.push(code);
    this.problems.push(...toldProblems({ code, message, steps }).map((problem) => `${what}: ${problem}`));
    return { code, message, steps };
  }

  #giveUp(what: string): never {
    this.problems.push(`${what} did not work, however often it was tried: ${this.told.join(', ')}`);
    throw new GaveUp();
  }

  async #limited<T>(what: string, work: Promise<T>): Promise<T> {
    const enough = new AbortController();
    const hung = delay(hungAfterMs, undefined, { signal: enough.signal }).then(() => {
      this.problems.push(`${what} hung`);
      throw new GaveUp();
    });
    hung.catch(() => undefined);
    try {
      return await Promise.race([work, hung]);
    } finally {
      enough.abort();
    }
  }

  async #wait(what: string, condition: () => Promise<boolean>): Promise<void> {
    let over = false;
    const looking = async () => {
      while (!over && !(await condition())) await delay(lookAgainMs);
    };
    try {
      await this.#limited(what, looking());
    } finally {
      over = true;
    }
  }
}
