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

/** Attributes and properties whose values are read by people, or read out to them. */
const readAttribute = /^(aria-label|aria-description|aria-valuetext|aria-roledescription|title|placeholder|alt)$/;
const readProperty = /^(label|title|placeholder|tooltip|ariaLabel|textContent|innerText)$/;
const hasWord = (text: string) => /\p{L}{2,}/u.test(text.replace(/&\w+;|\bNemo\b/g, ''));

/** Words in quotes; sentences that are put one behind the other are none. */
function isLiteralSentence(node: ts.Expression): boolean {
  if (ts.isTemplateExpression(node)) return [node.head, ...node.templateSpans.map(({ literal }) => literal)].some(({ text }) => hasWord(text));
  return ts.isStringLiteralLike(node);
}

/** Words in a source of the page that are shown or read out without having been translated, each with its place. */
function literalWords(path: string, contents: string): string[] {
  const found: string[] = [];
  const file = ts.createSourceFile(path, contents, ts.ScriptTarget.Latest, true);
  const report = (node: ts.Node, words: string) => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${path}:${line + 1}: ${words.trim()}`);
  };
  /** Looks at an expression whose value is read. */
  const checkValue = (node: ts.Expression): void => {
    if (ts.isStringLiteralLike(node)) {
      if (hasWord(node.text)) report(node, node.text);
    } else if (ts.isTemplateExpression(node)) {
      const words = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].filter(hasWord);
      if (words.length > 0) report(node, words.join('…'));
      for (const { expression } of node.templateSpans) checkValue(expression);
    } else if (ts.isConditionalExpression(node)) {
      checkValue(node.whenTrue);
      checkValue(node.whenFalse);
    } else if (ts.isParenthesizedExpression(node)) {
      checkValue(node.expression);
    } else if (ts.isBinaryExpression(node) && /^(\?\?|\|\||&&|\+)$/.test(node.operatorToken.getText())) {
      checkValue(node.left);
      checkValue(node.right);
    }
  };
  const checkMarkup = (template: ts.TemplateLiteral): void => {
    const spans = ts.isTemplateExpression(template) ? template.templateSpans : [];
    const pieces = [ts.isTemplateExpression(template) ? template.head.text : template.text];
    for (const { literal } of spans) pieces.push(literal.text);
    // Values stand as one character that no markup holds.
    const markup = pieces.join('\ue000').replace(/<!--[\s\S]*?-->/g, '');
    const value = (before: string) => spans[before.split('\ue000').length - 2]?.expression;
    for (const { 1: name = '', 2: quoted = '', index } of markup.matchAll(/\s([\w-]+)=("[^"]*"|\ue000)/g)) {
      if (!readAttribute.test(name)) continue;
      if (hasWord(quoted)) report(template, quoted);
      const expression = quoted === '\ue000' ? value(markup.slice(0, index) + '\ue000') : undefined;
      if (expression) checkValue(expression);
    }
    const texts = markup.replace(/<[^>]*>/g, (tag) => tag.replace(/[^\ue000]/g, '').replaceAll('\ue000', '\ue001'));
    for (const text of texts.split(/[\ue000\ue001]/)) if (hasWord(text)) report(template, text);
    let at = -1;
    for (const sign of texts.replace(/[^\ue000\ue001]/g, '')) {
      at += 1;
      const expression = spans[at]?.expression;
      if (sign === '\ue000' && expression) checkValue(expression);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'html') checkMarkup(node.template);
    if (ts.isPropertyAssignment(node) && readProperty.test(node.name.getText())) checkValue(node.initializer);
    if (ts.isBinaryExpression(node) && ts.isPropertyAccessExpression(node.left)) {
      const isRead = readProperty.test(node.left.name.text) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
      if (isRead) checkValue(node.right);
    }
    if (ts.isCallExpression(node)) {
      const called = node.expression.getText();
      const [first, second] = node.arguments;
      const isRead = first && ts.isStringLiteralLike(first) && readAttribute.test(first.text);
      if (called.endsWith('.setAttribute') && isRead && second) checkValue(second);
      if (called.endsWith('.announce') && first) checkValue(first);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

describe('The words that people read', function () {
  // Every source of the product is parsed.
  this.timeout(120_000);

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
          if (words && isLiteralSentence(words)) {
            shown.push(`${path}: ${words.getText()}`);
          }
        }
        if (
          ts.isCallExpression(node) &&
          /^(offerSteps|ask|warn|confirm|withStoppableProgress)$/.test(node.expression.getText()) &&
          node.arguments.some((argument) => isLiteralSentence(argument) && argument.getText().includes(' '))
        ) {
          shown.push(`${path}: ${node.getText()}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(file);
    }
    assert.deepEqual(shown, []);
  });

  it('of the page are no literals: neither in its markup nor in the names of its controls', async () => {
    const shown: string[] = [];
    for (const { path, contents } of await sources()) {
      if (path.startsWith('webview')) shown.push(...literalWords(path, contents));
    }
    assert.deepEqual(shown, []);
  });

  for (const [what, source] of [
    ['a name', 'html`<button aria-label="Send it"></button>`'],
    ['a tooltip', 'html`<i title="Send it"></i>`'],
    ['a hint', 'html`<textarea placeholder="Send it"></textarea>`'],
    ['a text', 'html`<p class="x">Send <b>${it}</b></p>`'],
    ['a text behind a value', 'html`<p>${count} clips</p>`'],
    ['a label of a control', "iconButton({ icon: 'x', label: 'Send it' })"],
    ['a label with a value in it', 'iconButton({ label: `Remove ${name}` })'],
    ['an attribute that is set', "this.setAttribute('aria-label', 'Send it')"],
    ['a text that is set', "node.textContent = 'Send it'"],
    ['a value of a template', "html`<p title=${'Send it'}></p>`"],
    ['a choice of two', "html`<p>${on ? 'Send' : nothing}</p>`"],
    ['what is said aloud', "this.actions.announce('Send it')"],
  ] as const) {
    it(`are found where ${what} is one`, () => assert.equal(literalWords('x.ts', source).length, 1));
  }

  it('are not looked for in what nobody reads', () => {
    const source = [
      'html`<p class="two words" role="status" ?hidden=${off}>${l10n.t("Send it")} · ⏳</p>`',
      "html`<b class=${on ? 'chip on' : 'chip'} aria-hidden=${'true'}>${x === 'done' ? a : b}</b>`",
      "iconButton({ icon: 'send', label: l10n.t('Send it'), className: 'big button' })",
    ];
    assert.deepEqual(literalWords('x.ts', source.join(';')), []);
  });

  it('name every placeholder of the manifest', async () => {
    const manifest = await readFile(join(root, 'package.json'), 'utf8');
    const words = await readJson('package.nls.json');
    const used = [...manifest.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] ?? '');
    assert.ok(used.length > 0);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(words).sort());
  });
});
