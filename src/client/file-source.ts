import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';

import * as l10n from '@vscode/l10n';

import { NemoError } from './errors.ts';
import { checkUpload, mediaFormatOf, sniffBytes } from './media-formats.ts';
import type { UploadSource } from './service-values.ts';
import { chooseFileStep } from './service-failures.ts';

/**
 * A file of this machine as something to upload.
 * @throws NemoError `fileMissing`, `fileIsFolder`, `unsupportedFile`, `fileEmpty`, `fileTooLarge` or `diskFailed`,
 * before a byte is sent.
 */
export async function fileUploadSource(path: string): Promise<UploadSource> {
  const name = basename(path);
  const file = await openForReading(path, name);
  try {
    const { size, mtimeNs } = await checkedStat(file, name);
    const mime = mediaFormatOf(name)?.mime ?? 'application/octet-stream';
    return {
      name,
      size,
      mime,
      modifiedAtMs: Number(mtimeNs / 1_000_000n),
      read: async (into, position) => {
        const { bytesRead } = await file.read(into, 0, into.length, position).catch((cause: unknown) => {
          throw fileUnreadableError(name, cause);
        });
        return bytesRead;
      },
      verify: async () => {
        const now = await file.stat({ bigint: true });
        if (Number(now.size) !== size || now.mtimeNs !== mtimeNs) throw fileChangedError(name);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The file is not what it was when its upload began. */
export function fileChangedError(name: string): NemoError {
  return new NemoError(
    'fileChanged',
    l10n.t('“{0}” changed while it was uploaded. Wait until whatever writes it is done, then upload it again.', name),
    { steps: [{ kind: 'retry', label: l10n.t('Try Again') }, chooseFileStep()] },
  );
}

async function openForReading(path: string, name: string): Promise<FileHandle> {
  try {
    // Without «nonblock» opening a pipe would wait for somebody to write to it.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const code = codeOf(cause);
    // Windows does not open folders at all.
    if (code === 'EISDIR' || code === 'EPERM') {
      const isFolder = await stat(path).then(
        (found) => found.isDirectory(),
        () => false,
      );
      if (isFolder) checkUpload(name, 0, true);
    }
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new NemoError('fileMissing', l10n.t('“{0}” is no longer there. Choose another file.', name), {
        steps: [chooseFileStep()],
        cause,
      });
    }
    throw fileUnreadableError(name, cause);
  }
}

/** Checks kind, size and content; resolves with what tells this state of the file from any later one. */
async function checkedStat(file: FileHandle, name: string): Promise<{ size: number; mtimeNs: bigint }> {
  const found = await file.stat({ bigint: true });
  const size = Number(found.size);
  if (!found.isFile() && !found.isDirectory()) {
    throw new NemoError('unsupportedFile', l10n.t('“{0}” is not a regular file. Choose another file.', name), {
      steps: [chooseFileStep()],
    });
  }
  checkUpload(name, size, found.isDirectory());
  const head = new Uint8Array(Math.min(sniffBytes, size));
  const { bytesRead } = await file.read(head, 0, head.length, 0).catch((cause: unknown) => {
    throw fileUnreadableError(name, cause);
  });
  checkUpload(name, size, false, head.subarray(0, bytesRead));
  return { size, mtimeNs: found.mtimeNs };
}

/** The file cannot be read, for a reason that the disk gave. */
export function fileUnreadableError(name: string, cause: unknown): NemoError {
  return new NemoError(
    'diskFailed',
    l10n.t('“{0}” cannot be read. Check its permissions and its disk, then try again.', name),
    {
      steps: [{ kind: 'retry', label: l10n.t('Try Again') }, chooseFileStep()],
      cause,
    },
  );
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
