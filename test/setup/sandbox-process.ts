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
    const [api, web] = await Promise.all([
      running.waitForLine(/^Sandbox ready at (http:\S+)/, 30_000),
      running.waitForLine(/^Web app at (http:\S+)/, 30_000),
    ]);
    return { url: new URL(api[1] ?? ''), webUrl: new URL(web[1] ?? ''), stop: running.stop };
  } catch (error) {
    await running.stop();
    throw error;
  }
}
