import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import * as vscode from 'vscode';

import type { NextStep } from '../../src/client/next-step.ts';
import type { ChatState } from '../../src/conversation/chat-state.ts';
import type { ConnectResult } from '../../src/editor/chat-controller.ts';
import type { TracksResult } from '../../src/editor/commands/show-tracks.ts';
import type { UploadResult } from '../../src/editor/commands/upload.ts';
import type { ChatResult } from '../../src/editor/session-chat.ts';
import { command, extension } from '../host/extension-under-test.ts';
import { sandbox } from '../host/sandbox-control.ts';
import type { MessageRecord, RenderRecord } from '../sandbox/sandbox-options.ts';
import type { Marks } from './plan.ts';

/** How often a person does again what failed before they give up. */
const mostTries = 4;
/** What takes longer than this has hung, in ms. */
const hungAfterMs = 30_000;
const lookAgainMs = 20;

/** Edits that can be seen in the length of the film. */
const wishes = ['Make it twice as fast', 'Trim it to 0.8 seconds', 'Slow it down to half the speed'];

/** The job cannot be brought to its end; what stood in the way has been noted. */
export class GaveUp extends Error {}

interface Told {
  readonly code: string;
  readonly message: string;
  readonly steps: readonly Pick<NextStep, 'kind' | 'label' | 'argument'>[];
}

/** Somebody who wants a video, does what the errors say, and notes what was lost on the way. */
export class Person {
  readonly problems: string[] = [];
  readonly told: string[] = [];
  readonly #marks: Marks;
  readonly #clip: vscode.Uri;
  readonly #folder: string;
  readonly #wish: string;
  /** Called after a failure, before anything is tried again. */
  readonly #afterFailure: () => Promise<unknown>;

  constructor(options: {
    readonly marks: Marks;
    readonly clip: string;
    readonly folder: string;
    readonly number: number;
    readonly afterFailure: () => Promise<unknown>;
  }) {
    this.#marks = options.marks;
    this.#clip = vscode.Uri.file(options.clip);
    this.#folder = options.folder;
    this.#wish = wishes[options.number % wishes.length]!;
    this.#afterFailure = options.afterFailure;
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
      const result = await this.#limited('the turn', command<ChatResult>('nemo.chat', this.#wish));
      const received = (await this.messages()).length - before.length;
      if (received > 1) this.problems.push(`the message was received ${received} times`);
      if (result.outcome === 'answered' || result.outcome === 'silent') {
        if (received === 0) this.problems.push(`the turn was «${result.outcome}», but the message never arrived`);
        if (result.text === '') this.problems.push('the turn ended without a word');
        return;
      }
      if (result.error === undefined) {
        this.problems.push(`the turn was «${result.outcome}» without an error`);
        continue;
      }
      this.#hear('the turn', { ...result.error, steps: result.actions as readonly NextStep[] });
      await this.#afterFailure();
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

  /** Exports until the video is on the disk. */
  async export(): Promise<void> {
    let again = () => command('nemo.export', { target: this.target });
    for (let tries = 0; tries < mostTries; tries++) {
      try {
        await this.#limited('the export', again());
        return;
      } catch (error) {
        const { steps } = this.#hear('the export', error);
        await this.#afterFailure();
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
    await sandbox.configure({ holdRenders: false });
    await this.#afterFailure();
  }

  async openInBrowser(): Promise<void> {
    const link = await this.#until('the link', () => command<string>('nemo.openInBrowser', {}));
    if (!/\/workspace\/claim\?ct=clm_\S+$/.test(link)) this.problems.push('the link for the browser is none');
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
    return sandbox.messages(this.#marks.messages);
  }

  renders(): Promise<RenderRecord[]> {
    return sandbox.renders(this.#marks.renders);
  }

  /** Looks whether everything is as it should be in the end. */
  async checkEverything(): Promise<void> {
    const chat = await this.chat();
    if (!isIdle(chat)) {
      const open = [...chat.messages.map(({ state }) => state), ...chat.transfers.map(({ phase }) => phase)];
      this.problems.push(`something still goes on: ${chat.connection.kind}, ${open.join(', ')}`);
    }
    await this.#until('a plain command', () => command('nemo.showCredits', {}));

    const renders = await this.renders();
    if (renders.some(({ draftMatched }) => !draftMatched)) this.problems.push('a draft was not passed on as it was');
    const files = (await readdir(this.#folder).catch((): string[] => [])).sort();
    if (files.join() !== 'cut.mp4') this.problems.push(`in the export folder: ${files.join(', ') || 'nothing'}`);
    if (!files.includes('cut.mp4')) return;
    const path = this.target.fsPath;
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    if (!renders.some((render) => render.sha256 === sha256)) this.problems.push('the video is not what was rendered');
    const film = await probe(path, sha256);
    const { tracks } = await this.tracks();
    const endMs = Math.max(0, ...tracks.flatMap(({ clips }) => clips.map(({ start, duration }) => start + duration)));
    if (Math.abs(film.durationSeconds - endMs / 1000) > 0.15 || film.width !== 160) {
      this.problems.push(`the video has ${film.durationSeconds} s and ${film.width} px, the timeline ${endMs} ms`);
    }
    if (!(await this.hasEdit())) this.problems.push('the edit is not on the timeline');
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
        await this.#afterFailure();
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
    const isSentence = /^[^\n]{10,400}[.!?]$/.test(message) && !/undefined|\[object|nmv_|[{}]|Error:/.test(message);
    if (!isSentence)
      this.problems.push(`${what}: no sentence for people: ${message.replaceAll(/nmv_\S+/g, '(token)')}`);
    if (steps.length === 0) this.problems.push(`${what}: «${message}» leads nowhere`);
    if (code === 'internal') this.problems.push(`${what} failed with a bug of ours`);
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

function isIdle({ connection, messages, transfers, attachments }: ChatState): boolean {
  return (
    connection.kind !== 'connecting' &&
    !messages.some(({ state }) => state === 'queued' || state === 'running') &&
    !transfers.some(({ phase }) => ['waiting', 'sending', 'rendering', 'downloading'].includes(phase)) &&
    !attachments.some(({ state }) => state === 'uploading')
  );
}

const probed = new Map<string, Promise<{ durationSeconds: number; width: number }>>();

/** What ffprobe says of a video; each content is looked at once. */
function probe(path: string, sha256: string): Promise<{ durationSeconds: number; width: number }> {
  let facts = probed.get(sha256);
  if (!facts) {
    const args = [
      '-v',
      'error',
      '-select_streams',
      'v',
      '-show_entries',
      'stream=width:format=duration',
      '-of',
      'json',
      path,
    ];
    facts = promisify(execFile)(process.env['NEMO_FAULTS_FFPROBE'] ?? 'ffprobe', args).then(({ stdout }) => {
      const { streams, format } = JSON.parse(stdout) as {
        streams: { width: number }[];
        format: { duration: string };
      };
      return { durationSeconds: Number(format.duration), width: streams[0]?.width ?? 0 };
    });
    probed.set(sha256, facts);
  }
  return facts;
}
