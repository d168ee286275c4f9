import type { NemoError } from '../client/errors.ts';
import type { StateAnswer } from '../client/service-values.ts';
import type { StoppableWaits } from './stoppable.ts';
import { asNemoError, isFinal } from './turn-failures.ts';
import { mostReadings, turnLimits, unchangedAnswers } from './turn-limits.ts';
import type { TurnParts } from './turn-listening.ts';
import type { TurnUpdate } from './turn-update.ts';
import { lostTurn, unseenTurn } from './turn-words.ts';

/** What the readings after a broken stream came to. */
export type Recovery =
  /** The project is not as it was before the message; that was shown. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'lost'; readonly error: NemoError }
  /** The client was closed. */
  | { readonly kind: 'cancelled' };

/**
 * Reads the state on the recovery schedule until it has changed, or it is clear that nothing came of the message.
 * @param pickedUpAfterMs how long ago the message was sent, where that was in another window.
 * @throws Stopped
 */
export async function* readUntilChanged(
  { answer, project }: TurnParts,
  waits: StoppableWaits,
  pickedUpAfterMs?: number,
): AsyncGenerator<TurnUpdate, Recovery, void> {
  const agoMs = pickedUpAfterMs ?? 0;
  // No turn lasts longer: what has not changed by then will not.
  const enough = agoMs >= turnLimits.turn ? 1 : unchangedAnswers;
  let waitMs = Math.max(0, turnLimits.firstRecovery - agoMs);
  let unchanged = 0;
  let failure: NemoError | undefined;
  answer.activityIsReplaced();
  for (let reading = 0; reading < mostReadings && unchanged < enough; reading++) {
    yield { kind: 'recovering', attempt: unchanged + 1, of: enough, waitMs, isPickedUp: pickedUpAfterMs !== undefined };
    await waits.sleep(waitMs);
    waitMs = turnLimits.nextRecovery;
    let state: StateAnswer;
    try {
      state = await project.read();
    } catch (reason) {
      waits.throwIfStopped();
      failure = asNemoError(reason);
      if (failure.code === 'cancelled') return { kind: 'cancelled' };
      if (isFinal(failure)) break;
      continue;
    }
    failure = undefined;
    if (project.before === undefined) {
      // What was before is not known: from here on a change can be seen.
      project.compareWith(state);
      unchanged += 1;
      yield* project.show(state);
    } else if (project.isUnchanged(state)) {
      unchanged += 1;
    } else {
      yield* project.show(state);
      return { kind: 'changed' };
    }
  }
  if (failure && isFinal(failure)) return { kind: 'lost', error: unseenTurn(failure) };
  return { kind: 'lost', error: lostTurn(failure, answer.shown.trim() !== '') };
}
