/** Carries out what a message asks of one clip, or says why not: a clip that it does not name is left alone. */
import {
  deleteClip,
  duplicateClip,
  type FoundClip,
  leastClipMs,
  moveExactly,
  restoreClip,
  setClipSpeed,
  setClipVolume,
  splitClip,
  swapClips,
  trimClip,
} from './clip-edits.ts';
import { findClip } from './draft-edits.ts';
import { type Draft, segmentsOf } from './draft-model.ts';
import type { ClipEdit, ClipName } from './edit-request.ts';
import type { MediaItem } from './media-shelf.ts';

/** What came of it, told in English and Chinese. */
export interface ClipStep {
  readonly draft: Draft;
  readonly words: readonly [en: string, zh: string];
}

export interface ClipBench {
  readonly draft: Draft;
  /** Drafts of before, the newest last. */
  readonly earlier: readonly Draft[];
  readonly mediaOf: (source: string | undefined) => MediaItem | undefined;
  readonly newId: () => bigint;
}

/** «2.5 s». */
const seconds = (ms: number): string => `${Math.round(ms / 10) / 100} s`;
const untouched = (draft: Draft, en: string, zh: string): ClipStep => ({ draft, words: [en, zh] });

export function editClip(bench: ClipBench, name: ClipName, edit: ClipEdit | undefined): ClipStep {
  const { draft, newId } = bench;
  if (edit?.what === 'restore') return restore(bench, name);
  const found = findClip(draft, name);
  if (found === undefined) {
    return untouched(
      draft,
      'I find no such clip on the timeline, so I changed nothing.',
      '时间线上没有这个片段，我没有做任何修改。',
    );
  }
  const { role, clip } = found;
  const quoted: readonly [string, string] = [`"${clip.title}"`, `「${clip.title}」`];
  const done = (after: Draft, en: string, zh: string): ClipStep => ({ draft: after, words: [en, zh] });
  const placed = (after: Draft | undefined, why: readonly [string, string]): ClipStep => {
    const now = after && segmentsOf(after, role).find(({ id }) => id === clip.id);
    if (!after || !now) return { draft, words: why };
    const [from, to] = [seconds(now.startMs), seconds(now.startMs + now.durationMs)];
    return done(
      after,
      `The clip ${quoted[0]} now runs from ${from} to ${to}.`,
      `片段${quoted[1]}现在位于 ${from} 到 ${to}。`,
    );
  };
  const tooShort: readonly [string, string] = [
    `That would leave nothing of the clip ${quoted[0]}, so I kept it.`,
    `这样片段${quoted[1]}就没有了，我没有修改。`,
  ];
  if (edit === undefined) {
    return untouched(
      draft,
      `I am not sure what to do with the clip ${quoted[0]}, so I changed nothing.`,
      `我不确定要对片段${quoted[1]}做什么，所以没有修改。`,
    );
  }
  switch (edit.what) {
    case 'move':
      return placed(moveExactly(draft, found, edit.toMs, newId), tooShort);
    case 'trimBy':
      return placed(trimClip(draft, found, edit, newId), tooShort);
    case 'trim':
      return placed(trimTo(bench, found, edit), tooShort);
    case 'split': {
      const after = splitClip(draft, found, edit.atMs, newId);
      const at = seconds(edit.atMs);
      return after
        ? done(after, `I split the clip ${quoted[0]} at ${at}.`, `已在 ${at} 处分割片段${quoted[1]}。`)
        : untouched(
            draft,
            `${at} is not within the clip ${quoted[0]}, so I did not split it.`,
            `${at} 不在片段${quoted[1]}之内，所以没有分割。`,
          );
    }
    case 'remove':
      return done(deleteClip(draft, found, newId), `I removed the clip ${quoted[0]}.`, `已移除片段${quoted[1]}。`);
    case 'duplicate':
      return done(
        duplicateClip(draft, found, newId),
        `I duplicated the clip ${quoted[0]}.`,
        `已复制片段${quoted[1]}。`,
      );
    case 'swap':
      return swap(bench, found, edit.with, quoted);
    case 'volume': {
      const volume = volumeOf(clip.volume, edit.volume);
      const percent = Math.round(volume * 100);
      return done(
        setClipVolume(draft, found, volume, newId),
        percent === 0 ? `I muted the clip ${quoted[0]}.` : `The volume of the clip ${quoted[0]} is now ${percent}%.`,
        percent === 0 ? `已将片段${quoted[1]}静音。` : `片段${quoted[1]}的音量现在是 ${percent}%。`,
      );
    }
    case 'speed':
      return done(
        setClipSpeed(draft, found, edit.factor, newId),
        `The clip ${quoted[0]} now plays at ${Math.round(clip.speed * edit.factor * 100) / 100}×.`,
        `片段${quoted[1]}现在以 ${Math.round(clip.speed * edit.factor * 100) / 100} 倍速播放。`,
      );
  }
}

