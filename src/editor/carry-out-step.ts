import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../client/errors.ts';
import type { NextStep } from '../client/next-step.ts';
import { openLink } from './open-link.ts';
import type { CommandContext } from './commands/command-context.ts';

/** Where a button stood: what «again» means depends on it. */
export interface StepPlace {
  /** The chat message under it. */
  readonly messageId?: string | undefined;
  /** Does again what failed. */
  readonly again?: () => Promise<unknown>;
}

/**
 * Does what a button says; the one place for all of them, whether they stood in the chat, in the tree or on a notification.
 * @throws NemoError what stood in the way.
 */
export async function carryOutStep(context: CommandContext, step: NextStep, place: StepPlace): Promise<void> {
  const { chats, jobs, view } = context;
  const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);
  const argument = step.argument ?? '';
  switch (step.kind) {
    case 'retry': {
      const chat = await chats.chat();
      if (argument !== '') {
        if (!chat.uploads.retry(argument)) await jobs.retry(argument);
      } else if (place.messageId !== undefined) {
        await chat.retry(place.messageId);
      } else {
        await place.again?.();
      }
      return;
    }
    case 'upload':
      await context.run('nemo.upload');
      return;
    case 'compose':
      return view.compose(argument, argument !== '');
    case 'send':
      await view.focus();
      if (place.messageId !== undefined) return (await chats.chat()).sendOffered(argument, place.messageId);
      return (await chats.chat()).send(argument, { mayAsk: true }).accepted;
    case 'export':
      // The job tells how it goes, here and in the tree; nobody waits for it with a button held down.
      await (await chats.chat()).exports.start({});
      return;
    case 'showTracks':
      await context.run('nemo.showTracks');
      return;
    case 'showCredits':
      await context.run('nemo.showCredits');
      return;
    case 'connect':
      await chats.connect();
      return;
    case 'signIn':
      await context.run('nemo.signIn');
      return;
    case 'signOut':
      await context.run('nemo.signOut', {});
      await chats.connect();
      return;
    case 'newSession':
      await context.run('nemo.newSession', {});
      return;
    case 'openUrl':
      return openLink(argument);
    case 'openInBrowser':
      await context.run('nemo.openInBrowser');
      return;
    case 'openSettings':
      await run('workbench.action.openSettings', argument);
      return;
    case 'openFile':
      await run('vscode.open', fileUri(argument));
      return;
    case 'revealFile':
      return revealFile(fileUri(argument));
    case 'preview':
      return view.preview({ kind: 'render', jobId: argument });
    case 'copy':
      await vscode.env.clipboard.writeText(argument);
      return;
    case 'cancelTransfer':
      if (!context.uploads.cancel(argument)) await jobs.cancel(argument);
      return;
    case 'showLog':
      context.log.show();
      return;
  }
}

/** In the Explorer where the file is in the workspace, else in the system's file manager. */
async function revealFile(uri: vscode.Uri): Promise<void> {
  const isInWorkspace = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  await vscode.commands.executeCommand(isInWorkspace ? 'revealInExplorer' : 'revealFileInOS', uri);
}

function fileUri(text: string): vscode.Uri {
  const uri = vscode.Uri.parse(text);
  // The editor itself does not tell the cases of letters in a scheme apart.
  const scheme = uri.scheme.toLowerCase();
  // Steps also come from the page, which must not open other things than files this way.
  if (scheme === 'command' || scheme === 'http' || scheme === 'https') {
    throw new NemoError('badArgument', l10n.t('That is no file. Drop a file, or pick one.'));
  }
  return uri;
}
