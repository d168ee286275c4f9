import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../../client/errors.ts';
import type { LocalOrigin } from '../media-items.ts';
import { waitWithSignal } from '../with-signal.ts';
import { fileOnThisMachine, uriName } from '../workspace-source.ts';
import { changedSinceOpened, fingerprintOf, type MediaBytes } from './media-bytes.ts';
import { readPiece } from './read-piece.ts';

/** Other file systems hand out a file as a whole only; more than this, in bytes, is not held in memory. */
export const maxHeldBytes = 256 * 1024 * 1024;

const hashByLength: ReadonlyMap<number, string> = new Map([
  [32, 'md5'],
  [40, 'sha1'],
  [64, 'sha256'],
]);

/** How to know that a file is what it was when it was uploaded; without it, it is taken as it is. */
export interface FileCheck {
  readonly origin: LocalOrigin;
  /** The service's hash, in hex. */
  readonly hash?: string;
}

interface FileFacts {
  readonly bytes: number;
  /** ms since the Unix epoch. */
  readonly modifiedMs: number;
}

/**
 * Opens a file of any file system of the editor.
 * @throws NemoError `fileMissing` where it is not there, `fileChanged` where it is not what `check` wants, `fileTooLarge`
 * where it would have to be held in memory and is too large for that; the signal's reason.
 */
export async function openFileMedia(uri: vscode.Uri, signal: AbortSignal, check?: FileCheck): Promise<MediaBytes> {
  signal.throwIfAborted();
  const local = fileOnThisMachine(uri);
  return local ? openLocalFile(local.fsPath, uriName(uri), signal, check) : holdEditorFile(uri, signal, check);
}

async function openLocalFile(
  path: string,
  name: string,
  signal: AbortSignal,
  check: FileCheck | undefined,
): Promise<MediaBytes> {
  let file: FileHandle;
  try {
    // Without «nonblock» opening a pipe would wait for somebody to write to it.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw notThere(name, cause);
  }
  try {
    const found = await file.stat({ bigint: true });
    if (!found.isFile()) throw notThere(name);
    const facts = { bytes: Number(found.size), modifiedMs: Number(found.mtimeNs / 1_000_000n) };
    const hashed = async (algorithm: string) => {
      const hash = createHash(algorithm);
      // Of what is open: under its path may lie another file by now.
      await pipeline(file.createReadStream({ start: 0, autoClose: false }), hash, { signal });
      return hash.digest('hex');
    };
    if (check && !(await isSame(facts, check, hashed))) throw notTheSame(name);
    return {
      bytes: facts.bytes,
      fingerprint: fingerprintOf(path, facts.bytes, String(found.mtimeNs)),
      isFile: true,
      read: async (start, end) => {
        const now = await file.stat({ bigint: true });
        if (now.size !== found.size || now.mtimeNs !== found.mtimeNs) throw changedSinceOpened(name);
        const bytes = await readPiece(file, start, end).catch((cause: unknown) => {
          throw notThere(name, cause);
        });
        if (!bytes) throw changedSinceOpened(name);
        return bytes;
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Files of other file systems that are open, each held once however many look at it. */
const held = new Map<string, { readonly content: Promise<Uint8Array>; users: number }>();

async function holdEditorFile(uri: vscode.Uri, signal: AbortSignal, check: FileCheck | undefined): Promise<MediaBytes> {
  const name = uriName(uri);
  let stat: vscode.FileStat;
  try {
    stat = await waitWithSignal(Promise.resolve(vscode.workspace.fs.stat(uri)), signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw notThere(name, cause);
  }
  if ((stat.type & vscode.FileType.Directory) !== 0) throw notThere(name);
  if (stat.size > maxHeldBytes) throw tooLargeToHold(name);
  const key = fingerprintOf(uri.toString(), stat.size, stat.mtime);
  const entry = held.get(key) ?? { content: Promise.resolve(vscode.workspace.fs.readFile(uri)), users: 0 };
  held.set(key, entry);
  entry.content.catch(() => undefined); // Handled by each who waits for it.
  entry.users++;
  const leave = () => {
    if (--entry.users === 0) held.delete(key);
  };
  try {
    const content = await waitWithSignal(entry.content, signal).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw notThere(name, cause);
    });
    // Some file systems do not know how large a file is before they have read it.
    if (content.byteLength > maxHeldBytes) throw tooLargeToHold(name);
    const facts = { bytes: content.byteLength, modifiedMs: stat.mtime };
    const hashed = (algorithm: string) => Promise.resolve(createHash(algorithm).update(content).digest('hex'));
    if (check && !(await isSame(facts, check, hashed))) throw notTheSame(name);
    let isOpen = true;
    return {
      bytes: content.byteLength,
      fingerprint: key,
      isFile: true,
      read: (start, end) => Promise.resolve(content.slice(start, end)),
      close: () => {
        if (isOpen) leave();
        isOpen = false;
        return Promise.resolve();
      },
    };
  } catch (error) {
    leave();
    throw error;
  }
}

/** By length and time of change; where only the time differs, or is not known, the hash has the last word. */
async function isSame(
  facts: FileFacts,
  { origin, hash }: FileCheck,
  hashed: (algorithm: string) => Promise<string>,
): Promise<boolean> {
  if (origin.bytes !== undefined && origin.bytes !== facts.bytes) return false;
  if (origin.bytes === facts.bytes && origin.modifiedMs === facts.modifiedMs) return true;
  const algorithm = hash !== undefined && /^[\da-f]+$/i.test(hash) ? hashByLength.get(hash.length) : undefined;
  return algorithm !== undefined && (await hashed(algorithm)) === hash?.toLowerCase();
}

function tooLargeToHold(name: string): NemoError {
  return new NemoError(
    'fileTooLarge',
    l10n.t(
      '“{0}” lies in a file system that hands it out only as a whole, and it has more than {1} MB. Copy it to this machine to preview it.',
      name,
      maxHeldBytes / 1024 / 1024,
    ),
  );
}

function notThere(name: string, cause?: unknown): NemoError {
  return new NemoError(
    'fileMissing',
    l10n.t('“{0}” cannot be read: it was moved, deleted or is locked. Put it back, or upload it again.', name),
    { cause, steps: [{ kind: 'upload', label: l10n.t('Choose Files…') }] },
  );
}

function notTheSame(name: string): NemoError {
  return new NemoError(
    'fileChanged',
    l10n.t('“{0}” is not the file any more that was uploaded. Upload it again.', name),
    { steps: [{ kind: 'upload', label: l10n.t('Choose Files…') }] },
  );
}
