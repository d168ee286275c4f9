import * as vscode from 'vscode';

import { systemClock } from './client/clock.ts';
import { chatViewId, commandNames, projectViewId, timelinePanelType } from './editor/command-names.ts';
import type { NemoApi, Workbench } from './editor/workbench.ts';
import type { ProjectNode } from './editor/tree/project-node.ts';
import { createPlainStatusBarItem } from './editor/surfaces/plain-window.ts';
import { ownDrag, treeDropTypes } from './editor/tree/tree-drop-types.ts';

/** What the editor brings back by itself, Nemo's view and tab among it, is there by then, in ms after the start. */
const settledMs = 5_000;

/** The editor's own command that shows Nemo in the side bar. */
const showCommand = 'workbench.view.extension.nemo';

let workbench: Promise<Workbench> | undefined;

/**
 * Registers what package.json contributes, and nothing else: no network, no disk. What stands behind it is a bundle of
 * its own that the first use loads. Where nothing uses it, a look at the disk a while later finds exports that were cut
 * off; they go on once somebody says so.
 */
export function activate(context: vscode.ExtensionContext): NemoApi {
  const treeChanged = new vscode.EventEmitter<ProjectNode | undefined>();
  const statusBar = createPlainStatusBarItem('nemo.credits', 90);
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
        return (await open()).run(name, args, { fromEditor });
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

  const closing = new AbortController();
  context.subscriptions.push({ dispose: () => closing.abort(new Error('The window closes.')) });
  const lookForCutOffExports = async () => {
    await systemClock.sleep(settledMs, closing.signal);
    if (workbench) return;
    const { offerCutOffExports } = await import('./editor/cut-off-exports.ts');
    const goOn = async () => {
      await Promise.all([open(), vscode.commands.executeCommand(showCommand)]);
    };
    await offerCutOffExports({ context, goOn, isInUse: () => workbench !== undefined, closing: closing.signal });
  };
  lookForCutOffExports().catch((error: unknown) => {
    if (!closing.signal.aborted) console.error(error);
  });

  return {
    tree,
    onDidChangeTree: treeChanged.event,
    chatState: async () => (await open()).chatState(),
    // Other extensions would upload in the person's name with it.
    ...(context.extensionMode === vscode.ExtensionMode.Test ? { treeDrops } : {}),
  };
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
