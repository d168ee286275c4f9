/** Edits of a draft as pure functions: a draft goes in, another comes out. All times in ms. */
import type { ClipName } from './edit-request.ts';
import type { Draft, DraftTrack, Grade, Segment, TrackRole } from './draft-model.ts';
import { segmentsOf, videoDurationMs, withSegments } from './draft-model.ts';

type NewId = () => bigint;

/** Shortest piece of a clip that is worth keeping. */
const shortestMs = 40;

/** Takes stretches of time out of the whole timeline; what is behind them moves up. */
export function cutRanges(draft: Draft, ranges: readonly (readonly [number, number])[], newId: NewId): Draft {
  const edges = segmentsOf(draft, 'video').flatMap((clip) => [clip.startMs, clip.startMs + clip.durationMs]);
  // No splinters: a cut near the edge of a clip goes up to the edge.
  const snapped = (at: number): number => edges.find((edge) => Math.abs(edge - at) < shortestMs) ?? at;
  const gone = mergeRanges(ranges.map(([from, to]) => [snapped(from), snapped(to)]));
  if (gone.length === 0) return draft;
  /** Where a time of the old timeline is on the new one. */
  const moved = (at: number): number =>
    at - gone.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(at, to) - Math.min(at, from)), 0);
  const cutFilm = (segments: readonly Segment[]): Segment[] =>
    segments.flatMap((clip) => {
      const end = clip.startMs + clip.durationMs;
      const pieces = keptPieces(clip.startMs, end, gone);
      return pieces.map(([from, to], index) => ({
        ...clip,
        id: index === 0 ? clip.id : newId(),
        startMs: moved(from),
        durationMs: to - from,
        sourceStartMs: clip.sourceStartMs + Math.round((from - clip.startMs) * clip.speed),
      }));
    });
  const squeeze = (segments: readonly Segment[]): Segment[] =>
    segments
      .map((clip) => {
        const startMs = moved(clip.startMs);
        return { ...clip, startMs, durationMs: moved(clip.startMs + clip.durationMs) - startMs };
      })
      .filter((clip) => clip.durationMs >= shortestMs);
  const tracks = draft.tracks.map((track): DraftTrack => {
    // Music plays on over a cut; texts stay with what they were over.
    const segments = track.role === 'video' ? cutFilm(track.segments) : squeeze(track.segments);
    return { ...track, segments };
  });
  return fitMusic({ ...draft, tracks: tracks.filter((track) => track.segments.length > 0) });
}

