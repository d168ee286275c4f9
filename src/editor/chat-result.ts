import type { Route, TurnOutcome } from '../conversation/turn-update.ts';

/** What a message came to, for whoever called `nemo.chat`. */
export interface ChatResult {
  readonly route: Route;
  readonly text: string;
  /** What changed on the timeline, in sentences. */
  readonly changes: readonly string[];
  readonly actions: readonly { readonly kind: string; readonly label: string }[];
  readonly outcome: TurnOutcome;
  readonly error?: { readonly code: string; readonly message: string };
}
