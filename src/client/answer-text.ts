import * as l10n from '@vscode/l10n';

/**
 * Reads a body as UTF-8 text. `undefined` where it has more than `maxBytes`.
 * @throws TypeError where `strict` and it is not UTF-8.
 */
export async function readText(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  strict: boolean,
): Promise<string | undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: strict });
  const pieces: string[] = [];
  let bytes = 0;
  // Leaving the loop ends the body.
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    pieces.push(decoder.decode(chunk, { stream: true }));
  }
  pieces.push(decoder.decode());
  return pieces.join('');
}

/** `Retry-After` in ms: a number of seconds, or a date. */
export function retryAfter(header: string | string[] | undefined, nowMs: number): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!text) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

/** What is wrong with an answer, in words without payload: `field` is what an AnswerMisfit names. */
export function misfitWords(field: string, text: string): string {
  if (field === 'JSON') {
    if (text.trim() === '') return l10n.t('it is empty');
    return /^\s*</.test(text) ? l10n.t('it is a web page') : l10n.t('it is not JSON');
  }
  if (field === 'depth') return l10n.t('it is nested too deeply');
  return l10n.t('“{0}” is missing or not of its kind', field);
}
