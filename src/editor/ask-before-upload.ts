import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';

import { askBefore } from './ask-before.ts';
import type { NamedFiles } from './named-files.ts';
import type { UploadTarget } from './uploads.ts';
import { waitWithSignal } from './with-signal.ts';
import { placeInWorkspace } from './workspace-place.ts';
import { uriName } from './workspace-source.ts';

/** A dialog has no room for more paths. */
const mostPaths = 10;

interface StrangeFile {
  readonly uri: vscode.Uri;
  /** Where it really is, for people. */
  readonly place: string;
  readonly isLink: boolean;
}

/**
 * Asks the person before files leave this machine that are not what their path says: behind a link that leads out of the
 * workspace. Where the files were not named by the person, also before any leaves that is outside of it.
 * @throws NemoError `cancelled` unless the answer is yes; `refused` while another question is open.
 */
export async function askBeforeUpload(targets: readonly UploadTarget[], isNamedByPerson: boolean): Promise<void> {
  const strange: StrangeFile[] = [];
  for (const uri of targets) {
    // A web address is the service's to fetch: nothing leaves this machine.
    if (typeof uri === 'string') continue;
    const { kind, realPath } = await placeInWorkspace(uri);
    if (kind === 'inside' || (kind === 'outside' && isNamedByPerson)) continue;
    strange.push({ uri, place: realPath ?? uri.toString(true), isLink: kind === 'linkedOut' });
  }
  const [first] = strange;
  if (!first) return;
  const paths = strange.slice(0, mostPaths).map(({ uri, place, isLink }) => {
    return isLink ? `${uri.path} → ${place}` : place;
  });
  await askBefore({
    sentence:
      strange.length === 1
        ? l10n.t('Upload “{0}”, which is not in the workspace?', uriName(first.uri))
        : l10n.t('Upload {0} files that are not in the workspace?', strange.length),
    detail: [
      strange.some(({ isLink }) => isLink)
        ? l10n.t('A link in the workspace leads out of it. The file itself lies here:')
        : l10n.t('Another extension, a key binding or a menu asks for it. The file lies here:'),
      ...paths,
      ...(strange.length > paths.length ? ['…'] : []),
    ].join('\n'),
    button: l10n.t('Upload'),
  });
}

/**
 * What may be uploaded of the files that a message names. The person is asked about links out of the workspace; where
 * nobody can be asked, such files count as missing.
 * @throws NemoError as {@link askBeforeUpload}; the signal's reason.
 */
export async function agreedFiles(named: NamedFiles, mayAsk: boolean, signal: AbortSignal): Promise<NamedFiles> {
  if (mayAsk) {
    await waitWithSignal(askBeforeUpload(named.targets, true), signal);
    return named;
  }
  const targets: UploadTarget[] = [];
  const missing = [...named.missing];
  for (const target of named.targets) {
    const isOurs = typeof target === 'string' || (await placeInWorkspace(target)).kind === 'inside';
    if (isOurs) targets.push(target);
    else missing.push(uriName(target));
  }
  return { ...named, targets, missing };
}
