import { appendFileSync, existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { BrowserContext, Page } from 'playwright-core';

import type { RunningVsCode } from '../setup/vscode-host.ts';
import { DrawnPage } from './drawn-page.ts';
import type { Marks, PickUp, Plan } from './plan.ts';
import { placesOf, planPath, type WindowPlaces } from './window-files.ts';

const startTimeoutMs = 120_000;

export interface EditorWindowOptions {
  /** Also the name of its workspace. */
  readonly name: string;
  /** Of the lane. */
  readonly folder: string;
  /** Gets the logs and the outcomes. */
  readonly results: string;
  /** The extension with the suite's own bundle in it. */
  readonly extension: string;
  readonly clip: string;
  readonly browser: BrowserContext;
  readonly isSecond: boolean;
  /** The editor's server as it runs at the moment. */
  readonly server: () => RunningVsCode;
}

/** What one start of a window is to do. */
export type WindowWork = Pick<Plan, 'firstNumber' | 'casesUrl' | 'pickUp' | 'kill'>;

/** What runs in an extension host. */
export interface Run {
  readonly ended: boolean;
  /** Resolves when it has ended well. */
  readonly within: (ms: number) => Promise<void>;
}

/** A window of a lane's editor: a page, and the extension host behind it. */
export class EditorWindow {
  readonly places: WindowPlaces;
  readonly #options: EditorWindowOptions;
  readonly #drawnPage: DrawnPage;
  readonly #pidFile: string;
  #page: Page | undefined;

  private constructor(options: EditorWindowOptions, drawnPage: DrawnPage) {
    this.#options = options;
    this.#drawnPage = drawnPage;
    this.#pidFile = join(options.folder, `${options.name}.pid`);
    this.places = placesOf(this.#pidFile);
  }

  /** It is open only with the first {@link open}. */
  static async make(options: EditorWindowOptions): Promise<EditorWindow> {
    const workspace = join(options.folder, options.name);
    await mkdir(workspace, { recursive: true });
    // A file from elsewhere would be asked about.
    await copyFile(options.clip, join(workspace, basename(options.clip)));
    const drawnPage = await DrawnPage.start(() => made.#page);
    const made: EditorWindow = new EditorWindow(options, drawnPage);
    return made;
  }

  /** Opens the window anew with other work; the editor begins it at once. Resolves when the extension host runs. */
  async open(work: WindowWork): Promise<Run> {
    const { name, folder, extension, results, clip, browser, isSecond, server } = this.#options;
    const workspace = join(folder, name);
    const { url, userData } = server();
    const user = join(userData, 'User');
    const plan: Plan = {
      report: join(results, 'outcomes.ndjson'),
      errors: join(results, 'errors.log'),
      pidFile: this.#pidFile,
      clip: join(workspace, basename(clip)),
      exports: join(workspace, 'exports'),
      storage: join(user, 'globalStorage', 'nemo-vscode.nemo-vscode'),
      workspaces: join(user, 'workspaceStorage'),
      pageUrl: this.#drawnPage.url,
      isSecond,
      ...work,
    };
    for (const path of [this.#pidFile, ...Object.values<string>({ ...this.places })]) await rm(path, { force: true });
    await writeFile(planPath(folder, name), JSON.stringify(plan));
    await this.close();
    const page = await browser.newPage();
    // What turns is drawn anew sixty times a second, and nobody looks at it.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    this.#page = page;
    this.#drawnPage.follow(page);
    let code: number | undefined;
    const log = join(results, 'editor.log');
    await page.exposeFunction('codeAutomationLog', (_type: string, args: readonly unknown[]) =>
      appendFileSync(log, `${args.map(String).join(' ')}\n`),
    );
    await page.exposeFunction('codeAutomationExit', (given: number) => (code = given));
    const remote = (path: string) =>
      `vscode-remote://${url.host}${path.startsWith('/') ? '' : '/'}${path.replaceAll('\\', '/')}`;
    const address = new URL(url);
    address.searchParams.set('folder', workspace);
    address.searchParams.set(
      'payload',
      JSON.stringify([
        ['extensionDevelopmentPath', remote(extension)],
        ['extensionTestsPath', remote(join(extension, 'dist', 'fault-suite.cjs'))],
      ]),
    );
    await page.goto(address.href);
    const startDeadline = Date.now() + startTimeoutMs;
    while (!existsSync(this.#pidFile)) {
      if (Date.now() > startDeadline) throw new Error('The extension host did not start.');
      await delay(50);
    }
    return {
      get ended() {
        return code !== undefined;
      },
      within: async (ms) => {
        const deadline = Date.now() + ms;
        while (code === undefined) {
          if (Date.now() > deadline) throw new Error(`The extension host did not end within ${ms / 1000} s.`);
          await delay(50);
        }
        if (code !== 0)
          throw new Error(`The extension host ended with ${code}; see errors.log and editor.log of this lane.`);
      },
    };
  }

  /** The process id of the extension host. */
  async hostPid(): Promise<number> {
    return Number(await readFile(this.#pidFile, 'utf8'));
  }

  /** Lets the work go on that waits for it. */
  async go(word = ''): Promise<void> {
    // Whole at once for who waits for it.
    await writeFile(`${this.places.go}.new`, word);
    await rename(`${this.places.go}.new`, this.places.go);
  }

  /** What is known of the job under way. @throws Error before it has begun. */
  async jobSoFar(): Promise<Pick<PickUp, 'marks' | 'sessionId'>> {
    const marks = JSON.parse(await readFile(this.places.marks, 'utf8')) as Marks;
    const sessionId = await readFile(this.places.session, 'utf8').catch(() => undefined);
    return { marks, ...(sessionId === undefined ? {} : { sessionId }) };
  }

  async screenshot(path: string): Promise<void> {
    await this.#page?.screenshot({ path }).catch(() => undefined);
  }

  /** Closes the page. It may want to ask before it goes. */
  async close(): Promise<void> {
    await this.#page?.close({ runBeforeUnload: false });
    this.#page = undefined;
  }

  /** Nobody looks at it any more. */
  async dispose(): Promise<void> {
    await this.#drawnPage.stop();
  }
}
