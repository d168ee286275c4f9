/** One thing that keeps a promise of the product, how to remove it, and which tests must notice that. */
export interface Protection {
  /** What it makes sure of. */
  readonly name: string;
  /** The file that it is in, beneath the checkout. */
  readonly file: string;
  /** Its very text there; must be found exactly once. */
  readonly remove: string;
  /** What is put in its place. */
  readonly replaceWith: string;
  /** The file of the tests that must fail without it, beneath the checkout. */
  readonly tests: string;
  /** What the names of these tests have in common: a part of a title, as it is written in that file. */
  readonly only: string;
  /**
   * For tests in the extension host that call the commands of the extension itself: its bundles are built with the change
   * too, and an editor of its own is started.
   */
  readonly inExtension?: true;
}

/** The kinds of tests that can notice it. */
export const layers = ['unit', 'page', 'host', 'screen'] as const;
export type Layer = (typeof layers)[number];

/** A list of protections in one file. */
export function protectionsIn(file: string, rows: readonly Omit<Protection, 'file'>[]): readonly Protection[] {
  return rows.map((row) => ({ ...row, file }));
}

/**
 * The layer that a protection's tests belong to.
 * @throws Error where no layer has such a file.
 */
export function layerOf({ tests }: Protection): Layer {
  if (tests.startsWith('test/unit/')) return 'unit';
  if (tests.startsWith('test/host/')) return 'host';
  if (tests.startsWith('test/screen/preview/')) return 'page';
  if (tests.startsWith('test/screen/')) return 'screen';
  throw new Error(`${tests} belongs to no layer that protections can be tried in.`);
}

/**
 * The text of a file without the protection.
 * @throws Error where its text is not found exactly once.
 */
export function without({ file, remove, replaceWith }: Protection, text: string): string {
  const pieces = text.split(remove);
  if (remove === '' || pieces.length !== 2) {
    throw new Error(`${file} holds ${pieces.length - 1} times what is to be removed: ${JSON.stringify(remove)}`);
  }
  return pieces.join(replaceWith);
}

/** The titles of suites and tests in the text of a test file, as they are written there. */
export function titlesIn(text: string): readonly string[] {
  const calls = text.matchAll(
    /\b(?:describe|it)(?:\.\w+)?\)?\(\s*(?:'((?:\\.|[^'\\])*)'|`((?:\\.|[^`\\])*)`|"([^"]*)")/g,
  );
  return [...calls].map(([, single, template, double]) => single ?? template ?? double ?? '');
}

/** The names of the tests as a pattern for mocha. */
export function namesPattern(rows: readonly Pick<Protection, 'only'>[]): string {
  const parts = [...new Set(rows.map(({ only }) => only))];
  return parts.map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')).join('|');
}
