import type { Clock } from '../client/clock.ts';
import type { NemoClient, StateAnswer } from '../client/nemo-client.ts';
import type { TurnResult, TurnUpdate } from './turn-update.ts';

/** Everything that a turn needs. */
export interface TurnRequest {
  readonly client: Pick<NemoClient, 'sendMessage' | 'state'>;
  readonly sessionId: string;
  readonly text: string;
  /** The state before the turn; read when undefined. */
  readonly before: StateAnswer | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** False leaves out the buttons for what the backend told its user to click. */
  readonly guiActions: boolean;
}

/** Sends the message, once, and yields what to show. */
export async function* runTurn(request: TurnRequest): AsyncGenerator<TurnUpdate, TurnResult, void> {
  let text = '';
  for await (const event of request.client.sendMessage(request.sessionId, request.text, request.signal)) {
    if (event.kind !== 'text' || event.partial) continue;
    text += event.text;
    yield { kind: 'text', text: event.text };
  }
  return { outcome: 'answered', text, changes: [], actions: [] };
}

/** Picks up a turn whose stream is gone: reads the state on the recovery schedule, never sends. */
export async function* recoverTurn(
  request: Omit<TurnRequest, 'text'> & { readonly sentAtMs: number },
): AsyncGenerator<TurnUpdate, TurnResult, void> {
  await request.client.state(request.sessionId, request.signal);
  yield { kind: 'activity', label: undefined };
  return { outcome: 'silent', text: '', changes: [], actions: [] };
}
