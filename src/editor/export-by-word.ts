import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../client/errors.ts';
import type { NextStep } from '../client/next-step.ts';
import { plainName } from '../client/plain-text.ts';
import { exportWishes, possibleExport, type ExportWishes } from '../conversation/export-wishes.ts';
import type { TurnResult } from '../conversation/turn-update.ts';
import { nameList } from './name-list.ts';
import { cannotWrite, namedExportPlace } from './named-export-place.ts';
import type { RenderJob } from './render-job.ts';
import type { ExportWish } from './session-exports.ts';

/** A message that asks for an export. */
export interface ExportMessage {
  readonly text: string;
  /** A person wrote it, who may name any folder; a program's is asked about. */
  readonly isByPerson: boolean;
}

/**
 * Begins the export that a message asks for, where and under which name it says. Where it asks for more than the service
 * can do, nothing is begun: that is said, with a button for what can be done.
 * @throws NemoError `badArgument` or `diskFailed` for a place that takes no file, or what stood in the way of the export.
 */
export async function exportByWord(
  { text, isByPerson }: ExportMessage,
  folderSetting: string,
  startExport: (wish: ExportWish) => Promise<RenderJob>,
): Promise<TurnResult> {
  const wishes = exportWishes(text);
  if (wishes.impossible.length > 0) return notPossible(wishes, /\p{Script=Han}/u.test(text) ? 'zh' : 'en');
  const { place, quality } = wishes;
  const uri = place && (await namedExportPlace(place, folderSetting));
  const job = await startExport({
    ...(uri ? { target: { uri, isByPerson } } : {}),
    ...(quality === undefined ? {} : { quality }),
  }).catch((error: unknown) => {
    const isFolder = error instanceof NemoError && error.cause instanceof vscode.FileSystemError;
    // Of the setting's folder, and of a disk that is full, the error itself speaks.
    if (uri && isFolder && error.code === 'diskFailed') throw cannotWrite(shownPath(uri), error);
    throw error;
  });
  return answered(
    uri
      ? l10n.t(
          'The export to “{0}” has begun. You will hear when the video is there; go on working in the meantime.',
          shownPath(vscode.Uri.joinPath(vscode.Uri.parse(job.folder), job.fileName)),
        )
      : l10n.t(
          'The export of “{0}” has begun. You will hear when the video is there; go on working in the meantime.',
          job.name,
        ),
  );
}

function notPossible(wishes: ExportWishes, language: 'en' | 'zh'): TurnResult {
  const { wellKnown, folder, file, either } = wishes.place ?? {};
  const argument = possibleExport(wishes, language);
  const isPlaced = (wellKnown ?? folder ?? file ?? either) !== undefined;
  return answered(
    l10n.t(
      'Nothing has been exported yet, because Nemo makes MP4 videos of up to 1080p with the frame rate that they have, and this is not possible: {0}.',
      nameList(wishes.impossible.map((one) => plainName(one))),
    ),
    // The button says what it does, also where a program named the place.
    [{ kind: 'send', label: isPlaced ? plainName(argument) : l10n.t('Export as MP4 in Up to 1080p'), argument }],
  );
}

/** As people write it on the machine that the video goes to. */
function shownPath(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString(true);
}

function answered(text: string, actions: readonly NextStep[] = []): TurnResult {
  return { outcome: 'answered', text, changes: [], actions };
}
