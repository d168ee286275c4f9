import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../client/errors.ts';

/**
 * Opens a text as a new document that is nowhere saved yet.
 * @param language the editor's id for it; one that the editor does not know gives a plain text.
 */
export async function openAsDocument(content: string, language: string): Promise<void> {
  const known = await vscode.languages.getLanguages();
  const document = await vscode.workspace.openTextDocument({
    content,
    language: known.includes(language) ? language : 'plaintext',
  });
  await vscode.window.showTextDocument(document);
}

/**
 * Puts a text where the cursors are, in place of what is selected there.
 * @throws NemoError `refused` where no text file is open that can be written.
 */
export async function insertAtCursor(text: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const done = await editor?.edit((edit) => {
    for (const selection of editor.selections) edit.replace(selection, text);
  });
  if (!done) throw new NemoError('refused', l10n.t('Open a text file first; the text goes where its cursor is.'));
}
