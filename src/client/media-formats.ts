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

/** What the first bytes of a file say that it is; `unknown` where they say nothing that we know. */
export function sniffMediaKind(head: Uint8Array): MediaKind | 'text' | 'unknown' {
  void head;
  return 'unknown';
}

/**
 * Checks a file before a byte of it is sent. `size` is in bytes, `head` the file's beginning ({@link sniffBytes} of it)
 * where it could be read.
 * @throws NemoError `fileIsFolder`, `unsupportedFile`, `fileEmpty` or `fileTooLarge`, with the steps that help.
 */
export function checkUpload(name: string, size: number, isFolder: boolean, head?: Uint8Array): void {
  void [name, size, isFolder, head];
}
