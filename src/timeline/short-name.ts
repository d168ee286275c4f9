import * as l10n from '@vscode/l10n';

/** A name on one line, of at most `most` letters. */
export function shortName(name: string, most = 60): string {
  const line = name.replace(/\s+/g, ' ').trim();
  if (line.length <= most) return line;
  const letters = Array.from(line);
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : line;
}

/** {@link shortName} in the quotation marks of the user's language. */
export function inQuotes(name: string): string {
  return l10n.t('"{0}"', shortName(name));
}
