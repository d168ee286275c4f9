import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { timeText } from '../../timeline/time-text.ts';
import type { MediaPlace } from '../../protocol/messages.ts';
import { plainLines, plainText } from '../../client/plain-text.ts';
import type { MediaItem } from '../media-items.ts';
import { sessionMediaUri } from '../session-media-uri.ts';
import { plainTreeItem } from '../surfaces/plain-window.ts';
import { longestLabel } from './longest-label.ts';
import type { ProjectNode } from './project-node.ts';

const icons = { video: 'device-camera-video', audio: 'music', image: 'device-camera', other: 'file' } as const;

/** «Media»: what was uploaded to, or made in, the session. */
export class MediaNode implements ProjectNode {
  readonly parent = undefined;
  #files: MediaFileNode[] = [];

  item(): vscode.TreeItem {
    const isEmpty = this.#files.length === 0;
    const state = isEmpty ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Expanded;
    const item = plainTreeItem(plainText(l10n.t('Media')), state);
    // The editor remembers by id what was folded; an empty row has nothing to unfold.
    item.id = isEmpty ? 'no media' : 'media';
    item.iconPath = new vscode.ThemeIcon('library');
    item.contextValue = 'media';
    item.description = plainText(isEmpty ? l10n.t('nothing uploaded yet') : String(this.#files.length));
    item.tooltip = plainText(l10n.t('Clips, pictures and sound in this session'));
    return item;
  }

  children(): readonly MediaFileNode[] {
    return this.#files;
  }

  /** Shows these files; returns the nodes whose rows changed. */
  update(media: readonly MediaItem[]): ProjectNode[] {
    if (JSON.stringify(media) === JSON.stringify(this.#files.map(({ media: file }) => file))) return [];
    this.#files = media.map((file, at) => new MediaFileNode(this, file, at));
    return [this];
  }
}

/** One file at the service. */
export class MediaFileNode implements ProjectNode {
  readonly parent: MediaNode;
  readonly media: MediaItem;
  readonly #at: number;

  constructor(parent: MediaNode, media: MediaItem, at: number) {
    this.parent = parent;
    this.media = media;
    this.#at = at;
  }

  item(): vscode.TreeItem {
    const { name, kind, isGenerated, durationSeconds, width, height, url } = this.media;
    const item = plainTreeItem(plainText(name, longestLabel));
    item.id = `media ${this.#at} ${name}`;
    item.iconPath = new vscode.ThemeIcon(isGenerated ? 'sparkle' : icons[kind]);
    item.contextValue = url === undefined ? 'file' : 'file addressed previewable';
    // What a drag carries: a drop on the chat attaches the file to the next message.
    item.resourceUri = sessionMediaUri(this.media);
    const { place } = this;
    if (place) item.command = { command: 'nemo.preview', title: plainText(l10n.t('Preview')), arguments: [place] };
    const facts = [
      ...(durationSeconds === undefined ? [] : [timeText(durationSeconds * 1000)]),
      ...(width === undefined || height === undefined ? [] : [`${width} × ${height}`]),
    ];
    item.description = plainText(facts.join(' · '));
    item.tooltip = plainLines([name, isGenerated ? l10n.t('Made by Nemo') : l10n.t('Uploaded'), ...facts]);
    return item;
  }

  /** What a preview of it shows; none where nobody says where it is. */
  get place(): MediaPlace | undefined {
    const { url } = this.media;
    return url === undefined ? undefined : { kind: 'media', url };
  }

  children(): readonly ProjectNode[] {
    return [];
  }
}
