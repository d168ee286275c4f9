import type { Route, TurnOutcome, TurnResult } from '../conversation/turn-update.ts';

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

/** The part of a turn's result that leaves the extension. */
export function chatResult(route: Route, result: TurnResult): ChatResult {
  const { outcome, text, changes, error } = result;
  const actions = [...result.actions, ...(error?.steps ?? [])];
  return {
    route,
    text,
    changes: changes.map(({ sentence }) => sentence),
    actions: actions.map(({ kind, label }) => ({ kind, label })),
    outcome,
    ...(error ? { error: { code: error.code, message: error.message } } : {}),
  };
}
