import * as l10n from '@vscode/l10n';

/** The page speaks the user's language from now on: sentence → sentence, or with notes beside it. */
export function usePageStrings(strings: Record<string, unknown>): void {
  const contents: Record<string, string | { message: string; comment: string[] }> = {};
  for (const [key, value] of Object.entries(strings)) {
    if (typeof value === 'string') contents[key] = value;
    else if (typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string') {
      contents[key] = { message: value.message, comment: [] };
    }
  }
  l10n.config({ contents });
}
