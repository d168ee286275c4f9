/** What may stand behind a sentence's end and still belongs to it. */
export const isClosing = (letter: string) => '.!?…。！？"”’」』)）*_`'.includes(letter);
/** What ends a sentence. */
export const isTerminator = (letter: string) => '.!?…。！？'.includes(letter);

/** How far a quotation is looked for that is still open. UTF-16 units. */
const longestQuotation = 300;

/** Whether a text ends within a quotation that it begins: what ends there is no sentence of the speaker's. */
export function isInQuotes(text: string): boolean {
  const near = text.slice(-longestQuotation);
  if (near.lastIndexOf('“') > near.lastIndexOf('”') || near.lastIndexOf('「') > near.lastIndexOf('」')) return true;
  return near.includes('"') && text.split('"').length % 2 === 0;
}

/** «(...)» stands for something within a sentence. */
export function isBracketedEllipsis(end: string): boolean {
  return /^(?:\.{2,3}|…)[)）]/u.test(end);
}
