import assert from 'node:assert/strict';
import { join } from 'node:path';

import { ESLint } from 'eslint';

const root = join(import.meta.dirname, '../../..');

/** What each line may say of itself: the rule has to find it, and nothing but these. */
const bypasses = `
import * as vscode from 'vscode';
import { window as other, StatusBarAlignment } from 'vscode';
declare const foreign: string;
declare const panel: vscode.WebviewPanel;
declare const view: vscode.WebviewView;
declare const tree: vscode.TreeView<string>;
declare const item: vscode.TreeItem;
declare const status: vscode.StatusBarItem;
declare const picker: vscode.QuickPick<vscode.QuickPickItem>;
declare const box: vscode.InputBox;
declare const progress: vscode.Progress<{ message: string }>;
const renamed = vscode.window;
void vscode.window.showInformationMessage(foreign); // found
void vscode.window.showWarningMessage(foreign, 'Yes'); // found
void vscode.window['showErrorMessage'](foreign); // found
void renamed.showErrorMessage(foreign); // found
void other.showErrorMessage(foreign); // found
const { showErrorMessage: say } = vscode.window; // found
void say(foreign);
const indirectly = vscode.window.showErrorMessage.bind(vscode.window); // found
void indirectly(foreign);
void vscode.window.showQuickPick([foreign]); // found
void vscode.window.showInputBox(); // found
void vscode.window.showOpenDialog(); // found
void vscode.window.showSaveDialog(); // found
void vscode.window.withProgress({ location: 1 }, () => Promise.resolve()); // found twice
vscode.window.createQuickPick(); // found
vscode.window.createInputBox(); // found
vscode.window.createOutputChannel(foreign); // found
vscode.window.createTerminal(foreign); // found
vscode.window.createStatusBarItem(StatusBarAlignment.Left); // found
vscode.window.setStatusBarMessage(foreign); // found
vscode.window.createWebviewPanel('x', foreign, 1); // found
progress.report({ message: foreign }); // found
panel.title = foreign; // found
view.title = foreign; // found
view.description = foreign; // found
view.badge = { tooltip: foreign, value: 1 }; // found twice
tree.title = foreign; // found
tree.message = foreign; // found
tree.description = foreign; // found
item.label = foreign; // found
item.description = foreign; // found
item.tooltip = foreign; // found
status.text = foreign; // found
status.tooltip = foreign; // found
status.name = foreign; // found
picker.title = foreign; // found
picker.placeholder = foreign; // found
picker.items = [{ label: foreign }]; // found twice
box.prompt = foreign; // found
box.validationMessage = foreign; // found
export const row = new vscode.TreeItem(foreign); // found
export const rich = new vscode.MarkdownString(foreign, true); // found
export const literal: vscode.TreeItem = { label: foreign }; // found
export class Row extends vscode.TreeItem {} // found
`;

const harmless = `
import * as vscode from 'vscode';
declare const foreign: string;
declare const panel: vscode.WebviewPanel;
panel.webview.html = foreign;
void vscode.window.showTextDocument(vscode.Uri.file(foreign));
void vscode.workspace.fs.stat(vscode.Uri.file(foreign));
void vscode.env.clipboard.writeText(foreign);
export const icon = new vscode.ThemeIcon('x');
export const changed = new vscode.EventEmitter<string>();
export const own = { label: foreign, title: foreign, tooltip: foreign };
own.title = foreign;
`;

describe('The wall before the editor’s surfaces', function () {
  // TypeScript looks at the whole product.
  this.timeout(180_000);
  // On a build server the types would be those of the files on the disk, not of the texts that are linted here.
  const overrideConfig = { languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } } };
  const eslint = new ESLint({ cwd: root, overrideConfig });

  /** The lines of `code`, were it `file`, that the rule forbids: once for each time. */
  async function forbidden(code: string, file: string): Promise<string[]> {
    const [result] = await eslint.lintText(code, { filePath: join(root, file) });
    const fatal = result?.messages.filter((message) => message.fatal) ?? [];
    assert.deepEqual(fatal, []);
    const lines = code.split('\n');
    return (result?.messages ?? [])
      .filter(({ ruleId }) => ruleId === 'nemo/plain-surfaces')
      .map(({ line }) => lines[line - 1] ?? '');
  }

  it('lets no text past the function that makes it plain, whatever the way is called', async () => {
    const expected = bypasses
      .split('\n')
      .flatMap((line) => (line.endsWith('// found twice') ? [line, line] : line.endsWith('// found') ? [line] : []));
    assert.deepEqual(await forbidden(bypasses, 'src/editor/status-bar.ts'), expected);
    assert.ok(expected.length > 40);
  });

  it('lets through what shows no text', async () => {
    assert.deepEqual(await forbidden(harmless, 'src/editor/status-bar.ts'), []);
  });

  it('stands around everything but the one file that takes plain text only', async () => {
    const one = `import * as vscode from 'vscode';\nvoid vscode.window.showErrorMessage('x');\n`;
    for (const file of ['src/extension.ts', 'src/editor/workbench.ts', 'src/editor/surfaces/notifications.ts']) {
      assert.equal((await forbidden(one, file)).length, 1, file);
    }
    assert.equal((await forbidden(one, 'src/editor/surfaces/plain-window.ts')).length, 0);
  });
});
