import v8 from 'node:v8';

import { visitRegExpAST } from '@eslint-community/regexpp';

import { parsed } from './every-regexp.ts';

/** The engine's own: it gives up, as if nothing matched, once it took back `limit` steps. */
type LimitedRegexp = (source: string, flags: string, limit: number) => RegExp;

v8.setFlagsFromString('--allow-natives-syntax');
// Only text can hold the engine's own syntax.
// eslint-disable-next-line @typescript-eslint/no-implied-eval
const limitedRegexp = new Function(
  'source',
  'flags',
  'limit',
  'return %NewRegExpWithBacktrackLimit(source, flags, limit)',
) as LimitedRegexp;

const leastLimit = 64;

/**
 * How many steps the regular expressions take that run in `work`: those that the engine takes back, to the next power of
 * two for each search, and the characters of what matched. From `budget` on no more is searched: the count is then
 * above it.
 * @param isCounted which of them; the others run as they always do.
 */
export function countSteps(budget: number, work: () => void, isCounted: (one: RegExp) => boolean = () => true): number {
  let steps = 0;
  /* eslint-disable @typescript-eslint/unbound-method -- they are called with the expression that they were called on */
  const originalExec = RegExp.prototype.exec;
  const originalSplit = RegExp.prototype[Symbol.split];
  /* eslint-enable @typescript-eslint/unbound-method */

  RegExp.prototype.exec = function (this: RegExp, text: string) {
    if (!isCounted(this)) return originalExec.call(this, text);
    if (steps > budget) return null;
    const { lastIndex } = this;
    for (let limit = leastLimit; ; limit *= 2) {
      const twin = twinOf(this, limit);
      twin.lastIndex = lastIndex;
      const found = originalExec.call(twin, text);
      if (found === null) {
        // It gave up, for otherwise its last alternative matches.
        if (steps + limit <= budget) continue;
        steps += limit;
        return null;
      }
      steps += limit / 2 + found[0].length;
      const isMatch = found.pop() === undefined;
      if (this.global || this.sticky) this.lastIndex = isMatch ? twin.lastIndex : 0;
      return isMatch ? found : null;
    }
  };
  // The engine would try its splitter at every position, one search each.
  RegExp.prototype[Symbol.split] = function (this: RegExp, text: string, limit?: number) {
    const parts: string[] = [];
    let from = 0;
    for (const found of text.matchAll(new RegExp(this.source, `${this.flags.replace(/[gy]/g, '')}g`))) {
      if (found[0] === '') throw new Error(`Splitting at nothing: ${String(this)}`);
      parts.push(text.slice(from, found.index), ...found.slice(1).map(String));
      from = found.index + found[0].length;
    }
    parts.push(text.slice(from));
    return parts.slice(0, limit);
  };
  try {
    work();
  } finally {
    RegExp.prototype.exec = originalExec;
    RegExp.prototype[Symbol.split] = originalSplit;
  }
  return steps;
}

const twins = new Map<string, RegExp>();

/** The same with a limit, and with one more group that matches where nothing else does. */
function twinOf({ source, flags, sticky, multiline }: RegExp, limit: number): RegExp {
  const key = `${limit}/${flags}/${source}`;
  let twin = twins.get(key);
  if (!twin) {
    // One that is tried at one place alone matches there; others at the end, behind which nothing follows.
    const isFixed = sticky || (!multiline && isAnchored(source, flags));
    twin = limitedRegexp(`(?:${countable(source, flags)})|(${isFixed ? '' : '(?![^])'})`, flags, limit);
    twins.set(key, twin);
  }
  return twin;
}

function isAnchored(source: string, flags: string): boolean {
  return parsed(source, flags).alternatives.every(
    ({ elements: [first] }) => first?.type === 'Assertion' && first.kind === 'start',
  );
}

/**
 * The same expression with an empty condition in each thing that is repeated: without it the engine would take back
 * simple loops without counting.
 */
function countable(source: string, flags: string): string {
  const edits: { readonly at: number; readonly text: string }[] = [];
  visitRegExpAST(parsed(source, flags), {
    onQuantifierEnter: ({ element, max }) => {
      if (max <= 1) return;
      edits.push({ at: element.start, text: '(?:(?=)' }, { at: element.end, text: ')' });
    },
  });
  const sorted = edits.sort((a, b) => b.at - a.at);
  return sorted.reduce((text, { at, text: added }) => text.slice(0, at) + added + text.slice(at), source);
}
