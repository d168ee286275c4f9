import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

import { packageExtension } from '../setup/package-extension.ts';
import { installVsCode } from '../setup/vscode-host.ts';
import type { LayerContext, LayerResult } from './layer.ts';
import { runMochaLayer } from './mocha-layer.ts';

/** How many editors are driven at the same time: each is idle now and then, while the sandbox renders or VS Code loads. */
const lanes = 2;

/**
 * Runs test/screen but for its pages: the packaged extension in a real editor, by mouse and keyboard. Each spec has an
 * editor of its own and runs in a process of its own; what it prints is shown when it is over.
 */
export async function runScreenLayer(context: LayerContext): Promise<LayerResult> {
  const vsix = join(context.runFolder, 'nemo-vscode.vsix');
  await packageExtension(context.root, vsix);
  await installVsCode(context.print);
  const waiting = globSync('test/screen/*.test.ts', { cwd: context.root }).sort();
  const results: LayerResult[] = [];
  const runWaiting = async () => {
    for (let specs = waiting.shift(); specs !== undefined; specs = waiting.shift()) {
      const lines: string[] = [];
      const print = (line: string) => void lines.push(line);
      const name = basename(specs, '.test.ts');
      results.push(await runMochaLayer({ ...context, print }, { specs, name, environment: { NEMO_TEST_VSIX: vsix } }));
      for (const line of lines) context.print(line);
    }
  };
  await Promise.all(Array.from({ length: lanes }, runWaiting));
  const faults = results.flatMap(({ fault }) => fault ?? []);
  return {
    outcomes: results.flatMap(({ outcomes }) => outcomes),
    complete: results.every(({ complete }) => complete),
    ...(faults.length > 0 ? { fault: faults.join('\n') } : {}),
  };
}
