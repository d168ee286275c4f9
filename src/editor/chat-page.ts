import { randomBytes } from 'node:crypto';

import * as vscode from 'vscode';

/**
 * The page of the side panel, or of the editor tab that shows the timeline alone: one element, one script, and a policy
 * that lets nothing else in.
 */
export function chatPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  page: 'chat' | 'timeline' = 'chat',
): string {
  const nonce = randomBytes(18).toString('base64');
  const asset = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', file)).toString();
  const source = webview.cspSource;
  // Media comes over the wire, byte by byte, and is decoded in the page: there is no element that would load any.
  const policy = [
    "default-src 'none'",
    `img-src ${source} blob: data:`,
    `font-src ${source}`,
    `style-src ${source}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Nemo</title>
    <link rel="stylesheet" href="${asset('codicon.css')}" />
    <link rel="stylesheet" href="${asset('webview.css')}" />
  </head>
  <body>
    <nemo-app data-page="${page}"></nemo-app>
    <script type="module" nonce="${nonce}" src="${asset('webview.js')}"></script>
  </body>
</html>
`;
}
