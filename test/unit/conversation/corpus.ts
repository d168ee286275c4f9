import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The rows of a table beside this file, in their columns: one row a line, parted by tabs. `\n` stands for a line break; lines
 * that begin with `#` are headings.
 */
export function corpus(name: string): readonly (readonly string[])[] {
  return readFileSync(join(import.meta.dirname, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '))
    .map((line) => line.split('\t').map((cell) => cell.replaceAll('\\n', '\n')));
}
