import type * as vscode from 'vscode';

import type { ChatController } from '../chat-controller.ts';
import type { ChatView } from '../chat-view.ts';
import type { CommandName } from '../command-names.ts';
import type { Connection } from '../connection.ts';
import type { OpenMedia } from '../media/open-media.ts';
import type { RenderJobs } from '../render-jobs.ts';
import type { Settings } from '../settings.ts';
import type { Skills } from '../skills.ts';
import type { PlainLog } from '../surfaces/plain-window.ts';
import type { TimelinePanel } from '../timeline-panel.ts';
import type { Uploads } from '../uploads.ts';

/** Everything that commands work with. */
export interface CommandContext {
  readonly connection: Connection;
  readonly chats: ChatController;
  readonly jobs: RenderJobs;
  readonly uploads: Uploads;
  readonly media: OpenMedia;
  readonly settings: Settings;
  readonly skills: Skills;
  readonly view: ChatView;
  readonly timeline: TimelinePanel;
  readonly log: PlainLog;
  /** Lets the person choose files to upload; empty where they chose none. */
  readonly pickFiles: () => Promise<readonly vscode.Uri[]>;
  /** Runs another command the way a person would. */
  readonly run: (name: CommandName, ...args: unknown[]) => Promise<unknown>;
  /** Exports whose end a command reports itself, by job id. */
  readonly awaitedExports: Set<string>;
}

/** One call of a command. */
export interface CommandCall {
  /** As they came; what a command cannot use it refuses with `badArgument`. */
  readonly args: readonly unknown[];
  /**
   * A person called it with nothing in hand: what the call does not say may be asked for. Else nothing is asked but what
   * somebody else than the person must not decide.
   */
  readonly mayAsk: boolean;
  /** The person chose or dropped what the arguments name; they did not come from outside the extension. */
  readonly isByPerson: boolean;
}

/** A command: resolves with a plain result, rejects with a NemoError. */
export type Command = (context: CommandContext, call: CommandCall) => Promise<unknown>;
