/** Edits of one clip of a draft, as pure functions. All times in ms. */
import { fitMusic, inARow, moveClip } from './draft-edits.ts';
import { type Draft, type Segment, segmentsOf, type TrackRole, videoDurationMs, withSegments } from './draft-model.ts';

type NewId = () => bigint;

/** Shorter than this is no clip. */
export const leastClipMs = 40;

/** A clip, and where it is. */
export interface FoundClip {
  readonly role: TrackRole;
  readonly clip: Segment;
}

const endOf = ({ startMs, durationMs }: Segment): number => startMs + durationMs;

function replaced(draft: Draft, role: TrackRole, id: bigint, by: readonly Segment[], newId: NewId): Draft {
  const segments = segmentsOf(draft, role).flatMap((other) => (other.id === id ? by : [other]));
  return withSegments(draft, role, segments, newId);
}

/** Puts a clip where it begins at a time exactly; what it would cover there begins behind it. */
export function moveExactly(
  draft: Draft,
  { role, clip }: FoundClip,
  toMs: number | 'start' | 'end',
  newId: NewId,
): Draft {
  if (typeof toMs !== 'number') return moveClip(draft, role, clip, toMs, newId);
  const moved = { ...clip, startMs: toMs };
  if (role !== 'video') return fitMusic(replaced(draft, role, clip.id, [moved], newId));
  // Where another order of the row says the same, there are no gaps.
  const reordered = moveClip(draft, role, clip, toMs, newId);
  if (segmentsOf(reordered, role).find(({ id }) => id === clip.id)?.startMs === toMs) return reordered;
  const others = segmentsOf(draft, role).filter(({ id }) => id !== clip.id);
  const split = others.flatMap((other) =>
    other.startMs < toMs && endOf(other) > toMs ? cutInTwo(other, toMs, newId) : [other],
  );
  const behind = split.filter(({ startMs }) => startMs >= toMs);
  const shiftMs = Math.max(0, ...behind.map(({ startMs }) => endOf(moved) - startMs));
  const shifted = split.map((other) =>
    other.startMs >= toMs ? { ...other, startMs: other.startMs + shiftMs } : other,
  );
  return withSegments(draft, role, [...shifted, moved], newId);
}

function cutInTwo(clip: Segment, atMs: number, newId: NewId): Segment[] {
  const firstMs = atMs - clip.startMs;
  // Where it was cut there is no fade.
  return [
    { ...clip, durationMs: firstMs, ...(clip.fadeOutMs === undefined ? {} : { fadeOutMs: 0 }) },
    {
      ...clip,
      id: newId(),
      startMs: atMs,
      durationMs: clip.durationMs - firstMs,
      sourceStartMs: clip.sourceStartMs + Math.round(firstMs * clip.speed),
      ...(clip.fadeInMs === undefined ? {} : { fadeInMs: 0 }),
    },
  ];
}

/** Cuts a clip in two at a time within it; undefined where the time is not within it. */
export function splitClip(draft: Draft, { role, clip }: FoundClip, atMs: number, newId: NewId): Draft | undefined {
  if (atMs < clip.startMs + leastClipMs || atMs > endOf(clip) - leastClipMs) return undefined;
  return replaced(draft, role, clip.id, cutInTwo(clip, atMs, newId), newId);
}

/**
 * Moves all that begins at a time or later, and hangs on the pictures: clips, titles and captions, not the music.
 * @param byMs negative where time went.
 */
function shiftFrom(draft: Draft, atMs: number, byMs: number): Draft {
  const tracks = draft.tracks.map((track) =>
    track.role === 'music'
      ? track
      : {
          ...track,
          segments: track.segments.map((clip) =>
            clip.startMs >= atMs ? { ...clip, startMs: clip.startMs + byMs } : clip,
          ),
        },
  );
  return fitMusic({ ...draft, tracks });
}

/** Gives a clip another length; on the video track what follows closes up or makes room. */
function withLength(draft: Draft, { role, clip }: FoundClip, changed: Segment, newId: NewId): Draft {
  const done = replaced(draft, role, clip.id, [changed], newId);
  if (role !== 'video') return done;
  const others = done.tracks.map((track) => ({
    ...track,
    segments: track.segments.filter(({ id }) => id !== clip.id),
  }));
  const shifted = shiftFrom({ ...done, tracks: others }, endOf(clip), changed.durationMs - clip.durationMs);
  return fitMusic(withSegments(shifted, role, [...segmentsOf(shifted, role), changed], newId));
}

