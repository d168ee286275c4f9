import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';
import ts from 'typescript';

/** A regular expression of the product. */
export interface FoundRegexp {
  /** File and line, or the module that makes it at run time. */
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

const root = join(import.meta.dirname, '../../..');

/** Every regular expression in the product's code: those that stand in it, and those that it makes when it runs. */
export async function everyRegexp(): Promise<FoundRegexp[]> {
  return [...globSync('{src,webview}/**/*.ts', { cwd: root }).flatMap(literalsOf), ...(await madeAtRunTime())];
}

function literalsOf(path: string): FoundRegexp[] {
  const found: FoundRegexp[] = [];
  const file = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      const end = node.text.lastIndexOf('/');
      found.push({
        place: `${path}:${line + 1}`,
        source: node.text.slice(1, end),
        flags: node.text.slice(end + 1),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** In a thread of its own, where no module has been loaded yet. */
async function madeAtRunTime(): Promise<FoundRegexp[]> {
  const worker = new Worker(new URL('./regexps-at-run-time.ts', import.meta.url));
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  } finally {
    await worker.terminate();
  }
}

/** True where it could match a text of any length: without that it cannot take more than linear time. */
export function isUnbounded({ source, flags }: FoundRegexp): boolean {
  let unbounded = false;
  visitRegExpAST(parsed(source, flags), {
    onQuantifierEnter: ({ max }) => void (unbounded ||= max === Infinity),
  });
  return unbounded;
}

/** The words that a regular expression knows: «click», «导出», «to begin». */
export function wordsOf({ source, flags }: FoundRegexp): string[] {
  const words: string[] = [];
  visitRegExpAST(parsed(source, flags), {
    onAlternativeEnter: ({ elements }) => {
      let word = '';
      for (const element of elements) {
        const one = element.type === 'Quantifier' && element.max === 1 ? element.element : element;
        if (one.type === 'Character') word += String.fromCodePoint(one.value);
        else if (one.type === 'CharacterClass' && one.elements[0]?.type === 'Character' && !one.negate) {
          word += String.fromCodePoint(one.elements[0].value);
        } else if (one.type !== 'Assertion') {
          words.push(word);
          word = '';
        }
      }
      words.push(word);
    },
  });
  return words.filter((word) => word !== '');
}

export function parsed(source: string, flags: string) {
  return new RegExpParser().parsePattern(source, 0, source.length, {
    unicode: flags.includes('u'),
    unicodeSets: flags.includes('v'),
  });
}
