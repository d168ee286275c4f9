/**
 * `npm start`: the extension, packaged, in a real VS Code with a backend and clips to play with, until Ctrl+C.
 *
 * `npm start -- --headless` plays the whole story by itself, on the real screen, by mouse and keyboard, and leaves the
 * video and numbered screenshots in demo-output/. It exits with 0 only if the video has the length and the size that the
 * timeline said.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { findBrowser } from '../setup/browser.ts';
import { cleanUp, onExit } from '../setup/clean-exit.ts';
import { packageExtension } from '../setup/package-extension.ts';
import { playHeadless } from './play-headless.ts';
import { setStage } from './stage.ts';

const help = `npm start -- [options]
  --headless    play the story without a person; the video and screenshots go to demo-output/
  --pace N      share of the real service's thinking time, 0 to 1 (default 0.05)
  --port N      port of the editor (default: a free one)
  --no-open     print the address and leave it to you to open it`;

const { values: options } = parseArgs({
  options: {
    headless: { type: 'boolean', default: false },
    pace: { type: 'string', default: '0.05' },
    port: { type: 'string', default: '0' },
    'no-open': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(help);
  process.exit(0);
}
const pace = Number(options.pace);
const port = Number(options.port);
if (!(pace >= 0) || !Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(help);
  process.exit(2);
}

const root = join(import.meta.dirname, '../..');
try {
  await (options.headless ? headless() : forPeople());
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
await cleanUp();
process.exit();

async function forPeople(): Promise<void> {
  const stage = await prepare();
  const address = new URL(stage.server.url);
  address.searchParams.set('folder', stage.workspace);
  console.log(`
VS Code with Nemo is at   ${address.href}
The clips are in          ${stage.workspace}

Right-click a clip in the Explorer, choose «Upload to Nemo», and say in the chat what you want.
Ctrl+C ends it all.`);
  if (!options['no-open'] && process.env['CI'] === undefined) openInBrowser(address.href);
  // Until a signal comes; the clean-up happens there.
  await new Promise(() => setInterval(() => undefined, 3_600_000));
}

async function headless(): Promise<void> {
  // What is missing is better said before the minute's work than after it.
  await findBrowser();
  const output = join(root, 'demo-output');
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const stage = await prepare();
  try {
    await playHeadless(stage, output);
  } finally {
    await stage.close();
  }
}

async function prepare() {
  // Short, because it will hold sockets.
  const folder = await mkdtemp(join(tmpdir(), 'nemo-demo-'));
  onExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const vsix = join(folder, 'nemo-vscode.vsix');
  console.log('Building and packaging the extension…');
  await packageExtension(root, vsix);
  console.log('Starting the sandbox and VS Code…');
  return setStage({ folder, vsix, port, sandbox: { pace }, logFile: join(folder, 'server.log') });
}

/** Opens an address the way the system does; where it cannot, the address is on the screen anyway. */
function openInBrowser(address: string): void {
  const [command, ...args] = {
    darwin: ['open', address],
    win32: ['cmd.exe', '/c', 'start', '""', address.replaceAll('&', '^&')],
  }[process.platform as string] ?? ['xdg-open', address];
  if (command === undefined) return;
  const opener = spawn(command, args, { stdio: 'ignore', detached: true });
  opener.once('error', () => undefined);
  opener.unref();
}
