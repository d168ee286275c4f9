import { html, type TemplateResult } from 'lit';

/** A number with what belongs to it: «22.5 s», «0.5–3.5 s», «35 %», «→ 1.5×». */
const wholeNumber =
  /(?:→ )?[−-]?\d[\d.,:–-]*(?:[×%°]|[ \u00a0](?:[×%°]|秒|毫秒|分钟|分|小时|帧|(?:h|min|s|ms|fps|px|[kKMG]B|[kKMG]B\/s|dB|[kKM]?Hz)(?![\p{L}\p{N}])))/gu;

/**
 * The text, whose numbers stay on one line with their units. The letters are the same: what is copied or searched for is
 * what was written.
 */
export function withUnbrokenNumbers(text: string): string | (string | TemplateResult)[] {
  const parts: (string | TemplateResult)[] = [];
  let from = 0;
  for (const { 0: number, index } of text.matchAll(wholeNumber)) {
    if (index > from) parts.push(text.slice(from, index));
    parts.push(html`<span class="unbroken">${number}</span>`);
    from = index + number.length;
  }
  if (from === 0) return text;
  parts.push(text.slice(from));
  return parts;
}
