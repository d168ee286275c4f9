import * as vscode from 'vscode';

import { hastenedClock, systemClock, type Clock } from '../client/clock.ts';
import type { Patience } from '../client/client-options.ts';

/** How time passes for the extension. */
export interface Pace {
  readonly clock: Clock;
  /** Other time limits than the client's usual ones. */
  readonly patience?: Partial<Patience>;
}

/** How long the service may be silent where time is hastened, in ms of the machine's own time. */
const hastenedSilenceMs = 900;
/** How long a whole answer may take there, and each part of a download, in ms of the machine's own time. */
const hastenedWholeMs = 4000;

/**
 * The machine's own time. Only where the editor runs an extension's tests, `NEMO_TEST_TIME_SCALE` makes it pass so many
 * times as fast, counted from `NEMO_TEST_TIME_ORIGIN` (ms since the epoch) so that a window that is opened again does not
 * see time go back; and a service that has gone silent is given up after less than a second.
 */
export function paceOf(mode: vscode.ExtensionMode, environment: NodeJS.ProcessEnv = process.env): Pace {
  const scale = Number(environment['NEMO_TEST_TIME_SCALE'] ?? 1);
  if (mode !== vscode.ExtensionMode.Test || !(scale > 1)) return { clock: systemClock };
  const origin = Number(environment['NEMO_TEST_TIME_ORIGIN'] ?? Date.now());
  return {
    clock: hastenedClock(scale, origin),
    patience: {
      connectMs: hastenedSilenceMs,
      answerMs: hastenedSilenceMs,
      longAnswerMs: hastenedSilenceMs,
      downloadMs: hastenedSilenceMs,
      wholeAnswerMs: hastenedWholeMs * scale,
      paceMs: hastenedWholeMs * scale,
    },
  };
}
