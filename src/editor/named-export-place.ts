import { access, constants, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../client/errors.ts';
import { plainName } from '../client/plain-text.ts';
import type { WantedPlace, WellKnownFolder } from '../conversation/export-wishes.ts';
import { exportFolder } from './export-target.ts';
import { withoutDots } from './workspace-place.ts';

/**
 * The folder or file that a message names for its export. A path begins in the workspace, a bare name is one in the
 * export folder. A folder's URI ends in `/`: it need not be there yet.
 * @throws NemoError `badArgument` where there can be no such place, `diskFailed` where nothing can be written to it.
 */
export async function namedExportPlace(place: WantedPlace, folderSetting: string): Promise<vscode.Uri> {
  const base = await namedFolder(place);
  const uri = withoutDots(await fileIn(base, place, folderSetting));
  if (uri.scheme === 'file') await refuseUnwritable(uri);
  return uri;
}

async function namedFolder({ wellKnown, folder }: WantedPlace): Promise<vscode.Uri | undefined> {
  if (wellKnown !== undefined) return asFolder(await wellKnownFolder(wellKnown));
  return folder === undefined ? undefined : asFolder(fromWorkspace(folder));
}

async function fileIn(
  base: vscode.Uri | undefined,
  { file, either }: WantedPlace,
  folderSetting: string,
): Promise<vscode.Uri> {
  const name = file ?? either;
  const folder = base ?? exportFolder(folderSetting);
  if (name === undefined) return asFolder(folder);
  if (wholePath(name)) return fromWorkspace(name);
  if (base) return vscode.Uri.joinPath(base, withSlashes(name));
  const inWorkspace = fromWorkspace(name);
  if (/[\\/]/.test(name)) return inWorkspace;
  // «to "renders"» is the folder of that name, where there is one.
  if (either !== undefined && (await isFolder(inWorkspace))) return asFolder(inWorkspace);
  return vscode.Uri.joinPath(folder, name);
}

/** A path that does not begin in the workspace; `undefined` for others. */
function wholePath(path: string): vscode.Uri | undefined {
  if (path === '~' || /^~[\\/]/.test(path)) return vscode.Uri.file(join(homedir(), withSlashes(path.slice(1))));
  if (/^file:\/\//i.test(path)) return vscode.Uri.parse(path);
  if (/^(?:[a-z]:[\\/]|\\\\)/i.test(path)) {
    if (process.platform === 'win32') return vscode.Uri.file(path);
    throw impossible(
      l10n.t('“{0}” is a place on Windows, and Nemo runs on another system here. Name another one.', plainName(path)),
    );
  }
  return isAbsolute(path) ? vscode.Uri.file(path) : undefined;
}

function fromWorkspace(path: string): vscode.Uri {
  const whole = wholePath(path);
  if (whole) return whole;
  const base = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(join(homedir(), 'Nemo'));
  return vscode.Uri.joinPath(base, withSlashes(path));
}

function withSlashes(path: string): string {
  return path.replaceAll('\\', '/');
}

function asFolder(uri: vscode.Uri): vscode.Uri {
  return uri.path.endsWith('/') ? uri : uri.with({ path: `${uri.path}/` });
}

/** What the desktop calls them, by the key in `user-dirs.dirs`, and by their usual names. */
const wellKnownNames: Readonly<
  Record<Exclude<WellKnownFolder, 'home'>, { readonly key: string; readonly names: readonly [string, ...string[]] }>
> = {
  desktop: { key: 'XDG_DESKTOP_DIR', names: ['Desktop', 'OneDrive/Desktop'] },
  downloads: { key: 'XDG_DOWNLOAD_DIR', names: ['Downloads'] },
  documents: { key: 'XDG_DOCUMENTS_DIR', names: ['Documents', 'OneDrive/Documents'] },
  videos: { key: 'XDG_VIDEOS_DIR', names: ['Movies', 'Videos'] },
  pictures: { key: 'XDG_PICTURES_DIR', names: ['Pictures', 'OneDrive/Pictures'] },
  music: { key: 'XDG_MUSIC_DIR', names: ['Music'] },
};

async function wellKnownFolder(folder: WellKnownFolder): Promise<vscode.Uri> {
  const home = homedir();
  if (folder === 'home') return vscode.Uri.file(home);
  const { key, names } = wellKnownNames[folder];
  const told = await toldByDesktop(key);
  const paths = [...(told === undefined ? [] : [told]), ...names.map((name) => join(home, name))];
  for (const path of paths) {
    const uri = vscode.Uri.file(path);
    if (await isFolder(uri)) return uri;
  }
  throw impossible(
    l10n.t('There is no folder “{0}” on the machine that Nemo runs on. Name another one.', join(home, names[0])),
  );
}

/** Linux desktops name these folders in the user's language, and say so in a file. */
async function toldByDesktop(key: string): Promise<string | undefined> {
  const configuration = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
  const text = await readFile(join(configuration, 'user-dirs.dirs'), 'utf8').catch(() => '');
  const line = text.split('\n').find((one) => one.startsWith(`${key}=`));
  const value = line
    ?.slice(key.length + 1)
    .replaceAll('"', '')
    .trim();
  const path = value?.replace(/^\$HOME(?=\/|$)/, homedir());
  // The home folder itself stands for «none».
  return path !== undefined && isAbsolute(path) && join(path, '.') !== homedir() ? path : undefined;
}

/** Before anything is rendered: a video that nobody can put down is of no use. */
async function refuseUnwritable(uri: vscode.Uri): Promise<void> {
  const folder = uri.path.endsWith('/') ? uri.fsPath : dirname(uri.fsPath);
  let path = folder;
  for (;;) {
    try {
      if (!(await stat(path)).isDirectory()) throw cannotWrite(path);
      await access(path, constants.W_OK | constants.X_OK);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const parent = dirname(path);
      // What is not there yet is made.
      if (code !== 'ENOENT' || parent === path) throw cannotWrite(folder, error);
      path = parent;
    }
  }
}

/** A folder that was named for an export takes no file. */
export function cannotWrite(path: string, cause?: unknown): NemoError {
  return new NemoError('diskFailed', l10n.t('Nothing can be written to “{0}”. Name another folder.', plainName(path)), {
    cause,
    steps: [usualFolder()],
  });
}

function impossible(sentence: string): NemoError {
  return new NemoError('badArgument', sentence, { steps: [usualFolder()] });
}

function usualFolder() {
  return { kind: 'export', label: l10n.t('Export to the Usual Folder') } as const;
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.Directory) !== 0;
  } catch {
    return false;
  }
}
