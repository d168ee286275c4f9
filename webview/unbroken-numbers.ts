import { html, type TemplateResult } from 'lit';

/** A number: «22.5», «0.5–3.5», «→ 1.5». Its unit is looked for afterwards, so that no number is read twice. */
const wholeNumber = /(?:→ )?[−-]?\d[\d.,:–-]*/g;
const unit =
  /[×%°]|[ \u00a0](?:[×%°]|秒|毫秒|分钟|分|小时|帧|(?:h|min|s|ms|fps|px|[kKMG]B|[kKMG]B\/s|dB|[kKM]?Hz)(?![\p{L}\p{N}]))/uy;

/**
 * The text, whose numbers stay on one line with their units. The letters are the same: what is copied or searched for is
 * what was written.
 */
export function withUnbrokenNumbers(text: string): string | (string | TemplateResult)[] {
  const parts: (string | TemplateResult)[] = [];
  let from = 0;
  for (const { 0: bareNumber, index } of text.matchAll(wholeNumber)) {
    unit.lastIndex = index + bareNumber.length;
    const [found] = unit.exec(text) ?? [];
    if (found === undefined) continue;
    const number = bareNumber + found;
    if (index > from) parts.push(text.slice(from, index));
    parts.push(html`<span class="unbroken">${number}</span>`);
    from = index + number.length;
  }
  if (from === 0) return text;
  parts.push(text.slice(from));
  return parts;
}
