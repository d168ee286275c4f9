import { join } from 'node:path';

import { packageExtension } from '../setup/package-extension.ts';
import { installVsCode } from '../setup/vscode-host.ts';
import type { LayerContext, LayerResult } from './layer.ts';
import { runMochaLayer } from './mocha-layer.ts';

/** Runs test/screen: the packaged extension in a real editor, by mouse and keyboard. */
export async function runScreenLayer(context: LayerContext): Promise<LayerResult> {
  const vsix = join(context.runFolder, 'nemo-vscode.vsix');
  await packageExtension(context.root, vsix);
  await installVsCode(context.print);
  return runMochaLayer(context, 'test/screen/**/*.test.ts', { NEMO_TEST_VSIX: vsix });
}
