import * as vscode from 'vscode';

import { isSessionMediaUri } from '../session-media-uri.ts';
import { ownDrag } from './tree-drop-types.ts';

/** What a drop on the tree holds: files that have an address, and bytes of those that have none. */
export interface TreeDrop {
  readonly uris: readonly vscode.Uri[];
  readonly files: readonly { readonly name: string; readonly data: () => Promise<Uint8Array> }[];
}

/** Reads a drop; must be asked in the drop's own turn. Rows of the tree itself are no files. */
export async function readTreeDrop(transfer: vscode.DataTransfer): Promise<TreeDrop> {
  if (transfer.get(ownDrag)) return { uris: [], files: [] };
  // Before the first wait: the bytes are gone after it.
  const dropped = [...transfer].flatMap(([, item]) => item.asFile() ?? []);
  const listed = readUriList((await transfer.get('text/uri-list')?.asString()) ?? '');
  const uris = new Map([...listed, ...dropped.flatMap(({ uri }) => uri ?? [])].map((uri) => [uri.toString(), uri]));
  return {
    uris: [...uris.values()],
    files: dropped
      .filter(({ uri }) => uri === undefined)
      .map((file) => ({ name: file.name, data: async () => file.data() })),
  };
}

/** One URI a line; lines that begin with `#` are comments. */
function readUriList(text: string): vscode.Uri[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const written = line.trim();
    if (written === '' || written.startsWith('#')) return [];
    try {
      const uri = vscode.Uri.parse(written, true);
      return isSessionMediaUri(uri) ? [] : [uri];
    } catch {
      return [];
    }
  });
}
