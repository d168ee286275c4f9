import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { type BrowserContext, chromium } from 'playwright-core';

import { runProcess } from './child-process.ts';
import { onExit } from './clean-exit.ts';

/** How a browser is started. */
export interface BrowserOptions {
  /** Holds the browser's profile: give the same folder again, and VS Code finds its secrets and its state again. */
  readonly profile: string;
  /** Px; 1280 × 800 where absent. */
  readonly width?: number;
  readonly height?: number;
  /** Language of the browser, and so of VS Code; English where absent. */
  readonly locale?: string;
}

/** Starts Chromium, unseen. Closing the context ends it. */
export async function openBrowser(options: BrowserOptions): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(options.profile, {
    executablePath: await findBrowser(),
    headless: true,
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    locale: options.locale ?? 'en-US',
    permissions: ['clipboard-read', 'clipboard-write'],
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // VS Code is on loopback, whatever proxy the machine has.
      '--no-proxy-server',
    ],
    // A signal ends everything in order, the browser among it.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  context.once(
    'close',
    onExit(() => context.close()),
  );
  return context;
}

/**
 * Finds a Chromium: `CHROMIUM_PATH`, else Chromium, Chrome or Edge where they usually are.
 * @throws Error that says in one line what to install.
 */
export async function findBrowser(): Promise<string> {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen) {
    if (await isProgram(chosen)) return chosen;
    throw new Error(`CHROMIUM_PATH is ${chosen}, where there is no program: set it to a Chromium, Chrome or Edge.`);
  }
  const found = await firstProgram(usualPlaces());
  if (found !== undefined) return found;
  if (await canInstall()) {
    await installPackages(['chromium']);
    const installed = await firstProgram(usualPlaces());
    if (installed !== undefined) return installed;
  }
  throw new Error(
    'A Chromium is needed to show VS Code: install Chromium, Chrome or Edge (Debian: apt-get install chromium), or set CHROMIUM_PATH.',
  );
}

/** Whether missing system packages can be installed without asking: Debian or a relative of it, and root. */
async function canInstall(): Promise<boolean> {
  return process.getuid?.() === 0 && (await isProgram('/usr/bin/apt-get'));
}

async function installPackages(names: readonly string[]): Promise<void> {
  console.log(`Installing ${names.join(' and ')} with apt-get, once…`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runProcess('apt-get', ['update', '-q'], { env });
  await runProcess('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...names], { env });
}

function usualPlaces(): string[] {
  const { PATH: path = '', LOCALAPPDATA: local = '', PROGRAMFILES: programs = 'C:\\Program Files' } = process.env;
  switch (process.platform) {
    case 'darwin':
      return ['Chromium', 'Google Chrome', 'Microsoft Edge'].map(
        (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
      );
    case 'win32':
      return [programs, `${programs} (x86)`, local].flatMap((folder) => [
        join(folder, 'Chromium', 'Application', 'chrome.exe'),
        join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
        join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
      ]);
    default: {
      const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
      const folders = [...path.split(delimiter), '/usr/bin', '/usr/local/bin', '/snap/bin'].filter(Boolean);
      return names.flatMap((name) => folders.map((folder) => join(folder, name)));
    }
  }
}

async function firstProgram(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isProgram(path)) return path;
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
