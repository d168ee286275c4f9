import { NemoError } from './errors.ts';
import type { UploadSource } from './nemo-client.ts';

/**
 * A file of this machine as something to upload.
 * @throws NemoError `fileMissing`, `fileIsFolder`, `unsupportedFile`, `fileEmpty`, `fileTooLarge` or `diskFailed`,
 * before a byte is sent.
 */
export function fileUploadSource(path: string): Promise<UploadSource> {
  return Promise.reject(new NemoError('internal', path));
}
