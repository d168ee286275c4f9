import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { BrowserContext } from 'playwright-core';

import { type Stage, type StageOptions, setStage } from '../demo/stage.ts';
import { type BrowserOptions, openBrowser } from '../setup/browser.ts';
import { onExit } from '../setup/clean-exit.ts';
import { EditorWindow } from '../setup/editor-window.ts';
import { packageExtension } from '../setup/package-extension.ts';

/** A VS Code with the packaged extension, on the screen of an unseen browser, with a sandbox and a workspace of its own. */
export interface OpenEditor extends Stage {
  readonly window: EditorWindow;
  readonly browser: BrowserContext;
  /** Keeps a picture of the screen in test-results/screen/. */
  readonly shot: (name: string) => Promise<void>;
}

/** What a spec may want otherwise. */
export type OpenEditorOptions = Pick<
  StageOptions,
  'sandbox' | 'settings' | 'displayLanguage' | 'addExtensions' | 'restricted'
> &
  Pick<BrowserOptions, 'width' | 'height' | 'locale'> & {
    /** Puts more into the workspace before the editor looks at it: what comes later is seen only once its watcher is up. */
    readonly prepare?: (workspace: string) => Promise<void>;
  };

const { NEMO_TEST_VSIX: givenVsix, NEMO_TEST_RUN_FOLDER: givenFolder, NEMO_TEST_RESULTS: givenResults } = process.env;
const root = join(import.meta.dirname, '../..');
const results = givenResults ?? join(root, 'test-results', 'screen');
const open = new Set<OpenEditor>();
let packaged: Promise<string> | undefined;
let ownFolder: Promise<string> | undefined;

// A picture says more than a stack.
afterEach(async function () {
  const test = this.currentTest;
  if (test?.state !== 'failed') return;
  const name = test.title.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60);
  for (const editor of open) await editor.shot(`failed-${name}`);
});

/** Opens an editor for the spec `name`; whoever opens it closes it. */
export async function openEditor(name: string, options: OpenEditorOptions = {}): Promise<OpenEditor> {
  const folder = join(await runFolder(), name);
  const stage = await setStage({
    folder,
    vsix: await extension(),
    logFile: join(results, `${name}.server.log`),
    ...(options.sandbox === undefined ? {} : { sandbox: options.sandbox }),
    ...(options.settings === undefined ? {} : { settings: options.settings }),
    ...(options.displayLanguage === undefined ? {} : { displayLanguage: options.displayLanguage }),
    ...(options.addExtensions === undefined ? {} : { addExtensions: options.addExtensions }),
    ...(options.restricted === undefined ? {} : { restricted: options.restricted }),
  });
  try {
    await options.prepare?.(stage.workspace);
    const browser = await openBrowser({ profile: join(folder, 'browser'), ...options });
    const window = await EditorWindow.open(browser, stage.server.url, stage.workspace);
    const editor: OpenEditor = {
      ...stage,
      window,
      browser,
      shot: async (picture) => {
        await window.page.screenshot({ path: join(results, `${name}-${picture}.png`), animations: 'disabled' });
      },
      close: async () => {
        open.delete(editor);
        await browser.close();
        await stage.close();
      },
    };
    open.add(editor);
    return editor;
  } catch (error) {
    await stage.close();
    throw error;
  }
}

/** A spec that is run by itself packages the extension and makes its folder on its own. */
function extension(): Promise<string> {
  packaged ??= givenVsix
    ? Promise.resolve(givenVsix)
    : runFolder().then(async (folder) => {
        const vsix = join(folder, 'nemo-vscode.vsix');
        await packageExtension(root, vsix);
        return vsix;
      });
  return packaged;
}

function runFolder(): Promise<string> {
  ownFolder ??= givenFolder
    ? Promise.resolve(givenFolder)
    : mkdtemp(join(tmpdir(), 'nemo-')).then((folder) => {
        onExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
        return folder;
      });
  return ownFolder;
}
