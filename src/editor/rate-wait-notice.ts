import * as l10n from '@vscode/l10n';

import type { RateWait } from '../client/service-values.ts';
import { cancelled } from './as-nemo-error.ts';
import { withStoppableProgress } from './surfaces/notifications.ts';

/** One notification for all requests that wait because the service gets too many: a countdown, and a button that ends them. */
export class RateWaitNotice {
  /** How to end each request that waits, and how long it still has to, in ms. */
  readonly #waits = new Map<() => void, number>();
  #changed = Promise.withResolvers<'changed'>();
  #isShown = false;

  /** A request begins to wait; the result is to be told how long it still does. */
  readonly begin = (stop: () => void): RateWait => {
    return (ms) => {
      if (ms > 0) this.#waits.set(stop, ms);
      else this.#waits.delete(stop);
      this.#changed.resolve('changed');
      if (!this.#isShown && this.#waits.size > 0) void this.#show();
    };
  };

  async #show(): Promise<void> {
    this.#isShown = true;
    try {
      await withStoppableProgress(
        l10n.t('Nemo is getting too many requests.'),
        async (signal, report) => {
          signal.addEventListener('abort', () => {
            for (const stop of [...this.#waits.keys()]) stop();
          });
          while (this.#waits.size > 0) {
            report(l10n.t('Trying again in {0} s', Math.ceil(Math.max(...this.#waits.values()) / 1000)));
            this.#changed = Promise.withResolvers();
            await this.#changed.promise;
          }
        },
        cancelled,
      );
    } finally {
      this.#isShown = false;
    }
  }
}
