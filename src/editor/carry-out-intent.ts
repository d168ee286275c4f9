import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../client/errors.ts';
import type { NextStep } from '../client/next-step.ts';
import type { Intent, ReplyValue } from '../protocol/messages.ts';
import { askBeforeUpload } from './ask-before-upload.ts';
import { asNemoError } from './as-nemo-error.ts';
import type { DroppedFiles } from './dropped-files.ts';
import type { OpenMedia } from './media/open-media.ts';
import { decodeSound } from './media/decode-aac.ts';
import { mediaItems } from './media-items.ts';
import { openLink } from './open-link.ts';
import type { CarryOutIntent } from './page-link.ts';
import type { SessionChat } from './session-chat.ts';
import { isSessionMediaUri, mediaOfUri } from './session-media-uri.ts';
import { insertAtCursor, openAsDocument } from './text-in-editor.ts';
import { uploadTarget } from './upload-target.ts';

/** What intents need beside the session. */
export interface IntentServices {
  readonly log: (line: string) => void;
  readonly carryOutStep: (step: NextStep, messageId: string | undefined) => Promise<void>;
  readonly selectSkill: (name: string) => Promise<void>;
  readonly pickFiles: () => Promise<readonly vscode.Uri[]>;
  /** Puts text into the side panel's composer and shows it. */
  readonly compose: (text: string, replace: boolean) => Promise<void>;
  /** Shows the timeline in an editor tab. */
  readonly openTimeline: () => void;
  /** Shows a change's spot in that tab, where the tab is seen. */
  readonly revealInTimeline: (change: Extract<Intent, { type: 'revealChange' }>['change']) => void;
  /** Media that pages have open. */
  readonly media: OpenMedia;
  /** Files that come as bytes. */
  readonly droppedFiles: DroppedFiles;
}

/** Makes the function that does what people meant in a page; the one place for all pages. */
export function intentCarrier(services: IntentServices): CarryOutIntent {
  /** The chips and the rows tell how it goes; the request is answered at once. */
  const attach = async (chat: SessionChat, uris: readonly vscode.Uri[]): Promise<void> => {
    if (uris.length === 0) return;
    await chat.refuseIfLost();
    const known = mediaItems(chat.media, chat.timeline.latest);
    for (const uri of uris.filter(isSessionMediaUri)) {
      const item = mediaOfUri(uri, known);
      if (item) chat.uploads.attach(uri.query, item.name);
    }
    const targets = uris.filter((uri) => !isSessionMediaUri(uri)).map(uploadTarget);
    try {
      await askBeforeUpload(targets, true);
    } catch (error) {
      // Who said no knows it.
      if (asNemoError(error).code === 'cancelled') return;
      throw error;
    }
    chat.uploads
      .upload(targets)
      .catch((error: unknown) => services.log(`An upload could not begin: ${asNemoError(error).code}`));
  };
  /** A page has no other files opened than those that the session named to it. */
  const checkFile = ({ kind, argument = '' }: NextStep, chat: SessionChat): void => {
    if ((kind !== 'openFile' && kind !== 'revealFile') || services.media.knowsFile(argument, chat)) return;
    throw new NemoError('badArgument', l10n.t('This session has no such file. Refresh the project.'));
  };
  return async (intent, chat, page) => {
    switch (intent.type) {
      case 'send':
        await chat.send(intent.text, { mayAsk: true }).accepted;
        return;
      case 'answerQuestion':
        await chat.answerQuestion(intent.messageId, intent.choices);
        return;
      case 'stop':
        chat.stop();
        return;
      case 'editQueued':
        await chat.editQueued(intent.id, intent.text);
        return;
      case 'removeQueued':
        await chat.removeQueued(intent.id);
        return;
      case 'sendNext':
        await chat.sendNext();
        return;
      case 'act':
        checkFile(intent.step, chat);
        await services.carryOutStep(intent.step, intent.messageId);
        return;
      case 'pickFiles':
        await attach(chat, await services.pickFiles());
        return;
      case 'attachUris':
        await attach(chat, intent.uris.map(parseUri));
        return;
      case 'removeAttachment':
        chat.uploads.removeChip(intent.id);
        return;
      case 'selectSkill':
        await services.selectSkill(intent.name);
        return;
      case 'openLink':
        await openLink(intent.url);
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(intent.text);
        return;
      case 'openAsDocument':
        await openAsDocument(intent.text, intent.language);
        return;
      case 'insertAtCursor':
        await insertAtCursor(intent.text);
        return;
      case 'composeInChat':
        await services.compose(intent.text, intent.replace);
        return;
      case 'revealChange':
        services.revealInTimeline(intent.change);
        return;
      case 'openTimelineInEditor':
        services.openTimeline();
        return;
      case 'listVersions':
        return { versions: [...(await chat.timeline.versions())] };
      case 'changesSince':
        return { changes: (await chat.timeline.changesSince(intent.version)) as NonNullable<ReplyValue['changes']> };
      case 'openMedia':
        return { media: await services.media.open(intent.place, chat, page, intent.fileOnly) };
      case 'readMedia':
        return { bytes: await services.media.read(intent.id, intent.start, intent.end, page) };
      case 'closeMedia':
        services.media.close(intent.id, page);
        return;
      case 'decodeSound': {
        const { bytes, ...sound } = await decodeSound(intent.bytes, page);
        return { bytes, sound };
      }
      case 'openMediaOutside':
        await services.media.openOutside(intent.place, chat, page);
        return;
      case 'offerFile':
        return { fileId: await services.droppedFiles.offer(intent.name, intent.bytes, chat, page) };
      case 'fileBytes':
        await services.droppedFiles.take(intent.fileId, intent.at, intent.bytes, page);
        return;
      case 'fileComplete':
        await services.droppedFiles.complete(intent.fileId, chat, page);
        return;
      case 'fileWithdrawn':
        services.droppedFiles.withdraw(intent.fileId, page);
        return;
      case 'viewFault':
        services.log(`A page: ${intent.message.slice(0, 2_000)}`);
        return;
    }
  };
}

function parseUri(text: string): vscode.Uri {
  try {
    return vscode.Uri.parse(text, true);
  } catch (cause) {
    throw new NemoError('badArgument', l10n.t('That is no file. Drop a file, or pick one.'), {
      cause,
      steps: [{ kind: 'upload', label: l10n.t('Choose Files…') }],
    });
  }
}
