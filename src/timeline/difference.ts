import * as l10n from '@vscode/l10n';

import { bareSource, matchClips, type ClipCut, type ClipPair, type PlacedClip } from './match-clips.ts';
import { inQuotes, shortName } from './short-name.ts';
import { decimal, spanText, timeText } from './time-text.ts';
import type { Clip, FormerPlace, Timeline, TimelineChange, Track } from './timeline-model.ts';

/** From so many on, like changes of one track are told in one sentence. */
const groupFrom = { sameChange: 3, comingOrGoing: 4, moves: 3, anyChange: 7 } as const;
/** Changes that are told one by one at most. */
const mostChanges = 40;

/**
 * What a person would say became of the timeline: each change with its names, times and values before and after. Many
 * like changes (all the pauses cut, all clips moved along) are one sentence.
 */
export function compareTimelines(before: Timeline, after: Timeline): TimelineChange[] {
  if (before === after) return [];
  const match = matchClips(before, after);
  const formerTrack = pairTracks(before, after, [
    ...match.pairs,
    ...match.cuts.flatMap((cut) => cut.after.map((piece) => ({ before: cut.before[0] ?? piece, after: piece }))),
  ]);
  const changes = [
    ...trackChanges(before, after, formerTrack, match),
    ...match.cuts.map(cutChange),
    ...pairChanges(match.pairs, formerTrack),
  ].sort((a, b) => a.trackIndex - b.trackIndex || moveLast(a) - moveLast(b) || a.startMs - b.startMs);
  return bounded([...canvasChange(before, after), ...changes], after);
}

const moveLast = (change: TimelineChange) => (change.kind === 'moved' ? 1 : 0);

function bounded(changes: readonly TimelineChange[], after: Timeline): TimelineChange[] {
  if (changes.length <= mostChanges) return [...changes];
  const rest = changes.length - mostChanges + 1;
  return [
    ...changes.slice(0, mostChanges - 1),
    {
      kind: 'changed',
      trackIndex: 0,
      trackKind: 'other',
      title: l10n.t('Timeline'),
      startMs: 0,
      endMs: after.durationMs,
      sentence: l10n.t('And {0} more changes', rest),
    },
  ];
}

function canvasChange(before: Timeline, after: Timeline): TimelineChange[] {
  const sizes = [before, after].map(
    ({ width, height }) => width !== undefined && height !== undefined && sizeText(width, height),
  );
  const [was, is] = sizes;
  if (!was || !is || was === is) return [];
  return [
    {
      kind: 'changed',
      trackIndex: 0,
      trackKind: 'other',
      title: l10n.t('Canvas'),
      startMs: 0,
      endMs: after.durationMs,
      sentence: l10n.t('Canvas: {0} → {1}', was, is),
    },
  ];
}

// --- tracks and what came or went on them

/** The former track of each track that had one: the one most of its clips come from, else the like in order. */
function pairTracks(before: Timeline, after: Timeline, pairs: readonly ClipPair[]): ReadonlyMap<Track, Track> {
  const votes = new Map<Track, Map<Track, number>>();
  for (const pair of pairs) {
    const poll = votes.get(pair.after.track) ?? new Map<Track, number>();
    votes.set(pair.after.track, poll.set(pair.before.track, (poll.get(pair.before.track) ?? 0) + 1));
  }
  const former = new Map<Track, Track>();
  const taken = new Set<Track>();
  const take = (track: Track, candidate: Track | undefined) => {
    if (!candidate || taken.has(candidate) || former.has(track)) return;
    former.set(track, candidate);
    taken.add(candidate);
  };
  const polls = [...votes]
    .flatMap(([track, poll]) => [...poll].map(([candidate, count]) => ({ track, candidate, count })))
    .sort((a, b) => b.count - a.count);
  for (const { track, candidate } of polls) take(track, candidate);
  for (const fits of [
    (a: Track, b: Track) => a.kind === b.kind && a.title === b.title,
    (a: Track, b: Track) => a.kind === b.kind && a.index === b.index,
  ]) {
    for (const track of after.tracks) {
      take(
        track,
        before.tracks.find((candidate) => !taken.has(candidate) && fits(track, candidate)),
      );
    }
  }
  return former;
}

