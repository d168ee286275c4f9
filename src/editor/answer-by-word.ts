import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';

import type { CreditsAnswer, StateAnswer } from '../client/service-values.ts';
import type { NextStep } from '../client/next-step.ts';
import type { TurnResult } from '../conversation/turn-update.ts';
import { isReadyToExport, readDraft } from '../timeline/read-draft.ts';
import { summarizeTimeline } from '../timeline/summary.ts';
import type { Connection } from './connection.ts';
import { nameList } from './name-list.ts';
import type { NamedFiles } from './named-files.ts';
import type { Upload, UploadTarget } from './uploads.ts';
import { waitWithSignal } from './with-signal.ts';

// What is answered without the service's model.

/** Tells where the export begins and what it costs, from what was seen last: nothing is asked of the service. */
export function adviceByWord({ draft }: StateAnswer): TurnResult {
  const button = { kind: 'export', label: l10n.t('Export') } as const;
  return isReadyToExport(draft)
    ? answered(
        l10n.t(
          'You can export whenever you like: with this button, or with the one at the top of this view. It costs no credits, and you can go on editing and export again.',
        ),
        [button],
      )
    : answered(
        l10n.t(
          'There is nothing on the timeline to export yet. As soon as there is, you can export with this button, or with the one at the top of this view. It costs no credits.',
        ),
        [button, { kind: 'upload', label: l10n.t('Upload Files…') }],
      );
}

/** Tells the credits as the service has them now. */
export async function creditsByWord(connection: Connection, signal: AbortSignal): Promise<TurnResult> {
  if (connection.view.kind !== 'connected') await connection.connect(signal);
  return answered(creditsSentence(await connection.readCredits(signal)));
}

/** Tells what is on the timeline. */
export function stateByWord({ draft, canvasConfig }: StateAnswer): TurnResult {
  return answered(
    summarizeTimeline(readDraft(draft, canvasConfig)),
    isReadyToExport(draft)
      ? [{ kind: 'export', label: l10n.t('Export') }]
      : [{ kind: 'upload', label: l10n.t('Upload Files…') }],
  );
}

/**
 * Uploads what the message names, else what the person chooses; says how where nobody can be asked, or nothing was chosen.
 * @param pickFiles absent where nobody can be asked.
 * @throws NemoError why the first file that failed did.
 */
export async function uploadByWord(
  { targets, missing, shared, isDeclined }: NamedFiles,
  pickFiles: (() => Promise<readonly vscode.Uri[]>) | undefined,
  upload: (targets: readonly UploadTarget[]) => Promise<readonly Upload[]>,
  signal: AbortSignal,
): Promise<TurnResult> {
  const again = [{ kind: 'upload', label: l10n.t('Choose Files…') }] as const;
  if (isDeclined) return answered(l10n.t('Nothing was uploaded.'), again);
  const notFound = [
    ...(missing.length === 0 ? [] : [l10n.t('Not in this workspace: {0}', nameList(missing))]),
    ...shared.map(({ name, paths }) =>
      l10n.t('Several files are called “{0}”; name one of them with its folder: {1}', name, nameList(someOf(paths))),
    ),
  ];
  const further = [...shared.flatMap(({ paths }) => paths.slice(0, mostOffered).flatMap(uploadStep)), ...again];
  const isNamed = targets.length > 0 || notFound.length > 0;
  const chosen = isNamed || !pickFiles ? targets : await waitWithSignal(pickFiles(), signal);
  if (chosen.length === 0) {
    if (notFound.length > 0) return answered(notFound.join('\n\n'), further);
    return answered(l10n.t('Choose the files to upload, up to 500 MB each.'), again);
  }
  const uploads = await upload(chosen);
  const failed = uploads.find(({ error }) => error);
  if (failed?.error) throw failed.error;
  const arrived = l10n.t('Uploaded: {0}', nameList(uploads.map(({ name }) => name)));
  return notFound.length === 0 ? answered(arrived) : answered([arrived, ...notFound].join('\n\n'), further);
}

/** Files of one name that are told, and that have a button. */
const mostTold = 10;
const mostOffered = 3;

function someOf(paths: readonly string[]): readonly string[] {
  return paths.length > mostTold ? [...paths.slice(0, mostTold), '…'] : paths;
}

/** A button that uploads the file at this path of the workspace, by a message as the person would write it. */
function uploadStep(path: string): readonly NextStep[] {
  // No quotes are left for such a name.
  if (/["\n]/.test(path)) return [];
  return [
    {
      kind: 'send',
      label: l10n.t('Upload {0}', path),
      argument: `upload "${path.includes('/') ? path : `./${path}`}"`,
    },
  ];
}

/** «You have 120 credits: …» */
export function creditsSentence({ available, frozen, total }: CreditsAnswer): string {
  return frozen > 0
    ? l10n.t('You have {0} credits: {1} to use, and {2} reserved for work that is running.', total, available, frozen)
    : l10n.t('You have {0} credits. Exporting is free.', available);
}

function answered(text: string, actions: readonly NextStep[] = []): TurnResult {
  return { outcome: 'answered', text, changes: [], actions };
}
