/**
 * Takes pictures of the preview for looking at, and says what a browser and an accessibility checker complain about:
 *
 *   node test/screen/preview/look.ts <folder> [--scenes a,b] [--themes a,b] [--widths a,b] [--no-axe] [--page timeline]
 */
import { createRequire } from 'node:module';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import type { AxeResults } from 'axe-core';
import { chromium } from 'playwright-core';

import { findBrowser } from '../../setup/browser.ts';
import { sceneNames } from './scenes.ts';
import { servePreview, themeNames } from './serve.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scenes: { type: 'string', default: sceneNames.filter((name) => name !== 'story').join(',') },
    themes: { type: 'string', default: themeNames.join(',') },
    widths: { type: 'string', default: '200,300,400,1000' },
    height: { type: 'string', default: '860' },
    'no-axe': { type: 'boolean', default: false },
    page: { type: 'string', default: 'chat' },
  },
});
const folder = positionals[0] ?? 'test-results/preview';
await mkdir(folder, { recursive: true });
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const { url, server } = await servePreview();
const browser = await chromium.launch({
  executablePath: await findBrowser(),
  args: ['--no-sandbox', '--disable-gpu', '--no-proxy-server'],
});
let complaints = 0;
for (const theme of values.themes.split(',')) {
  for (const sceneName of values.scenes.split(',')) {
    for (const width of values.widths.split(',').map(Number)) {
      const context = await browser.newContext({
        viewport: { width, height: Number(values.height) },
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return;
        complaints += 1;
        console.log(`${sceneName} ${theme} ${width}: ${message.text()}`);
      });
      page.on('pageerror', (error) => {
        complaints += 1;
        console.log(`${sceneName} ${theme} ${width}: ${error.stack ?? error.message}`);
      });
      await page.goto(`${url}/?scene=${sceneName}&theme=${theme}&page=${values.page}`);
      await page.locator(values.page === 'timeline' ? '.timeline-page .pane-bar' : 'nemo-composer textarea').waitFor();
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(folder, `${sceneName}-${theme}-${width}.png`) });
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (overflow > 0) {
        complaints += 1;
        console.log(`${sceneName} ${theme} ${width}: ${overflow} px too wide`);
      }
      if (!values['no-axe'] && sceneName !== 'large') {
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() =>
          (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
        );
        for (const { id, help, nodes } of violations) {
          complaints += 1;
          console.log(`${sceneName} ${theme} ${width}: ${id}: ${help}`);
          for (const node of nodes.slice(0, 3))
            console.log(`    ${node.target.join(' ')}  ${node.any[0]?.message ?? ''}`);
        }
      }
      await context.close();
    }
  }
}
await browser.close();
server.close();
console.log(`${complaints} complaints`);
