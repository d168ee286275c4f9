import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { plainText } from '../client/plain-text.ts';
import type { SessionSummary } from './session-store.ts';
import type { PlainPick } from './surfaces/plain-window.ts';

/** A session in a list to choose from. */
export interface SessionPick extends PlainPick {
  readonly id: string;
}

/** Sessions in a list to choose from. `shownId` is the one that is shown now. */
export function sessionPicks(sessions: readonly SessionSummary[], shownId: string): readonly SessionPick[] {
  return sessions.map((session) => ({
    id: session.id,
    label: plainText(session.name),
    iconPath: new vscode.ThemeIcon(session.closed ? 'lock' : 'comment-discussion'),
    description: plainText(session.id === shownId ? l10n.t('shown now') : ''),
    detail: plainText(
      [
        new Date(session.usedAtMs).toLocaleString(vscode.env.language),
        l10n.t('{0} messages', session.messageCount),
        ...(session.fileCount > 0 ? [l10n.t('{0} files', session.fileCount)] : []),
        ...(session.closed ? [l10n.t('to read only')] : []),
      ].join(' · '),
    ),
  }));
}
