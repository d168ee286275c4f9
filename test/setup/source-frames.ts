import { readFileSync } from 'node:fs';
import { type SourceMapPayload, SourceMap } from 'node:module';
import { dirname, relative, resolve } from 'node:path';

/**
 * A stack whose frames name the sources that a bundle was built from, as far as the bundles have source maps. The
 * extension host formats stacks itself, so Node's own mapping never comes to bear there.
 * @param workingFolder the folder in which the stack was made: mocha shortens the paths beneath it.
 */
export function withSourceFrames(stack: string, workingFolder = process.cwd()): string {
  return stack.replaceAll(/([^\s()]+\.cjs):(\d+):(\d+)/g, (frame, path: string, line: string, column: string) => {
    try {
      const bundle = resolve(workingFolder, path);
      const map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as SourceMapPayload);
      const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
      if (!('originalSource' in entry)) return frame;
      const source = relative(process.cwd(), resolve(dirname(bundle), entry.originalSource));
      return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    } catch {
      return frame;
    }
  });
}
