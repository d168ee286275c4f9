import { join } from 'node:path';

import { startProcess } from './child-process.ts';

/** A sandbox backend in a process of its own. */
export interface SandboxProcess {
  readonly url: URL;
  readonly webUrl: URL;
  readonly stop: () => Promise<void>;
}

/** Starts test/sandbox/main.ts on a free port. */
export async function startSandboxProcess(
  options: { readonly logFile?: string; readonly args?: readonly string[] } = {},
): Promise<SandboxProcess> {
  const main = join(import.meta.dirname, '../sandbox/main.ts');
  const running = startProcess(process.execPath, [main, '--port', '0', ...(options.args ?? [])], {
    ...(options.logFile === undefined ? {} : { logFile: options.logFile }),
  });
  try {
    const match = await running.waitForLine(/Sandbox ready at (http:\S+)/, 30_000);
    const url = new URL(match[1] ?? '');
    // The sandbox answers as the web app as well.
    return { url, webUrl: url, stop: running.stop };
  } catch (error) {
    await running.stop();
    throw error;
  }
}
