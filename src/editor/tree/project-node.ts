import type * as vscode from 'vscode';

/** One row of the project tree. Nodes live as long as what they show, so that a change can name the one that changed. */
export interface ProjectNode {
  readonly parent: ProjectNode | undefined;
  item(): vscode.TreeItem;
  children(): readonly ProjectNode[];
}
