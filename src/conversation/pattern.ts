/**
 * A regular expression's source, to be put together from others. It may be broken over lines: line breaks and what
 * blanks stand around them mean nothing, all other blanks do.
 */
export function pattern(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: parts.raw.map(withoutLineBreaks) }, ...values);
}

function withoutLineBreaks(part: string): string {
  const lines = part.split('\n');
  return lines
    .map((line, at) => {
      const begun = at === 0 ? line : line.trimStart();
      return at === lines.length - 1 ? begun : begun.trimEnd();
    })
    .join('');
}

/**
 * The regular expression of such a source. It is the only place that makes one at run time, so that all of them can be
 * checked: none may need more than linear time, whatever the text.
 */
export function expression(source: string, flags: string): RegExp {
  return new RegExp(source, flags);
}

/** More than anybody says before coming to the point. */
const mostManners = 16;

/**
 * Where a text can begin once its manners («now», «you can», «请») are taken off, one after the other: at 0, and behind
 * each of them. They are taken off in a loop, because a starred group of words that can be read in several ways takes a
 * regular expression exponential time.
 * @param manner fits one of them, sticky.
 */
export function* beginnings(text: string, manner: RegExp): Generator<number, void, void> {
  let at = 0;
  yield at;
  for (let count = 0; count < mostManners; count++) {
    manner.lastIndex = at;
    const length = manner.exec(text)?.[0].length ?? 0;
    if (length === 0) return;
    at += length;
    yield at;
  }
}

/** What `wanted` (sticky) finds at the beginning of a text, with or without its manners. */
export function execAtBeginning(text: string, manner: RegExp, wanted: RegExp): RegExpExecArray | undefined {
  for (const at of beginnings(text, manner)) {
    wanted.lastIndex = at;
    const found = wanted.exec(text);
    if (found) return found;
  }
  return undefined;
}
