import * as l10n from '@vscode/l10n';

import { NemoError } from '../../client/errors.ts';
import { mediaFormatOf, type MediaKind } from '../../client/media-formats.ts';
import type { MediaPlace } from '../../protocol/messages.ts';
import { mediaItems, type LocalOrigin, type MediaItem } from '../media-items.ts';
import type { RenderJobs } from '../render-jobs.ts';
import type { SessionChat } from '../session-chat.ts';
import { renderName } from '../transfer-rows.ts';
import { isWebAddress, mediaAtAddress, mediaOfClip } from './media-of-clip.ts';

/** Media that a session knows, and where it may be had. */
export interface KnownMedia {
  readonly name: string;
  /** Unknown where only its content can tell. */
  readonly kind: MediaKind | undefined;
  /** The file on this side: what was uploaded, or a finished render. */
  readonly file?: LocalOrigin;
  /** It is the file whatever it holds by now: nobody compares it with what was uploaded. */
  readonly isOwnFile?: boolean;
  /** The service's hash of it. */
  readonly hash?: string;
  /** Web address at the service. */
  readonly url?: string;
}

/**
 * What a page means by a place. Only what the session itself names is ever found: a page cannot have anything else
 * opened.
 * @throws NemoError `badArgument`, `fileMissing` or `refused`, with what to do next.
 */
export function findMedia(place: MediaPlace, chat: SessionChat, jobs: RenderJobs): KnownMedia {
  switch (place.kind) {
    case 'clip':
      return mediaBehindClip(place.clipId, chat);
    case 'media': {
      const item = mediaAtAddress(place.url, itemsOf(chat));
      if (!item) throw new NemoError('badArgument', l10n.t('This session has no such file. Refresh the project.'));
      return knownItem(item);
    }
    case 'render': {
      const job = jobs.get(place.jobId);
      if (!job) throw new NemoError('badArgument', l10n.t('This export is not in the list any more.'));
      const name = renderName(job);
      if (job.phase !== 'done') {
        throw new NemoError('refused', l10n.t('“{0}” is not finished yet. Wait until its export is done.', name));
      }
      return {
        name,
        kind: 'video',
        ...(job.file === undefined ? {} : { file: { uri: job.file }, isOwnFile: true }),
        ...(job.url === undefined ? {} : { url: job.url }),
      };
    }
  }
}

function mediaBehindClip(clipId: string, chat: SessionChat): KnownMedia {
  for (const track of chat.state.timeline.tracks) {
    const clip = track.clips.find(({ id }) => id === clipId);
    if (!clip) continue;
    if (track.kind === 'text') {
      throw new NemoError('refused', l10n.t('“{0}” is a text: there is nothing to play.', clip.title));
    }
    const item = mediaOfClip(clip, track.kind, itemsOf(chat));
    if (item) return knownItem(item);
    // The draft is the service's own word, too.
    if (clip.source !== undefined && isWebAddress(clip.source)) {
      const kind = track.kind === 'audio' ? 'audio' : (mediaFormatOf(pathOf(clip.source))?.kind ?? undefined);
      return { name: clip.title, kind, url: clip.source };
    }
    throw new NemoError(
      'fileMissing',
      l10n.t('The timeline does not say which file “{0}” is. Export the video to see it.', clip.title),
      { steps: [{ kind: 'export', label: l10n.t('Export') }] },
    );
  }
  throw new NemoError('badArgument', l10n.t('This clip is not on the timeline any more.'));
}

function itemsOf(chat: SessionChat): readonly MediaItem[] {
  return mediaItems(chat.media, chat.timeline.latest);
}

function knownItem({ name, kind, local, hash, url }: MediaItem): KnownMedia {
  return {
    name,
    kind: kind === 'other' ? undefined : kind,
    ...(local === undefined ? {} : { file: local }),
    ...(hash === undefined ? {} : { hash }),
    ...(url === undefined ? {} : { url }),
  };
}

function pathOf(address: string): string {
  return URL.canParse(address) ? new URL(address).pathname : address;
}