function mergeRanges(ranges: readonly (readonly [number, number])[]): [number, number][] {
  const merged: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((one, other) => one[0] - other[0])) {
    if (to <= from) continue;
    const last = merged.at(-1);
    if (last !== undefined && from < last[1] + shortestMs) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function keptPieces(start: number, end: number, gone: readonly (readonly [number, number])[]): [number, number][] {
  const pieces: [number, number][] = [];
  let at = start;
  for (const [from, to] of gone) {
    if (to <= at) continue;
    if (from >= end) break;
    if (from - at >= shortestMs) pieces.push([at, from]);
    at = Math.max(at, to);
  }
  if (end - at >= shortestMs) pieces.push([at, end]);
  return pieces;
}

/** Puts another clip before all others. */
export function insertAtStart(draft: Draft, clip: Segment, newId: NewId): Draft {
  const shifted: Draft = {
    ...draft,
    tracks: draft.tracks.map((track) =>
      track.role === 'music'
        ? track
        : {
            ...track,
            segments: track.segments.map((other) => ({ ...other, startMs: other.startMs + clip.durationMs })),
          },
    ),
  };
  return withSegments(shifted, 'video', [{ ...clip, startMs: 0 }, ...segmentsOf(shifted, 'video')], newId);
}

/** The whole film faster (above 1) or slower. */
export function changeSpeed(draft: Draft, factor: number): Draft {
  const tracks = draft.tracks.map((track): DraftTrack => {
    if (track.role === 'music') return track;
    return {
      ...track,
      segments: track.segments.map((clip) => {
        const startMs = Math.round(clip.startMs / factor);
        const endMs = Math.round((clip.startMs + clip.durationMs) / factor);
        const speed = clip.source === undefined ? clip.speed : Math.round(clip.speed * factor * 1000) / 1000;
        return { ...clip, startMs, durationMs: endMs - startMs, speed };
      }),
    };
  });
  return fitMusic({ ...draft, tracks });
}

/** Music does not outlast the film. */
export function fitMusic(draft: Draft): Draft {
  const end = videoDurationMs(draft);
  if (end === 0) return draft;
  return {
    ...draft,
    tracks: draft.tracks.flatMap((track) => {
      if (track.role !== 'music') return [track];
      const segments = track.segments
        .filter((clip) => clip.startMs < end)
        .map((clip) => ({ ...clip, durationMs: Math.min(clip.durationMs, end - clip.startMs) }));
      return segments.length === 0 ? [] : [{ ...track, segments }];
    }),
  };
}

/** Applies a change to each clip of a role. */
export function mapSegments(draft: Draft, role: TrackRole, change: (clip: Segment) => Segment): Draft {
  return {
    ...draft,
    tracks: draft.tracks.map((track) =>
      track.role === role ? { ...track, segments: track.segments.map(change) } : track,
    ),
  };
}

/** Another canvas; clips are cropped to fill it. */
export function changeCanvas(draft: Draft, ratio: '9:16' | '16:9' | '1:1' | '4:5'): Draft {
  const short = Math.min(draft.width, draft.height, 1080);
  const [across, down] = ratio.split(':').map(Number) as [number, number];
  const even = (size: number) => Math.round(size / 2) * 2;
  const scale = short / Math.min(across, down);
  const fill = 'Crop to fill';
  const changed = { ...draft, width: even(across * scale), height: even(down * scale), canvasChosen: true };
  return mapSegments(changed, 'video', (clip) => ({
    ...clip,
    fit: 'cover',
    effects: [...clip.effects.filter((name) => name !== fill), fill],
  }));
}

const gradeName = /grade$|^(Exposure|Contrast|Saturation|Warmth) |^Black and white$/;

/** Whether an effect's name speaks of colours. */
export function isGradeName(name: string): boolean {
  return gradeName.test(name);
}

/** Colours: `style` starts anew, single changes (percent) come on top of what was there. */
export function changeGrade(
  draft: Draft,
  style: string | undefined,
  change: Readonly<Partial<Record<'exposure' | 'contrast' | 'saturation' | 'warmth', number>>>,
): Draft {
  return mapSegments(draft, 'video', (clip) => {
    const before: Grade =
      style === undefined && clip.grade !== undefined
        ? clip.grade
        : { exposure: 1, contrast: 1, saturation: 1, warmth: 0 };
    const factor = (old: number, percent: number | undefined) =>
      percent === undefined ? old : Math.round((1 + percent / 100) * 1000) / 1000;
    const grade: Grade = {
      exposure: factor(before.exposure, change.exposure),
      contrast: factor(before.contrast, change.contrast),
      saturation: factor(before.saturation, change.saturation),
      warmth: change.warmth === undefined ? before.warmth : change.warmth / 100,
    };
    const kept = style === undefined ? clip.effects.filter((name) => name.endsWith(' grade')) : [];
    const signed = (value: number) => `${value > 0 ? '+' : ''}${Math.round(value)}%`;
    const names = [
      ...(style === undefined ? kept : [style]),
      ...(grade.exposure === 1 ? [] : [`Exposure ${signed((grade.exposure - 1) * 100)}`]),
      ...(grade.contrast === 1 ? [] : [`Contrast ${signed((grade.contrast - 1) * 100)}`]),
      ...(grade.saturation === 1 || grade.saturation === 0
        ? []
        : [`Saturation ${signed((grade.saturation - 1) * 100)}`]),
      ...(grade.warmth === 0 ? [] : [`Warmth ${signed(grade.warmth * 100)}`]),
    ];
    return { ...clip, grade, effects: [...clip.effects.filter((name) => !gradeName.test(name)), ...names] };
  });
}

/** The film as it was recorded. */
export function removeGrade(draft: Draft): Draft {
  return mapSegments(draft, 'video', (clip) => ({
    ...clip,
    grade: { exposure: 1, contrast: 1, saturation: 1, warmth: 0 },
    effects: clip.effects.filter((name) => !gradeName.test(name)),
  }));
}

/** A text on a track of texts; another text at the same time makes room. */
export function addText(draft: Draft, role: 'title' | 'captions' | 'overlay', text: Segment, newId: NewId): Draft {
  const end = text.startMs + text.durationMs;
  const others = segmentsOf(draft, role).filter(
    (other) => other.startMs >= end || other.startMs + other.durationMs <= text.startMs,
  );
  return withSegments(draft, role, [...others, text], newId);
}

/** Where a clip is, by its title on any track, or by its place on the video track. */
export function findClip(draft: Draft, name: ClipName): { role: TrackRole; clip: Segment } | undefined {
  if ('place' in name) {
    const clip = segmentsOf(draft, 'video').at(name.place > 0 ? name.place - 1 : name.place);
    return clip === undefined ? undefined : { role: 'video', clip };
  }
  const wanted = plain(name.title);
  const { track: number, fromMs } = name;
  const tracks = number === undefined ? draft.tracks : draft.tracks.slice(number - 1, number);
  const all = tracks.flatMap((track) => track.segments.map((clip) => ({ role: track.role, clip })));
  if (fromMs !== undefined) {
    // Times are rounded to what is shown; of two clips of one name only they tell which.
    const there = all.filter(({ clip }) => Math.abs(clip.startMs - fromMs) < 10);
    return there.find(({ clip }) => isCalled(clip, name.title)) ?? (there.length === 1 ? there[0] : undefined);
  }
  return (
    all.find(({ clip }) => plain(clip.title) === wanted || plain(clip.text ?? '') === wanted) ??
    all.find(({ clip }) => wanted.length > 2 && plain(clip.title).includes(wanted))
  );
}

/** A long name may be given shortened. */
function isCalled(clip: Segment, name: string): boolean {
  const [begin = '', end = ''] = plain(name).split('…');
  return [clip.title, clip.text ?? ''].some((one) => plain(one).startsWith(begin) && plain(one).endsWith(end));
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/\.\w{2,4}$/, '')
    .replace(/[\s_-]+/g, ' ')
    .trim();
}

