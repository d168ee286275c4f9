import { type Protection, protectionsIn } from '../protection.ts';

const plain = 'test/unit/client/plain-text.test.ts';
const surfaces = 'test/unit/editor/plain-surfaces.test.ts';
const fromHost = 'test/unit/webview/from-host.test.ts';
const lexer = 'test/unit/webview/bounded-lexer.test.ts';
const names = 'test/screen/preview/hostile-names.test.ts';
const strangers = 'test/screen/preview/strangers.test.ts';
const policy = 'test/host/chat-view.test.ts';

/** What texts, and messages of other pages, could do. */
export const hostileTextProtections: readonly Protection[] = [
  ...protectionsIn('src/client/plain-text.ts', [
    {
      name: 'no text becomes an icon',
      remove: ".replace(iconBegin, '$ ')",
      replaceWith: '',
      tests: plain,
      only: 'has no link and no icon where there was',
    },
    {
      name: 'no text becomes a link',
      remove: ".replace(linkMiddle, '] ')",
      replaceWith: '',
      tests: plain,
      only: 'has no link and no icon where there was',
    },
    {
      name: 'nothing in a text turns its direction or hides',
      remove: ".replace(hidden, '')",
      replaceWith: '',
      tests: plain,
      only: 'is without ',
    },
    {
      name: 'no text has controls or line breaks',
      remove: ".replace(breaks, ' ')",
      replaceWith: '',
      tests: plain,
      only: 'is without ',
    },
    {
      name: 'no letter carries a heap of marks',
      remove: ".replace(heapedMarks, '$1')",
      replaceWith: '',
      tests: plain,
      only: 'is without ',
    },
  ]),
  {
    name: 'every error’s sentence is plain',
    file: 'src/client/errors.ts',
    remove: 'plainText(message, longestMessage)',
    replaceWith: 'message',
    tests: plain,
    only: 'is every error’s sentence, whatever it holds',
  },
  {
    name: 'the editor’s surfaces take plain text only',
    file: 'eslint.config.mjs',
    remove: "'nemo/plain-surfaces': 'error'",
    replaceWith: "'nemo/plain-surfaces': 'off'",
    tests: surfaces,
    only: 'lets no text past the function that makes it plain',
  },
  {
    name: 'a page hears the editor alone',
    file: 'webview/host-link.ts',
    remove: 'if (isFromHost(event)) ',
    replaceWith: '',
    tests: strangers,
    only: 'The pages, posted to by others than the editor',
  },
  ...protectionsIn('webview/from-host.ts', [
    {
      name: 'messages of another origin are not heard',
      remove: 'origin !== window.origin || ',
      replaceWith: '',
      tests: fromHost,
      only: 'is not the editor’s where it comes from another origin',
    },
    {
      name: 'messages of a page without an origin are not heard',
      remove: " || origin === 'null'",
      replaceWith: '',
      tests: fromHost,
      only: 'is nobody’s where the page has no origin of its own',
    },
    {
      name: 'messages of another window of the same origin are not heard',
      remove: 'return source !== null && isParent(source);',
      replaceWith: 'return true;',
      tests: fromHost,
      only: 'is not the editor’s where another window of its origin posts it',
    },
  ]),
  ...protectionsIn('webview/markdown/bounded-lexer.ts', [
    {
      name: 'blocks nest so deep and no deeper',
      remove: 'if (this.#blocksAround > mostNestedBlocks) {',
      replaceWith: 'if (this.#blocksAround < 0) {',
      tests: lexer,
      only: 'is parsed to the end, and no deeper than may be',
    },
    {
      name: 'emphasis and links nest so deep and no deeper',
      remove: 'if (this.#inlinesAround >= mostNestedInline) {',
      replaceWith: 'if (this.#inlinesAround < 0) {',
      tests: lexer,
      only: 'is parsed to the end, and no deeper than may be',
    },
    {
      name: 'emphasis is looked for in pieces',
      remove: 'cutBefore(source, at + mostInlineAtOnce, at)',
      replaceWith: 'source.length',
      tests: lexer,
      only: 'is searched for emphasis and links a thousand characters at a time',
    },
  ]),
  {
    name: 'no character in an answer carries a tower of marks',
    file: 'webview/markdown/cut-text.ts',
    remove: "return text.replace(towers, '$1');",
    replaceWith: 'return text;',
    tests: lexer,
    only: 'piles no tower of marks on a character',
  },
  {
    name: 'of a long answer the beginning is drawn',
    file: 'webview/markdown/block-stream.ts',
    remove: 'this.#text.slice(0, cutBefore(this.#text, most))',
    replaceWith: 'this.#text',
    tests: lexer,
    only: 'is parsed at its begin alone',
  },
  ...protectionsIn('src/editor/chat-page.ts', [
    {
      name: 'pages load no pictures from elsewhere',
      remove: '`img-src ${source} blob: data:`',
      replaceWith: '`img-src ${source} blob: data: https:`',
      tests: policy,
      only: 'lets nothing into its pages but their own script, styles, fonts and pictures',
    },
    {
      name: 'pages run their own script alone',
      remove: "`script-src 'nonce-${nonce}'`",
      replaceWith: "`script-src 'nonce-${nonce}' 'unsafe-inline'`",
      tests: policy,
      only: 'lets nothing into its pages but their own script, styles, fonts and pictures',
    },
    {
      name: 'pages load no fonts from elsewhere',
      remove: '`font-src ${source}`',
      replaceWith: '`font-src ${source} https:`',
      tests: policy,
      only: 'lets nothing into its pages but their own script, styles, fonts and pictures',
    },
  ]),
  ...protectionsIn('webview/seen-text.ts', [
    {
      name: 'no name in the page turns the text around it or hides',
      remove: 'const line = visibleLine(text);',
      replaceWith: 'const line = text;',
      tests: names,
      only: 'leave nothing in the page that turns the text around it or hides',
    },
    {
      name: 'a name in a sentence leaves the direction of the sentence alone',
      remove: 'html`<bdi>${withUnbrokenNumbers(seen(name.slice(1, -1)))}</bdi>`',
      replaceWith: 'html`${withUnbrokenNumbers(seen(name.slice(1, -1)))}`',
      tests: names,
      only: 'have a direction of their own',
    },
  ]),
  ...protectionsIn('webview/timeline/draw-timeline.ts', [
    {
      name: 'no name is drawn on the timeline with what turns or hides',
      remove: 'text.fit(seen(clip.text ?? clip.title), room)',
      replaceWith: 'text.fit(clip.text ?? clip.title, room)',
      tests: names,
      only: 'are drawn on the timeline without what turns or hides',
    },
  ]),
];
