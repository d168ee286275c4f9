import { createHash } from 'node:crypto';

/** SHA-256 in hex: two contents of many bytes are compared by it where a difference could not be read anyway. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