function trackChanges(
  before: Timeline,
  after: Timeline,
  formerTrack: ReadonlyMap<Track, Track>,
  match: { readonly added: readonly PlacedClip[]; readonly removed: readonly PlacedClip[] },
): TimelineChange[] {
  const goesOnAs = new Map([...formerTrack].map(([track, former]) => [former, track]));
  const [added, removed] = [
    Map.groupBy(match.added, ({ track }) => track),
    Map.groupBy(match.removed, ({ track }) => track),
  ];
  return [
    ...after.tracks.flatMap((track) => comings(track, added.get(track) ?? [], !formerTrack.has(track))),
    ...before.tracks.flatMap((track) => goings(track, removed.get(track) ?? [], goesOnAs.get(track))),
    ...after.tracks.flatMap((track) => renaming(track, formerTrack.get(track))),
  ];
}

function comings(track: Track, clips: readonly PlacedClip[], isNew: boolean): TimelineChange[] {
  if (isNew && track.clips.length === 0)
    return [wholeTrack('added', track, l10n.t('Track added: "{0}", empty', named(track)))];
  if (clips.length < groupFrom.comingOrGoing) {
    return clips.map(({ clip }) =>
      clipChange('added', track, [clip], l10n.t('{0} added: {1} ({2})', noun(track), quoted(clip), whenAndHow(clip))),
    );
  }
  const sentence = isNew
    ? l10n.t('Track added: "{0}" with {1} clips ({2})', named(track), clips.length, spanOf(clips))
    : l10n.t('{0} clips added to "{1}": {2} ({3})', clips.length, named(track), someNames(clips), spanOf(clips));
  return [
    clipChange(
      'added',
      track,
      clips.map(({ clip }) => clip),
      sentence,
    ),
  ];
}

/** @param now the track that goes on from it, where one does. */
function goings(track: Track, clips: readonly PlacedClip[], now: Track | undefined): TimelineChange[] {
  const isGone = now === undefined;
  if (isGone && track.clips.length === 0)
    return [wholeTrack('removed', track, l10n.t('Track removed: "{0}"', named(track)))];
  if (clips.length < groupFrom.comingOrGoing) {
    return clips.map(({ clip }) =>
      clipChange('removed', track, [clip], l10n.t('{0} removed: {1} ({2})', noun(track), quoted(clip), when(clip)), [
        formerPlace(clip, track, now),
      ]),
    );
  }
  const sentence =
    isGone && clips.length === track.clips.length
      ? l10n.t('Track removed: "{0}" with {1} clips ({2})', named(track), clips.length, spanOf(clips))
      : l10n.t('{0} clips removed from "{1}": {2} ({3})', clips.length, named(track), someNames(clips), spanOf(clips));
  return [
    clipChange(
      'removed',
      track,
      clips.map(({ clip }) => clip),
      sentence,
      clips.map(({ clip }) => formerPlace(clip, track, now)),
    ),
  ];
}

function renaming(track: Track, former: Track | undefined): TimelineChange[] {
  const unnamed = [l10n.t('Video'), l10n.t('Audio'), l10n.t('BGM'), l10n.t('Title')];
  if (!former || former.title === track.title || unnamed.includes(former.title) || unnamed.includes(track.title))
    return [];
  return [wholeTrack('changed', track, l10n.t('Track "{0}" is now called "{1}"', named(former), named(track)))];
}

// --- clips that were cut into more

function cutChange(cut: ClipCut): TimelineChange {
  const pieces = cut.after.map(({ clip }) => clip);
  const [whole] = cut.before;
  const track = cut.after[0]?.track;
  if (!whole || !track) throw new RangeError('a cut has a whole and pieces');
  const name = shortName(whole.clip.title);
  const [was, is] = [total(cut.before), total(cut.after)];
  const lengths = timeText(was) === timeText(is) ? timeText(is) : arrow(timeText(was), timeText(is));
  const sentence =
    cut.before.length === 1
      ? l10n.t('"{0}" was cut into {1} clips, {2}', name, pieces.length, lengths)
      : l10n.t('{0} clips of "{1}" were cut into {2}, {3}', cut.before.length, name, pieces.length, lengths);
  return clipChange('changed', track, pieces, [sentence, ...lookOfPieces(cut)].join(l10n.t(', ')));
}

/** What else changed on the pieces, beside that they are pieces. */
function lookOfPieces(cut: ClipCut): string[] {
  const counts = new Map<string, number>();
  for (const { clip } of cut.after) {
    const whole =
      cut.before.findLast((one) => (one.clip.sourceStartMs ?? 0) <= (clip.sourceStartMs ?? 0)) ?? cut.before[0];
    for (const words of whole ? lookChanges(whole.clip, clip) : []) counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([words, count]) =>
      count === cut.after.length ? words : l10n.t('{0} ({1} of {2} clips)', words, count, cut.after.length),
    );
}

