import { homedir } from 'node:os';
import { join } from 'node:path';

import * as vscode from 'vscode';

import { filesHandedOver } from '../conversation/route-message.ts';
import { findInWorkspace } from './find-in-workspace.ts';
import type { UploadTarget } from './uploads.ts';
import { placeInWorkspace } from './workspace-place.ts';

/** A name that several files of the workspace have. */
export interface SharedName {
  /** As it was written. */
  readonly name: string;
  /** Paths of the files, from the workspace's folder. */
  readonly paths: readonly string[];
}

/** What a message names to be uploaded. */
export interface NamedFiles {
  readonly targets: readonly UploadTarget[];
  /** Files that are not in the workspace, as they were written. */
  readonly missing: readonly string[];
  /** Nobody could be asked which of them is meant. */
  readonly shared: readonly SharedName[];
  /** The person was asked which file is meant, and chose none. */
  readonly isDeclined: boolean;
}

/** Lets the person choose one of several files of the same name; `undefined` where they chose none. */
export type ChooseFile = (
  name: string,
  files: readonly vscode.Uri[],
  signal: AbortSignal,
) => Promise<vscode.Uri | undefined>;

/** «上传» and the like stand before a name without a space: so many characters at most are taken for them. */
const longestLead = 12;

/**
 * The web addresses in a message, and the files that it names, which must lie in the workspace: at the path that is
 * written, or in whatever folder where only a name is.
 * @param choose absent where nobody can be asked.
 * @throws the signal's reason.
 */
export async function namedFiles(
  text: string,
  choose: ChooseFile | undefined,
  signal: AbortSignal,
): Promise<NamedFiles> {
  const targets: UploadTarget[] = [];
  const missing: string[] = [];
  const shared: SharedName[] = [];
  for (const found of filesHandedOver(text)) {
    if (/^https?:\/\//i.test(found)) {
      const address = webAddress(found);
      if (address === undefined) missing.push(found);
      else targets.push(address);
      continue;
    }
    const { name, files } = await workspaceFiles(found, signal);
    const [only, ...others] = files;
    if (!only) missing.push(found);
    else if (others.length === 0) targets.push(only);
    else if (!choose) shared.push({ name, paths: files.map(pathInWorkspace) });
    else {
      const chosen = await choose(name, files, signal);
      if (!chosen) return { targets: [], missing: [], shared: [], isDeclined: true };
      targets.push(chosen);
    }
  }
  return { targets, missing, shared, isDeclined: false };
}

/** A file's path from its folder of the workspace; with that folder's name where there are several. */
export function pathInWorkspace(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri);
}

function webAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}

async function workspaceFiles(
  written: string,
  signal: AbortSignal,
): Promise<{ readonly name: string; readonly files: readonly vscode.Uri[] }> {
  // As editors and their agents write a file: «@talk.mp4», «#file:talk.mp4».
  const marked = /^(?:#file:|[@#])(?=.)/i.exec(written)?.[0].length ?? 0;
  const lead = /^\p{Script=Han}*/u.exec(written.slice(marked))?.[0].length ?? 0;
  const begins = Array.from({ length: Math.min(lead, longestLead) + 1 }, (_, at) => marked + at);
  // A file may well be called «#1.mp4».
  for (const at of marked > 0 ? [0, ...begins] : begins) {
    const name = written.slice(at);
    const files = await filesOf(name, signal);
    if (files.length > 0) return { name, files };
  }
  return { name: written, files: [] };
}

async function filesOf(name: string, signal: AbortSignal): Promise<readonly vscode.Uri[]> {
  const there: vscode.Uri[] = [];
  for (const uri of placesOf(name)) if (await isFile(uri)) there.push(uri);
  const path = name.replaceAll('\\', '/');
  // A path says where its file is; a name alone may be that of several.
  const searched =
    there.length > 0 && path.includes('/') ? [] : isSearched(path) ? await findInWorkspace(path, signal) : [];
  const files: vscode.Uri[] = [];
  for (const uri of new Map([...there, ...searched].map((one) => [one.toString(), one])).values()) {
    signal.throwIfAborted();
    // Whether what looks like the workspace's is so by its real path, the person is asked before it leaves.
    if ((await placeInWorkspace(uri)).kind !== 'outside') files.push(uri);
  }
  return files;
}

/** Of a path that begins somewhere there is only one place. */
function isSearched(path: string): boolean {
  return !/^(?:~|\/|[a-z]:|file:)/i.test(path) && !/(?:^|\/)\.{0,2}(?:\/|$)/.test(path);
}

/** Where a path may lead, in each folder of the workspace. */
function placesOf(path: string): vscode.Uri[] {
  const all = vscode.workspace.workspaceFolders ?? [];
  const folders = all.map(({ uri }) => uri);
  if (/^file:\/\//i.test(path)) return [vscode.Uri.parse(path)];
  if (/^[a-z]:[\\/]/i.test(path)) return [vscode.Uri.file(path)];
  if (/^~[\\/]/.test(path)) return [vscode.Uri.file(join(homedir(), path.slice(1).replaceAll('\\', '/')))];
  if (path.startsWith('/')) return folders.map((folder) => vscode.Uri.joinPath(folder.with({ path: '/' }), path));
  const parts = path.replaceAll('\\', '/');
  // «folder/talk.mp4», as the editor writes it where the workspace has several folders.
  const named = all.length > 1 ? all.filter(({ name }) => parts.startsWith(`${name}/`)) : [];
  return [
    ...folders.map((folder) => vscode.Uri.joinPath(folder, parts)),
    ...named.map(({ uri, name }) => vscode.Uri.joinPath(uri, parts.slice(name.length + 1))),
  ];
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}
