import * as l10n from '@vscode/l10n';

import { NemoError } from '../client/errors.ts';
import type { NextStep } from '../client/next-step.ts';
import { plainText } from '../client/plain-text.ts';
import type { TimelineChange } from '../timeline/timeline-model.ts';
import { timeText } from '../timeline/time-text.ts';
import type { StreamFailure } from './stream-watch.ts';
import type { TurnUpdate } from './turn-update.ts';

// What a turn says of its own, beside the backend's words.

export const showTracksStep = (): NextStep => ({ kind: 'showTracks', label: l10n.t('Show Tracks') });
const chargedRetryStep = (): NextStep => ({ kind: 'retry', label: l10n.t('Send Again (may be charged again)') });
export const undoStep = (): NextStep => ({
  kind: 'send',
  label: l10n.t('Undo the Last Change'),
  argument: l10n.t('Undo the last change'),
});

export const doneWords = () => l10n.t('Done. This changed on the timeline:');

export function silentWords(hasChanged: boolean, changes: readonly TimelineChange[]): string {
  if (changes.length > 0) return doneWords();
  if (hasChanged) return l10n.t('Done. The project changed, but nothing that its tracks show.');
  return l10n.t('Nemo ended without a word, and nothing changed on the timeline. Try to say it in other words.');
}

/** The user went on, or looked no longer. */
export const unchangedSoFarWords = () =>
  l10n.t('Nemo ended without a word, and until now nothing has changed on the timeline.');

/** An edit that was on the timeline only after its turn was told to be over. */
export const lateWords = () => l10n.t('Done, though later than expected. This changed on the timeline:');

/** The same, of a turn that the user stopped. */
export const stoppedLateWords = () => l10n.t('Nemo had this done all the same:');

/** The agent asked, but nothing of it can be shown. */
export const unreadableQuestionWords = () =>
  l10n.t('Nemo has a question, but it cannot be shown here. Say in your own words what you want.');

/** What came of a message that left another window, of which nobody here knows how its stream ended. */
export function pickedUpWords(changes: readonly TimelineChange[]): string {
  return changes.length > 0
    ? l10n.t('Your message had arrived. This changed on the timeline:')
    : l10n.t('Your message had arrived: the project changed, but nothing that its tracks show.');
}

/** The changes were told already when the window closed. */
export function isToldOfChanges(shown: string): boolean {
  return shown.trimEnd().endsWith(doneWords());
}

export function recoveredWords(changes: readonly TimelineChange[]): string {
  return changes.length > 0
    ? l10n.t('The connection broke, but your message had arrived. This changed on the timeline:')
    : l10n.t(
        'The connection broke, but your message had arrived: the project changed, but nothing that its tracks show.',
      );
}

/** @param minutes how long the backend was waited for. */
export function timedOutTurn(minutes: number, hasChanged: boolean): NemoError {
  return new NemoError(
    'timedOut',
    hasChanged
      ? l10n.t(
          'Nemo did not finish within {0} minutes. What it has done so far is on the timeline; have a look before you go on.',
          minutes,
        )
      : l10n.t(
          'Nemo gave no answer within {0} minutes, and the timeline has not changed. It may still be at work: look at the tracks again before you send your message once more, which may be charged again.',
          minutes,
        ),
    { steps: [showTracksStep(), chargedRetryStep()] },
  );
}

/** The connection broke, and nothing came of the message as far as can be seen. */
export function lostTurn(failure: NemoError | undefined, hasText: boolean): NemoError {
  const message = failure
    ? l10n.t(
        'The connection broke, and Nemo cannot be asked what became of your message. Look at the tracks once it can be reached again; sending your message once more may be charged again.',
      )
    : hasText
      ? l10n.t(
          'The connection broke before the answer was complete, and the timeline has not changed since. Sending your message once more may be charged again.',
        )
      : l10n.t(
          'The connection broke, and the timeline has not changed since: your message was probably lost. Sending it once more may be charged again.',
        );
  return new NemoError('turnLost', message, {
    steps: [chargedRetryStep(), showTracksStep()],
    ...(failure ? { cause: failure } : {}),
  });
}

