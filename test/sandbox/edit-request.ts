/** What a message asks for, one value for each thing asked. Times in ms, volumes and changes in percent. */
export type EditRequest =
  | { readonly kind: 'undo' }
  | {
      readonly kind: 'generate';
      readonly subject: string;
      readonly durationMs: number | undefined;
      readonly size: { width: number; height: number } | undefined;
    }
  | { readonly kind: 'keep'; readonly fromMs: number; readonly toMs: number | undefined }
  | { readonly kind: 'cut'; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'cutEnd'; readonly ms: number }
  | { readonly kind: 'cutPauses' }
  | { readonly kind: 'speed'; readonly factor: number }
  | { readonly kind: 'aspect'; readonly ratio: '9:16' | '16:9' | '1:1' | '4:5' }
  | {
      readonly kind: 'grade';
      readonly style: string | undefined;
      /** Change of each in percent; undefined where the message does not speak of it. */
      readonly exposure: number | undefined;
      readonly contrast: number | undefined;
      readonly saturation: number | undefined;
      readonly warmth: number | undefined;
    }
  | { readonly kind: 'transitions'; readonly broll: boolean }
  | { readonly kind: 'intro'; readonly text: string | undefined }
  | {
      readonly kind: 'title';
      readonly text: string | undefined;
      readonly at: 'start' | 'end' | { readonly fromMs: number };
      readonly durationMs: number | undefined;
    }
  | { readonly kind: 'credits'; readonly text: string | undefined }
  | { readonly kind: 'progressBar' }
  | { readonly kind: 'music'; readonly mood: string | undefined; readonly volume: number | undefined }
  | {
      readonly kind: 'volume';
      readonly target: 'music' | 'video' | 'all';
      readonly volume: number | 'louder' | 'quieter';
    }
  | { readonly kind: 'balance' }
  | { readonly kind: 'script'; readonly captions: boolean }
  | { readonly kind: 'captions'; readonly text: string | undefined }
  | {
      readonly kind: 'remove';
      readonly target: 'title' | 'music' | 'captions' | 'intro' | 'broll' | 'grade';
    }
  | { readonly kind: 'addClip'; readonly clip: ClipName }
  /** `edit` is undefined where it was not understood: then nothing is done. */
  | { readonly kind: 'clip'; readonly clip: ClipName; readonly edit: ClipEdit | undefined }
  | { readonly kind: 'polish' }
  // What a person with a screen would be told to do there.
  | { readonly kind: 'export' }
  | { readonly kind: 'tracks' }
  | { readonly kind: 'account' }
  | { readonly kind: 'dragAdvice' }
  | { readonly kind: 'greeting' };

/**
 * A clip by its place on the video track (from 1; negative from the end), or by its title; where the message says more,
 * also by its track (from 1, in the draft's order) and its times.
 */
export type ClipName =
  | { readonly place: number }
  | { readonly title: string; readonly track?: number; readonly fromMs?: number; readonly toMs?: number };

/** What is to be done with one clip. Times on the timeline. */
export type ClipEdit =
  | { readonly what: 'move'; readonly toMs: number | 'start' | 'end' }
  | { readonly what: 'trim'; readonly startMs: number | undefined; readonly endMs: number | undefined }
  | { readonly what: 'trimBy'; readonly firstMs: number; readonly lastMs: number }
  | { readonly what: 'split'; readonly atMs: number }
  | { readonly what: 'remove' }
  | { readonly what: 'duplicate' }
  | { readonly what: 'swap'; readonly with: ClipName | 'next' | 'previous' }
  | { readonly what: 'volume'; readonly volume: number | 'louder' | 'quieter' }
  /** Times as fast as now. */
  | { readonly what: 'speed'; readonly factor: number }
  | { readonly what: 'restore' };

/** The language of a message, and of its answer. */
export type Language = 'en' | 'zh';

/** A message understood; no request where it asks for nothing that can be done. */
export interface Understanding {
  readonly language: Language;
  readonly requests: readonly EditRequest[];
}

/** Requests that change nothing on the timeline. */
const talkKinds: ReadonlySet<EditRequest['kind']> = new Set(['export', 'tracks', 'account', 'dragAdvice', 'greeting']);

export function isTalk(request: EditRequest): boolean {
  return talkKinds.has(request.kind);
}
