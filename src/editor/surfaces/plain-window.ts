import * as vscode from 'vscode';

import type { PlainText } from '../../client/plain-text.ts';

// The one place that hands text to the editor's own surfaces. Each is what `vscode` has, except that a text for people has
// to be a `PlainText`; a lint rule keeps every other file from the originals.

/** `T` with plain text, or none, in the properties `K`. */
type WithPlain<T, K extends keyof T> = Omit<T, K> & { [P in K]: PlainText | Extract<T[P], undefined> };

/** What a screen reader says. */
interface PlainAccessibility {
  readonly label: PlainText;
  readonly role?: string;
}

/** A button of a notification. */
export interface PlainButton {
  readonly title: PlainText;
}

/** A row of a quick pick. */
export interface PlainPick extends Omit<vscode.QuickPickItem, 'label' | 'description' | 'detail' | 'buttons'> {
  label: PlainText;
  description?: PlainText;
  detail?: PlainText;
  buttons?: readonly (vscode.QuickInputButton & { readonly tooltip: PlainText })[];
}

/** A quick pick that stays open while its rows change. */
export type PlainQuickPick<T extends PlainPick> = Omit<vscode.QuickPick<T>, 'title' | 'placeholder' | 'items'> & {
  items: readonly T[];
  title: PlainText | undefined;
  placeholder: PlainText | undefined;
};

/** A row of a tree. */
export type PlainTreeItem = Omit<
  WithPlain<vscode.TreeItem, 'label'>,
  'description' | 'tooltip' | 'accessibilityInformation' | 'command' | 'checkboxState'
> & {
  description?: PlainText;
  tooltip?: PlainText;
  accessibilityInformation?: PlainAccessibility;
  command?: vscode.Command & { readonly title: PlainText };
};

/** An entry of the status bar. */
export type PlainStatusBarItem = Omit<
  vscode.StatusBarItem,
  'name' | 'text' | 'tooltip' | 'accessibilityInformation'
> & {
  name: PlainText | undefined;
  text: PlainText;
  tooltip: PlainText | undefined;
  accessibilityInformation: PlainAccessibility | undefined;
};

/** The extension's log, a line at a time. */
export interface PlainLog extends Pick<vscode.LogOutputChannel, 'show' | 'dispose'> {
  info(line: PlainText): void;
  warn(line: PlainText): void;
  error(line: PlainText): void;
}

/** The entry's icons: only what is written here becomes one. */
export type OwnIcon = 'device-camera-video' | 'loading~spin' | 'warning';

interface PlainWindow {
  readonly showInformationMessage: ShowMessage;
  readonly showWarningMessage: ShowMessage & ShowModal;
  readonly showErrorMessage: ShowMessage;
  readonly withProgress: <T>(
    options: WithPlain<vscode.ProgressOptions, 'title'>,
    work: (
      progress: { report(step: { readonly message?: PlainText; readonly increment?: number }): void },
      token: vscode.CancellationToken,
    ) => Thenable<T>,
  ) => Thenable<T>;
  readonly showQuickPick: <T extends PlainPick>(
    items: readonly T[],
    options: Pick<vscode.QuickPickOptions, 'matchOnDescription' | 'matchOnDetail'> & {
      readonly title: PlainText;
      readonly placeHolder?: PlainText;
    },
    token?: vscode.CancellationToken,
  ) => Thenable<T | undefined>;
  readonly showInputBox: (
    options: Pick<vscode.InputBoxOptions, 'value' | 'password' | 'ignoreFocusOut'> & {
      readonly title: PlainText;
      readonly prompt?: PlainText;
      readonly placeHolder?: PlainText;
      readonly validateInput?: (value: string) => PlainText | undefined;
    },
  ) => Thenable<string | undefined>;
  readonly showOpenDialog: (
    options: WithPlain<vscode.OpenDialogOptions, 'title' | 'openLabel'>,
  ) => Thenable<vscode.Uri[] | undefined>;
  readonly showSaveDialog: (
    options: WithPlain<vscode.SaveDialogOptions, 'title' | 'saveLabel'>,
  ) => Thenable<vscode.Uri | undefined>;
  readonly createWebviewPanel: (viewType: string, title: PlainText, column: vscode.ViewColumn) => vscode.WebviewPanel;
}

type ShowMessage = <T extends PlainButton>(sentence: PlainText, ...buttons: readonly T[]) => Thenable<T | undefined>;
type ShowModal = <T extends PlainButton>(
  sentence: PlainText,
  options: { readonly modal: true; readonly detail?: PlainText },
  ...buttons: readonly T[]
) => Thenable<T | undefined>;

/** `vscode.window`, as far as it shows text. */
export const plainWindow: PlainWindow = vscode.window;

/** {@link vscode.window.createQuickPick}. */
export function createPlainQuickPick<T extends PlainPick>(): PlainQuickPick<T> {
  return vscode.window.createQuickPick<T>() as PlainQuickPick<T>;
}

/** An entry at the right of the status bar. */
export function createPlainStatusBarItem(id: string, priority: number): PlainStatusBarItem {
  return vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Right, priority) as PlainStatusBarItem;
}

/** An entry's text: an icon of ours, and a text in which there is none. */
export function withIcon(icon: OwnIcon, text: PlainText): PlainText {
  return `$(${icon}) ${text}` as PlainText;
}

/** A row of a tree. */
export function plainTreeItem(
  label: PlainText,
  state: vscode.TreeItemCollapsibleState = vscode.TreeItemCollapsibleState.None,
): PlainTreeItem {
  return new vscode.TreeItem(label, state) as PlainTreeItem;
}

/** Names a tab. */
export function nameTab(panel: vscode.WebviewPanel, title: PlainText): void {
  panel.title = title;
}

/** The extension's log. */
export function createPlainLog(name: string): PlainLog {
  return vscode.window.createOutputChannel(name, { log: true });
}
