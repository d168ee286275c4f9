import { type Protection, protectionsIn } from '../protection.ts';

const page = 'test/screen/preview/page.test.ts';
const template = 'test/unit/webview/markdown-template.test.ts';
const sender = 'test/unit/webview/file-sender.test.ts';
const handedOver = 'test/unit/webview/handed-over.test.ts';
const mediaSource = 'test/unit/webview/media-source.test.ts';

/** The page: what of an answer it draws, and what it takes from the wire. */
export const pageProtections: readonly Protection[] = [
  ...protectionsIn('webview/markdown/markdown-template.ts', [
    {
      name: 'HTML in an answer is shown as text (block)',
      remove: '<p class="raw" dir="auto">${withoutTowers(known.text.trim())}</p>',
      replaceWith: '<p class="raw" dir="auto" .innerHTML=${known.text.trim()}></p>',
      tests: page,
      only: 'draws nothing that an answer writes as HTML, and loads nothing that it names',
    },
    {
      name: 'HTML in an answer is shown as text (inline)',
      remove: "case 'html':\n      return withoutTowers(known.text);",
      replaceWith: "case 'html':\n      return html`<span .innerHTML=${known.text}></span>`;",
      tests: page,
      only: 'draws nothing that an answer writes as HTML, and loads nothing that it names',
    },
    {
      name: 'pictures in an answer are not loaded',
      remove: 'return link(known.href, [`[${name}]`], actions);',
      replaceWith: 'return html`<img src=${known.href} alt=${name} />`;',
      tests: page,
      only: 'draws nothing that an answer writes as HTML, and loads nothing that it names',
    },
    {
      name: 'a link in an answer leads to the web alone',
      remove: "return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;",
      replaceWith: 'return url?.href;',
      tests: template,
      only: 'leads to the web and nowhere else',
    },
    {
      name: 'a link in an answer goes through the editor, with its question',
      remove: 'role="link"\n    tabindex="0"',
      replaceWith: 'href=${url}\n    tabindex="0"',
      tests: page,
      only: 'draws nothing that an answer writes as HTML, and loads nothing that it names',
    },
    {
      name: 'a link in an answer shows where it leads',
      remove: '    title=${url}\n',
      replaceWith: '',
      tests: page,
      only: 'shows markup as text, and leads to the web alone',
    },
  ]),
  ...protectionsIn('webview/markdown/entities.ts', [
    {
      name: 'an entity is looked for among ours alone',
      remove: 'Object.hasOwn(named, name) ?',
      replaceWith: 'name in named ?',
      tests: template,
      only: 'shows entities as the characters that they stand for',
    },
    {
      name: 'an entity is a character or a sign for none',
      remove: 'return code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ?',
      replaceWith: 'return code === 0 || code > 0x10ffff ?',
      tests: template,
      only: 'shows entities as the characters that they stand for',
    },
  ]),
  ...protectionsIn('webview/host-link.ts', [
    {
      name: 'a message that cannot be read changes nothing',
      remove: 'if (!parsed.success) {',
      replaceWith: 'if (!parsed.success) {\n      this.#onMessage(data as HostMessage);',
      tests: page,
      only: 'reports what it cannot read and asks for everything again',
    },
    {
      name: 'a host that cannot be read is not asked without end',
      remove: 'if (wait === undefined) {',
      replaceWith: 'if (wait === -1) {',
      tests: page,
      only: 'gives up kindly when nothing readable comes, and tries again when asked',
    },
    {
      name: 'a report of what cannot be read quotes nothing of it',
      remove: "map(({ path, code }) => `${path.join('.')}: ${code}`)",
      replaceWith: 'map(() => JSON.stringify(data))',
      tests: page,
      only: 'reports what it cannot read and asks for everything again',
    },
  ]),
  ...protectionsIn('webview/chat/handed-over.ts', [
    {
      name: 'what is pasted of the web stays text',
      remove: 'urisOfDrop(data).filter((uri) => fileSchemes.test(uri))',
      replaceWith: 'urisOfDrop(data)',
      tests: handedOver,
      only: 'stays text where people write about the web',
    },
    {
      name: 'a pasted text is files only where every line is one',
      remove: 'lines.every((line) => fileSchemes.test(line) && URL.canParse(line))',
      replaceWith: 'lines.every((line) => URL.canParse(line))',
      tests: handedOver,
      only: 'stays text where people write about the web',
    },
  ]),
  ...protectionsIn('webview/chat/file-sender.ts', [
    {
      name: 'few pieces of a file are in memory',
      remove: 'if (underWay.length >= piecesUnderWay) await underWay.shift();',
      replaceWith: '',
      tests: sender,
      only: 'are read no faster than they are taken',
    },
    {
      name: 'a file that shrank is not handed over',
      remove: 'if (bytes.length !== end - at) throw unreadable(file.name);',
      replaceWith: '',
      tests: sender,
      only: 'that go away or shrink while they are read are said to be gone',
    },
    {
      name: 'what failed in the middle is withdrawn from the host',
      remove: "if (fileId !== undefined) await this.#send({ type: 'fileWithdrawn', fileId });",
      replaceWith: '',
      tests: sender,
      only: 'are thrown away at the host where it fails in the middle',
    },
  ]),
  ...protectionsIn('webview/media/media-source.ts', [
    {
      name: 'the page takes no more bytes than it asked for',
      remove: '|| bytes.byteLength > until - at) {',
      replaceWith: ') {',
      tests: mediaSource,
      only: 'takes neither more bytes than it asked for nor none',
    },
    {
      name: 'the page does not ask on and on where nothing comes',
      remove: '|| bytes.byteLength === 0 ||',
      replaceWith: '||',
      tests: mediaSource,
      only: 'takes neither more bytes than it asked for nor none',
    },
    {
      name: 'the page asks for no more than goes with a message',
      remove: 'const until = Math.min(end, at + mostMediaBytes);\n      const answer',
      replaceWith: 'const until = end;\n      const answer',
      tests: mediaSource,
      only: 'is read in pieces that go with a message',
    },
  ]),
  ...protectionsIn('webview/media/least-recent-cache.ts', [
    {
      name: 'what is kept of pictures is limited',
      remove: 'if (this.#bytes <= this.#mostBytes || oldest === key) break;',
      replaceWith: 'if (this.#bytes > 0) break;',
      tests: 'test/unit/webview/least-recent-cache.test.ts',
      only: 'never takes more than its bytes',
    },
  ]),
  ...protectionsIn('.vscodeignore', [
    {
      name: 'the sandbox and the tests are not shipped',
      remove: '**\n!dist/extension.cjs',
      replaceWith: 'node_modules/**\n!dist/extension.cjs',
      tests: 'test/unit/packaging/shipped-files.test.ts',
      only: 'ships what runs and what people read, and nothing else',
    },
  ]),
];
