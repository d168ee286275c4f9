import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';

import type { ChangeMarks } from './change-marks.ts';
import { clipLabel, trackLabel } from './clip-words.ts';
import type { TimelineIndex } from './track-index.ts';

/** Where the keyboard is: on a clip, or on its track (`position` undefined). */
export interface TreePlace {
  readonly row: number;
  readonly position: number | undefined;
}

/** With more clips than this only the ones around the active one are in the page; their numbers are told all the same. */
const allUpTo = 300;
const around = 25;

/** Element id of a place, for `aria-activedescendant`. */
export function treeItemId({ row, position }: TreePlace): string {
  return position === undefined ? `track-${row}` : `clip-${row}-${position}`;
}

/**
 * The timeline as a tree of tracks and clips, for those who cannot see the drawing. It holds one tab stop; the active
 * item is named by `aria-activedescendant`.
 */
export function clipTree(
  index: TimelineIndex,
  active: TreePlace | undefined,
  marks: ChangeMarks,
): readonly TemplateResult[] {
  const whole = index.clipCount() <= allUpTo;
  return index.rows.map(({ track, clips }, row) => {
    const here = active?.row === row;
    const open = clips.length > 0 && (whole || here);
    const middle = here ? (active.position ?? 0) : 0;
    const first = whole ? 0 : Math.max(0, middle - around);
    const past = whole ? clips.length : Math.min(clips.length, middle + around + 1);
    return html`<div
      role="treeitem"
      id=${treeItemId({ row, position: undefined })}
      aria-level="1"
      aria-setsize=${index.rows.length}
      aria-posinset=${row + 1}
      aria-selected=${String(here && active.position === undefined)}
      aria-expanded=${clips.length === 0 ? nothing : String(open)}
      aria-label=${trackLabel(track)}
    >
      ${
        open
          ? html`<div role="group">
              ${clips.slice(first, past).map((clip, at) => {
                const position = first + at;
                return html`<div
                  role="treeitem"
                  id=${treeItemId({ row, position })}
                  aria-level="2"
                  aria-setsize=${clips.length}
                  aria-posinset=${position + 1}
                  aria-selected=${String(here && active.position === position)}
                  aria-label=${clipLabel(clip, marks.clips.get(clip.id))}
                ></div>`;
              })}
            </div>`
          : nothing
      }
    </div>`;
  });
}

/**
 * Where a key leads: left and right along a track (from its first clip to the track itself), up and down to the clip of
 * the next track that is nearest in time. Undefined where the key leads nowhere.
 */
export function treeStep(index: TimelineIndex, from: TreePlace | undefined, key: string): TreePlace | undefined {
  const { rows } = index;
  if (rows.length === 0) return undefined;
  if (!from) return { row: 0, position: undefined };
  const count = rows[from.row]?.clips.length ?? 0;
  const { row, position } = from;
  switch (key) {
    case 'ArrowRight':
      if (position === undefined) return count > 0 ? { row, position: 0 } : undefined;
      return position + 1 < count ? { row, position: position + 1 } : undefined;
    case 'ArrowLeft':
      if (position === undefined) return undefined;
      return { row, position: position > 0 ? position - 1 : undefined };
    case 'ArrowUp':
      return verticalStep(index, from, row - 1);
    case 'ArrowDown':
      return verticalStep(index, from, row + 1);
    case 'Home':
      return position === undefined ? { row: 0, position } : { row, position: 0 };
    case 'End':
      return position === undefined ? { row: rows.length - 1, position } : { row, position: count - 1 };
    default:
      return undefined;
  }
}

function verticalStep(index: TimelineIndex, from: TreePlace, row: number): TreePlace | undefined {
  const target = index.rows[row];
  if (!target) return undefined;
  const clip = from.position === undefined ? undefined : index.clip({ row: from.row, position: from.position });
  return { row, position: clip && target.nearest(clip.startMs + clip.durationMs / 2) };
}

/** How the tree is worked, said once when it is reached. */
export function treeHelp(): string {
  return l10n.t(
    'Arrow keys go from clip to clip, Enter asks Nemo about it, plus and minus zoom, zero shows everything.',
  );
}
