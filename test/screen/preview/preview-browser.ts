import type { Server } from 'node:http';

import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

import { findBrowser } from '../../setup/browser.ts';
import { servePreview } from './serve.ts';

/** The preview's server and a browser for one suite of tests; the page of a test is closed after it. */
export class PreviewBrowser {
  #server: Server | undefined;
  #browser: Browser | undefined;
  #context: BrowserContext | undefined;
  #url = '';

  /** To be called in a `describe`: starts before its tests and ends after them. */
  static forSuite(): PreviewBrowser {
    const preview = new PreviewBrowser();
    before(() => preview.#start());
    after(() => preview.#stop());
    afterEach(() => preview.closePage());
    return preview;
  }

  /** Where the preview is served. */
  get url(): string {
    return this.#url;
  }

  /** A page in a context of its own, without animations; the page before stays until the test is over. */
  async newPage(options: BrowserContextOptions): Promise<Page> {
    if (!this.#browser) throw new Error('The browser is not started yet.');
    this.#context = await this.#browser.newContext({ reducedMotion: 'reduce', ...options });
    return this.#context.newPage();
  }

  /** Closes the page that was opened last. */
  async closePage(): Promise<void> {
    await this.#context?.close();
    this.#context = undefined;
  }

  async #start(): Promise<void> {
    ({ server: this.#server, url: this.#url } = await servePreview());
    this.#browser = await chromium.launch({
      executablePath: await findBrowser(),
      args: ['--no-sandbox', '--disable-gpu', '--no-proxy-server'],
    });
  }

  async #stop(): Promise<void> {
    await this.#browser?.close();
    this.#server?.close();
  }
}
