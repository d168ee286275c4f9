import { type Protection, protectionsIn } from '../protection.ts';

const names = 'test/unit/editor/export-names.test.ts';
const files = 'test/unit/editor/files.test.ts';
const sessions = 'test/unit/editor/sessions.test.ts';
const tokens = 'test/unit/editor/tokens.test.ts';
const keeping = 'test/unit/editor/token-keeping.test.ts';
const ids = 'test/unit/editor/client-id.test.ts';

/** Tokens, names of files, and what is put on the disk. */
export const storageProtections: readonly Protection[] = [
  ...protectionsIn('src/editor/kept-tokens.ts', [
    {
      name: 'a token goes to the service only that it came from',
      remove: 'return `nemo.token.${kind} ${this.#options.origin}`;',
      replaceWith: 'return `nemo.token.${kind}`;',
      tests: tokens,
      only: 'of one service are never sent to another',
    },
    {
      name: 'no token is kept outside of the secret storage',
      remove: 'await this.#mark({ ...this.#marks, ...markOf(kind, value) });',
      replaceWith: 'await this.#mark({ ...this.#marks, ...markOf(kind, value), ...value });',
      tests: keeping,
      only: 'leaves nothing of itself where it is not safe',
    },
    {
      name: 'who loses the own token does not go on as somebody else',
      remove: 'throw lostToken();',
      replaceWith: '',
      tests: keeping,
      only: 'is missed when it is gone at the next start, and nobody goes on as somebody else',
    },
    {
      name: 'a token that was signed out of is not used again',
      remove: 'this.#cache.set(kind, Promise.resolve(undefined));',
      replaceWith: '',
      tests: keeping,
      only: 'is said to be still here where the keyring does not give it up',
    },
    {
      name: 'a token that stays in the keyring is told',
      remove: 'if (stuck) throw stuck;',
      replaceWith: '',
      tests: keeping,
      only: 'is said to be still here where the keyring does not give it up',
    },
  ]),
  ...protectionsIn('src/editor/token-store.ts', [
    {
      name: 'a token of the user’s is never replaced',
      remove: 'throw rejectedToken();',
      replaceWith: '',
      tests: tokens,
      only: 'that the user gave are never replaced',
    },
    {
      name: 'the environment’s token is never replaced',
      remove: 'throw rejectedEnvironmentToken();',
      replaceWith: '',
      tests: tokens,
      only: 'that the user gave are never replaced',
    },
    {
      name: 'a token that arrives after the sign-out is not kept',
      remove: "if (epoch === this.#epoch) await this.#kept.write('anonymous', fresh);",
      replaceWith: "await this.#kept.write('anonymous', fresh);",
      tests: tokens,
      only: 'are not kept when they arrive after everything was forgotten',
    },
    {
      name: 'one token is taken for all who wait',
      remove: 'if (!this.#renewal) {',
      replaceWith: 'if (old !== null) {',
      tests: tokens,
      only: 'are taken once for all who ask at the same time',
    },
  ]),
  ...protectionsIn('src/editor/client-id.ts', [
    {
      name: 'a client id fits a header (environment)',
      remove: 'if (given && wellFormed.test(given)) return given;',
      replaceWith: 'if (given) return given;',
      tests: tokens,
      only: 'is the environment’s where that says one that can be sent',
    },
    {
      name: 'a client id fits a header (memento)',
      remove: "if (typeof known === 'string' && wellFormed.test(known)) return known;",
      replaceWith: "if (typeof known === 'string') return known;",
      tests: ids,
      only: 'is the file’s where what the editor remembers is none that the service takes',
    },
    {
      name: 'a client id fits a header (file)',
      remove: 'return text !== undefined && wellFormed.test(text) ? text : undefined;',
      replaceWith: 'return text;',
      tests: ids,
      only: 'is made anew where the file is ',
    },
    {
      name: 'windows agree on one client id',
      remove: 'await link(file, path);',
      replaceWith: 'await rename(file, path);',
      tests: ids,
      only: 'is one for all windows that start in the same moment',
    },
  ]),
  ...protectionsIn('src/editor/safe-file-name.ts', [
    {
      name: 'a file’s name has no control or format characters',
      remove: '\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}',
      replaceWith: '',
      tests: files,
      only: 'becomes ',
    },
    {
      name: 'a file’s name has no separators',
      remove: '<>:"/\\\\|?*]+/gu',
      replaceWith: '<>:"|?*]+/gu',
      tests: files,
      only: 'never leads out of its folder, whatever it is',
    },
    {
      name: 'a file’s name is neither hidden nor a way up',
      remove: '!/[.\\s]/.test(letter)',
      replaceWith: "letter !== ''",
      tests: files,
      only: 'never leads out of its folder, whatever it is',
    },
    {
      name: 'a file’s name is no device',
      remove: 'return deviceName.test(named) ? `_${named}` : named;',
      replaceWith: 'return named;',
      tests: files,
      only: 'becomes ',
    },
    {
      name: 'a file’s name has at most 80 characters',
      remove: '.slice(0, 80);',
      replaceWith: '.slice(0, 800);',
      tests: names,
      only: 'has at most 80 characters',
    },
    {
      name: 'a file’s name has at most 160 bytes',
      remove: 'while (Buffer.byteLength(',
      replaceWith: 'while (0 * Buffer.byteLength(',
      tests: names,
      only: 'has at most 80 characters',
    },
    {
      name: 'a file’s name is not empty',
      remove: "if (named === '') return fallback;",
      replaceWith: '',
      tests: files,
      only: 'never leads out of its folder, whatever it is',
    },
  ]),
  ...protectionsIn('src/editor/place-file.ts', [
    {
      name: 'a video never takes the place of another file',
      remove: 'await link(part, path);',
      replaceWith: 'await rename(part, path);\n    return true;',
      tests: names,
      only: 'is the next one where somebody was faster',
    },
    {
      name: 'a file of the user’s is not removed for the place',
      remove: 'if ((await stat(announced)).size === 0) await rm(announced, { force: true });',
      replaceWith: 'await rm(announced, { force: true });',
      tests: names,
      only: 'may be held by an empty file of ours when the work broke off, and never by one of the user’s',
    },
    {
      name: 'a video is not put twice on the disk',
      remove: 'if (!(await isSameFile(part, path))) return false;',
      replaceWith: 'if (path !== part) return false;',
      tests: files,
      only: 'is not placed twice when the work broke off in the middle',
    },
  ]),
  ...protectionsIn('src/editor/file-lock.ts', [
    {
      name: 'a lock is one window’s',
      remove: "await open(path, 'wx', privateFileMode)",
      replaceWith: "await open(path, 'w', privateFileMode)",
      tests: files,
      only: 'is one window’s until it lets go',
    },
    {
      name: 'a lock that was taken over is not removed by who had it',
      remove: 'if (ours) await rm(this.#path, { force: true });',
      replaceWith: 'await rm(this.#path, { force: true });',
      tests: files,
      only: 'that was taken over stays with who took it',
    },
    {
      name: 'processes of another machine are not judged',
      remove: 'return held?.host === hostname() && !isAlive(held.pid);',
      replaceWith: 'return held !== undefined && !isAlive(held.pid);',
      tests: files,
      only: 'of a window on another machine is not judged by the processes of this one',
    },
  ]),
  ...protectionsIn('src/editor/json-file.ts', [
    {
      name: 'a file is written whole or not at all',
      remove: 'const temporary = `${path}.${processMark}.${randomUUID()}.tmp`;',
      replaceWith: 'const temporary = `${path}.tmp`;',
      tests: files,
      only: 'is whole or not there, however many write it',
    },
    {
      name: 'only what a write left behind is swept',
      remove: 'if (isGone(mark) || (await isOlderThan(path, systemClock.now() - longestWriteMs))) {',
      replaceWith: 'if (mark.length > 0) {',
      tests: sessions,
      only: 'is rid of what was begun long ago when it is opened, and of nothing else',
    },
  ]),
  ...protectionsIn('src/editor/session-store.ts', [
    {
      name: 'a session’s id leads to no other folder',
      remove: 'if (!/^[\\w-]+$/.test(id)) return undefined;',
      replaceWith: '',
      tests: sessions,
      only: 'is not looked for outside of their folder, whatever its id is',
    },
  ]),
  ...protectionsIn('src/editor/session-file.ts', [
    {
      name: 'a draft that its session does not know of is not shown',
      remove: 'if (!Number.isInteger(number) || number < 1 || number > this.record.version) return undefined;',
      replaceWith: '',
      tests: sessions,
      only: 'that were written just before the window died are written again under the same number',
    },
    {
      name: 'nothing is taken for a session that was signed out of',
      remove: 'if (this.record.closed) throw signedOut();',
      replaceWith: '',
      tests: 'test/host/sessions.test.ts',
      only: 'can be read, and nothing brings them back to the service',
    },
    {
      name: 'nothing is taken for a session that another window has',
      remove: 'if (this.#loss) throw this.#loss();',
      replaceWith: '',
      tests: sessions,
      only: 'is the later one’s from the moment that it opens it',
    },
    {
      name: 'who lost a session does not write it',
      remove: 'return !(await this.isLost());',
      replaceWith: 'return true;',
      tests: sessions,
      only: 'leaves nothing, and nothing of it is written any more',
    },
  ]),
  ...protectionsIn('src/editor/media/decode-aac.ts', [
    {
      name: 'a decoder gets none of our variables',
      remove: 'env: withoutOurs(process.env),',
      replaceWith: 'env: process.env,',
      tests: 'test/unit/editor/decode-aac.test.ts',
      only: 'leaves the decoder neither our token nor the editor’s folder',
    },
    {
      name: 'a decoder stands where it lies, not where the editor does',
      remove: 'cwd: dirname(ffmpeg),',
      replaceWith: '',
      tests: 'test/unit/editor/decode-aac.test.ts',
      only: 'leaves the decoder neither our token nor the editor’s folder',
    },
    {
      name: 'a decoder may read its standard input alone',
      remove: "'-protocol_whitelist', 'pipe', ",
      replaceWith: '',
      tests: 'test/unit/editor/decode-aac.test.ts',
      only: 'is read from what the decoder is handed, and from nothing that this names',
    },
    {
      name: 'a decoder takes what it gets for nothing but AAC',
      remove: "'-f', 'aac', '-i',",
      replaceWith: "'-i',",
      tests: 'test/unit/editor/decode-aac.test.ts',
      only: 'is read from what the decoder is handed, and from nothing that this names',
    },
    {
      name: 'what a decoder gets is limited',
      remove: 'adts.byteLength > 0 && adts.byteLength <= mostPacketBytes',
      replaceWith: 'adts.byteLength > 0',
      tests: 'test/unit/editor/decode-aac.test.ts',
      only: 'is given up where there is far more than a piece of it',
    },
    {
      name: 'what a decoder gives is limited',
      remove: 'if (bytes <= mostSoundBytes) chunks.push(chunk);',
      replaceWith: 'if (bytes > 0) chunks.push(chunk);',
      tests: 'test/unit/editor/decode-aac.test.ts',
      only: 'is given up where the decoder gives far more than a piece of it',
    },
  ]),
];
