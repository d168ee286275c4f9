import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as vscode from 'vscode';

import type { NextStep } from '../../src/client/next-step.ts';
import type { ChatState } from '../../src/conversation/chat-state.ts';
import type { ConnectResult } from '../../src/editor/chat-controller.ts';
import type { TracksResult } from '../../src/editor/commands/show-tracks.ts';
import type { UploadResult } from '../../src/editor/commands/upload.ts';
import type { ChatResult } from '../../src/editor/chat-result.ts';
import { command } from '../host/extension-under-test.ts';
import { sandbox } from '../host/sandbox-control.ts';
import type { MessageRecord, RenderRecord } from '../sandbox/sandbox-options.ts';
import { isIdle, type Told } from './aftermath.ts';
import { ChatMemory, chatState } from './chat-memory.ts';
import { mostTries, Patience } from './patience.ts';
import type { Marks } from './plan.ts';

/** Edits that can be seen in the length of the film. */
const wishes = ['Make it twice as fast', 'Trim it to 0.8 seconds', 'Slow it down to half the speed'];
/** What somebody in a second window wants: no other film than the first one's. */
const wishBeside = 'Add the title "Beside"';

export interface PersonOptions {
  readonly marks: Marks;
  readonly clip: string;
  readonly folder: string;
  /** Holds what the extension keeps for itself. */
  readonly storage: string;
  readonly number: number;
  /** The service forgets the session, or says so: what went with it is handed over and said again. */
  readonly mayLoseSession: boolean;
  /** Somebody else works in another window: `first` and `second` want different things. */
  readonly inWindow?: 'first' | 'second';
  /** Called after a failure, before anything is tried again. */
  readonly afterFailure: () => Promise<unknown>;
}

