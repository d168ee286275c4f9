import { createHash } from 'node:crypto';

import * as vscode from 'vscode';

import type { MediaItem } from './media-items.ts';

const scheme = 'nemo-media';

/** Names a file that the session has, for drags from the tree. Nothing can be opened by it, and it holds no address. */
export function sessionMediaUri(item: Pick<MediaItem, 'name' | 'url'>): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${item.name.replaceAll('/', ' ')}`, query: keyOf(item) });
}

export function isSessionMediaUri(uri: vscode.Uri): boolean {
  return uri.scheme === scheme;
}

/** The file that such a URI names, among those that the session has. */
export function mediaOfUri(uri: vscode.Uri, items: readonly MediaItem[]): MediaItem | undefined {
  return items.find((item) => keyOf(item) === uri.query);
}

function keyOf({ name, url }: Pick<MediaItem, 'name' | 'url'>): string {
  return createHash('sha256')
    .update(url ?? name)
    .digest('hex')
    .slice(0, 32);
}
