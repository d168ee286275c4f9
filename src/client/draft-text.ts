import * as l10n from '@vscode/l10n';

import { NemoError } from './errors.ts';
import { parseJson, sliceJson } from './json-text.ts';
import type { RenderRequest } from './service-values.ts';

/** A draft as the service sent it. */
export interface DraftText {
  /** Byte for byte. */
  readonly text: string | undefined;
  /** The same, parsed: for reading only. */
  readonly value: unknown;
}

/**
 * Cuts the draft out of the text of a state answer, untouched: unknown keys, their order and integers beyond 2^53
 * survive. `path` leads to it, `parsed` is its value as {@link parseJson} gave it. A draft that came as a JSON string is
 * the text in that string.
 * @throws SyntaxError where it is a string that holds no JSON.
 */
export function cutDraft(answerText: string, path: readonly string[], parsed: unknown): DraftText {
  if (parsed === undefined || parsed === null || parsed === '') return { text: undefined, value: undefined };
  if (typeof parsed === 'string') {
    const value = parseJson(parsed);
    return value === null ? { text: undefined, value: undefined } : { text: parsed, value };
  }
  return { text: sliceJson(answerText, path), value: parsed };
}

/**
 * The body of a render request. The draft's text is put in as it is, never parsed and written anew.
 * @throws NemoError `nothingToExport` where it is no JSON.
 */
export function renderBody({ id, sessionId, draftText, output }: RenderRequest): string {
  try {
    JSON.parse(draftText);
  } catch {
    // The syntax error would quote the draft.
    throw new NemoError('nothingToExport', l10n.t('There is no timeline to export yet. Ask for an edit first.'));
  }
  const before = JSON.stringify({ id, sessionId }).slice(0, -1);
  const { format, quality } = output;
  return `${before},"draft":${draftText},"output":${JSON.stringify({ format, quality })}}`;
}
