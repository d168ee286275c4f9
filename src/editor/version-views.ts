import * as l10n from '@vscode/l10n';

import type { ChatMessage } from '../conversation/chat-state.ts';
import type { VersionView } from '../protocol/messages.ts';
import type { VersionSeen } from './session-record.ts';

/** UTF-16 units would cut a character in two; these are characters. */
const longestLabel = 60;

/** Puts names to the drafts that were seen, in the order given; leaves out `shown`. */
export function versionViews(
  seen: readonly VersionSeen[],
  { shown, messages }: { readonly shown: number; readonly messages: readonly ChatMessage[] },
): VersionView[] {
  const texts = new Map(messages.map(({ id, text }) => [id, text]));
  return seen
    .filter(({ number }) => number !== shown)
    .map(({ number, atMs, messageId }) => ({ number, atMs, label: label(number, messageId, texts) }));
}

function label(number: number, messageId: string | undefined, texts: ReadonlyMap<string, string>): string {
  if (messageId === undefined) return l10n.t('Before your first message');
  const line = texts.get(messageId)?.trim().split('\n', 1)[0]?.trim();
  if (line === undefined || line === '') return l10n.t('Version {0}', number);
  const characters = Array.from(line);
  return characters.length > longestLabel ? `${characters.slice(0, longestLabel - 1).join('')}…` : line;
}
