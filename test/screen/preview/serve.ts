/**
 * Shows the side panel's page in a plain browser, with a stand-in for the editor and the colours of the editor's themes,
 * under the very policy that it has in the editor:
 *
 *   node test/screen/preview/serve.ts [port]
 *
 * then open `http://127.0.0.1:<port>/?scene=rich&theme=dark`.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

import { build } from 'esbuild';

const root = join(import.meta.dirname, '..', '..', '..');
const codicons = join(root, 'node_modules/@vscode/codicons/dist');

/** The themes that the preview knows; the variables are what the editor hands to its pages. */
export const themeNames = ['dark', 'light', 'hc-dark', 'hc-light'] as const;
export type ThemeName = (typeof themeNames)[number];

interface Theme {
  readonly id: string;
  readonly kind: string;
  readonly bodyClasses: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
  '.map': 'application/json',
};

/** Builds the page as it is now. */
async function bundle(): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [
      { in: 'webview/main.ts', out: 'webview' },
      { in: 'test/screen/preview/fake-host.ts', out: 'fake-host' },
    ],
    bundle: true,
    write: false,
    outdir: join(root, 'dist'),
    platform: 'browser',
    format: 'esm',
    splitting: true,
    chunkNames: 'webview-[name]-[hash]',
    target: 'chrome138',
    minify: true,
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    conditions: ['production'],
  });
  return new Map(outputFiles.map(({ path, contents }) => [path.slice(join(root, 'dist').length), contents]));
}

function page(theme: Theme, shown: string): string {
  const nonce = randomBytes(16).toString('hex');
  const policy = [
    "default-src 'none'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "style-src 'self'",
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  const variables = JSON.stringify(theme.variables).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Nemo</title>
<link rel="icon" href="data:,">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="/host.css">
<link rel="stylesheet" href="/codicon.css">
<link rel="stylesheet" href="/webview.css">
<script nonce="${nonce}">
  for (const [name, value] of Object.entries(${variables})) document.documentElement.style.setProperty(name, value);
</script>
</head>
<body class="${theme.bodyClasses.join(' ')}" data-vscode-theme-kind="${theme.kind}" data-vscode-theme-id="${theme.id}" role="document">
<nemo-app data-page="${shown}"></nemo-app>
<script type="module" nonce="${nonce}">
  // One after the other, as the editor has its interface ready before the page's own script runs.
  const load = (source) => new Promise((resolve) => {
    const script = document.createElement('script');
    script.type = 'module';
    script.nonce = '${nonce}';
    script.src = source;
    script.onload = resolve;
    document.body.append(script);
  });
  await load('/fake-host.js');
  await load('/webview.js');
</script>
</body>
</html>`;
}

/** What an editor's side bar gives to the page beneath its own styles. */
const hostStyles = `
html { background: var(--vscode-sideBar-background); }
@layer vscode-default {
  body { padding: 0 20px; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); }
  code { color: var(--vscode-textPreformat-foreground); background: var(--vscode-textPreformat-background); }
}`;

/** Serves the preview on loopback; port 0 takes a free one. */
export async function servePreview(port = 0): Promise<{ readonly url: string; readonly server: Server }> {
  let files = await bundle();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const answer = async (): Promise<void> => {
      if (url.pathname === '/') {
        if (url.searchParams.has('rebuild')) files = await bundle();
        const name = themeNames.find((known) => known === url.searchParams.get('theme')) ?? 'dark';
        const shown = url.searchParams.get('page') === 'timeline' ? 'timeline' : 'chat';
        const theme = JSON.parse(await readFile(join(import.meta.dirname, 'themes', `${name}.json`), 'utf8')) as Theme;
        response.setHeader('content-type', 'text/html; charset=utf-8').end(page(theme, shown));
        return;
      }
      const body =
        url.pathname === '/host.css'
          ? hostStyles
          : url.pathname.startsWith('/codicon.')
            ? await readFile(join(codicons, url.pathname.slice(1)))
            : files.get(url.pathname);
      if (body === undefined) {
        response.writeHead(404).end();
        return;
      }
      response.setHeader('content-type', types[extname(url.pathname)] ?? 'application/octet-stream').end(body);
    };
    answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

if (import.meta.main) {
  const { url } = await servePreview(Number(process.argv[2] ?? 8088));
  console.log(`${url}/?scene=rich&theme=dark`);
}