/** The message has left, and the service refuses to say what came of it until the user has done something about that. */
export function unseenTurn(refusal: NemoError): NemoError {
  // Of a session that is gone nothing is left to be seen.
  if (refusal.code === 'sessionGone') return refusal;
  const then = l10n.t(
    'Until then Nemo cannot be asked what became of your message: look at the tracks before you send it once more, which may be charged again.',
  );
  return new NemoError(refusal.code, `${refusal.message} ${then}`, {
    // Its own «Try Again» means what was refused now, not the message.
    steps: [...refusal.steps.filter(({ kind }) => kind !== 'retry'), showTracksStep()],
    cause: refusal,
  });
}

/**
 * An error that came within the stream.
 * @param isRefusal nothing came before it: the service did not take the message.
 */
export function streamFailure(failure: StreamFailure, hasChanges: boolean, isRefusal: boolean): NemoError {
  if (failure.failure) return isRefusal ? failure.failure : withChargedRetry(failure.failure);
  const said = failure.message.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  const isForPeople =
    said !== '' && said.length <= 160 && !/[{}<>[\]=]|https?:|Traceback|Exception|\bat \S{1,160}:\d/.test(said);
  const what = isForPeople
    ? l10n.t('Nemo stopped because of a problem: {0}', /[.!?。！？]$/u.test(said) ? said : `${said}.`)
    : l10n.t('Nemo stopped because of a problem of its own.');
  const next = hasChanges
    ? l10n.t('What it had done until then is on the timeline. Sending your message once more may be charged again.')
    : l10n.t('The timeline has not changed. Sending your message once more may be charged again.');
  return new NemoError('serverFault', [what, next].join(' '), { steps: [chargedRetryStep(), showTracksStep()] });
}

/** The message was taken, so the refusal's own «Try Again» would have it charged again without a word. */
function withChargedRetry(refusal: NemoError): NemoError {
  if (!refusal.steps.some(({ kind }) => kind === 'retry')) return refusal;
  return new NemoError(refusal.code, refusal.message, {
    steps: refusal.steps.map((step) => (step.kind === 'retry' ? chargedRetryStep() : step)),
    cause: refusal,
  });
}

/** Nothing has left, or nothing was taken: doing it again charges nothing twice. */
export function withRetry(error: NemoError): NemoError {
  const isWorthIt = ['unreachable', 'timedOut', 'rateLimited', 'refused', 'badAnswer'].includes(error.code);
  if (!isWorthIt || error.steps.some(({ kind }) => kind === 'retry')) return error;
  return new NemoError(error.code, error.message, {
    steps: [{ kind: 'retry', label: l10n.t('Try Again') }, ...error.steps],
    cause: error,
    notSent: error.notSent,
  });
}

/** What a generated medium calls itself. */
export function mediaName(medium: unknown): string | undefined {
  if (typeof medium !== 'object' || medium === null) return undefined;
  const fields = medium as Readonly<Record<string, unknown>>;
  const [name] = ['title', 'name', 'filename'].flatMap((key) => (typeof fields[key] === 'string' ? [fields[key]] : []));
  const line = plainText(name ?? '', 100);
  return line === '' ? undefined : line;
}

/** What goes on between a broken stream, or a window that was closed, and the next look at the project. */
export function recoveringWords({
  attempt,
  of,
  waitMs,
  isPickedUp,
}: Extract<TurnUpdate, { kind: 'recovering' }>): string {
  if (!isPickedUp) {
    return l10n.t(
      'The connection broke. Looking at the project again in {0} ({1} of {2})',
      timeText(waitMs),
      attempt,
      of,
    );
  }
  return waitMs > 0
    ? l10n.t(
        'Looking in {0} at what became of the message that was under way ({1} of {2})',
        timeText(waitMs),
        attempt,
        of,
      )
    : l10n.t('Looking at what became of the message that was under way ({0} of {1})', attempt, of);
}

/** What goes on while a service that gets too many requests is waited for, for `ms` more. */
export function waitingWords(ms: number): string {
  if (ms <= 0) return l10n.t('Working on it');
  return l10n.t('Nemo is getting too many requests. Trying again in {0} s', Math.ceil(ms / 1000));
}
