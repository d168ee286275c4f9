import * as vscode from 'vscode';

/** What the `when` clauses of package.json ask. */
export type ContextKey =
  'nemo.connected' | 'nemo.connectionFailed' | 'nemo.signedIn' | 'nemo.hasTracks' | 'nemo.turnRunning';

/** Tells the editor's menus, and only when something changed. */
export class ContextKeys {
  readonly #values = new Map<ContextKey, boolean>();

  set(key: ContextKey, value: boolean): void {
    if ((this.#values.get(key) ?? false) === value) return;
    this.#values.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
