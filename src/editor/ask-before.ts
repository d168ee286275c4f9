import * as l10n from '@vscode/l10n';

import { NemoError } from '../client/errors.ts';
import { cancelled } from './as-nemo-error.ts';
import { confirm } from './surfaces/notifications.ts';

/** What is asked before something is done. */
export interface Question {
  readonly sentence: string;
  /** What follows from a yes. */
  readonly detail?: string;
  /** Says yes. */
  readonly button: string;
}

let isAsking = false;

/**
 * Asks the person in a dialog, which no command can answer in their place, as one can a notification. One question at a
 * time: a caller that comes again and again does not bury the editor in dialogs.
 * @throws NemoError `cancelled` unless the answer is yes; `refused` while another question is open.
 */
export async function askBefore({ sentence, detail, button }: Question): Promise<void> {
  if (isAsking) {
    throw new NemoError('refused', l10n.t('Nemo is asking another question. Answer that one first, then try again.'));
  }
  isAsking = true;
  try {
    // Where the editor shows no dialog, nobody said yes.
    if (!(await confirm(sentence, button, detail).catch(() => false))) throw cancelled();
  } finally {
    isAsking = false;
  }
}
