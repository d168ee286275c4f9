import * as l10n from '@vscode/l10n';

import { clipName, clipSpan } from '../../src/timeline/clip-instructions.ts';
import { clockText, exactClockText } from '../../src/timeline/clock-text.ts';
import type { MediaPlace } from '../../src/protocol/messages.ts';
import type { TrackedClip } from './played-stretch.ts';

/** «0:05», and tenths where there are not many seconds anyway. */
export function playedTime(seconds: number, wholeSeconds: number): string {
  return clockText(Math.max(0, seconds) * 1_000, wholeSeconds < 10 ? 1 : 0);
}

/** The place of the seek bar as a screen reader says it. */
export function seekText(seconds: number, wholeSeconds: number): string {
  return l10n.t('{0} of {1}', playedTime(seconds, wholeSeconds), playedTime(wholeSeconds, wholeSeconds));
}

/** The beginning of a message about a moment; `atMs` is the timeline's where the clip or the render is on it. */
export function momentReference(
  place: MediaPlace,
  name: string,
  played: TrackedClip | undefined,
  atMs: number,
): string {
  const at = exactClockText(atMs);
  if (played) {
    const { track, clip } = played;
    return l10n.t(
      'At {0} in clip "{1}" on track {2} ({3}, {4}): ',
      at,
      clipName(clip),
      track.index,
      track.title,
      clipSpan(clip),
    );
  }
  return place.kind === 'render' ? l10n.t('At {0} in the finished video: ', at) : l10n.t('At {0} in "{1}": ', at, name);
}

/** Why there is no picture, no sound, or neither, in words; undefined where nothing is missing. */
export function missingPart(picture: boolean, sound: boolean): string | undefined {
  if (picture && sound) return l10n.t('This editor cannot decode this file.');
  if (picture) return l10n.t('This editor cannot decode the picture of this file.');
  if (sound) return l10n.t('This editor cannot decode the sound of this file.');
  return undefined;
}
