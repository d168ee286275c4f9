import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';

import { ChatPane } from './chat-pane.ts';
import { eventually } from './eventually.ts';

/** How long anything on the screen may take, in ms: less than a test may. */
const patienceMs = 50_000;

/** Holds a page of the editor area: that area reaches to the window's right edge, the side bar does not. */
const editorArea = '.webview-overlay-outer-right';

/** A VS Code in a browser's page, as a person at mouse and keyboard sees it. */
export class EditorWindow {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens the editor that `url` serves on `folder`, and resolves when the Explorer shows the folder. */
  static async open(context: BrowserContext, url: URL, folder: string): Promise<EditorWindow> {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(EditorWindow.address(url, folder));
    return EditorWindow.shownIn(page);
  }

  /** Resolves when the editor that `page` is loading, whoever made it do so, shows its folder in the Explorer. */
  static async shownIn(page: Page): Promise<EditorWindow> {
    page.setDefaultTimeout(patienceMs);
    const window = new EditorWindow(page);
    await window.#untilReady();
    return window;
  }

  /** Where the editor that `url` serves shows `folder`. */
  static address(url: URL, folder: string): string {
    const address = new URL(url);
    address.searchParams.set('folder', folder);
    return address.href;
  }

  /** Reloads the window, as «Developer: Reload Window» does. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.#untilReady();
  }

  /** Resolves when the editor has put a state that holds `text` into the browser's storage: it does so every few seconds. */
  async untilStored(text: string): Promise<void> {
    await eventually(() =>
      this.page.evaluate(async (wanted) => {
        const done = <T>(request: IDBRequest<T>) =>
          new Promise<T>((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error ?? new Error('The storage cannot be read.'));
          });
        for (const { name } of await indexedDB.databases()) {
          const database = await done(indexedDB.open(name ?? ''));
          for (const store of database.objectStoreNames) {
            const rows = await done(database.transaction(store).objectStore(store).getAll());
            if (JSON.stringify(rows).includes(wanted)) return true;
          }
          database.close();
        }
        return false;
      }, text),
    );
  }

  async #untilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    // What extensions contribute comes late, and the side bar is restored later still.
    await this.activity('Nemo').waitFor();
    await this.#sideBarTitle.filter({ hasText: /\S/ }).waitFor();
  }

  /** The button of a view container in the activity bar. */
  activity(name: string): Locator {
    return this.page.locator('.activitybar').getByRole('tab', { name });
  }

  get #sideBarTitle(): Locator {
    return this.page.locator('.sidebar .composite.title');
  }

  /** Shows a view container, by a click on its button unless it is shown already: that click would hide it. */
  async show(container: 'Explorer' | 'Nemo'): Promise<void> {
    const title = this.#sideBarTitle.filter({ hasText: new RegExp(`^\\s*${container}`, 'i') });
    if (await title.isVisible()) return;
    await this.activity(container).click();
    await title.waitFor();
  }

  /** Drags the edge of the side bar until it is `width` px wide. */
  async widenSideBar(width: number): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (!box) throw new Error('The side bar is not shown.');
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width + 1, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width + 1, y, { steps: 8 });
    await this.page.mouse.up();
    await this.page.mouse.move(box.x + width + 40, 10);
    await this.page.locator('.monaco-sash.hover').waitFor({ state: 'detached' });
  }

  /** A file or folder in the Explorer. */
  explorerItem(name: string): Locator {
    return this.page.locator('.explorer-folders-view').getByRole('treeitem', { name, exact: true });
  }

  /** Right-clicks an item of the Explorer and resolves with its menu. */
  async explorerMenu(name: string): Promise<Locator> {
    await this.show('Explorer');
    await this.explorerItem(name).click({ button: 'right' });
    return this.#menu();
  }

  /** Right-clicks an item of the Explorer and chooses from its menu. */
  async chooseInExplorer(file: string, item: string): Promise<void> {
    await this.choose((await this.explorerMenu(file)).getByRole('menuitem', { name: item }));
  }

  /** Clicks an item of the open menu. In its first 100 ms a menu takes no click: what ended the right click might be one. */
  async choose(item: Locator): Promise<void> {
    const menu = this.page.locator('.monaco-menu-container .monaco-menu');
    const closed = () =>
      menu.waitFor({ state: 'detached', timeout: 1000 }).then(
        () => true,
        () => false,
      );
    await item.hover();
    await item.click();
    // Where the editor is busy, the menu may yet go while it is clicked again.
    while (!(await closed())) await item.click({ timeout: 1000 }).catch(() => undefined);
  }

  /** The open context menu. */
  async #menu(): Promise<Locator> {
    const menu = this.page.locator('.monaco-menu-container .monaco-menu');
    await menu.getByRole('menuitem').first().waitFor();
    return menu;
  }

  /** Closes the open menu or quick pick. */
  async dismiss(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.locator('.monaco-menu-container .monaco-menu').waitFor({ state: 'detached' });
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Opens the command palette with `typed` in it and resolves with its rows. */
  async palette(typed: string): Promise<Locator> {
    await this.page.keyboard.press('F1');
    await this.quickInput.fill(`>${typed}`);
    return this.page.locator('.quick-input-list').getByRole('option');
  }

  /** Runs a command by its title through the palette, by keyboard. */
  async runCommand(title: string): Promise<void> {
    await this.palette(title);
    // What was run of late is listed before what is typed is heeded.
    await this.page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: title }).waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** A row of the open quick pick. */
  quickRow(text: string): Locator {
    return this.page.locator('.quick-input-list').getByRole('option').filter({ hasText: text });
  }

  /** The open quick pick's or input box' field. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget .quick-input-box input');
  }

  /**
   * Takes the path that the editor's own save dialog proposes, and a new folder where it asks for one.
   * @param name the file's name instead of the proposed one.
   * @returns the path.
   */
  async acceptPath(how: 'by mouse' | 'by keyboard' = 'by mouse', name?: string): Promise<string> {
    const dialog = this.page.locator('.quick-input-widget');
    const button = dialog.getByRole('button', { name: 'OK' });
    const accept = () => (how === 'by mouse' ? button.click() : this.page.keyboard.press('Enter'));
    await button.waitFor();
    // The dialog shows the folder at first, and the proposed name a moment later.
    const proposed = /[^/\\]\.mp4$/;
    await this.page.waitForFunction(
      ([selector, pattern]) => {
        const input = document.querySelector(selector);
        return input instanceof HTMLInputElement && new RegExp(pattern).test(input.value);
      },
      ['.quick-input-widget .quick-input-box input', proposed.source] as const,
    );
    const proposal = await this.quickInput.inputValue();
    const path = name === undefined ? proposal : proposal.replace(/[^/\\]*$/, () => name);
    if (path !== proposal) await this.quickInput.fill(path);
    await accept();
    const question = dialog.getByText('Would you like to create it?');
    const closed = dialog.waitFor({ state: 'hidden' });
    await Promise.race([closed, question.waitFor()]);
    if (await question.isVisible()) await accept();
    await closed;
    return path;
  }

  /** The chat in the side panel. */
  get chat(): ChatPane {
    return EditorWindow.chatIn(this.page);
  }

  /** The chat in the side panel of an editor that fills `place`, a page or a frame of one. */
  static chatIn(place: Page | FrameLocator): ChatPane {
    return new ChatPane(webview(place, 'nemo-vscode.nemo-vscode', `:not(${editorArea}) > `));
  }

  /** The page of the editor tab that shows the timeline. */
  get timelineTab(): FrameLocator {
    return webview(this.page, 'nemo-vscode.nemo-vscode', `${editorArea} > `);
  }

  /** The player of the editor tab that shows a video. */
  get video(): Locator {
    return webview(this.page, 'vscode.media-preview').locator('video');
  }

  /** The open dialog that asks `sentence`. */
  dialog(sentence: string | RegExp): Locator {
    return this.page.getByRole('dialog').filter({ hasText: sentence });
  }

  /** Waits for the dialog that asks `sentence`, and presses a button of it; resolves with what it said when it is gone. */
  async answer(sentence: string | RegExp, button: string): Promise<string> {
    const dialog = this.dialog(sentence);
    await dialog.waitFor();
    const said = await dialog.innerText();
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    return said;
  }

  /** Notifications that are shown, newest first. */
  get notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-toast');
  }

  /**
   * The notification that matches, popped up or in the list behind the bell: in quick succession not every one pops up.
   */
  async notification(sentence: RegExp): Promise<Locator> {
    const row = this.page.locator('.notification-list-item').filter({ hasText: sentence }).first();
    await eventually(async () => {
      if (await row.isVisible()) return true;
      await this.runCommand('Notifications: Show Notifications');
      return row.isVisible();
    });
    return row;
  }

  /** Rows of the project's tree in the side bar. */
  get projectRows(): Locator {
    return this.page.locator('.sidebar .tree-explorer-viewlet-tree-view').getByRole('treeitem');
  }

  /** Items of the status bar. */
  statusItem(name: string | RegExp): Locator {
    return this.page.locator('.statusbar').getByRole('button', { name });
  }
}

/**
 * A page of an extension.
 * @param area tells apart the pages of one extension.
 */
function webview(place: Page | FrameLocator, extension: string, area = ''): FrameLocator {
  const outer = place.locator(`${area}iframe.webview.ready[src*="extensionId=${extension}"]`);
  return outer.contentFrame().locator('#active-frame').contentFrame();
}
