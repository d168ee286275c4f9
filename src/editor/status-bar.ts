import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import type { Connection } from './connection.ts';
import type { Settings } from './settings.ts';

/** Shows where we stand with the service, and the credits, in the status bar. */
export function showStatus(item: vscode.StatusBarItem, connection: Connection, settings: Settings): vscode.Disposable {
  item.name = l10n.t('Nemo Credits');
  const look = () => {
    const { view } = connection;
    item.backgroundColor = undefined;
    switch (view.kind) {
      case 'notConnected':
        item.text = '$(device-camera-video) Nemo';
        item.tooltip = l10n.t('Nemo: not connected. Click to connect.');
        item.command = 'nemo.connect';
        break;
      case 'connecting':
        item.text = '$(loading~spin) Nemo';
        item.tooltip = l10n.t('Setting things up…');
        item.command = undefined;
        break;
      case 'failed':
        item.text = '$(warning) Nemo';
        item.tooltip = view.message;
        item.command = 'nemo.connect';
        break;
      case 'connected':
        item.text = `$(device-camera-video) ${view.credits?.available ?? '–'}`;
        item.tooltip = view.credits
          ? l10n.t('Nemo credits: {0} available, {1} reserved', view.credits.available, view.credits.frozen)
          : l10n.t('Nemo is connected.');
        item.command = 'nemo.showCredits';
        break;
    }
    item.accessibilityInformation = { label: typeof item.tooltip === 'string' ? item.tooltip : 'Nemo' };
    if (settings.showCredits) item.show();
    else item.hide();
  };
  look();
  return vscode.Disposable.from(
    connection.onDidChange(look),
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('nemo.showCredits') && look()),
  );
}
