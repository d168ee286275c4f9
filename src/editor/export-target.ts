import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../client/errors.ts';
import { withoutTrailing } from '../client/without-trailing.ts';
import { askBefore } from './ask-before.ts';
import { isWithin } from './real-place.ts';
import { safeFileName } from './safe-file-name.ts';
import { placeInWorkspace, withoutDots } from './workspace-place.ts';

/** What the service makes, and so the only files that an export writes. */
export const exportFormat = 'mp4';

/** Where an export goes: a folder, and the name to begin with (a taken one is counted up). */
export interface ExportTarget {
  readonly folder: vscode.Uri;
  /** Ends in `.mp4`. */
  readonly fileName: string;
  /** The folder's path with every link followed, as it was when the target was chosen; none in other file systems. */
  readonly realFolder?: string;
}

/** A target that the setting `nemo.exportFolder` does not say. */
export interface WantedTarget {
  readonly uri: vscode.Uri;
  /** A person chose it in a dialog; else it came with a call. */
  readonly isByPerson: boolean;
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
 * Where the video named `name` goes. A `wanted` target that is a folder takes the video under that name; any other is the
 * file itself, whose name always ends in `.mp4`. The person is asked where a link leads out of the workspace, and before
 * a target of somebody else's that is neither in the workspace nor in the export folder.
 * @throws NemoError `cancelled` unless the answer is yes; `refused` while another question is open; `diskFailed`.
 */
export async function chooseExportTarget(
  wanted: WantedTarget | undefined,
  folderSetting: string,
  name: string,
): Promise<ExportTarget> {
  const { folder, fileName } = await targetOf(wanted?.uri, folderSetting, name);
  const { kind, realPath } = await placeInWorkspace(folder);
  const isChosen =
    wanted === undefined || wanted.isByPerson || (await isInExportFolder(realPath, exportFolder(folderSetting)));
  if (kind === 'linkedOut' || (kind === 'outside' && !isChosen)) {
    const place = realPath ?? folder.toString(true);
    await askBefore({
      sentence: l10n.t('Export “{0}” to a folder that is not in the workspace?', fileName),
      detail:
        kind === 'linkedOut'
          ? l10n.t('A link in the workspace leads out of it: {0} → {1}', folder.path, place)
          : l10n.t('Another extension, a key binding or a link asks for this folder: {0}', place),
      button: l10n.t('Export'),
    });
  }
  return { folder, fileName, ...(realPath === undefined ? {} : { realFolder: realPath }) };
}

/** What {@link chooseExportTarget} proposes where nobody says anything else. */
export function usualTarget(folderSetting: string, name: string): Pick<ExportTarget, 'folder' | 'fileName'> {
  return { folder: exportFolder(folderSetting), fileName: videoName(name, 'video') };
}

/**
 * Looks whether the folder is still the one that was chosen: a link may have been put in its way.
 * @throws NemoError `refused`; what the file system says.
 */
export async function refuseOtherFolder(folder: vscode.Uri, realFolder: string | undefined): Promise<void> {
  if (realFolder === undefined || folder.scheme !== 'file') return;
  if ((await realpath(folder.fsPath)) === realFolder) return;
  throw new NemoError(
    'refused',
    l10n.t('The export folder leads somewhere else than when the export was ordered. Export the video again.'),
    { steps: [{ kind: 'export', label: l10n.t('Export') }] },
  );
}

async function targetOf(target: vscode.Uri | undefined, folderSetting: string, name: string) {
  const usual = usualTarget(folderSetting, name);
  if (!target) return usual;
  const uri = withoutDots(target);
  if (await isFolder(uri)) return { folder: uri, fileName: usual.fileName };
  return {
    folder: vscode.Uri.joinPath(uri, '..'),
    fileName: videoName(uri.path.slice(uri.path.lastIndexOf('/') + 1), usual.fileName.slice(0, -extension.length)),
  };
}

const extension = `.${exportFormat}`;

/** A name that is a video's file name on every system, whatever it was. */
function videoName(given: string, fallback: string): string {
  // Without its end, which a long name would lose.
  const stem = withoutTrailing(given.replace(/\s+/gu, ' '), ' .').replace(/\.mp4$/i, '');
  return `${safeFileName(stem, fallback)}${extension}`;
}

async function isInExportFolder(realPath: string | undefined, folder: vscode.Uri): Promise<boolean> {
  const chosen = await placeInWorkspace(folder);
  // Where the workspace's link leads nobody chose.
  if (realPath === undefined || chosen.realPath === undefined || chosen.kind === 'linkedOut') return false;
  return isWithin(realPath, chosen.realPath);
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  if (uri.path.endsWith('/')) return true;
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.Directory) !== 0;
  } catch {
    return false;
  }
}
