import { readDraft } from '../../../src/timeline/read-draft.ts';
import type { Timeline } from '../../../src/timeline/timeline-model.ts';

/** A segment in the draft's own keys. */
export type Segment = Readonly<Record<string, unknown>>;

/** A track in the draft's own keys; `title` goes into its `m`. */
export function track(tt: unknown, title: string | undefined, ...sg: readonly Segment[]): Segment {
  return { tt, sg, ...(title === undefined ? {} : { m: { title } }) };
}

/** A video clip: seconds for people's sake, written as the draft's milliseconds. */
export function clip(title: string, startSeconds: number, seconds: number, more: Segment = {}): Segment {
  return { st: startSeconds * 1000, d: seconds * 1000, m: { title }, ...more };
}

/** A title or caption. */
export function words(text: string, startSeconds: number, seconds: number, more: Segment = {}): Segment {
  return { st: startSeconds * 1000, d: seconds * 1000, tx: text, m: { title: text }, ...more };
}

/** A timeline, read from a draft of these tracks. */
export function timelineOf(...tracks: readonly Segment[]): Timeline {
  return readDraft({ t: tracks });
}
