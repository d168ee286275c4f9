import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import type { Frame, Page } from 'playwright-core';

import type { Expected, Seen } from './plan.ts';

/** How long the page may take to come, and to show what the extension knows already, in ms. */
const patienceMs = 20_000;
const lookAgainMs = 30;
/** What is typed to see whether it can be. */
const typedText = 'Make it twice';

/** Tells an extension host what the page shows that is drawn before it: the host has no other way to know. */
export class DrawnPage {
  readonly #page: () => Page | undefined;
  readonly #server: Server;
  /** Errors in the page that nobody handled since the last look. */
  readonly #errors: string[] = [];
  /** From then on a window that is killed may keep some of it for the next one. */
  #hasTyped = false;

  private constructor(page: () => Page | undefined, server: Server) {
    this.#page = page;
    this.#server = server;
  }

  /** `page` gives the editor's page of the moment. */
  static async start(page: () => Page | undefined): Promise<DrawnPage> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const drawn = new DrawnPage(page, server);
    server.on('request', (request, response) => {
      const answer = async () => {
        const pieces: Buffer[] = [];
        for await (const piece of request) pieces.push(piece as Buffer);
        const seen = await drawn.#look(JSON.parse(Buffer.concat(pieces).toString('utf8')) as Expected);
        response.end(JSON.stringify(seen));
      };
      answer().catch((error: unknown) => {
        response.end(JSON.stringify({ problems: [`the page could not be looked at: ${String(error)}`] }));
      });
    });
    return drawn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Listens for errors in a page that was opened. */
  follow(page: Page): void {
    page.on('pageerror', ({ stack = '', message }) => {
      // The editor's own are its own.
      if (/nemo-vscode|dist\/webview/.test(stack)) this.#errors.push(`an error in the page: ${message}`);
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Looks until nothing is wrong any more, or for so long that it will stay wrong. */
  async #look({ messages, typing }: Expected): Promise<Seen> {
    const deadline = Date.now() + patienceMs;
    let problems: readonly string[];
    do {
      const page = this.#page();
      const frame = page && (await chatFrame(page));
      // A frame goes when its page does.
      problems = frame
        ? await frame
            .evaluate(whatIsWrong, { messages, mayHoldText: this.#hasTyped })
            .catch((error: unknown) => [String(error)])
        : ['the chat is not in the page'];
      if (page && frame && problems.length === 0 && typing) {
        this.#hasTyped = true;
        problems = await type(page, frame);
      }
      if (problems.length === 0) break;
      await delay(lookAgainMs);
    } while (Date.now() < deadline);
    return { problems: [...problems.map((problem) => `on the page: ${problem}`), ...this.#errors.splice(0)] };
  }
}

/** The frame that the chat is drawn in. */
async function chatFrame(page: Page): Promise<Frame | undefined> {
  for (const frame of page.frames()) {
    if (!frame.url().includes('fake.html')) continue;
    if (await frame.evaluate(() => document.querySelector('.composer-text') !== null).catch(() => false)) return frame;
  }
  return undefined;
}

/** Runs in the page. */
function whatIsWrong({
  messages,
  mayHoldText,
}: {
  readonly messages: number;
  readonly mayHoldText: boolean;
}): string[] {
  const problems: string[] = [];
  const drawn = document.querySelectorAll('nemo-message').length;
  if (drawn !== messages) problems.push(`${drawn} messages of ${messages}`);
  const unfinished = document.querySelectorAll('.message-is-running, .message-is-queued').length;
  if (unfinished > 0) problems.push(`${unfinished} messages that go on`);
  const spinning = document.querySelectorAll('.spinner, progress').length;
  if (spinning > 0) problems.push(`${spinning} signs that something goes on`);
  if (document.querySelector('.stop-button')) problems.push('a button to stop what is over');
  const composer = document.querySelector('textarea.composer-text');
  if (!(composer instanceof HTMLTextAreaElement)) problems.push('no composer');
  else if (composer.disabled || composer.readOnly || !composer.checkVisibility()) {
    problems.push('the composer takes nothing');
  } else if (composer.value !== '' && !mayHoldText) {
    problems.push(`in the composer, though nobody typed it: «${composer.value}»`);
  }
  return problems;
}

/** Types something, and takes it away. */
async function type(page: Page, frame: Frame): Promise<string[]> {
  const composer = frame.locator('textarea.composer-text');
  await composer.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(typedText);
  const typed = await composer.inputValue();
  const canSend = await frame.locator('.send-button').isEnabled();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  if (typed !== typedText) return [`«${typed}» in the composer where «${typedText}» was typed`];
  return canSend ? [] : ['what was typed cannot be sent'];
}
