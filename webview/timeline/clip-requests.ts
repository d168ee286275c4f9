import { clipReference, instructionSentence, namedClip, trackReference } from '../../src/timeline/clip-instructions.ts';
import type { ViewActions } from '../view-actions.ts';
import { dragInstruction, type DraggedSpan, type Grip } from './clip-drag.ts';
import type { TreePlace } from './clip-tree.ts';
import type { DrawnContent } from './drawn-content.ts';
import type { ClipPlace } from './track-index.ts';

/** Puts a reference to what is at a place into the composer. */
export function askAbout(actions: ViewActions, content: DrawnContent, place: TreePlace | undefined): void {
  const track = place && content.index.rows[place.row]?.track;
  if (!track) return;
  const found = content.clipAt(place);
  if (found?.isRemoved)
    actions.compose(instructionSentence(namedClip(track, found.clip), { kind: 'bringBack' }), false);
  else if (found) actions.compose(clipReference(track, found.clip), false);
  else if (track.index > 0) actions.compose(trackReference(track), false);
}

/** Plays the clip at a place, where it is one that can be seen or heard. */
export function playClip(actions: ViewActions, content: DrawnContent, place: TreePlace | undefined): void {
  const found = content.clipAt(place);
  if (found && !found.isRemoved && found.track.kind !== 'text') {
    actions.preview({ kind: 'clip', clipId: found.clip.id });
  }
}

/** Puts an edit by hand into the composer, as a sentence that people send or not. */
export function askForDrag(
  actions: ViewActions,
  { index }: DrawnContent,
  place: ClipPlace,
  grip: Grip,
  span: DraggedSpan,
): void {
  const track = index.rows[place.row]?.track;
  const clip = index.clip(place);
  if (!track || !clip) return;
  actions.compose(instructionSentence(namedClip(track, clip), dragInstruction(clip, grip, span)), false);
}
