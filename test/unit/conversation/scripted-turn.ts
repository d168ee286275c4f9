import { NemoError } from '../../../src/client/errors.ts';
import type { StateAnswer } from '../../../src/client/service-values.ts';
import type { StreamEvent } from '../../../src/client/stream-event.ts';
import { runTurn } from '../../../src/conversation/turn.ts';
import { TurnedClock } from '../turned-clock.ts';
import { ScriptedService, stateOf, WatchedTurn } from './scripted-service.ts';

export const minute = 60_000;
export const city = (seconds: number) => ({ tt: 0, sg: [{ id: 1, d: seconds * 1000, m: { title: 'city' } }] });
export const title = { tt: 7, sg: [{ id: 2, st: 0, d: 3000, tx: 'Paradise Found' }] };
export const music = { tt: 1, sg: [{ id: 3, d: 10_000, vo: 0.35, m: { title: 'Lo-fi' } }] };
export const empty = stateOf({ t: [] });
export const before = stateOf({ t: [city(10)] });
export const titled = stateOf({ t: [city(10), title] });
export const trimmed = stateOf({ t: [city(8), title] });

export type TextEvent = Extract<StreamEvent, { kind: 'text' }>;

let ids = 0;
/** A whole message, as ADK says it. */
export const said = (text: string): TextEvent => ({
  kind: 'text',
  text,
  partial: false,
  id: `e${++ids}`,
  invocationId: 'i1',
});
export const piece = (text: string): TextEvent => ({
  kind: 'text',
  text,
  partial: true,
  id: `e${++ids}`,
  invocationId: 'i1',
});
/** A piece of the simple dialect, which has no wholes. */
export const simple = (text: string): TextEvent => ({ kind: 'text', text, partial: false });
export const call = (name: string): StreamEvent => ({ kind: 'toolCall', name, id: `c${++ids}` });
export const result = (name: string): StreamEvent => ({ kind: 'toolResult', name, id: `c${++ids}` });
export const heartbeat: StreamEvent = { kind: 'heartbeat' };
export const reset = new NemoError('unreachable', 'Nemo cannot be reached.');

export interface Setting {
  readonly service: ScriptedService;
  readonly clock: TurnedClock;
  readonly stop: AbortController;
  readonly turn: WatchedTurn;
}

export function start(service: ScriptedService, known: StateAnswer | 'unknown' = before, guiActions = true): Setting {
  const [clock, stop] = [new TurnedClock(), new AbortController()];
  const turn = new WatchedTurn(
    runTurn({
      client: service,
      sessionId: 's',
      text: 'add a title',
      before: known === 'unknown' ? undefined : known,
      clock,
      signal: stop.signal,
      guiActions,
    }),
  );
  return { service, clock, stop, turn };
}

/** A turn whose stream says these things and closes. */
export async function whole(states: readonly (StateAnswer | Error)[], ...events: readonly StreamEvent[]) {
  const setting = start(new ScriptedService(...states).emit(...events).end());
  // A silent turn without a change is looked at for two minutes.
  await setting.clock.advance(3 * minute);
  return { ...setting, result: await setting.turn.result };
}