// --- clips that are still there

/** A clip that is there before and after, and what is different. */
interface Altered extends ClipPair {
  /** Name, source, text, track. */
  readonly identity: readonly string[];
  readonly lengths: readonly string[];
  /** Volume, speed, size, effects. */
  readonly looks: readonly string[];
  /** ms; 0 where it stayed. */
  readonly movedBy: number;
  /** The track that goes on from the one it was on, where one does. */
  readonly formerTrackNow: Track | undefined;
}

function pairChanges(pairs: readonly ClipPair[], formerTrack: ReadonlyMap<Track, Track>): TimelineChange[] {
  const goesOnAs = new Map([...formerTrack].map(([track, former]) => [former, track]));
  const altered = pairs
    .map((pair) => alteration(pair, formerTrack, goesOnAs))
    .filter((one) => wordsOf(one).length > 0 || one.movedBy !== 0);
  return [...Map.groupBy(altered, ({ after }) => after.track).values()].flatMap(changesOfTrack);
}

function alteration(
  pair: ClipPair,
  formerTrack: ReadonlyMap<Track, Track>,
  goesOnAs: ReadonlyMap<Track, Track>,
): Altered {
  const [was, is] = [pair.before.clip, pair.after.clip];
  const isOnOtherTrack = formerTrack.get(pair.after.track) !== pair.before.track;
  return {
    ...pair,
    identity: [
      ...identityChange(was, is),
      ...(isOnOtherTrack ? [l10n.t('moved to "{0}"', named(pair.after.track))] : []),
    ],
    lengths: lengthChanges(was, is),
    looks: lookChanges(was, is),
    movedBy: near(was.startMs, is.startMs) ? 0 : is.startMs - was.startMs,
    formerTrackNow: goesOnAs.get(pair.before.track),
  };
}

const wordsOf = ({ identity, lengths, looks }: Altered) => [...identity, ...lengths, ...looks];

function changesOfTrack(altered: readonly Altered[]): TimelineChange[] {
  const movers = altered.filter(({ movedBy }) => movedBy !== 0);
  const tellMovesTogether = movers.length >= groupFrom.moves;
  const told = tellMovesTogether ? altered.filter((one) => wordsOf(one).length > 0) : altered;
  const changes: TimelineChange[] = [];
  const single: Altered[] = [];
  // A change of speed is one and the same on all clips, although each gets shorter in its own way.
  for (const group of Map.groupBy(told, (one) => [...one.identity, '', ...one.looks].join('\n')).values()) {
    const [first] = group;
    if (!first || group.length < groupFrom.sameChange || first.identity.length + first.looks.length === 0)
      single.push(...group);
    else changes.push(groupChange(group, [...first.identity, ...totalLengths(group), ...first.looks]));
  }
  if (single.length >= groupFrom.anyChange) {
    const lengths = totalLengths(single);
    changes.push(groupChange(single, lengths.length > 0 ? lengths : [l10n.t('various changes')]));
  } else {
    changes.push(...single.map((one) => singleChange(one, !tellMovesTogether)));
  }
  return tellMovesTogether ? [...changes, ...movesTogether(movers)] : changes;
}

function singleChange(one: Altered, tellMove: boolean): TimelineChange {
  const words = wordsOf(one);
  const [was, is, track] = [one.before.clip, one.after.clip, one.after.track];
  const move = arrow(timeText(was.startMs), timeText(is.startMs));
  if (words.length === 0) {
    const sentence = l10n.t('{0} {1} moved: {2}', noun(track), quoted(is), move);
    return clipChange('moved', track, [is], sentence, formerPlaces([one]));
  }
  const isOtherText = was.text !== undefined && is.text !== undefined && was.text !== is.text;
  if (isOtherText && words.length === 1 && !(tellMove && one.movedBy !== 0)) {
    const sentence = l10n.t('{0} changed: {1} ({2})', noun(track), words.join(''), when(is));
    return clipChange('changed', track, [is], sentence, formerPlaces([one]));
  }
  const all = tellMove && one.movedBy !== 0 ? [...words, l10n.t('moved {0}', move)] : words;
  // The name people know it by is the one it had.
  const sentence = l10n.t('{0} {1}: {2}', noun(track), quoted(was), all.join(l10n.t(', ')));
  return clipChange('changed', track, [is], sentence, formerPlaces([one]));
}

