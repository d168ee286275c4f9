import * as vscode from 'vscode';

import { chatViewId, commandNames, projectViewId, timelinePanelType } from './editor/command-names.ts';
import type { NemoApi, Workbench } from './editor/workbench.ts';
import type { ProjectNode } from './editor/tree/project-node.ts';
import { ownDrag, treeDropTypes } from './editor/tree/tree-drop-types.ts';

let workbench: Promise<Workbench> | undefined;

/**
 * Registers what package.json contributes, and nothing else: no network, no disk. What stands behind it is a bundle of
 * its own that the first use loads.
 */
export function activate(context: vscode.ExtensionContext): NemoApi {
  const treeChanged = new vscode.EventEmitter<ProjectNode | undefined>();
  const statusBar = vscode.window.createStatusBarItem('nemo.credits', vscode.StatusBarAlignment.Right, 90);
  const open = () => {
    workbench ??= import('./editor/workbench.ts').then(({ createWorkbench }) =>
      createWorkbench(context, { statusBar, treeChanged }),
    );
    return workbench;
  };

  for (const name of commandNames) {
    context.subscriptions.push(
      vscode.commands.registerCommand(name, async (...args: unknown[]) => {
        const fromEditor = isCalledByEditor(new Error().stack);
        return (await open()).run(name, args, fromEditor);
      }),
    );
  }

  const tree: vscode.TreeDataProvider<ProjectNode> = {
    onDidChangeTreeData: treeChanged.event,
    getChildren: async (node) => (await open()).tree.getChildren(node),
    getTreeItem: (node) => node.item(),
    getParent: (node) => node.parent,
  };
  const treeDrops: vscode.TreeDragAndDropController<ProjectNode> = {
    dropMimeTypes: treeDropTypes,
    dragMimeTypes: [ownDrag],
    handleDrag: (_, transfer) => transfer.set(ownDrag, new vscode.DataTransferItem('')),
    handleDrop: async (_, transfer) => (await open()).dropOnTree(transfer),
  };
  context.subscriptions.push(
    treeChanged,
    statusBar,
    vscode.window.createTreeView(projectViewId, { treeDataProvider: tree, dragAndDropController: treeDrops }),
    vscode.window.registerWebviewViewProvider(chatViewId, {
      resolveWebviewView: async (view) => (await open()).chatView.resolveWebviewView(view),
    }),
    vscode.window.registerWebviewPanelSerializer(timelinePanelType, {
      deserializeWebviewPanel: async (panel) => (await open()).timeline.deserializeWebviewPanel(panel),
    }),
  );

  return { tree, treeDrops, onDidChangeTree: treeChanged.event, chatState: async () => (await open()).chatState() };
}

/** Lets go of everything, in order: what runs is stopped, what is not on disk yet is written. */
export async function deactivate(): Promise<void> {
  const loaded = workbench;
  workbench = undefined;
  await (await loaded)?.dispose();
}

/**
 * True where the editor's own screen (palette, menu, key, button) called a command, not a program beside us. The editor
 * shows a rejection from there in a box of its own, so such a failure is shown once, by us, with its buttons. The call's
 * own stack is the only thing that tells; should a later editor name that step otherwise, a failure is merely shown twice.
 */
function isCalledByEditor(stack: string | undefined): boolean {
  return stack?.includes('$executeContributedCommand') ?? false;
}
