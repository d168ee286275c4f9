import * as l10n from '@vscode/l10n';

import { NemoError } from '../../client/errors.ts';
import { plainText } from '../../client/plain-text.ts';
import { mediaPlace, type MediaPlace } from '../../protocol/messages.ts';
import { timeText } from '../../timeline/time-text.ts';
import { findMedia } from '../media/known-media.ts';
import { mediaItems } from '../media-items.ts';
import type { SessionChat } from '../session-chat.ts';
import { plainWindow } from '../surfaces/plain-window.ts';
import { renderName } from '../transfer-rows.ts';
import { MediaFileNode } from '../tree/media-node.ts';
import { RenderNode } from '../tree/renders-node.ts';
import { ClipNode } from '../tree/tracks-node.ts';
import { badArgument, isEmptyObject, saysNothing } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/**
 * `nemo.preview (node, web address or place?)`: plays a clip of the timeline, a file of the session or a finished export
 * in the side panel; asks which where nothing is said.
 */
export async function preview(context: CommandContext, { args, mayAsk }: CommandCall): Promise<undefined> {
  const chat = await context.chats.chat();
  const place = readPlace(args[0]) ?? (mayAsk ? await choosePlace(context, chat) : undefined);
  if (!place && !mayAsk) throw badArgument();
  if (!place) return undefined;
  // What cannot be shown is said here, before a page is opened for it.
  findMedia(place, chat, context.jobs);
  await context.view.preview(place);
  return undefined;
}

function readPlace(value: unknown): MediaPlace | undefined {
  if (value instanceof ClipNode || value instanceof MediaFileNode || value instanceof RenderNode) {
    const { place } = value;
    if (!place) throw badArgument();
    return place;
  }
  if (saysNothing(value) || isEmptyObject(value)) return undefined;
  if (typeof value === 'string') return { kind: 'media', url: value };
  const { data } = mediaPlace.safeParse(value);
  if (!data) throw badArgument();
  return data;
}

async function choosePlace({ jobs }: CommandContext, chat: SessionChat): Promise<MediaPlace | undefined> {
  const renders = jobs
    .list()
    .filter(({ chatId, phase }) => chatId === chat.id && phase === 'done')
    .reverse();
  const files = mediaItems(chat.media, chat.timeline.latest).filter(({ url }) => url !== undefined);
  const choices = [
    ...renders.map((job) => ({
      label: plainText(renderName(job)),
      description: plainText(l10n.t('exported video')),
      place: { kind: 'render', jobId: job.id } as const,
    })),
    ...files.map(({ name, url = '', isGenerated, durationSeconds }) => ({
      label: plainText(name),
      description: plainText(
        [
          isGenerated ? l10n.t('Made by Nemo') : l10n.t('Uploaded'),
          ...(durationSeconds === undefined ? [] : [timeText(durationSeconds * 1000)]),
        ].join(' · '),
      ),
      place: { kind: 'media', url } as const,
    })),
  ];
  if (choices.length === 0) {
    throw new NemoError('refused', l10n.t('There is nothing to preview yet. Upload a clip first.'), {
      steps: [{ kind: 'upload', label: l10n.t('Choose Files…') }],
    });
  }
  const chosen = await plainWindow.showQuickPick(choices, {
    title: plainText(l10n.t('Preview')),
    placeHolder: plainText(l10n.t('Choose what to play in the side panel')),
    matchOnDescription: true,
  });
  return chosen?.place;
}
