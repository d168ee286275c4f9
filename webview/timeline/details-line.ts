import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { ref, type Ref } from 'lit/directives/ref.js';

import { clipName, clipSpan } from '../../src/timeline/clip-instructions.ts';
import { exactClockText } from '../../src/timeline/clock-text.ts';
import type { Clip, TimelineChange, Track } from '../../src/timeline/timeline-model.ts';
import { icon, iconButton } from '../icon.ts';
import { seen, seenSentence } from '../seen-text.ts';
import { countChanges } from './change-marks.ts';
import { changeCountWords, changeWords, clipFacts, trackIcons } from './clip-words.ts';

/** Icons of changes, as the cards in the chat have them. */
const changeIcons: Readonly<Record<TimelineChange['kind'], string>> = {
  added: 'diff-added',
  changed: 'diff-modified',
  moved: 'diff-renamed',
  removed: 'diff-removed',
};
/** A name that is no longer, in UTF-16 units, is never cut, and is given no more room than it needs. */
const shortNameLength = 6;
const kinds = ['added', 'changed', 'moved', 'removed'] as const;

/** The clip that the line below the drawing tells of. */
export interface DetailedClip {
  readonly clip: Clip;
  readonly track: Track;
  readonly isRemoved: boolean;
  readonly change: TimelineChange | undefined;
}

/** All about the clip under the pointer, or else the selected one. */
export function clipDetails(
  { clip, track, isRemoved, change }: DetailedClip,
  on: { readonly zoom: () => void; readonly ask: () => void; readonly play: () => void },
): TemplateResult {
  const kind = isRemoved ? 'removed' : change?.kind;
  const words = isRemoved ? l10n.t('removed') : change ? changeWords(clip, change) : '';
  const name = seen(clipName(clip));
  const nameClass = name.length <= shortNameLength ? 'details-name is-short' : 'details-name';
  const facts = [clipSpan(clip), ...clipFacts(clip)].join(' · ');
  return html`<div class="details track-${track.kind}">
    ${icon(trackIcons[track.kind])}
    <span class=${nameClass} dir="auto" title=${`${seen(clip.title)} · ${facts}`}>${name}</span>
    ${
      kind === undefined
        ? nothing
        : html`<span class="details-change change-${kind}" title=${seen(words)}
            >${icon(changeIcons[kind])}<span>${seenSentence(words)}</span></span
          >`
    }
    <span class="details-facts" title=${facts}>${facts}</span>
    ${
      isRemoved || track.kind === 'text'
        ? nothing
        : iconButton({ icon: 'play', label: l10n.t('Play this clip'), onClick: on.play })
    }
    ${iconButton({ icon: 'zoom-in', label: l10n.t('Zoom to the clip'), className: 'zoom-to-clip', onClick: on.zoom })}
    ${iconButton({
      icon: 'comment',
      label: isRemoved ? l10n.t('Ask Nemo to bring it back') : l10n.t('Ask Nemo about this clip'),
      onClick: on.ask,
    })}
  </div>`;
}

/** The line while no clip is in focus: the playhead, and what is marked or what can be done. */
export function idleDetails(
  playheadMs: number,
  playhead: Ref<HTMLElement>,
  legend: TemplateResult | undefined,
): TemplateResult {
  return html`<div class="details">
    <span class="details-playhead" title=${l10n.t('Playhead')}
      ><span class="playhead-sign" aria-hidden="true"></span
      ><span ${ref(playhead)}>${exactClockText(playheadMs)}</span></span
    >
    ${legend ?? html`<span class="details-hint">${l10n.t('Select a clip to ask Nemo about it')}</span>`}
  </div>`;
}

/**
 * What the marks mean and how many there are: «3 added, 1 removed since 14:05». Each count leads from one such change to
 * the next.
 */
export function legend(
  changes: readonly TimelineChange[],
  since: string,
  show: (kind: TimelineChange['kind']) => void,
): TemplateResult {
  const counts = countChanges(changes);
  if (changes.length === 0) return html`<span class="legend-none">${l10n.t('Nothing changed {0}', since)}</span>`;
  return html`<span class="legend" role="group" aria-label=${l10n.t('Changed {0}', since)}>
    ${kinds.map((kind) => {
      const count = counts.get(kind);
      if (count === undefined) return nothing;
      const words = changeCountWords(kind, count);
      return html`<button
        type="button"
        class="legend-item change-${kind}"
        aria-label=${l10n.t('{0}: show the next', words)}
        title=${l10n.t('{0}: show the next', words)}
        @click=${() => show(kind)}
      >
        ${icon(changeIcons[kind])}<span class="legend-count">${count}</span><span class="legend-words">${words}</span>
      </button>`;
    })}
    <span class="legend-since">${since}</span>
  </span>`;
}

/** The legend in one sentence, for those who listen. */
export function legendWords(changes: readonly TimelineChange[], since: string): string {
  if (changes.length === 0) return l10n.t('Nothing changed {0}', since);
  const counts = countChanges(changes);
  const parts = kinds.flatMap((kind) => {
    const count = counts.get(kind);
    return count === undefined ? [] : [changeCountWords(kind, count)];
  });
  return l10n.t('{0} {1}', parts.join(l10n.t(', ')), since);
}
