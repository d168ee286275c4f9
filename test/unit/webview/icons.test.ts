import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

describe('The icons of the page', () => {
  it('are all in the icon font', async () => {
    const css = await readFile(join(root, 'node_modules/@vscode/codicons/dist/codicon.css'), 'utf8');
    const known = new Set([...css.matchAll(/\.codicon-([\w-]+):before/g)].map(([, name]) => name));
    const missing: string[] = [];
    let used = 0;
    for await (const path of glob('webview/**/*.ts', { cwd: root })) {
      const source = await readFile(join(root, path), 'utf8');
      const direct = [...source.matchAll(/icon\('([\w-]+)'|icon: '([\w-]+)'|codicon-([a-z-]+[a-z])/g)];
      const tables = [...source.matchAll(/[iI]cons\b[^=\n]*= \{([^}]*)\}/g)].flatMap(([, body]) => [
        ...(body ?? '').matchAll(/: '([\w-]+)'/g),
      ]);
      for (const match of [...direct, ...tables]) {
        const name = match.slice(1).find(Boolean);
        if (name === undefined) continue;
        used += 1;
        if (!known.has(name)) missing.push(`${path}: ${name}`);
      }
    }
    assert.ok(used > 30, `only ${used} icons were found`);
    assert.deepEqual(missing, []);
  });
});
