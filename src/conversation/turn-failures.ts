import * as l10n from '@vscode/l10n';

import { NemoError } from '../client/errors.ts';

/** What was thrown as an error for people; what is none is a bug of ours. */
export function asNemoError(reason: unknown): NemoError {
  if (reason instanceof NemoError) return reason;
  return new NemoError('internal', l10n.t('Something went wrong inside the extension. The log says more.'), {
    cause: reason,
  });
}

/** Refusals that asking again would not change. */
export function isFinal(error: NemoError): boolean {
  return ['sessionGone', 'tokenRejected', 'scopeMissing', 'noCredits', 'planForbidsExport', 'badSetting'].includes(
    error.code,
  );
}
