import { basename } from 'node:path';

import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../client/errors.ts';
import { fileChangedError, fileUploadSource } from '../client/file-source.ts';
import { checkUpload, mediaFormatOf, sniffBytes } from '../client/media-formats.ts';
import type { UploadSource } from '../client/service-values.ts';

/**
 * A file that the editor knows, on any file system, as something to upload.
 * @throws NemoError `fileMissing`, `fileIsFolder`, `unsupportedFile`, `fileEmpty`, `fileTooLarge`, `fileChanged` or
 * `diskFailed`, before a byte is sent.
 */
export function uploadSourceOf(uri: vscode.Uri): Promise<UploadSource> {
  const local = fileOnThisMachine(uri);
  return local ? fileUploadSource(local.fsPath) : editorUploadSource(uri);
}

/** Name of what a URI stands for, for people. */
export function uriName(uri: vscode.Uri): string {
  return basename(uri.path) || uri.toString(true);
}

/** The URI of a file on the machine that this extension runs on; a page may know such a file by the remote's name. */
export function fileOnThisMachine(uri: vscode.Uri): vscode.Uri | undefined {
  if (uri.scheme === 'file') return uri;
  if (uri.scheme === 'vscode-remote' && vscode.env.remoteName !== undefined) return vscode.Uri.file(uri.path);
  return undefined;
}

/** The editor hands out such files only as a whole, so this one is held in memory until it is sent. */
async function editorUploadSource(uri: vscode.Uri): Promise<UploadSource> {
  const name = uriName(uri);
  let stat: vscode.FileStat;
  try {
    stat = await vscode.workspace.fs.stat(uri);
  } catch (cause) {
    throw missingFile(name, cause);
  }
  // Some file systems do not know how large a file is before they have read it, and say 0.
  checkUpload(name, Math.max(1, stat.size), (stat.type & vscode.FileType.Directory) !== 0);
  let bytes: Uint8Array;
  try {
    bytes = await vscode.workspace.fs.readFile(uri);
    const now = await vscode.workspace.fs.stat(uri);
    if (now.mtime !== stat.mtime || now.size !== stat.size) throw fileChangedError(name);
  } catch (cause) {
    throw cause instanceof NemoError ? cause : missingFile(name, cause);
  }
  checkUpload(name, bytes.byteLength, false, bytes.subarray(0, sniffBytes));
  return {
    name,
    size: bytes.byteLength,
    mime: mediaFormatOf(name)?.mime ?? 'application/octet-stream',
    modifiedAtMs: stat.mtime,
    read: (into, position) => {
      const piece = bytes.subarray(position, position + into.byteLength);
      into.set(piece);
      return Promise.resolve(piece.byteLength);
    },
    close: () => {
      bytes = new Uint8Array();
      return Promise.resolve();
    },
  };
}

function missingFile(name: string, cause: unknown): NemoError {
  const sentence =
    cause instanceof vscode.FileSystemError && cause.code === 'NoPermissions'
      ? l10n.t('“{0}” cannot be read. Check its permissions and try again.', name)
      : l10n.t('“{0}” is not there any more. Pick another file.', name);
  return new NemoError('fileMissing', sentence, {
    cause,
    steps: [{ kind: 'upload', label: l10n.t('Choose Files…') }],
  });
}
