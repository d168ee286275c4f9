import { randomUUID } from 'node:crypto';

import * as vscode from 'vscode';

import type { Clock } from '../client/clock.ts';
import type { NextStep } from '../client/next-step.ts';
import { addMessage, patchMessage, type MessagePatch, type Reduction } from '../conversation/chat-reducer.ts';
import type { ChatMessage, ChatState, SkillView } from '../conversation/chat-state.ts';
import type { HostMessage } from '../protocol/messages.ts';
import { asDiskError } from './as-nemo-error.ts';
import type { SessionFile } from './session-file.ts';
import type { SessionRecord } from './session-record.ts';

export interface ShownChatOptions {
  readonly file: SessionFile;
  /** What is shown at first. */
  readonly state: ChatState;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** What the side panel shows of a session: each change is told to whoever holds a copy, and what is said gets to disk. */
export class ShownChat {
  readonly #file: SessionFile;
  readonly #clock: Clock;
  readonly #log: (line: string) => void;
  readonly #posted = new vscode.EventEmitter<readonly HostMessage[]>();
  readonly #renamed = new vscode.EventEmitter<void>();
  readonly #projectChanged = new vscode.EventEmitter<void>();
  #state: ChatState;

  /** Fires with what a copy of {@link state} needs to follow. */
  readonly onDidPost = this.#posted.event;
  /** Fires where a copy needs the whole state anew. */
  readonly onDidRename = this.#renamed.event;
  /** Fires when the timeline or the media changed. */
  readonly onDidChangeProject = this.#projectChanged.event;

  constructor({ file, state, clock, log }: ShownChatOptions) {
    this.#file = file;
    this.#state = state;
    this.#clock = clock;
    this.#log = log;
  }

  get state(): ChatState {
    return this.#state;
  }

  /** The message of that id; `undefined` where it was taken away. */
  message(id: string): ChatMessage | undefined {
    return this.#state.messages.findLast((message) => message.id === id);
  }

  /** The user's message that left last, but for `except`: what is seen now was seen after it. */
  lastSent(except?: string): ChatMessage | undefined {
    return this.#state.messages.findLast(({ id, role, state }) => role === 'user' && state === 'sent' && id !== except);
  }

  /** Takes a step; a change of the messages, and whether those that wait are held, is on disk within a second. */
  do(step: (state: ChatState) => Reduction): void {
    const { state, deltas } = step(this.#state);
    if (deltas.length === 0) return;
    const messagesChanged = state.messages !== this.#state.messages;
    const heldChanged = state.queueHeld !== this.#state.queueHeld;
    const timelineChanged = state.timeline !== this.#state.timeline;
    this.#state = state;
    if (messagesChanged) this.#file.change({ messages: state.messages as SessionRecord['messages'] });
    if (heldChanged) this.#file.change({ queueHeld: state.queueHeld });
    if (messagesChanged || heldChanged) this.saveSoon();
    this.#posted.fire(deltas);
    if (timelineChanged) this.#projectChanged.fire();
  }

  /** Changes a message in anything but its text. */
  patch(id: string, patch: MessagePatch): void {
    this.do((state) => patchMessage(state, id, patch));
  }

  /** A line of ours. */
  notice(text: string, actions: readonly NextStep[] = []): void {
    this.do((state) =>
      addMessage(state, {
        id: randomUUID(),
        role: 'notice',
        text,
        atMs: this.#clock.now(),
        state: 'done',
        ...(actions.length > 0 ? { actions } : {}),
      }),
    );
  }

  /** `named`: the user chose it. */
  rename(name: string, named: boolean): void {
    this.#file.change({ name, named });
    this.#state = { ...this.#state, sessionName: name };
    this.#renamed.fire();
  }

  showSkill(skill: SkillView): void {
    this.#state = { ...this.#state, skill };
    this.#renamed.fire();
  }

  /** The media changed, or what the service says beside the timeline. */
  projectChanged(): void {
    this.#projectChanged.fire();
  }

  /**
   * Resolves when all of it is on disk, also through a power cut.
   * @throws NemoError `diskFailed`; `refused` where the session is not this window's any more.
   */
  async keep(): Promise<void> {
    try {
      await this.#file.save(true);
    } catch (error) {
      throw asDiskError(error);
    }
    this.#file.refuseIfLost();
  }

  /** Saves what is not on disk yet; a disk that will not take it is in the log, and the next save tries again. */
  async save(): Promise<void> {
    await this.#file.flush().catch((error: unknown) => this.#logUnsaved(error));
  }

  /** Saves within a second. */
  saveSoon(): void {
    this.#file.saveSoon((error) => this.#logUnsaved(error));
  }

  /** Nobody holds a copy any more; what still changes gets to disk all the same. */
  dispose(): void {
    this.#posted.dispose();
    this.#renamed.dispose();
    this.#projectChanged.dispose();
  }

  #logUnsaved(error: unknown): void {
    this.#log(`A chat was not saved: ${asDiskError(error).code}`);
  }
}
