import { isOwnId, isRoundedId } from './read-draft.ts';
import type { Clip, Timeline, Track, TrackKind } from './timeline-model.ts';

/** A clip and the track that it is on. */
export interface PlacedClip {
  readonly clip: Clip;
  readonly track: Track;
}

/** A clip of the draft before and what became of it. */
export interface ClipPair {
  readonly before: PlacedClip;
  readonly after: PlacedClip;
}

/** Clips of one source that were cut into more. */
export interface ClipCut {
  readonly before: readonly PlacedClip[];
  readonly after: readonly PlacedClip[];
}

/** Which clips of two drafts belong together. */
export interface ClipMatch {
  readonly pairs: readonly ClipPair[];
  readonly cuts: readonly ClipCut[];
  readonly added: readonly PlacedClip[];
  readonly removed: readonly PlacedClip[];
}

/**
 * Finds each clip of `before` in `after`: what stayed first, then what was cut into pieces (one of which may go on under
 * the whole's id), then by id where the draft has reliable ones, then by content, at last by place.
 */
export function matchClips(before: Timeline, after: Timeline): ClipMatch {
  const left = { before: new Set(placed(before)), after: new Set(placed(after)) };
  const pairs: ClipPair[] = [];

  const matchBy = (
    key: (one: PlacedClip) => string | undefined,
    fits: (a: PlacedClip, b: PlacedClip) => boolean = yes,
  ) => {
    const waiting = Map.groupBy(left.before, key);
    for (const later of left.after) {
      const wanted = key(later);
      const queue = waiting.get(wanted);
      const earlier = queue?.[0];
      if (wanted === undefined || !queue || !earlier || !fits(earlier, later)) continue;
      queue.shift();
      left.before.delete(earlier);
      left.after.delete(later);
      pairs.push({ before: earlier, after: later });
    }
  };

  // What stayed as and where it was, though a track may have come in between.
  const ids = { before: ownIds(left.before), after: ownIds(left.after) };
  const noOtherId = (a: PlacedClip, b: PlacedClip) =>
    a.clip.id === b.clip.id || (!ids.after.has(a.clip.id) && !ids.before.has(b.clip.id));
  matchBy((one) => `${content(one)} ${one.track.index} ${one.clip.startMs}`, noOtherId);
  matchBy((one) => `${content(one)} ${one.clip.startMs}`, noOtherId);
  const cuts = findCuts(left);
  matchBy((one) => (isOwnId(one.clip.id) ? `${one.track.kind} ${one.clip.id}` : undefined));
  // A rounded id may be a neighbour's: the content has the last word.
  matchBy((one) => (isRoundedId(one.clip.id) ? `${one.track.kind} ${one.clip.id}` : undefined), sameThing);
  matchBy(content);
  matchBy((one) => `${thing(one)} ${one.track.index} ${one.clip.startMs}`);
  matchBy(thing);
  matchBy((one) => `${one.track.kind} ${one.clip.title}`);
  // The same place, something else in it: other words in a title, another picture in a shot.
  matchBy(
    (one) => `${one.track.kind} ${one.track.index} ${one.clip.startMs}`,
    (a, b) => a.track.kind === 'text' || a.clip.durationMs === b.clip.durationMs,
  );
  return { pairs, cuts, added: [...left.after], removed: [...left.before] };
}

/** What a clip shows, whatever part of it: the source without what a signed address adds, else the title. */
export function thingOf(clip: Clip, kind: TrackKind): string {
  if (kind === 'text') return clip.text ?? clip.title;
  return clip.source === undefined ? clip.title : bareSource(clip.source);
}

/** An address without its query, which signatures change at every reading. */
export function bareSource(source: string): string {
  return source.replace(/[?#].*/s, '');
}

const yes = () => true;
const ownIds = (clips: Iterable<PlacedClip>) => new Set([...clips].map(({ clip }) => clip.id).filter(isOwnId));
const thing = (one: PlacedClip) => `${one.track.kind} ${thingOf(one.clip, one.track.kind)}`;
const content = (one: PlacedClip) => `${thing(one)} ${one.clip.sourceStartMs ?? ''} ${one.clip.durationMs}`;
const sameThing = (a: PlacedClip, b: PlacedClip) => thing(a) === thing(b) || a.clip.title === b.clip.title;

function placed(timeline: Timeline): PlacedClip[] {
  return timeline.tracks.flatMap((track) => track.clips.map((clip) => ({ clip, track })));
}

/** On one track more clips of a source than before, and none of it used that was not used before: it was cut. */
function findCuts(left: { before: Set<PlacedClip>; after: Set<PlacedClip> }): ClipCut[] {
  const cuts: ClipCut[] = [];
  const laterByThing = Map.groupBy(left.after, thing);
  const byTrack = ({ track }: PlacedClip) => track;
  for (const [name, all] of Map.groupBy(left.before, thing)) {
    if (all[0]?.track.kind !== 'video' && all[0]?.track.kind !== 'audio') continue;
    const later = [...Map.groupBy(laterByThing.get(name) ?? [], byTrack).values()];
    for (const before of Map.groupBy(all, byTrack).values()) {
      const [after] = later
        .filter((pieces) => pieces.length > before.length && used(pieces) <= used(before) * 1.001 + 100)
        .filter((pieces) => pieces.every((one) => left.after.has(one)))
        .sort((a, b) => b.length - a.length);
      if (!after) continue;
      for (const one of before) left.before.delete(one);
      for (const one of after) left.after.delete(one);
      cuts.push({ before, after });
    }
  }
  return cuts;
}

/** Time of the source that clips show, in ms. */
const used = (clips: readonly PlacedClip[]) =>
  clips.reduce((sum, { clip }) => sum + clip.durationMs * (clip.speed ?? 1), 0);
