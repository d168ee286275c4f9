import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { ChatState } from '../../src/conversation/chat-state.ts';
import { command, extension } from '../host/extension-under-test.ts';

/** The chat as it is known now. */
export async function chatState(): Promise<ChatState> {
  return extension().exports.chatState();
}

export interface ChatMemoryOptions {
  /** Holds what the extension keeps for itself. */
  readonly storage: string;
  /** The service forgets the session, or says so. */
  readonly mayLoseSession: boolean;
  /** Gets what is no longer there. */
  readonly problems: string[];
}

/** What somebody read in the chat, and so must find there later. */
export class ChatMemory {
  readonly #options: ChatMemoryOptions;
  /** What stood in the chat when it was last read, by message. */
  readonly #read = new Map<string, string>();
  /** How often the chat said that the timeline starts anew. */
  #anew = 0;

  constructor(options: ChatMemoryOptions) {
    this.#options = options;
  }

  /** Whether the chat said that the timeline starts anew. */
  get saidAnew(): boolean {
    return this.#anew > 0;
  }

  /** Reads the chat as it is now. */
  async read(): Promise<void> {
    for (const { id, text, state, following } of (await chatState()).messages) {
      // What may still be added to is not read to its end.
      if (state !== 'running' && following === undefined) this.#read.set(id, text);
    }
  }

  /** What was read is still there. */
  async check(): Promise<void> {
    await this.#compare('no longer in the chat');
  }

  /** Whether the chat says, since it was last asked, that the timeline starts anew. */
  async hasBegunAnew(): Promise<boolean> {
    const { messages } = await chatState();
    const anew = messages.filter(({ role, text }) => role === 'notice' && text.includes('timeline starts anew')).length;
    if (anew <= this.#anew) return false;
    this.#anew = anew;
    if (!this.#options.mayLoseSession) this.#options.problems.push('the timeline was started anew for no reason');
    return true;
  }

  /** Another session was begun in this one's stead, whose chat can still be read; from here on it is the new one's. */
  async turnPage(): Promise<void> {
    await this.#checkOldChat();
    this.#read.clear();
    this.#anew = 0;
  }

  /** The chat of the session before this one can still be read. */
  async #checkOldChat(): Promise<void> {
    // Named by the time they were made.
    const [newest, before] = (await readdir(join(this.#options.storage, 'sessions'))).sort().reverse();
    if (this.#read.size === 0) return;
    if (newest === undefined || before === undefined) {
      this.#options.problems.push('the old session is gone');
      return;
    }
    await command('nemo.switchSession', before);
    await this.#compare('not in the old chat');
    await command('nemo.switchSession', newest);
  }

  async #compare(complaint: string): Promise<void> {
    const { messages } = await chatState();
    const kept = new Map(messages.map(({ id, text }) => [id, text]));
    for (const [id, text] of this.#read) {
      if (kept.get(id) !== text) this.#options.problems.push(`${complaint}: «${text}»`);
    }
  }
}
