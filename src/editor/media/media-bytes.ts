import { createHash } from 'node:crypto';

import * as l10n from '@vscode/l10n';

import { NemoError } from '../../client/errors.ts';

/** Something whose bytes can be read until it is closed. */
export interface MediaBytes {
  /** Length in bytes. */
  readonly bytes: number;
  /** The same while the content is the same. */
  readonly fingerprint: string;
  /** Lies in a file system of the editor. */
  readonly isFile: boolean;
  /**
   * The bytes from `start` up to `end`, both within the length.
   * @throws NemoError `fileChanged`, `fileMissing` and, where it comes from the service, the general ones.
   */
  read(start: number, end: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** A key of content that gives away neither path nor address. */
export function fingerprintOf(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32);
}

/** It is another file than the one that was opened. */
export function changedSinceOpened(name: string, cause?: unknown): NemoError {
  return new NemoError('fileChanged', l10n.t('“{0}” changed while it was open. Open it again.', name), {
    cause,
    steps: [{ kind: 'retry', label: l10n.t('Try Again') }],
  });
}