/** Somebody who wants a video, does what the errors say, and notes what was lost on the way. */
export class Person {
  readonly memory: ChatMemory;
  readonly #patience: Patience;
  readonly #options: PersonOptions;
  readonly #clip: vscode.Uri;
  readonly #folder: string;
  readonly #wish: string;
  /** How often the wish was said. */
  #said = 0;
  /** The length of the timeline when the last export began, in ms. */
  #lengthMs = 0;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.#patience = new Patience(options.afterFailure);
    const { storage, mayLoseSession } = options;
    this.memory = new ChatMemory({ storage, mayLoseSession, problems: this.problems });
    this.#clip = vscode.Uri.file(options.clip);
    this.#folder = options.folder;
    this.#wish = options.inWindow === 'second' ? wishBeside : wishes[options.number % wishes.length]!;
  }

  /** What was lost on the way, in words. */
  get problems(): string[] {
    return this.#patience.problems;
  }

  /** Codes of the errors that were told. */
  get told(): string[] {
    return this.#patience.told;
  }

  /** The length of the timeline when the last export began, in ms. */
  get lengthMs(): number {
    return this.#lengthMs;
  }

  /** Whether it was said that the service lost the session. */
  get knowsOfLoss(): boolean {
    return this.memory.saidAnew || this.told.includes('sessionGone');
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
    return this.#patience.until('new session', () => command('nemo.newSession', {}));
  }

  connect(): Promise<ConnectResult> {
    return this.#patience.until('connect', () => command('nemo.connect', {}));
  }

  async upload(): Promise<void> {
    const arrived = await this.#patience.until('upload', () => command<UploadResult[]>('nemo.upload', this.#clip));
    if (arrived.length !== 1) this.problems.push(`the upload resolved with ${arrived.length} files`);
    if ((await this.memory.hasBegunAnew()) && (await this.#isEmpty())) await this.upload();
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
      const result = await this.#answered(await this.#tell(this.#wish));
      await this.memory.read();
      const received = (await this.messages()).slice(before.length).filter(({ text }) => text === this.#wish).length;
      if (received > 1) this.problems.push(`the message was received ${received} times`);
      if (result.outcome === 'answered' || result.outcome === 'silent') {
        if (received === 0) this.problems.push(`the turn was «${result.outcome}», but the message never arrived`);
        if (result.text === '') this.problems.push('the turn ended without a word');
        await this.#patience.wait('what still came to the answer', async () =>
          (await this.chat()).messages.every(({ following }) => following === undefined),
        );
        if (!(await this.memory.hasBegunAnew()) || !(await this.#isEmpty())) return;
        await this.upload();
        continue;
      }
      if (result.error === undefined) {
        this.problems.push(`the turn was «${result.outcome}» without an error`);
        continue;
      }
      const heard = this.#patience.hear('the turn', { ...result.error, steps: result.actions as readonly NextStep[] });
      await this.#patience.mend();
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
    this.#patience.giveUp('the turn');
  }

  /** Asks for credits and timeline in words. */
  async ask(): Promise<void> {
    for (const question of ['How many credits do I have left?', 'Show tracks']) {
      await this.#patience.until('a question', async () => {
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
        await this.#patience.limited('the export', again());
        return;
      } catch (error) {
        const heard = this.#patience.hear('the export', error);
        const { steps } = heard;
        await this.#patience.mend();
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
    this.#patience.giveUp('the export');
  }

  /** Begins an export, and cancels it while the service renders it. */
  async exportAndCancel(beforeCancel: () => Promise<unknown>): Promise<void> {
    await sandbox.configure({ holdRenders: true });
    const exported = command('nemo.export', { target: this.target }).then(
      () => 'done',
      (error: unknown) => (error as Partial<Told>).code,
    );
    const rendering = (chat: ChatState) => chat.transfers.find(({ phase }) => phase === 'rendering');
    await this.#patience.wait(
      'the render',
      async () => rendering(await this.chat()) !== undefined && (await this.renders()).length > 0,
    );
    await beforeCancel();
    await this.#patience.limited('the cancellation', command('nemo.cancelTransfer', rendering(await this.chat())?.id));
    const end = await this.#patience.limited('the cancelled export', exported);
    if (end !== 'cancelled') this.problems.push(`the cancelled export ended with ${String(end)}`);
    await this.#patience.untilReachable(() => sandbox.configure({ holdRenders: false }));
    await this.#patience.mend();
  }

  async openInBrowser(): Promise<void> {
    await this.#patience.until('the link', async () => {
      // Of a session that began anew, and is empty, the service may not say where it is.
      await this.#catchUp();
      return command('nemo.openInBrowser');
    });
    // The link is for the browser alone: what can be seen of it here is that the service gave one, and the service notes
    // that when the last byte of its answer has gone.
    await this.#patience.wait('the link of the service', async () => {
      const requests = await this.untilReachable(() => sandbox.requests(this.#options.marks.requests));
      return requests.some(({ endpoint, status }) => endpoint === 'claimToken' && status === 200);
    });
    await this.#catchUp();
  }

  chat(): Promise<ChatState> {
    return chatState();
  }

  /** A plain command, as a sign that there is nothing in its way. */
  async askCredits(): Promise<void> {
    await this.#patience.until('a plain command', () => command('nemo.showCredits', {}));
  }

  /** Asks the sandbox, which may not be there for a moment. */
  untilReachable<T>(ask: () => Promise<T>): Promise<T> {
    return this.#patience.untilReachable(ask);
  }

  tracks(): Promise<TracksResult> {
    return this.#patience.until('the tracks', () => command<TracksResult>('nemo.showTracks', {}));
  }

  /** Whether what was wished for is on the timeline: the clip is no longer as long as it was. */
  async hasEdit(): Promise<boolean> {
    const film = (await this.tracks()).tracks.filter(({ type }) => type === 'video');
    const [clip] = film.flatMap(({ clips }) => clips);
    return clip !== undefined && Math.abs(clip.duration - 1000) > 100;
  }

  async hasVideo(): Promise<boolean> {
    return (await readdir(this.#folder).catch((): string[] => [])).includes('cut.mp4');
  }

  /** Whether an export is under way or over: it is on the disk before anything of it leaves. */
  async hasBegunExport(): Promise<boolean> {
    const jobs = join(this.#options.storage, 'renders');
    const folder = vscode.Uri.file(this.#folder).toString();
    for (const name of await readdir(jobs).catch((): string[] => [])) {
      if (!name.endsWith('.json')) continue;
      const text = await readFile(join(jobs, name), 'utf8').catch(() => '{}');
      if ((JSON.parse(text) as { folder?: string }).folder === folder) return true;
    }
    return false;
  }

  /** Waits until the video is there and nothing goes on any more, or the export failed. */
  untilVideo(): Promise<void> {
    return this.#patience.wait('the export', async () => {
      const chat = await this.chat();
      const hasFailed = chat.transfers.some(({ kind, phase }) => kind === 'render' && phase === 'failed');
      return isIdle(chat) && (hasFailed || (await this.hasVideo()));
    });
  }

  /** Waits until nothing goes on any more. */
  idle(): Promise<void> {
    return this.#patience.wait('the chat', async () => isIdle(await this.chat()));
  }

  /** What the service was told since this job began, as far as it can be of this person. */
  async messages(): Promise<MessageRecord[]> {
    const { inWindow, marks } = this.#options;
    const all = await this.#patience.untilReachable(() => sandbox.messages(marks.messages));
    return inWindow === undefined ? all : all.filter(({ text }) => text === this.#wish);
  }

  renders(): Promise<RenderRecord[]> {
    return this.#patience.untilReachable(() => sandbox.renders(this.#options.marks.renders));
  }

  /** What was read is still there, and the service got each message once. */
  async checkChat(): Promise<void> {
    await this.memory.check();
    const received = (await this.messages()).filter(({ text }) => text === this.#wish).length;
    if (received > this.#said) this.problems.push(`said ${this.#said} times, received ${received} times`);
    if (/nmv_usr_\w/.test(JSON.stringify(await this.chat()))) this.problems.push('a token is in the chat');
  }

  #tell(text: string): Promise<ChatResult> {
    return this.#patience.limited('the turn', command<ChatResult>('nemo.chat', text));
  }

  /** What a message comes to, once the agent has its answer where it asks. */
  async #answered(result: ChatResult): Promise<ChatResult> {
    if (result.outcome !== 'question') return result;
    const choice = result.actions.find(({ kind, argument }) => kind === 'send' && argument !== undefined);
    if (choice?.argument !== undefined) return this.#tell(choice.argument);
    this.problems.push('the agent asks, but there is nothing to choose');
    return result;
  }

  async #isEmpty(): Promise<boolean> {
    return (await this.chat()).timeline.tracks.length === 0;
  }

  /** Where the timeline was started anew, the clip is handed over and the wish said once more. */
  async #catchUp(): Promise<void> {
    if (!(await this.memory.hasBegunAnew()) || !(await this.#isEmpty())) return;
    await this.upload();
    await this.say();
  }

  /** Where an error says that the session is gone, there is another one with the clip in it afterwards. */
  async #followLoss({ code, steps }: Told): Promise<boolean> {
    const isAnew = await this.memory.hasBegunAnew();
    if (code === 'sessionGone' && !isAnew && steps[0]?.kind === 'newSession') {
      await this.checkChat();
      await this.newSession();
      await this.memory.turnPage();
    } else if (code !== 'nothingToExport' && code !== 'sessionGone' && !isAnew) {
      return false;
    }
    if (await this.#isEmpty()) await this.upload();
    return true;
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
}
