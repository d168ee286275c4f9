import * as l10n from '@vscode/l10n';

import { NemoError } from '../client/errors.ts';
import { nameList } from './name-list.ts';

/** The session belongs to an account that the user signed out of. */
export function signedOut(): NemoError {
  return new NemoError('refused', l10n.t('You signed out, so this session is only here to be read. Start a new one.'), {
    steps: [{ kind: 'newSession', label: l10n.t('New Session') }],
  });
}

/**
 * The setting leads to another service than the one that has the session.
 * @param origin of the one that has it.
 */
export function onAnotherService(origin: string): NemoError {
  return new NemoError(
    'refused',
    l10n.t(
      'This session is on another service, {0}. Set that address again to go on with it, or start a new one.',
      origin,
    ),
    {
      steps: [{ kind: 'newSession', label: l10n.t('New Session') }],
    },
  );
}

/** Another window writes the session from now on. */
export function openedElsewhere(): NemoError {
  return new NemoError(
    'refused',
    l10n.t('This session was opened in another window. Go on there, or start a new one here.'),
    {
      steps: [{ kind: 'newSession', label: l10n.t('New Session') }],
    },
  );
}

/** The session was taken off this machine while a window still showed it. */
export function deleted(): NemoError {
  return new NemoError('refused', l10n.t('This session was deleted. Start a new one.'), {
    steps: [{ kind: 'newSession', label: l10n.t('New Session') }],
  });
}

/** The service did not name the task that belongs to the session, so there is nothing to open. */
export function noTask(): NemoError {
  return new NemoError(
    'badAnswer',
    l10n.t('The service did not say where this session is in the web app. Start a new one.'),
    {
      steps: [{ kind: 'newSession', label: l10n.t('New Session') }],
    },
  );
}

/** No track has a clip. */
export function nothingToExport(): NemoError {
  return new NemoError(
    'nothingToExport',
    l10n.t('There is nothing on the timeline yet. Upload a clip or describe your video first.'),
    {
      steps: [
        { kind: 'upload', label: l10n.t('Upload Files…') },
        { kind: 'compose', label: l10n.t('Describe It'), argument: '' },
      ],
    },
  );
}

/** A question of the agent's of which nothing was chosen. */
export function nothingChosen(): NemoError {
  return new NemoError('badArgument', l10n.t('Choose an answer first, or write one.'));
}

/** A message of nothing but space. */
export function emptyMessage(): NemoError {
  return new NemoError('badArgument', l10n.t('Write what you would like to do with your video.'), {
    steps: [{ kind: 'compose', label: l10n.t('Write'), argument: '' }],
  });
}

/** A draft that was never seen, or whose file is gone. */
export function noSuchVersion(): NemoError {
  return new NemoError('badArgument', l10n.t('That version of the timeline is not here any more. Choose another one.'));
}

/** A session that is to be deleted has an answer on its way. */
export function stillAnswering(): NemoError {
  return new NemoError('refused', l10n.t('Nemo is still answering in this session. Stop it, or wait; then delete it.'));
}

/** A session that is to be deleted has an upload on its way. */
export function stillUploading(): NemoError {
  return new NemoError(
    'refused',
    l10n.t('A file is still being uploaded in this session. Cancel that, or wait; then delete it.'),
  );
}

/** A session that is to be deleted has an export on its way. */
export function stillExporting(): NemoError {
  return new NemoError(
    'refused',
    l10n.t('A video of this session is still being exported. Cancel that, or wait; then delete it.'),
  );
}

/** A session that is to be deleted was cut off in an answer, or gives one in another window. */
export function notFinished(): NemoError {
  return new NemoError(
    'refused',
    l10n.t('This session has an answer that is not finished. Open it and wait for the answer; then delete it.'),
  );
}

/** A session that nobody knows, or that is gone. */
export function noSuchSession(): NemoError {
  return new NemoError('badArgument', l10n.t('That session is not here any more. Choose another one.'));
}

/** Files that a message is about did not come to the service, so the message stayed here. */
export function notArrived(names: readonly string[]): NemoError {
  return new NemoError('refused', l10n.t('“{0}” did not arrive, so your message was not sent.', nameList(names)), {
    notSent: true,
    steps: [
      { kind: 'upload', label: l10n.t('Choose Files…') },
      { kind: 'retry', label: l10n.t('Send without It') },
    ],
  });
}

/** A file that a session was too late for: the service had forgotten it, and a new one has taken its place. */
export function arrivedInNoSession(name: string, cause: NemoError): NemoError {
  return new NemoError(
    'sessionGone',
    l10n.t('The service no longer knew the session, so a new one has begun. Send “{0}” there.', name),
    {
      cause,
      notSent: true,
      ...(cause.endpoint === undefined ? {} : { endpoint: cause.endpoint }),
      steps: [{ kind: 'retry', label: l10n.t('Send to the New Session') }],
    },
  );
}

/** An upload that a window took with it. */
export function uploadCutOff(name: string): NemoError {
  return new NemoError('cancelled', l10n.t('The window closed before “{0}” had arrived.', name));
}
