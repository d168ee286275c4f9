import * as l10n from '@vscode/l10n';

/** Names in a row, parted as the language parts them: «talk.mp4, music.mp3». */
export function nameList(names: readonly string[]): string {
  return names.join(l10n.t({ message: ', ', comment: ['Between the names of a list'] }));
}