function volumeOf(before: number, wanted: number | 'louder' | 'quieter'): number {
  const volume = wanted === 'louder' ? before * 1.25 : wanted === 'quieter' ? before * 0.6 : wanted / 100;
  return Math.round(Math.max(0, Math.min(1.5, volume)) * 100) / 100;
}

/** Brings the edges of a clip to times of the timeline; no clip gets longer than its source. */
function trimTo(
  { draft, mediaOf, newId }: ClipBench,
  found: FoundClip,
  { startMs, endMs }: { readonly startMs: number | undefined; readonly endMs: number | undefined },
): Draft | undefined {
  const { clip } = found;
  const end = clip.startMs + clip.durationMs;
  if ((startMs ?? clip.startMs) > (endMs ?? end) - leastClipMs) return undefined;
  const media = mediaOf(clip.source);
  const isTimed = media !== undefined && media.kind !== 'image';
  const spareBefore = isTimed ? clip.sourceStartMs / clip.speed : Infinity;
  const sourceMs = clip.sourceStartMs + clip.durationMs * clip.speed;
  const spareBehind = isTimed ? Math.max(0, media.durationSeconds * 1000 - sourceMs) / clip.speed : Infinity;
  const firstMs = Math.max((startMs ?? clip.startMs) - clip.startMs, -Math.floor(spareBefore));
  const lastMs = Math.max(end - (endMs ?? end), -Math.floor(spareBehind));
  return trimClip(draft, found, { firstMs, lastMs }, newId);
}

function swap(
  { draft, newId }: ClipBench,
  found: FoundClip,
  other: ClipName | 'next' | 'previous',
  quoted: readonly [string, string],
): ClipStep {
  const row = segmentsOf(draft, found.role);
  const at = row.findIndex(({ id }) => id === found.clip.id);
  const beside = other === 'next' ? row[at + 1] : other === 'previous' ? row[at - 1] : undefined;
  const second = typeof other === 'string' ? beside && { role: found.role, clip: beside } : findClip(draft, other);
  const after = second && swapClips(draft, found, second, newId);
  if (!second || !after) {
    return untouched(
      draft,
      `There is no other clip on its track to swap ${quoted[0]} with, so I changed nothing.`,
      `同一轨道上没有可以与${quoted[1]}交换的片段，所以没有修改。`,
    );
  }
  return {
    draft: after,
    words: [
      `I swapped the clips ${quoted[0]} and "${second.clip.title}".`,
      `已交换片段${quoted[1]}和「${second.clip.title}」。`,
    ],
  };
}

function restore({ draft, earlier, newId }: ClipBench, name: ClipName): ClipStep {
  const isThere = (found: FoundClip) => segmentsOf(draft, found.role).some(({ id }) => id === found.clip.id);
  const found = earlier
    .map((before) => findClip(before, name))
    .findLast((one): one is FoundClip => one !== undefined && !isThere(one));
  return found === undefined
    ? untouched(
        draft,
        'I find no such clip in what was there before, so I changed nothing.',
        '之前的时间线上没有这个片段，我没有做任何修改。',
      )
    : {
        draft: restoreClip(draft, found, newId),
        words: [`The clip "${found.clip.title}" is back.`, `片段「${found.clip.title}」已恢复。`],
      };
}
