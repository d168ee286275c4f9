import type { CommandContext } from './command-context.ts';

/** `nemo.showLog`: brings the extension's log to the front. */
export function showLog({ log }: CommandContext): Promise<undefined> {
  log.show();
  return Promise.resolve(undefined);
}
