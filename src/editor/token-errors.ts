import * as l10n from '@vscode/l10n';

import { NemoError } from '../client/errors.ts';
import type { NextStep } from '../client/next-step.ts';

/** The user's own token was refused: it is theirs to decide what follows. */
export function rejectedToken(): NemoError {
  return new NemoError(
    'tokenRejected',
    l10n.t('The service rejected your API token. Sign in with another one, or go on without an account.'),
    { steps: ownTokenSteps() },
  );
}

/** The same for the one in the environment. */
export function rejectedEnvironmentToken(): NemoError {
  return new NemoError(
    'tokenRejected',
    l10n.t('The service rejected the token in NEMO_TOKEN. Set a valid one, or unset it to go on without an account.'),
  );
}

/** The user's own token was kept, and cannot be read back: that is no reason to go on as somebody else. */
export function lostToken(): NemoError {
  return new NemoError(
    'tokenRejected',
    l10n.t(
      'This machine did not keep the API token that you signed in with. Sign in again, or go on without an account.',
    ),
    { steps: ownTokenSteps(), notSent: true },
  );
}

/** The user signed out, and the secret storage did not remove their token. */
export function stuckToken(cause: unknown): NemoError {
  return new NemoError(
    'diskFailed',
    l10n.t(
      'The keyring of this machine did not answer, so your API token may still be in it. Unlock it and sign out again.',
    ),
    { cause },
  );
}

function ownTokenSteps(): readonly NextStep[] {
  return [
    { kind: 'signIn', label: l10n.t('Sign In…') },
    { kind: 'signOut', label: l10n.t('Go On Without an Account') },
  ];
}
