import { join } from 'node:path';

import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import type { Clock } from '../client/clock.ts';
import { plainName } from '../client/plain-text.ts';
import { fileExists } from './file-exists.ts';
import { FileLock } from './file-lock.ts';
import { paceOf } from './pace.ts';
import { isOver, RenderJobFolder, type RenderJob } from './render-job.ts';
import { Settings } from './settings.ts';
import { ask } from './surfaces/notifications.ts';
import { waitWithSignal } from './with-signal.ts';

/** While another window works on an export, how often to look whether it still does, in ms. */
const lookAgainMs = 30_000;

/** What the search for exports that were cut off goes by. */
export interface CutOffExportsOptions {
  readonly folder: RenderJobFolder;
  readonly clock: Clock;
  /** Origin of the service in use; `undefined` where the setting cannot be used. */
  readonly origin: () => string | undefined;
  /** The folders of this window. */
  readonly workspace: Pick<typeof vscode.workspace, 'workspaceFolders' | 'getWorkspaceFolder'>;
  /** Shows a sentence with buttons; resolves with the one that was pressed. */
  readonly ask: (sentence: string, ...buttons: string[]) => PromiseLike<string | undefined>;
  /** Loads what goes on with all exports. */
  readonly goOn: () => Promise<void>;
  /** Whether that is loaded already. */
  readonly isInUse: () => boolean;
  /** Aborted when the window closes. */
  readonly closing: AbortSignal;
}

/** Looks for exports that were cut off, in the extension's own storage, and asks about them on the screen. */
export async function offerCutOffExports({
  context,
  ...options
}: Pick<CutOffExportsOptions, 'goOn' | 'isInUse' | 'closing'> & {
  readonly context: vscode.ExtensionContext;
}): Promise<void> {
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  const settings = new Settings();
  await askAboutCutOffExports({
    ...options,
    folder: new RenderJobFolder(join(context.globalStorageUri.fsPath, 'renders')),
    clock: paceOf(context.extensionMode).clock,
    origin: () => originOf(settings),
    workspace: vscode.workspace,
    ask,
  });
}

/**
 * Asks once whether the exports that were cut off shall go on, and goes on with them if so. Reads the disk and asks the
 * service for nothing.
 *
 * Not asked about is what a living window works on; should that window go without an end, the question comes then. Of
 * several windows one asks: a window with folders speaks for the exports that were ordered with one of these folders open,
 * or that go into one of them; a window without folders for all; and where that makes several, the first of them. An
 * export of another service rests until the setting leads there again, and one that somebody cancelled is not brought up.
 *
 * @throws the reason of `closing`, and what `goOn` throws.
 */
export async function askAboutCutOffExports(options: CutOffExportsOptions): Promise<void> {
  const { folder, clock, isInUse, closing } = options;
  for (;;) {
    const unfinished = await findUnfinished(options);
    const cutOff: RenderJob[] = [];
    for (const { id } of unfinished) {
      if (await FileLock.isHeld(folder.lockPath(id))) continue;
      // Whoever let go of it since the list was read may have ended it.
      const job = await folder.read(id);
      if (job && !isOver(job)) cutOff.push(job);
    }
    // What is in use goes on with all of them by itself.
    if (isInUse()) return;
    closing.throwIfAborted();
    if (cutOff.length > 0) return askOnce(cutOff, options);
    if (unfinished.length === 0) return;
    await clock.sleep(lookAgainMs, closing);
  }
}

async function findUnfinished(options: CutOffExportsOptions): Promise<readonly RenderJob[]> {
  const { folder, workspace } = options;
  const origin = options.origin();
  const found: RenderJob[] = [];
  for (const job of await folder.list()) {
    if (isOver(job) || job.origin !== origin || !concernsWindow(job, workspace)) continue;
    if (!(await fileExists(folder.cancelPath(job.id)))) found.push(job);
  }
  return found;
}

function concernsWindow(job: RenderJob, workspace: CutOffExportsOptions['workspace']): boolean {
  const { workspaceFolders = [] } = workspace;
  if (workspaceFolders.length === 0) return true;
  if (workspaceFolders.some(({ uri }) => job.orderedIn?.includes(uri.toString()))) return true;
  return workspace.getWorkspaceFolder(vscode.Uri.parse(job.folder)) !== undefined;
}

async function askOnce(jobs: readonly RenderJob[], options: CutOffExportsOptions): Promise<void> {
  const { folder, ask, goOn, closing } = options;
  const locks: FileLock[] = [];
  const ours: RenderJob[] = [];
  try {
    for (const job of jobs) {
      const lock = await FileLock.take(folder.askingLockPath(job.id));
      if (!lock) continue;
      locks.push(lock);
      ours.push(job);
    }
    const [first, ...others] = ours;
    // Another window asks already.
    if (!first) return;
    const sentence =
      others.length === 0
        ? l10n.t('The export of “{0}” was cut off. Nemo can go on where it stopped.', plainName(first.fileName))
        : l10n.t('{0} exports were cut off. Nemo can go on where they stopped.', ours.length);
    const yes = l10n.t('Go On');
    const answer = await waitWithSignal(Promise.resolve(ask(sentence, yes, l10n.t('Not Now'))), closing);
    if (answer === yes) await goOn();
  } finally {
    for (const lock of locks) await lock.release();
  }
}

function originOf(settings: Settings): string | undefined {
  try {
    return settings.addresses().apiUrl.origin;
  } catch {
    return undefined;
  }
}
