import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

import { findBrowser } from '../../setup/browser.ts';
import { onExit } from '../../setup/clean-exit.ts';
import { servePreview } from './serve.ts';

interface Shared {
  readonly browser: Browser;
  readonly url: string;
}

/** The preview's server and a browser, for every suite of the process: both end with it. */
let shared: Promise<Shared> | undefined;
/** One for each set of options. */
const contexts = new Map<string, Promise<BrowserContext>>();

async function start(): Promise<Shared> {
  const { server, url } = await servePreview();
  onExit(() => {
    server.closeAllConnections();
    server.close();
  });
  const browser = await chromium.launch({
    executablePath: await findBrowser(),
    args: [
      ...['--no-sandbox', '--disable-gpu', '--no-proxy-server'],
      // What plays has no click of a person before it.
      '--autoplay-policy=no-user-gesture-required',
      // To start a process costs more than all else that it takes to show a page.
      '--process-per-site',
    ],
    // A signal ends everything in order, the browser among it.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  onExit(() => browser.close());
  return { browser, url };
}

async function openContext({ browser, url }: Shared, options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  // Keeps the site's process while no test shows a page.
  await (await context.newPage()).goto(`${url}/host.css`);
  return context;
}

/** The preview's server and a browser as one suite of tests sees them; the pages of a test are closed after it. */
export class PreviewBrowser {
  readonly #pages = new Set<Page>();
  #shared: Shared | undefined;

  /** To be called in a `describe`: what is not running yet starts before its tests. */
  static forSuite(): PreviewBrowser {
    const preview = new PreviewBrowser();
    before(async function () {
      this.timeout(60_000);
      preview.#shared = await (shared ??= start());
    });
    afterEach(() => preview.closePages());
    return preview;
  }

  /** Where the preview is served. */
  get url(): string {
    return this.#started.url;
  }

  /**
   * A page without animations. It remembers nothing of the pages before: what the preview keeps, it keeps for one page.
   * They stay until the test is over.
   */
  async newPage({ viewport, ...options }: BrowserContextOptions): Promise<Page> {
    const key = JSON.stringify(options);
    const opened = contexts.get(key) ?? openContext(this.#started, options);
    contexts.set(key, opened);
    const page = await (await opened).newPage();
    this.#pages.add(page);
    if (viewport) await page.setViewportSize(viewport);
    return page;
  }

  /** Closes all the pages that are open. */
  async closePages(): Promise<void> {
    const open = [...this.#pages];
    this.#pages.clear();
    await Promise.all(open.map((page) => page.close()));
  }

  get #started(): Shared {
    if (!this.#shared) throw new Error('The browser is not started yet.');
    return this.#shared;
  }
}
