import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';

import type { Clip, Track } from '../../src/timeline/timeline-model.ts';
import { noMarks, type ChangeMarks } from './change-marks.ts';
import { clipLabel, removedLabel, trackLabel } from './clip-words.ts';
import type { TimelineIndex } from './track-index.ts';

/**
 * Where the keyboard is: on a clip, or on its track (`position` undefined). Behind a track's clips come those that are
 * gone from it.
 */
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
  since: string,
): readonly TemplateResult[] {
  const whole = index.clipCount() + removedCount(marks) <= allUpTo;
  return index.rows.map(({ track, clips }, row) => {
    const removed = marks.removed.get(row)?.clips ?? [];
    const count = clips.length + removed.length;
    const here = active?.row === row;
    const open = count > 0 && (whole || here);
    const middle = here ? (active.position ?? 0) : 0;
    const first = whole ? 0 : Math.max(0, middle - around);
    const past = whole ? count : Math.min(count, middle + around + 1);
    const positions = Array.from({ length: past - first }, (_, at) => first + at);
    return html`<div
      role="treeitem"
      id=${treeItemId({ row, position: undefined })}
      aria-level="1"
      aria-setsize=${index.rows.length}
      aria-posinset=${row + 1}
      aria-selected=${String(here && active.position === undefined)}
      aria-expanded=${count === 0 ? nothing : String(open)}
      aria-label=${trackLabel(track)}
    >
      ${
        open
          ? html`<div role="group">
              ${positions.map((position) => {
                const clip = clips[position];
                const gone = removed[position - clips.length];
                return html`<div
                  role="treeitem"
                  id=${treeItemId({ row, position })}
                  aria-level="2"
                  aria-setsize=${count}
                  aria-posinset=${position + 1}
                  aria-selected=${String(here && active.position === position)}
                  aria-label=${
                    clip ? clipLabel(clip, marks.clips.get(clip.id), since) : gone ? removedLabel(gone, since) : ''
                  }
                ></div>`;
              })}
            </div>`
          : nothing
      }
    </div>`;
  });
}

function removedCount({ removed }: ChangeMarks): number {
  return [...removed.values()].reduce((sum, { clips }) => sum + clips.length, 0);
}

/**
 * Where a key leads: left and right along a track (from its first clip to the track itself), up and down to the clip of
 * the next track that is nearest in time. Undefined where the key leads nowhere.
 */
export function treeStep(
  index: TimelineIndex,
  from: TreePlace | undefined,
  key: string,
  marks: ChangeMarks = noMarks,
): TreePlace | undefined {
  const { rows } = index;
  if (rows.length === 0) return undefined;
  if (!from) return { row: 0, position: undefined };
  const count = (rows[from.row]?.clips.length ?? 0) + (marks.removed.get(from.row)?.clips.length ?? 0);
  const { row, position } = from;
  switch (key) {
    case 'ArrowRight':
      if (position === undefined) return count > 0 ? { row, position: 0 } : undefined;
      return position + 1 < count ? { row, position: position + 1 } : undefined;
    case 'ArrowLeft':
      if (position === undefined) return undefined;
      return { row, position: position > 0 ? position - 1 : undefined };
    case 'ArrowUp':
      return verticalStep(index, from, row - 1, marks);
    case 'ArrowDown':
      return verticalStep(index, from, row + 1, marks);
    case 'Home':
      return position === undefined ? { row: 0, position } : { row, position: 0 };
    case 'End':
      return position === undefined
        ? { row: rows.length - 1, position }
        : { row, position: count > 0 ? count - 1 : undefined };
    default:
      return undefined;
  }
}

function verticalStep(index: TimelineIndex, from: TreePlace, row: number, marks: ChangeMarks): TreePlace | undefined {
  const target = index.rows[row];
  if (!target) return undefined;
  const clip = clipOrRemovedAt(index, marks, from)?.clip;
  if (!clip) return { row, position: undefined };
  const middle = clip.startMs + clip.durationMs / 2;
  const ghost = target.clips.length === 0 ? marks.removed.get(row)?.nearest(middle) : undefined;
  return { row, position: ghost ?? target.nearest(middle) };
}

/** The clip at a place of the tree, be it there or gone; undefined on a track. */
export function clipOrRemovedAt(
  index: TimelineIndex,
  marks: ChangeMarks,
  { row, position }: TreePlace,
): { readonly clip: Clip; readonly track: Track; readonly isRemoved: boolean } | undefined {
  const line = index.rows[row];
  if (!line || position === undefined) return undefined;
  const clip = line.clips[position];
  if (clip) return { clip, track: line.track, isRemoved: false };
  const gone = marks.removed.get(row)?.clips[position - line.clips.length];
  return gone && { clip: gone, track: line.track, isRemoved: true };
}

/** How the tree is worked, said once when it is reached. */
export function treeHelp(): string {
  return l10n.t(
    'Arrow keys go from clip to clip, Space plays it, Enter asks Nemo about it, plus and minus zoom, zero shows everything.',
  );
}