function groupChange(group: readonly Altered[], words: readonly string[]): TimelineChange {
  const [first] = group;
  if (!first) throw new RangeError('a group has members');
  const { track } = first.after;
  const clips = group.map(({ after }) => after.clip);
  const sentence = l10n.t('{0} clips on "{1}": {2}', group.length, named(track), words.join(l10n.t(', ')));
  return clipChange('changed', track, clips, sentence, formerPlaces(group));
}

/** How long the clips were and are in all, where that changed. */
function totalLengths(group: readonly Altered[]): string[] {
  const [was, is] = [total(group.map(({ before }) => before)), total(group.map(({ after }) => after))];
  return near(was, is) ? [] : [beforeAfter(was, is)];
}

/** Where most clips moved by one and the same distance, that is told for them, and of the others that they moved. */
function movesTogether(movers: readonly Altered[]): TimelineChange[] {
  const byDistance = [...Map.groupBy(movers, ({ movedBy }) => Math.round(movedBy / 10)).values()];
  const [most = []] = byDistance.sort((a, b) => b.length - a.length);
  if (most.length < groupFrom.moves) return [moveChange(movers, undefined)];
  const isMost = new Set(most);
  const others = movers.filter((one) => !isMost.has(one));
  const [other] = others;
  return [
    moveChange(most, most[0]?.movedBy),
    ...(others.length > 1 ? [moveChange(others, undefined)] : []),
    ...(other && others.length === 1 ? [singleChange({ ...other, identity: [], lengths: [], looks: [] }, true)] : []),
  ];
}

function moveChange(movers: readonly Altered[], by: number | undefined): TimelineChange {
  const [first] = movers;
  if (!first) throw new RangeError('somebody moved');
  const { track } = first.after;
  const sentence =
    by === undefined
      ? l10n.t('{0} clips on "{1}" moved', movers.length, named(track))
      : l10n.t('{0} clips on "{1}" moved by {2}', movers.length, named(track), (by > 0 ? '+' : '') + timeText(by));
  return clipChange(
    'moved',
    track,
    movers.map(({ after }) => after.clip),
    sentence,
    formerPlaces(movers),
  );
}

/** Where clips were; told where one of them lies elsewhere now. */
function formerPlaces(altered: readonly Altered[]): FormerPlace[] {
  const stayed = altered.every(({ movedBy, formerTrackNow, after }) => movedBy === 0 && formerTrackNow === after.track);
  if (stayed) return [];
  return altered.map(({ before, formerTrackNow }) => formerPlace(before.clip, before.track, formerTrackNow));
}

function identityChange(was: Clip, is: Clip): string[] {
  if (was.text !== undefined && is.text !== undefined) {
    return was.text === is.text ? [] : [arrow(inQuotes(was.text), inQuotes(is.text))];
  }
  const sameSource =
    was.source === undefined || is.source === undefined || bareSource(was.source) === bareSource(is.source);
  const sameTitle = was.title === is.title;
  if (sameTitle && sameSource) return [];
  if (sameTitle) return [l10n.t('another source')];
  const sourceIsKnown = was.source !== undefined && is.source !== undefined;
  return [
    sourceIsKnown && sameSource
      ? l10n.t('now called "{0}"', shortName(is.title))
      : l10n.t('replaced by "{0}"', shortName(is.title)),
  ];
}

function lengthChanges(was: Clip, is: Clip): string[] {
  const words: string[] = [];
  if (!near(was.durationMs, is.durationMs)) words.push(beforeAfter(was.durationMs, is.durationMs));
  if (was.sourceStartMs !== undefined && is.sourceStartMs !== undefined && !near(was.sourceStartMs, is.sourceStartMs)) {
    words.push(l10n.t('part of the source {0}', arrow(sourceSpan(was), sourceSpan(is))));
  }
  return words;
}

/** Volume, speed, size and effects. */
function lookChanges(was: Clip, is: Clip): string[] {
  const words: string[] = [];
  const [volumeWas, volumeIs] = [was.volume ?? 100, is.volume ?? 100];
  if (volumeWas !== volumeIs) words.push(l10n.t('volume {0}', arrow(`${volumeWas}%`, `${volumeIs}%`)));
  const [speedWas, speedIs] = [decimal(was.speed ?? 1), decimal(is.speed ?? 1)];
  if (speedWas !== speedIs) words.push(l10n.t('speed {0}', arrow(`${speedWas}×`, `${speedIs}×`)));
  if (was.width !== undefined && was.height !== undefined && is.width !== undefined && is.height !== undefined) {
    const [sizeWas, sizeIs] = [sizeText(was.width, was.height), sizeText(is.width, is.height)];
    if (sizeWas !== sizeIs) words.push(arrow(sizeWas, sizeIs));
  }
  const [effectsWas, effectsIs] = [was.effects ?? [], is.effects ?? []];
  const come = effectsIs.filter((name) => !effectsWas.includes(name));
  const gone = effectsWas.filter((name) => !effectsIs.includes(name));
  if (come.length > 0) words.push(l10n.t('effect added: {0}', someOf(come)));
  if (gone.length > 0) words.push(l10n.t('effect removed: {0}', someOf(gone)));
  return words;
}

