import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { plainText } from '../client/plain-text.ts';
import type { Connection } from './connection.ts';
import type { Settings } from './settings.ts';
import { withIcon, type PlainStatusBarItem } from './surfaces/plain-window.ts';

/** Shows where we stand with the service, and the credits, in the status bar. */
export function showStatus(item: PlainStatusBarItem, connection: Connection, settings: Settings): vscode.Disposable {
  item.name = plainText(l10n.t('Nemo Credits'));
  const look = () => {
    const { view } = connection;
    item.backgroundColor = undefined;
    switch (view.kind) {
      case 'notConnected':
        item.text = withIcon('device-camera-video', plainText('Nemo'));
        item.tooltip = plainText(l10n.t('Nemo: not connected. Click to connect.'));
        item.command = 'nemo.connect';
        break;
      case 'connecting':
        item.text = withIcon('loading~spin', plainText('Nemo'));
        item.tooltip = plainText(l10n.t('Setting things up…'));
        item.command = undefined;
        break;
      case 'failed':
        item.text = withIcon('warning', plainText('Nemo'));
        item.tooltip = plainText(view.message);
        item.command = 'nemo.connect';
        break;
      case 'connected':
        item.text = withIcon('device-camera-video', plainText(String(view.credits?.available ?? '–')));
        item.tooltip = plainText(
          view.credits
            ? l10n.t('Nemo credits: {0} available, {1} reserved', view.credits.available, view.credits.frozen)
            : l10n.t('Nemo is connected.'),
        );
        item.command = 'nemo.showCredits';
        break;
    }
    item.accessibilityInformation = { label: item.tooltip };
    if (settings.showCredits) item.show();
    else item.hide();
  };
  look();
  return vscode.Disposable.from(
    connection.onDidChange(look),
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('nemo.showCredits') && look()),
  );
}
