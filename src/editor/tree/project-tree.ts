import type * as vscode from 'vscode';

import type { ChatController } from '../chat-controller.ts';
import type { Connection } from '../connection.ts';
import { mediaItems } from '../media-items.ts';
import type { RenderJobs } from '../render-jobs.ts';
import type { SessionChat } from '../session-chat.ts';
import { MediaNode } from './media-node.ts';
import type { ProjectNode } from './project-node.ts';
import { RendersNode } from './renders-node.ts';
import { TracksNode } from './tracks-node.ts';

export interface ProjectTreeOptions {
  readonly chats: ChatController;
  readonly connection: Connection;
  readonly jobs: RenderJobs;
  /** Says which node changed; `undefined` for the whole tree. */
  readonly changed: vscode.EventEmitter<ProjectNode | undefined>;
}

/** The project as a tree: tracks with their clips, media, render jobs. Empty, with a welcome, until something is set up. */
export class ProjectTree implements vscode.Disposable {
  readonly #options: ProjectTreeOptions;
  readonly #tracks = new TracksNode();
  readonly #media = new MediaNode();
  readonly #renders = new RendersNode();
  readonly #subscriptions: vscode.Disposable[] = [];
  #ofChat: vscode.Disposable | undefined;
  #isSetUp = false;

  constructor(options: ProjectTreeOptions) {
    this.#options = options;
    const { chats, connection, jobs } = options;
    this.#subscriptions.push(
      chats.onDidSwitch((chat) => this.#follow(chat)),
      connection.onDidChange(() => this.#look()),
      jobs.onDidChange(() => this.#look()),
    );
    if (chats.shown) this.#follow(chats.shown);
  }

  async getChildren(node?: ProjectNode): Promise<ProjectNode[]> {
    if (node) return [...node.children()];
    await this.#options.chats.chat();
    return this.#isSetUp ? [this.#tracks, this.#media, this.#renders] : [];
  }

  dispose(): void {
    this.#ofChat?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #follow(chat: SessionChat): void {
    this.#ofChat?.dispose();
    this.#ofChat = chat.onDidChangeProject(() => this.#look());
    this.#look();
  }

  #look(): void {
    const { chats, connection, jobs, changed } = this.#options;
    const chat = chats.shown;
    if (!chat) return;
    const isSetUp = connection.view.kind === 'connected' || chat.record.sessionId !== undefined;
    const nodes = [
      ...this.#tracks.update(chat.state.timeline),
      ...this.#media.update(mediaItems(chat.record.media, chat.timeline.latest)),
      ...this.#renders.update(jobs.list().filter(({ chatId }) => chatId === chat.id)),
    ];
    if (isSetUp === this.#isSetUp) {
      if (isSetUp) for (const node of nodes) changed.fire(node);
    } else {
      this.#isSetUp = isSetUp;
      changed.fire(undefined);
    }
  }
}
