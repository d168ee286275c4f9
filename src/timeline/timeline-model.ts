/** What a track holds. `other` is any track type that the service has and we do not know. */
export type TrackKind = 'video' | 'audio' | 'text' | 'other';

/** A draft as people see it. Plain JSON: it crosses the border to the webview as it is. */
export interface Timeline {
  readonly tracks: readonly Track[];
  /** End of the last clip, in ms. */
  readonly durationMs: number;
  /** Canvas size in px, where the draft or the state says it. */
  readonly width?: number;
  readonly height?: number;
}

/** One row of the timeline. */
export interface Track {
  /** Counted from 1, in the draft's order. */
  readonly index: number;
  readonly kind: TrackKind;
  /** The draft's own `tt`, kept for tracks of kind `other`. */
  readonly typeCode?: number;
  /** For people: «Video», «Audio», «BGM», «Title», … in the user's language. */
  readonly title: string;
  readonly clips: readonly Clip[];
}

/** One segment of a track. */
export interface Clip {
  /** Stable within the draft as far as the draft allows: its own id, else track and position. */
  readonly id: string;
  readonly title: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** Where in the source the clip begins, in ms. */
  readonly sourceStartMs?: number;
  /** Name or address of the source, as the draft has it. */
  readonly source?: string;
  /** Percent; 100 is as recorded. */
  readonly volume?: number;
  /** Text of a title or caption. */
  readonly text?: string;
  /** 1 is as recorded. */
  readonly speed?: number;
  /** Px. */
  readonly width?: number;
  readonly height?: number;
  /** Names of effects, filters or grades on the clip. */
  readonly effects?: readonly string[];
}

/** One difference between two drafts. */
export interface TimelineChange {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  /** Counted from 1; 0 where the change is not on a track (the canvas). */
  readonly trackIndex: number;
  readonly trackKind: TrackKind;
  /** Absent where a whole track came or went, or where the canvas changed. */
  readonly clipId?: string;
  /** All clips that the change speaks of, where it sums up more than one (`"talk" was cut into 7 clips`). */
  readonly clipIds?: readonly string[];
  readonly title: string;
  /** Where on the new timeline (for `removed`: on the old one, as are the ids), in ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** Where the clips were that are gone or lie elsewhere now, in the order of their ids. */
  readonly formerly?: readonly FormerPlace[];
  /** The whole change in words: `Title added: "Paradise Found" (0–3 s)`, `clip "city" 10 s → 8 s`. */
  readonly sentence: string;
}

/** Where a clip was on the former timeline. */
export interface FormerPlace {
  /** The track that goes on from the one it was on, counted from 1 on the new timeline; 0 where none does. */
  readonly trackIndex: number;
  /** What a track was called that is gone. */
  readonly trackTitle?: string;
  /** What the clip was called, or what it said. */
  readonly title: string;
  /** On the former timeline, in ms. */
  readonly startMs: number;
  readonly endMs: number;
}
