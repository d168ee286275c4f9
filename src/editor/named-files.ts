import * as vscode from 'vscode';

import { filesHandedOver } from '../conversation/route-message.ts';
import type { UploadTarget } from './uploads.ts';
import { placeInWorkspace } from './workspace-place.ts';

/** What a message names to be uploaded. */
export interface NamedFiles {
  readonly targets: readonly UploadTarget[];
  /** Files that are not in the workspace, as they were written. */
  readonly missing: readonly string[];
}

/** «上传」 and the like stand before a name without a space: so many characters at most are taken for them. */
const longestLead = 12;

/** The web addresses in a message, and the files that it names, which must lie in the workspace. */
export async function namedFiles(text: string): Promise<NamedFiles> {
  const targets: UploadTarget[] = [];
  const missing: string[] = [];
  for (const found of filesHandedOver(text)) {
    const target = /^https?:\/\//i.test(found) ? webAddress(found) : await workspaceFile(found);
    if (target === undefined) missing.push(found);
    else targets.push(target);
  }
  return { targets, missing };
}

function webAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}

async function workspaceFile(name: string): Promise<vscode.Uri | undefined> {
  const lead = /^\p{Script=Han}*/u.exec(name)?.[0].length ?? 0;
  for (let at = 0; at <= Math.min(lead, longestLead); at++) {
    for (const uri of placesOf(name.slice(at))) {
      // Whether what looks like the workspace's is so by its real path, the person is asked before it leaves.
      if ((await isFile(uri)) && (await placeInWorkspace(uri)).kind !== 'outside') return uri;
    }
  }
  return undefined;
}

/** Where a path may lead, in each folder of the workspace. */
function placesOf(path: string): vscode.Uri[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  if (/^file:\/\//i.test(path)) return [vscode.Uri.parse(path)];
  if (/^[a-z]:[\\/]/i.test(path)) return [vscode.Uri.file(path)];
  if (path.startsWith('/')) return folders.map((folder) => vscode.Uri.joinPath(folder.with({ path: '/' }), path));
  return folders.map((folder) => vscode.Uri.joinPath(folder, path.replaceAll('\\', '/')));
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}
