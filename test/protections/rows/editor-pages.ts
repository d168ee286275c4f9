import { type Protection, protectionsIn } from '../protection.ts';

const chatView = 'test/host/chat-view.test.ts';
const dropped = 'test/host/dropped-files.test.ts';
const media = 'test/host/media.test.ts';

/** The editor's side: what its pages may have it do. */
export const editorPageProtections: readonly Protection[] = [
  ...protectionsIn('src/editor/chat-page.ts', [
    {
      name: 'the page’s policy begins with nothing',
      remove: '"default-src \'none\'",',
      replaceWith: '"default-src https:",',
      tests: chatView,
      only: 'lets nothing into its pages but their own script',
    },
    {
      name: 'no script without the nonce',
      remove: "`script-src 'nonce-${nonce}'`,",
      replaceWith: "`script-src 'unsafe-inline' 'nonce-${nonce}'`,",
      tests: chatView,
      only: 'lets nothing into its pages but their own script',
    },
    {
      name: 'a nonce is used once',
      remove: "const nonce = randomBytes(18).toString('base64');",
      replaceWith: "const nonce = 'c2Vjb25kIGVkaXRpb24gbm9uY2U';",
      tests: chatView,
      only: 'lets nothing into its pages but their own script',
    },
    {
      name: 'no style from the page’s text',
      remove: '`style-src ${source}`,',
      replaceWith: "`style-src ${source} 'unsafe-inline'`,",
      tests: chatView,
      only: 'lets nothing into its pages but their own script',
    },
  ]),
  ...protectionsIn('src/editor/chat-view.ts', [
    {
      name: 'the page may load files of the extension alone',
      remove:
        "localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist'), vscode.Uri.joinPath(extensionUri, 'media')],",
      replaceWith: '',
      tests: chatView,
      only: 'lets its page load files of the extension alone',
    },
  ]),
  ...protectionsIn('src/editor/timeline-panel.ts', [
    {
      name: 'the page in a tab may load files of the extension alone',
      remove:
        "localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist'), vscode.Uri.joinPath(extensionUri, 'media')],",
      replaceWith: '',
      tests: 'test/host/timeline-panel.test.ts',
      only: 'shows the page of the timeline, under the policy of the side panel',
    },
    {
      name: 'a page without texts is told none',
      remove: '{ ...this.#options, withoutTexts: true }',
      replaceWith: 'this.#options',
      tests: 'test/host/timeline-panel.test.ts',
      only: 'is told what the timeline becomes, and nothing of what is said',
    },
  ]),
  ...protectionsIn('src/editor/page-link.ts', [
    {
      name: 'a page has a limited number of requests at work',
      remove: 'if (this.#atWork >= mostRequestsAtWork && !alwaysTaken.has(intent.type)) {',
      replaceWith: 'if (this.#atWork === -1) {',
      tests: chatView,
      only: 'does so much at once and refuses what is more',
    },
    {
      name: 'a page that was loaded anew loses what the one before opened',
      remove: 'if (request <= this.#lastRequest) this.pageGone();',
      replaceWith: '',
      tests: media,
      only: 'each page reads and closes what it opened itself, and loses it when it is gone',
    },
    {
      name: 'a bug of ours is not quoted to a page',
      remove: 'const error = asNemoError(reason);\n      if (error.code',
      replaceWith:
        'const error = new NemoError(asNemoError(reason).code, reason instanceof Error ? reason.message : String(reason));\n      if (error.code',
      tests: chatView,
      only: 'answers every request exactly once, and an error is an answer too',
    },
    {
      name: 'what nobody understands is refused',
      remove: 'if (to !== undefined)\n        this.#refuse(',
      replaceWith: 'if (to === -1)\n        this.#refuse(',
      tests: chatView,
      only: 'refuses what it does not understand, and nothing changes',
    },
  ]),
  ...protectionsIn('src/editor/carry-out-intent.ts', [
    {
      name: 'a page opens files of the session alone',
      remove: 'checkFile(intent.step, chat);',
      replaceWith: '',
      tests: media,
      only: 'a page has no other files opened or shown than those of the session',
    },
    {
      name: 'what a page says of a fault is cut off in the log',
      remove: 'intent.message.slice(0, 2_000)',
      replaceWith: 'intent.message',
      tests: chatView,
      only: 'writes so much of a page’s fault into the log, and no more',
    },
  ]),
  ...protectionsIn('src/editor/open-link.ts', [
    {
      name: 'a link leads to the web alone',
      remove: "if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {",
      replaceWith: 'if (!url) {',
      tests: chatView,
      only: 'answers every request exactly once, and an error is an answer too',
    },
  ]),
  ...protectionsIn('src/editor/carry-out-step.ts', [
    {
      name: 'a button that opens a file runs no command and opens no page',
      remove: "if (scheme === 'command' || scheme === 'http' || scheme === 'https') {",
      replaceWith: "if (scheme === '') {",
      tests: 'test/host/buttons.test.ts',
      only: 'opens nothing but files where it says that it opens a file',
    },
  ]),
  ...protectionsIn('src/editor/arriving-file.ts', [
    {
      name: 'a file’s pieces follow each other',
      remove: 'if (at !== this.#taken || bytes.byteLength > mostMediaBytes) throw notTaken();',
      replaceWith: 'if (bytes.byteLength > mostMediaBytes) throw notTaken();',
      tests: dropped,
      only: 'pieces must follow each other, fit, and be all there',
    },
    {
      name: 'a file’s pieces are no larger than a message may be',
      remove: '|| bytes.byteLength > mostMediaBytes) throw notTaken();',
      replaceWith: ') throw notTaken();',
      tests: dropped,
      only: 'pieces must follow each other, fit, and be all there',
    },
    {
      name: 'a file has no more bytes than were announced',
      remove: 'if (at + bytes.byteLength > this.bytes) throw changedMeanwhile(this.name);',
      replaceWith: '',
      tests: dropped,
      only: 'pieces must follow each other, fit, and be all there',
    },
    {
      name: 'a file has as many bytes as were announced',
      remove: 'if (this.#taken !== this.bytes) throw changedMeanwhile(this.name);',
      replaceWith: '',
      tests: dropped,
      only: 'pieces must follow each other, fit, and be all there',
    },
    {
      name: 'what only claims to be media is not taken',
      remove: 'if (at === 0 && seesEnough) checkUpload(this.name, this.bytes, false, bytes.subarray(0, sniffBytes));',
      replaceWith: '',
      tests: dropped,
      only: 'what only claims to be media is refused at its first piece',
    },
  ]),
  ...protectionsIn('src/editor/dropped-files.ts', [
    {
      name: 'a limited number of files arrives at a time',
      remove: '|| this.#arriving.size >= mostArriving) {',
      replaceWith: ') {',
      tests: dropped,
      only: 'only so many arrive at a time',
    },
    {
      name: 'a limited number of bytes arrives at a time',
      remove: 'if (this.#bytesAtOnce() + bytes > mostBytesAtOnce || ',
      replaceWith: 'if (',
      tests: dropped,
      only: 'only so many bytes arrive at a time',
    },
    {
      name: 'a file’s length is a number of bytes',
      remove: 'if (!Number.isSafeInteger(bytes) || bytes < 0) throw notTaken();',
      replaceWith: '',
      tests: dropped,
      only: 'a length that is none is refused',
    },
    {
      name: 'the name of a dropped file leads nowhere',
      remove:
        "return `${safeFileName(last.slice(0, -extension.length - 1), 'clip')}.${last.slice(-extension.length)}`;",
      replaceWith: 'return given;',
      tests: dropped,
      only: 'a name cannot lead out of our folder, and keeps its extension however long it is',
    },
    {
      name: 'a file that arrives belongs to its page',
      remove: 'return arriving?.page === page ? arriving : undefined;',
      replaceWith: 'return arriving;',
      tests: dropped,
      only: 'belongs to its page alone',
    },
    {
      name: 'a file goes to the session that it was dropped on',
      remove: 'if (arriving.chatId !== chat.id) throw otherSession(arriving.name);',
      replaceWith: '',
      tests: dropped,
      only: 'a file goes to the session that it was dropped on, or nowhere',
    },
    {
      name: 'what a window left behind is removed when it is old',
      remove: 'if (ageMs > (isArriving ? hourMs : 24 * hourMs)) await rm(path, { recursive: true, force: true });',
      replaceWith: 'await rm(path, { recursive: true, force: true });',
      tests: dropped,
      only: 'what windows that died left behind goes when it is old',
    },
    {
      name: 'only files of ours are removed after their upload',
      remove: 'if (target.fsPath.startsWith(this.#options.folder + sep)) this.#keep(target, 0, chat);',
      replaceWith: 'this.#keep(target, 0, chat);',
      tests: dropped,
      only: 'a file of the user’s is never taken for one of ours',
    },
  ]),
  ...protectionsIn('src/editor/media/open-media.ts', [
    {
      name: 'a page opens a limited number of files',
      remove: "if (ours >= mostOpen) throw new NemoError('refused',",
      replaceWith: "if (ours === -1) throw new NemoError('refused',",
      tests: media,
      only: 'a page that opens and never closes is stopped',
    },
    {
      name: 'what is open belongs to its page',
      remove: 'return opened?.page === page ? opened : undefined;',
      replaceWith: 'return opened;',
      tests: media,
      only: 'each page reads and closes what it opened itself, and loses it when it is gone',
    },
    {
      name: 'what a page reads at a time is limited',
      remove: 'if (!isRange || end - start > mostMediaBytes) {',
      replaceWith: 'if (!isRange) {',
      tests: media,
      only: 'a clip that was uploaded from here is read from its file, in any ranges',
    },
    {
      name: 'a page reads ranges alone',
      remove: 'if (!isRange || end - start > mostMediaBytes) {',
      replaceWith: 'if (end - start > mostMediaBytes) {',
      tests: media,
      only: 'a clip that was uploaded from here is read from its file, in any ranges',
    },
    {
      name: 'what was fetched goes with the account',
      remove: 'const left = await this.#cache.clear();',
      replaceWith: 'const left = 0;',
      tests: media,
      only: 'is not on this machine any more when somebody ',
    },
  ]),
  ...protectionsIn('src/editor/media/known-media.ts', [
    {
      name: 'only media of the session are fetched',
      remove:
        "if (!item) throw new NemoError('badArgument', l10n.t('This session has no such file. Refresh the project.'));",
      replaceWith: "if (!item) return { name: 'clip.mp4', kind: 'video', url: place.url };",
      tests: media,
      only: 'nothing is fetched or read that the session does not know',
    },
  ]),
  ...protectionsIn('src/editor/media/file-media.ts', [
    {
      name: 'another file in the place of an upload is not read',
      remove: 'if (check && !(await isSame(facts, check, hashed))) throw notTheSame(name);\n    return {',
      replaceWith: 'return {',
      tests: media,
      only: 'of a file that changed or went the service’s copy is read',
    },
    {
      name: 'a file that changes while it is open is not read on',
      remove: 'if (now.size !== found.size || now.mtimeNs !== found.mtimeNs) throw changedSinceOpened(name);',
      replaceWith: '',
      tests: media,
      only: 'of a file that changed or went the service’s copy is read',
    },
    {
      name: 'what is held in memory is limited',
      remove: 'if (stat.size > maxHeldBytes) throw tooLargeToHold(name);',
      replaceWith: '',
      tests: media,
      only: 'too large to be held, it is refused with the limit',
    },
  ]),
  ...protectionsIn('src/editor/media/media-cache.ts', [
    {
      name: 'the cache of media is limited',
      remove: 'if (isLeftOver || (bytes > this.#maxBytes && mayGo)) {',
      replaceWith: 'if (isLeftOver) {',
      tests: 'test/host/media-cache.test.ts',
      only: 'takes no more than its bytes',
    },
    {
      name: 'what a window left half fetched goes',
      remove: 'if (isLeftOver || (bytes > this.#maxBytes && mayGo)) {',
      replaceWith: 'if (bytes > this.#maxBytes && mayGo) {',
      tests: 'test/host/media-cache.test.ts',
      only: 'is rid of what a window left half fetched',
    },
    {
      name: 'what is half fetched is no file of the cache',
      remove: 'await rm(temporary, { force: true });\n      throw error;',
      replaceWith: 'await rename(temporary, path);\n      throw error;',
      tests: 'test/host/media-cache.test.ts',
      only: 'keeps nothing of what could not be fetched whole',
    },
  ]),
  ...protectionsIn('src/editor/media/service-media.ts', [
    {
      name: 'media of more than 500 MB are not fetched whole',
      remove: 'const maxWholeBytes = 500 * 1024 * 1024;',
      replaceWith: 'const maxWholeBytes = 2 ** 50;',
      tests: media,
      only: 'too large to be fetched whole, it is refused with the limit',
    },
  ]),
];
