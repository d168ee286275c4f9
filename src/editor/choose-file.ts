import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { plainName, plainText } from '../client/plain-text.ts';
import { tokenOf } from './cancellation-token.ts';
import { plainWindow } from './surfaces/plain-window.ts';
import { uriName } from './workspace-source.ts';

/** Asks which of several files of one name to upload; `undefined` where the person leaves without a choice. */
export async function chooseFile(
  name: string,
  files: readonly vscode.Uri[],
  signal: AbortSignal,
): Promise<vscode.Uri | undefined> {
  const { token, dispose } = tokenOf(signal);
  const picks = files.map((uri) => ({ label: plainName(uriName(uri)), description: plainText(folderOf(uri)), uri }));
  const options = {
    title: plainText(l10n.t('Upload “{0}”', plainName(name))),
    placeHolder: plainText(l10n.t('Several files are called that. Choose the one to upload')),
    matchOnDescription: true,
  };
  try {
    const chosen = await plainWindow.showQuickPick(picks, options, token);
    signal.throwIfAborted();
    return chosen?.uri;
  } finally {
    dispose();
  }
}

/** The folder's path from the workspace's folder, or the name of that one itself. */
function folderOf(uri: vscode.Uri): string {
  const folder = vscode.Uri.joinPath(uri, '..');
  const root = vscode.workspace.getWorkspaceFolder(uri);
  if (root?.uri.path.replace(/\/$/, '') === folder.path) return root.name;
  return vscode.workspace.asRelativePath(folder);
}
