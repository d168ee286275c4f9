/** Steps of the keyboard, in s. */
const smallStepSeconds = 1;
const bigStepSeconds = 5;
const volumeStep = 0.1;

/** What a key does to a preview. */
export type PreviewKey =
  | { readonly does: 'toggle' | 'mute' | 'large' | 'leave' }
  /** On or back by so many seconds, or to that second, which may lie beyond either end. */
  | { readonly does: 'jump' | 'goTo'; readonly seconds: number }
  /** One picture on or back. */
  | { readonly does: 'step'; readonly direction: 1 | -1 }
  /** Of a loudness from 0 to 1. */
  | { readonly does: 'louder'; readonly by: number };

/** The keys that players have everywhere; what buttons and sliders do with a key of their own is left to them. */
export function meaningOf({ key, shiftKey, target }: KeyboardEvent): PreviewKey | undefined {
  const onButton = target instanceof HTMLButtonElement;
  const onVolume = target instanceof HTMLInputElement && target.classList.contains('preview-volume');
  const seconds = shiftKey ? bigStepSeconds : smallStepSeconds;
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case ' ':
      // A button that has the keyboard is pressed by it.
      return onButton ? undefined : { does: 'toggle' };
    case 'k':
      return { does: 'toggle' };
    case 'ArrowLeft':
      return onVolume ? undefined : { does: 'jump', seconds: -seconds };
    case 'ArrowRight':
      return onVolume ? undefined : { does: 'jump', seconds };
    case 'ArrowUp':
      return onVolume ? undefined : { does: 'louder', by: volumeStep };
    case 'ArrowDown':
      return onVolume ? undefined : { does: 'louder', by: -volumeStep };
    case 'Home':
      return onVolume ? undefined : { does: 'goTo', seconds: 0 };
    case 'End':
      return onVolume ? undefined : { does: 'goTo', seconds: Infinity };
    case ',':
      return { does: 'step', direction: -1 };
    case '.':
      return { does: 'step', direction: 1 };
    case 'm':
      return { does: 'mute' };
    case 'f':
      return { does: 'large' };
    case 'Escape':
      return { does: 'leave' };
    default:
      return undefined;
  }
}
