/** Another extension in the same editor: calls what it is told to call, over HTTP on loopback. */
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';

import * as vscode from 'vscode';

import { strangerAddress, type StrangerAnswer, type StrangerCall } from './stranger-calls.ts';

export function activate(context: vscode.ExtensionContext): void {
  const server = createServer((request, response) => {
    carryOut(request).then(
      (answer) => response.end(JSON.stringify(answer)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    writeFileSync(join(homedir(), strangerAddress), `http://127.0.0.1:${port}/`);
  });
  context.subscriptions.push({ dispose: () => server.close() });
}

async function carryOut(request: IncomingMessage): Promise<StrangerAnswer> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) body += chunk;
  const { command, args } = JSON.parse(body) as StrangerCall;
  if (command === undefined) {
    const nemo = vscode.extensions.getExtension<object>('nemo-vscode.nemo-vscode');
    return { result: Object.keys((await nemo?.activate()) ?? {}).sort() };
  }
  try {
    const given = args.map((arg) => (typeof arg === 'string' && arg.startsWith('file:') ? vscode.Uri.parse(arg) : arg));
    return { result: await vscode.commands.executeCommand(command, ...given) };
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return { error: { code: code ?? '', message: message ?? '' } };
  }
}
