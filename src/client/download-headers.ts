import type { IncomingHttpHeaders } from 'node:http';

/** A header that may come more than once, once. */
export function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** In bytes; `undefined` where the answer does not say. */
export function contentLength(headers: IncomingHttpHeaders): number | undefined {
  const text = one(headers['content-length']);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** `bytes 5-9/10`, `bytes 5-9/*` or `bytes` with a star and `/10`. */
export function contentRange(headers: IncomingHttpHeaders): { start?: number; totalBytes?: number } | undefined {
  const found = /^\s*bytes\s+(?:(\d{1,15})-\d{1,15}|\*)\/(\d{1,15}|\*)\s*$/i.exec(one(headers['content-range']) ?? '');
  if (!found) return undefined;
  const [, start, total] = found;
  return {
    ...(start === undefined ? {} : { start: Number(start) }),
    ...(total === undefined || total === '*' ? {} : { totalBytes: Number(total) }),
  };
}
