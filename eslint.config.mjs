import eslint from '@eslint/js';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

import { plainSurfaces } from './.ci/plain-surfaces.mjs';

/** Rooms that run anywhere: no editor, no page. */
const pureRooms = ['src/client/**', 'src/timeline/**', 'src/conversation/**', 'src/protocol/**'];

const wall = (files, patterns, extra = []) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [...patterns, ...extra] }] },
});

const noEditor = { group: ['vscode'], message: 'Only the editor side may know the editor.' };
const noEditorSide = { group: ['**/editor/*', '**/extension.ts'], message: 'Data flows the other way.' };
const noTests = { group: ['**/test/**'], message: 'The product never imports its tests.' };

const noBarrels = { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that defines it.' };
const noHiddenRegexp = {
  selector: ':matches(NewExpression, CallExpression)[callee.name="RegExp"]',
  message: 'Only src/conversation/pattern.ts makes regular expressions at run time, so that all of them are checked.',
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'demo-output/', 'test-results/', '.vscode-test/'] },
  eslint.configs.recommended,
  { files: ['**/*.ts'], extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked] },
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: {
        project: ['./src/tsconfig.json', './webview/tsconfig.json', './test/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/prefer-nullish-coalescing': 'error',
      // «noPropertyAccessFromIndexSignature» asks for the brackets that this rule forbids.
      '@typescript-eslint/dot-notation': 'off',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
      'no-restricted-syntax': ['error', noBarrels],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    // Both are loaded by the test that checks every expression; the second is put together from a list of scripts.
    ignores: ['src/conversation/pattern.ts', 'src/client/plain-text.ts'],
    rules: { 'no-restricted-syntax': ['error', noBarrels, noHiddenRegexp] },
  },
  {
    // What a server or a file says is read by these: none may take more than linear time, whatever the text.
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false, ignoreSticky: false }],
    },
  },
  wall(pureRooms, [
    noEditor,
    noEditorSide,
    noTests,
    { group: ['lit', 'lit/*', '**/webview/**'], message: 'No page here.' },
  ]),
  wall(
    ['src/timeline/**'],
    [
      noEditor,
      noEditorSide,
      noTests,
      { group: ['**/conversation/*', '**/client/*', '**/protocol/*'], message: 'The timeline knows drafts only.' },
    ],
  ),
  wall(
    ['src/client/**'],
    [
      noEditor,
      noEditorSide,
      noTests,
      { group: ['**/conversation/*', '**/protocol/*', '**/timeline/*'], message: 'The client knows the service only.' },
    ],
  ),
  wall(
    ['src/editor/**', 'src/extension.ts'],
    [
      noTests,
      {
        group: ['undici', 'eventsource-parser', 'lit', 'lit/*'],
        message: 'HTTP belongs to the client, pages to the webview.',
      },
    ],
  ),
  wall(
    ['webview/**'],
    [
      noEditor,
      noEditorSide,
      noTests,
      { group: ['undici', 'node:*', 'eventsource-parser'], message: 'The webview never knows HTTP.' },
      { group: ['**/client/nemo-client.ts', '**/client/transport.ts'], message: 'The webview never knows HTTP.' },
      {
        group: ['@vscode/webview-ui-toolkit', '@vscode/webview-ui-toolkit/*'],
        message: 'Only webview/toolkit.ts imports the toolkit.',
      },
    ],
  ),
  { files: ['webview/toolkit.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['src/**/*.ts'],
    // Texts reach the editor's own surfaces as PlainText only.
    ignores: ['src/editor/surfaces/plain-window.ts'],
    plugins: { nemo: { rules: { 'plain-surfaces': plainSurfaces } } },
    rules: { 'nemo/plain-surfaces': 'error' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Mocha's describe and it return what nobody awaits; assertions are often plain expressions.
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
);
