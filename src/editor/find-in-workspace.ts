import * as vscode from 'vscode';

import { tokenOf } from './cancellation-token.ts';

/** So many files of one name are enough to choose from. */
const mostFound = 100;
/** The search itself takes more files than those that are wanted. */
const mostSearched = 5_000;

/**
 * Files in the workspace's folders, at any depth, whose name, or the end of whose path, is `name`: in that very case
 * where there are such, else in any. What the user excludes from the editor's lists and from searches is left out.
 * @param name with `/` between folders.
 * @throws the signal's reason.
 */
export async function findInWorkspace(name: string, signal: AbortSignal): Promise<readonly vscode.Uri[]> {
  const { token, dispose } = tokenOf(signal);
  try {
    // A workspace that cannot be searched, as some virtual ones, has none to find.
    const searched = await Promise.resolve(
      vscode.workspace.findFiles(`**/${inAnyCase(name)}`, excluded(), mostSearched, token),
    ).catch(() => []);
    signal.throwIfAborted();
    const inAny = searched.filter(({ path }) => endsWith(folded(path), folded(name)));
    const inThis = inAny.filter(({ path }) => endsWith(path.normalize('NFC'), name.normalize('NFC')));
    return (inThis.length > 0 ? inThis : inAny).slice(0, mostFound).sort((a, b) => (a.path < b.path ? -1 : 1));
  } finally {
    dispose();
  }
}

function endsWith(path: string, name: string): boolean {
  return path.endsWith(`/${name}`);
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** A glob that finds the name in any case: signs that mean something in globs, and letters that file systems write in several ways, are any. */
function inAnyCase(name: string): string {
  return Array.from(name, (sign) => {
    if (/[a-z]/i.test(sign)) return `[${sign.toLowerCase()}${sign.toUpperCase()}]`;
    return /[\d ._/-]|\p{Script=Han}/u.test(sign) ? sign : '*';
  })
    .join('')
    .replace(/\*+/g, '*');
}

/** The setting `search.exclude`, as one glob; the editor adds `files.exclude` itself. */
function excluded(): string | undefined {
  const setting: unknown = vscode.workspace.getConfiguration('search').get('exclude');
  const globs = Object.entries(typeof setting === 'object' && setting !== null ? setting : {}).flatMap(
    ([glob, isOn]) => (isOn === true ? withoutBraces(glob) : []),
  );
  return globs.length === 0 ? undefined : `{${globs.join(',')}}`;
}

/** Braces do not stand in braces: «*.{a,b}» is two globs. Those of several groups are left as they are not often used. */
function withoutBraces(glob: string): readonly string[] {
  const [, before, choices, after] = /^([^{}]*)\{([^{}]*)\}([^{}]*)$/.exec(glob) ?? [];
  if (before === undefined || choices === undefined || after === undefined) return /[{}]/.test(glob) ? [] : [glob];
  return choices.split(',').map((choice) => `${before}${choice}${after}`);
}