// --- words

function noun(track: Track): string {
  switch (track.kind) {
    case 'video':
    case 'other':
      return l10n.t('Clip');
    case 'audio':
      return named(track);
    case 'text':
      return /caption|subtitle|字幕/i.test(track.title) ? l10n.t('Caption') : l10n.t('Title');
  }
}

/** The track's name, short enough for a sentence. */
const named = (track: Track) => shortName(track.title, 40);
const quoted = (clip: Clip) => inQuotes(clip.text ?? clip.title);
const when = (clip: Clip) => spanText(clip.startMs, clip.startMs + clip.durationMs);
const arrow = (was: string, is: string) => `${was} → ${is}`;
const sizeText = (width: number, height: number) => `${width}×${height}`;
const sourceSpan = (clip: Clip) =>
  spanText(clip.sourceStartMs ?? 0, (clip.sourceStartMs ?? 0) + clip.durationMs * (clip.speed ?? 1));

function whenAndHow(clip: Clip): string {
  return clip.volume === undefined || clip.volume === 100 ? when(clip) : `${when(clip)}${l10n.t(', ')}${clip.volume}%`;
}

/** Two lengths; told more exactly where they would look the same. */
function beforeAfter(was: number, is: number): string {
  const [short, long] = [timeText(was), timeText(is)];
  if (short !== long) return arrow(short, long);
  return arrow(l10n.t('{0} s', decimal(was / 1000)), l10n.t('{0} s', decimal(is / 1000)));
}

/** Less than what can be told. */
const near = (a: number, b: number) => Math.abs(a - b) < 10;

const total = (clips: readonly PlacedClip[]) => clips.reduce((sum, { clip }) => sum + clip.durationMs, 0);

function spanOf(clips: readonly PlacedClip[]): string {
  const { startMs, endMs } = extent(clips.map(({ clip }) => clip));
  return spanText(startMs, endMs);
}

function someNames(clips: readonly PlacedClip[]): string {
  return someOf([...new Set(clips.map(({ clip }) => quoted(clip)))]);
}

function someOf(names: readonly string[]): string {
  const most = 3;
  const shown = names.slice(0, most).map((name) => shortName(name));
  if (names.length > most) shown.push(l10n.t('{0} more', names.length - most));
  return shown.join(l10n.t(', '));
}

function extent(clips: readonly Clip[]): { startMs: number; endMs: number } {
  let [startMs, endMs] = [Infinity, 0];
  for (const clip of clips) {
    startMs = Math.min(startMs, clip.startMs);
    endMs = Math.max(endMs, clip.startMs + clip.durationMs);
  }
  return { startMs: Math.min(startMs, endMs), endMs };
}

function formerPlace(clip: Clip, track: Track, now: Track | undefined): FormerPlace {
  return {
    trackIndex: now?.index ?? 0,
    ...(now ? {} : { trackTitle: track.title }),
    title: clip.text ?? clip.title,
    startMs: clip.startMs,
    endMs: clip.startMs + clip.durationMs,
  };
}

function clipChange(
  kind: TimelineChange['kind'],
  track: Track,
  clips: readonly Clip[],
  sentence: string,
  formerly: readonly FormerPlace[] = [],
): TimelineChange {
  const [first] = clips;
  return {
    kind,
    trackIndex: track.index,
    trackKind: track.kind,
    ...(first ? { clipId: first.id } : {}),
    ...(clips.length > 1 ? { clipIds: clips.map(({ id }) => id) } : {}),
    title: first?.title ?? track.title,
    ...extent(clips),
    ...(formerly.length > 0 ? { formerly } : {}),
    sentence,
  };
}

function wholeTrack(kind: TimelineChange['kind'], track: Track, sentence: string): TimelineChange {
  return {
    kind,
    trackIndex: track.index,
    trackKind: track.kind,
    title: track.title,
    ...extent(track.clips),
    sentence,
  };
}
