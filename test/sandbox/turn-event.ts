/** What happens in a turn, before it gets a dialect. */
export type TurnEvent =
  | { readonly kind: 'thought'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'toolCall'; readonly name: string; readonly args: Readonly<Record<string, unknown>> }
  | { readonly kind: 'toolResult'; readonly name: string; readonly result: Readonly<Record<string, unknown>> }
  /** The agent waits for its user; `isListed` where only the list of calls that wait says so. */
  | {
      readonly kind: 'question';
      readonly name: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly isListed: boolean;
    }
  | { readonly kind: 'stateDelta'; readonly delta: Readonly<Record<string, unknown>> }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'error'; readonly code: string; readonly message: string }
  /** An exception as old servers write it: no JSON, in several lines. */
  | { readonly kind: 'brokenError' }
  /** The end of a turn without words, as the ADK form says it. */
  | { readonly kind: 'silentEnd'; readonly reason: 'STOP' | 'MODEL_RETURNED_NO_CONTENT' };
