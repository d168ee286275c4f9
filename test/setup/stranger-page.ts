import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Page } from 'playwright-core';

import { onExit } from './clean-exit.ts';

/** A page of another origin, which has nothing to do with the editor and opens it, or shows it in a frame. */
export interface StrangerPage {
  /** Opens `address` in a window of its own, as a link does, and keeps hold of it. */
  open(address: string): Promise<Page>;
  /** Shows `address` in a frame; resolves when the frame is there. */
  frame(address: string): Promise<void>;
  /** Posts each of the messages to every frame within what it opened, however deep; says to how many windows. */
  post(messages: readonly unknown[]): Promise<number>;
  /** What was posted to it. */
  heard(): Promise<readonly unknown[]>;
}

declare global {
  interface Window {
    /** What the stranger has opened. */
    opened?: Window | null;
    heard: unknown[];
  }
}

/**
 * Makes `page` a stranger's.
 * @param host `localhost` is another site than `127.0.0.1`; the same host with another port is another origin of the same
 *   site, in whose frames a browser lets the editor keep its state.
 */
export async function strangerPage(page: Page, host: 'localhost' | '127.0.0.1' = 'localhost'): Promise<StrangerPage> {
  await page.goto(`http://${host}:${await strangerPort()}/`);
  return {
    async open(address) {
      const popup = page.waitForEvent('popup');
      await page.evaluate((url) => {
        window.opened = window.open(url);
      }, address);
      const opened = await popup;
      // Menus close in a window that is not in front.
      await opened.bringToFront();
      return opened;
    },
    async frame(address) {
      await page.evaluate((url) => {
        const frame = document.createElement('iframe');
        frame.src = url;
        frame.style.cssText = 'position: fixed; inset: 0; width: 100%; height: 100%; border: 0';
        document.body.append(frame);
        window.opened = frame.contentWindow;
      }, address);
    },
    post: (messages) =>
      page.evaluate((posted) => {
        let windows = 0;
        const walk = (around: Window | null | undefined): void => {
          for (let at = 0; around && at < around.length; at += 1) {
            const inner = around[at];
            windows += 1;
            for (const message of posted) inner?.postMessage(message, '*');
            walk(inner);
          }
        };
        walk(window.opened);
        // What stands in no frame of its own is posted to as well.
        for (const message of posted) window.opened?.postMessage(message, '*');
        return windows;
      }, messages),
    heard: () => page.evaluate(() => window.heard),
  };
}

let port: Promise<number> | undefined;

/** Serves the stranger's page for as long as the process lives. */
function strangerPort(): Promise<number> {
  port ??= new Promise((resolve) => {
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(strangersHtml);
    });
    onExit(() => {
      server.closeAllConnections();
      server.close();
    });
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  return port;
}

const strangersHtml = `<!doctype html>
<html lang="en">
<title>A stranger</title>
<link rel="icon" href="data:,">
<script>
  window.heard = [];
  addEventListener('message', ({ data }) => window.heard.push(data));
</script>
</html>`;
