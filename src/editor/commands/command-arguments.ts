import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import * as z from 'zod';

import { NemoError } from '../../client/errors.ts';
import type { ProjectNode } from '../tree/project-node.ts';

const uriParts = z.object({
  scheme: z.string().min(1),
  authority: z.string().optional(),
  path: z.string(),
  query: z.string().optional(),
  fragment: z.string().optional(),
});

/** A URI that came as one, or as its parts (from a keybinding's JSON, say). */
export function asUri(value: unknown): vscode.Uri | undefined {
  if (value instanceof vscode.Uri) return value;
  const { data } = uriParts.safeParse(value);
  if (!data) return undefined;
  const { scheme, path, authority = '', query = '', fragment = '' } = data;
  return vscode.Uri.from({ scheme, path, authority, query, fragment });
}

/** What the tree hands to its commands. */
export function isProjectNode(value: unknown): value is ProjectNode {
  return typeof value === 'object' && value !== null && 'item' in value && 'children' in value;
}

/** True for what the editor's own menus hand over without anybody having said anything. */
export function saysNothing(value: unknown): boolean {
  if (value === undefined || value === null || isProjectNode(value)) return true;
  return Array.isArray(value) && value.length > 0 && value.every(isProjectNode);
}

/** `{}`, the argument of a caller that has nothing to say but wants nothing to be asked. */
export function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** @throws NemoError `badArgument` where `value` is anything but a text or nothing at all. */
export function optionalText(value: unknown): string | undefined {
  if (value === undefined || value === null || isProjectNode(value)) return undefined;
  if (typeof value === 'string') return value;
  if (isEmptyObject(value)) return undefined;
  throw badArgument();
}

export function badArgument(): NemoError {
  return new NemoError('badArgument', l10n.t('The command was called with something that it cannot use.'));
}
