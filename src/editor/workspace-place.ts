import { posix } from 'node:path';

import * as vscode from 'vscode';

import { isWithin, realPlace } from './real-place.ts';
import { fileOnThisMachine } from './workspace-source.ts';

/** Where a file or folder is, as seen from the workspace. */
export interface WorkspacePlace {
  /** `linkedOut`: its path lies in the workspace, and a link in that path leads out of it. */
  readonly kind: 'inside' | 'linkedOut' | 'outside';
  /** The path with every link followed; `undefined` where nobody can tell, as in file systems that only the editor reaches. */
  readonly realPath?: string;
}

/**
 * Tells where a file or folder really is, be it there yet or not. In file systems that only the editor reaches nobody can
 * tell where a link leads: a link there counts as one that leads out, as does a path here that cannot be followed.
 */
export async function placeInWorkspace(given: vscode.Uri): Promise<WorkspacePlace> {
  const uri = withoutDots(given);
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const local = fileOnThisMachine(uri);
  if (!local) {
    if (!folder) return { kind: 'outside' };
    return { kind: (await isLink(uri)) ? 'linkedOut' : 'inside' };
  }
  const elsewhere = folder ? 'linkedOut' : 'outside';
  const realPath = await realPlace(local.fsPath).catch(() => undefined);
  if (realPath === undefined) return { kind: elsewhere };
  for (const root of vscode.workspace.workspaceFolders ?? []) {
    const localRoot = fileOnThisMachine(root.uri);
    if (localRoot && isWithin(realPath, await realPlace(localRoot.fsPath))) return { kind: 'inside', realPath };
  }
  return { kind: elsewhere, realPath };
}

/** The same place without `..` in its path, whose beginning says where it is then. */
export function withoutDots(uri: vscode.Uri): vscode.Uri {
  return uri.path.includes('/.') ? uri.with({ path: posix.normalize(uri.path) }) : uri;
}

async function isLink(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.SymbolicLink) !== 0;
  } catch {
    return false;
  }
}
