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

  /** How far the chat's end is below what is in sight, in px. */
  belowSight(): Promise<number> {
    return this.log.evaluate((log) => Math.round(log.scrollHeight - log.scrollTop - log.clientHeight));
  }

  /** Resolves when everything that was asked for is drawn. */
  drawn(): Promise<void> {
    return this.page.evaluate(
      () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
    );
  }
}
