import assert from 'node:assert/strict';
import { join } from 'node:path';

import * as vscode from 'vscode';

import type { NextStep } from '../../src/client/next-step.ts';
import type { NemoApi } from '../../src/editor/workbench.ts';

/** What the extension itself is, in the host. */
export function extension(): vscode.Extension<NemoApi> {
  const found = vscode.extensions.getExtension<NemoApi>('nemo-vscode.nemo-vscode');
  assert.ok(found, 'the extension is installed');
  return found;
}

/** Calls a command as another extension would. */
export function command<T>(name: string, ...args: unknown[]): Promise<T> {
  return Promise.resolve(vscode.commands.executeCommand<T>(name, ...args));
}

/** What a failed command rejects with. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly steps: readonly NextStep[];
}

/** The error that `work` ends with; fails where it ends well. */
export async function failure(work: Promise<unknown>): Promise<Failure> {
  let result: unknown;
  try {
    result = await work;
  } catch (error) {
    assert.ok(error instanceof Error);
    const { code, message, steps } = error as Error & Partial<Pick<Failure, 'code' | 'steps'>>;
    assert.equal(typeof code, 'string', `the error has a code: ${error.stack}`);
    assert.ok(Array.isArray(steps));
    return { code: code ?? '', message, steps };
  }
  assert.fail(`It should have failed, but resolved with ${JSON.stringify(result)}`);
}

/** A file of the workspace, which holds the demo's clips. */
export function clip(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'a workspace is open');
  return vscode.Uri.joinPath(folder.uri, name);
}

/** A path in the workspace's folder. */
export function inWorkspace(...parts: string[]): string {
  return join(clip('').fsPath, ...parts);
}

/** Resolves when `condition` holds; it is looked at whenever `event` fires, and now. */
export function eventually<T>(event: vscode.Event<T>, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (condition()) {
      resolve();
      return;
    }
    const listener = event(() => {
      if (!condition()) return;
      listener.dispose();
      resolve();
    });
  });
}
