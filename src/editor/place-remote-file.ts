import { readFile } from 'node:fs/promises';

import * as vscode from 'vscode';

/** A place that was chosen for a file, said before the file is put there, so that a restart knows it as ours. */
export type AnnounceUri = (target: vscode.Uri) => Promise<void>;

/**
 * Copies a finished file to the first free name in a folder that only the editor can write to; never over a file that
 * exists. The editor holds the file in memory on the way.
 * `announced` is the place that an interrupted attempt had chosen: a whole copy there stays, and of one that was cut off
 * nothing does.
 * @returns where it is.
 * @throws what the file system says.
 */
export async function placeRemoteFile(
  part: string,
  folder: vscode.Uri,
  names: Iterable<string>,
  announce: AnnounceUri,
  announced?: vscode.Uri,
): Promise<vscode.Uri> {
  if (announced && (await existsThere(announced))) {
    const kept = await readFile(part);
    const there = await vscode.workspace.fs.readFile(announced);
    const isCopy = kept.subarray(0, there.length).equals(there);
    if (isCopy && there.length === kept.length) return announced;
    // What held the name for a file that never came, or the beginning of one.
    if (isCopy) await vscode.workspace.fs.delete(announced);
  }
  for (const name of names) {
    const target = vscode.Uri.joinPath(folder, name);
    if (await existsThere(target)) continue;
    await announce(target);
    try {
      await vscode.workspace.fs.copy(vscode.Uri.file(part), target, { overwrite: false });
      return target;
    } catch (error) {
      if (!(error instanceof vscode.FileSystemError) || error.code !== 'FileExists') throw error;
    }
  }
  throw new Error('No free name.');
}

/**
 * Whether there is something at a place of any file system.
 * @throws what the file system says, where it cannot tell.
 */
export async function existsThere(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return false;
    throw error;
  }
}
