import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../client/errors.ts';

/** The user, or the end of the window, stopped it. */
export function cancelled(): NemoError {
  return new NemoError('cancelled', l10n.t('Cancelled.'));
}

/** Anything that was thrown, as an error for people. What is nobody's fault but ours says so and leads to the log. */
export function asNemoError(error: unknown): NemoError {
  if (error instanceof NemoError) return error;
  if (error instanceof vscode.CancellationError || isAbort(error)) return cancelled();
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new NemoError('timedOut', l10n.t('Nemo took too long to answer. Please try again.'), {
      transient: true,
      steps: [{ kind: 'retry', label: l10n.t('Try Again') }],
    });
  }
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return asDiskError(error);
  return new NemoError('internal', l10n.t('Something went wrong in the extension itself. Please try again.'), {
    cause: error,
    steps: [{ kind: 'showLog', label: l10n.t('Show Log') }],
  });
}

/** What a file system said, in words. */
export function asDiskError(error: unknown): NemoError {
  if (error instanceof NemoError) return error;
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new NemoError('diskFailed', l10n.t('The disk is full. Make some room and try again.'), { cause: error });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'NoPermissions':
      return new NemoError('diskFailed', l10n.t('The folder cannot be written to. Choose another one and try again.'), {
        cause: error,
        steps: [{ kind: 'openSettings', label: l10n.t('Choose an Export Folder'), argument: 'nemo.exportFolder' }],
      });
    default:
      return new NemoError('diskFailed', l10n.t('The file could not be written. Please try again.'), { cause: error });
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
