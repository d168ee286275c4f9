import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

import * as vscode from 'vscode';

import { safeFileName } from './safe-file-name.ts';

/** Where an export goes: a folder, and the name to begin with (a taken one is counted up). */
export interface ExportTarget {
  readonly folder: vscode.Uri;
  readonly fileName: string;
}

/** The folder of the setting `nemo.exportFolder`; in a workspace that is not trusted the workspace's own word does not count. */
export function exportFolder(given: string): vscode.Uri {
  const setting = given.replace(/^\$\{workspaceFolder\}[/\\]?/, '');
  if (setting === '~' || /^~[/\\]/.test(setting)) return vscode.Uri.file(join(homedir(), setting.slice(1)));
  if (isAbsolute(setting)) return vscode.Uri.file(setting);
  const workspace = vscode.workspace.workspaceFolders?.[0];
  // Without a workspace there is only the home folder; «exports» alone would say little there.
  if (!workspace) return vscode.Uri.file(join(homedir(), 'Nemo', setting));
  return vscode.Uri.joinPath(workspace.uri, ...setting.split(/[/\\]/));
}

/**
 * Where the video named `name` goes. A `target` that is a folder takes the video under that name; any other target is the
 * file itself.
 */
export async function chooseExportTarget(
  target: vscode.Uri | undefined,
  folderSetting: string,
  name: string,
  format: string,
): Promise<ExportTarget> {
  const fileName = `${safeFileName(name, 'video')}.${format}`;
  if (!target) return { folder: exportFolder(folderSetting), fileName };
  if (await isFolder(target)) return { folder: target, fileName };
  return {
    folder: vscode.Uri.joinPath(target, '..'),
    fileName: safeFileName(target.path.slice(target.path.lastIndexOf('/') + 1), fileName),
  };
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  if (uri.path.endsWith('/')) return true;
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.Directory) !== 0;
  } catch {
    return false;
  }
}