/** Takes a clip away; on the video track, what is behind it moves up. */
export function removeClip(draft: Draft, role: TrackRole, clip: Segment, newId: NewId): Draft {
  if (role === 'video') {
    const only = segmentsOf(draft, 'video').length === 1;
    if (only) return withSegments(draft, 'video', [], newId);
    return cutRanges(draft, [[clip.startMs, clip.startMs + clip.durationMs]], newId);
  }
  const rest = segmentsOf(draft, role).filter((other) => other.id !== clip.id);
  return withSegments(draft, role, rest, newId);
}

/** Moves a clip: on the video track it changes its place in the row, elsewhere its time. */
export function moveClip(
  draft: Draft,
  role: TrackRole,
  clip: Segment,
  toMs: number | 'start' | 'end',
  newId: NewId,
): Draft {
  const segments = segmentsOf(draft, role);
  if (role !== 'video') {
    const end = videoDurationMs(draft);
    const startMs = toMs === 'start' ? 0 : toMs === 'end' ? Math.max(0, end - clip.durationMs) : toMs;
    return withSegments(
      draft,
      role,
      segments.map((other) => (other.id === clip.id ? { ...clip, startMs } : other)),
      newId,
    );
  }
  const others = segments.filter((other) => other.id !== clip.id);
  const at =
    toMs === 'start'
      ? 0
      : toMs === 'end'
        ? others.length
        : others.filter((other) => other.startMs + other.durationMs / 2 < toMs).length;
  return withSegments(draft, 'video', inARow([...others.slice(0, at), clip, ...others.slice(at)]), newId);
}

/** Clips one behind the other from 0. */
export function inARow(segments: readonly Segment[]): Segment[] {
  let startMs = 0;
  return segments.map((clip) => {
    const placed = { ...clip, startMs };
    startMs += clip.durationMs;
    return placed;
  });
}