/** Takes time off the ends of a clip, or gives it more. Undefined where nothing would be left. */
export function trimClip(
  draft: Draft,
  found: FoundClip,
  { firstMs, lastMs }: { readonly firstMs: number; readonly lastMs: number },
  newId: NewId,
): Draft | undefined {
  const { role, clip } = found;
  const durationMs = clip.durationMs - firstMs - lastMs;
  if (durationMs < leastClipMs) return undefined;
  const changed = {
    ...clip,
    // The row has no gaps: what begins later in its source begins where it began.
    startMs: role === 'video' ? clip.startMs : clip.startMs + firstMs,
    durationMs,
    sourceStartMs: Math.max(0, clip.sourceStartMs + Math.round(firstMs * clip.speed)),
  };
  return withLength(draft, found, changed, newId);
}

/** Takes a clip away, and nothing else; on the video track what follows closes up. */
export function deleteClip(draft: Draft, { role, clip }: FoundClip, newId: NewId): Draft {
  const rest = replaced(draft, role, clip.id, [], newId);
  return role === 'video' ? shiftFrom(rest, endOf(clip), -clip.durationMs) : rest;
}

/** Another of the same clip right behind it; what follows makes room. */
export function duplicateClip(draft: Draft, { role, clip }: FoundClip, newId: NewId): Draft {
  const twin = { ...clip, id: newId(), startMs: endOf(clip) };
  const later = segmentsOf(draft, role).filter(({ startMs }) => startMs >= endOf(clip));
  const shiftMs = Math.max(0, ...later.map(({ startMs }) => endOf(twin) - startMs));
  const spaced =
    role === 'video'
      ? shiftFrom(draft, endOf(clip), shiftMs)
      : withSegments(
          draft,
          role,
          segmentsOf(draft, role).map((other) =>
            other.startMs >= endOf(clip) ? { ...other, startMs: other.startMs + shiftMs } : other,
          ),
          newId,
        );
  return withSegments(spaced, role, [...segmentsOf(spaced, role), twin], newId);
}

/** Two clips of a track, each in the other's place in the order. Undefined where they are on different tracks. */
export function swapClips(draft: Draft, one: FoundClip, other: FoundClip, newId: NewId): Draft | undefined {
  if (one.role !== other.role || one.clip.id === other.clip.id) return undefined;
  const { role } = one;
  const segments = segmentsOf(draft, role).map((clip) => {
    if (clip.id === one.clip.id) return other.clip;
    return clip.id === other.clip.id ? one.clip : clip;
  });
  if (role === 'video') return withSegments(draft, role, inARow(segments), newId);
  const swapped = segments.map((clip) => {
    if (clip.id === one.clip.id) return { ...clip, startMs: other.clip.startMs };
    return clip.id === other.clip.id ? { ...clip, startMs: one.clip.startMs } : clip;
  });
  return withSegments(draft, role, swapped, newId);
}

/** One clip louder or quieter: `volume` is 1 as recorded. */
export function setClipVolume(draft: Draft, { role, clip }: FoundClip, volume: number, newId: NewId): Draft {
  return replaced(draft, role, clip.id, [{ ...clip, volume }], newId);
}

/** One clip faster or slower than now; on the video track what follows closes up or makes room. */
export function setClipSpeed(draft: Draft, found: FoundClip, factor: number, newId: NewId): Draft {
  const { clip } = found;
  const durationMs = Math.max(leastClipMs, Math.round(clip.durationMs / factor));
  const speed = Math.round(clip.speed * factor * 1000) / 1000;
  return withLength(draft, found, { ...clip, durationMs, speed }, newId);
}

/** Puts a clip that was there before where it was; what it would cover there begins behind it. */
export function restoreClip(draft: Draft, { role, clip }: FoundClip, newId: NewId): Draft {
  const atMs = role === 'video' ? Math.min(clip.startMs, videoDurationMs(draft)) : clip.startMs;
  const back = { ...clip, id: newId(), startMs: atMs };
  const added = withSegments(draft, role, [...segmentsOf(draft, role), back], newId);
  return role === 'video' ? moveExactly(added, { role, clip: back }, atMs, newId) : added;
}
