import assert from 'node:assert/strict';
import { readFile, glob } from 'node:fs/promises';
import { join } from 'node:path';

import { getL10nJson } from '@vscode/l10n-dev';
import * as ts from 'typescript';

const root = join(import.meta.dirname, '..', '..', '..');

/** A bundle's entry: the sentence itself, or with notes for translators. */
type Entry = string | { readonly message: string };
const sentence = (entry: Entry) => (typeof entry === 'string' ? entry : entry.message);

async function readJson(path: string): Promise<Record<string, Entry>> {
  return JSON.parse(await readFile(join(root, path), 'utf8')) as Record<string, Entry>;
}

async function sources(): Promise<{ path: string; contents: string }[]> {
  const found = [];
  for await (const path of glob(['src/**/*.ts', 'webview/**/*.ts'], { cwd: root })) {
    if (!path.endsWith('.d.ts')) found.push({ path, contents: await readFile(join(root, path), 'utf8') });
  }
  return found;
}

const placeholders = (text: string) => [...text.matchAll(/\{\d+\}/g)].map(([match]) => match).sort();

describe('The words that people read', () => {
  it('are all in the English bundle, and nothing else is', async () => {
    const used = await getL10nJson((await sources()).map(({ contents }) => ({ extension: '.ts', contents })));
    const bundle = await readJson('l10n/bundle.l10n.json');
    assert.deepEqual(Object.keys(bundle).sort(), Object.keys(used).sort(), 'run «npm run l10n» and commit the bundle');
  });

  for (const [english, chinese] of [
    ['l10n/bundle.l10n.json', 'l10n/bundle.l10n.zh-cn.json'],
    ['package.nls.json', 'package.nls.zh-cn.json'],
  ] as const) {
    it(`are all translated in ${chinese}, with the same placeholders`, async () => {
      const source = await readJson(english);
      const target = await readJson(chinese);
      assert.deepEqual(Object.keys(target).sort(), Object.keys(source).sort());
      for (const [key, entry] of Object.entries(source)) {
        const translated = target[key];
        assert.ok(translated !== undefined && sentence(translated).trim() !== '', `«${key}» is not translated`);
        assert.deepEqual(placeholders(sentence(translated)), placeholders(sentence(entry)), `placeholders of «${key}»`);
      }
    });
  }

  it('reach the screen through the bundle: no literal sentence is thrown or shown', async () => {
    const shown: string[] = [];
    for (const { path, contents } of await sources()) {
      const file = ts.createSourceFile(path, contents, ts.ScriptTarget.Latest, true);
      const visit = (node: ts.Node): void => {
        if (ts.isNewExpression(node) && node.expression.getText() === 'NemoError') {
          const words = node.arguments?.[1];
          if (words && (ts.isStringLiteralLike(words) || ts.isTemplateExpression(words))) {
            shown.push(`${path}: ${words.getText()}`);
          }
        }
        if (
          ts.isCallExpression(node) &&
          /\.show(Information|Warning|Error)Message$/.test(node.expression.getText()) &&
          node.arguments.some((argument) => ts.isStringLiteralLike(argument) || ts.isTemplateExpression(argument))
        ) {
          shown.push(`${path}: ${node.getText()}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(file);
    }
    assert.deepEqual(shown, []);
  });

  it('name every placeholder of the manifest', async () => {
    const manifest = await readFile(join(root, 'package.json'), 'utf8');
    const words = await readJson('package.nls.json');
    const used = [...manifest.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] ?? '');
    assert.ok(used.length > 0);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(words).sort());
  });
});
