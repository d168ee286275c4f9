/**
 * A draft as the sandbox works on it, and its text. All times are in ms. The text has the documented keys (`t`, `tt`,
 * `sg`, `d`, `m`), the sandbox's own for what no document shows (`st` start, `ss` source start, `sp` speed, `vo` volume,
 * `src` source, `tx` text, `fx` effects, `w`, `h`), keys that nobody knows, and ids beyond 2^53.
 */

/** Colour correction of a clip. 1 is as recorded, warmth −1 to 1. */
export interface Grade {
  readonly exposure: number;
  readonly contrast: number;
  readonly saturation: number;
  readonly warmth: number;
}

export interface Segment {
  readonly id: bigint;
  readonly title: string;
  /** Absent in the text where the clip simply follows. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly sourceStartMs: number;
  /** 1 is as recorded. */
  readonly speed: number;
  /** 0 to 1. */
  readonly volume: number;
  readonly source?: string;
  readonly text?: string;
  /** Names for people. */
  readonly effects: readonly string[];
  readonly grade?: Grade;
  /** Fades at the edges, in ms. */
  readonly fadeInMs?: number;
  readonly fadeOutMs?: number;
  /** `cover` crops to fill the canvas, else the clip is shown whole. */
  readonly fit?: 'cover';
  /** Where a text stands. */
  readonly place?: 'top' | 'centre' | 'bottom';
  readonly width?: number;
  readonly height?: number;
}

/** What a track is for. */
export type TrackRole = 'video' | 'broll' | 'music' | 'title' | 'captions' | 'overlay';

export interface DraftTrack {
  readonly id: bigint;
  readonly role: TrackRole;
  readonly segments: readonly Segment[];
}

export interface Draft {
  readonly id: bigint;
  /** Px, even. */
  readonly width: number;
  readonly height: number;
  /** Frames a second. */
  readonly fps: number;
  /** True once the user asked for a ratio: new clips no longer set the canvas. */
  readonly canvasChosen: boolean;
  readonly tracks: readonly DraftTrack[];
}

const trackFacts: Readonly<Record<TrackRole, { type: number; title: string; order: number }>> = {
  video: { type: 0, title: 'Video', order: 0 },
  broll: { type: 0, title: 'B-roll', order: 1 },
  music: { type: 1, title: 'BGM', order: 2 },
  title: { type: 7, title: 'Title', order: 3 },
  captions: { type: 7, title: 'Captions', order: 4 },
  overlay: { type: 7, title: 'Overlay', order: 5 },
};

export function segmentsOf(draft: Draft, role: TrackRole): readonly Segment[] {
  return draft.tracks.find((track) => track.role === role)?.segments ?? [];
}

/** The draft with another content of one track; an empty track goes. */
export function withSegments(draft: Draft, role: TrackRole, segments: readonly Segment[], newId: () => bigint): Draft {
  const known = draft.tracks.find((track) => track.role === role);
  const others = draft.tracks.filter((track) => track.role !== role);
  const tracks =
    segments.length === 0
      ? others
      : [
          ...others,
          { id: known?.id ?? newId(), role, segments: segments.toSorted((one, other) => one.startMs - other.startMs) },
        ];
  return {
    ...draft,
    tracks: tracks.toSorted((one, other) => trackFacts[one.role].order - trackFacts[other.role].order),
  };
}

/** End of the last clip that is seen or heard; music alone counts too. */
export function draftDurationMs(draft: Draft): number {
  return Math.max(0, ...draft.tracks.flatMap((track) => track.segments.map((clip) => clip.startMs + clip.durationMs)));
}

/** End of the last clip of the main video track. */
export function videoDurationMs(draft: Draft): number {
  return Math.max(0, ...segmentsOf(draft, 'video').map((clip) => clip.startMs + clip.durationMs));
}

/** How a draft is written down: no two services format JSON alike. */
export interface DraftStyle {
  /** Put spaces behind colons and commas. */
  readonly spaced: boolean;
  /** Leave out `st` of clips that follow the one before them. */
  readonly omitStarts: boolean;
}

/** The draft's text. Written by hand, since numbers beyond 2^53, `1.0` and escapes do not come out of JSON.stringify. */
export function draftText(draft: Draft, style: DraftStyle): string {
  const colon = style.spaced ? ': ' : ':';
  const comma = style.spaced ? ', ' : ',';
  const object = (pairs: readonly (readonly [string, string] | undefined)[]): string =>
    `{${pairs
      .filter((pair) => pair !== undefined)
      .map(([key, value]) => `"${key}"${colon}${value}`)
      .join(comma)}}`;
  const list = (items: readonly string[]): string => `[${items.join(comma)}]`;
  const text = (value: string): string => JSON.stringify(value);
  const optional = (key: string, value: string | undefined): readonly [string, string] | undefined =>
    value === undefined ? undefined : [key, value];
  const whole = (value: number | undefined): string | undefined =>
    value === undefined ? undefined : String(Math.round(value));

  const segment = (clip: Segment, before: Segment | undefined): string => {
    const follows = clip.startMs === (before === undefined ? 0 : before.startMs + before.durationMs);
    return object([
      ['id', String(clip.id)],
      style.omitStarts && follows ? undefined : ['st', String(Math.round(clip.startMs))],
      ['d', String(Math.round(clip.durationMs))],
      ...(clip.source === undefined
        ? []
        : [
            ['ss', String(Math.round(clip.sourceStartMs))] as const,
            // A float that is whole: a reader that writes it again makes «1» of it.
            ['sp', Number.isInteger(clip.speed) ? `${clip.speed}.0` : String(clip.speed)] as const,
            ['vo', String(clip.volume)] as const,
            ['src', text(clip.source)] as const,
          ]),
      optional('tx', clip.text === undefined ? undefined : text(clip.text)),
      clip.effects.length === 0 ? undefined : ['fx', list(clip.effects.map(text))],
      clip.grade === undefined
        ? undefined
        : [
            'gr',
            object([
              ['ex', String(clip.grade.exposure)],
              ['co', String(clip.grade.contrast)],
              ['sa', String(clip.grade.saturation)],
              ['wa', String(clip.grade.warmth)],
            ]),
          ],
      optional('fi', whole(clip.fadeInMs)),
      optional('fo', whole(clip.fadeOutMs)),
      optional('ft', clip.fit === undefined ? undefined : text(clip.fit)),
      optional('ps', clip.place === undefined ? undefined : text(clip.place)),
      [
        'm',
        object([
          ['title', text(clip.title)],
          optional('width', whole(clip.width)),
          optional('height', whole(clip.height)),
        ]),
      ],
      // What nobody knows has to survive as well.
      ['xk', `{"k"${colon}[1.50${comma}-0.0${comma}2e3${comma}null]${comma}"n"${colon}"caf\\u00e9 \\/ \u4f60"}`],
    ]);
  };

  return object([
    ['id', String(draft.id)],
    ['ver', '"5.9.1"'],
    [
      't',
      list(
        draft.tracks.map((track) =>
          object([
            ['id', String(track.id)],
            ['tt', String(trackFacts[track.role].type)],
            ['m', object([['title', text(trackFacts[track.role].title)]])],
            ['sg', list(track.segments.map((clip, index) => segment(clip, track.segments[index - 1])))],
          ]),
        ),
      ),
    ],
    ['w', String(draft.width)],
    ['h', String(draft.height)],
    ['fps', String(draft.fps)],
    ['d', String(Math.round(draftDurationMs(draft)))],
    ['rev', '9007199254740993'],
  ]);
}
