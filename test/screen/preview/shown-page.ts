import type { Locator, Page } from 'playwright-core';

import type { HostMessage, Intent } from '../../../src/protocol/messages.ts';

/** The page on its own, in a plain browser, with a stand-in for the editor: what it shows, and what it says. */
export class ShownPage {
  readonly page: Page;
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: 'Message to Nemo' });
  }

  get log(): Locator {
    return this.page.getByRole('log');
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  /** What the page said to the host so far. */
  intents(): Promise<Intent[]> {
    return this.page.evaluate(() => window.preview.intents);
  }

  /** Resolves with the first intent of this type. */
  async intent<T extends Intent['type']>(type: T): Promise<Extract<Intent, { type: T }>> {
    await this.page.waitForFunction((wanted) => window.preview.intents.some((intent) => intent.type === wanted), type);
    const found = (await this.intents()).find((intent) => intent.type === type);
    return found as Extract<Intent, { type: T }>;
  }

  post(message: HostMessage | Record<string, unknown>): Promise<void> {
    return this.page.evaluate((posted) => window.preview.post(posted as never), message);
  }

  /** Resolves when the chat's end is in sight: what comes near the sight gets its true height a frame or two later. */
  async atEnd(): Promise<void> {
    await this.page.waitForFunction(() => {
      const log = document.querySelector('[role=log]');
      return log !== null && Math.abs(log.scrollHeight - log.scrollTop - log.clientHeight) <= 1;
    });
  }

  /** Resolves when everything that was posted or asked for until now is drawn. */
  drawn(): Promise<void> {
    return this.page.evaluate(() => window.preview.drawn());
  }

  /** Resolves when nothing in the page changes any more by itself. */
  async quiet(): Promise<void> {
    await this.page.evaluate(async () => {
      let changed = true;
      const observer = new MutationObserver(() => (changed = true));
      observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      while (changed) {
        changed = false;
        for (let times = 0; times < 3; times += 1) {
          await new Promise((done) => requestIdleCallback(done));
          await window.preview.drawn();
        }
      }
      observer.disconnect();
    });
  }
}
