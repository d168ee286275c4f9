import * as l10n from '@vscode/l10n';

import { NemoError } from './errors.ts';
import type { NextStep } from './next-step.ts';

/** What a media file is, seen from the timeline. */
export type MediaKind = 'video' | 'audio' | 'image';

/** A file type that the service takes. */
export interface MediaFormat {
  /** Lower case, without the dot. */
  readonly extension: string;
  readonly mime: string;
  readonly kind: MediaKind;
}

/** The thirteen formats of the service; `jpeg` is another name of `jpg`. */
export const mediaFormats: readonly MediaFormat[] = [
  { extension: 'mp4', mime: 'video/mp4', kind: 'video' },
  { extension: 'mov', mime: 'video/quicktime', kind: 'video' },
  { extension: 'avi', mime: 'video/x-msvideo', kind: 'video' },
  { extension: 'webm', mime: 'video/webm', kind: 'video' },
  { extension: 'mkv', mime: 'video/x-matroska', kind: 'video' },
  { extension: 'jpg', mime: 'image/jpeg', kind: 'image' },
  { extension: 'jpeg', mime: 'image/jpeg', kind: 'image' },
  { extension: 'png', mime: 'image/png', kind: 'image' },
  { extension: 'gif', mime: 'image/gif', kind: 'image' },
  { extension: 'webp', mime: 'image/webp', kind: 'image' },
  { extension: 'mp3', mime: 'audio/mpeg', kind: 'audio' },
  { extension: 'wav', mime: 'audio/wav', kind: 'audio' },
  { extension: 'm4a', mime: 'audio/mp4', kind: 'audio' },
  { extension: 'aac', mime: 'audio/aac', kind: 'audio' },
];

/** The service's limit for one file, in bytes. */
export const maxUploadBytes = 500 * 1024 * 1024;

/** How many bytes of a file's beginning {@link sniffMediaKind} likes to see. */
export const sniffBytes = 4096;

/** The format that a file's name claims, by its extension in any case; `undefined` where the service does not take it. */
export function mediaFormatOf(name: string): MediaFormat | undefined {
  const dot = name.lastIndexOf('.');
  const extension = dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
  return mediaFormats.find((format) => format.extension === extension);
}

/** The accepted formats for people: «MP4, MOV, …». */
export function formatNames(): string {
  return mediaFormats
    .filter(({ extension }) => extension !== 'jpeg')
    .map(({ extension }) => extension.toUpperCase())
    .join(', ');
}

/** What the first bytes of a file say that it is; `unknown` where they say nothing that we know. */
export function sniffMediaKind(head: Uint8Array): MediaKind | 'text' | 'unknown' {
  const at = (offset: number, signature: string) => latin1(head, offset, signature.length) === signature;

  // Images.
  if (at(0, '\x89PNG\r\n\x1a\n') || at(0, '\xff\xd8\xff') || at(0, 'GIF87a') || at(0, 'GIF89a')) return 'image';
  if ((at(0, 'RIFF') || at(0, 'RIFX')) && at(8, 'WEBP')) return 'image';
  // Containers.
  if (at(0, 'RIFF') && (at(8, 'AVI ') || at(8, 'AVIX'))) return 'video';
  if (/^(?:RIFF|RIFX|RF64|BW64)$/.test(latin1(head, 0, 4)) && at(8, 'WAVE')) return 'audio';
  if (at(0, '\x1aE\xdf\xa3')) return 'video';
  if (isIsoMedia(head)) return isoKind(head);
  if (at(0, 'FLV\x01') || at(0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11') || at(0, '\x00\x00\x01\xba')) return 'video';
  if (at(0, 'G') && at(188, 'G') && at(376, 'G')) return 'video';
  // The mark of UTF-16, before it is taken for a frame of sound.
  if (at(0, '\xff\xfe') || at(0, '\xfe\xff')) return 'text';
  // Bare sound.
  if (at(0, 'ID3') || at(0, 'ADIF') || at(0, 'OggS') || at(0, 'fLaC')) return 'audio';
  if (head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0) return 'audio';

  return isText(head) ? 'text' : 'unknown';
}

/**
 * Checks a file before a byte of it is sent. `size` is in bytes, `head` the file's beginning ({@link sniffBytes} of it)
 * where it could be read.
 * @throws NemoError `fileIsFolder`, `unsupportedFile`, `fileEmpty` or `fileTooLarge`, with the steps that help.
 */
export function checkUpload(name: string, size: number, isFolder: boolean, head?: Uint8Array): void {
  const steps: readonly NextStep[] = [{ kind: 'upload', label: l10n.t('Choose Another File…') }];
  if (isFolder) {
    throw new NemoError('fileIsFolder', l10n.t('“{0}” is a folder. Choose the clips in it instead.', name), { steps });
  }
  const format = mediaFormatOf(name);
  if (!format) {
    throw new NemoError('unsupportedFile', l10n.t('Nemo cannot use “{0}”. It accepts {1}.', name, formatNames()), {
      steps,
    });
  }
  if (size === 0) {
    throw new NemoError('fileEmpty', l10n.t('“{0}” is empty. Choose a file with something in it.', name), { steps });
  }
  if (size > maxUploadBytes) {
    throw new NemoError(
      'fileTooLarge',
      l10n.t(
        '“{0}” has {1} MB: Nemo takes at most {2} MB. Compress or trim it, then upload it again.',
        name,
        Math.ceil(size / 1024 / 1024),
        maxUploadBytes / 1024 / 1024,
      ),
      { steps },
    );
  }
  if (head && !contentFits(format, head)) {
    throw new NemoError(
      'unsupportedFile',
      l10n.t(
        'What is in “{0}” is not {1}, whatever its name says. Nemo accepts {2}.',
        name,
        format.extension.toUpperCase(),
        formatNames(),
      ),
      { steps },
    );
  }
}

/** Whether the content may stand under the name. Formats within one kind pass for each other: the service looks itself. */
function contentFits(format: MediaFormat, head: Uint8Array): boolean {
  const kind = sniffMediaKind(head);
  if (kind === format.kind) return true;
  // One container holds sound and pictures, and its brand does not always say which.
  if (format.kind !== 'image' && kind !== 'image' && isIsoMedia(head)) return true;
  // MPEG sound is a stream without a head, and may begin anywhere.
  return kind === 'unknown' && (format.extension === 'mp3' || format.extension === 'aac');
}

const isoBoxes = new Set([
  'ftyp',
  'moov',
  'mdat',
  'free',
  'skip',
  'wide',
  'pnot',
  'styp',
  'sidx',
  'moof',
  'uuid',
  'emsg',
  'prft',
  'junk',
]);

function isIsoMedia(head: Uint8Array): boolean {
  return isoBoxes.has(latin1(head, 4, 4));
}

function isoKind(head: Uint8Array): MediaKind {
  if (latin1(head, 4, 4) !== 'ftyp') return 'video';
  const brand = latin1(head, 8, 4);
  if (/^M4[AB] $/.test(brand)) return 'audio';
  return /^(?:avif|avis|hei[cfsx]|hev[cmsx]|mif1|msf1)$/.test(brand) ? 'image' : 'video';
}

/** True for UTF-8 without control characters; the last character may be cut. */
function isText(head: Uint8Array): boolean {
  if (head.length === 0) return false;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    // eslint-disable-next-line no-control-regex -- control characters are what tells binary from text
    return !/[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(text);
  } catch {
    return false;
  }
}

function latin1(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}
