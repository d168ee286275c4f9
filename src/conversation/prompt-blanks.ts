/** A prompt of a skill, ready for the composer. */
export interface ReadyPrompt {
  /** As it can be sent. */
  readonly text: string;
  /** What a person will want to replace, in reading order: UTF-16 positions in `text`. */
  readonly blanks: readonly { readonly start: number; readonly end: number }[];
}

/** Reads a skill's prompt, in which braces mark what to replace: `generate a {cinematic} intro`. Braces do not nest. */
export function readPrompt(prompt: string): ReadyPrompt {
  const blanks: { start: number; end: number }[] = [];
  let text = '';
  for (const piece of prompt.split(/(\{[^{}]*\})/)) {
    const isBlank = piece.length > 2 && piece.startsWith('{') && piece.endsWith('}');
    const words = isBlank ? piece.slice(1, -1) : piece;
    if (isBlank) blanks.push({ start: text.length, end: text.length + words.length });
    text += words;
  }
  return { text, blanks };
}
